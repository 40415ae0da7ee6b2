package properties

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"

	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// expectedRefutations are where a draft itself breaks a property.
var expectedRefutations = map[string]spec.Drafts{
	"content/id-of-reencoding": spec.Between(spec.Content05, spec.Content07),

	"franking/context-injective": spec.Between(spec.Protocol03, spec.Protocol04),

	"messageid/injective": spec.Between(spec.Content05, spec.Content07),

	"roompolicy/bounds-kept": policyDrafts,
}

// knownRefutations are the properties that known worlds refute under some
// drafts; drawn worlds may or may not.
var knownRefutations = []string{"franking/sender-binding", "franking/receiver-binding", "franking/context-integrity", "franking/receivers-agree"}

// TestReferenceUnderGopter runs every property against the reference models
// the way gopter runs it.
func TestReferenceUnderGopter(t *testing.T) {
	for _, p := range All() {
		for _, d := range p.Drafts.List() {
			if p.DrawsNothing() {
				continue
			}
			t.Run(p.ID+"/"+d.String(), func(t *testing.T) {
				parameters := gopter.DefaultTestParametersWithSeed(1)
				parameters.MinSuccessfulTests = max(20, 2000/max(1, p.Cost))
				result := p.Gopter(Reference{}, d).Check(parameters)
				if refuted := !result.Passed(); refuted != expectedRefutations[p.ID].Has(d) && !slices.Contains(knownRefutations, p.ID) && p.ID != "roompolicy/bounds-kept" {
					t.Errorf("refuted: %v, expected %v: %v", refuted, !refuted, result.Error)
				}
			})
		}
	}
}

func TestKnownCases(t *testing.T) {
	for _, p := range All() {
		if slices.Contains(knownRefutations, p.ID) {
			continue // TestAttacks looks at each of them
		}
		if slices.Contains(policySecurityProperties, p) {
			continue // TestRoomsOfTheExamples looks at them
		}
		for _, d := range p.Drafts.List() {
			for _, c := range p.Known(d) {
				outcome, refutation, err := p.Replay(Reference{}, &c)
				expected := p.ID == "messageid/known-answers" && d == spec.Content06 && outcome == Refuted && refutation.Class == "sender-hashed-twice" ||
					outcome == Refuted && expectedRefutations[p.ID].Has(d)
				if err != nil || outcome != Holds && !expected {
					t.Errorf("%v: %v, %v, %v", c, outcome, refutation, err)
				}
			}
		}
	}
	published := make(map[spec.Draft]int)
	known, err := ByID("messageid/known-answers")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range known.Drafts.List() {
		for _, c := range known.Known(d) {
			var answer struct {
				Source string `json:"source"`
			}
			if err := json.Unmarshal(c.Input, &answer); err != nil {
				t.Fatal(err)
			}
			if answer.Source != "computed apart from this project" {
				published[d]++
			}
		}
	}
	want := map[spec.Draft]int{spec.Content06: 14, spec.Content07: 14, spec.Content08: 14, spec.Content09: 14}
	if diff := cmp.Diff(want, published); diff != "" {
		t.Errorf("published IDs checked (-want +got):\n%s", diff)
	}
}

// TestCollisionIsFoundSoon holds that the boundary between the URIs of
// content-07 is found within a few cases, whatever the seed.
func TestCollisionIsFoundSoon(t *testing.T) {
	counts := casesToCollision(t, 20)
	slices.Sort(counts)
	if median := counts[len(counts)/2]; median >= 20 {
		t.Errorf("median of %d cases, expected fewer than 20: %v", median, counts)
	}
	t.Logf("cases to the first collision over 20 seeds: %v", counts)
}

func casesToCollision(t testing.TB, seeds int) []int {
	p, err := ByID("messageid/injective")
	if err != nil {
		t.Fatal(err)
	}
	var counts []int
	for seed := range seeds {
		var tape gen.Tape
		tape.Seed(uint64(seed), 0)
		cases := 0
		for {
			cases++
			tape.Clear()
			if outcome, _ := p.Try(Reference{}, spec.Content07, &tape); outcome == Refuted {
				break
			}
		}
		counts = append(counts, cases)
	}
	return counts
}

func TestCaseRoundTrip(t *testing.T) {
	for _, p := range All() {
		if p.DrawsNothing() {
			continue
		}
		for _, d := range p.Drafts.List() {
			var tape gen.Tape
			tape.Seed(3, uint64(d))
			for range 5 {
				tape.Clear()
				drawn, _ := p.Try(Reference{}, d, &tape)
				c := p.Case(d, tape.Choices())
				back, err := ParseCase(c.Format())
				if err != nil {
					t.Fatal(err)
				}
				replayed, _, err := p.Replay(Reference{}, &back)
				if err != nil || replayed != drawn {
					t.Errorf("%s: drawn %v, replayed %v, %v", c, drawn, replayed, err)
				}
				if again := p.Case(d, gen.FromOctets(back.Tape)); cmp.Diff(c, again) != "" {
					t.Errorf("the tape of %v draws %v", c, again)
				}
			}
		}
	}
}

func TestDamagedCasesAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"empty":            ``,
		"not an object":    `[]`,
		"no draft":         `{"property":"messageid/shape","input":{}}`,
		"unknown draft":    `{"property":"messageid/shape","draft":"content-99","input":{}}`,
		"no input":         `{"property":"messageid/shape","draft":"content-08"}`,
		"unknown field":    `{"property":"messageid/shape","draft":"content-08","input":{},"other":1}`,
		"something behind": `{"property":"messageid/shape","draft":"content-08","input":{}}{}`,
	} {
		if _, err := ParseCase([]byte(data)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	shape, err := ByID("messageid/shape")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Case{
		"other property":   {Property: "messageid/order", Draft: spec.Content08, Input: []byte(`{}`)},
		"other draft":      {Property: shape.ID, Draft: spec.Content04, Input: []byte(`{}`)},
		"input of a field": {Property: shape.ID, Draft: spec.Content08, Input: []byte(`{"sneder":""}`)},
	} {
		if _, _, err := shape.Replay(Reference{}, &c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := ByID("messageid/none"); err == nil {
		t.Error("an unknown property was found")
	}
}

// panicking panics when asked.
type panicking struct{ Reference }

func (panicking) MessageID(spec.Draft, messageid.HashAlgorithm, *messageid.Input) ([]byte, error) {
	panic(errors.New("out of range"))
}

func TestPanicIsARefutation(t *testing.T) {
	shape, err := ByID("messageid/shape")
	if err != nil {
		t.Fatal(err)
	}
	var tape gen.Tape
	if outcome, refutation := shape.Try(panicking{}, spec.Content08, &tape); outcome != Refuted || refutation.Class != "panic" {
		t.Errorf("%v, %v", outcome, refutation)
	}
	c := shape.Case(spec.Content08, nil)
	if outcome, refutation, err := shape.Replay(panicking{}, &c); err != nil || outcome != Refuted || refutation.Class != "panic" {
		t.Errorf("%v, %v, %v", outcome, refutation, err)
	}
}

func BenchmarkProperties(b *testing.B) {
	for _, p := range All() {
		if p.DrawsNothing() {
			continue
		}
		b.Run(p.ID, func(b *testing.B) {
			var tape gen.Tape
			tape.Seed(1, 1)
			b.ReportAllocs()
			drafts := p.Drafts.List()
			newest := drafts[len(drafts)-1]
			for b.Loop() {
				tape.Clear()
				p.Try(Reference{}, newest, &tape)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}

// BenchmarkCollision reports how many cases it takes to find the collision of
// content-07 from scratch, over 20 seeds.
func BenchmarkCollision(b *testing.B) {
	var counts []int
	for b.Loop() {
		counts = casesToCollision(b, 20)
	}
	slices.Sort(counts)
	b.ReportMetric(float64(counts[len(counts)/2]), "cases/median")
	b.ReportMetric(float64(counts[len(counts)-1]), "cases/max")
}
