package framing

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// shortMessage is as short as a message can be.
func shortMessage() []byte {
	return []byte("\x87\x50salt 0123456789\xff\xf6\x40\xf6\xf6\xa0\x83\x00\x60\x00")
}

// readings returns all tuples that lay out to octets, by trying every end of
// every field.
func readings(l Layout, octets []byte, d Domain, bound bool) (all []Tuple) {
	var try func(components []Component, at int, t Tuple)
	try = func(components []Component, at int, t Tuple) {
		if len(components) == 0 {
			if at == len(octets) && isReading(&t, l, d, bound) {
				for i := range all {
					if all[i].Equal(&t) {
						return
					}
				}
				all = append(all, t)
			}
			return
		}
		c := components[0]
		for end := at; end <= len(octets); end++ {
			for size := 0; size <= 9 && at+size <= end; size++ {
				value := octets[at+size : end]
				n := len(value)
				head := c.head(uint64(n))
				switch {
				case c.Field == Literal:
					if size == 0 && bytes.Equal(value, c.Literal) {
						try(components[1:], end, t)
					}
					continue
				case head.size != size || uint64(n) > c.Encoding.max() || !bytes.Equal(octets[at:at+size], head.octets[:size]):
					continue
				}
				if known := t.Field(c.Field); known != nil && !bytes.Equal(known, value) {
					continue
				}
				with := t
				switch c.Field {
				case Sender:
					with.Sender = value
				case Room:
					with.Room = value
				case Salt:
					if n != saltLength {
						continue
					}
					with.Salt = value
				case Message:
					m, err := readMessage(value)
					if err != nil || m.size != n {
						continue
					}
					with.Message = value
				}
				try(components[1:], end, with)
			}
		}
	}
	if octets == nil {
		octets = []byte{} // a nil field is one that is not known
	}
	try(l.Components, 0, Tuple{})
	return all
}

// isReading completes a tuple from its message, and reports whether it is one of
// the domain.
func isReading(t *Tuple, l Layout, d Domain, bound bool) bool {
	if t.Message != nil {
		m, _ := readMessage(t.Message)
		if t.Salt != nil && !bytes.Equal(t.Salt, m.salt) {
			return false
		}
		t.Salt = m.salt
		if bound {
			if m.sender == nil || m.room == nil || t.Sender != nil && !bytes.Equal(t.Sender, m.sender) || t.Room != nil && !bytes.Equal(t.Room, m.room) {
				return false
			}
			t.Sender, t.Room = m.sender, m.room
		}
	}
	return (t.Sender == nil || d.Contains(Sender, t.Sender)) && (t.Room == nil || d.Contains(Room, t.Room))
}

// Read finds the readings that there are when all ends are tried.
func TestReadAgainstAllEnds(t *testing.T) {
	layouts := []string{
		"sender room message", "sender message room", "message sender room", "sender room salt", "salt message sender room", "sender room",
		"sender salt", "salt", "room sender room", "sender sender message", "message message", `sender "a" room "b" sender`, "message salt", "message",
		"sender salt message", "message salt sender",
		"len8(sender) room message", "len16(sender) len8(room) len8(message)", "varint(sender) cbor(room) varint(message) cbor(salt)",
		"cbor(sender) varint(room) cbor(message) varint(salt)", "sender len8(room) message sender", "len8(message) sender room", "len32(room) sender len64(message)",
		"room len8(sender)", "sender varint(room)", "room len16(sender)", "cbor(room)", "salt cbor(salt)", "varint(message) len8(room)", `len8(room) "a"`,
		"message room message", "cbor(sender) sender cbor(room) message", "len8(salt) message len8(sender)",
	}
	counts := map[int]int{}
	ran := 0
	for _, text := range layouts {
		t.Run(text, func(t *testing.T) {
			readAgainstAllEnds(t, MustParse(text), counts)
			ran++
		})
	}
	for n := range 3 {
		if ran == len(layouts) && counts[n] < 100 {
			t.Errorf("%d words have %d readings: the test is blind", counts[n], n)
		}
	}
}

// A message that ends with another may be read from two places, with the same
// fields after it but not before it.
func TestReadTriesAPlaceAgain(t *testing.T) {
	inner := shortMessage()
	outer := append([]byte("\x87\x50salt 0123456789\xfe\xf6\x40\xf6\xf6\xa0\x85\x01\x60\x01\x60\x58\x1b"), inner...)
	begin := string(outer[:len(outer)-len(inner)])
	for _, test := range []struct{ layout, word string }{
		{"sender message room sender", "s" + string(outer) + "r" + "s" + begin},
		{"sender message room sender", "s" + string(outer) + "r" + "s"},
		{"sender message room sender", "s" + string(outer) + "r" + "t"},
		{"sender message room len8(sender)", "s" + string(outer) + "r" + string(rune(len(begin)+1)) + "s" + begin},
		{`sender message room "|" sender`, "s" + string(outer) + "r|" + "s" + begin},
		{"room message len8(sender) room", "s" + string(outer) + "\x01r" + "s" + begin},
	} {
		for _, d := range []Domain{Octets, UTF8} {
			l := MustParse(test.layout)
			checkRead(t, l, []byte(test.word), d, false, readings(l, []byte(test.word), d, false))
		}
	}
}

// Heads and messages that are near to being right.
func TestReadNearMisses(t *testing.T) {
	m := string(shortMessage())
	begin, end := m[:2+saltLength+4], m[2+saltLength+5:] // but for the extensions
	for _, test := range []struct {
		layout, word string
		bound        bool
	}{
		{"len8(message)", "\x1b" + m, false}, {"len8(message)", "\x1c" + m + "a", false}, {"len8(message)", "\x1a" + m[:26], false},
		{"varint(message)", "\x1c" + m + "a", false}, {"cbor(message)", "\x58\x1c" + m + "a", false}, {"cbor(message)", "\x58\x1b" + m, false},
		{"varint(sender)", "\xc0", false}, {"varint(sender)", "\xc1a", false}, {"varint(sender)", "\x00", false}, {"varint(sender)", "", false},
		{"varint(sender)", "\x40\x01a", false}, {"varint(sender)", "\x40", false}, {"varint(sender)", "\x80\x00\x00", false},
		{"cbor(sender)", "\x61a", false}, {"cbor(sender)", "\x41a", false}, {"cbor(sender)", "\x78\x01a", false}, {"cbor(sender)", "\x7c", false}, {"cbor(sender)", "", false},
		{"cbor(salt)", "\x50" + strings.Repeat("a", 16), false}, {"cbor(salt)", "\x70" + strings.Repeat("a", 16), false}, {"cbor(salt)", "\x4f" + strings.Repeat("a", 15), false},
		{"len16(sender)", "\x00", false}, {"len16(sender)", "\x00\x00", false}, {"len16(sender)", "\x01\x00" + strings.Repeat("a", 256), false},
		{"message", begin + "\xa1\x01\x60" + end, true}, {"message", begin + "\xa1\x02\x60" + end, true}, {"message", begin + "\xa2\x01\x60\x02\x60" + end, true},
		{"message", string(boundShort("a:", "b")), true}, {"message", string(boundShort("a", "b:")), true}, {"message", string(boundShort("a:", "b:")), true},
		{"sender message", "a:" + string(boundShort("a:", "b:")), true}, {"sender message", "b:" + string(boundShort("a:", "b:")), true},
		{"room message", "b:" + string(boundShort("a:", "b:")), true}, {"room message", "a:" + string(boundShort("a:", "b:")), true},
		{"message room", string(boundShort("a:", "b:")) + "b:", true}, {"message room", string(boundShort("a:", "b:")) + "a:", true},
	} {
		for _, d := range []Domain{Octets, RFC3986} {
			l := MustParse(test.layout)
			checkRead(t, l, []byte(test.word), d, test.bound, readings(l, []byte(test.word), d, test.bound))
		}
	}
	// Lengths of all sizes.
	for e := Len8; e < encodingEnd; e++ {
		l := Layout{[]Component{{Field: Room, Encoding: e}}}
		for _, n := range []int{0, 1, 23, 24, 63, 64, 255, 256, 0x1234, 16383, 16384, 65535, 65536, 0x12345} {
			tuple := Tuple{Room: bytes.Repeat([]byte("r"), n)}
			word, err := l.Append(nil, &tuple)
			if err != nil {
				continue
			}
			if got, err := l.Read(word, UTF8, false); err != nil || !got.Equal(&tuple) {
				t.Errorf("%s of %d octets: %v", l, n, err)
			}
			var none *NoReadingError
			if _, err := l.Read(word[:len(word)-1], UTF8, false); !errors.As(err, &none) {
				t.Errorf("%s of %d octets, cut: %v", l, n, err)
			}
		}
	}
}

// Lengths at the limits of Read and of a length that is compared.
func TestReadLimits(t *testing.T) {
	var none *NoReadingError
	var unreadable *UnreadableError
	if _, err := MustParse("0x00").Read(make([]byte, maxReadLength), Octets, false); !errors.As(err, &none) {
		t.Error(err)
	}
	if _, err := MustParse("0x00").Read(make([]byte, maxReadLength+1), Octets, false); !errors.As(err, &unreadable) {
		t.Error(err)
	}
	if _, err := (Layout{make([]Component, maxComponents)}).Read(nil, Octets, false); err != nil {
		t.Error(err)
	}
	if _, err := (Layout{make([]Component, maxComponents+1)}).Read(nil, Octets, false); !errors.As(err, &unreadable) {
		t.Error(err)
	}
	l := MustParse("cbor(sender) len8(sender)")
	for n := 254; n <= 257; n++ {
		tuple := Tuple{Sender: bytes.Repeat([]byte("s"), n)}
		got, err := l.Read(l.AppendWrapping(nil, &tuple), Octets, false)
		if n <= 255 && (err != nil || !got.Equal(&tuple)) || n > 255 && !errors.As(err, &none) {
			t.Errorf("%d octets: %v", n, err)
		}
	}
}

// How many places are tried, and what becomes of a reading that may try fewer.
func TestReadSteps(t *testing.T) {
	m := string(shortMessage())
	for _, test := range []struct {
		layout, word string
		domain       Domain
		steps        int
	}{
		{"len8(sender) 0x00 room", "\x01a\x00b", Octets, 6},
		{"sender room message", "ab" + m, UTF8, 15},
		{"sender room message", "ab" + m, Octets, 68},
		{"sender room message", "a:b:" + m, RFC3986, 16},
		{"sender room message", "a:" + m, RFC3986, 6},
		{"sender room sender message", "ab" + m, UTF8, 23},
		{"sender 0x7c room 0x7c message", "a:|b:|" + m, RFC3986, 12},
		{"sender room 0x7c message", "a:a:a:a:a:a:" + m, RFC3986, 91},
	} {
		l := MustParse(test.layout)
		with := func(steps int) (*splitter, error) {
			r := &splitter{layout: l, octets: []byte(test.word), domain: test.domain, steps: steps, failed: map[place]bool{}}
			_, err := r.read()
			return r, err
		}
		r, full := with(maxReadSteps)
		if used := maxReadSteps - r.steps; used != test.steps {
			t.Errorf("%s, %q in %v: %d places are tried, want %d", l, test.word, test.domain, used, test.steps)
		}
		for steps := 1; steps < test.steps+2; steps++ {
			r, err := with(steps)
			var unreadable *UnreadableError
			if r.steps < -1 { // one more is asked for
				t.Errorf("%s, %q in %v: of %d places %d are left", l, test.word, test.domain, steps, r.steps)
			}
			if steps > test.steps && fmt.Sprint(err) != fmt.Sprint(full) || steps <= test.steps && !errors.As(err, &unreadable) {
				t.Errorf("%s, %q in %v, up to %d places: %v, not %v", l, test.word, test.domain, steps, err, full)
			}
		}
	}
}

func readAgainstAllEnds(t *testing.T, l Layout, counts map[int]int) {
	messages := [][]byte{shortMessage(), boundShort("", "a"), boundShort("a:", "a:"), boundShort("", "")}
	for _, sender := range []string{"", "a", "ab", "a:", "\xff"} {
		for _, room := range []string{"", "a", "a:a", "b"} {
			for i, m := range messages {
				tuple := Tuple{[]byte(sender), []byte(room), m, m[2 : 2+saltLength]}
				if i%2 == 1 {
					tuple.Salt = bytes.Repeat([]byte("s"), saltLength)
				}
				octets, err := l.Append(nil, &tuple)
				if err != nil {
					t.Fatal(err)
				}
				words := [][]byte{octets, append(octets[:len(octets):len(octets)], 'a')}
				if len(octets) > 0 {
					words = append(words, octets[:len(octets)-1])
				}
				for k, word := range words {
					d, bound := Domains()[(i+k+len(sender))%3], len(room) == 1 || len(sender) == 2
					want := readings(l, word, d, bound)
					counts[min(len(want), 2)]++
					checkRead(t, l, word, d, bound, want)
				}
			}
		}
	}
}

func checkRead(t *testing.T, l Layout, word []byte, d Domain, bound bool, want []Tuple) {
	t.Helper()
	got, err := l.Read(word, d, bound)
	at := fmt.Sprintf("%s, %q in %v, bound %v", l, word, d, bound)
	var none *NoReadingError
	var several *AmbiguousReadingError
	switch {
	case len(want) == 0:
		if !errors.As(err, &none) || none.Length != len(word) {
			t.Fatalf("%s: %v, want no reading", at, err)
		}
	case len(want) == 1:
		if err != nil || !got.Equal(&want[0]) {
			t.Fatalf("%s: %q, %v, want %q", at, got, err, want[0])
		}
	case !errors.As(err, &several):
		t.Fatalf("%s: %v, want %q", at, err, want)
	default:
		found := 0
		for i := range want {
			for j := range several.Readings {
				if several.Readings[j].Equal(&want[i]) {
					found++
				}
			}
		}
		if found != 2 || several.Readings[0].Equal(&several.Readings[1]) {
			t.Fatalf("%s: %q, want two of %q", at, several.Readings, want)
		}
	}
}

// boundShort returns a short message that names both URIs.
func boundShort(sender, room string) []byte {
	m := shortMessage()
	const before = 2 + saltLength + 4 // where the empty map of extensions stands
	extensions := "\xa2\x01" + string(rune(0x60+len(sender))) + sender + "\x02" + string(rune(0x60+len(room))) + room
	return append(append(m[:before:before], extensions...), m[before+1:]...)
}
