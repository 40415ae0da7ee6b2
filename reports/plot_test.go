package reports

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Every target is drawn, however many there are.
func TestPlotsShowEveryTarget(t *testing.T) {
	var r Record
	for i := range 14 {
		r.Targets = append(r.Targets, TargetResult{Name: fmt.Sprintf("Target%02d", i), Samples: []Sample{{AtMS: int64(1000 * i), Executions: 1000, Corpus: i}}})
	}
	plots, err := r.plots()
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, p := range plots {
		svg, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(p.Source), "data:image/svg+xml;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(svg)
	}
	for i := range 14 {
		if name := fmt.Sprintf("Target%02d", i); strings.Count(all.String(), name) != 2 {
			t.Errorf("%s is drawn %d times", name, strings.Count(all.String(), name))
		}
	}
}

func TestPlotOfKilledMutants(t *testing.T) {
	var r Record
	for _, cases := range []int{0, 1, 2, 3, 4, 9} {
		r.Mutants = append(r.Mutants, MutantResult{Killed: true, Cases: cases})
	}
	r.Mutants = append(r.Mutants, MutantResult{Cases: 5})
	labels, counts, total := r.killed()
	if fmt.Sprint(labels, counts, total) != "[1 2 4 8] [2 2 1 1] 6" {
		t.Errorf("got %v, %v, %d", labels, counts, total)
	}
}

func TestMemoryInHalves(t *testing.T) {
	r := Record{Memory: []MemorySample{{Own: 10 << 20}, {Own: 12 << 20}, {Own: 20 << 20}, {Own: 21 << 20, Engine: 5 << 20}}}
	if got, want := r.memory(), "12 MiB in the first half of the time, 21 MiB in the second, 21 MiB at most; the engine 0 MiB, 5 MiB, 5 MiB"; got != want {
		t.Errorf("got %q, expected %q", got, want)
	}
	r.Memory = r.Memory[:3]
	if got := r.memory(); got != "" {
		t.Errorf("of three samples it says %q", got)
	}
}

func TestDraftRanges(t *testing.T) {
	for _, test := range []struct {
		drafts []spec.Draft
		want   string
	}{
		{nil, ""},
		{[]spec.Draft{spec.Content07}, "content-07"},
		{[]spec.Draft{spec.Content08, spec.Content09}, "content-08, 09"},
		{[]spec.Draft{spec.Content05, spec.Content06, spec.Content07, spec.Content09}, "content-05 to 07; content-09"},
		{[]spec.Draft{spec.Content09, spec.Protocol03, spec.Protocol04}, "content-09; protocol-03, 04"},
	} {
		if got := draftRanges(test.drafts); got != test.want {
			t.Errorf("%v: %q, expected %q", test.drafts, got, test.want)
		}
	}
}

// TestTrendTellsCampaignsApart holds that two campaigns of a day have their times.
func TestTrendTellsCampaignsApart(t *testing.T) {
	morning := time.Date(2026, 11, 28, 4, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		next time.Time
		want string
	}{
		{morning.Add(24 * time.Hour), "2026-11-28 2026-11-29"},
		{morning.Add(8 * time.Hour), "2026-11-28 04:30 2026-11-28 12:30"},
	} {
		r := Record{Earlier: []EarlierRun{{Started: morning}, {Started: test.next}}}
		if _, times, _ := r.trend(); strings.Join(times, " ") != test.want {
			t.Errorf("%q, expected %q", times, test.want)
		}
	}
}
