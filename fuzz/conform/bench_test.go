package conform

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/program"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// BenchmarkSearch measures how many cases a second a search makes with the adapter
// in Go: it draws them, asks them and judges the answers. A bare pipe to the same
// program takes turns with it: the same lines, written down before, and answers that
// are only counted. The median turn of each counts, and the median of what a turn of
// the search is to the one of the bare pipe behind it, for a shared machine is not
// as fast at one time as at another. Both need a processor for the adapter, and the
// search another one. Fifteen turns take a minute and a half:
//
//	go test -run '^$' -bench Search -benchtime 15x ./fuzz/conform
func BenchmarkSearch(b *testing.B) {
	const cases = 200_000
	defer GiveWay(1)() // as mimifuzz conform does
	adapter := buildAdapter(b)
	subject, err := program.Start(b.Context(), []string{adapter}, program.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer subject.Close()
	bare := newBarePipe(b, adapter)
	defer bare.close()
	first := newChecker(b.Context(), Options{Cases: cases, Seed: 1})
	recorded := recorder{Subject: subject}
	first.subjects = []*asker{{subject: &recorded}}
	if err := first.prepare(); err != nil {
		b.Fatal(err)
	}
	first.directed() // which tells which readings the adapter does not follow
	recorded.lines = nil
	directed := first.found.clone()
	first.search()
	turns := turns{cases: cases}
	for b.Loop() {
		c := newChecker(b.Context(), first.Options)
		c.subjects = []*asker{{subject: subject}}
		if err := c.prepare(); err != nil {
			b.Fatal(err)
		}
		c.judge, c.found = first.judge, *directed.clone()
		turns.asking(c.search)
		if asked := c.number.Load(); asked != cases {
			b.Fatalf("%d cases were asked: %v", asked, c.stopped)
		}
		turns.piping(func() { bare.ask(b, recorded.lines, cases) })
	}
	turns.report(b)
}

// recorder keeps the lines that a subject is asked.
type recorder struct {
	protocol.Subject
	lines []byte
}

func (r *recorder) Ask(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	for _, request := range requests {
		var err error
		if r.lines, err = protocol.AppendRequest(r.lines, request); err != nil {
			return nil, err
		}
	}
	return r.Subject.Ask(ctx, requests)
}

// BenchmarkPipe is [BenchmarkSearch] without the search: the requests are there
// before, and the answers are read and not judged.
func BenchmarkPipe(b *testing.B) {
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
	adapter := buildAdapter(b)
	p, err := program.Start(b.Context(), []string{adapter}, program.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	bare := newBarePipe(b, adapter)
	defer bare.close()
	turns := turns{cases: batch}
	for b.Loop() {
		turns.asking(func() {
			if replies, err := p.Ask(b.Context(), requests); err != nil || len(replies) != batch {
				b.Fatalf("%d replies, %v", len(replies), err)
			}
		})
		turns.piping(func() { bare.ask(b, lines, batch) })
	}
	turns.report(b)
}

// turns times asking and a bare pipe in turns.
type turns struct {
	cases        int
	asked, piped []float64 // seconds
}

func (t *turns) asking(do func()) { t.asked = append(t.asked, timed(do)) }
func (t *turns) piping(do func()) { t.piped = append(t.piped, timed(do)) }

func timed(do func()) float64 {
	runtime.GC() // no turn pays for what another one left
	start := time.Now()
	do()
	return time.Since(start).Seconds()
}

func (t *turns) report(b *testing.B) {
	ratios := make([]float64, len(t.asked))
	for i := range ratios {
		ratios[i] = t.piped[i] / t.asked[i]
	}
	b.ReportMetric(float64(t.cases)/median(t.asked), "cases/s")
	b.ReportMetric(float64(t.cases)/median(t.piped), "bare-cases/s")
	b.ReportMetric(median(ratios), "of-bare")
	b.ReportMetric(0, "ns/op") // of a turn of both, which tells nothing
}

func median(values []float64) float64 {
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
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
	if err := process.Start(pipe.command); err != nil {
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

// BenchmarkConform measures parts of a search with content.decode under content-09:
// all of it in this process, and what it takes to make the cases.
func BenchmarkConform(b *testing.B) {
	b.Run("in-process", func(b *testing.B) {
		c := newChecker(b.Context(), decoding(b.N, 1))
		defer c.close()
		c.subjects = []*asker{{subject: serve.NewInProcess(properties.Reference{}, 0)}}
		if err := c.prepare(); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.ResetTimer()
		c.search()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
	b.Run("cases-alone", func(b *testing.B) {
		from := newSource(&asks{ops: map[protocol.Op]bool{protocol.ContentDecode: true}, drafts: spec.DraftsOf(spec.Content09)}, 1, 0)
		for b.Loop() {
			from.next()
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
}

// buildAdapter builds the adapter in Go.
func buildAdapter(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "adapter")
	if out, err := exec.Command("go", "build", "-o", program, "./adapters/go").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return program
}
