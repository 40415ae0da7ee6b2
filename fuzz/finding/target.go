package finding

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// costly is the cost of a case from which on a property is searched apart: it
// would take the time of the others.
const costly = 100

// group is what one run of an engine searches: the mutants of a model whose
// properties cost as much, and on octets those of one lane of them.
type group struct {
	name   string // such as "content", or "content-costly"
	model  string
	costly bool
	lane   string // such as "octets" or "RoomAction"; "" for all, on a tape
}

// groups are all of them, with all of their lanes.
var groups = []group{
	{"messageid", "messageid", false, ""},
	{"messageid-costly", "messageid", true, ""},
	{"content", "content", false, ""},
	{"content-costly", "content", true, ""},
	{"message-status", "message-status", false, ""},
	{"franking", "franking", false, ""},
	{"franking-costly", "franking", true, ""},
	{"roompolicy", "roompolicy", false, ""},
	{"roompolicy-costly", "roompolicy", true, ""},
}

// String returns the name, with that of the lane if it is one, as in
// "roompolicy/RoomAction".
func (g group) String() string {
	if g.lane == "" {
		return g.name
	}
	return g.name + "/" + g.lane
}

// parseGroup is the inverse of String.
func parseGroup(text string) (group, error) {
	name, lane, _ := strings.Cut(text, "/")
	var names []string
	for _, g := range groups {
		if g.name == name {
			g.lane = lane
			return g, nil
		}
		names = append(names, g.name)
	}
	return group{}, fmt.Errorf("unknown group %q: expected one of %s", name, strings.Join(names, ", "))
}

func (g group) has(p *properties.Property) bool {
	return p.Model() == g.model && (p.Cost >= costly) == g.costly
}

// lanes returns the group once for each of its lanes on octets.
func (g group) lanes() (list []group, err error) {
	all, err := subjects()
	for _, s := range all {
		if !g.has(s.property) {
			continue
		}
		one := g
		if one.lane = laneOnOctets(s.property); !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list, err
}

// lane is what one choice of an engine leads to: mutants that are tried with the
// same octets, or tape.
type lane struct {
	living []*subject
	seeds  int // inputs for it that the engine starts from
}

// target is what an engine calls with octets: the mutants of a group, all tried
// with each input that is for them.
type target struct {
	pool  *pool
	tape  bool
	lanes []*lane
}

// newTarget makes the target of a group. With several lanes, which only a tape
// has, its first choice picks one.
func newTarget(g group, t *Tally) (*target, error) {
	all, err := subjects()
	if err != nil {
		return nil, err
	}
	tape := g.lane == ""
	made := &target{pool: newPool(t), tape: tape}
	byKey := make(map[string]*lane)
	for _, s := range all {
		if !g.has(s.property) || tape && s.property.DrawsNothing() || !tape && laneOnOctets(s.property) != g.lane {
			continue
		}
		key := ""
		if tape {
			key = laneOnTape(s)
		}
		if byKey[key] == nil {
			byKey[key] = new(lane)
			made.lanes = append(made.lanes, byKey[key])
		}
		byKey[key].living = append(byKey[key].living, s)
	}
	if len(made.lanes) == 0 {
		return nil, fmt.Errorf("the group %s has no mutants", g)
	}
	return made, nil
}

// laneOnTape says which mutants share tapes, as in the fuzz targets of the
// project: those of message IDs and content check all properties with a tape, those
// of franking and room policies one property under one draft.
func laneOnTape(s *subject) string {
	switch s.property.Model() {
	case "franking", "roompolicy":
		return fmt.Sprint(s.Property, s.Draft)
	}
	return ""
}

// laneOnOctets names what octets are to a property: those that read them alike
// share them, under all drafts.
func laneOnOctets(p *properties.Property) string {
	t := reflect.TypeOf(p.NewInput()).Elem()
	switch {
	case formOf(p) != octetsForm || t == reflect.TypeFor[gen.RoomStructure]() || hasField(t, "Text"):
		return t.Name()
	case p.Model() == "roompolicy" && hasField(t, "Length"):
		return "octets-cut"
	}
	return "octets"
}

// try takes one input of an engine.
func (t *target) try(octets []byte) {
	l := t.lanes[0]
	if t.tape {
		fuzzed := gen.ReadFuzzed(octets)
		if len(t.lanes) > 1 {
			var i int
			i, fuzzed = fuzzed.Pick(len(t.lanes))
			l = t.lanes[i]
		}
		var tape gen.Tape
		l.living = t.pool.tryAll(l.living, func(s *subject) properties.Outcome {
			tape.RewindFuzzed(fuzzed)
			outcome, _ := s.planted.Try(s.property, s.Draft, &tape)
			return outcome
		})
		return
	}
	l.living = t.pool.tryAll(l.living, func(s *subject) properties.Outcome {
		return s.planted.TryInput(s.property, s.Draft, func(input any) bool { return fill(s.property, s.Draft, octets, input) })
	})
}

// leastSpent returns the least time of the processor that a mutant has had which
// lives. It is false if none is left.
func (t *target) leastSpent() (least time.Duration, left bool) {
	for _, l := range t.lanes {
		for _, s := range l.living {
			if t.pool.tally.killed(s.index) {
				continue
			}
			if spent := t.pool.tally.trial(s.index).spent; !left || spent < least {
				least, left = spent, true
			}
		}
	}
	return least, left
}

// mutants returns how many mutants a target has at first.
func (t *target) mutants() (n int) {
	for _, l := range t.lanes {
		n += len(l.living)
	}
	return n
}

// SearchVariable names the environment variable that tells a fuzzing engine's
// process what it searches: a group and the file of the tally, with a colon between.
const SearchVariable = "MIMIFUZZ_FINDING"

// SeedsVariable names the environment variable that names the folder of the seeds
// for the native engine.
const SeedsVariable = "MIMIFUZZ_FINDING_SEEDS"

// environment is what tells a process to search the group.
func (g group) environment(tally string) string {
	return SearchVariable + "=" + g.String() + ":" + tally
}

// targetOfEnvironment is what the process of an engine searches, nil if it is
// not one.
var targetOfEnvironment = sync.OnceValues(func() (*target, error) {
	value := os.Getenv(SearchVariable)
	if value == "" {
		return nil, nil
	}
	name, file, ok := strings.Cut(value, ":")
	if !ok {
		return nil, fmt.Errorf("%s=%q: expected a group and a file", SearchVariable, value)
	}
	g, err := parseGroup(name)
	if err != nil {
		return nil, err
	}
	t, err := openTally(file, len(mutants.All()))
	if err != nil {
		return nil, err
	}
	return newTarget(g, t)
})
