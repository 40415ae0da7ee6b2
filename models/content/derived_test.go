package content

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func example(t *testing.T, name string) (Example, *Message) {
	t.Helper()
	for _, e := range Examples() {
		if e.Name == name {
			m, err := Decode(e.Octets, spec.Content09)
			if err != nil {
				t.Fatal(err)
			}
			return e, m
		}
	}
	t.Fatalf("no example %s", name)
	return Example{}, nil
}

// TestElevenParts holds the part index against the example that the draft
// explains.
func TestElevenParts(t *testing.T) {
	_, m := example(t, "multipart-3")
	parts := m.Parts()
	if len(parts) != 11 {
		t.Fatalf("%d parts, expected 11", len(parts))
	}
	var kinds []uint64
	for i, p := range parts {
		if p.Index != i {
			t.Errorf("part %d has index %d", i, p.Index)
		}
		kinds = append(kinds, p.Part.Body.cardinality())
	}
	if want := []uint64{3, 3, 3, 1, 1, 1, 3, 3, 1, 1, 1}; !slices.Equal(kinds, want) {
		t.Errorf("cardinalities %v, expected %v", kinds, want)
	}
	if single, ok := parts[5].Part.Body.(SinglePart); !ok || single.ContentType != "image/gif" {
		t.Errorf("part 5 is %+v, expected a GIF", parts[5].Part.Body)
	}
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	if vs := checker.CheckReferences(m); vs != nil {
		t.Error(vs)
	}
}

// TestPublishedHistory folds the examples: an edit and a delete of one reply,
// which share a timestamp, and a reaction that is taken back.
func TestPublishedHistory(t *testing.T) {
	var h History
	for _, name := range []string{"original", "reply", "reaction", "mention", "edit", "delete", "unlike"} {
		e, m := example(t, name)
		sender, _ := m.Extension(IntKey(1))
		h = append(h, Event{ID: e.ID, TimestampMs: e.TimestampMs, Sender: string(sender), Message: m})
	}
	if e, d := &h[4], &h[5]; Compare(d, e) >= 0 {
		t.Error("the delete does not come before the edit, although its ID is lower")
	}
	for reading, deleted := range map[string]bool{"latest-wins": false, "delete-is-final": true} {
		checker := must(NewChecker(Options{Draft: spec.Content09, Readings: Readings{"content/edit-after-delete": reading}}))
		items := checker.Fold(h)
		if len(items) != 4 {
			t.Fatalf("%d messages, expected 4", len(items))
		}
		if items[1].Deleted != deleted {
			t.Errorf("%s: the reply is deleted: %v", reading, items[1].Deleted)
		}
		if !items[2].Deleted {
			t.Errorf("%s: the reaction was not taken back", reading)
		}
	}
	if chain, loop := h.ReplyChain(&h[1]); len(chain) != 1 || loop {
		t.Errorf("the reply has a chain of %d, loop %v", len(chain), loop)
	}
}

func TestEachReadingCanBeChosen(t *testing.T) {
	for _, a := range Ambiguities() {
		if len(a.Readings) < 2 || a.Question == "" || a.Drafts == 0 || a.Section == "" {
			t.Errorf("incomplete ambiguity %+v", a)
		}
		for _, draft := range a.Drafts.List() {
			for _, reading := range a.Readings {
				if _, err := NewChecker(Options{Draft: draft, Readings: Readings{a.ID: reading.Name}}); err != nil {
					t.Error(err)
				}
			}
		}
		var unknown *UnknownReadingError
		if _, err := NewChecker(Options{Draft: spec.Content09, Readings: Readings{a.ID: "no such"}}); !errors.As(err, &unknown) {
			t.Errorf("%s: an unknown reading gives %v", a.ID, err)
		}
	}
}

// TestReadingsDiffer shows messages on which the two readings of an ambiguity
// give different verdicts.
func TestReadingsDiffer(t *testing.T) {
	body := "850160017818746578742f706c61696e3b636861727365743d7574662d38426869"
	with := func(extensions string) string {
		return "8750000102030405060708090a0b0c0d0e0ff640f6f6 " + extensions + " " + body
	}
	for _, c := range []struct {
		ambiguity     string
		draft         spec.Draft
		octets        string
		first, second Verdict
	}{
		{"content/ext-depth", spec.Content09, with("a1208181c1c100"), Reject, Accept},
		{"content/ext-depth", spec.Content09, with("a12081818101"), Accept, Reject},
		{"content/ext-key-zero", spec.Content09, with("a10001"), Reject, Accept},
		{"content/ext-key-range", spec.Content09, with("a11b002000000000000001"), Reject, Accept},
		{"content/ext-key-range", spec.Content09, with("a11b002000000000000101"), Reject, Reject},
		{"content/ext-key-range", spec.Content09, with("a13b001fffffffffffff01"), Reject, Accept},
		{"content/ext-value-limit", spec.Content09, with("a120591388 00*5000"), Accept, Reject},
		{"content/ext-value-size", spec.Content07, with("a120590ffe 00*4094"), Reject, Accept},
		{"content/uri-form", spec.Content09, with("a1016161"), Accept, Reject},
		{"content/nan-in-typed-array", spec.Content09, with("a120d850f97e01"), Accept, Reject},
		{"content/nullpart-place", spec.Content09, "8750000102030405060708090a0b0c0d0e0ff640f6f6a085016003008283016000850160016040", Reject, Accept},
		{"content/nullpart-root", spec.Content09, "8750000102030405060708090a0b0c0d0e0ff640f6f6a083016000", Reject, Accept},
		{"content/content-type-empty", spec.Content09, "8750000102030405060708090a0b0c0d0e0ff640f6f6a0850160016040", Accept, Reject},
		{"content/known-hash", spec.Content09, "8750000102030405060708090a0b0c0d0e0f582007 00*31 40f6f6a0" + body, Accept, Discard},
		{"content/year-length", spec.Content09, "8750000102030405060708090a0b0c0d0e0ff64082f51a01e13381f6a0" + body, Accept, Discard},
		{"content/language-blanks", spec.Content09, "8750000102030405060708090a0b0c0d0e0ff640f6f6a0850166656e2c206672016040", Reject, Accept},
		{"content/salt-06", spec.Content06, with("a0"), Accept, Reject},
		{"content/reaction-count", spec.Content09, "8750000102030405060708090a0b0c0d0e0ff640f6f6a0850260016a746578742f706c61696e48f09f918df09f918d", Reject, Accept},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(c.octets)); err != nil {
			t.Fatal(err)
		}
		for _, a := range Ambiguities() {
			if a.ID != c.ambiguity {
				continue
			}
			for i, want := range []Verdict{c.first, c.second} {
				result, err := Check(octets, Options{Draft: c.draft, Readings: Readings{a.ID: a.Readings[i].Name}})
				if err != nil || result.Verdict != want {
					t.Errorf("%s, %s, of %s: %s, expected %s (%v)", a.ID, a.Readings[i].Name, c.octets, result.Verdict, want, result.Violations.Err())
				}
			}
		}
	}
}

// TestPathsNameThePlace holds paths and offsets.
func TestPathsNameThePlace(t *testing.T) {
	for _, c := range []struct{ octets, path string }{
		{"8750000102030405060708090a0b0c0d0e0ff640f6f6a08501600300838501600160408501600160408501600140426869", "nestedPart.parts[2].contentType"},
		{"8750000102030405060708090a0b0c0d0e0ff640f6f6a1182a8200a16161f97e01850160016040", `extensions[42][1]["a"]`},
		{"874f000102030405060708090a0b0c0d0ef640f6f6a0850160016040", "salt"},
		{"8750000102030405060708090a0b0c0d0e0ff64082f420f6a0850160016040", "expires.time"},
		{"8750000102030405060708090a0b0c0d0e0ff640f6f6a085016001604000", ""},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(c.octets)); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		if len(result.Violations) != 1 {
			t.Errorf("%s: %v", c.octets, result.Violations.Err())
			continue
		}
		if got := result.Violations[0].Path; got != c.path {
			t.Errorf("%s: path %q, expected %q", c.octets, got, c.path)
		}
	}
}

// TestDerivedValues has an array of derived values near what it must be.
func TestDerivedValues(t *testing.T) {
	const id, rest = "5820 01 aa*31 ", " 4101 04 6161 6162 6163"
	for _, test := range []struct {
		name, octets string
		draft        spec.Draft
		readings     Readings
		rules        string
	}{
		{"right", "87" + id + "00" + rest, spec.Content09, nil, ""},
		{"no array", "00", spec.Content09, nil, "content/derived-values"},
		{"an array of indefinite length", "9f" + id + "00" + rest + "ff", spec.Content09, nil, "content/derived-values"},
		{"eight elements", "88" + id + "00" + rest + "00", spec.Content09, nil, "content/derived-values"},
		{"seven entries of a map", "a7" + id + "00" + rest + id + "00" + rest, spec.Content09, nil, "content/derived-values"},
		{"an ID of 31 octets", "87 581f 01 aa*30 00" + rest, spec.Content09, nil, "content/derived-values"},
		{"a text for an ID", "87 7820 61*32 00" + rest, spec.Content09, nil, "content/derived-values"},
		{"a text for a group ID", "87" + id + "00 6101 04 6161 6162 6163", spec.Content09, nil, "content/derived-values"},
		{"octets for a URL", "87" + id + "00 4101 04 6161 4162 6163", spec.Content09, nil, "content/derived-values"},
		{"the greatest leaf index", "87" + id + "00 4101 1affffffff 6161 6162 6163", spec.Content09, nil, ""},
		{"octets behind", "87" + id + "00" + rest + "00", spec.Content09, nil, "content/enc-trailing"},

		{"an extended time with base time 1", "87" + id + "d903e9 a1 01 00" + rest, spec.Content09, nil, ""},
		{"an extended time with base time 4", "87" + id + "d903e9 a1 04 00" + rest, spec.Content09, nil, ""},
		{"an extended time with base time 5", "87" + id + "d903e9 a1 05 00" + rest, spec.Content09, nil, ""},
		{"an extended time with more than a base time", "87" + id + "d903e9 a3 20 00 01 820102 06 00" + rest, spec.Content09, nil, ""},
		{"an extended time with two base times", "87" + id + "d903e9 a2 01 00 04 00" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"an extended time with other keys", "87" + id + "d903e9 a4 00 00 02 00 03 00 06 00" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"an extended time with negative keys", "87" + id + "d903e9 a3 21 00 24 00 25 00" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"an extended time with a key of octets", "87" + id + "d903e9 a1 4100 00" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"an extended time of an array", "87" + id + "d903e9 81 01" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"an extended time of indefinite length", "87" + id + "d903e9 bf 01 00 ff" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"another tag", "87" + id + "c1 a1 01 00" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"tag 62", "87" + id + "d83e 00" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"a negative time", "87" + id + "20" + rest, spec.Content09, nil, "content/derived-timestamp"},
		{"a time without a tag in content-06", "87" + id + "00" + rest, spec.Content06, nil, ""},
		{"tag 62 in content-06", "87" + id + "d83e 00" + rest, spec.Content06, nil, "content/derived-timestamp"},
		{"tag 62 in content-05", "87" + id + "d83e 00" + rest, spec.Content05, nil, ""},
		{"tag 62 of a text in content-05", "87" + id + "d83e 60" + rest, spec.Content05, nil, "content/derived-timestamp"},
		{"another tag in content-05", "87" + id + "c1 00" + rest, spec.Content05, nil, "content/derived-timestamp"},
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(test.octets)); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range must(NewChecker(Options{Draft: test.draft, Readings: test.readings})).CheckDerived(octets).Violations {
			if !slices.Contains(got, v.Rule.ID) {
				got = append(got, v.Rule.ID)
			}
		}
		if strings.Join(got, " ") != test.rules {
			t.Errorf("%s: breaks %q, expected %q", test.name, got, test.rules)
		}
	}
}

// Where URLs are tagged, they have that tag and no other.
func TestDerivedURLsWithTags(t *testing.T) {
	checker := *must(NewChecker(Options{Draft: spec.Content07}))
	for _, tagged := range []bool{false, true} {
		checker.derivedTagged = tagged
		for url, want := range map[string]bool{"6161": !tagged, "d820 6161": tagged, "d821 6161": false, "1820": false, "8161": false} {
			var octets Octets
			if err := octets.UnmarshalText([]byte("87 5820 01 aa*31 00 4101 04 " + url + " " + url + " " + url)); err != nil {
				t.Fatal(err)
			}
			if got := checker.CheckDerived(octets).Verdict == Accept; got != want {
				t.Errorf("%s is a URL: %v, where tagged: %v", url, got, tagged)
			}
		}
	}
}

func TestWhatIsFoundOfLengths(t *testing.T) {
	const message = "8750000102030405060708090a0b0c0d0e0ff640f6f6a0850160016040"
	for text, want := range map[string]string{message + " 00": "1 octet", message + " 00*7": "7 octets"} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		if len(result.Violations) != 1 || result.Violations[0].Found != want {
			t.Errorf("%s: %v, expected %s", text, result.Violations.Err(), want)
		}
	}
	var octets Octets
	if err := octets.UnmarshalText([]byte(message)); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{0: "", 6: "", 5: "6 octets", 1: "6 octets"} { // the body is 85 01 60 01 60 40
		result, _ := Check(octets, Options{Draft: spec.Content09, MaxBody: limit})
		got := ""
		if len(result.Violations) > 0 {
			got = result.Violations[0].Found
		}
		if got != want {
			t.Errorf("a body with a limit of %d: %q, expected %q", limit, got, want)
		}
	}
}

func TestOctetsInText(t *testing.T) {
	for text, want := range map[string]int{"": 0, "00": 1, "00*0": 0, "0102*3 ff": 7, "00*1048576": 1 << 20} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil || len(octets) != want {
			t.Errorf("%q: %d octets, %v", text, len(octets), err)
		}
	}
	for _, text := range []string{"0", "xx", "00*1048577", "00*-1", "00*", "00*x", "0*2"} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestStatusRoundTrip(t *testing.T) {
	for _, c := range Cases() {
		if c.Draft.Document() != spec.MessageStatus || len(c.Octets) == 0 {
			continue
		}
		entries, err := DecodeStatus(c.Octets, c.Draft)
		if err != nil {
			continue
		}
		if diff := cmp.Diff([]byte(c.Octets), EncodeStatus(entries)); diff != "" {
			t.Errorf("%s: %s", c.label(), diff)
		}
	}
}

// TestCasesArePlainData reads the cases back from their own JSON.
func TestCasesArePlainData(t *testing.T) {
	for _, c := range Cases() {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back Case
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s came back as %s, %v", text[:min(len(text), 300)], again[:min(len(again), 300)], err)
		}
	}
}
