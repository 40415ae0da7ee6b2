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
		entries = append(entries, "\x6boctets"+string(rune('a'+i))+"    "+string(appendHead(nil, majorBytes, uint64(n)))+strings.Repeat("x", n))
	}
	extensions := appendHead(nil, majorMap, uint64(len(entries)))
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
