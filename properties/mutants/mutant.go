package mutants

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// Mutant is one planted fault.
type Mutant struct {
	ID       string     // such as "messageid/little-endian-length"
	Fault    string     // one sentence: what it does wrong
	Property string     // the ID of the property that must catch it
	Draft    spec.Draft // under which it is tried

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

var all = slices.Concat(messageIDMutants, contentMutants, betweenDraftsMutants, messageStatusMutants,
	policyCodecMutants, policyStructureMutants)

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
