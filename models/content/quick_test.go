package content

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestQuickChangesNothing holds the results against those of a checker that
// walks every item by the rules.
func TestQuickChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	inputs := seeds()
	for _, shape := range []string{"items", "map", "extensions", "parts", "nested"} {
		inputs = append(inputs, sized(shape, 600))
	}
	inputs = append(inputs, quickExtensions(), crowded(maxParts), crowded(maxParts+1), crowded(maxParts*4/3+10))
	changes := 20
	if testing.Short() {
		changes = 3
	}
	for _, draft := range allDrafts.List() {
		for _, readings := range []Readings{nil, {"content/ext-depth": "leaves-not-tags", "content/part-count": "leaves", "content/content-type-empty": "media-type"}} {
			quick := must(NewChecker(Options{Draft: draft, Readings: readings}))
			careful := *quick
			careful.quickDepth, careful.quickKeys, careful.quickParts = -1, false, false
			for _, octets := range inputs {
				for range changes {
					if got, want := quick.Check(octets), careful.Check(octets); !reflect.DeepEqual(got, want) {
						t.Fatalf("%x under %v:\n%+v\nwithout quick\n%+v", octets, draft, got, want)
					}
					octets = mutate(r, octets)
				}
			}
		}
	}
}

// quickExtensions returns a message with extensions at the limits of what quick
// is sure of.
func quickExtensions() []byte {
	entries := []string{
		"\x03\xf6", "\x17\x00", "\x18\x18\x18\x18", "\x18\xff\x19\x01\x00", "\x19\xff\xff\x1a\x00\x01\x00\x00",
		"\x1a\xff\xff\xff\xff\x1b\x00\x00\x00\x01\x00\x00\x00\x00", "\x1b\x00\x1f\xff\xff\xff\xff\xff\xff\x00",
		"\x20\x81\x81\x81\x01", "\x21\x81\x81\x80", "\x22\xa2\x40\x00\x60\x00", "\x23\xa2\x61a\x00\x61b\xa1\x00\xc1\x00",
		"\x24\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00", "\x25\xd8\x50\xf9\x7e\x01", "\x26\xc1\xc1\x00", "\x27\x62\xc3\xa4",
		"\x38\xff\xa2\x49aaaaaaaaa\x00\x49aaaaaaaab\x00", "\x61a\x84\x18\x18\x38\x18\x19\x01\x00\x20", "\x61b\x40",
		"\x6aaaaaaaaaaa\x00", "\x6aaaaaaaaaab\x00",
	}
	for i, n := range []int{4091, 4092, 4093, 4094, 4095, 4096, 4097} {
		entries = append(entries, "\x6boctets"+string(rune('a'+i))+"    "+string(AppendHead(nil, majorBytes, uint64(n)))+strings.Repeat("x", n))
	}
	extensions := AppendHead(nil, majorMap, uint64(len(entries)))
	for _, e := range entries {
		extensions = append(extensions, e...)
	}
	octets := Examples()[0].Octets
	return slices.Concat(octets[:22], extensions, []byte("\x83\x01\x60\x00"))
}

// crowded returns a message of n parts, of which some are multi parts.
func crowded(n int) []byte {
	single := NestedPart{Disposition: Render, Language: "en", Body: SinglePart{ContentType: "a/b"}}
	var parts []NestedPart
	for n--; n >= 4; n -= 4 {
		parts = append(parts, NestedPart{Disposition: Inline, Body: MultiPart{Parts: []NestedPart{single, single, single}}})
	}
	for ; n > 0; n-- {
		parts = append(parts, single)
	}
	return must(Encode(&Message{Salt: make([]byte, 16), NestedPart: NestedPart{Body: MultiPart{Parts: parts}}}, spec.Content09))
}

// TestQuickIsSure has what looks at a glance like something that breaks no rule.
func TestQuickIsSure(t *testing.T) {
	old := Options{Draft: spec.Content07}
	value := func(octets string) string { return withExtensions("a1 20 " + octets) }
	part := func(octets string) string { return edgeStart + "a0 " + octets }
	const single = "85 01 60 01 60 40 "
	checkEdges(t, []edge{
		{"eight octets of text, the last of which is none", Options{}, value("82 68 61*7 ff 00"), []rule{encUTF8}},
		{"one octet of text that is none", Options{}, value("82 61 ff 00"), []rule{encUTF8}},
		{"seven octets of text, the last of which is none", Options{}, value("82 67 61*6 ff 00"), []rule{encUTF8}},
		{"eight octets of text", Options{}, value("82 68 61*8 00"), nil},
		{"a length in two octets that fits in one", Options{}, value("590018 00*24"), []rule{encShortestLength5}},
		{"a length in four octets that fits in two", Options{}, value("5a00000100 00*256"), []rule{encShortestLength5}},
		{"a length in four octets", Options{}, value("5a00010000 00*65536"), nil},
		{"a length in four octets that goes too far", Options{}, value("5a01000000 00*300"), []rule{encWellformed}},
		{"a length in eight octets that goes too far", Options{}, value("5b0001000000000000 00*66000"), []rule{encWellformed}},
		{"a length in one octet", Options{}, value("5818 00*24"), nil},

		{"the number 5 for a part", Options{}, part("05 01 60 01 60 44 00*4"), []rule{partArray, encTrailing}},
		{"the number 0 for a part", Options{}, part("00 01 60 01 60 44 00*4"), []rule{partArray, encTrailing}},
		{"133 parts of which the first is a number", Options{}, part("85 01 60 03 00 98 85 01 60 01 60 40 " + strings.Repeat(single, 22) + "85 01 60 01 60 44 00*4"), []rule{partArray, encWellformed}},
		{"24 parts", Options{}, part("85 01 60 03 00 98 18 " + strings.Repeat(single, 24)), nil},
		{"600 parts with no chunks", old, part("85 01 60 03 00 99 0258 " + strings.Repeat("85 01 60 01 60 5fff ", 600)), nil},
	})
}
