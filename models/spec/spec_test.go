package spec

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestDraftNamesRoundTrip(t *testing.T) {
	for _, d := range AllDrafts.List() {
		text, err := d.MarshalText()
		if err != nil {
			t.Fatalf("%v: %v", d, err)
		}
		var back Draft
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Errorf("%s read back as %v, %v", text, back, err)
		}
		if d.Document() == "" {
			t.Errorf("%v belongs to no document", d)
		}
	}
	if got := len(AllDrafts.List()); got != 16 {
		t.Errorf("%d drafts, expected 16", got)
	}
}

func TestNoDraftIsRefused(t *testing.T) {
	var zero Draft
	if zero.Valid() || AllDrafts.Has(zero) || draftEnd.Valid() || AllDrafts.Has(draftEnd) {
		t.Error("no draft counts as a draft")
	}
	for _, d := range []Draft{zero, draftEnd} {
		if d.String() != "no draft" {
			t.Errorf("draft %d is called %q", uint8(d), d)
		}
	}
	if _, err := zero.MarshalText(); err == nil {
		t.Error("no draft was marshalled")
	}
	_, err := ParseDraft("content-10")
	var unknown *UnknownDraftError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), "content-09") {
		t.Errorf("error %v does not list what is expected", err)
	}
}

func TestNewest(t *testing.T) {
	for document, want := range map[Document]Draft{
		Content: Content09, Protocol: Protocol06, RoomPolicy: RoomPolicy04, MessageStatus: MessageStatus01, "other": 0, "": 0,
	} {
		if got := Newest(document); got != want {
			t.Errorf("Newest(%s) = %v, expected %v", document, got, want)
		}
	}
}

func TestSets(t *testing.T) {
	for _, test := range []struct {
		name string
		set  Drafts
		want []Draft
	}{
		{"of none", DraftsOf(), nil},
		{"of two", DraftsOf(Content09, Content04), []Draft{Content04, Content09}},
		{"of no draft", DraftsOf(0, Content05, draftEnd), []Draft{Content05}},
		{"from first to last", Between(Content05, Content07), []Draft{Content05, Content06, Content07}},
		{"of one", Between(Protocol04, Protocol04), []Draft{Protocol04}},
		{"backwards", Between(Protocol05, Protocol04), nil},
		{"beyond the last", Between(MessageStatus01, draftEnd), []Draft{MessageStatus01}},
		{"with bits that are no drafts", ^Drafts(0), AllDrafts.List()},
	} {
		if got := test.set.List(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, expected %v", test.name, got, test.want)
		}
	}
	if got := Between(Content08, Content09).String(); got != "content-08, content-09" {
		t.Errorf("a set is written %q", got)
	}
}

func TestViolationsAreOrderedAndNamed(t *testing.T) {
	a := &Rule{ID: "content/a", Level: Must}
	b := &Rule{ID: "content/b", Level: Syntax}
	vs := Violations{{Rule: b, Offset: 7}, {Rule: b, Offset: 3}, {Rule: a, Offset: 7, Path: "salt", Found: "15", Limit: "16"}}
	vs.Sort()
	const want = "content/b (syntax) at octet 3\ncontent/a (MUST) at octet 7 (salt): found 15, expected 16\ncontent/b (syntax) at octet 7"
	if got := vs.Err().Error(); got != want {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
	if (Violations{}).Err() != nil {
		t.Error("an empty set is an error")
	}
}
