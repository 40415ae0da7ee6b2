package framing

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"slices"
	"strings"
	"testing"
)

func TestParseErrorsPointAtTheColumn(t *testing.T) {
	for _, test := range []struct {
		layout   string
		column   int
		found    string
		expected string // part of it
	}{
		{"", 1, "the end", "a field"},
		{"   ", 4, "the end", "a field"},
		{"sendr room", 1, `"sendr"`, "sender, room, message, salt"},
		{"sender rom message", 8, `"rom"`, "a field"},
		{"sender, room", 7, `","`, "a space"},
		{"sender|room", 7, `"|"`, "a space"},
		{`sender "|"room`, 11, `"room"`, "a space"},
		{"len16 sender", 6, `" "`, "len16(sender)"},
		{"len16", 6, "the end", "len16(sender)"},
		{"len16(", 7, "the end", "a field: sender"},
		{"len16()", 7, `")"`, "a field: sender"},
		{"len16(len8(sender))", 7, `"len8"`, "a field: sender"},
		{"len16(sender", 13, "the end", ") after"},
		{"len16(sender room)", 14, `"room"`, ") after"},
		{"len24(sender)", 1, `"len24"`, "len8, len16"},
		{"sender 0x", 10, "0 digits", "two hexadecimal digits"},
		{"sender 0x0", 11, "1 digits", "two hexadecimal digits"},
		{"sender 0x0g room", 11, `"g"`, "two hexadecimal digits"},
		{`sender ""`, 8, `""`, "at least one octet"},
		{`sender "| room`, 8, "a literal that does not end or has a wrong escape", "quoted"},
		{"é sender", 1, `"é"`, "a field"},
		{`"é" sendr`, 5, `"sendr"`, "a field"},
		{"sender \"\xff\"", 9, "the octet 0xff", "UTF-8"},
		{"sender 0x" + strings.Repeat("00", maxLiteral+1), 8, "a literal of 65 octets", "at most 64"},
		{"SENDER", 1, `"SENDER"`, "a field"},
		{strings.Repeat("salt ", maxComponents) + "salt", 5*maxComponents + 1, "another component", "at most"},
		{strings.Repeat(" ", maxLayoutLength) + "salt", maxLayoutLength + 1, "a longer text", "at most"},
	} {
		_, err := Parse(test.layout)
		var parseError *ParseError
		if !errors.As(err, &parseError) {
			t.Errorf("%q: error %v", test.layout, err)
			continue
		}
		if parseError.Column != test.column || parseError.Found != test.found || !strings.Contains(parseError.Expected, test.expected) {
			t.Errorf("%q: column %d, found %s, expected %s; want %d, %s, …%s…", test.layout,
				parseError.Column, parseError.Found, parseError.Expected, test.column, test.found, test.expected)
		}
		if !strings.Contains(err.Error(), layoutExample) {
			t.Errorf("%q: %v has no example", test.layout, err)
		}
	}
}

func TestLayoutsPrintCanonically(t *testing.T) {
	for text, canonical := range map[string]string{
		"sender  room\tmessage\n":     "sender room message",
		" len16( sender ) cbor(room)": "len16(sender) cbor(room)",
		`0x7c "|" 0x00ff "a\x00"`:     `"|" "|" 0x00ff 0x6100`,
		"0X0A `\\` varint(salt)":      `0x0a "\\" varint(salt)`,
		`"\"" len8(room)`:             `"\"" len8(room)`,
		`"é"`:                         "0xc3a9",
	} {
		l, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if l.String() != canonical {
			t.Errorf("%q prints as %q, want %q", text, l, canonical)
		}
		if again, err := Parse(l.String()); err != nil || !again.Equal(l) {
			t.Errorf("%q reads back as %q, %v", l, again, err)
		}
	}
}

// The characters of words, of space and of literals that print as they are.
func TestCharactersOfLayouts(t *testing.T) {
	const word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	for c := range byte(128) {
		p := parser{text: string(rune(c)) + "|"}
		if got, want := p.word() != "", strings.Contains(word, string(rune(c))); got != want {
			t.Errorf("%q is of a word: %v", c, got)
		}
		_, err := Parse("sender" + string(rune(c)) + "room")
		if got, want := err == nil, strings.Contains(" \t\n\r", string(rune(c))); got != want {
			t.Errorf("%q separates: %v", c, got)
		}
		l := Layout{[]Component{{Literal: []byte{'a', c}}}}
		if got, want := l.String()[0] == '"', ' ' <= c && c <= '~'; got != want {
			t.Errorf("0x%02x prints as %s", c, l)
		}
	}
}

// What is as long as it may be.
func TestLongestLayouts(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("salt ", maxComponents), "sender" + strings.Repeat(" ", maxLayoutLength-6), "0x" + strings.Repeat("7c", maxLiteral), `"` + strings.Repeat("|", maxLiteral) + `"`,
	} {
		l, err := Parse(text)
		if err != nil {
			t.Errorf("%.20q: %v", text, err)
			continue
		}
		if again, err := Parse(l.String()); err != nil || !again.Equal(l) {
			t.Errorf("%.20q reads back as %v, %v", text, again, err)
		}
	}
}

func TestLayoutsThatDiffer(t *testing.T) {
	layouts := []string{"sender", "room", "len8(sender)", "0x00", "0x01", "sender sender", "sender 0x00", "len16(sender)"}
	for i, a := range layouts {
		for j, b := range layouts {
			if got := MustParse(a).Equal(MustParse(b)); got != (i == j) {
				t.Errorf("%s equals %s: %v", a, b, got)
			}
		}
		for f := Sender; f < fieldEnd; f++ {
			if got := MustParse(a).Has(f); got != strings.Contains(a, f.String()) {
				t.Errorf("%s has %s: %v", a, f, got)
			}
		}
	}
	tuples := []Tuple{{}, {Sender: []byte("a")}, {Room: []byte("a")}, {Message: []byte("a")}, {Salt: []byte("a")}, {Sender: []byte("b")}}
	for i := range tuples {
		for j := range tuples {
			if got := tuples[i].Equal(&tuples[j]); got != (i == j) {
				t.Errorf("%q equals %q: %v", tuples[i], tuples[j], got)
			}
		}
	}
	if t0 := (Tuple{Sender: []byte("s"), Room: []byte("r"), Message: []byte("m"), Salt: []byte("l")}); t0.Field(Literal) != nil ||
		string(t0.Field(Sender))+string(t0.Field(Room))+string(t0.Field(Message))+string(t0.Field(Salt)) != "srml" {
		t.Errorf("%q", t0)
	}
	var l Layout
	var parseError *ParseError
	if err := l.UnmarshalText([]byte("len8")); !errors.As(err, &parseError) || l.Components != nil {
		t.Errorf("%v, %v", l, err)
	}
	if err := l.UnmarshalText([]byte("len8(room)  salt")); err != nil || l.String() != "len8(room) salt" {
		t.Errorf("%v, %v", l, err)
	}
	if text, err := l.MarshalText(); err != nil || string(text) != "len8(room) salt" {
		t.Errorf("%s, %v", text, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, n := range NamedLayouts() {
		f.Add(n.Layout.String())
	}
	f.Add(`len8(sender) varint(room) len32(salt) len64(message) "\"\\" 0x00ff`)
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			var parseError *ParseError
			if !errors.As(err, &parseError) || parseError.Column < 1 || parseError.Column > len([]rune(text))+1 {
				t.Fatalf("%q: %v", text, err)
			}
			if l.Components != nil {
				t.Fatalf("%q: an error and a layout", text)
			}
			return
		}
		again, err := Parse(l.String())
		if err != nil || !again.Equal(l) || again.String() != l.String() {
			t.Fatalf("%q prints as %q, which reads as %q, %v", text, l, again, err)
		}
	})
}

func TestAppendKnownOctets(t *testing.T) {
	tuple := Tuple{Sender: []byte("ab"), Room: []byte("c"), Message: []byte("MM"), Salt: []byte("s")}
	for layout, want := range map[string]string{
		"sender room message salt":                   "abcMMs",
		`sender "|" room 0x00`:                       "ab|c\x00",
		"len8(sender) len16(room)":                   "\x02ab\x00\x01c",
		"len32(sender) len64(room)":                  "\x00\x00\x00\x02ab\x00\x00\x00\x00\x00\x00\x00\x01c",
		"varint(sender)":                             "\x02ab",
		"cbor(sender) cbor(message) cbor(salt) salt": "\x62ab\x42MM\x41ss",
	} {
		got, err := MustParse(layout).Append([]byte("+"), &tuple)
		if err != nil || string(got) != "+"+want {
			t.Errorf("%s: %q, %v, want %q", layout, got, err, want)
		}
	}
}

func TestHeadsAtTheirBoundaries(t *testing.T) {
	for _, test := range []struct {
		component string
		length    uint64
		want      string // head
	}{
		{"varint(room)", 63, "\x3f"}, {"varint(room)", 64, "\x40\x40"},
		{"varint(room)", 16383, "\x7f\xff"}, {"varint(room)", 16384, "\x80\x00\x40\x00"},
		{"varint(room)", maxVarint, "\xbf\xff\xff\xff"},
		{"cbor(room)", 23, "\x77"}, {"cbor(room)", 24, "\x78\x18"}, {"cbor(room)", 255, "\x78\xff"},
		{"cbor(room)", 256, "\x79\x01\x00"}, {"cbor(message)", 65535, "\x59\xff\xff"},
		{"cbor(message)", 65536, "\x5a\x00\x01\x00\x00"}, {"cbor(salt)", 1<<32 - 1, "\x5a\xff\xff\xff\xff"}, {"cbor(salt)", 1 << 32, "\x5b\x00\x00\x00\x01\x00\x00\x00\x00"},
		{"len8(room)", 255, "\xff"}, {"len16(room)", 65535, "\xff\xff"},
		{"len16(room)", 65537, "\x00\x01"}, {"len8(room)", 256, "\x00"},
	} {
		h := MustParse(test.component).Components[0].head(test.length)
		if string(h.octets[:h.size]) != test.want {
			t.Errorf("%s of %d: %x, want %x", test.component, test.length, h.octets[:h.size], test.want)
		}
	}
}

func TestLengthsThatDoNotFitAreErrors(t *testing.T) {
	for layout, limit := range map[string]int{"len8(room)": 255, "message len16(room)": 65535} {
		l := MustParse(layout)
		long := Tuple{Message: []byte("m"), Room: make([]byte, limit+1)}
		dst := []byte("kept")
		got, err := l.Append(dst, &long)
		var lengthError *LengthError
		if !errors.As(err, &lengthError) || lengthError.Max != uint64(limit) || lengthError.Length != uint64(limit+1) || lengthError.Component.Field != Room {
			t.Errorf("%s: %v", layout, err)
		}
		if string(got) != "kept" {
			t.Errorf("%s: returned %q with the error", layout, got)
		}
		h := sha256.New()
		if err := l.Hash(h, &long); !errors.As(err, &lengthError) || !bytes.Equal(h.Sum(nil), sha256.New().Sum(nil)) {
			t.Errorf("%s: hashed something, or no error: %v", layout, err)
		}
		long.Room = long.Room[1:]
		if _, err := l.Append(nil, &long); err != nil {
			t.Errorf("%s: %v", layout, err)
		}
	}
}

func TestHashWritesWhatAppendReturns(t *testing.T) {
	tuple := Tuple{Sender: bytes.Repeat([]byte("s"), 300), Room: []byte("room"), Message: testMessage("content"), Salt: make([]byte, saltLength)}
	for _, layout := range []string{
		"sender room message salt", "len16(sender) len8(room) 0x00ff message salt", `cbor(sender) "|" varint(message) len64(room) len32(salt)`,
	} {
		l := MustParse(layout)
		octets, err := l.Append(nil, &tuple)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if err := l.Hash(h, &tuple); err != nil {
			t.Fatal(err)
		}
		if want := sha256.Sum256(octets); !bytes.Equal(h.Sum(nil), want[:]) {
			t.Errorf("%s: Hash and Append differ", layout)
		}
		if n := testing.AllocsPerRun(10, func() { _ = l.Hash(h, &tuple) }); n != 0 {
			t.Errorf("%s: Hash allocates %v times", layout, n)
		}
	}
}

// writes is a hash that keeps what each call hands over.
type writes struct {
	hash.Hash
	all []string
}

func (w *writes) Write(octets []byte) (int, error) {
	w.all = append(w.all, string(octets))
	return len(octets), nil
}

// Short values go to a hash together, up to 256 octets; what is longer goes by
// itself, after what came before it.
func TestHashJoinsShortValues(t *testing.T) {
	for _, test := range []struct {
		layout                string
		sender, room, message int   // octets
		writes                []int // octets
	}{
		{"sender room", 100, 156, 0, []int{256}},
		{"sender room", 100, 157, 0, []int{100, 157}},
		{"sender room", 256, 0, 0, []int{256}},
		{"sender room", 257, 1, 0, []int{0, 257, 1}},
		{"sender room message", 1, 257, 1, []int{1, 257, 1}},
		{"sender len16(room)", 254, 0, 0, []int{256}},
		{"sender len16(room)", 255, 0, 0, []int{255, 2}},
		{"sender len16(room)", 255, 3, 0, []int{255, 5}},
		{"sender room message", 200, 200, 200, []int{200, 200, 200}},
		{"sender 0x00 room", 255, 256, 0, []int{256, 256}},
	} {
		l := MustParse(test.layout)
		tuple := Tuple{Sender: bytes.Repeat([]byte("s"), test.sender), Room: bytes.Repeat([]byte("r"), test.room), Message: bytes.Repeat([]byte("m"), test.message)}
		var w writes
		if err := l.Hash(&w, &tuple); err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, octets := range w.all {
			got = append(got, len(octets))
		}
		want, _ := l.Append(nil, &tuple)
		if !slices.Equal(got, test.writes) || strings.Join(w.all, "") != string(want) {
			t.Errorf("%s of %d, %d and %d octets: %d", l, test.sender, test.room, test.message, got)
		}
	}
}

func TestTupleIsBase64InJSON(t *testing.T) {
	octets, err := json.Marshal(Tuple{Sender: []byte("a"), Salt: []byte{0xff}})
	if want := `{"sender":"YQ==","room":null,"message":null,"salt":"/w=="}`; err != nil || string(octets) != want {
		t.Errorf("%s, %v, want %s", octets, err, want)
	}
}

// testMessage returns a message with the given content and a counting salt.
func testMessage(content string) []byte {
	z := newPuzzle(MustParse("message"), Octets, false, false, 1<<20)
	p := plan{z: z, shape: shape{content: len(content)}}
	m := newUnifier(p.variables()).tuple(&p).Message
	return append(m[:len(m)-len(content)], content...)
}

func BenchmarkHash(b *testing.B) {
	tuple := Tuple{Sender: []byte("mimi://example.com/u/alice"), Room: []byte("mimi://example.com/r/room"), Message: testMessage(strings.Repeat("x", 1000)), Salt: make([]byte, saltLength)}
	l := MustParse("len16(sender) len16(room) message salt")
	octets, _ := l.Append(nil, &tuple)
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		h := sha256.New()
		for b.Loop() {
			h.Reset()
			h.Write(octets)
		}
	})
	b.Run("layout", func(b *testing.B) {
		b.ReportAllocs()
		h := sha256.New()
		for b.Loop() {
			h.Reset()
			_ = l.Hash(h, &tuple)
		}
	})
}
