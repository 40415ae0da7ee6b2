package mutants

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

var update = flag.Bool("update", false, "write the smallest case that shows each mutant to the corpus")

// tries is how many cases a mutant is given before it counts as a survivor.
const tries = 200_000

// TestEveryMutantIsKilledByItsProperty hunts each mutant with fresh cases, and
// holds the kept case of the corpus against it and against the reference.
func TestEveryMutantIsKilledByItsProperty(t *testing.T) {
	kept := make(map[string]properties.Case)
	if !*update {
		for _, file := range corpus.Cases("mutants") {
			c, err := properties.ParseCase(file.JSON)
			if err != nil {
				t.Fatalf("%s: %v", file.Name, err)
			}
			kept[file.Name] = c
		}
		if len(kept) != len(all) {
			t.Errorf("the corpus keeps cases of %d mutants, there are %d", len(kept), len(all))
		}
	}
	for _, m := range all {
		t.Run(m.ID, func(t *testing.T) {
			p, err := properties.ByID(m.Property)
			if err != nil {
				t.Fatal(err)
			}
			if !p.Drafts.Has(m.Draft) {
				t.Fatalf("%s is not claimed under %s", p.ID, m.Draft)
			}
			found := kill(t, m, p)
			if *update {
				path := filepath.Join("..", "..", "corpus", "cases", "mutants", m.ID+".json")
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				found.Note = m.Fault
				if err := os.WriteFile(path, found.Format(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			c, ok := kept["mutants/"+m.ID]
			if !ok {
				t.Fatal("the corpus keeps no case that shows it; run 'go test ./properties/mutants -update'")
			}
			planted := m.Plant()
			if outcome, _, err := p.Replay(planted.Implementation, &c); err != nil || outcome != properties.Refuted {
				t.Errorf("the kept case does not kill it: %v, %v", outcome, err)
			}
			if !planted.Reached() {
				t.Error("the kept case does not reach the planted code")
			}
			if outcome, refutation, err := p.Replay(properties.Reference{}, &c); err != nil || outcome == properties.Refuted {
				t.Errorf("the kept case refutes the reference as well: %v, %v", refutation, err)
			}
		})
	}
}

// kill hunts a mutant from a fixed seed and returns the smallest case that
// kills it.
func kill(t *testing.T, m *Mutant, p *properties.Property) properties.Case {
	t.Helper()
	planted := m.Plant()
	for _, c := range p.Known(m.Draft) {
		if outcome, _ := planted.Replay(p, &c); outcome == properties.Refuted {
			return c
		}
	}
	var tape gen.Tape
	tape.Seed(1, 1)
	for range tries / max(1, p.Cost) {
		tape.Clear()
		if _, refutation := planted.Try(p, m.Draft, &tape); refutation != nil {
			choices := slices.Clone(tape.Choices())
			var again gen.Tape
			// A mutant may remember what it was asked, so each try has a new one.
			kills := func(candidate []uint16) ([]uint16, []gen.Span, bool) {
				again.Rewind(candidate)
				_, found := m.Plant().Try(p, m.Draft, &again)
				return again.Choices(), again.Spans(), found != nil && found.Class == refutation.Class
			}
			if _, _, alone := kills(choices); alone {
				return p.Case(m.Draft, gen.Shrink(choices, kills))
			}
		}
	}
	t.Fatalf("%s does not kill it in %d cases", p.ID, tries/max(1, p.Cost))
	return properties.Case{}
}

// TestEveryPropertyHasAMutant holds that no property is one that cannot fail.
func TestEveryPropertyHasAMutant(t *testing.T) {
	for _, p := range properties.All() {
		if !slices.ContainsFunc(all, func(m *Mutant) bool { return m.Property == p.ID }) {
			t.Errorf("no mutant refutes %s", p.ID)
		}
	}
	seen := make(map[string]bool)
	for _, m := range all {
		if seen[m.ID] {
			t.Errorf("two mutants have the ID %s", m.ID)
		}
		seen[m.ID] = true
		if m.Fault == "" || !m.Draft.Valid() {
			t.Errorf("%s lacks a field", m.ID)
		}
	}
}

// TestUnmutatedIsTheReference holds that the frame in which faults are planted
// has none of its own.
func TestUnmutatedIsTheReference(t *testing.T) {
	reached := func() { t.Error("reached without a fault") }
	for _, p := range properties.All() {
		var frame properties.Implementation = &messageIDs{reached: reached}
		switch p.Model() {
		case "content":
			frame = &contents{reached: reached}
		case "message-status":
			frame = &statuses{reached: reached}
		case "roompolicy":
			frame = &policies{reached: reached}
		case "franking":
			frame = &frankings{reached: reached}
		}
		if judge := (&roomJudge{reached: reached}); p.Able(judge) && !p.Able(frame) {
			frame = judge
		}
		for _, d := range p.Drafts.List() {
			if p.DrawsNothing() {
				continue
			}
			var tape, again gen.Tape
			tape.Seed(9, uint64(d))
			for range 2000 / max(1, p.Cost) {
				tape.Clear()
				got, _ := p.Try(frame, d, &tape)
				again.Rewind(tape.Choices())
				if want, _ := p.Try(properties.Reference{}, d, &again); got != want {
					t.Fatalf("%s under %s: %v, the reference %v, for %v", p.ID, d, got, want, p.Case(d, tape.Choices()))
				}
			}
		}
	}
}

// TestPanicsKillNothing holds that an input for which the planting code is not made
// does not pass for one that shows the fault.
func TestPanicsKillNothing(t *testing.T) {
	mutant, err := ByID("roompolicy/maximum-off-by-one")
	if err != nil {
		t.Fatal(err)
	}
	property, err := properties.ByID(mutant.Property)
	if err != nil {
		t.Fatal(err)
	}
	planted := mutant.Plant()
	none := func(any) bool { return true } // a room without a policy
	if _, refutation := property.TryInput(planted.Implementation, mutant.Draft, property.NewInput()); refutation == nil || refutation.Class != properties.PanicClass {
		t.Fatalf("the mutant does not panic, so that this tests nothing: %v", refutation)
	}
	if outcome := planted.TryInput(property, mutant.Draft, none); outcome != properties.Skipped {
		t.Errorf("a panic: %s, expected that it is skipped", outcome)
	}
}
