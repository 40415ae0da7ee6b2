package campaign

import (
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
)

// plan divides the time of an engine over targets: more for those that still
// reach something new.
type plan struct{ entries []*planned }

type planned struct {
	target *fuzz.Target
	spent  time.Duration
	length time.Duration // of its next search
	weight float64       // how much more time it gets than a target that reaches nothing new
	parked bool
}

func newPlan(targets []*fuzz.Target, total time.Duration) *plan {
	// Every target gets several turns if there is time for them.
	const turns = 4
	length := min(longestSearch, max(shortestSearch, total/time.Duration(max(1, turns*len(targets)))))
	if len(targets) == 1 {
		length = total // a search that ends begins with what it has again
	}
	p := &plan{}
	for _, t := range targets {
		p.entries = append(p.entries, &planned{target: t, length: length, weight: maxWeight})
	}
	return p
}

// maxWeight is the weight of a target of which nothing is known, or whose every
// second reaches something new.
const maxWeight = 5

// next returns the target whose turn it is and how long, nil if there is none.
func (p *plan) next(left time.Duration) (*fuzz.Target, time.Duration) {
	var best *planned
	for _, e := range p.entries {
		if !e.parked && (best == nil || float64(e.spent)/e.weight < float64(best.spent)/best.weight) {
			best = e
		}
	}
	const least = time.Second // the engine refuses no time at all
	if best == nil {
		return nil, 0
	}
	return best.target, max(least, min(best.length, left)).Truncate(time.Millisecond)
}

// spent notes what a search took and brought. One that was over before the
// first execution gets longer the next time.
func (p *plan) spent(t *fuzz.Target, d time.Duration, reached progress) {
	for _, e := range p.entries {
		if e.target == t {
			if reached.executions == 0 {
				e.length = min(longestSearch, 2*e.length)
			}
			e.spent += d
			e.weight = 1 + min(maxWeight-1, float64(reached.newInputs)/max(1, d.Seconds()))
		}
	}
}

// park leaves a target out from now on.
func (p *plan) park(t *fuzz.Target) {
	for _, e := range p.entries {
		if e.target == t {
			e.parked = true
		}
	}
}
