package conform

import (
	"iter"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
)

// smallerOctets offers octets that are smaller than the given ones, the boldest
// first: without an element or an entry, with an item in place of the one around
// it, with a plain item in place of another, with a string cut short, without a
// run of octets. What it offers is valid until the next one.
func smallerOctets(octets []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		top := parseItem(octets)
		if top == nil {
			runs(octets, yield)
			return
		}
		if top.end < len(octets) && !yield(octets[:top.end]) {
			return
		}
		s := shrinker{octets: octets, yield: yield}
		_ = s.item(top) && runs(octets, yield)
	}
}

// edit is new octets in place of old ones.
type edit struct {
	start, end int
	with       []byte
}

type shrinker struct {
	octets  []byte
	scratch []byte
	yield   func([]byte) bool
}

// offer offers the octets with edits, which are in order.
func (s *shrinker) offer(edits ...edit) bool {
	s.scratch = s.scratch[:0]
	at := 0
	for _, e := range edits {
		s.scratch = append(append(s.scratch, s.octets[at:e.start]...), e.with...)
		at = e.end
	}
	s.scratch = append(s.scratch, s.octets[at:]...)
	return s.yield(s.scratch)
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
	cut := func(length int) bool {
		return s.offer(edit{i.start, i.end, append(content.AppendHead(nil, i.major, uint64(length)), octets[:length]...)})
	}
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
			end := i.items[n+per-1].end
			gone := []edit{{child.start, end, nil}}
			if !i.indefinite() {
				gone = slices.Insert(gone, 0, edit{i.start, i.content, content.AppendHead(nil, i.major, i.argument-1)})
			}
			if !s.offer(gone...) {
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

// runs offers octets without a run, whatever they hold.
func runs(octets []byte, yield func([]byte) bool) bool {
	var scratch []byte
	for _, size := range []int{len(octets) / 2, 16, 8, 4, 2, 1} {
		if size == 0 || size > len(octets) || size < len(octets)/2 && len(octets) > largestRuns {
			continue
		}
		for start := len(octets) - size; start >= 0; start -= size {
			scratch = append(append(scratch[:0], octets[:start]...), octets[start+size:]...)
			if !yield(scratch) {
				return false
			}
		}
	}
	return true
}
