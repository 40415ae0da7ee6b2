package campaign

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/reports"
)

// scripted is an engine that finds what a test tells it to.
type scripted struct {
	mutex    sync.Mutex
	crashers map[string][][]crasher // of each search of a target
	searches []string
	fails    error
}

func (e *scripted) name() string                        { return "scripted" }
func (e *scripted) build(context.Context, string) error { return nil }

func (e *scripted) search(ctx context.Context, t *fuzz.Target, d time.Duration, _ int, report func(progress)) ([]crasher, error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.searches = append(e.searches, t.Name)
	report(progress{executions: 100, newInputs: 3, corpus: 20})
	if e.fails != nil {
		return nil, e.fails
	}
	if left := e.crashers[t.Name]; len(left) > 0 {
		e.crashers[t.Name] = left[1:]
		return left[0], nil
	}
	select {
	case <-ctx.Done():
	case <-time.After(min(d, 200*time.Millisecond)):
	}
	return nil, nil
}

func campaignFor(t *testing.T, e engine, d time.Duration) (*campaign, *warnings) {
	t.Helper()
	w := &warnings{}
	var mutex sync.Mutex
	return &campaign{
		Options: Options{State: open(t, t.TempDir(), w), For: d, Jobs: 2, Targets: fuzz.Targets()[:2], Cases: 20, Seed: 1,
			Warn:  func(s string) { mutex.Lock(); defer mutex.Unlock(); w.add(s) },
			Found: func(Kept) {}, Progress: func(Status) {}},
		outer: t.Context(), rounds: &rounds{}, ledger: reports.EmbeddedLedger(), newEngine: func(context.Context) engine { return e },
	}, w
}

func TestCampaignGoesOnAfterFailures(t *testing.T) {
	targets := fuzz.Targets()[:2]
	e := &scripted{crashers: map[string][][]crasher{
		targets[0].Name: {{{octets: []byte("x")}}, {{octets: []byte("y"), died: "stack overflow at 0xc0"}}},
	}}
	c, _ := campaignFor(t, e, time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	c.outer = ctx
	var mutex sync.Mutex
	var found []string
	c.Found = func(k Kept) {
		mutex.Lock()
		defer mutex.Unlock()
		found = append(found, k.Finding.Class)
		if k.Engine == e.name() && strings.HasPrefix(k.Finding.Class, processDied) {
			time.AfterFunc(time.Second, cancel) // both targets have had their turn by then
		}
	}
	record, err := c.search()
	if err != nil {
		t.Fatal(err)
	}
	// What the fake engine says failed does not fail: that is kept as well.
	for _, class := range []string{"not-repeated", "process-died-stack-overflow-at-0xc0"} {
		if !slices.Contains(found, class) || !slices.ContainsFunc(record.Findings, func(f reports.Finding) bool { return f.Class == class }) {
			t.Errorf("%s is not among %v", class, found)
		}
	}
	if len(e.searches) < 4 || !slices.Contains(e.searches, targets[1].Name) {
		t.Errorf("searched %v", e.searches)
	}
	if len(record.Targets) != 2 || record.Targets[0].Executions != 100*int64(count(e.searches, targets[0].Name)) || record.Targets[0].Crashes != 2 {
		t.Errorf("targets %+v", record.Targets)
	}
	data, err := os.ReadFile(c.State.path(skipFile))
	if err != nil || !strings.Contains(string(data), "#not-repeated@reference") {
		t.Errorf("known: %q, %v", data, err)
	}
	// The input that failed once and does not now goes when the next campaign tries it.
	if err := c.tryKeptAgain(); err != nil {
		t.Fatal(err)
	}
	for _, k := range c.State.Findings() {
		if k.Finding.Class == "not-repeated" {
			t.Errorf("it is still listed: %+v", k)
		}
	}
	if gone, err := os.ReadDir(c.State.path(goneDir)); err != nil || len(gone) != 1 {
		t.Errorf("gone: %v, %v", gone, err)
	}
}

func count(list []string, name string) int {
	n := 0
	for _, s := range list {
		if s == name {
			n++
		}
	}
	return n
}

func TestCampaignParksATargetThatFails(t *testing.T) {
	e := &scripted{fails: errors.New("no such thing")}
	c, w := campaignFor(t, e, time.Second)
	if _, err := c.search(); err != nil {
		t.Fatal(err)
	}
	if len(e.searches) != 2 || len(*w) != 2 || !strings.Contains((*w)[0], "no such thing") {
		t.Errorf("searched %v, warned of %q", e.searches, *w)
	}
}

func TestCampaignWithoutEngine(t *testing.T) {
	c, w := campaignFor(t, nil, time.Second)
	c.newEngine = c.Options.newEngine
	t.Chdir(t.TempDir()) // no source tree
	record, err := c.search()
	if err != nil {
		t.Fatal(err)
	}
	if len(*w) != 1 || !strings.Contains((*w)[0], "only the search in process runs") {
		t.Errorf("warned of %q", *w)
	}
	if record.Cases() == 0 || c.State.Totals().Cases == 0 {
		t.Error("no case was checked")
	}
	reports.EmbeddedLedger().Compare(record, func(string) bool { return true })
	if len(record.New()) > 0 || len(record.NotFound) > 0 {
		t.Errorf("new %+v, not found %+v", record.New(), record.NotFound)
	}
}

func TestCampaignStops(t *testing.T) {
	c, _ := campaignFor(t, &scripted{}, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	c.outer = ctx
	time.AfterFunc(300*time.Millisecond, cancel)
	record, err := c.search()
	if err != nil || record.Complete {
		t.Errorf("complete %v, %v", record.Complete, err)
	}
}

func TestCampaignFailsIfItCannotKeep(t *testing.T) {
	e := &scripted{crashers: map[string][][]crasher{fuzz.Targets()[0].Name: {{{octets: []byte("x")}}}}}
	c, _ := campaignFor(t, e, time.Minute)
	dir := c.State.path(findingsDir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	record, err := c.search()
	if err == nil || !strings.Contains(err.Error(), "cannot keep the finding") || record.Complete {
		t.Errorf("got %v", err)
	}
}

// TestNativeEngine searches one target for a moment, with an input in its way
// that an earlier campaign left.
func TestNativeEngine(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the targets")
	}
	w := warnings{}
	s := open(t, t.TempDir(), &w)
	e := &nativeEngine{state: s}
	source, err := process.Source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.build(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	target, err := fuzz.TargetByName("MessageStatusOctets")
	if err != nil {
		t.Fatal(err)
	}
	left := s.path(scratchDir, target.Name, "testdata", "fuzz", "FuzzMessageStatusOctets", "0123")
	if err := os.MkdirAll(filepath.Dir(left), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(left, []byte("go test fuzz v1\n[]byte(\"left\")\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	crashers, err := e.search(t.Context(), target, time.Second, 1, func(progress) {})
	if err != nil || len(crashers) != 1 || string(crashers[0].octets) != "left" || crashers[0].died != "" {
		t.Fatalf("collected %+v, %v", crashers, err)
	}
	// A campaign that was killed before it kept the input finds it again.
	if again, err := e.search(t.Context(), target, time.Second, 1, func(progress) {}); err != nil || len(again) != 1 {
		t.Errorf("collected %+v, %v for the second time", again, err)
	}
	if err := crashers[0].letGo(); err != nil {
		t.Fatal(err)
	}
	var last progress
	// A machine with much else to do needs more than one search.
	for range 20 {
		crashers, err = e.search(t.Context(), target, 2*time.Second, 1, func(p progress) { last = p })
		if err != nil || last.newInputs > 0 {
			break
		}
	}
	if err != nil || len(crashers) != 0 || last.executions == 0 || last.corpus == 0 {
		t.Errorf("reached %+v, crashers %+v, %v", last, crashers, err)
	}
	if inputs, err := os.ReadDir(s.path(corpusDir, "FuzzMessageStatusOctets")); err != nil || len(inputs) == 0 {
		t.Errorf("the corpus holds %d inputs, %v", len(inputs), err)
	}
}

// TestGoFuzzCollects holds that what go-fuzz found is told until it is let go of,
// and that an input which it was trying when it was stopped is none.
func TestGoFuzzCollects(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a": "x", "a.output": "panic: (*fuzz.Wrong) 0x1\n", "a.quoted": `"x"`,
		"b": "y", "b.output": "signal: interrupt\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var e goFuzzEngine
	for range 2 {
		crashers, err := e.collect(dir)
		if err != nil || len(crashers) != 1 || string(crashers[0].octets) != "x" || crashers[0].died != "" {
			t.Fatalf("collected %+v, %v", crashers, err)
		}
	}
	crashers, err := e.collect(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := crashers[0].letGo(); err != nil {
		t.Fatal(err)
	}
	if crashers, err := e.collect(dir); err != nil || len(crashers) != 0 {
		t.Errorf("collected %+v, %v when all was let go of", crashers, err)
	}
}

func TestOutOfTime(t *testing.T) {
	for output, want := range map[string]bool{
		"fuzz: elapsed: 3s, execs: 400 (0/sec)\n--- FAIL: FuzzX (3.20s)\n    context deadline exceeded\nFAIL\n": true,
		"--- FAIL: FuzzX (3.20s)\n    native_test.go:23: refused: context deadline exceeded\nFAIL\n":            false,
		"PASS\n": false,
	} {
		if got := outOfTime(output); got != want {
			t.Errorf("%q: %v", output, got)
		}
	}
}

func TestDeathOf(t *testing.T) {
	for output, want := range map[string]string{
		"runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n": "goroutine stack exceeds 1000000000-byte limit",
		"fatal error: concurrent map writes\n":                                                  "concurrent map writes",
		"--- FAIL: FuzzX\n    native_test.go:23: fatal error: quoted\n":                         "",
		"": "",
	} {
		if got := deathOf(output); got != want {
			t.Errorf("%q: %q", output, got)
		}
	}
}

// TestRoundsSayWhatIsPartial holds that a property is partial until a round has
// ended in which it was checked.
func TestRoundsSayWhatIsPartial(t *testing.T) {
	round := func(complete bool) *reports.Record {
		return &reports.Record{Complete: complete, Properties: []reports.PropertyResult{{ID: "a", Outcome: reports.OutcomeRefuted}}}
	}
	var s rounds
	for i, test := range []struct{ complete, partial bool }{{false, true}, {true, false}, {false, false}} {
		s.add(round(test.complete))
		if got := s.record().Properties[0].Partial; got != test.partial {
			t.Errorf("after round %d: partial %v", i+1, got)
		}
	}
}
