package gen

import (
	"iter"
	"slices"
)

// Redraw draws a value from choices and reports whether it still fails. It
// returns the choices and spans that were really drawn, which may be shorter
// or smaller than those asked for, and are copied if they are kept.
type Redraw func(choices []uint16) (drawn []uint16, spans []Span, fails bool)

// ShrinkLimit bounds the number of values that one [Shrink] draws.
const ShrinkLimit = 20000

// Shrink looks for the smallest tape that still fails, starting at one that
// does. A tape is smaller if it is shorter, or as long and lower at the first
// difference. It returns its argument if nothing smaller fails.
func Shrink(choices []uint16, redraw Redraw) []uint16 {
	best := slices.Clone(choices)
	drawn, spans, fails := redraw(best)
	if !fails {
		return best
	}
	best, spans = slices.Clone(drawn), slices.Clone(spans)
	for tries, progress := 0, true; progress && tries < ShrinkLimit; {
		progress = false
		skip := 0
	candidates:
		for {
			index := 0
			for candidate := range Candidates(best, spans) {
				if index++; index <= skip {
					continue
				}
				if tries++; tries >= ShrinkLimit {
					break candidates
				}
				drawn, newSpans, fails := redraw(candidate)
				if fails && smaller(drawn, best) {
					best, spans = slices.Clone(drawn), slices.Clone(newSpans)
					progress = true
					// Go on at the same place: what worked here mostly works here again.
					skip = index - 1
					continue candidates
				}
			}
			break
		}
	}
	return best
}

// Candidates offers tapes smaller than choices, the boldest first: without one
// span, without a run of choices, with a span or run zeroed, with one choice
// lowered, with one choice lowered as another is raised.
func Candidates(choices []uint16, spans []Span) iter.Seq[[]uint16] {
	return func(yield func([]uint16) bool) {
		scratch := make([]uint16, 0, len(choices))
		without := func(start, end int) bool {
			scratch = append(append(scratch[:0], choices[:start]...), choices[end:]...)
			return yield(scratch)
		}
		zeroed := func(start, end int) bool {
			scratch = append(scratch[:0], choices...)
			if allZero(scratch[start:end]) {
				return true
			}
			clear(scratch[start:end])
			return yield(scratch)
		}
		with := func(at int, value uint16) bool {
			scratch = append(scratch[:0], choices...)
			scratch[at] = value
			return yield(scratch)
		}
		for _, s := range spans {
			if s.End > s.Start && !without(s.Start, s.End) {
				return
			}
		}
		for _, size := range []int{16, 8, 4, 2, 1} {
			for start := len(choices) - size; start >= 0; start-- {
				if !without(start, start+size) {
					return
				}
			}
		}
		for _, s := range spans {
			if s.End > s.Start && !zeroed(s.Start, s.End) {
				return
			}
		}
		for at, value := range choices {
			for _, lower := range lowered(value) {
				if !with(at, lower) {
					return
				}
			}
		}
		// A choice lowered while a span behind it goes: a count and its element.
		for at, value := range choices {
			if value == 0 {
				continue
			}
			for _, s := range spans {
				if s.Start <= at || s.End == s.Start {
					continue
				}
				scratch = append(append(scratch[:0], choices[:s.Start]...), choices[s.End:]...)
				scratch[at] = value - 1
				if !yield(scratch) {
					return
				}
			}
		}
		// Two choices that must keep their sum or their difference.
		for at, value := range choices {
			if value == 0 {
				continue
			}
			for other := at + 1; other < len(choices) && other <= at+8; other++ {
				for _, delta := range []int{1, -1} {
					changed := int(choices[other]) + delta
					if changed < 0 || changed > 0xffff {
						continue
					}
					scratch = append(scratch[:0], choices...)
					scratch[at], scratch[other] = value-1, uint16(changed)
					if !yield(scratch) {
						return
					}
				}
			}
		}
	}
}

// lowered returns values below v, by halving the distance to it.
func lowered(v uint16) []uint16 {
	var values []uint16
	for distance := v; distance > 0; distance /= 2 {
		values = append(values, v-distance)
	}
	return values
}

func allZero(choices []uint16) bool {
	for _, c := range choices {
		if c != 0 {
			return false
		}
	}
	return true
}

// smaller reports whether a is shorter than b, or as long and lower at the
// first difference.
func smaller(a, b []uint16) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return slices.Compare(a, b) < 0
}
