//go:build !gofuzz

package finding

import (
	"context"
	"slices"
	"time"

	"github.com/leanovate/gopter"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/properties"
)

// searchOwn hunts each mutant as [fuzz.Run] does: with our properties and our
// generators, from a stream of its own.
func searchOwn(ctx context.Context, all []*subject, seed uint64, t *Tally) {
	p := newPool(t)
	for _, s := range all {
		p.clock()
		fuzz.Hunt(ctx, s.planted, s.Mutant, seed, fuzz.DefaultCases, func(outcome properties.Outcome) {
			t.add(wordExecutions, 1)
			t.tried(s.index, p.clock(), s.planted.Reached(), outcome == properties.Refuted)
		})
	}
}

// searchCombinators tries what plain combinators draw on the mutants of one
// property under one draft, until all are killed, the time is up, or each has had
// as many cases as in [searchOwn].
func searchCombinators(ctx context.Context, living []*subject, seed uint64, budget time.Duration, t *Tally) {
	property, draft := living[0].property, living[0].Draft
	c := newCombinators(property, draft)
	params := gopter.DefaultGenParameters()
	params.Rng.Seed(int64(seed))
	p := newPool(t)
	start := p.at
	for range fuzz.DefaultCases / max(1, property.Cost) {
		if ctx.Err() != nil || len(living) == 0 || p.at-start > budget {
			return
		}
		write := c.draw(params)
		living = p.tryAll(living, func(s *subject) properties.Outcome {
			return s.planted.TryInput(property, draft, write)
		})
	}
}

// byProperty groups mutants by property and draft.
func byProperty(all []*subject) (lists [][]*subject) {
	for _, s := range all {
		i := slices.IndexFunc(lists, func(list []*subject) bool { return list[0].property == s.property && list[0].Draft == s.Draft })
		if i < 0 {
			lists, i = append(lists, nil), len(lists)
		}
		lists[i] = append(lists[i], s)
	}
	return lists
}
