package finding

import (
	"slices"
	"time"

	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// subject is a mutant that a search tries to kill.
type subject struct {
	*mutants.Mutant
	index    int // in [mutants.All], and so in the tally
	property *properties.Property
	planted  *mutants.Planted
}

// subjects returns all mutants, planted anew.
func subjects() ([]*subject, error) {
	var list []*subject
	for i, m := range mutants.All() {
		p, err := properties.ByID(m.Property)
		if err != nil {
			return nil, err
		}
		list = append(list, &subject{Mutant: m, index: i, property: p, planted: m.Plant()})
	}
	return list, nil
}

// pool tries mutants and counts what comes of them. It is not safe for
// concurrent use, but its tally is.
type pool struct {
	tally *Tally
	at    time.Duration // of the processor, up to which the tally counts
}

func newPool(t *Tally) *pool { return &pool{tally: t, at: processorTime()} }

// clock counts the time since it was last asked, and returns it.
func (p *pool) clock() time.Duration {
	now := processorTime()
	took := max(0, now-p.at)
	p.at = now
	p.tally.add(wordProcessor, uint64(took))
	return took
}

// try makes one try of a mutant. It is true if that killed it.
func (p *pool) try(s *subject, try func(*subject) properties.Outcome) bool {
	p.clock()
	killed := try(s) == properties.Refuted
	p.tally.tried(s.index, p.clock(), s.planted.Reached(), killed)
	return killed
}

// tryAll tries one input on the mutants that live, and returns these.
func (p *pool) tryAll(living []*subject, try func(*subject) properties.Outcome) []*subject {
	p.tally.add(wordExecutions, 1)
	living = slices.DeleteFunc(living, func(s *subject) bool {
		// Another process may have killed it.
		return p.tally.killed(s.index) || p.try(s, try)
	})
	p.clock()
	return living
}
