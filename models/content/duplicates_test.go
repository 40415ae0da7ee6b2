package content

import (
	"fmt"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestDuplicates has extensions out of order, with the keys that come again: the
// offsets of both in the map.
func TestDuplicates(t *testing.T) {
	const start = "8750000102030405060708090a0b0c0d0e0ff640f6f6"
	for text, want := range map[string][]string{
		"a2 02 00 01 00":                                       nil,
		"a2 01 00 01 00":                                       {"3 of 1"},
		"a3 02 00 01 00 02 00":                                 {"5 of 1"},
		"a4 02 00 02 00 01 00 02 00":                           {"3 of 1", "7 of 3"},
		"a2 01 00 1801 00":                                     {"3 of 1"},
		"a2 1801 00 01 00":                                     {"4 of 1"},
		"a2 20 00 20 00":                                       {"3 of 1"},
		"a3 22 00 21 00 20 00":                                 nil,
		"a2 05 00 25 00":                                       nil,
		"a3 25 00 05 00 04 00":                                 nil,
		"a3 61 61 00 41 61 00 40 00":                           nil,
		"a3 61 61 00 78 01 61 00 60 00":                        {"4 of 1"},
		"a3 41 61 00 58 01 61 00 40 00":                        {"4 of 1"},
		"a3 62 61 62 00 7f 61 61 61 62 ff 00 60 00":            {"5 of 1"},
		"a2 62 61 62 00 7f 61 61 61 62 ff 00":                  {"5 of 1"},
		"a2 40 00 5f ff 00":                                    {"3 of 1"},
		"a3 7f 61 61 61 62 ff 00 7f 62 61 62 ff 00 60 00":      {"8 of 1"},
		"a3 61 62 00 61 61 00 61 62 00":                        {"7 of 1"},
		"a3 6a 61*10 00 6a 61*9 62 00 60 00":                   nil,
		"a3 6a 61*10 00 6a 61*10 00 60 00":                     {"13 of 1"},
		"a3 63 61 62 63 00 62 61 62 00 60 00":                  nil,
		"a3 81 01 00 81 01 00 80 00":                           {"4 of 1"},
		"a3 81 01 00 81 02 00 80 00":                           nil,
		"a3 81 01 00 41 01 00 40 00":                           nil,
		"a3 1b1fffffffffffffff 00 1b1ffffffffffffffe 00 00 00": nil,
		"a3 1b2000000000000000 00 1b1fffffffffffffff 00 00 00": nil,
		"a3 1b2000000000000000 00 20 00 00 00":                 nil,
		"a3 1bffffffffffffffff 00 1bfffffffffffffffe 00 00 00": nil,
		"a3 1bffffffffffffffff 00 1bffffffffffffffff 00 00 00": {"11 of 1"},
		"a3 1b1ffffffffffffffd 00 1b1ffffffffffffffd 00 00 00": {"11 of 1"},
		"a3 1b1ffffffffffffffd 00 1b1ffffffffffffffe 00 00 00": nil,
		"a3 41 64 00 61 64 00 40 00":                           nil,
		// Too many to be put in order by moving each to its place.
		"b1 04 00 03 00 02 00 01 00 00 00 02 00 01 00 02 00 02 00 02 00 02 00 02 00 02 00 02 00 02 00 02 00 02 00": {
			"11 of 5", "13 of 7", "15 of 11", "17 of 15", "19 of 17", "21 of 19", "23 of 21", "25 of 23", "27 of 25", "29 of 27", "31 of 29", "33 of 31",
		},
	} {
		var octets, before Octets
		if octets.UnmarshalText([]byte(start+text+" 850160016040")) != nil || before.UnmarshalText([]byte(start)) != nil {
			t.Fatal(text)
		}
		result := must(NewChecker(Options{Draft: spec.Content07})).Check(octets)
		var got []string
		for _, v := range result.Violations {
			if v.Rule != &ruleTable[extKeyDuplicate] {
				continue
			}
			var first int
			if _, err := fmt.Sscanf(v.Found, "the key of offset %d again", &first); err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprintf("%d of %d", v.Offset-len(before), first-len(before)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, expected %q (%v)", text, got, want, result.Violations.Err())
		}
	}
}

// A map where none should be is judged for that alone, and so is what lies too deep.
func TestDuplicatesAreNotSoughtEverywhere(t *testing.T) {
	for text, want := range map[string]int{
		"87 a2 01 00 01 00 f640f6f6 a0 850160016040":                                                                       0,
		"8750000102030405060708090a0b0c0d0e0ff640f6f6 a120 a101 a101 a101 a101 a101 a101 a2 01 00 01 00 850160016040":      1, // at level 8
		"8750000102030405060708090a0b0c0d0e0ff640f6f6 a120 a101 a101 a101 a101 a101 a101 a101 a2 01 00 01 00 850160016040": 0,
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		result := must(NewChecker(Options{Draft: spec.Content09})).Check(octets)
		got := 0
		for _, v := range result.Violations {
			if v.Rule == &ruleTable[encNestedDuplicate] || v.Rule == &ruleTable[extKeyDuplicate] {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d duplicates, expected %d\n%v", text, got, want, result.Violations.Err())
		}
	}
}
