package gomls

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// keptInput reads an input as go test -fuzz keeps it.
func keptInput(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, hasHead := strings.CutPrefix(string(content), "go test fuzz v1\n[]byte(")
	text, hasEnd := strings.CutSuffix(text, ")\n")
	octets, err := strconv.Unquote(text)
	if !hasHead || !hasEnd || err != nil {
		t.Fatalf("%s is no input of a target: %v", file, err)
	}
	return []byte(octets)
}

// TestFindingsAreShown holds that every known panic is still found with the
// inputs that are kept for it, and that nothing else is kept.
func TestFindingsAreShown(t *testing.T) {
	findings := Findings()
	shown := make(map[string]int)
	for _, target := range Targets() {
		files, err := filepath.Glob(filepath.Join("testdata", "fuzz", "Fuzz"+target.Name, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			i := slices.IndexFunc(findings, func(f Finding) bool { return f.Name == name })
			if i < 0 {
				t.Errorf("%s is kept for no known finding", file)
				continue
			}
			shown[name]++
			p := panicked(target.Try(keptInput(t, file)))
			switch {
			case p == nil:
				t.Errorf("the expected finding %s of %s is gone: %s does not panic", name, findings[i].Library, file)
			case !strings.HasPrefix(p.Error(), findings[i].Signature):
				t.Errorf("%s panics with %q, where %q is expected", file, p, findings[i].Signature)
			case findings[i].Library != strings.SplitN(p.Where, ".", 2)[0]:
				t.Errorf("%s panics in %s, and is said to be a defect of %s", file, p.Where, findings[i].Library)
			}
		}
	}
	for _, f := range findings {
		if shown[f.Name] == 0 {
			t.Errorf("no input is kept for %s", f.Name)
		}
	}
}

// TestNewPanicsAreNotKnown holds that a panic is told from the known ones by
// where it is and what it says, and that our own are not caught.
func TestNewPanicsAreNotKnown(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{fmt.Errorf("not a panic"), false},
		{&Panic{Where: "go-mls.Credential.Identity", What: "runtime error: index out of range [N] with length N"}, true},
		{&Panic{Where: "go-mls.Credential.Identity", What: "something else"}, false},
		{&Panic{Where: "go-mls.Credential.Type", What: "runtime error: index out of range [N] with length N"}, false},
	} {
		if got := known(test.err); got != test.want {
			t.Errorf("%v: known %v, expected %v", test.err, got, test.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a panic of our own is taken for one of a library")
		}
	}()
	t.Errorf("Guard returns %v", Guard(func() error { panic("ours") }))
}

func TestWrongAnswers(t *testing.T) {
	for _, m := range WrongAnswers() {
		if shown, err := m.show(); err != nil || !shown {
			t.Errorf("the expected finding %s of %s is gone: %v", m.Name, m.Library, err)
		}
	}
}

const (
	// hangVariable names what a child of the test does in place of the tests.
	hangVariable = "GOMLS_HANG"
	begins       = "begins"
	// patience is how long a child that needs microseconds is waited for.
	patience = time.Second
)

// hang does what hangs, in a process of its own that can be ended.
func hang(name string) int {
	for _, h := range Hangs() {
		if h.Name == name {
			fmt.Println(begins)
			_, err := h.show()
			fmt.Println("ends:", err)
			return 0
		}
	}
	fmt.Println("there is no", name)
	return 1
}

func TestHangs(t *testing.T) {
	for _, h := range Hangs() {
		t.Run(h.Name, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), hangVariable+"="+h.Name)
			output, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(output)
			if !lines.Scan() || lines.Text() != begins {
				t.Fatalf("the child says %q", lines.Text())
			}
			impatient := time.AfterFunc(patience, func() { _ = child.Process.Kill() })
			if lines.Scan() {
				t.Errorf("the expected finding of %s is gone: it %s", h.Library, lines.Text())
			}
			impatient.Stop()
			_ = child.Wait()
		})
	}
}
