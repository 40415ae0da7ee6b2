package gen

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// situation is a message with what is known besides its octets: the present,
// how it came, and what came before.
type situation struct {
	t       *Tape
	d       spec.Draft
	m       *content.Message
	context content.Context
	past    []pastMessage
}

type pastMessage struct {
	id     content.MessageID
	sender string
	m      *content.Message
}

const (
	alice = "mimi://a.example/u/alice"
	bob   = "mimi://a.example/u/bob"

	yearSeconds = 366 * 24 * 3600
	// firstSyntaxMs is 23 April 2024, when the first CBOR syntax was published.
	firstSyntaxMs = 1713830400000
)

// newSituation draws a situation in which nothing is wrong.
func newSituation(d spec.Draft, t *Tape) *situation {
	s := &situation{t: t, d: d}
	s.m = s.message(0)
	s.context.NowMs = 1767225600000 + 1000*int64(t.Choose(1<<16))
	return s
}

// message returns a plain message. Messages with different numbers have
// different salts.
func (s *situation) message(number byte) *content.Message {
	m := &content.Message{NestedPart: s.text("text/plain;charset=utf-8", "hello, hello, hello")}
	switch {
	case s.d == spec.Content05:
		m.Salt = bytes.Repeat([]byte{number}, 32)
	case s.d > spec.Content05:
		m.Salt = bytes.Repeat([]byte{number}, 16)
	}
	return m
}

func (s *situation) text(contentType, text string) content.NestedPart {
	return content.NestedPart{Disposition: content.Render, Body: content.SinglePart{ContentType: contentType, Content: []byte(text)}}
}

func messageID(number byte) (id content.MessageID) {
	id[0], id[31] = 1, number
	return id
}

// event makes the message one that came after others.
func (s *situation) event(sender string) {
	s.context.Kind, s.context.Sender, s.context.TimestampMs = content.KindHistory, sender, 100_000
	s.context.ID = messageID(200)
	s.m.Salt = s.message(200).Salt
	s.seen(s.m)
}

// before adds a message that came before, and returns it and its ID.
func (s *situation) before(sender string) (*content.Message, content.MessageID) {
	number := byte(len(s.past) + 1)
	p := pastMessage{id: messageID(number), sender: sender, m: s.message(number)}
	s.seen(p.m)
	s.past = append(s.past, p)
	return p.m, p.id
}

// seen gives a message what content-04 and content-05 want of all but the first
// of a sender.
func (s *situation) seen(m *content.Message) {
	if s.d <= spec.Content05 {
		m.LastSeen = []content.MessageID{messageID(150)}
	}
}

func (s *situation) reply(m *content.Message, to content.MessageID) {
	m.InReplyTo = &to
	if s.d == spec.Content04 {
		m.ReplyHash = &content.ReplyHash{Algorithm: 1, Hash: make([]byte, 32)}
	}
}

func (s *situation) delivered() *content.Delivery {
	if s.context.Delivery == nil {
		s.context.Delivery = &content.Delivery{Stamped: true, AcceptedMs: uint64(s.context.NowMs)}
	}
	return s.context.Delivery
}

// extension adds an extension whose value is octets of CBOR.
func (s *situation) extension(key int64, value string) {
	s.m.Extensions = append(s.m.Extensions, content.Extension{Key: content.IntKey(key), Value: []byte(value)})
}

func (s *situation) pick(choices ...string) string { return choices[s.t.Choose(len(choices))] }

// chain has some messages reply to each other, and the message to the last. It
// returns the first.
func (s *situation) chain() *content.Message {
	s.event(bob)
	first, last := s.before(alice)
	for range s.t.Choose(4) {
		next, id := s.before(s.pick(alice, bob))
		s.reply(next, last)
		last = id
	}
	s.reply(s.m, last)
	return first
}

// edit has the message replace one of its sender. It returns that and its ID.
func (s *situation) edit() (*content.Message, content.MessageID) {
	s.event(alice)
	first, id := s.before(alice)
	s.m.Replaces = &id
	return first, id
}

// refer makes the body a unit of text, an image and some more, of which the
// text refers to the part under an index.
func (s *situation) refer(host, format string, index int) {
	s.context.Kind = content.KindReferences
	uri := fmt.Sprintf("cid:"+format+"@"+host, index)
	multi := content.MultiPart{Semantics: content.SingleUnit, Parts: []content.NestedPart{
		s.text(s.pick("text/markdown;variant=GFM-MIMI", "text/html"), "![x]("+uri+")"), s.text("image/gif", "GIF"), s.text("text/plain", "x"),
	}}
	for i := range multi.Parts {
		multi.Parts[i].Index = uint16(i + 1) // content-04 writes it
	}
	s.m.NestedPart = content.NestedPart{Disposition: content.Render, Body: multi}
}

// externalPart returns an external part that is encrypted and hashed.
func externalPart() content.ExternalPart {
	return content.ExternalPart{ContentType: "video/mp4", URL: "https://a.example/x", EncAlg: 1, Key: make([]byte, 16), Nonce: make([]byte, 12),
		HashAlg: 1, ContentHash: make([]byte, 32)}
}

// contextFlaw is one way to break a rule that octets alone do not break.
type contextFlaw struct {
	rule   string      // "" for a situation in which nothing is wrong
	drafts spec.Drafts // in which it can be drawn; all if zero
	draw   func(*situation)
}

var contextFlaws = []contextFlaw{
	// Nothing is wrong.
	{"", 0, func(s *situation) { s.delivered() }},
	{"", 0, func(s *situation) { s.chain() }},
	{"", 0, func(s *situation) { s.edit() }},
	{"", 0, func(s *situation) { s.refer("local.invalid", "%d", 1+s.t.Choose(3)) }},
	{"", since05, func(s *situation) {
		s.delivered().SenderURI = alice
		s.extension(1, string(appendString(nil, majorText, alice)))
	}},

	// Dates.
	{"content/expires-year-future", since05, func(s *situation) {
		s.m.Expires = &content.Expiration{Relative: true, Seconds: yearSeconds + 1 + uint32(s.t.Choose(1000))}
	}},
	{"content/expires-year-future", 0, func(s *situation) {
		s.m.Expires = &content.Expiration{Seconds: uint32(s.context.NowMs/1000) + yearSeconds + 1 + uint32(s.t.Choose(1000))}
	}},
	{"content/expires-year-past", 0, func(s *situation) {
		s.m.Expires = &content.Expiration{Seconds: uint32(s.context.NowMs/1000) - yearSeconds - 1 - uint32(s.t.Choose(1000))}
	}},
	{"", 0, func(s *situation) { // just within a year
		s.m.Expires = &content.Expiration{Seconds: uint32(s.context.NowMs/1000) + yearSeconds}
		if s.t.Bool() {
			s.m.Expires.Seconds -= 2 * yearSeconds
		}
	}},
	{"content/timestamp-before-syntax", 0, func(s *situation) { s.delivered().AcceptedMs = firstSyntaxMs - 1 - uint64(s.t.Choose(1000)) }},
	{"content/timestamp-before-room", 0, func(s *situation) {
		s.delivered().RoomCreatedMs = s.delivered().AcceptedMs + 1 + uint64(s.t.Choose(1000))
	}},
	{"content/timestamp-future", 0, func(s *situation) { s.delivered().AcceptedMs += 5*60*1000 + 1 + uint64(s.t.Choose(1000)) }},
	{"content/accepted-timestamp", 0, func(s *situation) { s.delivered().Stamped = false }},

	// Delivery and local policy.
	{"content/sender-member", 0, func(s *situation) { s.delivered().Stranger = true }},
	{"content/body-too-large", 0, func(s *situation) { s.context.MaxBody = 1 + s.t.Choose(40) }},
	{"content/msgid-uri-source-agrees", since05, func(s *situation) {
		if s.t.Bool() {
			s.delivered().SenderURI = bob
			s.extension(1, string(appendString(nil, majorText, alice)))
		} else {
			s.delivered().RoomURI = "mimi://a.example/r/a"
			s.extension(2, string(appendString(nil, majorText, "mimi://a.example/r/b")))
		}
	}},
	{"content/ext-key-private-use", since05, func(s *situation) {
		s.context.RegisteredKeys = []uint64{1, 2}
		s.extension(3+int64(s.t.Choose(1000)), "\x00")
	}},

	// More extensions.
	{"moreext/sender-timestamp", since05, func(s *situation) {
		s.context.MoreExtensions = true
		s.extension(3, s.pick("\xa0", "\x00", "\xa1\x01\x20", "\xa2\x01\x00\x22\x19\x03\xe8", "\xa3\x01\x00\x22\x01\x25\x01"))
	}},
	{"moreext/external-message-id", since05, func(s *situation) {
		s.context.MoreExtensions = true
		s.extension(4, s.pick("\x80", "\x82\x41a\x00", "\x82\x61a\x01", "\x82\x41a\x63a.."))
	}},
	{"moreext/subject", since05, func(s *situation) {
		s.context.MoreExtensions = true
		s.extension(5, s.pick("\x60", "\x41a", "\xf6"))
	}},
	{"moreext/last-seen", since05, func(s *situation) {
		s.context.MoreExtensions = true
		s.extension(256, s.pick("\xa0", "\x81\x41a", "\x82"+id32+"\x82\x41a\x01"))
	}},
	{"", since05, func(s *situation) {
		s.context.MoreExtensions = true
		s.extension(4, s.pick("\x82\x41a\x01", "\x82\x41a\x69a.example"))
		s.extension(5, "\x61a")
		s.extension(256, s.pick("\x80", "\x81"+id32, "\x81\x82\x41a\x01"))
	}},

	// What came before.
	{"content/msgid-duplicate", 0, func(s *situation) {
		s.event(alice)
		_, s.context.ID = s.before(bob)
	}},
	{"content/topicid-self", 0, func(s *situation) {
		s.event(alice)
		s.m.TopicID = s.context.ID[:]
	}},
	{"content/salt-random", 0, func(s *situation) {
		s.event(alice)
		earlier, _ := s.before(alice)
		s.before(bob)
		s.m.Salt = earlier.Salt
	}},
	{"content/lastseen-empty-not-first", 0, func(s *situation) {
		s.event(alice)
		s.before(alice)
		s.m.LastSeen = nil
	}},
	{"content/topic-outside-04", 0, func(s *situation) {
		s.event(bob)
		earlier, id := s.before(alice)
		s.m.TopicID = []byte("a")
		if s.t.Bool() {
			earlier.TopicID = []byte("b")
		}
		s.reply(s.m, id)
	}},

	// Edits.
	{"content/edit-authorization", 0, func(s *situation) {
		s.edit()
		s.context.Sender = bob
	}},
	{"content/edit-only-nestedpart", 0, func(s *situation) {
		first, _ := s.edit()
		switch s.t.Choose(3) {
		case 0:
			first.TopicID = []byte("a") // and none in the edit
		case 1:
			first.Expires = &content.Expiration{Seconds: uint32(s.context.NowMs / 1000)}
		case 2:
			s.reply(first, messageID(99))
		}
	}},
	{"content/replaces-first-instance", 0, func(s *situation) {
		_, first := s.edit()
		second, id := s.before(alice)
		second.Replaces = &first
		s.m.Replaces = &id
	}},

	// Replies.
	{"content/reply-loop", 0, func(s *situation) { s.reply(s.chain(), s.context.ID) }},
	{"content/reply-current-version", 0, func(s *situation) {
		s.event(bob)
		_, first := s.before(alice)
		second, _ := s.before(alice)
		second.Replaces = &first
		s.reply(s.m, first)
	}},

	// References between parts.
	{"content/cid-form", 0, func(s *situation) {
		switch s.t.Choose(3) {
		case 0:
			s.refer("a.example", "%d", 2)
		case 1:
			s.refer("local.invalid", "0%d", 2)
		case 2:
			s.refer("local.invalid", "x%d", 2)
		}
	}},
	{"content/cid-target", 0, func(s *situation) {
		s.refer("local.invalid", "%d", []int{0, 4, 100}[s.t.Choose(3)])
	}},

	// Under other readings.
	{"content/external-aad-default", 0, func(s *situation) {
		s.context.Readings = content.Readings{"content/aad-default": "empty"}
		p := externalPart()
		p.AAD = []byte("a")
		s.m.NestedPart.Body = p
	}},
	{"content/reaction-single", 0, func(s *situation) {
		s.context.Readings = content.Readings{"content/reaction-reply": "required"}
		s.m.NestedPart.Disposition = content.Reaction
	}},
}

var contextFlawsIn = func() (in [spec.Content09 + 1][]*contextFlaw) {
	for d := spec.Content04; d <= spec.Content09; d++ {
		for i := range contextFlaws {
			if f := &contextFlaws[i]; f.drafts == 0 || f.drafts.Has(d) {
				in[d] = append(in[d], f)
			}
		}
	}
	return in
}()

// InContext draws a message in a context, which breaks one rule there under the
// drafts that have the rule, or none.
func InContext(d spec.Draft, t *Tape) content.Case {
	return contextFlawsIn[d][t.Choose(len(contextFlawsIn[d]))].inContext(d, t)
}

func (f *contextFlaw) inContext(d spec.Draft, t *Tape) content.Case {
	s := newSituation(d, t)
	f.draw(s)
	c := content.Case{Rule: f.rule, Side: content.Broken, Draft: d, Octets: encode(s.m, d), Context: s.context}
	if f.rule == "" {
		c.Side = content.Right
	}
	for i, p := range s.past {
		c.Context.History = append(c.Context.History, content.PastEvent{
			ID: p.id, TimestampMs: uint64(1000 * (i + 1)), Sender: p.sender, Octets: encode(p.m, d),
		})
	}
	return c
}

func encode(m *content.Message, d spec.Draft) content.Octets {
	octets, err := content.Encode(m, d)
	if err != nil {
		panic(err) // a situation has a form in its draft
	}
	return slices.Clip(octets)
}
