package campaign

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
)

// BenchmarkOverhead compares the executions per second of a target under bare
// go test -fuzz with those within a campaign. Each pair runs at the same time,
// from the seeds, with one worker each, so that whatever else the machine does
// slows both alike. It prints the ratio of each pair and reports the median:
//
//	go test -run '^$' -bench Overhead -benchtime 9x ./fuzz/campaign
func BenchmarkOverhead(b *testing.B) {
	target, err := fuzz.TargetByName("ContentOctets")
	if err != nil {
		b.Fatal(err)
	}
	const each = 20 * time.Second
	var ratios []float64
	for i := range b.N {
		type speed struct {
			perSecond float64
			err       error
		}
		bare := make(chan speed, 1)
		dir := b.TempDir()
		w := warnings{}
		s, err := OpenState(b.TempDir(), w.add)
		if err != nil {
			b.Fatal(err)
		}
		c := &campaign{
			Options: Options{State: s, For: each, Targets: []*fuzz.Target{target}, Jobs: 1, Cases: 1, Seed: 1, Warn: w.add, Tell: func(string) {}, Found: func(Kept) {}, Progress: func(Status) {}},
			outer:   b.Context(), rounds: &rounds{},
		}
		c.newEngine = func(ctx context.Context) engine {
			e := c.Options.newEngine(ctx)
			go func() { // once what both run is built
				perSecond, err := bareSpeed(b.Context(), filepath.Join(s.dir, binDir, "fuzz.test"), target, each, dir)
				bare <- speed{perSecond, err}
			}()
			return e
		}
		if _, err := c.search(); err != nil || len(w) > 0 {
			b.Fatal(err, w)
		}
		alone := <-bare
		if alone.err != nil {
			b.Fatal(alone.err)
		}
		spent := s.Totals().Targets[target.Name]
		s.Close()
		within := float64(spent.Executions) * 1000 / float64(spent.DurationMS)
		ratios = append(ratios, within/alone.perSecond)
		b.Logf("pair %d: bare %.0f/s, campaign %.0f/s, ratio %.3f", i+1, alone.perSecond, within, within/alone.perSecond)
	}
	slices.Sort(ratios)
	b.ReportMetric((ratios[(len(ratios)-1)/2]+ratios[len(ratios)/2])/2, "median-ratio")
	b.ReportMetric(ratios[0], "least-ratio")
	b.ReportMetric(ratios[len(ratios)-1], "greatest-ratio")
}

var execsLine = regexp.MustCompile(`execs: (\d+) `)

// bareSpeed returns how many executions per second a test binary makes of a
// target when it is run as go test -fuzz runs it, with one worker, and a corpus
// in dir.
func bareSpeed(ctx context.Context, binary string, t *fuzz.Target, d time.Duration, dir string) (float64, error) {
	c := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.fuzz=^Fuzz"+t.Name+"$", "-test.fuzztime="+d.String(), "-test.fuzzminimizetime=5s",
		"-test.parallel=1", "-test.fuzzcachedir="+dir)
	c.Dir = dir
	start := time.Now()
	output, err := c.CombinedOutput()
	took := time.Since(start)
	counts := execsLine.FindAllSubmatch(output, -1)
	if outOfTime(string(output)) {
		err = nil
	}
	if err == nil && len(counts) == 0 {
		err = errors.New("no executions")
	}
	if err != nil {
		return 0, fmt.Errorf("the bare target: %w\n%s", err, output)
	}
	executions, err := strconv.ParseFloat(string(counts[len(counts)-1][1]), 64)
	return executions / took.Seconds(), err
}
