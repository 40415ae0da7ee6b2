// Package process runs programs in process groups that end with their parent, so
// that nothing is left behind, and tells what memory they hold. [Lines] is for the
// commands of fuzzing engines.
package process

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// modulePath names the module of the project.
const modulePath = "github.com/mimifuzz/mimifuzz"

// Source returns the directory of the module's source tree. It fails where
// there is no Go toolchain or the working directory is not in the tree.
func Source(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}} {{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("no Go toolchain, or not in a source tree: %w", err)
	}
	path, dir, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if path != modulePath || dir == "" {
		return "", fmt.Errorf("the working directory is in the module %s, not in %s", path, modulePath)
	}
	return dir, nil
}

// GoFuzzPreserve lists the packages that go-fuzz-build must leave as they are: it
// moves comments, and with them a directive of this one to where the compiler
// refuses it.
const GoFuzzPreserve = "crypto/internal/fips140/bigmod"

// largestOutput bounds what is kept of a command's output, in octets.
const largestOutput = 64 << 10

// Lines runs a command, calls each for every line that it prints, and
// returns the end of its output.
func Lines(c *exec.Cmd, each func(string)) (string, error) {
	// The system ends a child with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	inGroup(c)
	c.WaitDelay = 2 * time.Second
	reader, writer, err := os.Pipe()
	if err != nil {
		return "", err
	}
	c.Stdout, c.Stderr = writer, writer
	if err := c.Start(); err != nil {
		writer.Close()
		reader.Close()
		return "", err
	}
	writer.Close()
	done := make(chan string)
	go func() {
		var output bytes.Buffer
		lines := bufio.NewReaderSize(reader, 1<<20)
		for {
			line, err := lines.ReadString('\n')
			each(line)
			if output.Len()+len(line) > largestOutput {
				output.Next(min(output.Len(), len(line)))
			}
			output.WriteString(line[:min(len(line), largestOutput)])
			if err != nil {
				break
			}
		}
		done <- output.String()
	}()
	err = c.Wait()
	KillGroup(c.Process)
	_ = reader.SetReadDeadline(time.Now().Add(time.Second)) // a grandchild could hold the pipe open
	output := <-done
	reader.Close()
	return output, err
}
