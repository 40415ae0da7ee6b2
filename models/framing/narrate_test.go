package framing

import (
	"strings"
	"testing"
)

func TestShow(t *testing.T) {
	for _, test := range []struct{ octets, want string }{
		{"", `""`},
		{"a:b", `"a:b"`},
		{"é\x00", `"\u00e9\x00"`},
		{"\xff\x00", "0xff00"},
		{strings.Repeat("a", 40), `"` + strings.Repeat("a", 40) + `"`},
		{strings.Repeat("\xff", 40), "0x" + strings.Repeat("ff", 40)},
		{strings.Repeat("a", 41), `"` + strings.Repeat("a", 20) + `"… of 41 octets`},
		{strings.Repeat("a", 20) + strings.Repeat("\xff", 30), `"` + strings.Repeat("a", 20) + `"… of 50 octets`},
		{strings.Repeat("a", 19) + strings.Repeat("\xff", 22), "0x" + strings.Repeat("61", 19) + "ff… of 41 octets"},
	} {
		if got := show([]byte(test.octets)); got != test.want {
			t.Errorf("%q is shown as %s, want %s", test.octets, got, test.want)
		}
	}
}

func TestOctetSetsPrintAFewOctets(t *testing.T) {
	for _, test := range []struct{ octets, want string }{
		{"", ""}, {"\x00", "0x00"}, {"a/", "0x2f or 0x61"}, {"abcd", "0x61 or 0x62 or 0x63 or 0x64"}, {"abcd\xff", "0x61 or 0x62 or 0x63 or … 0xff"},
		{"\x3f\x40\x7f\x80", "0x3f or 0x40 or 0x7f or 0x80"}, {"\xbf\xc0", "0xbf or 0xc0"},
	} {
		if got := oneOf(test.octets).set.String(); got != test.want {
			t.Errorf("%q: %s, want %s", test.octets, got, test.want)
		}
		for o := range 256 {
			set := oneOf(test.octets).set
			if got := set.has(byte(o)); got != strings.Contains(test.octets, string([]byte{byte(o)})) {
				t.Errorf("%q has %#x: %v", test.octets, o, got)
			}
		}
	}
	for _, a := range []string{"", "\x00", "a", "\xff", "abc"} {
		for _, b := range []string{"\x00", "ac\xff", "xyz"} {
			if got, want := disjoint(oneOf(a).set, oneOf(b).set), !strings.ContainsAny(a, b) && !(a == "\xff" && b == "ac\xff"); got != want {
				t.Errorf("%q and %q are disjoint: %v", a, b, got)
			}
		}
	}
}

// What follows a URI is looked for behind a literal of no octets, and behind what
// may have none.
func TestFirstOctets(t *testing.T) {
	for _, test := range []struct {
		layout Layout
		want   string
	}{
		{Layout{[]Component{{}, {Field: Message}}}, "0x87"},
		{Layout{[]Component{{}, {Literal: []byte("ab")}}}, "0x61"},
		{Layout{[]Component{{}}}, ""},
		{Layout{}, ""},
		{MustParse("sender 0x87"), "0x00 or 0x01 or 0x02 or … 0xf4"},
		{MustParse("len8(message)"), "0x1b or 0x1c or 0x1d or … 0xff"},
		{MustParse("cbor(salt) message"), "0x50"},
	} {
		z := newPuzzle(test.layout, UTF8, false, false, 1<<20)
		if got := z.firstOctets(0).String(); got != test.want {
			t.Errorf("%s begins with %s, want %s", test.layout, got, test.want)
		}
	}
	z := newPuzzle(MustParse("sender 0x87"), RFC3986, false, false, 1<<20)
	if got := z.firstOctets(0).String(); got != "0x41 or 0x42 or 0x43 or … 0x7a" {
		t.Errorf("a URI begins with %s", got)
	}
}

// What is said of proofs for layouts whose fields follow each other in other ways.
func TestGoldenNarrations(t *testing.T) {
	var got strings.Builder
	for _, text := range []string{
		"message", "salt message", "message salt 0x00", "message message", "salt salt message", "sender", "room 0x00", "message sender", "message room sender",
		"sender sender message", "len8(sender) room message", "room len8(sender) message", "sender len8(salt) room", "cbor(message) sender", "message len8(sender) room",
		"sender 0x7c room 0x7c message", "0x7c sender 0x00 0x01 room", "room salt message sender", "sender 0x20 0x7c room len8(salt) message", "len8(message) sender 0x00 room",
		"sender 0x61 0x00 room message", "room 0x00 sender 0x00 len8(room) message", "len8(sender) salt sender message room", "salt len8(room) salt room message sender", "sender room 0x00 message",
	} {
		for _, d := range []Domain{UTF8, RFC3986, MIMIStrict} {
			for _, bound := range []bool{false, true} {
				z := newPuzzle(MustParse(text), d, bound, false, 1<<20)
				if !z.provesInjective() {
					continue
				}
				reason, argument := z.narrate()
				got.WriteString(text + ", " + d.String())
				if bound {
					got.WriteString(", bound")
				}
				got.WriteString(": " + reason + "\n")
				for _, step := range argument {
					got.WriteString("- " + step + "\n")
				}
			}
		}
	}
	golden(t, "narrations.txt", got.String())
}
