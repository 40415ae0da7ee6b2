//go:build !gofuzz

package finding

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"

	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

// unrelated are the properties whose inputs have parts that must fit each other in
// ways that no plain combinator knows.
var unrelated = map[string]bool{
	"roompolicy/message-capabilities":    true, // what the message needs
	"roompolicy/capability-never-denies": true, // an action that is allowed
	"roompolicy/commit-in-order":         true, // actions that are allowed one after the other
}

// TestCombinators holds that plain combinators draw inputs that properties say
// something about.
func TestCombinators(t *testing.T) {
	all, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range byProperty(all) {
		p, d := list[0].property, list[0].Draft
		if p.DrawsNothing() || unrelated[p.ID] {
			continue
		}
		c := newCombinators(p, d)
		params := gopter.DefaultGenParameters()
		params.Rng.Seed(1)
		outcomes := make(map[properties.Outcome]int)
		for range 60 {
			if outcomes[properties.Holds] > 0 {
				break
			}
			write := c.draw(params)
			input := p.NewInput()
			if !write(input) {
				outcomes[properties.Skipped]++
				continue
			}
			outcome, _ := p.TryInput(properties.Reference{}, d, input)
			outcomes[outcome]++
		}
		if outcomes[properties.Holds] == 0 {
			t.Errorf("%s under %s: no drawn input is one that it is about: %v", p.ID, d, outcomes)
		}
	}
}

// TestOctetsComeBack holds that a drawn input is written as octets from which the
// same input is read, so that seeds say what they should.
func TestOctetsComeBack(t *testing.T) {
	all, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range byProperty(all) {
		p, d := list[0].property, list[0].Draft
		if p.DrawsNothing() {
			continue
		}
		input := p.NewInput()
		if err := json.Unmarshal(p.Case(d, nil).Input, input); err != nil {
			t.Fatal(err)
		}
		octets, err := asOctets(p, d, input)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		back := p.NewInput()
		if !fill(p, d, octets, back) {
			t.Errorf("%s: %x is not read", p.ID, octets)
			continue
		}
		again, err := asOctets(p, d, back)
		if err != nil || !bytes.Equal(octets, again) {
			t.Errorf("%s: %x comes back as %x: %v", p.ID, octets, again, err)
		}
	}
}

// TestFieldsComeBack holds that a flat value is read from the octets that it is
// written as, and that any octets are some value.
func TestFieldsComeBack(t *testing.T) {
	want := gen.FrankedContexts{First: gen.FrankedContext{Sender: []byte("a"), Room: []byte{}, Timestamp: 1 << 40}, Second: gen.FrankedContext{Sender: []byte{}, Room: []byte("bc")}}
	octets := appendFields(nil, reflect.ValueOf(want))
	var got gen.FrankedContexts
	if left := readFields(reflect.ValueOf(&got).Elem(), octets); len(left) > 0 {
		t.Errorf("%x is left", left)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for n := range octets {
		readFields(reflect.ValueOf(new(gen.FrankedContexts)).Elem(), octets[:n])
	}
}

// some returns the mutants of a model, planted anew.
func some(t *testing.T, model string) (list []*subject) {
	t.Helper()
	all, err := subjects()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.property.Model() == model {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		t.Fatalf("no mutants of %s", model)
	}
	return list
}

func TestOwnSearchKillsAll(t *testing.T) {
	list, tally := some(t, "message-status"), newTally(len(mutants.All()))
	searchOwn(t.Context(), list, 1, tally)
	for _, s := range list {
		if r := tally.trial(s.index); !r.reached || !r.killed || r.cases < 1 || r.spent <= 0 {
			t.Errorf("%s: %+v", s.ID, r)
		}
	}
	if tally.Kills() != len(list) {
		t.Errorf("%d of %d killed", tally.Kills(), len(list))
	}
}

// TestTargetsTryTheirSeeds lets the targets of each engine try its seeds: each lane
// has some, and the mutants that are tried are counted. On octets, each mutant has a
// target.
func TestTargetsTryTheirSeeds(t *testing.T) {
	for _, e := range []engine{{tape: true, from: sameSeeds}, {from: sameSeeds}, {from: knownSeeds}} {
		all, err := e.groups()
		if err != nil {
			t.Fatal(err)
		}
		places := make(map[int]int)
		for _, g := range all {
			tally := newTally(len(mutants.All()))
			target, err := newTarget(g, tally)
			if err != nil {
				t.Fatal(err)
			}
			var tried []int
			for _, l := range target.lanes {
				for _, s := range l.living {
					tried = append(tried, s.index)
					places[s.index]++
				}
			}
			if g.costly {
				continue
			}
			seeds, err := seedsOf(target, e.from)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range target.lanes {
				if l.seeds == 0 {
					t.Errorf("%s: a lane has no seeds", g)
				}
			}
			for _, octets := range seeds {
				target.try(octets)
			}
			for _, i := range tried {
				if r := tally.trial(i); r.cases == 0 {
					t.Errorf("%s, tape %v: no seed was tried on %s", g, e.tape, mutants.All()[i].ID)
				}
			}
			target.try(nil) // is nothing, and no panic
			living := 0
			for _, l := range target.lanes {
				living += len(l.living)
			}
			least, left := target.leastSpent()
			if living+tally.Kills() < len(tried) || left != (living > 0) || left != (least > 0) {
				t.Errorf("%s: %d of %d live, %d killed, the least %v", g, living, len(tried), tally.Kills(), least)
			}
		}
		for i, m := range mutants.All() {
			if places[i] > 1 || places[i] == 0 && !e.tape {
				t.Errorf("tape %v: %s has %d targets", e.tape, m.ID, places[i])
			}
		}
	}
}

// TestGroupsComeBack holds that an engine's process searches what it is told.
func TestGroupsComeBack(t *testing.T) {
	for _, e := range []engine{{tape: true}, {}} {
		all, err := e.groups()
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range all {
			if again, err := parseGroup(g.String()); err != nil || again != g {
				t.Errorf("%s comes back as %v: %v", g, again, err)
			}
		}
	}
	if _, err := parseGroup("rooms"); err == nil {
		t.Error("there is a group called rooms")
	}
	if _, err := newTarget(group{name: "content", model: "content", lane: "nothing"}, newTally(len(mutants.All()))); err == nil {
		t.Error("a lane without mutants has a target")
	}
}

// TestTallyIsShared holds that two mappings of one file are one tally.
func TestTallyIsShared(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tally")
	first, err := createTally(file, 2)
	if err != nil {
		t.Fatal(err)
	}
	second, err := openTally(file, 2)
	if err != nil {
		t.Fatal(err)
	}
	first.tried(1, 5, true, false)
	second.tried(1, 7, true, true)
	first.tried(1, 9, true, true) // too late: it is dead
	for _, tally := range []*Tally{first, second} {
		if r := tally.trial(1); !r.killed || r.cases != 2 || r.spent != 12 {
			t.Errorf("%+v, expected a kill by the second case after 12 ns", r)
		}
		if r := tally.trial(0); r.killed || r.reached || r.cases != 0 {
			t.Errorf("the other mutant: %+v", r)
		}
	}
	if _, err := openTally(file, 3); err == nil {
		t.Error("a tally of another size is shared")
	}
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Error(err)
	}
}

// TestMeasure measures two approaches that need no engine for a moment, and holds
// that every mutant is in the record.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("hunts every mutant")
	}
	r, err := Measure(t.Context(), Options{Seeds: 1, For: time.Second, Jobs: 2, Approaches: []string{ApproachProperties, ApproachCombinators}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Mutants) != len(mutants.All()) || len(r.Approaches) != 2 {
		t.Fatalf("%d mutants, %d approaches", len(r.Mutants), len(r.Approaches))
	}
	for _, m := range r.Mutants {
		if own := m.Trials[0]; !own.Killed[0] || !own.Reached[0] {
			t.Errorf("%s: %+v", m.ID, own)
		}
	}
	text, err := r.Format()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reports.ReadFindingPower(text); err != nil {
		t.Error(err)
	}
}
