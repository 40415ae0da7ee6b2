package mutants

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// Mutant is one planted fault.
type Mutant struct {
	ID       string     // such as "messageid/little-endian-length"
	Fault    string     // one sentence: what it does wrong
	Property string     // the ID of the property that must catch it
	Draft    spec.Draft // under which it is tried
	Rules    []string   // the IDs of the rules that it does not check, if that is the fault

	// plant returns a new implementation with the fault, which calls reached
	// whenever the planted code runs.
	plant func(reached func()) properties.Implementation
}

// Planted is an implementation with a fault, ready to be asked. Its methods
// are not safe for concurrent use.
type Planted struct {
	properties.Implementation
	reached atomic.Bool
}

// Plant returns a new implementation with the fault of m.
func (m *Mutant) Plant() *Planted {
	p := new(Planted)
	p.Implementation = m.plant(func() { p.reached.Store(true) })
	return p
}

// Reached reports whether the planted code ran since the mutant was planted.
func (p *Planted) Reached() bool { return p.reached.Load() }

// RuleIDs returns the IDs of the rules that a mutant is about, each once: those
// that it does not check, and those that its property rests on.
func (m *Mutant) RuleIDs() ([]string, error) {
	property, err := properties.ByID(m.Property)
	if err != nil {
		return nil, fmt.Errorf("the property of the mutant %s: %w", m.ID, err)
	}
	ids := slices.Clone(m.Rules)
	for _, r := range property.Rules {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// Try draws one value from the tape and checks the mutant with it. A value that
// refutes the reference as well says nothing about the mutant: there the draft
// is at fault.
func (p *Planted) Try(property *properties.Property, d spec.Draft, t *gen.Tape) (properties.Outcome, *properties.Refutation) {
	outcome, refutation := property.Try(p.Implementation, d, t)
	if outcome != properties.Refuted {
		return outcome, nil
	}
	var again gen.Tape
	again.Rewind(t.Choices())
	if expected, _ := property.Try(properties.Reference{}, d, &again); expected == properties.Refuted {
		return properties.Skipped, nil
	}
	return outcome, refutation
}

// Replay is [Planted.Try] with a kept case.
func (p *Planted) Replay(property *properties.Property, c *properties.Case) (properties.Outcome, error) {
	outcome, _, err := property.Replay(p.Implementation, c)
	if err != nil || outcome != properties.Refuted {
		return outcome, err
	}
	if expected, _, err := property.Replay(properties.Reference{}, c); err != nil || expected == properties.Refuted {
		return properties.Skipped, err
	}
	return outcome, nil
}

// TryInput is [Planted.Try] with an input that fill writes into a zero one, and
// writes again for the reference. An input that fill refuses is skipped, and so is
// one on which the mutant panics: no planted fault does, but what plants it may not be
// made for what no generator draws, such as a room without a policy.
func (p *Planted) TryInput(property *properties.Property, d spec.Draft, fill func(input any) bool) properties.Outcome {
	input := property.NewInput()
	if !fill(input) {
		return properties.Skipped
	}
	outcome, refutation := property.TryInput(p.Implementation, d, input)
	if outcome != properties.Refuted {
		return outcome
	}
	if refutation.Class == properties.PanicClass {
		return properties.Skipped
	}
	again := property.NewInput()
	if !fill(again) {
		return properties.Skipped
	}
	if expected, _ := property.TryInput(properties.Reference{}, d, again); expected == properties.Refuted {
		return properties.Skipped
	}
	return outcome
}

var all = slices.Concat(messageIDMutants, contentMutants, betweenDraftsMutants, messageStatusMutants, frankingMutants,
	policyCodecMutants, policyStructureMutants, policyDecisionMutants, policyStateMutants, policySearchMutants, policySecurityMutants,
	functionMutants(), boundaryMutants)

// All returns every mutant, in the order in which they are reported.
func All() []*Mutant { return all }

// ByID returns the mutant with the given ID.
func ByID(id string) (*Mutant, error) {
	var ids []string
	for _, m := range all {
		if m.ID == id {
			return m, nil
		}
		ids = append(ids, m.ID)
	}
	return nil, fmt.Errorf("unknown mutant %q: expected one of %s", id, strings.Join(ids, ", "))
}
