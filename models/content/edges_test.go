package content

import (
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// edge is a message near the edge of a rule, with the rules that it breaks.
type edge struct {
	name    string
	options Options // under content-09 where there is no draft
	octets  string
	rules   []rule
}

func checkEdges(t *testing.T, edges []edge) {
	t.Helper()
	for _, e := range edges {
		var octets Octets
		if err := octets.UnmarshalText([]byte(e.octets)); err != nil {
			t.Fatal(err)
		}
		if e.options.Draft == 0 {
			e.options.Draft = spec.Content09
		}
		result, err := Check(octets, e.options)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, v := range result.Violations {
			got = append(got, v.Rule.ID)
		}
		for _, r := range e.rules {
			want = append(want, ruleTable[r].ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: breaks %q, expected %q\n\t%s\n\t%v", e.name, got, want, e.octets, result.Violations.Err())
		}
	}
}

const (
	edgeStart = "8750000102030405060708090a0b0c0d0e0f f6 40 f6 f6 " // up to the extensions
	edgeBody  = " 850160016040"
)

func withExtensions(extensions string) string { return edgeStart + extensions + edgeBody }

func TestEdgesOfKeys(t *testing.T) {
	precision := Options{Readings: Readings{"content/ext-key-range": ambiguityReading("content/ext-key-range", 1)}}
	checkEdges(t, []edge{
		{"in order", Options{}, withExtensions("a4 03 00 1818 00 20 00 6161 00"), nil},
		{"integers out of order", Options{}, withExtensions("a2 04 00 03 00"), []rule{encMapOrder}},
		{"integers of several lengths out of order", Options{}, withExtensions("a2 1818 00 03 00"), []rule{encMapOrder}},
		{"types out of order", Options{}, withExtensions("a2 20 00 03 00"), []rule{encMapOrderMixed}},
		{"texts out of order", Options{}, withExtensions("a2 6162 00 6161 00"), []rule{encMapOrder}},
		{"texts of several lengths out of order", Options{}, withExtensions("a2 626161 00 6162 00"), []rule{encMapOrderMixed}},
		{"texts in the order of their octets", Options{}, withExtensions("a2 6162 00 626161 00"), nil},
		{"octets of several lengths out of order", Options{}, withExtensions("a2 426161 00 4162 00"), []rule{encMapOrderMixed, extKeyType}},
		{"a map for a salt, out of order", Options{}, "87 a2 02 00 01 00 f6 40 f6 f6 a0" + edgeBody, []rule{saltType}},

		{"the greatest key", Options{}, withExtensions("a1 1b001fffffffffffff 00"), nil},
		{"a key above", Options{}, withExtensions("a1 1b0020000000000000 00"), []rule{extKeyIntRange}},
		{"a key above that a double holds", precision, withExtensions("a1 1b0020000000000000 00"), nil},
		{"a key above that no double holds", precision, withExtensions("a1 1b0020000000000001 00"), []rule{extKeyIntRange}},
		{"the greatest number", precision, withExtensions("a1 1bffffffffffffffff 00"), []rule{extKeyIntRange}},
		{"the least key", Options{}, withExtensions("a1 3b001ffffffffffffe 00"), nil},
		{"a key below", Options{}, withExtensions("a1 3b001fffffffffffff 00"), []rule{extKeyIntRangeNeg}},
		{"a key below that a double holds", precision, withExtensions("a1 3b001fffffffffffff 00"), nil},
		{"a key below that no double holds", precision, withExtensions("a1 3b0020000000000000 00"), []rule{extKeyIntRangeNeg}},
		{"the least number", precision, withExtensions("a1 3bffffffffffffffff 00"), nil},
		{"the longest text", Options{}, withExtensions("a1 78ff 61*255 00"), nil},
		{"a longer text", Options{}, withExtensions("a1 790100 61*256 00"), []rule{extKeyTextLength}},
		{"no text", Options{}, withExtensions("a1 60 00"), []rule{extKeyTextEmpty}},

		{"the greatest key within", Options{}, withExtensions("a1 20 a1 1b001fffffffffffff 00"), nil},
		{"a key above within", Options{}, withExtensions("a1 20 a1 1b0020000000000000 00"), []rule{extNestedIntKeyRange}},
		{"the least key within", Options{}, withExtensions("a1 20 a1 3b001ffffffffffffe 00"), nil},
		{"a key below within", Options{}, withExtensions("a1 20 a1 3b001fffffffffffff 00"), []rule{extNestedIntKeyRange}},
		{"an array for a key within", Options{}, withExtensions("a1 20 a1 8101 00"), []rule{extNestedKeyType}},
		{"out of order within", Options{}, withExtensions("a1 20 a2 02 00 01 00"), []rule{encMapOrderNested}},
	})
}

// ambiguityReading returns the name of a reading of an ambiguity.
func ambiguityReading(id string, n int) string {
	for _, a := range Ambiguities() {
		if a.ID == id {
			return a.Readings[n].Name
		}
	}
	return "no such ambiguity"
}

func TestEdgesOfValueSizes(t *testing.T) {
	bySize := Options{Draft: spec.Content07}
	byContent := Options{Draft: spec.Content07, Readings: Readings{"content/ext-value-size": ambiguityReading("content/ext-value-size", 1)}}
	var edges []edge
	for _, head := range []string{"59", "79"} {
		edges = append(edges,
			edge{"of 4096 octets with a head " + head, bySize, withExtensions("a1 20 " + head + "0ffd 61*4093"), nil},
			edge{"of 4097 octets with a head " + head, bySize, withExtensions("a1 20 " + head + "0ffe 61*4094"), []rule{extValueSize}},
			edge{"4095 octets behind a head " + head, byContent, withExtensions("a1 20 " + head + "0fff 61*4095"), nil},
			edge{"4096 octets behind a head " + head, byContent, withExtensions("a1 20 " + head + "1000 61*4096"), []rule{extValueSize}},
		)
	}
	checkEdges(t, append(edges,
		edge{"an array", byContent, withExtensions("a1 20 991001 00*4097"), nil},
		edge{"an array by its size", bySize, withExtensions("a1 20 991001 00*4097"), []rule{extValueSize}},
	))
}

func TestOddities(t *testing.T) {
	for _, test := range []struct {
		name, octets string
		want         []rule
	}{
		{"nothing", withExtensions("a0"), nil},
		{"a sender and a room", withExtensions("a2 01 63613a62 02 63613a62"), nil},
		{"a key that is not known", withExtensions("a1 03 80"), []rule{extUnknownIgnored}},
		{"a simple value", withExtensions("a1 20 f6"), []rule{extValueAny}},
		{"a value of 4096 octets", withExtensions("a1 20 590ffd 61*4093"), nil},
		{"a value of 4097 octets", withExtensions("a1 20 590ffe 61*4094"), []rule{extValueUnlimited}},
		{"a large value of a key that is not known", withExtensions("a1 03 590ffe 61*4094"), []rule{extUnknownIgnored, extValueUnlimited}},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(test.octets)); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		var got []rule
		for i, r := range oddityRules {
			if result.odd>>i&1 == 1 {
				got = append(got, r)
			}
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			var names []string
			for _, r := range got {
				names = append(names, ruleTable[r].ID)
			}
			t.Errorf("%s: %s, %v", test.name, strings.Join(names, " "), result.Violations.Err())
		}
	}
}
