package content

import (
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// event returns a message of a sender, number n of its room, with a salt and a text of
// its own.
func event(n byte, sender string, change func(*Message)) Event {
	m := &Message{Salt: []byte{n}, NestedPart: NestedPart{Body: SinglePart{Content: []byte{n}}}}
	if change != nil {
		change(m)
	}
	return Event{ID: MessageID{n}, TimestampMs: uint64(n), Sender: sender, Message: m}
}

func replaces(n byte) func(*Message) { return func(m *Message) { m.Replaces = &MessageID{n} } }

func deletes(n byte) func(*Message) {
	return func(m *Message) { m.Replaces, m.NestedPart.Body = &MessageID{n}, NullPart{} }
}

func TestReplyChains(t *testing.T) {
	reply := func(n byte) func(*Message) { return func(m *Message) { m.InReplyTo = &MessageID{n} } }
	h := History{event(1, "a", nil), event(2, "a", reply(1)), event(3, "a", reply(2)), event(4, "a", reply(9)), event(5, "a", reply(6)), event(6, "a", reply(5)), event(7, "a", reply(7))}
	for _, test := range []struct {
		of   int
		want []byte
		loop bool
	}{{0, nil, false}, {1, []byte{1}, false}, {2, []byte{2, 1}, false}, {3, nil, false}, {4, []byte{6}, true}, {6, nil, true}} {
		chain, loop := h.ReplyChain(&h[test.of])
		var got []byte
		for _, e := range chain {
			got = append(got, e.ID[0])
		}
		if !slices.Equal(got, test.want) || loop != test.loop {
			t.Errorf("message %d replies to %v, loop %v", h[test.of].ID[0], got, loop)
		}
	}
}

func TestFold(t *testing.T) {
	for name, test := range map[string]struct {
		history History
		want    []byte // the current version of each
	}{
		"an edit":                                  {History{event(1, "a", nil), event(2, "a", replaces(1))}, []byte{2}},
		"an edit by another":                       {History{event(1, "a", nil), event(2, "b", replaces(1))}, []byte{1}},
		"an edit of an unknown message":            {History{event(1, "a", nil), event(2, "a", replaces(9))}, []byte{1}},
		"an edit of an edit of an unknown message": {History{event(1, "a", nil), event(2, "a", replaces(9)), event(3, "a", replaces(2))}, []byte{1}},
		"an edit of the second":                    {History{event(1, "a", nil), event(2, "a", nil), event(3, "a", replaces(2))}, []byte{1, 3}},
		"an edit of an edit":                       {History{event(1, "a", nil), event(2, "a", replaces(1)), event(3, "a", replaces(2))}, []byte{3}},
		"an edit after a delete":                   {History{event(1, "a", nil), event(2, "a", deletes(1)), event(3, "a", replaces(1))}, []byte{3}},
	} {
		var got []byte
		for _, item := range must(NewChecker(Options{Draft: spec.Content09, Readings: Readings{"content/edit-after-delete": "latest-wins"}})).Fold(test.history) {
			got = append(got, item.Current.ID[0])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, expected %v", name, got, test.want)
		}
	}
	h := History{event(1, "a", nil), event(2, "a", deletes(1)), event(3, "a", replaces(1)), event(4, "b", replaces(1))}
	if items := must(NewChecker(Options{Draft: spec.Content09, Readings: Readings{"content/edit-after-delete": "delete-is-final"}})).Fold(h); len(items) != 1 || !items[0].Deleted || !items[0].Edited {
		t.Errorf("a delete that is final: %+v", items)
	}
}

// TestEvents judges a message against those before it.
func TestEvents(t *testing.T) {
	topic := func(text string, change func(*Message)) func(*Message) {
		return func(m *Message) {
			m.TopicID = []byte(text)
			if change != nil {
				change(m)
			}
		}
	}
	reply := func(n byte) func(*Message) { return func(m *Message) { m.InReplyTo = &MessageID{n} } }
	salt := func(n byte) func(*Message) { return func(m *Message) { m.Salt = []byte{n} } }
	seconds := func(n uint32) func(*Message) {
		return func(m *Message) { m.Replaces, m.Expires = &MessageID{1}, &Expiration{Seconds: n} }
	}
	extension := func(key int64, value byte) func(*Message) {
		return func(m *Message) {
			m.Replaces, m.Extensions = &MessageID{1}, []Extension{{Key: IntKey(key), Value: []byte{value}}}
		}
	}
	rich := event(1, "a", func(m *Message) {
		m.Expires, m.InReplyTo, m.Extensions = &Expiration{Seconds: 5}, &MessageID{8}, []Extension{{Key: IntKey(1), Value: []byte{1}}}
	})
	same := func(m *Message) {
		m.Replaces, m.Expires, m.InReplyTo, m.Extensions = &MessageID{1}, &Expiration{Seconds: 5}, &MessageID{8}, []Extension{{Key: IntKey(1), Value: []byte{1}}}
	}
	but := func(change func(*Message)) func(*Message) {
		return func(m *Message) { same(m); change(m) }
	}
	for _, test := range []struct {
		name    string
		draft   spec.Draft
		history History
		event   Event
		want    []rule
	}{
		{"the first", spec.Content09, nil, event(9, "a", nil), nil},
		{"a salt of another sender", spec.Content09, History{event(1, "b", salt(7)), event(2, "a", nil)}, event(9, "a", salt(7)), nil},
		{"a salt again behind a message of another sender", spec.Content09, History{event(1, "b", nil), event(2, "a", salt(7))}, event(9, "a", salt(7)), []rule{saltRandom}},
		{"a salt a third time", spec.Content09, History{event(1, "a", salt(7)), event(2, "a", salt(7))}, event(9, "a", salt(7)), []rule{saltRandom}},

		{"an edit that changes nothing but the part", spec.Content09, History{rich}, event(9, "a", same), nil},
		{"an edit with another expiry", spec.Content09, History{rich}, event(9, "a", but(func(m *Message) { m.Expires = &Expiration{Seconds: 6} })), []rule{editOnlyNestedPart}},
		{"an edit without the expiry", spec.Content09, History{rich}, event(9, "a", but(func(m *Message) { m.Expires = nil })), []rule{editOnlyNestedPart}},
		{"an edit in reply to another", spec.Content09, History{rich}, event(9, "a", but(func(m *Message) { m.InReplyTo = &MessageID{7} })), []rule{editOnlyNestedPart}},
		{"an edit in reply to none", spec.Content09, History{rich}, event(9, "a", but(func(m *Message) { m.InReplyTo = nil })), []rule{editOnlyNestedPart}},
		{"an edit with another value", spec.Content09, History{rich}, event(9, "a", but(extension(1, 2))), []rule{editOnlyNestedPart}},
		{"an edit with another key", spec.Content09, History{rich}, event(9, "a", but(extension(2, 1))), []rule{editOnlyNestedPart}},
		{"an edit without extensions", spec.Content09, History{rich}, event(9, "a", but(func(m *Message) { m.Extensions = nil })), []rule{editOnlyNestedPart}},
		{"an edit with a new expiry", spec.Content09, History{event(1, "a", nil)}, event(9, "a", seconds(5)), []rule{editOnlyNestedPart}},
		{"an edit with a new extension", spec.Content09, History{event(1, "a", nil)}, event(9, "a", extension(1, 1)), []rule{editOnlyNestedPart}},
		{"an edit in another topic", spec.Content09, History{event(1, "a", topic("x", nil))}, event(9, "a", topic("y", replaces(1))), []rule{editOnlyNestedPart}},

		{"a reply in the topic of content-04", spec.Content04, History{event(1, "b", topic("x", nil))}, event(9, "a", topic("x", reply(1))), nil},
		{"a reply in another topic of content-04", spec.Content04, History{event(1, "b", topic("x", nil))}, event(9, "a", topic("y", reply(1))), []rule{topicOutside04}},
		{"a reply outside of a topic of content-04", spec.Content04, History{event(1, "b", topic("x", nil))}, event(9, "a", reply(1)), nil},

		{"a reply to the newest version", spec.Content09, History{event(1, "b", nil), event(2, "b", replaces(1))}, event(9, "a", reply(2)), nil},
		{"a reply to an earlier version", spec.Content09, History{event(1, "b", nil), event(2, "b", replaces(1))}, event(9, "a", reply(1)), []rule{replyCurrentVersion}},
		{"a reply to a message that another one's edit follows", spec.Content09, History{event(1, "b", nil), event(2, "b", nil), event(3, "b", replaces(2))}, event(9, "a", reply(1)), nil},
		{"a reply to a message that was deleted", spec.Content09, History{event(1, "b", nil), event(2, "b", deletes(1))}, event(9, "a", reply(1)), nil},
		{"a reply to the first of three versions", spec.Content09, History{event(3, "b", replaces(1)), event(1, "b", nil), event(2, "b", replaces(1))}, event(9, "a", reply(2)), []rule{replyCurrentVersion}},
		{"a reply to the last of three versions", spec.Content09, History{event(3, "b", replaces(1)), event(1, "b", nil), event(2, "b", replaces(1))}, event(9, "a", reply(3)), nil},
	} {
		checker := must(NewChecker(Options{Draft: test.draft}))
		var got, want []string
		for _, v := range checker.CheckEvent(test.history, &test.event) {
			if v.Rule != &ruleTable[lastSeenEmptyNotFirst] { // which content-04 has
				got = append(got, v.Rule.ID)
			}
		}
		for _, r := range test.want {
			want = append(want, ruleTable[r].ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: breaks %q, expected %q", test.name, got, want)
		}
	}
}

func TestOrders(t *testing.T) {
	h := History{event(1, "a", nil), event(2, "a", nil), event(3, "a", nil)}
	h[2].TimestampMs = 2
	for _, test := range []struct {
		order []byte
		want  *spec.Rule
	}{
		{[]byte{1, 2, 3}, nil}, {[]byte{1, 3, 2}, &ruleTable[sortTiebreak]}, {[]byte{2, 1, 3}, &ruleTable[sortOrder]}, {[]byte{1, 1, 2}, nil},
		{[]byte{9, 1, 2}, nil}, {[]byte{2, 9, 1}, nil}, {[]byte{1, 9}, nil}, {nil, nil}, {[]byte{3}, nil},
	} {
		var order []MessageID
		for _, n := range test.order {
			order = append(order, MessageID{n})
		}
		got := h.JudgeOrder(order)
		if test.want == nil && got != nil || test.want != nil && (len(got) != 1 || got[0].Rule != test.want) {
			t.Errorf("%v: %v", test.order, got.Err())
		}
	}
}

func TestExpiredAt(t *testing.T) {
	checker := must(NewChecker(Options{Draft: spec.Content09}))
	after := *checker
	after.expiryAfter = true
	relative, fixed := &Message{Expires: &Expiration{Relative: true, Seconds: 5}}, &Message{Expires: &Expiration{Seconds: 5}}
	for _, test := range []struct {
		name        string
		m           *Message
		now, readAt uint64
		want, later bool // later: where it expires after its second
	}{
		{"none", &Message{}, 1 << 60, 1, false, false},
		{"before", fixed, 4999, 0, false, false},
		{"at the time", fixed, 5000, 0, true, false},
		{"in its second", fixed, 5999, 0, true, false},
		{"after its second", fixed, 6000, 0, true, true},
		{"never read", relative, 1 << 60, 0, false, false},
		{"before five seconds after reading", relative, 5999, 1000, false, false},
		{"five seconds after reading", relative, 6000, 1000, true, false},
		{"six seconds after reading", relative, 7000, 1000, true, true},
	} {
		if checker.ExpiredAt(test.m, test.now, test.readAt) != test.want || after.ExpiredAt(test.m, test.now, test.readAt) != test.later {
			t.Errorf("%s: expired %v, later %v", test.name, !test.want, !test.later)
		}
	}
}
