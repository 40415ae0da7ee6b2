package framing

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
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

// between says of the octets between the heads which may be none of a URI, and
// which of those 0x80 or more: see lengthsAgree.
var betweenHeads = []struct{ foreign, high uint16 }{
	{0, 0}, {1<<maxSince - 1, 0}, {1<<maxSince - 1, 1<<maxSince - 1},
	{1, 0}, {2, 0}, {1, 1}, {2, 2}, {4, 4}, {8, 8}, {3, 1}, {3, 2}, {12, 12},
}

// lengthsThatAgree lists how far apart the heads can begin, in octets.
func lengthsThatAgree(e Encoding, d Domain, foreign, high uint16) (all []int) {
	x := &explorer{puzzle: newPuzzle(Layout{[]Component{{Field: Message, Encoding: e}}}, d, false, false, 1<<63), agreeing: map[[3]uint16]bool{}}
	for apart := 1; apart <= maxSince; apart++ {
		if x.lengthsAgree(apart, foreign, high) {
			all = append(all, apart)
		}
	}
	return all
}

// All lengths of up to two octets are tried: those that agree are found, and no
// others.
func TestShortLengthsAgreeExactly(t *testing.T) {
	for _, e := range []Encoding{Len8, Len16} {
		c := Component{Field: Message, Encoding: e}
		g := int(1 << (e - Len8)) // octets of the head
		for _, d := range []Domain{UTF8, RFC3986} {
			z := newPuzzle(Layout{[]Component{c}}, d, false, false, 1<<63)
			// What the octets between the heads are: a bit for those that are
			// none of a URI, and a bit for those from 0x80.
			kinds := [maxSince + 1]map[[2]uint16]bool{}
			for apart := 1; apart <= maxSince; apart++ {
				kinds[apart] = map[[2]uint16]bool{}
				for late := uint64(0); late+uint64(apart) <= e.max(); late++ {
					h, k := c.head(late+uint64(apart)), c.head(late)
					a := append(bytes.Clone(h.octets[:g]), messageStart...)
					b := append(bytes.Clone(k.octets[:g]), messageStart...)
					if n := len(a) - apart; n > 0 && !bytes.Equal(a[apart:], b[:n]) {
						continue
					}
					var kind [2]uint16
					for i, o := range a[:min(apart, len(a))] {
						if !z.inURI(o) {
							kind[0] |= 1 << i
						}
						if o >= 0x80 {
							kind[1] |= 1 << i
						}
					}
					kinds[apart][kind] = true
				}
			}
			for _, between := range betweenHeads {
				var want []int
				for apart := 1; apart <= maxSince; apart++ {
					for kind := range kinds[apart] {
						if kind[0]&^kind[1]&^(between.foreign|between.high) == 0 && kind[0]&kind[1]&^between.high == 0 {
							want = append(want, apart)
							break
						}
					}
				}
				if got := lengthsThatAgree(e, d, between.foreign, between.high); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%v in %v, %+v: %v, want %v", e, d, between, got, want)
				}
			}
		}
	}
}

// Longer lengths are too many to try. What is found for them is kept.
func TestLengthsAgreeAsBefore(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, e := range []Encoding{Len32, Len64, Varint, CBOR} {
		for _, d := range []Domain{UTF8, RFC3986} {
			for i, between := range betweenHeads {
				if d == UTF8 && i > 0 {
					continue // nearly all octets are those of a URI
				}
				fmt.Fprintf(&got, "%v %v foreign %010b high %010b: %v\n", e, d, between.foreign, between.high, lengthsThatAgree(e, d, between.foreign, between.high))
			}
		}
	}
	golden(t, "lengths.txt", got.String())
}

func TestHeadForms(t *testing.T) {
	var got strings.Builder
	for e := Raw; e < encodingEnd; e++ {
		for _, f := range headForms(e) {
			fmt.Fprintf(&got, "%v: from %x to %x, length in %x\n", e, f.lo, f.hi, f.mask)
		}
	}
	golden(t, "heads.txt", got.String())
	// Each head has one form.
	r := rand.New(rand.NewPCG(1, 2))
	for e := Len8; e < encodingEnd; e++ {
		c := Component{Field: Message, Encoding: e}
		forms := headForms(e)
		for i := range uint64(1 << 16) {
			n := i
			if n >= 1<<10 {
				n = r.Uint64() >> (i % 64)
			}
			if n > e.max() {
				continue
			}
			h := c.head(n)
			found := 0
			for _, f := range forms {
				length, ok := uint64(0), len(f.lo) == h.size
				for i := 0; ok && i < h.size; i++ {
					ok = f.lo[i] <= h.octets[i] && h.octets[i] <= f.hi[i]
					length = length<<8 | uint64(h.octets[i]&f.mask[i])
				}
				if ok && length == n {
					found++
				}
			}
			if found != 1 {
				t.Fatalf("%v of %d: %d forms", e, n, found)
			}
		}
	}
}

// Heads of known octets agree if what they have in common does, each octet between
// them may be there, and one length is as much greater as its message is longer.
func TestKnownHeadsAgree(t *testing.T) {
	x := &explorer{puzzle: newPuzzle(MustParse("message"), RFC3986, false, false, 1<<63)}
	var heads [][]byte
	for _, o := range []byte{0x00, 0x50, 0x53, 0x7c, 0x7d, 0x87, 0xfd, 'a'} {
		heads = append(heads, []byte{o}, []byte{'a', o}, []byte{0x87, o}, []byte{0x50, o}, []byte{o, 0xfe}, []byte{0x88, 0, o})
	}
	number := func(octets []byte) (n int) {
		for _, o := range octets {
			n = n<<8 | int(o)
		}
		return n
	}
	form := func(octets []byte) *headForm {
		return &headForm{octets, octets, bytes.Repeat([]byte{0xff}, len(octets))}
	}
	agreed := 0
	for _, late := range heads {
		for apart := 1; apart <= 6; apart++ {
			for _, between := range []struct{ foreign, high uint16 }{{0, 0}, {2, 0}, {3, 1}, {2, 2}, {63, 63}, {0, 2}, {1, 2}, {0, 4}, {2, 4}} {
				for size := 1; size <= 3; size++ {
					for _, off := range []int{-2, -1, 0, 1, 2, 4, 6, 0x100, 0x10000} {
						n := number(late) + apart + len(late) - size + off
						if n < 0 || n >= 1<<(8*size) {
							continue
						}
						early := []byte{byte(n >> 16), byte(n >> 8), byte(n)}[3-size:]
						if size > len(late)+apart {
							continue // no length has the longer head and is less
						}
						want := off == 0 && size != len(late)+apart
						word := append(bytes.Clone(early), messageStart...)
						for i, o := range append(bytes.Clone(late), messageStart...) {
							want = want && (apart+i >= len(word) || word[apart+i] == o)
						}
						for i, o := range word[:min(apart, len(word))] {
							want = want && (x.inURI(o) || between.high>>i&1 == 1 || between.foreign>>i&1 == 1 && o < 0x80)
						}
						if want {
							agreed++
						}
						if got := x.formsAgree(form(early), form(late), apart, between.foreign, between.high); got != want {
							t.Fatalf("%x and, %d octets later, %x, foreign %b, high %b: %v", early, apart, late, between.foreign, between.high, got)
						}
					}
				}
			}
		}
	}
	if agreed < 100 {
		t.Errorf("%d heads agree: the test is blind", agreed)
	}
}

// What is remembered of the octets behind a head: which may be none of a URI, and
// which of those may be 0x80 or more, until there are too many.
func TestTick(t *testing.T) {
	x := &explorer{}
	x.ofURI['a'], x.ofASCII['a'], x.ofASCII[' '] = true, true, true
	if k := x.tick(knowledge{}, 0x80); k != (knowledge{}) {
		t.Errorf("octets are remembered though no head began: %+v", k)
	}
	octets := []byte{'a', ' ', 0x80, 'a', 0x80, ' ', ' ', 0x80, 'a', 0x80, 'a'}
	want := knowledge{since: 1}
	got := want
	for i, o := range octets {
		got = x.tick(got, o)
		want.since++
		if o != 'a' {
			want.foreign |= 1 << i
		}
		if o == 0x80 {
			want.high |= 1 << i
		}
		if i == maxSince {
			want = knowledge{}
		}
		if got != want {
			t.Errorf("after %d octets: %+v, want %+v", i+1, got, want)
		}
	}
	if len(octets) != maxSince+1 {
		t.Errorf("%d octets: they are not forgotten", len(octets))
	}
}

// A digit that nothing is carried out of is no greater than an octet.
func TestNarrowCarriesNothing(t *testing.T) {
	for _, test := range []struct {
		lesser, greater byte
		add             int
		agree           bool
	}{{0xfe, 0xff, 1, true}, {0xff, 0, 1, false}, {0xff, 0, 1 - 256, true}, {0, 0xff, -1, false}} {
		var word [2]octetSet
		word[0].add(test.greater)
		word[1].add(test.lesser)
		if got := narrow(word[:], digit{0, 0xff}, digit{1, 0xff}, test.add); got != test.agree {
			t.Errorf("%#x is %#x with %d added: %v", test.greater, test.lesser, test.add, got)
		}
	}
}
