package content

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// maxDuplicateLevel is how deep maps out of order are searched for duplicates;
// what is deeper breaks the limit of depth already.
const maxDuplicateLevel = 8

// duplicates looks for keys that occur twice in a map of n entries that starts
// at first. The keys are sorted by type and value.
func (w *walker) duplicates(first, n, level int) {
	r := extKeyDuplicate
	if level > 1 {
		r = encNestedDuplicate
	}
	if n < 2 || level == 0 || level > maxDuplicateLevel || !w.c.force[r] {
		return
	}
	var joined []byte // the keys that came in chunks
	keys := make([]anyKey, n)
	pos := first
	for i := range keys {
		keys[i], joined, pos = w.anyKey(pos, joined)
		pos = w.skip(pos)
	}
	order := func(a, b anyKey) int {
		if a.major != b.major {
			return int(a.major) - int(b.major)
		}
		if a.major <= majorNegint {
			return cmp.Compare(a.argument(w.b), b.argument(w.b))
		}
		return bytes.Compare(a.content(w.b, joined), b.content(w.b, joined))
	}
	slices.SortFunc(keys, func(a, b anyKey) int { return cmp.Or(order(a, b), int(a.at)-int(b.at)) })
	for i := 1; i < len(keys); i++ {
		a, b := keys[i-1], keys[i]
		if order(a, b) == 0 {
			w.push(segKey, int(b.at))
			if w.wanted(r) {
				w.add(r, int(b.at), fmt.Sprintf("the key of offset %d again", a.at))
			}
			w.pop()
		}
	}
}

// anyKey is a key of a map that need not be encoded deterministically.
type anyKey struct {
	at         int32
	start, end int32 // of the octets of a string, or of the encoding of what is no string
	major      uint8
	joined     bool // the octets came in chunks, and are among those put together
}

// anyKey returns the key at pos and the offset behind it. To joined it adds the
// chunks of a string.
func (w *walker) anyKey(pos int, joined []byte) (k anyKey, _ []byte, end int) {
	h, next, _ := peek(w.b, pos)
	end = w.skip(pos)
	k = anyKey{at: int32(pos), start: int32(pos), end: int32(end), major: h.major}
	if h.major == majorBytes || h.major == majorText {
		k.start = int32(next)
		if h.indefinite() {
			k.joined, k.start = true, int32(len(joined))
			joined = appendChunks(joined, w.b, next)
			k.end = int32(len(joined))
		}
	}
	return k, joined, end
}

func (k anyKey) argument(b []byte) uint64 {
	h, _, _ := peek(b, int(k.at))
	return h.arg
}

func (k anyKey) content(b, joined []byte) []byte {
	if k.joined {
		b = joined
	}
	return b[k.start:k.end]
}

// appendChunks appends the chunks from pos to the break behind them.
func appendChunks(joined, b []byte, pos int) []byte {
	for b[pos] != octetBreak {
		chunk, start, _ := peek(b, pos)
		pos = start + int(chunk.arg)
		joined = append(joined, b[start:pos]...)
	}
	return joined
}
