package campaign

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
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
	const each = 30 * time.Second
	// What go test runs is built before the first pair.
	if _, err := bareSpeed(b.Context(), target, each/2, b.TempDir()); err != nil {
		b.Fatal(err)
	}
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
			go func() { // once the campaign is as far
				perSecond, err := bareSpeed(b.Context(), target, each, dir)
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

// bareSpeed returns how many executions per second go test -fuzz makes of a
// target, with one worker and a corpus in dir.
func bareSpeed(ctx context.Context, t *fuzz.Target, d time.Duration, dir string) (float64, error) {
	c := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^Fuzz"+t.Name+"$", "-fuzztime", d.String(), "-fuzzminimizetime", "5s", "-parallel", "1",
		modulePath+"/fuzz", "-args", "-test.fuzzcachedir="+dir)
	var start time.Time
	var executions int64
	output, err := runLines(c, func(line string) {
		if m := execsLine.FindStringSubmatch(line); m != nil {
			executions, _ = strconv.ParseInt(m[1], 10, 64)
		} else if start.IsZero() {
			start = time.Now() // the first line, once it is built
		}
	})
	if err == nil && executions == 0 {
		err = errors.New("no executions")
	}
	if err != nil {
		return 0, fmt.Errorf("go test -fuzz: %w\n%s", err, output)
	}
	return float64(executions) / time.Since(start).Seconds(), nil
}
