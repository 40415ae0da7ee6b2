package conform

import (
	"iter"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
)

// edit is new octets in place of old ones.
type edit struct {
	start, end int
	with       []byte
}

// edits are edits of the same octets, in order.
type edits []edit

// growth returns by how many octets they lengthen what they are applied to.
func (e edits) growth() int {
	growth := 0
	for _, one := range e {
		growth += len(one.with) - (one.end - one.start)
	}
	return growth
}

// apply returns the octets after the edits.
func (e edits) apply(octets []byte) []byte {
	edited := make([]byte, 0, len(octets)+e.growth())
	at := 0
	for _, one := range e {
		edited = append(append(edited, octets[at:one.start]...), one.with...)
		at = one.end
	}
	return append(edited, octets[at:]...)
}

// smaller offers edits that make octets smaller, the boldest first: without an
// element or an entry, with an item in place of the one around it, with a plain item
// in place of another, with a string cut short, without a run of octets. What it
// offers is valid until the next one.
func smaller(octets []byte) iter.Seq[edits] {
	return func(yield func(edits) bool) {
		s := shrinker{octets: octets, yield: yield}
		top := parseItem(octets)
		if top == nil {
			s.runs()
			return
		}
		if top.end < len(octets) && !s.offer(edit{top.end, len(octets), nil}) {
			return
		}
		_ = s.item(top) && s.runs()
	}
}

type shrinker struct {
	octets []byte
	edits  [2]edit
	head   [9]byte
	yield  func(edits) bool
}

// offer offers one edit.
func (s *shrinker) offer(one edit) bool {
	s.edits[0] = one
	return s.yield(s.edits[:1])
}

// offerHead offers another head of an item, besides an edit behind it.
func (s *shrinker) offerHead(i *item, argument uint64, behind edit) bool {
	s.edits = [2]edit{{i.start, i.content, content.AppendHead(s.head[:0], i.major, argument)}, behind}
	return s.yield(s.edits[:])
}

// plainItems stand in for others, the simplest first.
var plainItems = [][]byte{{0xf6}, {0x00}, {0x40}, {0x60}, {0x80}, {0xa0}}

// item offers what can be made of an item, and of those in it.
func (s *shrinker) item(i *item) bool {
	for _, plain := range plainItems {
		if i.end-i.start > len(plain) && !s.offer(edit{i.start, i.end, plain}) {
			return false
		}
	}
	if i.major == 0 && i.content == i.start+1 && i.argument > 0 && !s.offer(edit{i.start, i.end, []byte{0}}) {
		return false
	}
	for _, child := range i.items {
		if i.major == 6 && !s.offer(edit{i.start, i.end, s.octets[child.start:child.end]}) {
			return false
		}
	}
	if !s.string(i) {
		return false
	}
	return s.children(i)
}

// string offers shorter strings, and one of zeros or the letter a.
func (s *shrinker) string(i *item) bool {
	if (i.major != 2 && i.major != 3) || i.indefinite() || !i.whole {
		return true
	}
	octets := s.octets[i.content:i.end]
	cut := func(length int) bool { return s.offerHead(i, uint64(length), edit{i.content + length, i.end, nil}) }
	for length := len(octets); length > 0; {
		length /= 2
		if !cut(length) {
			return false
		}
	}
	if len(octets) > 1 && !cut(len(octets)-1) {
		return false
	}
	filler := []byte{0, 'a'}[i.major-2]
	if slices.ContainsFunc(octets, func(c byte) bool { return c != filler }) {
		return s.offer(edit{i.content, i.end, slices.Repeat([]byte{filler}, len(octets))})
	}
	return true
}

// children offers containers with one element or entry fewer.
func (s *shrinker) children(i *item) bool {
	per := 1
	if i.major == 5 {
		per = 2
	}
	for n, child := range i.items {
		removable := (i.major == 4 || i.major == 5) && (i.indefinite() || i.argument > 0 && i.argument < 1<<62)
		if removable && n%per == 0 && n+per <= len(i.items) {
			gone := edit{child.start, i.items[n+per-1].end, nil}
			if i.indefinite() && !s.offer(gone) || !i.indefinite() && !s.offerHead(i, i.argument-1, gone) {
				return false
			}
		}
		if !s.item(child) {
			return false
		}
	}
	return true
}

// largestRuns is the size of octets up to which every run is tried.
const largestRuns = 512

// runs offers the octets without a run, whatever they hold.
func (s *shrinker) runs() bool {
	all := len(s.octets)
	for _, size := range []int{all / 2, 16, 8, 4, 2, 1} {
		if size == 0 || size > all || size < all/2 && all > largestRuns {
			continue
		}
		for start := all - size; start >= 0; start -= size {
			if !s.offer(edit{start, start + size, nil}) {
				return false
			}
		}
	}
	return true
}
