package content

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Event is a message as it was delivered.
type Event struct {
	ID          MessageID
	TimestampMs uint64 // when the hub accepted it
	Sender      string
	Message     *Message
}

// Compare orders events: by timestamp, and at the same timestamp by message ID
// (section 5.11).
func Compare(a, b *Event) int {
	return cmp.Or(cmp.Compare(a.TimestampMs, b.TimestampMs), bytes.Compare(a.ID[:], b.ID[:]))
}

// History is a set of events of one room, in the order in which they came.
type History []Event

// Find returns the event with the given ID, nil if it is not known.
func (h History) Find(id *MessageID) *Event {
	if id == nil {
		return nil
	}
	for i := range h {
		if h[i].ID == *id {
			return &h[i]
		}
	}
	return nil
}

// First returns the first instance of a message: what it replaces, what that
// replaces, and so on. Before content-08 edits may form such a chain.
func (h History) First(e *Event) *Event {
	for range h {
		earlier := h.Find(e.Message.Replaces)
		if earlier == nil || earlier == e {
			return e
		}
		e = earlier
	}
	return e
}

// ReplyChain returns the messages that a message replies to, the nearest
// first, as far as they are known. It ends where a message would come again,
// and reports that.
func (h History) ReplyChain(e *Event) (chain []*Event, loop bool) {
	seen := map[MessageID]bool{e.ID: true}
	for at := e.Message.InReplyTo; at != nil; {
		if seen[*at] {
			return chain, true
		}
		seen[*at] = true
		next := h.Find(at)
		if next == nil {
			break
		}
		chain = append(chain, next)
		at = next.Message.InReplyTo
	}
	return chain, false
}

// Item is what became of a message.
type Item struct {
	First   *Event
	Current *Event // the newest version, the delete if it was deleted
	Edited  bool
	Deleted bool
}

// Fold returns what became of each message of a history, in order. Edits and
// deletes by others than the sender are ignored, and so are those of messages
// that are not known.
func (c *Checker) Fold(h History) []Item {
	ordered := make([]*Event, len(h))
	for i := range h {
		ordered[i] = &h[i]
	}
	slices.SortStableFunc(ordered, Compare)
	var items []Item
	at := map[*Event]int{}
	for _, e := range ordered {
		first := h.First(e)
		i, known := at[first]
		switch {
		case first == e:
			if e.Message.Replaces == nil {
				at[e] = len(items)
				items = append(items, Item{First: e, Current: e})
			}
		case !known || first.Sender != e.Sender || items[i].Deleted && c.deleteIsFinal:
		default:
			_, deleted := e.Message.NestedPart.Body.(NullPart)
			items[i] = Item{First: first, Current: e, Edited: true, Deleted: deleted}
		}
	}
	return items
}

// SameTopic reports whether two messages are in one topic.
func SameTopic(a, b *Message) bool { return len(a.TopicID) > 0 && bytes.Equal(a.TopicID, b.TopicID) }

// CheckEvent judges a message against what came before it in its room.
func (c *Checker) CheckEvent(h History, e *Event) spec.Violations {
	var vs spec.Violations
	add := func(r rule, f field, found string) {
		if c.force[r] {
			vs = append(vs, violation(r, fieldNames[f], found))
		}
	}
	m := e.Message
	if h.Find(&e.ID) != nil {
		add(msgidDuplicate, fieldMessageID, "the ID of an earlier message")
		return vs
	}
	if bytes.Equal(m.TopicID, e.ID[:]) {
		add(topicidSelf, fieldTopicID, "the ID of the message itself")
	}
	first := true
	for i := range h {
		if h[i].Sender != e.Sender {
			continue
		}
		first = false
		if bytes.Equal(h[i].Message.Salt, m.Salt) {
			add(saltRandom, fieldSalt, fmt.Sprintf("the salt of message %s", h[i].ID))
			break
		}
	}
	if !first && len(m.LastSeen) == 0 {
		add(lastSeenEmptyNotFirst, fieldLastSeen, "none, in a later message of its sender")
	}
	for _, ref := range []struct {
		id *MessageID
		f  field
	}{{m.Replaces, fieldReplaces}, {m.InReplyTo, fieldInReplyTo}} {
		if target := h.Find(ref.id); target != nil && len(m.TopicID) > 0 && !bytes.Equal(m.TopicID, target.Message.TopicID) {
			add(topicOutside04, ref.f, "a message of another topic")
		}
	}
	if target := h.Find(m.Replaces); target != nil {
		c.checkReplacement(h, e, target, add)
	}
	if _, loop := h.ReplyChain(e); loop {
		add(replyLoop, fieldInReplyTo, "a chain that comes back")
	} else if target := h.Find(m.InReplyTo); target != nil && m.Replaces == nil && h.newest(target) != target {
		add(replyCurrentVersion, fieldInReplyTo, "an earlier version")
	}
	return vs
}

func (c *Checker) checkReplacement(h History, e, target *Event, add func(rule, field, string)) {
	if h.First(target) != target {
		add(replacesFirstInstance, fieldReplaces, "a later instance")
	}
	first := h.First(target)
	if first.Sender != e.Sender {
		add(editAuthorization, fieldReplaces, "a message of another sender")
		return
	}
	for _, f := range []field{fieldTopicID, fieldExpires, fieldInReplyTo, fieldExtensions} {
		if !equalField(e.Message, first.Message, f) {
			add(editOnlyNestedPart, f, "a change")
			return
		}
	}
}

func equalField(a, b *Message, f field) bool {
	switch f {
	case fieldTopicID:
		return bytes.Equal(a.TopicID, b.TopicID)
	case fieldExpires:
		return a.Expires == b.Expires || a.Expires != nil && b.Expires != nil && *a.Expires == *b.Expires
	case fieldInReplyTo:
		return a.InReplyTo == b.InReplyTo || a.InReplyTo != nil && b.InReplyTo != nil && *a.InReplyTo == *b.InReplyTo
	}
	return len(a.Extensions) == len(b.Extensions) && !slices.ContainsFunc(a.Extensions, func(e Extension) bool {
		value, ok := b.Extension(e.Key)
		return !ok || !bytes.Equal(value, e.Value)
	})
}

// newest returns the newest version of a message that is not a delete.
func (h History) newest(e *Event) *Event {
	first := h.First(e)
	newest := first
	for i := range h {
		if _, deleted := h[i].Message.NestedPart.Body.(NullPart); !deleted && h.First(&h[i]) == first && Compare(&h[i], newest) > 0 {
			newest = &h[i]
		}
	}
	return newest
}

// Action is what a user means to do to a message.
type Action string

// The actions.
const (
	Edit   Action = "edit"
	Delete Action = "delete"
	Unlike Action = "unlike"
)

// JudgeAction judges the message that an implementation makes of an action on
// another message, which for Unlike is the reaction.
func JudgeAction(action Action, target MessageID, m *Message) spec.Violations {
	_, null := m.NestedPart.Body.(NullPart)
	r, ok := deleteForm, null
	switch action {
	case Edit:
		r, ok = editForm, !null
	case Unlike:
		r = unlikeForm
	}
	if m.Replaces == nil || *m.Replaces != target {
		return spec.Violations{violation(r, fieldNames[fieldReplaces], "another message, or none")}
	}
	if !ok {
		return spec.Violations{violation(r, fieldNames[fieldNestedPart], "another kind of part")}
	}
	return nil
}

// JudgeOrder judges the order in which an implementation shows messages.
func (h History) JudgeOrder(order []MessageID) spec.Violations {
	for i := 1; i < len(order); i++ {
		a, b := h.Find(&order[i-1]), h.Find(&order[i])
		if a == nil || b == nil || Compare(a, b) <= 0 {
			continue
		}
		r := sortOrder
		if a.TimestampMs == b.TimestampMs {
			r = sortTiebreak
		}
		return spec.Violations{violation(r, fmt.Sprintf("place %d", i), order[i].String())}
	}
	return nil
}

// ExpiredAt reports whether a message has expired at a time. A relative expiry
// counts from when it was read, and never ends what was not (readMs is 0).
func (c *Checker) ExpiredAt(m *Message, nowMs, readMs uint64) bool {
	if m.Expires == nil || m.Expires.Relative && readMs == 0 {
		return false
	}
	end := uint64(m.Expires.Seconds) * 1000
	if m.Expires.Relative {
		end += readMs
	}
	if c.expiryAfter {
		end += 1000
	}
	return nowMs >= end
}
