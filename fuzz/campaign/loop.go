package campaign

import (
	"slices"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/reports"
)

// searchInProcess checks the properties with fresh cases until the campaign
// ends.
func (c *campaign) searchInProcess(jobs int) {
	for c.ctx.Err() == nil {
		c.round(jobs)
	}
}

// firstRound is how many cases the first round of a campaign has, for each
// property and draft. Each later round has twice as many as the one before.
const firstRound = 3000

// round checks every property once with fresh cases.
func (c *campaign) round(jobs int) {
	var seed uint64
	// The first rounds are short, so that a short campaign gets through one.
	cases := min(c.Cases, firstRound<<min(c.rounds.count(), 20))
	c.State.update(func(t *Totals) {
		seed = (t.Seed + t.Rounds) & fuzz.MaxSeed
		t.Rounds++
	})
	r := fuzz.Run(c.ctx, fuzz.Options{Seed: seed, Cases: cases, Jobs: jobs, Found: c.found, Brief: c.rounds.count() > 0})
	c.State.update(func(t *Totals) { t.Cases += int64(r.Cases()) })
	c.rounds.add(r)
}

// found keeps a finding as soon as it is made.
func (c *campaign) found(f reports.Finding) {
	f.Expected = c.ledger.Expects(&f)
	if _, err := c.keep(Kept{Engine: "in process", Found: time.Now().UTC(), Finding: f}); err != nil {
		c.fail(err)
	}
}

// rounds adds up the records of rounds.
type rounds struct {
	mutex sync.Mutex
	whole int // that were not stopped
	sum   reports.Record
}

func (s *rounds) count() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.whole
}

func (s *rounds) add(r *reports.Record) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if r.Complete {
		s.whole++
	}
	if r.Attacks != nil {
		s.sum.Attacks, s.sum.Policies = r.Attacks, r.Policies
	}
	for _, p := range r.Properties {
		if !r.Complete && p.Outcome == reports.OutcomeHolds {
			// Too few cases were tried for that to be said.
			p.Outcome = reports.OutcomeUntried
		}
		p.Partial = !r.Complete
		at := slices.IndexFunc(s.sum.Properties, func(q reports.PropertyResult) bool {
			return q.ID == p.ID && q.Draft == p.Draft && q.Implementation == p.Implementation
		})
		if at < 0 {
			s.sum.Properties = append(s.sum.Properties, p)
			continue
		}
		sum := &s.sum.Properties[at]
		sum.Cases += p.Cases
		sum.Skipped += p.Skipped
		sum.DurationMS += p.DurationMS
		sum.Partial = sum.Partial && p.Partial
		if sum.Outcome == reports.OutcomeUntried || p.Outcome == reports.OutcomeRefuted {
			sum.Outcome = p.Outcome
		}
	}
}

func (s *rounds) record() *reports.Record {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r := s.sum
	r.Properties = slices.Clone(r.Properties)
	return &r
}
