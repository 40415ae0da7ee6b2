package program

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestMain is also the hostile adapter: with the arguments "hostile" and a
// mode.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "hostile" {
		(&hostile{mode: os.Args[2], in: bufio.NewReader(os.Stdin), out: bufio.NewWriterSize(os.Stdout, 1<<16)}).serve()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hostileCommand is the command of the hostile adapter.
func hostileCommand(t testing.TB, mode string) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{self, "hostile", mode}
}

// poison is the message that the hostile adapter misbehaves at. It returns any
// other message as it is.
var poison = []byte("poison")

// hostile is an adapter that misbehaves in one way.
type hostile struct {
	mode  string
	in    *bufio.Reader
	out   *bufio.Writer
	count int
}

func (h *hostile) serve() {
	switch h.mode {
	case "silent":
		_, _ = io.Copy(io.Discard, h.in)
		return
	case "lingers": // longer than the grace that its parent is given
		time.Sleep(10 * graceTime)
		return
	case "banner":
		fmt.Println("welcome to my adapter")
	case "ends at once":
		fmt.Fprintln(os.Stderr, "no licence")
		os.Exit(4)
	}
	for {
		line, err := h.in.ReadBytes('\n')
		if err != nil {
			h.out.Flush()
			return
		}
		message, _, err := protocol.ParseMessage(line)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(5)
		}
		if message.Hello != nil {
			version := protocol.Version
			if h.mode == "other version" {
				version = 2
			}
			name := "hostile"
			if h.mode == "other hello" {
				name += strconv.Itoa(os.Getpid())
			}
			h.write(protocol.AppendHello(nil, &protocol.Hello{Protocol: version, Name: name, Drafts: []spec.Draft{spec.Content09}, Ops: []protocol.Op{protocol.ContentDecode}, Detail: protocol.DetailVerdict}))
			h.out.Flush()
			continue
		}
		h.answer(message.Request)
		// As many do: written when nothing more is to be read.
		if buffered, _ := h.in.Peek(h.in.Buffered()); h.mode != "lost answers" && h.mode != "lost answers and hang" || bytes.IndexByte(buffered, '\n') < 0 {
			h.out.Flush()
		}
	}
}

func (h *hostile) write(line []byte, err error) {
	if err != nil {
		panic(err)
	}
	h.out.Write(line)
}

func (h *hostile) answer(r *protocol.Request) {
	message := r.Input.(*protocol.ContentInput).Message
	answer := protocol.Answer{ID: r.ID, OK: true, Reencoded: message}
	h.count++
	if h.mode == "crash after 100" && h.count > 100 {
		os.Exit(7)
	}
	if !bytes.Equal(message, poison) {
		h.write(protocol.AppendAnswer(nil, r.Op(), &answer))
		return
	}
	switch h.mode {
	case "exit status", "lost answers", "other hello":
		fmt.Fprintln(os.Stderr, "cannot go on")
		os.Exit(3)
	case "panic":
		panic("at the disco")
	case "hang", "lost answers and hang":
		time.Sleep(time.Hour)
	case "garbage":
		h.out.WriteString("\x00\xff}{\n")
	case "empty line":
		h.out.WriteString("\n")
	case "half a line":
		h.out.WriteString(`{"id":`)
		h.out.Flush()
		time.Sleep(time.Hour)
	case "half a line and exit":
		h.out.WriteString(`{"id":`)
		h.out.Flush()
		os.Exit(0)
	case "other id":
		answer.ID += 1000
		h.write(protocol.AppendAnswer(nil, r.Op(), &answer))
	case "endless line":
		for {
			if _, err := h.out.Write(bytes.Repeat([]byte{'a'}, 1<<16)); err != nil {
				os.Exit(0)
			}
		}
	case "closes its output":
		os.Stdout.Close()
		time.Sleep(time.Hour)
	case "exit":
		os.Exit(0)
	case "memory":
		for i := byte(1); ; i++ {
			kept = append(kept, bytes.Repeat([]byte{i}, 1<<20))
		}
	case "memory of a child":
		child := exec.Command(os.Args[0], "hostile", "memory")
		child.Stdin = bytes.NewReader([]byte(`{"id":1,"op":"content.decode","draft":"content-09","message":"cG9pc29u"}` + "\n"))
		_ = child.Run()
		time.Sleep(time.Hour)
	case "child keeps the pipes":
		child := exec.Command(os.Args[0], "hostile", "hang")
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		os.Exit(6)
	case "child leaves the group":
		child := exec.Command(os.Args[0], "hostile", "lingers")
		child.Stdout, child.Stderr, child.SysProcAttr = os.Stdout, os.Stderr, leaveGroup()
		if err := child.Start(); err != nil {
			panic(err)
		}
		os.Exit(6)
	case "stderr flood":
		for range 1 << 10 {
			os.Stderr.Write(bytes.Repeat([]byte("x"), 1<<10))
		}
		os.Stderr.WriteString("the end")
		os.Exit(3)
	}
}

var kept [][]byte // so that it is not collected
