package content

import (
	"bytes"
	"cmp"
	"encoding/binary"
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
	order := func(a, b *anyKey) int {
		if a.rank != b.rank {
			return cmp.Compare(a.rank, b.rank)
		}
		return bytes.Compare(a.octets(w.b, joined), b.octets(w.b, joined))
	}
	slices.SortFunc(keys, func(a, b anyKey) int {
		if by := order(&a, &b); by != 0 {
			return by
		}
		return int(a.at) - int(b.at)
	})
	for i := 1; i < len(keys); i++ {
		a, b := &keys[i-1], &keys[i]
		if order(a, b) == 0 {
			w.push(segKey, int(b.at))
			if w.wanted(r) {
				w.add(r, int(b.at), fmt.Sprintf("the key of offset %d again", a.at))
			}
			w.pop()
		}
	}
}

// anyKey is a key of a map that need not be encoded deterministically. Keys are
// in the order of their ranks, and those of one rank in that of their octets.
type anyKey struct {
	rank       uint64 // the major type in 3 bits, then what fits of an integer or of the octets
	at         int32
	start, end int32 // of the octets: the content of a string, the encoding of a container
	joined     bool  // the octets came in chunks, and are among those put together
}

// largestRanked is the largest argument of an integer that a rank holds.
const largestRanked = 1<<61 - 2

// anyKey returns the key at pos and the offset behind it. To joined it adds the
// chunks of a string.
func (w *walker) anyKey(pos int, joined []byte) (k anyKey, _ []byte, end int) {
	h, next, _ := peek(w.b, pos)
	end = w.skip(pos)
	k = anyKey{rank: uint64(h.major) << 61, at: int32(pos), start: int32(pos), end: int32(end)}
	switch {
	case h.major <= majorNegint:
		if h.arg <= largestRanked {
			k.start = k.end // no octets
		}
		k.rank |= min(h.arg, largestRanked+1)
		return k, joined, end
	case h.major > majorText:
	case h.indefinite():
		k.joined, k.start = true, int32(len(joined))
		joined = appendChunks(joined, w.b, next)
		k.end = int32(len(joined))
	default:
		k.start = int32(next)
	}
	var first [8]byte
	copy(first[:], k.octets(w.b, joined))
	k.rank |= binary.BigEndian.Uint64(first[:]) >> 3
	return k, joined, end
}

func (k *anyKey) octets(b, joined []byte) []byte {
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
