package framing

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// count returns how many words lead from a state to acceptance, modulo 2^64:
// there are to be finitely many. known holds what was counted before.
func (d *dfa) count(q int16, known map[int16]uint64) uint64 {
	if n, ok := known[q]; ok {
		return n
	}
	n := uint64(0)
	if d.accept[q] {
		n++
	}
	for o := range 256 {
		if to := d.step(q, byte(o)); to != dead {
			n += d.count(to, known)
		}
	}
	known[q] = n
	return n
}

// edges returns numbers at which something may change, and their neighbours.
func edges(more ...uint64) (all []uint64) {
	for _, n := range append(more, 0, 24, 1<<6, 1<<8, 1<<14, 1<<16, 1<<24, 1<<30, 1<<32, 1<<40, math.MaxUint64) {
		all = append(all, n-1, n, n+1)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// An automaton of heads accepts those of all lengths between two, each once, and
// nothing else: it accepts as many words as there are lengths.
func TestHeadAutomata(t *testing.T) {
	for e := Len8; e < encodingEnd; e++ {
		for _, f := range []Field{Sender, Salt} {
			c := Component{Field: f, Encoding: e}
			for _, bounds := range [][2]uint64{
				{0, e.max()}, {0, 0}, {0, 23}, {8, 255}, {24, 24}, {23, 300}, {27, 1 << 16}, {255, 1<<16 - 1}, {5, 1<<16 + 1}, {0x1234, 0x5612},
				{1 << 16, 1 << 17}, {1<<16 - 1, 1<<32 - 1}, {0, 1 << 32}, {1 << 32, 1<<32 + 5}, {0x0102030405, math.MaxUint64}, {0, 1 << 63},
			} {
				lo, hi := bounds[0], min(bounds[1], e.max())
				if lo > hi {
					continue
				}
				d := compile(headExpr(headKey{e, f.majorType(), lo, hi}))
				if got := d.count(0, map[int16]uint64{}); got != hi-lo+1 {
					t.Errorf("%s from %d to %d: %d heads", c, lo, hi, got)
				}
				for _, n := range edges(lo, hi) {
					if n > e.max() {
						continue
					}
					h := c.head(n)
					if got := d.matches(h.octets[:h.size]); got != (lo <= n && n <= hi) {
						t.Errorf("%s from %d to %d: accepts %d: %v", c, lo, hi, n, got)
					}
				}
			}
		}
	}
}

// What the pieces of a layout accept of lengths.
func TestPiecesOfAPuzzle(t *testing.T) {
	for _, test := range []struct {
		layout       string
		domain       Domain
		wrap         bool
		limit        uint64
		least, most  uint64
		lengthsWraps bool
	}{
		{"len8(sender)", Octets, false, math.MaxUint64, 0, 255, false},
		{"len8(sender)", RFC3986, false, math.MaxUint64, 2, 255, false},
		{"len8(sender)", MIMI, true, math.MaxUint64, 0, 255, true},
		{"len16(room)", MIMIStrict, false, math.MaxUint64, 12, 65535, false},
		{"len16(room)", MIMIStrict, false, 1000, 12, 1000, false},
		{"len16(message)", MIMI, false, math.MaxUint64, 27, 65535, false},
		{"len16(message)", MIMI, true, math.MaxUint64, 0, 65535, true},
		{"varint(room)", MIMI, true, math.MaxUint64, 0, maxVarint, true},
		{"len32(room)", MIMI, true, math.MaxUint64, 0, math.MaxUint32, true},
		{"len64(room)", MIMI, true, math.MaxUint64, 8, math.MaxUint64, false},
		{"cbor(room)", MIMI, true, 100, 8, 100, false},
		{"len8(salt)", MIMI, true, math.MaxUint64, 16, 16, false},
		{"cbor(salt)", MIMI, false, 100, 16, 16, false},
	} {
		c := MustParse(test.layout).Components[0]
		z := newPuzzle(MustParse(test.layout), test.domain, false, test.wrap, test.limit)
		if len(z.pieces) != 2 || z.pieces[0].role != roleHead || z.pieces[1].role != roleValue {
			t.Errorf("%s: %d pieces", test.layout, len(z.pieces))
			continue
		}
		if z.pieces[0].wraps != test.lengthsWraps {
			t.Errorf("%s: lengths wrap: %v", test.layout, z.pieces[0].wraps)
		}
		for _, n := range edges(test.least, test.most) {
			h := c.head(n)
			if got := z.pieces[0].octets.matches(h.octets[:h.size]); n <= c.Encoding.max() && got != (test.least <= n && n <= test.most) {
				t.Errorf("%s in %v, wrap %v, limit %d: accepts %d: %v", test.layout, test.domain, test.wrap, test.limit, n, got)
			}
		}
	}
}

// A URI with a length is one piece where lengths count. Of a length of 20 or
// more, 20 octets are counted.
func TestWholeAutomata(t *testing.T) {
	for _, d := range []Domain{Octets, RFC3986} {
		for e := Len8; e < encodingEnd; e++ {
			for _, limit := range []uint64{2, 15, 20, 300, math.MaxUint64} {
				c := Component{Field: Room, Encoding: e}
				z := newPuzzle(Layout{}, d, false, false, limit)
				a := z.wholeAutomaton(c)
				for _, said := range edges(20, limit) {
					if said > e.max() {
						continue
					}
					h := c.head(said)
					for n := range 22 {
						uri := strings.Repeat("b", n)
						if d != Octets {
							uri = ("a:" + uri)[:n]
						}
						want := said >= uint64(z.shortest(Room)) && said <= min(limit, e.max()) && (said < 20 || n >= 20) && d.Contains(Room, []byte(uri))
						if got := a.matches(append(h.octets[:h.size:h.size], uri...)); got != want {
							t.Fatalf("%s in %v, up to %d octets: a length of %d with %q is accepted: %v", c, d, limit, said, uri, got)
						}
					}
				}
			}
		}
	}
}

// The automaton of messages accepts all that readMessage takes.
func TestMessageAutomaton(t *testing.T) {
	for _, m := range [][]byte{
		shortMessage(), testMessage(""), testMessage("content"), boundMessage("a:", "b:", ""), boundShort("", ""),
		[]byte(strings.Replace(string(shortMessage()), "\xff\xf6\x40", "\xff\x58\x20"+strings.Repeat("r", 32)+"\x40", 1)),
		[]byte(strings.Replace(string(shortMessage()), "\xff\xf6\x40", "\xff\xf6\x45topic", 1)),
	} {
		if got, err := readMessage(m); err != nil || got.size != len(m) {
			t.Fatalf("%q: %v", m, err)
		}
		for n := range m {
			// The rest of a message takes 7 octets at least.
			if got := messageAutomaton().matches(m[:n]); got && n < shortestMessage {
				t.Errorf("%q is accepted", m[:n])
			}
		}
		if !messageAutomaton().matches(m) {
			t.Errorf("%q is not accepted", m)
		}
	}
	if n := len(shortMessage()); n != shortestMessage || messageAutomaton().shortest != n {
		t.Errorf("the shortest message has %d octets, %d in the automaton", n, messageAutomaton().shortest)
	}
	if saltAutomaton().shortest != saltLength || fmt.Sprint(saltAutomaton().canFinish(0, saltLength), saltAutomaton().canFinish(0, saltLength+1)) != "true false" {
		t.Error("salts do not have 16 octets")
	}
}
