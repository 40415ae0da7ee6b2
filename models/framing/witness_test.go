package framing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// testPlans returns plans of many shapes, each laid out.
func testPlans(partial bool) (all []*plan) {
	for _, text := range []string{
		"sender room message salt", "len8(sender) varint(room) 0x0001 len16(message) cbor(salt)", "cbor(message) cbor(sender) message len64(room)", "room len8(salt) sender",
	} {
		for _, d := range []Domain{Octets, RFC3986} {
			for _, bound := range []bool{false, true} {
				z := newPuzzle(MustParse(text), d, bound, false, math.MaxUint64)
				for _, s := range []shape{{}, {sender: 1, room: 2}, {sender: 30, room: 1, topic: 23, content: 24}, {replaces: true, topic: 300, content: 255, room: 3}, {room: 1, topic: 160}, {sender: 70, content: 70_000}} {
					for _, ahead := range []bool{false, true} {
						p := &plan{z: z, shape: s, ahead: ahead}
						p.lay(len(z.layout.Components), partial)
						all = append(all, p)
					}
				}
			}
		}
	}
	return all
}

// A plan lays out what it says: as many octets as its word has, with no gap, and
// each variable in its place.
func TestPlans(t *testing.T) {
	for _, p := range testPlans(false) {
		at := fmt.Sprintf("%s in %v, bound %v, %+v", p.z.layout, p.z.domain, p.z.bound, p.shape)
		end := 0
		fields := map[Field]bool{}
		for _, s := range p.segments {
			if s.at != end || s.size == 0 && s.fixed == nil || s.fixed != nil && len(s.fixed) != s.size {
				t.Fatalf("%s: a segment of %d octets at %d after %d octets", at, s.size, s.at, end)
			}
			end += s.size
			if s.fixed == nil && (s.first < p.base || int(s.first-p.base)+s.size > p.variables()) {
				t.Errorf("%s: %d variables from %d", at, s.size, s.first)
			}
			if s.field != Literal {
				if fields[s.field] = true; s.first != p.variablesOf(s.field) || s.size != p.shape.size(s.field) {
					t.Errorf("%s: %v of %d octets from %d", at, s.field, s.size, s.first)
				}
			}
		}
		if end != p.at || end != p.wordSize() {
			t.Errorf("%s: %d octets are laid out to %d, and the word has %d", at, end, p.at, p.wordSize())
		}
		// The message is one, and its size is as it is said to be.
		u := newUnifier(p.variables())
		u.assign(p.replacesVariables(), hashSHA256)
		tuple := u.tuple(p)
		m, err := readMessage(tuple.Message)
		if err != nil || m.size != len(tuple.Message) || m.size != p.messageSize() || string(m.salt) != string(tuple.Salt) {
			t.Errorf("%s: a message of %d octets, %d of them read, %d said: %v", at, len(tuple.Message), m.size, p.messageSize(), err)
		}
		if p.z.bound && (string(m.sender) != string(tuple.Sender) || string(m.room) != string(tuple.Room)) {
			t.Errorf("%s: the message names %q and %q", at, m.sender, m.room)
		}
		if octets := p.z.layout.AppendWrapping(nil, &tuple); len(octets) != p.at {
			t.Errorf("%s: %d octets, %d laid out", at, len(octets), p.at)
		}
	}
}

// Where everything lies, in whole plans and in those of which only the beginning
// is known.
func TestGoldenPlans(t *testing.T) {
	var got strings.Builder
	for _, partial := range []bool{false, true} {
		for i, p := range testPlans(partial) {
			if i%2 == 1 && !partial || i%3 == 0 {
				continue
			}
			fmt.Fprintf(&got, "%s in %v, bound %v, %+v, partial %v, ahead %v: to %d, content at %d, anchors %v", p.z.layout, p.z.domain, p.z.bound, p.shape, partial, p.ahead, p.at, p.content, p.anchors)
			for _, s := range p.segments {
				switch {
				case len(s.fixed) > 4:
					fmt.Fprintf(&got, " %d:%x…", s.at, s.fixed[:4])
				case s.fixed != nil:
					fmt.Fprintf(&got, " %d:%x", s.at, s.fixed)
				default:
					fmt.Fprintf(&got, " %d:%v*%d@%d", s.at, s.field, s.size, s.first)
				}
			}
			got.WriteString("\n")
		}
	}
	golden(t, "plans.txt", got.String())
}

// octetOf is what a plan says of an octet: its value if it is fixed, and the
// field if it is of a URI.
func (p *plan) octetOf(at int) (value int, f Field, known bool) {
	for _, s := range p.segments {
		if s.at <= at && at < s.at+s.size {
			if s.fixed != nil {
				return int(s.fixed[at-s.at]), Literal, true
			}
			return -1, s.field, true
		}
	}
	return -1, Literal, false
}

// Plans agree if no octet is fixed to two values or outside a URI.
func TestPlansAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[bool]int{}
	for _, partial := range []bool{false, true} {
		plans := testPlans(partial)
		for _, a := range plans {
			for _, b := range plans {
				if a.at > 1000 || b.at > 1000 || r.IntN(4) > 0 {
					continue
				}
				want := true
				for at := 0; at < max(a.at, b.at); at++ {
					v, f, inA := a.octetOf(at)
					w, g, inB := b.octetOf(at)
					switch {
					case !inA || !inB:
					case v >= 0 && w >= 0:
						want = want && v == w
					case v >= 0 && g != Literal:
						want = want && b.z.inAlphabet(g, []byte{byte(v)})
					case w >= 0 && f != Literal:
						want = want && a.z.inAlphabet(f, []byte{byte(w)})
					}
					if inA && v < 0 || !inA {
						v = 'x'
					}
					if got := a.octetAt(at, 'x'); int(got) != v {
						t.Fatalf("octet %d is %#x, want %#x", at, got, v)
					}
				}
				seen[want]++
				if got := agree(a, b); got != want {
					t.Fatalf("%s %+v and %s %+v agree: %v", a.z.layout, a.shape, b.z.layout, b.shape, got)
				}
			}
		}
	}
	if seen[true] < 50 || seen[false] < 50 {
		t.Errorf("%v: the test is blind", seen)
	}
}

// The lengths that are tried.
func TestGoldenSizes(t *testing.T) {
	var got strings.Builder
	for _, text := range []string{
		"sender room message salt", "len8(sender) len16(room) len8(message)", "room len64(room) cbor(sender) message", "varint(sender) len32(message) room message",
		"len8(message) len64(sender) message len32(room)", "message varint(sender) cbor(room) len16(message)", "message len32(sender) len64(room)",
	} {
		for _, d := range Domains() {
			for _, wrap := range []bool{false, true} {
				z := newPuzzle(MustParse(text), d, false, wrap, math.MaxUint64)
				for _, s := range z.searches() {
					fmt.Fprintf(&got, "%s in %v, wrap %v: empty %v, ahead %v, rich %v, order %v, %d messages, up to %d and %d, senders %v, rooms %v\n",
						text, d, wrap, s.empty, s.ahead, s.rich, s.order, s.repeats, s.maxSize(Sender), s.maxSize(Room), s.sizes[Sender], s.sizes[Room])
				}
				s := z.searches()[0]
				for _, sender := range []int{s.sizes[Sender][0], 255} {
					s.a.shape = shape{sender: sender, room: s.sizes[Room][1]}
					s.a.lay(len(z.layout.Components), true)
					for _, c := range z.layout.Components {
						if c.Field == Sender || c.Field == Room {
							fmt.Fprintf(&got, "- %s at 3: fixed %v, at 0, 17 and 18 %v %v %v, anchored %v\n",
								c, s.fixedSizes(c, 3), s.fixedSizes(c, 0), s.fixedSizes(c, 17), s.fixedSizes(c, 18), s.anchoredSizes(c, 3))
						}
					}
				}
			}
		}
	}
	golden(t, "sizes.txt", got.String())
}

// Contents make both words as long as each other.
func TestFillContents(t *testing.T) {
	var filled strings.Builder
	for _, text := range []string{"sender message room", "len8(sender) message len16(room) cbor(message)", "sender room message message message"} {
		z := newPuzzle(MustParse(text), Octets, false, false, math.MaxUint64)
		for _, a := range []shape{{sender: 2}, {sender: 30, room: 40}, {sender: 1, content: 22}, {room: 10, content: 254}} {
			for _, b := range []shape{{sender: 1}, {sender: 250}, {room: 1000, topic: 30}, {content: 23}, {room: 70_000}} {
				for _, s := range z.searches() {
					s.a.shape, s.b.shape = a, b
					before := [2]int{s.a.wordSize(), s.b.wordSize()}
					got := s.fillContents()
					after := [2]int{s.a.wordSize(), s.b.wordSize()}
					fmt.Fprintf(&filled, "%s, %+v and %+v: %v with contents of %d and %d\n", text, a, b, got, s.a.shape.content, s.b.shape.content)
					if got != (after[0] == after[1]) {
						t.Errorf("%s, %+v and %+v: %v with words of %v octets", text, a, b, got, after)
					}
					if s.empty && before != after || !s.empty && s.repeats == 1 && !got {
						t.Errorf("%s, %+v and %+v: %v octets become %v", text, a, b, before, after)
					}
					s.length = min(after[0], after[1])
					if s.fillContents() {
						t.Errorf("%s: a word of %d octets is no shorter than the best", text, s.length)
					}
				}
			}
		}
	}
	golden(t, "contents.txt", filled.String())
}

// A message that carries another is solved if its length fits, whichever of the
// two tuples has it. A shape is not compared with itself.
func TestAttempts(t *testing.T) {
	for _, test := range []struct {
		layout string
		limit  int // octets of a message
	}{{"sender len8(message) room", 255}, {"sender len16(message) room", 65535}} {
		z := newPuzzle(MustParse(test.layout), Octets, false, false, math.MaxUint64)
		for size := test.limit - 1; size <= test.limit+1; size++ {
			var carrier, carried shape
			p := plan{z: z}
			p.shape.content = size - 100
			for p.messageSize() < size {
				p.shape.content++
			}
			carrier, carried.sender = p.shape, size-shortestMessage-50
			p.shape = carried
			for p.messageSize() < shortestMessage+50 {
				p.shape.content++
			}
			carried = p.shape
			for _, shapes := range [][2]shape{{carrier, carried}, {carried, carrier}, {carried, carried}} {
				s := z.searches()[1]
				s.a.shape, s.b.shape = shapes[0], shapes[1]
				work := s.work
				s.attempt()
				if got, want := s.work < work, size <= test.limit && shapes[0] != shapes[1]; got != want || s.best != nil && !want {
					t.Errorf("%s: messages of %d and %d octets are solved: %v", test.layout, s.a.messageSize(), s.b.messageSize(), got)
				}
			}
		}
	}
}

// Topics end where something begins or ends, or up to two octets behind.
func TestTopicSizes(t *testing.T) {
	s := newPuzzle(MustParse("message"), Octets, true, false, math.MaxUint64).searches()[0]
	// A topic begins 20 octets after its message, 53 if that replaces another,
	// and one more if it has 24 octets or more.
	s.a.anchors = []int{0, 30, 53, 90, 1100, 1000 + 53}
	for _, test := range []struct {
		start    int
		replaces bool
		want     string
	}{
		{0, false, "[10 11 12 32 33 34 69 70 71]"},
		{7, false, "[3 4 5 25 26 27 62 63 64]"},
		{9, false, "[1 2 3 23 24 25 60 61 62 1023]"},
		{10, false, "[1 2 23 23 24 59 60 61 1022 1023]"},
		{7, true, "[29 30 31 992 993 994]"},
		{50, true, "[996 997 998 949 950 951]"},
		{60, false, "[10 11 12 1019 1020 1021 972 973 974]"},
	} {
		if got := fmt.Sprint(s.topicSizes(test.start, test.replaces)); got != test.want {
			t.Errorf("from %d, replaces %v: %s, want %s", test.start, test.replaces, got, test.want)
		}
	}
}

// What a search finds, and what it looks at, with little to spend.
func TestGoldenSmallSearches(t *testing.T) {
	var got strings.Builder
	for _, text := range []string{"sender salt message room", "message sender len8(message) room", "len8(sender) room len16(message)", "sender len8(room) message"} {
		for _, d := range []Domain{Octets, UTF8, RFC3986} {
			for _, bound := range []bool{false, true} {
				z := newPuzzle(MustParse(text), d, bound, false, math.MaxUint64)
				for _, few := range []struct{ checks, work int }{{10, 1000}, {500, 700}, {2000, 100_000}} {
					for _, s := range z.searches() {
						s.checks, s.work = few.checks, few.work
						s.run()
						fmt.Fprintf(&got, "%s in %v, bound %v: empty %v, ahead %v, rich %v: %d of %d checks and %d of %d octets left",
							text, d, bound, s.empty, s.ahead, s.rich, s.checks, few.checks, s.work, few.work)
						if s.best != nil {
							fmt.Fprintf(&got, ", %s", witnessReason(s.best))
						}
						got.WriteString("\n")
					}
				}
			}
		}
	}
	golden(t, "searches.txt", got.String())
}

// A witness that breaks one rule is none.
func TestVerifies(t *testing.T) {
	for _, bound := range []bool{false, true} {
		// Both lay out to "a:a:" and a message that may name other URIs.
		z := newPuzzle(MustParse("len8(sender) room message salt"), RFC3986, bound, false, math.MaxUint64)
		tuple := func(sender, room, content string) Tuple {
			m := testMessage(content)
			if bound {
				m = boundMessage(sender, room, content)
			}
			return Tuple{[]byte(sender), []byte(room), m, m[2 : 2+saltLength]}
		}
		same := tuple("a:", "b:", "")
		for name, break1 := range map[string]func(*Tuple){
			"nothing":             func(*Tuple) {},
			"another salt":        func(t *Tuple) { t.Salt = []byte(strings.Repeat("s", saltLength)) },
			"no message":          func(t *Tuple) { t.Message = t.Message[1:] },
			"more than a message": func(t *Tuple) { t.Message = append(t.Message[:len(t.Message):len(t.Message)], 0) },
			"a sender of octets":  func(t *Tuple) { t.Sender = []byte("\xff") },
			"a room of octets":    func(t *Tuple) { t.Room = []byte("\xff") },
			"another sender":      func(t *Tuple) { t.Sender = []byte("c:") },
			"another room":        func(t *Tuple) { t.Room = []byte("c:") },
		} {
			// The octets of all tuples are the same for a layout of nothing.
			z.layout = Layout{}
			for i := range 2 {
				other := tuple("a:", "d:", "")
				w := [2]Tuple{same, other}
				break1(&w[i])
				want := name == "nothing" || !bound && strings.HasPrefix(name, "another") && name != "another salt"
				if got := z.verifies(&w); got != want {
					t.Errorf("bound %v, %s in tuple %d: a witness: %v", bound, name, i, got)
				}
			}
		}
		z.layout = Layout{}
		if w := [2]Tuple{same, same}; z.verifies(&w) {
			t.Error("a tuple collides with itself")
		}
		z.layout = MustParse("room")
		if w := [2]Tuple{same, tuple("a:", "d:", "")}; z.verifies(&w) {
			t.Error("tuples with different octets collide")
		}
		if w := [2]Tuple{same, tuple("d:", "b:", "")}; !z.verifies(&w) {
			t.Error("tuples with the same octets do not collide")
		}
		// A length that wraps, in either tuple or in both.
		z.layout = MustParse("len8(sender)")
		long, longer := tuple("a:"+strings.Repeat("b", 254), "b:", ""), tuple("a:"+strings.Repeat("b", 254), "c:", "")
		for _, w := range [][2]Tuple{{long, longer}, {same, long}, {long, same}} {
			for _, z.wrap = range []bool{false, true} {
				if got, want := z.verifies(&w), z.wrap && len(w[0].Sender) == len(w[1].Sender); got != want {
					t.Errorf("lengths of %d and %d that wrap, %v: a witness: %v", len(w[0].Sender), len(w[1].Sender), z.wrap, got)
				}
			}
		}
	}
}

// A search ends when the octets that it may solve are used up, and not one later.
func TestSearchEndsWithItsWork(t *testing.T) {
	search := func(work int) *search {
		z := newPuzzle(MustParse("sender len8(room) message"), RFC3986, false, false, math.MaxUint64)
		s := z.searches()[0]
		s.work = work
		s.run()
		return s
	}
	first := 1 - search(1).work // what the first attempt takes
	if first <= 1 {
		t.Fatalf("the first attempt takes %d octets: this tests nothing", first)
	}
	if s := search(first); s.work != 0 {
		t.Errorf("%d octets are left of %d", s.work, first)
	}
	if s := search(first + 1); s.work >= 0 {
		t.Errorf("%d octets are left of %d: one was enough for another attempt", s.work, first+1)
	}
}
