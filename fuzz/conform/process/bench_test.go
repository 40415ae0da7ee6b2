package process

import (
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// BenchmarkPipe measures how many cases a second the adapter in Go answers when
// it is asked, against a bare pipe to the same program: the same lines, written
// down before, and answers that are only counted. Both take turns in one run, and
// the fastest turn of each counts: other programs on the machine slow single ones.
func BenchmarkPipe(b *testing.B) {
	adapter := filepath.Join(b.TempDir(), "adapter")
	if out, err := exec.Command("go", "build", "-o", adapter, "../adapters/go").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	const batch = 5_000
	requests := make([]*protocol.Request, 0, batch)
	var lines []byte
	for len(requests) < batch {
		for _, c := range content.Cases() {
			if c.Draft != spec.Content09 || len(requests) == batch || len(c.Octets) > 1000 {
				continue
			}
			r := &protocol.Request{ID: uint64(len(requests)), Draft: c.Draft, Input: &protocol.ContentInput{Message: c.Octets}}
			var err error
			if lines, err = protocol.AppendRequest(lines, r); err != nil {
				b.Fatal(err)
			}
			requests = append(requests, r)
		}
	}
	p, err := Start(b.Context(), []string{adapter}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	bare := newBarePipe(b, adapter)
	defer bare.close()
	asking, piping := time.Hour, time.Hour
	for b.Loop() {
		start := time.Now()
		replies, err := p.Ask(b.Context(), requests)
		asking = min(asking, time.Since(start))
		if err != nil || len(replies) != batch {
			b.Fatalf("%d replies, %v", len(replies), err)
		}
		start = time.Now()
		bare.ask(b, lines, batch)
		piping = min(piping, time.Since(start))
	}
	perSecond := func(d time.Duration) float64 { return batch / d.Seconds() }
	b.ReportMetric(perSecond(asking), "cases/s")
	b.ReportMetric(perSecond(piping), "bare-cases/s")
	b.ReportMetric(perSecond(asking)/perSecond(piping), "of-bare")
}

// barePipe is a program between two pipes.
type barePipe struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  io.Reader
	buffer  []byte
}

func newBarePipe(b *testing.B, command string) *barePipe {
	b.Helper()
	pipe := &barePipe{command: exec.Command(command), buffer: make([]byte, 1<<16)}
	var err1, err2 error
	pipe.stdin, err1 = pipe.command.StdinPipe()
	pipe.stdout, err2 = pipe.command.StdoutPipe()
	if err1 != nil || err2 != nil {
		b.Fatal(err1, err2)
	}
	if err := pipe.command.Start(); err != nil {
		b.Fatal(err)
	}
	return pipe
}

func (p *barePipe) ask(b *testing.B, lines []byte, count int) {
	b.Helper()
	go func() { _, _ = p.stdin.Write(lines) }() // reading says why it fails
	for count > 0 {
		n, err := p.stdout.Read(p.buffer)
		if err != nil {
			b.Fatal(err)
		}
		count -= bytes.Count(p.buffer[:n], []byte("\n"))
	}
}

func (p *barePipe) close() {
	p.stdin.Close()
	_ = p.command.Wait()
}
