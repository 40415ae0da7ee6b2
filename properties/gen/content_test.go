package gen

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

var contentDrafts = spec.Between(spec.Content05, spec.Content09)

func checker(t *testing.T, d spec.Draft) *content.Checker {
	t.Helper()
	c, err := content.NewChecker(content.Options{Draft: d})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDrawnContentIsValid(t *testing.T) {
	for _, d := range contentDrafts.List() {
		c := checker(t, d)
		var tape Tape
		for i := range 20_000 {
			if i == 1 {
				tape.Seed(1, uint64(d))
			}
			tape.Clear()
			octets := ValidContent(d, &tape).Octets
			if result := c.Check(octets); result.Verdict != content.Accept {
				t.Fatalf("%x under %s: %v", octets, d, result.Violations)
			}
			if i == 0 && len(octets) > 80 {
				t.Errorf("a tape of zeros gives %d octets", len(octets))
			}
		}
	}
}

func BenchmarkValidContent(b *testing.B) {
	var tape Tape
	tape.Seed(1, 1)
	b.ReportAllocs()
	octets := 0
	for b.Loop() {
		tape.Clear()
		octets += len(ValidContent(spec.Content09, &tape).Octets)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(float64(octets)/float64(b.N), "octets/message")
}
