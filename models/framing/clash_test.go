package framing

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Lengths that do overlap, built without sets of octets, must not be excluded.
func TestLengthsThatOverlapAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	found := map[Encoding]int{}
	for _, e := range []Encoding{Len8, Len16, Len32, Len64, Varint, CBOR} {
		c := Component{Field: Message, Encoding: e}
		x := &explorer{puzzle: newPuzzle(Layout{[]Component{c}}, Octets, false, false, 1<<63), agreeing: map[[3]uint16]bool{}}
		strict := &explorer{puzzle: newPuzzle(Layout{[]Component{c}}, RFC3986, false, false, 1<<63), agreeing: map[[3]uint16]bool{}}
		check := func(late uint64, apart int) {
			h := c.head(late)
			for size := 1; size <= 9; size++ {
				early := late + uint64(apart+h.size-size)
				g := c.head(early)
				if early > e.max() || g.size != size || early == late {
					continue
				}
				a := append(bytes.Clone(g.octets[:g.size]), messageStart...)
				b := append(bytes.Clone(h.octets[:h.size]), messageStart...)
				if n := min(len(a)-apart, len(b)); n > 0 && !bytes.Equal(a[apart:apart+n], b[:n]) {
					continue
				}
				found[e]++
				var foreign, high uint16
				for i, o := range a[:min(apart, len(a))] {
					if !strict.inURI(o) {
						foreign |= 1 << i
					}
					if o >= 0x80 {
						high |= 1 << i
					}
				}
				if !x.lengthsAgree(apart, 0, 0) || !strict.lengthsAgree(apart, foreign, high) {
					t.Fatalf("%s: heads of %d and, %d octets later, of %d", c, early, apart, late)
				}
			}
		}
		for apart := 1; apart <= maxSince; apart++ {
			for n := range uint64(1 << 16) {
				if apart > 3 {
					break
				}
				check(n, apart)
			}
			for range 1000 {
				// Octets of the length that are likely to repeat.
				n := uint64(0)
				for range r.IntN(8) + 1 {
					n = n<<8 | uint64([]byte{0x87, 0x50, 0x58, 0x59, 0x5a, 0x5b, 0x00, 0x41}[r.IntN(8)])
				}
				check(n, apart)
				for period := 1; period <= 8; period++ {
					m := uint64(0x8750)
					for i := range 6 {
						m |= n >> (8 * (i % period)) & 0xff << (8 * (7 - i))
					}
					check(m, apart)
				}
			}
		}
	}
	for _, e := range []Encoding{Len8, Len16, Len32, Varint} {
		if found[e] == 0 {
			t.Errorf("no lengths with encoding %v overlap: the test is blind", e)
		}
	}
	t.Log(found)
}
