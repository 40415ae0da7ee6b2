package fuzz

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/reports"
)

// Target is one search that coverage can guide: it takes any octets, and fails
// where the reference does something wrong with them.
type Target struct {
	Name  string // such as "ContentTape", whose native target is FuzzContentTape
	About string // one line
	// Tape tells that the octets are a tape of choices; otherwise they are an
	// input as they are.
	Tape   bool
	Drafts spec.Drafts // under which it checks

	try   func(octets []byte) error
	seeds func() [][]byte
	// ofCase returns the tape that draws a case. It is false if the target does not
	// check its property, or nothing was drawn. Only targets with a tape have it.
	ofCase func(*properties.Case) ([]byte, bool)
}

// Try checks the reference with octets. It fails with [*Wrong] unless what is
// wrong is an expected finding; a panic of the reference is such a failure.
func (t *Target) Try(octets []byte) error {
	return guard(t.Name, t.newest(), func() error { return t.try(octets) })
}

// Property returns the name under which cases of the target are kept.
func (t *Target) Property() string { return targetPrefix + t.Name }

// newest returns the newest draft of the target.
func (t *Target) newest() spec.Draft {
	list := t.Drafts.List()
	return list[len(list)-1]
}

// Seeds returns the inputs from which a search starts.
func (t *Target) Seeds() [][]byte { return t.seeds() }

// Case returns what a failure is kept as: it can be replayed.
func (t *Target) Case(wrong *Wrong, octets []byte) properties.Case {
	if wrong.Case != nil {
		return *wrong.Case
	}
	input, err := json.Marshal(octets)
	if err != nil {
		panic(err) // octets can always be written
	}
	return properties.Case{Property: t.Property(), Draft: wrong.Draft, Note: wrong.Class, Input: input}
}

// Shrink returns the smallest octets found that fail with the same signature
// as the given ones. It returns its argument if that does not fail.
func (t *Target) Shrink(octets []byte, signature string) []byte {
	fails := func(candidate []byte) bool { return signatureOf(t.Try(candidate)) == signature }
	if t.Tape {
		octets = t.written(octets, fails)
		f := gen.ReadFuzzed(octets)
		f.Choices = gen.Shrink(f.Choices, func(choices []uint16) ([]uint16, []gen.Span, bool) {
			return choices, nil, fails(gen.Fuzzed{Seed: f.Seed, Choices: choices}.Octets())
		})
		if smaller := f.Octets(); fails(smaller) {
			return smaller
		}
		return octets
	}
	choices := make([]uint16, len(octets))
	for i, o := range octets {
		choices[i] = uint16(o)
	}
	asOctets := func(choices []uint16) []byte {
		out := make([]byte, len(choices))
		for i, c := range choices {
			out[i] = byte(c)
		}
		return out
	}
	return asOctets(gen.Shrink(choices, func(choices []uint16) ([]uint16, []gen.Span, bool) {
		return choices, nil, fails(asOctets(choices))
	}))
}

// written returns octets that write out all that a tape draws, also what the seed
// says, if these fail as well.
func (t *Target) written(octets []byte, fails func([]byte) bool) []byte {
	var wrong *Wrong
	if errors.As(t.Try(octets), &wrong) && wrong.Case != nil {
		if all, ok := t.ofCase(wrong.Case); ok && fails(all) {
			return all
		}
	}
	return octets
}

// TargetByName returns the target of that name.
func TargetByName(name string) (*Target, error) {
	var names []string
	for _, t := range Targets() {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("unknown target %q: expected one of %s", name, strings.Join(names, ", "))
}

// Replay checks a kept case again: one of a property, or one of a target.
func Replay(impl properties.Implementation, c *properties.Case) (properties.Outcome, *properties.Refutation, error) {
	name, ofTarget := strings.CutPrefix(c.Property, targetPrefix)
	if !ofTarget {
		p, err := properties.ByID(c.Property)
		if err != nil {
			return properties.Skipped, nil, err
		}
		return p.Replay(impl, c)
	}
	target, err := TargetByName(name)
	if err != nil {
		return properties.Skipped, nil, err
	}
	if impl.Name() != (properties.Reference{}).Name() {
		return properties.Skipped, nil, fmt.Errorf("target %s checks the reference only", name)
	}
	var octets []byte
	if err := json.Unmarshal(c.Input, &octets); err != nil {
		return properties.Skipped, nil, fmt.Errorf("the input of a target is octets in base64: %w", err)
	}
	if err := target.Try(octets); err != nil {
		refutation := &properties.Refutation{Class: "wrong", Detail: err.Error()}
		if wrong, ok := err.(*Wrong); ok {
			refutation.Class, refutation.Detail = wrong.Class, wrong.Detail
		}
		return properties.Refuted, refutation, nil
	}
	return properties.Holds, nil, nil
}

// ReplaySteps is [Replay] with what the implementation was asked on the way, step
// by step, and how many steps more there were than are kept. Of a target, and of a
// property that measures the process, no steps are told.
func ReplaySteps(impl properties.Implementation, c *properties.Case) (outcome properties.Outcome, refutation *properties.Refutation, steps []properties.Step, more int, err error) {
	p, err := properties.ByID(c.Property)
	if err != nil || p.Alone || !p.Able(impl) {
		outcome, refutation, err = Replay(impl, c)
		return outcome, refutation, nil, 0, err
	}
	recording := properties.Record(impl)
	outcome, refutation, err = p.Replay(recording, c)
	return outcome, refutation, recording.Steps, recording.More, err
}

// SkipFile names the environment variable that names a file of signatures, one
// in each line, that native targets pass over: a search that has found a defect
// goes on behind it.
const SkipFile = "MIMIFUZZ_SKIP"

var skipped = sync.OnceValues(func() (map[string]bool, error) {
	file := os.Getenv(SkipFile)
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", SkipFile, err)
	}
	signatures := make(map[string]bool)
	for line := range strings.Lines(string(data)) {
		signatures[strings.TrimSpace(line)] = true
	}
	return signatures, nil
})

// TryUnlessSkipped is [Target.Try] for a native fuzzing engine: it passes over
// what [SkipFile] lists.
func (t *Target) TryUnlessSkipped(octets []byte) error {
	err := t.Try(octets)
	if err == nil {
		return nil
	}
	list, readErr := skipped()
	if readErr != nil {
		return readErr
	}
	if list[signatureOf(err)] {
		return nil
	}
	return err
}

const (
	// costly is the cost from which on a property is left out of a target that checks
	// all with each input.
	costly = 100
	// dearest is the greatest cost of a property that a target picks: a dearer one
	// would take the time of all others.
	dearest = 200
)

var ledger = sync.OnceValue(reports.EmbeddedLedger)

// expected reports whether the project's ledger has a defect of the reference.
func expected(property, class string, d spec.Draft) bool {
	return ledger().Expects(&reports.Finding{Signature: reports.Signature(property, class, properties.Reference{}.Name()), Draft: d})
}

// tapeTarget makes a target that takes octets for a tape, and checks every
// cheap property of some models with what it draws, under every draft.
func tapeTarget(name, about string, drafts spec.Drafts, models ...string) *Target {
	chosen := sync.OnceValue(func() (list []*properties.Property) {
		for _, model := range models {
			ofModel, err := properties.OfModel(model)
			if err != nil {
				panic(err) // a test tries every target
			}
			list = append(list, ofModel...)
		}
		return list
	})
	ofCase := func(c *properties.Case) ([]byte, bool) {
		checked := slices.ContainsFunc(chosen(), func(p *properties.Property) bool { return p.ID == c.Property })
		return gen.Fuzzed{Choices: gen.FromOctets(c.Tape)}.Octets(), checked && len(c.Tape) > 0
	}
	return &Target{Name: name, About: about, Tape: true, Drafts: drafts,
		try:   func(octets []byte) error { return tryTape(name, octets, chosen()) },
		seeds: keptTapes(ofCase), ofCase: ofCase,
	}
}

func tryTape(target string, octets []byte, chosen []*properties.Property) error {
	fuzzed := gen.ReadFuzzed(octets)
	for _, p := range chosen {
		if p.DrawsNothing() || p.Cost >= costly {
			continue
		}
		for _, d := range p.Drafts.List() {
			if err := tryOne(target, p, d, fuzzed); err != nil {
				return err
			}
		}
	}
	return nil
}

// choiceTarget makes a target whose first choice picks a property of a model and
// a draft, and whose other choices are the tape that it draws from: where cases
// are dear, an execution checks one.
func choiceTarget(name, about string, drafts spec.Drafts, model string) *Target {
	type choice struct {
		property *properties.Property
		draft    spec.Draft
	}
	choices := sync.OnceValue(func() []choice {
		ofModel, err := properties.OfModel(model)
		if err != nil {
			panic(err) // a test tries every target
		}
		var list []choice
		for _, p := range ofModel {
			if p.DrawsNothing() || p.Cost > dearest {
				continue
			}
			for _, d := range p.Drafts.List() {
				list = append(list, choice{p, d})
			}
		}
		return list
	})
	ofCase := func(c *properties.Case) ([]byte, bool) {
		i := slices.IndexFunc(choices(), func(choice choice) bool { return choice.property.ID == c.Property && choice.draft == c.Draft })
		return gen.Fuzzed{Choices: append([]uint16{uint16(i)}, gen.FromOctets(c.Tape)...)}.Octets(), i >= 0 && len(c.Tape) > 0
	}
	return &Target{Name: name, About: about, Tape: true, Drafts: drafts,
		try: func(octets []byte) error {
			i, fuzzed := gen.ReadFuzzed(octets).Pick(len(choices()))
			return tryOne(name, choices()[i].property, choices()[i].draft, fuzzed)
		},
		seeds: keptTapes(ofCase), ofCase: ofCase,
	}
}

// keptTapes returns the tapes that draw the kept cases.
func keptTapes(ofCase func(*properties.Case) ([]byte, bool)) func() [][]byte {
	return func() (tapes [][]byte) {
		for _, c := range keptCases() {
			if octets, ok := ofCase(&c); ok {
				tapes = append(tapes, octets)
			}
		}
		return tapes
	}
}

// tryOne checks one property under one draft with what a fuzzer's input draws.
func tryOne(target string, p *properties.Property, d spec.Draft, fuzzed gen.Fuzzed) error {
	return guard(target, d, func() error {
		var tape gen.Tape
		tape.RewindFuzzed(fuzzed)
		_, refutation := p.Try(properties.Reference{}, d, &tape)
		if refutation == nil || expected(p.ID, refutation.Class, d) {
			return nil
		}
		c := p.Case(d, tape.Choices())
		return &Wrong{Property: p.ID, Class: refutation.Class, Draft: d, Detail: refutation.Detail, Case: &c}
	})
}
