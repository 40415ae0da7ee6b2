package gen

import (
	"maps"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// TestEveryStructureRuleIsBroken holds the list of flaws against the rules.
func TestEveryStructureRuleIsBroken(t *testing.T) {
	var rules []string
	for _, r := range roompolicy.StructureRules() {
		rules = append(rules, r.ID)
	}
	broken := RoomRules()
	slices.Sort(broken)
	if !slices.Equal(rules, broken) {
		t.Errorf("rules %q, broken are %q", rules, broken)
	}
}

// TestEveryFlawIsDrawn holds that each flaw of an encoding is drawn under each
// draft that has its place, and in more than one struct.
func TestEveryFlawIsDrawn(t *testing.T) {
	for _, flaws := range [][]componentFlaw{lengthFlaws, elementFlaws, presenceFlaws, enumFlaws, trailingFlaws, dictionaryFlaws} {
		draw := drawFlawed(flaws)
		drawn := map[string]map[string]bool{}
		var tape Tape
		for d := range componentStructsOf {
			if flaws[0].name == dictionaryFlaws[0].name && policyOneStruct.Has(d) {
				continue
			}
			tape.Seed(1, uint64(d))
			for range 2000 {
				tape.Clear()
				c := draw(d, &tape)
				if drawn[c.Flaw] == nil {
					drawn[c.Flaw] = map[string]bool{}
				}
				drawn[c.Flaw][c.Struct] = true
			}
		}
		for _, f := range flaws {
			only := f.name == "trailing-in-component" || f.name == "component-repeated" || f.name == "component-out-of-order"
			if n := len(drawn[f.name]); n < 4 && !(only && n == 1) {
				t.Errorf("%s is drawn in %v", f.name, drawn[f.name])
			}
		}
	}
}

// TestEveryStructIsDrawn holds that each struct is drawn under each draft that
// has it, empty and at some length.
func TestEveryStructIsDrawn(t *testing.T) {
	var tape Tape
	for d, structs := range componentStructsOf {
		longest := map[string]int{}
		tape.Seed(2, uint64(d))
		for range 4000 {
			tape.Clear()
			c := ValidComponent(d, &tape)
			longest[c.Struct] = max(longest[c.Struct], len(c.Octets))
		}
		for _, s := range structs {
			if longest[s.name] == 0 {
				t.Errorf("%s: no %s is drawn", d, s.name)
			}
		}
		if slices.Max(slices.Collect(maps.Values(longest))) < 1<<14 {
			t.Errorf("%s: the longest are %v: no length takes 4 octets", d, longest)
		}
	}
}

// TestEveryJSONFlawIsDrawn holds that the text of each flaw is damaged.
func TestEveryJSONFlawIsDrawn(t *testing.T) {
	drawn := map[string]int{}
	var tape Tape
	for d := range componentStructsOf {
		tape.Seed(3, uint64(d))
		for range 500 {
			tape.Clear()
			drawn[DamagedJSON(d, &tape).Flaw]++
		}
	}
	for _, f := range jsonFlaws {
		if drawn[f.name] < 20 {
			t.Errorf("%s is drawn %d times", f.name, drawn[f.name])
		}
	}
}
