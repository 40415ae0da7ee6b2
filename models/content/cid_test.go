package content

import (
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestReferences(t *testing.T) {
	for _, test := range []struct {
		content string
		want    []Reference
	}{
		{"", nil},
		{"no reference", nil},
		{"cid:1@local.invalid", []Reference{{0, "cid:1@local.invalid"}}},
		{"a cid:1@local.invalid b", []Reference{{2, "cid:1@local.invalid"}}},
		{"![x](cid:1@local.invalid) <cid:2@local.invalid>", []Reference{{5, "cid:1@local.invalid"}, {27, "cid:2@local.invalid"}}},
		{`<img src="cid:1@local.invalid"><img src='cid:3@local.invalid'>`, []Reference{{10, "cid:1@local.invalid"}, {41, "cid:3@local.invalid"}}},
		{"cid:", []Reference{{0, "cid:"}}},
		{"cid:cid:1", []Reference{{0, "cid:cid:1"}}},
		// Where a letter, a digit or a hyphen comes before it is another word.
		{"acid:1 zcid:1 Acid:1 Zcid:1 0cid:1 9cid:1 -cid:1", nil},
		{"@cid:1", []Reference{{1, "cid:1"}}},
		{"[cid:1", []Reference{{1, "cid:1"}}},
		{"`cid:1", []Reference{{1, "cid:1"}}},
		{"{cid:1", []Reference{{1, "cid:1"}}},
		{"/cid:1", []Reference{{1, "cid:1"}}},
		{":cid:1", []Reference{{1, "cid:1"}}},
		{",cid:1", []Reference{{1, "cid:1"}}},
		{".cid:1", []Reference{{1, "cid:1"}}},
		{"Ccid:1 \x10cid:2", []Reference{{8, "cid:2"}}},
	} {
		part := NestedPart{Body: SinglePart{ContentType: "text/markdown; variant=GFM", Content: []byte(test.content)}}
		if got := References(&part); !slices.Equal(got, test.want) {
			t.Errorf("%q has %v, expected %v", test.content, got, test.want)
		}
	}
	for contentType, want := range map[string]int{
		"text/html": 1, "TEXT/Markdown ;a=b": 1, "text/vcard": 1, "text/calendar": 1, "text/plain": 0, "": 0, "application/html": 0,
	} {
		part := NestedPart{Body: SinglePart{ContentType: contentType, Content: []byte("cid:1@local.invalid")}}
		if got := References(&part); len(got) != want {
			t.Errorf("%q has %v", contentType, got)
		}
	}
	if got := References(&NestedPart{Body: ExternalPart{ContentType: "text/html"}}); got != nil {
		t.Errorf("an external part has %v", got)
	}
}

func TestReferencesNameParts(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	lenient := *checker
	lenient.cidLenient = true
	for _, test := range []struct {
		uri                 string
		index               int
		isOne, isLenientOne bool
	}{
		{"cid:0@local.invalid", 0, true, true},
		{"cid:1@local.invalid", 1, true, true},
		{"cid:10@local.invalid", 10, true, true},
		{"cid:123456789@local.invalid", 123456789, true, true},
		{"cid:1234567890@local.invalid", 0, false, false},
		{"cid:01@local.invalid", 1, false, true},
		{"CID:1@Local.invalid", 1, false, true},
		{"cid:@local.invalid", 0, false, false},
		{"cid:1", 0, false, false},
		{"cid:1@local.invalid.", 0, false, false},
		{"cid:-1@local.invalid", 0, false, false},
		{"cid:x@local.invalid", 0, false, false},
		{"1@local.invalid", 0, false, false},
		{"", 0, false, false},
	} {
		if index, ok := checker.target(test.uri); ok != test.isOne || ok && index != test.index {
			t.Errorf("%q names %d, %v", test.uri, index, ok)
		}
		if index, ok := lenient.target(test.uri); ok != test.isLenientOne || ok && index != test.index {
			t.Errorf("%q leniently names %d, %v", test.uri, index, ok)
		}
	}
	parts := []Part{{Part: &NestedPart{Body: MultiPart{}}}, {Part: &NestedPart{Body: SinglePart{}}}, {Part: &NestedPart{Body: ExternalPart{}}}, {Part: &NestedPart{Body: NullPart{}}}}
	for index, want := range []bool{false, true, true, false, false} {
		if holdsContent(parts, index) != want {
			t.Errorf("part %d holds content: %v", index, !want)
		}
	}
}
