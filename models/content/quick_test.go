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

func unmarshal(t *testing.T, text string) []byte {
	t.Helper()
	var octets Octets
	if err := octets.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return octets
}

// TestQuickItems has what is moved over at once and what is left to the walk, and
// to where: only that takes less time would tell otherwise.
func TestQuickItems(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	for _, test := range []struct {
		item string
		sure bool
	}{
		{"00", true}, {"17", true}, {"1818", true}, {"18ff", true}, {"190100", true}, {"19ffff", true}, {"1a00010000", true}, {"1affffffff", true},
		{"20", true}, {"37", true}, {"3818", true}, {"38ff", true}, {"390100", true}, {"3a00010000", true}, {"3affffffff", true},
		{"1800", false}, {"1817", false}, {"190018", false}, {"1900ff", false}, {"1a0000ffff", false}, {"1b0000000100000000", false}, {"1c", false}, {"1f", false},
		{"3817", false}, {"3900ff", false}, {"3a0000ffff", false}, {"3b0000000100000000", false}, {"3c", false},
		{"40", true}, {"41ff", true}, {"57 ff*23", true}, {"5818 ff*24", true}, {"58ff ff*255", true}, {"590100 ff*256", true}, {"5a00010000 00*65536", true},
		{"5817 00*23", false}, {"5900ff 00*255", false}, {"5a0000ffff 00*65535", false}, {"5b0000000000010000 00*65536", false}, {"5f4100ff", false}, {"5c", false},
		{"60", true}, {"6161", true}, {"64 61*4", true}, {"67 61*7", true}, {"68 61*8", true}, {"77 61*23", true}, {"7818 61*24", true}, {"78ff 61*255", true}, {"790100 61*256", true},
		{"61ff", false}, {"67 61*6 ff", false}, {"64 61*3 ff", false}, {"68 61*7 ff", false}, {"62c3a9", true}, {"7817 61*23", false}, {"7f6161ff", false},
		{"e0", true}, {"f4", true}, {"f6", true}, {"f7", true}, {"f8ff", false}, {"f97e00", false}, {"fb 00*8", false},
		{"80", true}, {"8100", true}, {"8200f6", true}, {"97 00*23", true}, {"9818 00*24", false}, {"9f00ff", false}, {"81 1818", true}, {"81 1817", false}, {"82 00 1817", false},
		{"82 6161 4100", true}, {"8181 00", true}, {"8181 8100", false}, {"8180", true}, {"81a0", true}, {"81c000", true}, {"82 8100 8100", true},
		{"a0", true}, {"a10000", true}, {"a200000100", true}, {"a2 01 00 00 00", false}, {"a2 00 00 00 00", false}, {"b7" + keysUpTo(23), true}, {"b818" + keysUpTo(24), false}, {"bfff", false},
		{"a1 00 1818", true}, {"a1 00 1817", false}, {"a1 00 8100", true}, {"a1 00 818100", false}, {"a1 00 4261 61", true},
		{"c000", true}, {"c100", true}, {"c24100", false}, {"c34100", false}, {"c400", true}, {"c46161", true}, {"c41817", false}, {"d700", true}, {"d81800", false}, {"c4c400", true}, {"c4c4c400", false}, {"c4 8100", true},
	} {
		item := unmarshal(t, test.item)
		w := walker{c: checker, b: append(item[:len(item):len(item)], make([]byte, 48)...)}
		// Two levels are around, and two more are judged.
		left, end := w.quickItems(0, 1, 2)
		if sure := left == 0 && end == len(item); sure != test.sure || !sure && (left != 1 || end != 0) {
			t.Errorf("%.30s: %d left at %d of %d octets", test.item, left, end, len(item))
		}
	}
	// Eight octets are looked at; those behind an item need not be there.
	for _, test := range []struct {
		octets         string
		n, level       int
		left, end, odd int
	}{
		{"00*7", 1, 2, 1, 0, 0}, {"00*8", 1, 2, 0, 1, 0}, {"00*9", 5, 2, 3, 2, 0}, {"00*20", 0, 2, 0, 0, 0}, {"00*20 1800 00*20", 22, 2, 2, 20, 0},
		{"00 4a 00*4", 2, 2, 2, 0, 0}, {"00 4a 00*9", 2, 2, 1, 1, 0}, {"00 5a 00*9", 2, 2, 1, 1, 0}, {"47 00*7", 1, 2, 0, 8, 0}, {"48 00*7", 1, 2, 1, 0, 0},
		{"8100 00*8", 1, 0, 1, 0, 0}, {"8100 00*8", 1, 1, 0, 2, 0}, {"8100 00*8", 1, 3, 0, 2, 1 << oddDepth}, {"8100 00*8", 1, 4, 1, 0, 0}, {"a1 00 8100 00*8", 1, 2, 0, 4, 1 << oddDepth},
		{"84 00*7", 1, 2, 1, 0, 0}, {"83 00*7", 1, 2, 0, 4, 0}, {"83 00*2 40 00*4", 1, 2, 0, 4, 0},
		{"84 00*8", 1, 2, 1, 0, 0}, {"84 00*9", 1, 2, 0, 5, 0}, {"00 84 00*8", 2, 2, 1, 1, 0},
	} {
		w := walker{c: checker, b: unmarshal(t, test.octets)}
		if left, end := w.quickItems(0, test.n, test.level); left != test.left || end != test.end || w.odd != oddities(test.odd) {
			t.Errorf("%d items of %s at level %d: %d left at %d, odd %b", test.n, test.octets, test.level, left, end, w.odd)
		}
	}
}

// keysUpTo returns the entries of a map whose keys are 0 and more.
func keysUpTo(n int) string {
	text := ""
	for key := range n {
		text += " " + string("0123456789abcdef"[key>>4]) + string("0123456789abcdef"[key&15]) + "00"
	}
	if n == 24 {
		return strings.Replace(text, "1700", "181800", 1)
	}
	return text
}

// TestQuickEntries is TestQuickItems for the entries of maps.
func TestQuickEntries(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	const plain, unknown = 1 << oddAnyValue, 1 << oddExtension
	for _, test := range []struct {
		entries        string
		n, level       int
		left, end, odd int
	}{
		{"00 00 00*9", 1, 2, 0, 2, 0}, {"00*9", 1, 2, 0, 2, 0}, {"00*8", 1, 2, 1, 0, 0},
		{"00 00 01 00 1818 00 190100 00 20 00 3818 00 40 00 4100 00 6161 00 626161 00 00*9", 10, 2, 0, 28, 0},
		{"01 00 00 00 00*9", 2, 2, 1, 2, 0}, {"01 00 01 00 00*9", 2, 2, 1, 2, 0}, {"6161 00 40 00 00*9", 2, 2, 1, 3, 0},
		{"69 61*8 62 00 69 61*8 61 00 00*9", 2, 2, 1, 11, 0}, {"69 61*8 61 00 69 61*8 62 00 00*9", 2, 2, 0, 22, 0}, {"69 61*9 00 69 61*9 00 00*9", 2, 2, 1, 11, 0},
		{"6161 00 48 00*8 00 00*9", 2, 2, 1, 3, 0}, {"48 00*8 00 6161 00 00*9", 2, 2, 0, 13, 0},
		{"67 61*6 62 00 67 61*6 61 00 00*9", 2, 2, 1, 9, 0}, {"67 61*6 61 00 67 61*6 62 00 00*9", 2, 2, 0, 18, 0}, {"67 61*7 ff 68 61*7 00*9", 1, 2, 1, 0, 0},
		{"1817 00 00*9", 1, 2, 1, 0, 0}, {"1b0000000100000000 00 00*9", 1, 2, 1, 0, 0}, {"80 00 00*9", 1, 2, 1, 0, 0}, {"61ff 00 00*9", 1, 2, 1, 0, 0}, {"f6 00 00*9", 1, 2, 1, 0, 0},
		{"00 1818 00*9", 1, 2, 0, 3, 0}, {"00 1817 00*9", 1, 2, 1, 0, 0}, {"00 4100 00*9", 1, 2, 0, 3, 0}, {"00 5818 00*24 00*9", 1, 2, 0, 27, 0}, {"00 57 00*23 00*9", 1, 2, 0, 25, 0},
		{"00 6161 00*9", 1, 2, 0, 3, 0}, {"00 61ff 00*9", 1, 2, 1, 0, 0}, {"00 80 00*9", 1, 2, 0, 2, 0}, {"00 8100 00*9", 1, 2, 0, 3, 0}, {"00 f8ff 00*9", 1, 2, 1, 0, 0}, {"00 47 00*6", 1, 2, 1, 0, 0},
		{"00 47 00*7", 1, 2, 0, 9, 0}, {"48 00*8", 1, 2, 1, 0, 0}, {"48 00*9", 1, 2, 0, 10, 0},
		{"03 00 00*9", 1, 1, 0, 2, unknown}, {"02 00 00*9", 1, 1, 1, 0, 0}, {"20 00 00*9", 1, 1, 0, 2, 0}, {"20 f6 00*9", 1, 1, 0, 2, plain}, {"03 f6 00*9", 1, 1, 0, 2, plain | unknown},
		{"40 00 00*9", 1, 1, 1, 0, 0}, {"60 00 00*9", 1, 1, 1, 0, 0}, {"6161 00 00*9", 1, 1, 0, 3, 0}, {"20 8100 00*9", 1, 1, 0, 3, 0}, {"20 818100 00*9", 1, 1, 0, 4, 0},
	} {
		w := walker{c: checker, b: unmarshal(t, test.entries), depth: 1}
		left, last, end := w.quickEntries(0, test.n, test.level, mapKey{})
		if left != test.left || end != test.end || w.odd != oddities(test.odd) || w.violations != nil {
			t.Errorf("%d entries of %s at level %d: %d left at %d, odd %b", test.n, test.entries, test.level, left, end, w.odd)
		}
		if (last == mapKey{}) != (left == test.n) {
			t.Errorf("%s: the last key is %+v", test.entries, last)
		}
	}
}

// TestQuickPart is TestQuickItems for parts.
func TestQuickPart(t *testing.T) {
	const single = "850160016040 "
	for _, test := range []struct {
		part               string
		level, before      int
		end, parts, leaves int
	}{
		// What comes before the type takes four octets with it, as in all but the last part.
		{single, 1, 0, 0, 0, 0}, {single + "00", 1, 0, 6, 1, 1}, {"850160016042 ffff", 1, 0, 8, 1, 1}, {"85016001604200", 1, 0, 0, 0, 0},
		{single + "00", 4, 0, 6, 1, 1}, {single + "00", 5, 0, 0, 0, 0}, {single + "00", 1, maxParts - 1, 6, maxParts, 1}, {single + "00", 1, maxParts, 0, maxParts, 0},
		{"850060016040 00", 1, 0, 6, 1, 1}, {"850860016040 00", 1, 0, 6, 1, 1}, {"850960016040 00", 1, 0, 0, 0, 0}, {"850260016040 00", 1, 0, 0, 0, 0}, {"840160016040 00", 1, 0, 0, 0, 0},
		{"8501 62656e 01 60 40 00", 1, 0, 8, 1, 1}, {"8501 615f 01 60 40 00", 1, 0, 0, 0, 0}, {"8501 42656e 01 60 40 00", 1, 0, 0, 0, 0}, {"8501 62656e 01 60", 1, 0, 0, 0, 0}, {"8501 00 01 60 40 00", 1, 0, 0, 0, 0},
		{"8501 60 01 63612f62 40", 1, 0, 9, 1, 1}, {"8501 60 01 63612f62", 1, 0, 0, 0, 0}, {"8501 60 01 43612f62 40", 1, 0, 0, 0, 0}, {"8501 60 01 62612f 40 00*4", 1, 0, 0, 0, 0},
		{"8501 60 01 60 60 00", 1, 0, 0, 0, 0}, {"8501 60 01 60 5818 00*24", 1, 0, 31, 1, 1}, {"8501 60 01 60 5817 00*23", 1, 0, 0, 0, 0}, {"8501 60 01 60 47 00*7", 1, 0, 13, 1, 1},
		{"8501 60 01 6a 746578742f706c61696e 42 c3a9", 1, 0, 18, 1, 1}, {"8501 60 01 6a 746578742f706c61696e 41 61", 1, 0, 17, 1, 1}, {"8501 60 01 6a 746578742f706c61696e 41 ff", 1, 0, 17, 1, 1},
		{"8501 60 01 78 18 746578742f706c61696e3b636861727365743d7574662d38 41 ff", 1, 0, 0, 0, 0}, {"8501 60 01 78 18 746578742f706c61696e3b636861727365743d7574662d38 42 c3a9", 1, 0, 33, 1, 1},
		{"850160 02 6040 00", 1, 0, 0, 0, 0}, {"850160 00 6040 00", 1, 0, 0, 0, 0},
		{"850160 03 00 82" + single + single + "00", 1, 0, 18, 3, 2}, {"850160 03 02 82" + single + single + "00", 1, 0, 18, 3, 2}, {"850160 03 03 82" + single + single + "00", 1, 0, 0, 0, 0},
		{"850160 03 00 81" + single + "00", 1, 0, 0, 0, 0}, {"850160 03 00 97" + strings.Repeat(single, 23) + "00", 1, 0, 6 + 23*6, 24, 23}, {"850160 03 00 98" + strings.Repeat(single, 24) + "00", 1, 0, 0, 0, 0},
		{"850160 03 00 82" + single + "8501600160", 1, 0, 0, 0, 0}, {"850160 03 00 82" + single + single + "00", 4, 0, 0, 0, 0}, {"850160 03 00 82" + single + single + "00", 3, 0, 18, 3, 2},
	} {
		w := walker{c: must(NewChecker(Options{Draft: spec.Content09})), b: unmarshal(t, test.part), parts: test.before}
		if end := w.quickPart(0, test.level); end != test.end || w.parts != test.parts || w.leaves != test.leaves {
			t.Errorf("%.60s at level %d: end %d, %d parts, %d leaves", test.part, test.level, end, w.parts, w.leaves)
		}
	}
}
