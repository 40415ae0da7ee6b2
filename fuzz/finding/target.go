package finding

import (
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// costly is the cost of a case from which on a property is searched apart: it
// would take the time of the others.
const costly = 100

// group is what one run of an engine searches.
type group struct {
	name   string // such as "content", or "content-costly"
	weight int    // of its share of the time
	model  string
	costly bool
}

// groups are all of them.
var groups = []group{
	{"messageid", 2, "messageid", false},
	{"messageid-costly", 1, "messageid", true},
	{"content", 4, "content", false},
	{"content-costly", 1, "content", true},
	{"message-status", 1, "message-status", false},
	{"franking", 2, "franking", false},
	{"franking-costly", 3, "franking", true},
	{"roompolicy", 6, "roompolicy", false},
	{"roompolicy-costly", 1, "roompolicy", true},
}

func groupByName(name string) (group, error) {
	var names []string
	for _, g := range groups {
		if g.name == name {
			return g, nil
		}
		names = append(names, g.name)
	}
	return group{}, fmt.Errorf("unknown group %q: expected one of %s", name, strings.Join(names, ", "))
}

func (g group) has(p *properties.Property) bool {
	return p.Model() == g.model && (p.Cost >= costly) == g.costly
}

// lane is what one choice of an engine leads to: mutants that are tried with the
// same octets, or tape.
type lane struct {
	property *properties.Property // nil if the mutants are of several
	draft    spec.Draft
	living   []*subject
	seeds    int // inputs for it that the engine starts from
}

// target is what an engine calls with octets: the mutants of a group, all tried
// with each input that is for them.
type target struct {
	pool  *pool
	tape  bool
	lanes []*lane
}

// newTarget makes the target of a group. With several lanes, the first octet of
// an input, or the first choice of a tape, picks one.
func newTarget(g group, tape bool, t *Tally) (*target, error) {
	all, err := subjects()
	if err != nil {
		return nil, err
	}
	made := &target{pool: newPool(t), tape: tape}
	byKey := make(map[string]*lane)
	for _, s := range all {
		if !g.has(s.property) || tape && s.property.DrawsNothing() {
			continue
		}
		key, l := laneKey(s, tape)
		if byKey[key] == nil {
			byKey[key] = &l
			made.lanes = append(made.lanes, &l)
		}
		byKey[key].living = append(byKey[key].living, s)
	}
	return made, nil
}

// laneKey says which mutants share inputs. On a tape it is as in the fuzz
// targets of the project: those of message IDs and content check all properties
// with a tape, those of franking and room policies one property under one draft.
// Octets that are decoded are for all properties that decode them.
func laneKey(s *subject, tape bool) (string, lane) {
	apart := lane{property: s.property, draft: s.Draft}
	key := fmt.Sprint(s.Property, s.Draft)
	switch s.property.Model() {
	case "franking", "roompolicy":
		return key, apart
	}
	if tape || formOf(s.property) == octetsForm {
		return "", lane{}
	}
	return key, apart
}

// try takes one input of an engine.
func (t *target) try(octets []byte) {
	l := t.lanes[0]
	if t.tape {
		choices := gen.FromOctets(octets)
		if len(t.lanes) > 1 {
			if len(choices) == 0 {
				return
			}
			l, choices = t.lanes[int(choices[0])%len(t.lanes)], choices[1:]
		}
		var tape gen.Tape
		l.living = t.pool.tryAll(l.living, func(s *subject) properties.Outcome {
			tape.Rewind(choices)
			outcome, _ := s.planted.Try(s.property, s.Draft, &tape)
			return outcome
		})
		return
	}
	if len(t.lanes) > 1 {
		if len(octets) == 0 {
			return
		}
		l, octets = t.lanes[int(octets[0])%len(t.lanes)], octets[1:]
	}
	l.living = t.pool.tryAll(l.living, func(s *subject) properties.Outcome {
		return s.planted.TryInput(s.property, s.Draft, func(input any) bool { return fill(s.property, s.Draft, octets, input) })
	})
}

// done reports whether no mutant is left.
func (t *target) done() bool {
	for _, l := range t.lanes {
		for _, s := range l.living {
			if !t.pool.tally.killed(s.index) {
				return false
			}
		}
	}
	return true
}

// SearchVariable names the environment variable that tells a fuzzing engine's
// process what it searches: the name of a group, "tape" or "octets", and the file
// of the tally, separated by colons.
const SearchVariable = "MIMIFUZZ_FINDING"

// SeedsVariable names the environment variable that names the folder of the seeds
// for the native engine.
const SeedsVariable = "MIMIFUZZ_FINDING_SEEDS"

// targetOfEnvironment is what the process of an engine searches, nil if it is
// not one.
var targetOfEnvironment = sync.OnceValues(func() (*target, error) {
	value := os.Getenv(SearchVariable)
	if value == "" {
		return nil, nil
	}
	words := strings.SplitN(value, ":", 3)
	if len(words) != 3 {
		return nil, fmt.Errorf("%s=%q: expected a group, tape or octets, and a file", SearchVariable, value)
	}
	g, err := groupByName(words[0])
	if err != nil {
		return nil, err
	}
	all, err := subjects()
	if err != nil {
		return nil, err
	}
	t, err := openTally(words[2], len(all))
	if err != nil {
		return nil, err
	}
	return newTarget(g, words[1] == "tape", t)
})
