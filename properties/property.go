package properties

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// Statement is what a property says, without how it is checked.
type Statement struct {
	ID     string       // model and name, such as "messageid/injective"
	Text   string       // one sentence: what must hold
	Source string       // document and section
	Rules  []*spec.Rule // of the drafts that it rests on
	Drafts spec.Drafts  // under which it is claimed

	// Cost is how much slower one case is than a plain one; the property gets
	// that many times fewer cases. Zero counts as one.
	Cost int

	// Alone is true of a property that measures the process: no other one is
	// checked meanwhile.
	Alone bool
}

// checking is held for writing by a property that is checked alone, and for
// reading by any other.
var checking sync.RWMutex

// begin waits until the property may be checked. It returns what ends that.
func (s *Statement) begin() (end func()) {
	if s.Alone {
		checking.Lock()
		return checking.Unlock
	}
	checking.RLock()
	return checking.RUnlock
}

// Model returns the first part of the ID, such as "messageid".
func (s *Statement) Model() string {
	model, _, _ := strings.Cut(s.ID, "/")
	return model
}

// Rule returns the ID of the rule that a refutation breaks under a draft.
func (s *Statement) Rule(d spec.Draft) string {
	for _, r := range s.Rules {
		if r.Drafts.Has(d) {
			return r.ID
		}
	}
	return ""
}

// Refutation says why a property does not hold for one value.
type Refutation struct {
	// Class tells defects of one property apart and stays the same while a
	// value shrinks, such as "sender-room-boundary".
	Class string
	// Detail is for a reader: what was expected and what was found.
	Detail string
}

// PanicClass is the class of a refutation by a panic.
const PanicClass = "panic"

// Outcome is the verdict on one value.
type Outcome uint8

const (
	Holds   Outcome = iota // the property holds
	Refuted                // it does not
	Skipped                // it says nothing about this value
)

// String returns "holds", "refuted" or "skipped".
func (o Outcome) String() string { return [...]string{"holds", "refuted", "skipped"}[o] }

// Property is one statement, the capability that it needs, and how it is
// checked. Make one with [New].
type Property struct {
	Statement
	able   func(Implementation) bool
	known  func(spec.Draft) []any
	draw   func(spec.Draft, *gen.Tape) any                                    // nil if there are only known values
	try    func(Implementation, spec.Draft, *gen.Tape) (Outcome, *Refutation) // nil if there are only known values
	replay func(Implementation, spec.Draft, json.RawMessage) (Outcome, *Refutation, error)

	newInput func() any
	tryInput func(Implementation, spec.Draft, any) (Outcome, *Refutation)
}

// Check is how a property is checked, with an implementation of type I and
// values of type V. V must survive a round trip through JSON.
type Check[I any, V any] struct {
	// Draw draws a value. It may be nil if there are only known values.
	Draw func(spec.Draft, *gen.Tape) V
	// Known gives values that are checked in every run, before fresh ones.
	Known func(spec.Draft) []V
	// Try checks the implementation with one value. A nil refutation with
	// the outcome Refuted is a mistake of the property.
	Try func(I, spec.Draft, *V) (Outcome, *Refutation)
}

// New makes a property. I is the interface of the capability that it needs.
func New[I any, V any](statement Statement, check Check[I, V]) *Property {
	p := &Property{
		Statement: statement,
		able: func(impl Implementation) bool {
			_, ok := impl.(I)
			return ok
		},
		known: func(d spec.Draft) []any {
			var values []any
			if check.Known != nil {
				for _, value := range check.Known(d) {
					values = append(values, value)
				}
			}
			return values
		},
		replay: func(impl Implementation, d spec.Draft, input json.RawMessage) (outcome Outcome, refutation *Refutation, err error) {
			var value V
			decoder := json.NewDecoder(bytes.NewReader(input))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&value); err != nil {
				return Skipped, nil, err
			}
			defer statement.begin()()
			defer refuteOnPanic(&outcome, &refutation)
			outcome, refutation = check.Try(impl.(I), d, &value)
			return outcome, refutation, nil
		},
		newInput: func() any { return new(V) },
		tryInput: func(impl Implementation, d spec.Draft, input any) (Outcome, *Refutation) {
			return check.Try(impl.(I), d, input.(*V))
		},
	}
	if check.Draw != nil {
		p.draw = func(d spec.Draft, t *gen.Tape) any { return check.Draw(d, t) }
		p.try = func(impl Implementation, d spec.Draft, t *gen.Tape) (Outcome, *Refutation) {
			value := check.Draw(d, t)
			return check.Try(impl.(I), d, &value)
		}
	}
	return p
}

// Able reports whether the implementation has the capability that the property
// needs.
func (p *Property) Able(impl Implementation) bool { return p.able(impl) }

// DrawsNothing reports whether the property has only known values.
func (p *Property) DrawsNothing() bool { return p.try == nil }

// Try draws one value from the tape and checks it. The implementation must be
// able, and the property must draw values.
func (p *Property) Try(impl Implementation, d spec.Draft, t *gen.Tape) (outcome Outcome, refutation *Refutation) {
	defer p.begin()()
	defer refuteOnPanic(&outcome, &refutation)
	return p.try(impl, d, t)
}

// NewInput returns a pointer to a zero input of the property, for those who make
// inputs by other means than a tape.
func (p *Property) NewInput() any { return p.newInput() }

// TryInput checks one input, which must be of the type of [Property.NewInput].
// The implementation must be able.
func (p *Property) TryInput(impl Implementation, d spec.Draft, input any) (outcome Outcome, refutation *Refutation) {
	defer p.begin()()
	defer refuteOnPanic(&outcome, &refutation)
	return p.tryInput(impl, d, input)
}

// refuteOnPanic makes a refutation of a panic: an implementation must answer
// every input.
func refuteOnPanic(outcome *Outcome, refutation **Refutation) {
	if cause := recover(); cause != nil {
		*outcome, *refutation = Refuted, &Refutation{Class: PanicClass, Detail: fmt.Sprintf("the implementation panicked: %v", cause)}
	}
}

// Known returns the cases that are checked in every run.
func (p *Property) Known(d spec.Draft) []Case {
	var cases []Case
	for _, value := range p.known(d) {
		cases = append(cases, p.newCase(d, value))
	}
	return cases
}

// Case draws the value again from choices and returns it as a case.
func (p *Property) Case(d spec.Draft, choices []uint16) Case {
	var t gen.Tape
	t.Rewind(choices)
	c := p.newCase(d, p.draw(d, &t))
	c.Tape = gen.ToOctets(t.Choices())
	return c
}

func (p *Property) newCase(d spec.Draft, value any) Case {
	input, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("%s: its values do not survive JSON: %v", p.ID, err))
	}
	return Case{Property: p.ID, Draft: d, Input: input}
}

// Replay checks a kept case. It fails if the case is not one of the property,
// or its input cannot be read.
func (p *Property) Replay(impl Implementation, c *Case) (Outcome, *Refutation, error) {
	switch {
	case c.Property != p.ID:
		return Skipped, nil, fmt.Errorf("a case of %s, not of %s", c.Property, p.ID)
	case !p.Drafts.Has(c.Draft):
		return Skipped, nil, fmt.Errorf("%s is not claimed under %s: expected one of %s", p.ID, c.Draft, p.Drafts)
	case !p.able(impl):
		return Skipped, nil, fmt.Errorf("%s cannot be asked what %s needs", impl.Name(), p.ID)
	}
	outcome, refutation, err := p.replay(impl, c.Draft, c.Input)
	if err != nil {
		return Skipped, nil, fmt.Errorf("the input of the case does not fit %s: %w", p.ID, err)
	}
	return outcome, refutation, nil
}

// Shrink looks for the smallest choices that refute the property in the same
// class as the given ones do. It returns its argument if they do not refute it.
func (p *Property) Shrink(impl Implementation, d spec.Draft, choices []uint16, class string) []uint16 {
	var t gen.Tape
	return gen.Shrink(choices, func(candidate []uint16) ([]uint16, []gen.Span, bool) {
		t.Rewind(candidate)
		_, refutation := p.Try(impl, d, &t)
		return t.Choices(), t.Spans(), refutation != nil && refutation.Class == class
	})
}

// Gopter returns the property of one implementation under one draft as gopter
// runs it. It shrinks on the tape.
func (p *Property) Gopter(impl Implementation, d spec.Draft) gopter.Prop {
	type verdict struct {
		refutation *Refutation
		kept       Case
	}
	generator := gen.Lift(func(t *gen.Tape) verdict {
		_, refutation := p.Try(impl, d, t)
		v := verdict{refutation: refutation}
		if refutation != nil {
			v.kept = p.Case(d, t.Choices())
		}
		return v
	})
	return prop.ForAll1(generator, func(v any) (any, error) {
		drawn := v.(*gen.Drawn[verdict])
		if refutation := drawn.Value.refutation; refutation != nil {
			return false, fmt.Errorf("%s: %s: %v", refutation.Class, refutation.Detail, drawn.Value.kept)
		}
		return true, nil
	})
}
