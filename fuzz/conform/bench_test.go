package conform

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/process"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// BenchmarkConform measures a search with content.decode under content-09: in
// this process, and through the adapter in Go. Beside them is what it takes to
// make the cases, and what it takes to ask ready ones.
func BenchmarkConform(b *testing.B) {
	inProcess := func() (protocol.Subject, error) { return serve.NewInProcess(properties.Reference{}, 0), nil }
	b.Run("in-process", func(b *testing.B) { benchmarkSearch(b, inProcess) })
	adapter := func() (protocol.Subject, error) {
		return process.Start(b.Context(), []string{buildAdapter(b)}, process.Options{})
	}
	b.Run("adapter", func(b *testing.B) { benchmarkSearch(b, adapter) })
	b.Run("adapter-bare", func(b *testing.B) {
		subject, err := adapter()
		if err != nil {
			b.Fatal(err)
		}
		defer subject.Close()
		from, asker := benchmarkSource(), &asker{subject: subject}
		var ready [][]testCase
		for range 16 {
			ready = append(ready, from.batch(batchCases))
		}
		b.ResetTimer()
		for n := 0; n < b.N; {
			for _, cases := range ready {
				if _, err := asker.ask(b.Context(), cases); err != nil {
					b.Fatal(err)
				}
				n += len(cases)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
	b.Run("cases-alone", func(b *testing.B) {
		from := benchmarkSource()
		for b.Loop() {
			from.next()
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	})
}

func benchmarkSource() *source {
	return newSource(&asks{ops: map[protocol.Op]bool{protocol.ContentDecode: true}, drafts: spec.DraftsOf(spec.Content09)}, 1, 0)
}

// benchmarkSearch searches with b.N cases, without the directed ones.
func benchmarkSearch(b *testing.B, start func() (protocol.Subject, error)) {
	c := newChecker(b.Context(), decoding(b.N, 1))
	defer c.close()
	subject, err := start()
	if err != nil {
		b.Fatal(err)
	}
	c.subjects = []*asker{{subject: subject}}
	if err := c.prepare(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	c.search()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}

// buildAdapter builds the adapter in Go.
func buildAdapter(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "adapter")
	if out, err := exec.Command("go", "build", "-o", program, "./adapters/go").CombinedOutput(); err != nil {
		b.Skipf("the adapter in Go cannot be built: %s", out)
	}
	return program
}
