package content

import (
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func leafOf(contentType string) NestedPart {
	return NestedPart{Body: SinglePart{ContentType: contentType}}
}

func referring(content string) NestedPart {
	return NestedPart{Body: SinglePart{ContentType: "text/html", Content: []byte(content)}}
}

func partsOf(semantics Semantics, parts ...NestedPart) NestedPart {
	return NestedPart{Body: MultiPart{Semantics: semantics, Parts: parts}}
}

func TestPartsHaveTheirPlaces(t *testing.T) {
	m := &Message{NestedPart: partsOf(ProcessAll, leafOf("a"), partsOf(ChooseOne, leafOf("b"), leafOf("c")), leafOf("d"))}
	want := []Part{
		{Index: 0, Parent: -1, Level: 1, Path: "nestedPart"},
		{Index: 1, Parent: 0, Level: 2, Path: "nestedPart.parts[0]"},
		{Index: 2, Parent: 0, Level: 2, Path: "nestedPart.parts[1]"},
		{Index: 3, Parent: 2, Level: 3, Path: "nestedPart.parts[1].parts[0]"},
		{Index: 4, Parent: 2, Level: 3, Path: "nestedPart.parts[1].parts[1]"},
		{Index: 5, Parent: 0, Level: 2, Path: "nestedPart.parts[2]"},
	}
	got := m.Parts()
	var paths []string
	for i := range got {
		paths = append(paths, got[i].Path)
		got[i].Part = nil
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, expected %+v", got, want)
	}
	for name, test := range map[string]struct {
		paths []string
		path  string // of the violation
	}{
		"all":      {paths, ""},
		"one less": {paths[:5], "index 5"},
		"one more": {append(slices.Clone(paths), "nestedPart.parts[3]"), "index 6"},
		"none":     {nil, "index 0"},
		"swapped":  {[]string{paths[0], paths[1], paths[3], paths[2], paths[4], paths[5]}, "index 2"},
	} {
		vs := JudgeIndex(m, test.paths)
		if test.path == "" && vs != nil || test.path != "" && (len(vs) != 1 || vs[0].Path != test.path) {
			t.Errorf("%s: %v, expected it at %q", name, vs.Err(), test.path)
		}
	}
}

// TestProcessing says which parts a receiver processes who understands the types a, b
// and text/html, and what is said of one that processes others.
func TestProcessing(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	understood := []string{"a", "b", "text/html"}
	for _, test := range []struct {
		name  string
		root  NestedPart
		want  []int
		wrong map[string]rule // by the indexes
	}{
		{"a part", leafOf("a"), []int{0}, map[string]rule{"0 0": partsProcessOnce, "1": partIndex, "-1": partIndex}},
		{"a part that is not understood", leafOf("z"), nil, nil},
		{"an external part", NestedPart{Body: ExternalPart{ContentType: "b"}}, []int{0}, nil},
		{"alternatives", partsOf(ChooseOne, leafOf("z"), leafOf("a"), leafOf("b")), []int{2}, map[string]rule{"": chooseOne, "2 3": chooseOne, "1 2": chooseOne}},
		{"no alternative", partsOf(ChooseOne, leafOf("y"), leafOf("z")), nil, map[string]rule{"1": chooseOne}},
		{"a unit", partsOf(SingleUnit, leafOf("a"), leafOf("b")), []int{1, 2}, map[string]rule{"1": singleUnit, "2": singleUnit}},
		{"a unit that is not understood", partsOf(SingleUnit, leafOf("a"), leafOf("z")), nil, map[string]rule{"1": singleUnit, "1 2": singleUnit}},
		{"all", partsOf(ProcessAll, leafOf("a"), leafOf("z"), leafOf("b")), []int{1, 3}, map[string]rule{"": processAll, "1": processAll, "3": processAll}},
		{"alternatives in all", partsOf(ProcessAll, partsOf(ChooseOne, leafOf("z"), leafOf("a")), leafOf("b")), []int{3, 4}, map[string]rule{"4": processAll, "3": processAll}},
		{"all in alternatives", partsOf(ChooseOne, partsOf(ProcessAll, leafOf("y"), leafOf("z")), leafOf("a")), []int{4}, nil},
		{"a unit in alternatives", partsOf(ChooseOne, partsOf(SingleUnit, leafOf("a"), leafOf("z")), leafOf("b")), []int{4}, map[string]rule{"2": singleUnit}},
		{"a part behind units", partsOf(ProcessAll, leafOf("a"), partsOf(SingleUnit, leafOf("a"), leafOf("b"))), []int{1, 3, 4}, map[string]rule{"1 3": singleUnit, "1": processAll}},
		{"a part that is referred to", partsOf(ProcessAll, referring("cid:2@local.invalid"), leafOf("a"), leafOf("b")), []int{1, 3}, map[string]rule{"1 2 3": partsProcessOnce, "1": processAll}},
		{"a reference to what is none", partsOf(ProcessAll, referring("cid:x"), leafOf("a")), []int{1, 2}, nil},
		{"a null part", NestedPart{Body: NullPart{}}, nil, nil},
	} {
		m := &Message{NestedPart: test.root}
		got := checker.Process(m, understood)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, got, test.want)
		}
		if vs := checker.JudgeProcessing(m, understood, test.want); vs != nil {
			t.Errorf("%s: %v", test.name, vs)
		}
		for indexes, want := range test.wrong {
			var processed []int
			for _, word := range strings.Fields(indexes) {
				processed = append(processed, map[string]int{"-1": -1, "0": 0, "1": 1, "2": 2, "3": 3, "4": 4}[word])
			}
			if vs := checker.JudgeProcessing(m, understood, processed); len(vs) != 1 || vs[0].Rule != &ruleTable[want] {
				t.Errorf("%s, %q processed: %v, expected %s", test.name, indexes, vs.Err(), ruleTable[want].ID)
			}
		}
	}
}

// Before there was a rule on it, a part that is referred to was processed by itself as
// well.
func TestProcessingTwice(t *testing.T) {
	checker := *must(NewChecker(Options{Draft: spec.Content09}))
	checker.force[partsProcessOnce] = false
	m := &Message{NestedPart: partsOf(ProcessAll, referring("cid:2@local.invalid"), leafOf("a"))}
	if got := checker.Process(m, []string{"a", "text/html"}); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("processed %v", got)
	}
}

// deepPart returns a message with a part at a level.
func deepPart(level int, part string) string {
	const single = " 85 01 60 01 60 40"
	return edgeStart + "a0 " + strings.Repeat("85 01 60 03 00 82 ", level-1) + part + strings.Repeat(single, level-1)
}

func TestEdgesOfParts(t *testing.T) {
	old := Options{Draft: spec.Content07}
	reply := Options{Readings: Readings{"content/reaction-reply": "required"}}
	indexed := func(index string) string { return "87 f6 40 00 f6 80 a0 86 01 60 " + index + " 01 60 40" }
	checkEdges(t, []edge{
		{"parts of indefinite length", old, edgeStart + "a0 85 01 60 03 00 9f 85 01 60 01 60 40 85 01 60 01 60 40 ff", nil},
		{"one part of indefinite length", old, edgeStart + "a0 85 01 60 03 00 9f 85 01 60 01 60 40 ff", []rule{multiMinTwo}},
		{"no part of indefinite length", old, edgeStart + "a0 85 01 60 03 00 9f ff", []rule{multiMinTwo}},
		{"a wrong part at level 4", Options{}, deepPart(4, "85 190100 60 01 60 40"), []rule{partDispositionRange}},
		{"a wrong part at level 8", Options{}, deepPart(8, "85 190100 60 01 60 40"), []rule{partDepth, partDispositionRange}},
		{"a wrong part at level 9", Options{}, deepPart(9, "85 190100 60 01 60 40"), []rule{partDepth}},
		{"a number for a language", Options{}, edgeStart + "a0 85 01 00 01 60 44 00*4", []rule{partLanguageType}},
		{"a number for a content type", Options{}, edgeStart + "a0 85 01 60 01 00 44 00*4", []rule{singleContentType}},
		{"several emoji with an unknown disposition", Options{}, edgeStart + "a0 85 09 60 01 6a 746578742f706c61696e 48 f09f918df09f918d", nil},
		{"several emoji that are a reaction", Options{}, edgeStart + "a0 85 02 60 01 6a 746578742f706c61696e 48 f09f918df09f918d", []rule{reactionOnePerPart}},
		{"several emoji that are no reaction", Options{}, edgeStart + "a0 85 01 60 01 6a 746578742f706c61696e 48 f09f918df09f918d", nil},
		{"no reaction, where one wants a reply", reply, withExtensions("a0"), nil},
		{"a reaction in a message, where one wants a reply", reply, edgeStart + "a0 85 01 60 03 00 82 85 02 60 01 60 40 85 01 60 01 60 40", nil},
		{"a reaction without a reply, where it wants one", reply, edgeStart + "a0 85 02 60 01 60 40", []rule{reactionSingle}},
		{"a reaction without a reply", Options{}, edgeStart + "a0 85 02 60 01 60 40", nil},
		{"two parts", Options{}, edgeStart + "a0 85 01 60 03 00 82 85 01 60 01 60 40 85 01 60 01 60 40", nil},
		{"the greatest disposition", Options{}, edgeStart + "a0 85 18ff 60 01 60 40", nil},
		{"a greater disposition", Options{}, edgeStart + "a0 85 190100 60 01 60 40", []rule{partDispositionRange}},
		{"the index of the root", Options{Draft: spec.Content04}, indexed("00"), nil},
		{"the greatest index", Options{Draft: spec.Content04}, indexed("19ffff"), []rule{partIndex04}},
		{"a greater index", Options{Draft: spec.Content04}, indexed("1a00010000"), []rule{partArray}},
		{"a text for an index", Options{Draft: spec.Content04}, indexed("60"), []rule{partArray}},
		{"a negative index", Options{Draft: spec.Content04}, indexed("20"), []rule{partArray}},
	})
	for disposition, want := range map[string]int{"08": 1, "09": 2, "18ff": 2} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(edgeStart + "a1 03 80 85 " + disposition + " 60 01 60 40")); err != nil {
			t.Fatal(err)
		}
		result, _ := Check(octets, Options{Draft: spec.Content09})
		if got := result.Oddities(); len(got) != want || got[0] != &ruleTable[extUnknownIgnored] {
			t.Errorf("disposition %s: %v", disposition, got)
		}
	}
}

func TestPaths(t *testing.T) {
	for text, want := range map[string]string{
		"": "?", "01": "1", "20": "-1", "61": "?", "6161": `"a"`, "62 61": "?", "42 0102": "h'0102'", "7f": "?", "80": "?", "f6": "?",
		"70 61*16": `"aaaaaaaaaaaaaaaa"`, "71 61*17": `"aaaaaaaaaaaaaaaa"…`, "50 01*16": "h'01010101010101010101010101010101'", "51 01*17": "h'01010101010101010101010101010101'…",
	} {
		var octets Octets
		if err := octets.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := showKey(octets, 0); got != want {
			t.Errorf("%s is shown as %s, expected %s", text, got, want)
		}
	}
	w := walker{b: append([]byte{0x70}, strings.Repeat("a", 16)...)}
	w.path[0] = segment{segField, int32(fieldNestedPart)}
	w.path[1] = segment{segField, int32(fieldParts)}
	for i := 2; i < maxPath; i++ {
		w.path[i] = segment{segIndex, int32(i)}
	}
	for depth, want := range map[int]string{0: "", 1: "nestedPart", 2: "nestedPart.parts", 4: "nestedPart.parts[2][3]", 16: "nestedPart.parts[2][3][4][5][6][7][8][9][10][11][12][13][14][15]",
		17: "nestedPart.parts[2][3][4][5][6][7][8][9][10][11][12][13][14][15]…"} {
		if w.depth = depth; w.pathString() != want {
			t.Errorf("a path of %d steps is %s, expected %s", depth, w.pathString(), want)
		}
	}
	for i := range w.path {
		w.path[i] = segment{segKey, 0}
	}
	const key = `["aaaaaaaaaaaaaaaa"]`
	for depth, want := range map[int]string{1: key, 8: strings.Repeat(key, 8), 9: strings.Repeat(key, 9) + "…", 10: strings.Repeat(key, 9) + "…"} {
		if w.depth = depth; w.pathString() != want {
			t.Errorf("a path of %d keys is %s, expected %s", depth, w.pathString(), want)
		}
	}
}
