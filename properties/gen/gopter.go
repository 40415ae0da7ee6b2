package gen

import (
	"iter"
	"reflect"
	"slices"

	"github.com/leanovate/gopter"
)

// Drawn is a value with the choices that it was drawn from.
type Drawn[T any] struct {
	Value   T
	Choices []uint16
	spans   []Span
}

// Lift makes a gopter generator of a draw from a tape, with shrinking on the
// tape. The generated values are [*Drawn]. Build generators once, at package
// level: gopter cannot replay those that are built while it draws.
func Lift[T any](draw func(*Tape) T) gopter.Gen {
	redraw := func(t *Tape) *Drawn[T] {
		value := draw(t)
		return &Drawn[T]{Value: value, Choices: slices.Clone(t.Choices()), spans: slices.Clone(t.Spans())}
	}
	shrinker := func(v any) gopter.Shrink {
		drawn := v.(*Drawn[T])
		next, _ := iter.Pull(Candidates(drawn.Choices, drawn.spans))
		return func() (any, bool) {
			for {
				candidate, ok := next()
				if !ok {
					return nil, false
				}
				var t Tape
				t.Rewind(candidate)
				if smallerDrawn := redraw(&t); smaller(smallerDrawn.Choices, drawn.Choices) {
					return smallerDrawn, true
				}
			}
		}
	}
	resultType := reflect.TypeFor[*Drawn[T]]()
	return func(p *gopter.GenParameters) *gopter.GenResult {
		var t Tape
		t.Seed(p.Rng.Uint64(), p.Rng.Uint64())
		return &gopter.GenResult{Result: redraw(&t), ResultType: resultType, Shrinker: shrinker}
	}
}
