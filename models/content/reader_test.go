package content

import (
	"bytes"
	"math"
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
		text := withExtensions("a1 20 82 " + hexOf(AppendHead(nil, majorArray, uint64(test.floats))) + " f93c00*" + strconv.Itoa(test.floats) + " f97c01")
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

func TestWhatFitsHalf(t *testing.T) {
	for bits, want := range map[uint32]bool{
		0: true, 1 << 31: true, 1: false, 0x7f800000: true, 0x477fe000: true, 0x47800000: false, 0x477ff000: false,
		0x38800000: true, 0x38802000: true, 0x38801000: false, // 2^-14, the smallest that is normal
		0x38000000: true, 0x38004000: true, 0x38002000: false, // 2^-15
		0x34000000: true, 0x34400000: true, 0x34200000: false, // 2^-23
		0x33800000: true, 0x33c00000: false, 0x33000000: false, // 2^-24, the smallest
	} {
		if fitsHalf(math.Float32frombits(bits)) != want {
			t.Errorf("%#x fits: %v", bits, !want)
		}
	}
}

// TestTags has what tags say of what is in them, and of nothing behind it.
func TestTags(t *testing.T) {
	value := func(octets string) string { return withExtensions("a1 20 " + octets) }
	checkEdges(t, []edge{
		{"a NaN in the first kind of typed arrays", Options{}, value("d850 f97c01"), nil},
		{"a NaN in the last kind of typed arrays", Options{}, value("d857 f97c01"), nil},
		{"a NaN in a tag before those", Options{}, value("d84f f97c01"), []rule{extNaN}},
		{"a NaN in a tag behind those", Options{}, value("d858 f97c01"), []rule{extNaN}},
		{"a NaN behind a typed array", Options{}, value("82 d850 4100 f97c01"), []rule{extNaN}},
		{"a tag without content", Options{}, edgeStart + "a1 20 d850", []rule{encWellformed}},
		{"a bignum of nine octets", Options{}, value("c2 49 01 00*8"), nil},
		{"a bignum of eight octets", Options{}, value("c2 48 ff*8"), []rule{encBignumReduce}},
		{"a bignum of eight octets and a zero", Options{}, value("c2 49 00 ff*8"), []rule{encBignumReduce}},
		{"a bignum of nine octets and a zero", Options{}, value("c2 4a 00 ff*9"), []rule{encBignumLeadingZero}},
		{"out of order in 10 arrays", Options{}, value("81*10 a2 02 00 01 00"), []rule{extDepth, encMapOrderNested}},
		{"out of order in 18 arrays", Options{}, value("81*18 a2 02 00 01 00"), []rule{extDepth}},
	})
	for text, want := range map[string][]rule{
		"d850 4100":        {extUnknownIgnored, extNaNTypedArray},
		"d850 80":          {extUnknownIgnored},
		"c2 49 01 00*8":    {extUnknownIgnored, extBigintOptional},
		"c2 49 00 01 00*8": {extUnknownIgnored},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(withExtensions("a1 03 " + text))); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		got := result.Oddities()
		ok := len(got) == len(want)
		for i := range got {
			ok = ok && got[i] == &ruleTable[want[i]]
		}
		if !ok {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestWhereTagsAndElementsAre(t *testing.T) {
	for text, want := range map[string]struct {
		rule   rule
		path   string
		offset int // in the extensions
	}{
		"a1 20 9f 00 00 f97c01 ff": {extNaN, "extensions[-1][2]", 5},
		"a1 20 83 00 00 f97c01":    {extNaN, "extensions[-1][2]", 5},
		"a1 20 c2 4101":            {encBignumReduce, "extensions[-1]", 2},
		"a1 20 82 00 c3 4101":      {encBignumReduce, "extensions[-1][1]", 4},
	} {
		var before, octets Octets
		if before.UnmarshalText([]byte(edgeStart)) != nil || octets.UnmarshalText([]byte(withExtensions(text))) != nil {
			t.Fatal(text)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		found := false
		for _, v := range result.Violations {
			found = found || v.Rule == &ruleTable[want.rule] && v.Path == want.path && v.Offset == len(before)+want.offset
		}
		if !found {
			t.Errorf("%s: %v", text, result.Violations.Err())
		}
	}
}

func TestASCII(t *testing.T) {
	for n := range 20 {
		text := []byte(strings.Repeat("a", n))
		if !isASCII(text) {
			t.Errorf("%q is not ASCII", text)
		}
		for i := range text {
			for _, c := range []byte{0x7f, 0x80, 0xff} {
				other := bytes.Clone(text)
				other[i] = c
				if isASCII(other) != (c < 0x80) {
					t.Errorf("%q is ASCII: %v", other, c >= 0x80)
				}
			}
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

// TestChunksAreJudgedOnce has a text in chunks that is none, which is told of once.
func TestChunksAreJudgedOnce(t *testing.T) {
	for value, want := range map[string]int{"7f 61ff ff": 1, "7f 61ff 61fe ff": 2, "7f 6161 ff": 0, "61ff": 1} {
		result := must(NewChecker(Options{Draft: spec.Content09})).Check(unmarshal(t, withExtensions("a1 20 "+value)))
		got := 0
		for _, v := range result.Violations {
			if v.Rule == &ruleTable[encUTF8] {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d texts that are none, expected %d: %v", value, got, want, result.Violations.Err())
		}
	}
}
