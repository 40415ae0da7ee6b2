package reports

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// powerFixture is a record of two mutants: ours finds both at once, the other
// approach the first by one of its two seeds, and the second after long, or never.
func powerFixture() *FindingPower {
	trials := func(approach string, seeds int, cases ...int64) Trials {
		t := Trials{Approach: approach, SeedInputs: seeds}
		for _, n := range cases {
			killed := n > 0
			t.Reached, t.Killed = append(t.Reached, killed || n == -100), append(t.Killed, killed)
			t.Cases, t.Seconds = append(t.Cases, max(n, -n)), append(t.Seconds, math.Abs(float64(n))/1000)
		}
		return t
	}
	return &FindingPower{
		Version: FindingPowerVersion, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Commit: "0123456789ab", Go: "go1.26", Cores: 2, BudgetSeconds: 60,
		Seeds:      []uint64{1, 2, 3, 4, 5},
		Approaches: []Approach{{"properties", "ours"}, {"octets", "the other"}},
		Mutants: []MutantPower{
			{ID: "content/first", Property: "content/canonical", Draft: spec.Content09, Trials: []Trials{
				trials("properties", 0, 1, 2, 3, 4, 5), trials("octets", 2, 1, 2, 10, 10, 10),
			}},
			{ID: "content/second", Property: "content/round-trip", Draft: spec.Content09, Trials: []Trials{
				trials("properties", 0, 10, 10, 10, 10, 10), trials("octets", 2, 900, 1000, 1100, -100, -200),
			}},
		},
		Scale: []ScaleResult{{Engine: "go-fuzz", Workers: 2, Seconds: 30, Executions: 60_000, Kills: 10, Mutants: 30, SecondsToLastKill: 12.5}},
	}
}

func TestCompareSamples(t *testing.T) {
	for _, test := range []struct {
		first, second []float64
		a12, p        float64
		why           string
	}{
		{[]float64{1, 2, 3, 4, 5}, []float64{6, 7, 8, 9, 10}, 1, 2.0 / 252, "all of the first come before: 2 of the 252 orders are as far apart"},
		{[]float64{6, 7, 8, 9, 10}, []float64{1, 2, 3, 4, 5}, 0, 2.0 / 252, "and the other way round"},
		{[]float64{5, 5}, []float64{5, 5}, 0.5, 1, "all are equal"},
		{[]float64{never, never}, []float64{never, never}, 0.5, 1, "no trial killed"},
		{[]float64{1, 4}, []float64{2, 3}, 0.5, 1, "two pairs each way"},
		{[]float64{1, never}, []float64{2, never}, 0.625, 1, "one tie, two wins, one loss"},
	} {
		got := compareSamples(test.first, test.second)
		if math.Abs(got.a12-test.a12) > 1e-9 || math.Abs(got.p-test.p) > 1e-9 {
			t.Errorf("%v, %v: A12 %v, p %v; expected %v, %v: %s", test.first, test.second, got.a12, got.p, test.a12, test.p, test.why)
		}
	}
}

func TestPowers(t *testing.T) {
	r := powerFixture()
	powers := r.powers()
	own, other := powers[0], powers[1]
	if own.reached != 2 || own.killed != 2 || own.ever != 2 || own.median != 6.5 || own.lowest != 5.5 || own.highest != 7.5 {
		t.Errorf("ours: %+v", own)
	}
	if other.killed != 1 || other.ever != 2 || other.median != (10+1100)/2.0 || !math.IsInf(other.highest, 1) {
		t.Errorf("the other: %+v", other)
	}
	if got := r.survival(1, 10, false); got != 0.5 {
		t.Errorf("%v of the trials live after 10 cases, expected half: what is never killed lives on", got)
	}
	if its, ok := r.against("octets", false); !ok || its.mutants != 2 || math.Abs(its.ratio-(10.0/3+110)/2) > 1e-9 || its.most != (10+1100)/2.0 {
		t.Errorf("against octets: %+v", its)
	}
	if its, ok := r.against("octets", true); !ok || its != (against{1, 110, 1100}) {
		t.Errorf("without what seeds kill: %+v", its)
	}
	if p := r.pairs(); len(p) != 1 || p[0].better != 1 || p[0].worse != 0 || p[0].both != 2 {
		t.Errorf("pairs %+v", p)
	}
}

func TestFindingPowerComesBack(t *testing.T) {
	r := powerFixture()
	text, err := r.Format()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadFindingPower(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Error(diff)
	}
	if lines := bytes.Count(text, []byte("content/first")); lines != 1 || !bytes.Contains(text, []byte("\n    {\"id\":\"content/second\"")) {
		t.Errorf("a mutant is not one line:\n%s", text)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchemaOf(t, FindingPowerSchema())
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	document.(map[string]any)["more"] = 1
	if schema.Validate(document) == nil {
		t.Error("the schema accepts a field that no record has")
	}
	for what, damage := range map[string][2]string{
		"version":      {`"version": 1`, `"version": 2`},
		"a field more": {`"version": 1`, `"version": 1, "more": 1`},
		"a trial less": {`"cases":[1,2,3,4,5]`, `"cases":[1,2,3,4]`},
		"an approach":  {`"approach":"octets"`, `"approach":"tape"`},
	} {
		if _, err := ReadFindingPower(bytes.Replace(text, []byte(damage[0]), []byte(damage[1]), 1)); err == nil {
			t.Errorf("%s: read", what)
		}
	}
}

func TestFindingPowerReport(t *testing.T) {
	dir := t.TempDir()
	if err := powerFixture().WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	report := read("finding.md")
	for _, want := range []string{
		"| content/second | content/round-trip | 10 | 1,100 (900–never); reached 4, killed 3 of 5 |",
		"| content/first | content/canonical | 3 (1–5) | 10 (1–10) |",
		"| properties | octets |", "| go-fuzz | 2 | 2,000 | 20 | 10 of 30 | 12.5 s |",
		"2 of 2, within 0.015 s | met", "| 110 times, over 1 mutant; 1.1e+03 times if each took us one case | met |", "finding-cases.svg",
	} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
	for _, name := range []string{"finding-cases.svg", "finding-seconds.svg"} {
		if svg := read(name); !strings.HasPrefix(svg, "<svg") || !strings.Contains(svg, "octets") {
			t.Errorf("%s is no plot of the approaches: %.100s", name, svg)
		}
	}
	each := powerFixture()
	each.BudgetSeconds, each.EachSeconds = 0, 90
	for _, want := range []string{"90 s of the processor for each.", "`mimifuzz bench finding --each 90s --seeds 5 --approach properties,octets`"} {
		if report := each.Markdown(); !strings.Contains(report, want) {
			t.Errorf("the report lacks %q:\n%.300s", want, report)
		}
	}
	if rows := strings.Count(read("finding-contrasts.csv"), "\n"); rows != 3 {
		t.Errorf("%d lines of contrasts, expected a head and two", rows)
	}
}
