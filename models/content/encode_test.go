package content

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestFieldsOfOldDrafts writes and reads what the drafts before content-06 have
// beside or in place of the fields of today.
func TestExtensionsAreWrittenInOrder(t *testing.T) {
	value := func(n byte) []byte { return []byte{n} }
	m := &Message{Salt: make([]byte, 16), TopicID: []byte{}, NestedPart: NestedPart{Body: NullPart{}}, Extensions: []Extension{
		{Key: Key{Kind: TextKey, Text: "b"}, Value: value(1)}, {Key: Key{Kind: TextKey, Text: "aa"}, Value: value(2)}, {Key: IntKey(-1), Value: value(3)},
		{Key: IntKey(300), Value: value(4)}, {Key: IntKey(7), Value: value(5)}, {Key: Key{Kind: TextKey, Text: "a"}, Value: value(6)}, {Key: IntKey(7), Value: value(0)},
	}}
	before := slices.Clone(m.Extensions)
	octets, err := Encode(m, spec.Content09)
	if err != nil {
		t.Fatal(err)
	}
	var want Octets
	if err := want.UnmarshalText([]byte("a7 07 05 07 00 19012c 04 20 03 61 61 06 61 62 01 62 6161 02")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(octets, want) {
		t.Errorf("%x has not %x", octets, want)
	}
	if diff := cmp.Diff(before, m.Extensions); diff != "" {
		t.Errorf("the message is changed: %s", diff)
	}
}

func TestFieldsOfOldDrafts(t *testing.T) {
	plain := func(draft spec.Draft) *Message {
		salt := make([]byte, 16)
		switch draft {
		case spec.Content04:
			salt = nil // which has none
		case spec.Content05:
			salt = make([]byte, 32)
		}
		return &Message{Salt: salt, TopicID: []byte{}, NestedPart: NestedPart{Disposition: Render, Body: SinglePart{ContentType: "text/plain", Content: []byte("hi")}}}
	}
	for name, test := range map[string]struct {
		draft  spec.Draft
		change func(*Message)
	}{
		"no expiry":           {spec.Content04, func(m *Message) {}},
		"an expiry":           {spec.Content04, func(m *Message) { m.Expires = &Expiration{Seconds: 7} }},
		"none last seen":      {spec.Content05, func(m *Message) {}},
		"one last seen":       {spec.Content05, func(m *Message) { m.LastSeen = []MessageID{{1}} }},
		"three last seen":     {spec.Content05, func(m *Message) { m.LastSeen = []MessageID{{1}, {2}, {3}} }},
		"no extensions":       {spec.Content09, func(m *Message) {}},
		"an extension":        {spec.Content09, func(m *Message) { m.Extensions = []Extension{{Key: IntKey(-1), Value: []byte{1}}} }},
		"a relative expiry":   {spec.Content09, func(m *Message) { m.Expires = &Expiration{Relative: true, Seconds: 7} }},
		"an expiry of a time": {spec.Content09, func(m *Message) { m.Expires = &Expiration{Seconds: 1750000000} }},
	} {
		m := plain(test.draft)
		test.change(m)
		octets, err := Encode(m, test.draft)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back, err := Decode(octets, test.draft)
		if err != nil {
			t.Errorf("%s: %x: %v", name, octets, err)
			continue
		}
		if diff := cmp.Diff(m, back); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
