package campaign

import (
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
)

// BenchmarkOverhead compares the executions per second of a native target by
// itself with those within a campaign, in turns. Run it with
//
//	go test -run '^$' -bench Overhead -benchtime 4x ./fuzz/campaign
//
// on a machine with at least two cores that does nothing else.
func BenchmarkOverhead(b *testing.B) {
	w := warnings{}
	s, err := OpenState(b.TempDir(), w.add)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	source, err := process.Source(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	e := &nativeEngine{state: s}
	if err := e.build(b.Context(), source); err != nil {
		b.Fatal(err)
	}
	target, err := fuzz.TargetByName("ContentOctets")
	if err != nil {
		b.Fatal(err)
	}
	const each = 10 * time.Second
	var bare, within float64
	for range b.N {
		var last progress
		start := time.Now()
		if _, err := e.search(b.Context(), target, each, 1, func(p progress) { last = p }); err != nil {
			b.Fatal(err)
		}
		bare += float64(last.executions) / time.Since(start).Seconds()
		var before TargetTotals
		s.update(func(t *Totals) { before = *t.target(target.Name) })
		if _, err := Run(b.Context(), Options{State: s, For: each, Targets: []*fuzz.Target{target}, Jobs: 2, Seed: 1}); err != nil {
			b.Fatal(err)
		}
		after := s.Totals().Targets[target.Name]
		within += float64(after.Executions-before.Executions) * 1000 / float64(after.DurationMS-before.DurationMS)
	}
	b.ReportMetric(bare/float64(b.N), "bare-execs/s")
	b.ReportMetric(within/float64(b.N), "campaign-execs/s")
	b.ReportMetric(within/bare, "ratio")
}
