package content

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestFieldsOfOldDrafts writes and reads what the drafts before content-06 have
// beside or in place of the fields of today.
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
