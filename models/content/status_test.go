package content

import (
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestRulesAreOrdered(t *testing.T) {
	if !slices.IsSortedFunc(Rules(), func(a, b *spec.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not ordered by ID")
	}
}

func TestStatusReports(t *testing.T) {
	const id = "5820 01 aa*31 "
	for _, test := range []struct {
		name, octets, rules string
	}{
		{"nothing", "80", ""},
		{"nothing, of indefinite length", "9f ff", ""},
		{"two", "82 82 " + id + "02 82 " + id + "18ff", ""},
		{"two, of indefinite length", "9f 82 " + id + "02 9f " + id + "06 ff ff", ""},
		{"no array", "00", "status/report-array"},
		{"an entry of one element", "81 81 " + id, "status/entry-arity"},
		{"an entry of one element, of indefinite length", "81 9f " + id + "ff", "status/entry-arity"},
		{"an entry of no element, of indefinite length", "81 9f ff", "status/entry-arity"},
		{"an entry of three elements, of indefinite length", "81 9f " + id + "02 02 ff", "status/entry-arity"},
		{"a map for an entry", "81 a1 " + id + "02", "status/entry-arity"},
		{"a text for an ID", "81 82 7820 61*32 02", "status/entry-messageid"},
		{"a code that is too great", "81 82 " + id + "190100", "status/code-range"},
		{"a negative code", "81 82 " + id + "20", "status/code-range"},
		{"a code that is cut", "81 82 " + id + "18", "content/enc-wellformed"},
		{"a code in an array that is cut", "81 82 " + id + "81", "content/enc-wellformed"},
		{"octets behind", "80 80", "content/enc-trailing"},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(test.octets)); err != nil {
			t.Fatal(err)
		}
		result, err := CheckStatus(octets, spec.MessageStatus01)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range result.Violations {
			got = append(got, v.Rule.ID)
		}
		if strings.Join(got, " ") != test.rules {
			t.Errorf("%s: breaks %q, expected %q", test.name, got, test.rules)
		}
	}
	for s, want := range map[Status]string{StatusUnread: "unread", StatusError: "error", 7: "unknown", 255: "unknown"} {
		if s.String() != want {
			t.Errorf("status %d is %q, expected %q", uint8(s), s, want)
		}
	}
	for s, want := range map[Status]bool{StatusUnread: false, StatusDelivered: false, StatusRead: false, StatusExpired: true, StatusDeleted: true, StatusError: true} {
		vs := JudgeTransitions([][]StatusEntry{{{MessageID{1}, StatusDeleted}}, {{MessageID{2}, StatusRead}, {MessageID{1}, s}}})
		if (vs == nil) != want {
			t.Errorf("%s after deleted: %v", s, vs.Err())
		}
	}
}

// TestURIs goes to the edges of what may stand in a URI.
func TestURIs(t *testing.T) {
	for text, want := range map[string]struct{ valid, absolute, plain bool }{
		"":                             {true, false, true},
		"a:b":                          {true, true, true},
		"A-z0.9+:":                     {true, true, true},
		"AZaz09-._~:/?#[]@!$&'()*+,;=": {true, false, true},
		"a:%00%aF%9f":                  {true, true, true},
		"a:%0":                         {false, false, true},
		"a:%":                          {false, false, true},
		"a:%0g":                        {false, false, true},
		"a:%g0":                        {false, false, true},
		"a:%/0":                        {false, false, true},
		"a:%:0":                        {false, false, true},
		"a:%@0":                        {false, false, true},
		"a b":                          {false, false, true},
		"a\x7fb":                       {false, false, true},
		"a`b":                          {false, false, true},
		"a{b":                          {false, false, true},
		"a\\b":                         {false, false, true},
		"9a:":                          {true, false, true},
		":a":                           {true, false, true},
		"a":                            {true, false, true},
		"a_b:":                         {true, false, true},
		"a/b:":                         {true, false, true},
		"z9:":                          {true, true, true},
		"a:é":                          {true, false, false},
		"é b":                          {false, false, false},
	} {
		valid, plain := validURI([]byte(text), false)
		absolute, _ := validURI([]byte(text), true)
		if valid != want.valid || plain != want.plain || absolute != want.absolute {
			t.Errorf("%q: valid %v, absolute %v, plain %v", text, valid, absolute, plain)
		}
	}
}

func TestContentTypesAreOdd(t *testing.T) {
	for contentType, want := range map[string]int{"69 696d6167652f676966": 2, "70 696d6167652f6769663b613d22c3a922": 2, "69 696d6167652f706e67": 1, "60": 1} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(edgeStart + "a1 03 80 85 01 60 01 " + contentType + " 40")); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		if got := result.Oddities(); len(got) != want || got[0] != &ruleTable[extUnknownIgnored] {
			t.Errorf("%s: %v, %v", contentType, got, result.Violations.Err())
		}
	}
}
