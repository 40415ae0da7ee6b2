package framing

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestKnownVerdicts holds what is known of layouts, each reasoned out by hand.
// A letter for each domain, widest first: Injective, Ambiguous, Undecided.
func TestKnownVerdicts(t *testing.T) {
	t.Parallel()
	slow := []string{ // half a second or more
		"len16(sender) len16(room) message salt", "len8(sender) len32(room) len64(message)", "sender len16(room) message salt", "sender len8(room) message",
		"sender len32(room) message salt", "sender room len16(message)", "sender room cbor(message) salt", "cbor(sender) room len32(message) salt",
		"cbor(sender) room varint(message) len16(salt)", "cbor(sender) room cbor(message) cbor(salt)", "sender cbor(room) len16(message) salt",
		"sender varint(room) varint(message)", "sender len16(room) len16(message) salt", "sender room len64(message)", "sender len16(room) len32(message)",
		"sender varint(room) cbor(message)",
	}
	for _, test := range []struct{ layout, unbound, bound string }{
		// Where the sender ends is anyone's guess, unless its NAME cannot go on.
		{"sender room message", "AAAAI", "IIIII"},
		{"sender room message salt", "AAAAI", "IIIII"},
		{"message sender room salt", "AAAAI", "IIIII"},
		{"salt sender room message", "AAAAI", "IIIII"},
		{"len16(sender) len16(room) message salt", "IIIII", "IIIII"},
		{"varint(sender) varint(room) message salt", "IIIII", "IIIII"},
		{"cbor(sender) cbor(room) cbor(message) cbor(salt)", "IIIII", "IIIII"},
		{"len8(sender) len32(room) len64(message)", "IIIII", "IIIII"},
		{"sender 0x00 room message salt", "AAIII", "IIIII"},
		{`sender "|" room message salt`, "AAIII", "IIIII"},
		{`sender "/" room message`, "AAAAI", "IIIII"},
		{`sender " " room message`, "AAIII", "IIIII"},
		// "[" begins an IP literal and never follows a complete URI.
		{`sender "[" room message`, "AAIII", "IIIII"},
		// "%" can go on if the room begins with two digits, as "aa:" does and
		// "mimi:" does not.
		{`sender "%" room message`, "AAAII", "IIIII"},
		// 0x87 continues a character, but octets can swallow it.
		{"len16(sender) room message salt", "AIIII", "IIIII"},
		{"sender message room", "AIIII", "IIIII"},
		{"room sender message", "AAAAI", "IIIII"},
		{"message len8(sender) room", "IIIII", "IIIII"},
		{"message sender len8(room)", "AAAAI", "IIIII"},
		{"len8(sender) room sender message", "AIIII", "IIIII"},
		// A head of 0x2121 and more is text; under mimi-strict the "mimi:" of
		// the room is not part of a NAME.
		{"sender len16(room) message salt", "AAAAI", "AAIII"},
		{"sender len8(room) message", "AAAAI", "AAIII"},
		{"sender len32(room) message salt", "AAUUI", "AAIII"},
		// A reading with a longer room begins its message in the length or in
		// the message of the other. Lengths to the same end say that it cannot
		// unless an octet of 0x80 or more is part of a URI.
		// Then the longer room holds the salt and the ID of the message that is
		// replaced, and its message is in the topic of the other.
		{"sender room len16(message)", "AAAAI", "AAIII"},
		{"sender room cbor(message) salt", "AAAAI", "AAIII"},
		{"cbor(sender) room len32(message) salt", "AAIII", "AAIII"},
		{"cbor(sender) room varint(message) len16(salt)", "AAIII", "AAIII"},
		{"cbor(sender) room cbor(message) cbor(salt)", "AAIII", "AAIII"},
		{"sender cbor(room) len16(message) salt", "AAAAI", "AAIII"},
		{"sender varint(room) varint(message)", "AAAAI", "AAIII"},
		{"sender len16(room) len16(message) salt", "AAAAI", "AAIII"},
		{"sender room len64(message)", "AAAAI", "AAIII"},
		{"sender len16(room) len32(message)", "AAAAI", "AAIII"},
		{"sender varint(room) cbor(message)", "AAAAI", "AAIII"},
		// Nothing depends on the field that is missing, unless the message
		// names it.
		{"message salt", "AAAAA", "IIIII"},
		{"sender message salt", "AAAAA", "IIIII"},
		{"sender sender message salt", "AAAAA", "IIIII"},
		{"sender room", "AAAAA", "AAAAA"},
		{"salt", "AAAAA", "AAAAA"},
		{"0x00", "AAAAA", "AAAAA"},
	} {
		t.Run(test.layout, func(t *testing.T) {
			if testing.Short() && slices.Contains(slow, test.layout) {
				t.Skip("takes long")
			}
			l := MustParse(test.layout)
			for _, bound := range []bool{false, true} {
				var got strings.Builder
				for _, d := range Domains() {
					v := Analyse(l, d, bound)
					got.WriteString(strings.ToUpper(string(v.Outcome[0])))
					checkVerdict(t, l, d, bound, &v)
				}
				want := test.unbound
				if bound {
					want = test.bound
				}
				if got.String() != want {
					t.Errorf("%s, bound %v: %s, want %s", l, bound, &got, want)
				}
			}
		})
	}
}

// checkVerdict checks a verdict by definition.
func checkVerdict(t *testing.T, l Layout, d Domain, bound bool, v *Verdict) {
	t.Helper()
	at := fmt.Sprintf("%s, %v, bound %v", l, d, bound)
	if v.Reason == "" || len(v.Argument) == 0 {
		t.Errorf("%s: %s without a reason or an argument", at, v.Outcome)
	}
	if (v.Outcome == Ambiguous) != (v.Witness != nil) {
		t.Errorf("%s: %s with witness %v", at, v.Outcome, v.Witness)
	}
	checkWitness(t, at, d, bound, v.Witness, l.Append)
	if w := v.Wrap; w != nil {
		if (w.Outcome == Ambiguous) != (w.Witness != nil) || w.Reason == "" {
			t.Errorf("%s, wrapping: %s %q with witness %v", at, w.Outcome, w.Reason, w.Witness != nil)
		}
		checkWitness(t, at+", wrapping", d, bound, w.Witness, func(dst []byte, t *Tuple) ([]byte, error) {
			return l.AppendWrapping(dst, t), nil
		})
	}
}

func checkWitness(t *testing.T, at string, d Domain, bound bool, w *[2]Tuple, lay func([]byte, *Tuple) ([]byte, error)) {
	t.Helper()
	if w == nil {
		return
	}
	if w[0].Equal(&w[1]) {
		t.Errorf("%s: one tuple twice", at)
	}
	for i := range w {
		m, err := readMessage(w[i].Message)
		if err != nil || m.size != len(w[i].Message) || !bytes.Equal(m.salt, w[i].Salt) {
			t.Errorf("%s: message %x, salt %x", at, w[i].Message, w[i].Salt)
		}
		if m := w[i].Message[2+saltLength:]; d <= UTF8 && m[0] == 0x58 && m[2] != 1 {
			t.Errorf("%s: the ID of a message that is replaced begins with %#x", at, m[2])
		}
		if !d.Contains(Sender, w[i].Sender) || !d.Contains(Room, w[i].Room) {
			t.Errorf("%s: sender %q, room %q", at, w[i].Sender, w[i].Room)
		}
		if bound && (!bytes.Equal(m.sender, w[i].Sender) || !bytes.Equal(m.room, w[i].Room)) {
			t.Errorf("%s: the message names %q and %q", at, m.sender, m.room)
		}
	}
	a, errA := lay(nil, &w[0])
	b, errB := lay(nil, &w[1])
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%s: the witness gives different octets", at)
	}
}

func TestWrapping(t *testing.T) {
	for layout, want := range map[string]string{
		"len16(sender) len16(room) message salt":           "AAAAI",
		"len8(sender) len8(room) message salt":             "AAAAI",
		"len32(sender) len32(room) message salt":           "UUUUI",
		"cbor(sender) cbor(room) cbor(message) cbor(salt)": "-----",
		"len64(sender) len64(room) message":                "-----",
		"cbor(sender) cbor(room) message len8(salt)":       "-----",
		"len8(sender) message room len16(salt)":            "AIIII",
		"message len8(sender) len8(room)":                  "AAAAI",
	} {
		l := MustParse(layout)
		got := ""
		for _, d := range Domains() {
			v := Analyse(l, d, false)
			checkVerdict(t, l, d, false, &v)
			if v.Wrap == nil {
				got += "-"
			} else {
				got += strings.ToUpper(string(v.Wrap.Outcome[0]))
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", layout, got, want)
		}
	}
}

// Where there is neither a proof nor a witness, lengths of so many octets are why,
// or it is not known.
func TestObstacles(t *testing.T) {
	for _, test := range []struct {
		layout string
		domain Domain
		want   string
	}{
		{"sender salt message room", UTF8, "Automata do not exclude"},
		{"sender salt len8(message) room", RFC3986, "Automata do not exclude"},
		{"sender salt len32(message) room", RFC3986, "Automata do not exclude"},
		// 0x21 is the least octet of a URI: 0x21000000 is the least length that
		// begins with one, and 0x21212121 the least that consists of them.
		{"sender len32(room) message salt", RFC3986, fmt.Sprintf("no value with a length is longer than %d octets", 0x20ffffff)},
		{"sender len32(room) message salt", MIMI, fmt.Sprintf("no value with a length is longer than %d octets", 0x21212120)},
	} {
		reason, argument := newPuzzle(MustParse(test.layout), test.domain, false, false, math.MaxUint64).obstacle()
		if !strings.Contains(reason, test.want) || len(argument) == 0 {
			t.Errorf("%s in %v: %s", test.layout, test.domain, reason)
		}
	}
}

func TestTheSmallestWitnesses(t *testing.T) {
	for _, test := range []struct {
		domain        Domain
		senders, word int // octets of both senders, and of the word
	}{{Octets, 1, 71}, {UTF8, 1, 71}, {RFC3986, 5, 75}, {MIMI, 24, 94}} {
		v := Analyse(MustParse("sender room message salt"), test.domain, false)
		word, err := MustParse("sender room message salt").Append(nil, &v.Witness[0])
		if err != nil || len(word) != test.word || len(v.Witness[0].Sender)+len(v.Witness[1].Sender) != test.senders {
			t.Errorf("%v: %d octets with senders %q and %q", test.domain, len(word), v.Witness[0].Sender, v.Witness[1].Sender)
		}
	}
}

// tuples returns many small tuples of a domain, among them all that the attacks
// of this package are made of: URIs that hold the delimiters, the heads and the
// beginnings of messages, and messages that carry others.
func tuples(d Domain, bound bool) []Tuple {
	plain := testMessage("")
	carrier := testMessage(string(plain))
	head := string(carrier[:len(carrier)-len(plain)])
	var uris []string
	for _, u := range []string{
		"", "a", "aa", "|", "\x00", "\x00\x00", "\x00\x01", "\x01", "\x01a", "a|", "|a", head, "a" + head, head + "a", string(plain),
		"a:", "a:a", "aa:", "a:a:", "a:/", "a:b", "ba:", "a:bc:", "a:/a:", "a:a:a:",
		"mimi://a", "mimi://amimi://a", "mimi://a/mimi://a", "mimi://a/", "mimi://b",
		"mimi://a/u/a", "mimi://a/u/aa", "mimi://a/u/am", "mimi://a/r/a", "mimi://a/r/aa", "mimi://ab/r/a",
	} {
		if d.Contains(Sender, []byte(u)) || d.Contains(Room, []byte(u)) {
			uris = append(uris, u)
		}
	}
	var all []Tuple
	for _, s := range uris {
		for _, r := range uris {
			if !d.Contains(Sender, []byte(s)) || !d.Contains(Room, []byte(r)) {
				continue
			}
			for _, content := range []string{"", "a", string(plain), "a" + string(plain), string(carrier), "a:" + string(plain), "|" + string(plain)} {
				m := testMessage(content)
				if bound {
					m = boundMessage(s, r, content)
				}
				if m != nil {
					all = append(all, Tuple{[]byte(s), []byte(r), m, m[2 : 2+saltLength]})
				}
			}
		}
	}
	return all
}

// boundMessage returns a message that names both URIs, nil if it cannot.
func boundMessage(sender, room, content string) []byte {
	if !UTF8.Contains(Sender, []byte(sender)) || !UTF8.Contains(Room, []byte(room)) {
		return nil
	}
	m := testMessage(content)
	const before = 2 + saltLength + 4 // where the empty map of extensions stands
	var h head
	h.octets[0], h.octets[1], h.size = 0xa2, 1, 2
	h.cbor(3, uint64(len(sender)))
	extensions := append(bytes.Clone(h.octets[:h.size]), sender...)
	k := head{octets: [9]byte{2}, size: 1}
	k.cbor(3, uint64(len(room)))
	extensions = append(append(extensions, k.octets[:k.size]...), room...)
	return append(append(m[:before:before], extensions...), m[before+1:]...)
}

// An oracle that knows nothing of automata: no two of many tuples have the same
// octets where the analyser says injective, and each reads back.
func TestInjectiveLayoutsTellTuplesApart(t *testing.T) {
	t.Parallel()
	layouts := []string{
		"sender room message", "sender room message salt", "len16(sender) len16(room) message salt", "sender 0x00 room message salt",
		`sender "|" room message salt`, "cbor(sender) cbor(room) cbor(message) cbor(salt)", "len16(sender) room message salt",
		"sender message room", "message sender len8(room)", "salt message room sender", "message salt", "room sender sender message",
		`sender "[" room message`, `sender "/" room message`, "sender len8(room) message", "sender salt room message",
	}
	r := rand.New(rand.NewPCG(1, 2))
	drawn := 60
	if testing.Short() {
		drawn = 5
	}
	for range drawn {
		layouts = append(layouts, randomLayout(r).String())
	}
	tally := map[Outcome]int{}
	for _, d := range Domains() {
		for _, bound := range []bool{false, true} {
			all := tuples(d, bound)
			for i, text := range layouts {
				if (i >= 16 || testing.Short()) && i%5 != int(d) {
					continue // a random layout is tried in one domain
				}
				l := MustParse(text)
				v := Analyse(l, d, bound)
				checkVerdict(t, l, d, bound, &v)
				tally[v.Outcome]++
				at := fmt.Sprintf("%s, %v, bound %v", l, d, bound)
				seen := map[string]*Tuple{}
				for k := range all {
					octets, err := l.Append(nil, &all[k])
					if err != nil {
						continue
					}
					other := seen[string(octets)]
					seen[string(octets)] = &all[k]
					if other != nil && v.Outcome == Injective {
						t.Fatalf("%s: injective, but %q %q and %q %q collide", at, other.Sender, other.Room, all[k].Sender, all[k].Room)
					}
					if k%7 == 0 && (l.Has(Sender) && l.Has(Room) || bound) && l.Has(Message) {
						got, err := l.Read(octets, d, bound)
						var several *AmbiguousReadingError
						switch {
						case err == nil && !got.Equal(&all[k]):
							t.Fatalf("%s: %q read as %q", at, all[k], got)
						case err != nil && (v.Outcome == Injective || !errors.As(err, &several)):
							t.Fatalf("%s: %v for %q", at, err, all[k])
						}
					}
				}
				if w := v.Witness; w != nil && l.Has(Sender) && l.Has(Room) && l.Has(Message) {
					octets, _ := l.Append(nil, &w[0])
					var several *AmbiguousReadingError
					if _, err := l.Read(octets, d, bound); !errors.As(err, &several) {
						t.Errorf("%s: the witness reads back with %v", at, err)
					}
				}
			}
		}
	}
	t.Logf("verdicts: %v", tally)
	for _, o := range []Outcome{Injective, Ambiguous} {
		if tally[o] < 50 && !testing.Short() {
			t.Errorf("only %d layouts are %s: the test is blind", tally[o], o)
		}
	}
}

// randomLayout returns a layout with a message and up to four more components.
func randomLayout(r *rand.Rand) Layout {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	var words []string
	for range r.IntN(5) {
		words = append(words, pick("sender", "sender", "room", "room", "salt", `"|"`, "0x00", `"/"`, "len8(sender)", "len16(room)", "cbor(room)", "varint(sender)"))
	}
	i := r.IntN(len(words) + 1)
	words = append(words[:i:i], append([]string{pick("message", "message", "len16(message)", "cbor(message)")}, words[i:]...)...)
	return MustParse(strings.Join(words, " "))
}

// The explorer must not lose readings: what it proves about a layout it must
// not deny after a field that changes nothing is added at the front.
func TestKnownPrefixChangesNothing(t *testing.T) {
	for _, text := range []string{"sender room message", "len16(sender) room message", "sender message room"} {
		for _, d := range Domains() {
			plain, prefixed := Analyse(MustParse(text), d, false), Analyse(MustParse("0x0102 "+text), d, false)
			if plain.Outcome != prefixed.Outcome {
				t.Errorf("%s in %v: %s, but %s after a literal", text, d, plain.Outcome, prefixed.Outcome)
			}
		}
	}
}

func TestLayoutsThatParseNeverReturns(t *testing.T) {
	for _, l := range []Layout{
		{}, {Components: []Component{{}}}, {Components: []Component{{Field: Sender}, {}, {Field: Message}}},
		{Components: make([]Component, maxComponents)}, {Components: make([]Component, maxComponents+1)},
	} {
		for _, bound := range []bool{false, true} {
			v := Analyse(l, UTF8, bound)
			checkWitness(t, l.String(), UTF8, bound, v.Witness, l.Append)
			if v.Reason == "" || (v.Outcome == Undecided) != (len(l.Components) > maxComponents) {
				t.Errorf("%q: %s, reason %q", l, v.Outcome, v.Reason)
			}
		}
	}
}

func TestReadErrors(t *testing.T) {
	l := MustParse("len16(sender) len16(room) message salt")
	tuple := Tuple{[]byte("a:"), []byte("b:"), testMessage("x"), testMessage("x")[2:18]}
	octets, err := l.Append(nil, &tuple)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := l.Read(octets, RFC3986, false); err != nil || !got.Equal(&tuple) {
		t.Errorf("%q, %v", got, err)
	}
	var none *NoReadingError
	for n := range octets {
		if _, err := l.Read(octets[:n], RFC3986, false); !errors.As(err, &none) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	for name, wrong := range map[string]func([]byte){
		"another salt": func(o []byte) { o[len(o)-1] ^= 1 },
		"no URI":       func(o []byte) { o[2] = '1' },
		"no message":   func(o []byte) { o[8] = 0x86 },
	} {
		changed := bytes.Clone(octets)
		wrong(changed)
		if _, err := l.Read(changed, RFC3986, false); !errors.As(err, &none) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := l.Read(octets, RFC3986, true); !errors.As(err, &none) {
		t.Errorf("a message that names no URI is bound: %v", err)
	}
	var ambiguous *AmbiguousReadingError
	octets, _ = MustParse("sender room message").Append(nil, &tuple)
	if _, err := MustParse("sender room message").Read(octets, Octets, false); !errors.As(err, &ambiguous) {
		t.Errorf("error %v", err)
	}
	var none2 *NoReadingError
	if _, err := l.Read(nil, Octets, false); !errors.As(err, &none2) {
		t.Errorf("error %v", err)
	}
}

func TestReadStaysBounded(t *testing.T) {
	octets := bytes.Repeat([]byte("a"), 20000)
	_, err := MustParse("sender room sender room message").Read(octets, Octets, false)
	var none *NoReadingError
	var unreadable *UnreadableError
	if !errors.As(err, &none) && !errors.As(err, &unreadable) {
		t.Errorf("error %v", err)
	}
}

func TestReadMessage(t *testing.T) {
	m := testMessage("hello")
	if got, err := readMessage(append(m[:len(m):len(m)], "more"...)); err != nil || got.size != len(m) {
		t.Errorf("%+v, %v", got, err)
	}
	b := boundMessage("a:", "b:", "")
	if got, err := readMessage(b); err != nil || string(got.sender) != "a:" || string(got.room) != "b:" {
		t.Errorf("%+v, %v", got, err)
	}
	for n := range b {
		if _, err := readMessage(b[:n]); err == nil {
			t.Errorf("a message of %d octets begins another", n)
		}
	}
}

func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		for _, n := range NamedLayouts() {
			for _, d := range Domains() {
				for _, bound := range []bool{false, true} {
					Analyse(n.Layout, d, bound)
				}
			}
		}
	}
}
