package content

import (
	"strconv"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestInvalidUTF8 says which rule text breaks by its first bad character.
func TestInvalidUTF8(t *testing.T) {
	for text, want := range map[string]rule{
		"\x80": encUTF8, "\xff": encUTF8, "\xc0": encUTF8, "\xc0A": encUTF8, "\xf5\x80\x80\x80": encUTF8, "a\xe1": encUTF8,
		"\xc0\x80": encUTF8Overlong, "\xc1\xbf": encUTF8Overlong, "\xe0\x9f\x80": encUTF8Overlong, "\xe0\x80": encUTF8Overlong, "\xf0\x8f\x80\x80": encUTF8Overlong,
		"\xe0\xa0": encUTF8, "\xe1\x9f": encUTF8, "\xf0\x90\x80": encUTF8, "\xf1\x8f\x80": encUTF8, "\xc2\xc0": encUTF8,
		"\xed\xa0\x80": encUTF8Surrogate, "\xed\xbf\xbf": encUTF8Surrogate, "\xed\x9f": encUTF8, "\xee\xa0": encUTF8,
		"a\xed\xa0\x80": encUTF8Surrogate, "\ufffd\xc0\x80": encUTF8Overlong, "é\xed\xa0\x80\xff": encUTF8Surrogate, "\xff\xed\xa0\x80": encUTF8,
		"valid": encUTF8, "": encUTF8,
	} {
		if got := utf8Rule([]byte(text)); got != want {
			t.Errorf("%x breaks %s, expected %s", text, ruleTable[got].ID, ruleTable[want].ID)
		}
	}
}

// What cannot be all there is told of where it starts, before any of it is walked.
func TestContainersThatDoNotFit(t *testing.T) {
	for text, fits := range map[string]bool{
		"a1 20 83 00 00 00": true, "a1 20 a2 00 00 01 00": true,
		"a1 20 9b00000000ffffffff 00": false, "a1 20 bb00000000ffffffff 00": false, "a1 20 a3 00 00 01 00": false, "a1 20 5a00000005 00": false, "a1 20 65 00": false,
	} {
		var start, octets Octets
		if start.UnmarshalText([]byte(edgeStart)) != nil || octets.UnmarshalText([]byte(edgeStart+text)) != nil {
			t.Fatal(text)
		}
		result, _ := Check(octets, Options{Draft: spec.Content07})
		told := false
		for _, v := range result.Violations {
			told = told || v.Rule == &ruleTable[encWellformed] && v.Offset == len(start)+2 && strings.Contains(v.Found, "not all is there")
		}
		if told == fits {
			t.Errorf("%s: %v", text, result.Violations.Err())
		}
	}
}

// TestViolationsThatAreKept breaks one rule again and again, and then another one.
func TestViolationsThatAreKept(t *testing.T) {
	for _, test := range []struct{ floats, kept, dropped int }{{1, 2, 0}, {47, 48, 0}, {48, 49, 0}, {49, 49, 1}, {100, 49, 52}} {
		var octets Octets
		text := withExtensions("a1 20 82 " + hexOf(appendHead(nil, majorArray, uint64(test.floats))) + " f93c00*" + strconv.Itoa(test.floats) + " f97c01")
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		last := result.Violations[len(result.Violations)-1]
		if len(result.Violations) != test.kept || result.Dropped != test.dropped || last.Rule != &ruleTable[extNaN] {
			t.Errorf("%d floats and a NaN: %d kept, %d dropped, the last of %s", test.floats, len(result.Violations), result.Dropped, last.Rule.ID)
		}
	}
}

func TestStringsInChunks(t *testing.T) {
	old := Options{Draft: spec.Content07}
	salted := func(salt string) string { return "87 " + salt + " f6 40 f6 f6 a0" + edgeBody }
	checkEdges(t, []edge{
		{"two chunks", old, salted("5f 48 00*8 48 00*8 ff"), nil},
		{"a chunk and an empty one", old, salted("5f 50 00*16 40 ff"), nil},
		{"chunks that are too short", old, salted("5f 48 00*8 47 00*7 ff"), []rule{saltLength}},
		{"no chunks", old, salted("5f ff"), []rule{saltLength}},
	})
}

// A chunk that is no text is told of once.
func TestBadChunks(t *testing.T) {
	for _, text := range []string{withExtensions("a1 01 7f 61ff ff"), externalPart(map[int]string{10: "7f 61ff ff"})} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		times := 0
		for _, v := range result.Violations {
			if v.Rule == &ruleTable[encUTF8] {
				times++
			}
		}
		if times != 1 {
			t.Errorf("%s: told of %d times\n%v", text, times, result.Violations.Err())
		}
	}
}

func TestFloats(t *testing.T) {
	value := func(octets string) string { return withExtensions("a1 20 " + octets) }
	checkEdges(t, []edge{
		{"a number", Options{}, value("f93c00"), []rule{extFloatDiscouraged}},
		{"infinity", Options{}, value("f97c00"), []rule{extFloatDiscouraged}},
		{"minus infinity", Options{}, value("f9fc00"), []rule{extFloatDiscouraged}},
		{"another NaN", Options{}, value("f97c01"), []rule{extNaN}},
		{"another NaN with a sign", Options{}, value("f9fe00"), []rule{extNaN}},
		{"a NaN of four octets", Options{}, value("fa7fc00000"), []rule{extNaN}},
		{"a NaN of eight octets", Options{}, value("fb7ff8000000000000"), []rule{extNaN}},
		{"infinity in four octets", Options{}, value("fa7f800000"), []rule{encShortestFloat}},
		{"the smallest half in four octets", Options{}, value("fa33800000"), []rule{encShortestFloat}},
		{"a smaller number in four octets", Options{}, value("fa33000000"), []rule{extFloatDiscouraged}},
		{"the largest half in four octets", Options{}, value("fa477fe000"), []rule{encShortestFloat}},
		{"a larger number in four octets", Options{}, value("fa47800000"), []rule{extFloatDiscouraged}},
		{"one more bit than a half", Options{}, value("fa3f801000"), []rule{extFloatDiscouraged}},
		{"a single in eight octets", Options{}, value("fb3ff0000020000000"), []rule{encShortestFloatDouble}},
		{"a double", Options{}, value("fb3ff0000000000001"), []rule{extFloatDiscouraged}},
	})
	var octets Octets
	if err := octets.UnmarshalText([]byte(withExtensions("a1 03 d850f97e01"))); err != nil {
		t.Fatal(err)
	}
	result, _ := Check(octets, Options{Draft: spec.Content09})
	if got := result.Oddities(); len(got) != 2 || got[0] != &ruleTable[extUnknownIgnored] || got[1] != &ruleTable[extNaNTypedArray] {
		t.Errorf("a NaN in a typed array: %v, %v", got, result.Violations.Err())
	}
}
