package gen

import (
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Earlier is a message that was sent before, encoded as in content-09.
type Earlier struct {
	ID      content.MessageID `json:"id"`
	Sender  roompolicy.User   `json:"sender"`
	Message []byte            `json:"message"`
}

// RoomMessage is a message in a room with earlier ones, and the capabilities
// that it was made to need.
type RoomMessage struct {
	Sender  roompolicy.User         `json:"sender"`
	Message []byte                  `json:"message"` // encoded as in content-09
	Earlier []Earlier               `json:"earlier,omitempty"`
	Needs   []roompolicy.Capability `json:"needs"`
	Others  []roompolicy.Capability `json:"others,omitempty"` // that the sender has as well
}

// messageCapabilities are those of sections 8.3 to 8.5 that sending may need.
var messageCapabilities = []roompolicy.Capability{
	roompolicy.CanSendMessage, roompolicy.CanReplyToMessage, roompolicy.CanReactToMessage, roompolicy.CanEditReaction,
	roompolicy.CanDeleteOwnReaction, roompolicy.CanDeleteOtherReaction, roompolicy.CanEditOwnMessage,
	roompolicy.CanDeleteOwnMessage, roompolicy.CanDeleteOtherMessage, roompolicy.CanStartTopic, roompolicy.CanReplyInTopic,
	roompolicy.CanEditOwnTopic, roompolicy.CanEditOtherTopic, roompolicy.CanSendLink, roompolicy.CanSendLinkPreview,
	roompolicy.CanUploadImage, roompolicy.CanUploadAudio, roompolicy.CanUploadVideo, roompolicy.CanUploadAttachment,
	roompolicy.CanStartCall,
}

// The earlier messages of a drawn room: of the sender and of another user, a
// text in a topic, a plain one and a reaction each.
const (
	ownText = iota
	ownInTopic
	ownReaction
	otherText
	otherInTopic
	otherReaction
	numEarlier
)

func roomText(text string) content.NestedPart {
	return content.NestedPart{Disposition: content.Render, Body: content.SinglePart{ContentType: "text/markdown;variant=GFM-MIMI", Content: []byte(text)}}
}

func roomReaction(text string) content.NestedPart {
	return content.NestedPart{Disposition: content.Reaction, Body: content.SinglePart{ContentType: "text/plain;charset=utf-8", Content: []byte(text)}}
}

func roomFile(contentType string, disposition content.Disposition) content.NestedPart {
	return content.NestedPart{Disposition: disposition, Body: content.ExternalPart{
		ContentType: contentType, URL: "https://hub.example/f", Size: 7, EncAlg: 1, Key: make([]byte, 16), Nonce: make([]byte, 12),
		HashAlg: 1, ContentHash: make([]byte, 32),
	}}
}

func encodeMessage(m *content.Message) []byte {
	m.Salt = make([]byte, 16)
	octets, err := content.Encode(m, spec.Content09)
	if err != nil {
		panic("a drawn message that cannot be encoded: " + err.Error())
	}
	return octets
}

func earlierID(n int) *content.MessageID { return &content.MessageID{0: 1, 31: byte(n + 1)} }

func earlierMessage(n int) *content.Message {
	switch n {
	case ownInTopic, otherInTopic:
		return &content.Message{TopicID: []byte{'t'}, NestedPart: roomText("in a topic")}
	case ownReaction:
		return &content.Message{InReplyTo: earlierID(otherText), NestedPart: roomReaction("+")}
	case otherReaction:
		return &content.Message{InReplyTo: earlierID(ownText), NestedPart: roomReaction("+")}
	}
	return &content.Message{NestedPart: roomText("text")}
}

// AnyRoomMessage draws a message and knows what it needs. A tape of zeros is a
// plain text.
func AnyRoomMessage(_ spec.Draft, t *Tape) RoomMessage {
	r := RoomMessage{Sender: "a"}
	m := &content.Message{NestedPart: roomText("hello")}
	needs := []roompolicy.Capability{roompolicy.CanSendMessage}
	need := func(c roompolicy.Capability) { needs = append(needs, c) }
	needsHistory := true
	text := true // of its own, which may have links and files
	switch t.Choose(14) {
	case 0:
		needsHistory = false
	case 1:
		m.InReplyTo = earlierID(t.Choose(numEarlier))
		need(roompolicy.CanReplyToMessage)
	case 2:
		m.InReplyTo, m.NestedPart, text = earlierID(ownText), roomReaction("+"), false
		need(roompolicy.CanReactToMessage)
	case 3:
		m.Replaces, m.NestedPart, text = earlierID(ownReaction), roomReaction("-"), false
		need(roompolicy.CanEditReaction)
	case 4, 5:
		own := t.Bool()
		m.Replaces, text = earlierID(otherReaction), false
		m.NestedPart = content.NestedPart{Disposition: content.Render, Body: content.NullPart{}}
		if own {
			m.Replaces = earlierID(ownReaction)
			need(roompolicy.CanDeleteOwnReaction)
		} else {
			need(roompolicy.CanDeleteOtherReaction)
		}
	case 6:
		m.Replaces = earlierID(ownText)
		need(roompolicy.CanEditOwnMessage)
	case 7, 8:
		own := t.Bool()
		m.Replaces, text = earlierID(otherText), false
		m.NestedPart = content.NestedPart{Disposition: content.Render, Body: content.NullPart{}}
		if own {
			m.Replaces = earlierID(ownText)
			need(roompolicy.CanDeleteOwnMessage)
		} else {
			need(roompolicy.CanDeleteOtherMessage)
		}
	case 9:
		m.TopicID = []byte{'u'}
		need(roompolicy.CanStartTopic)
	case 10:
		m.TopicID, m.InReplyTo = []byte{'t'}, earlierID(otherInTopic)
		need(roompolicy.CanReplyInTopic)
	case 11:
		m.Replaces, m.TopicID, m.NestedPart, text = earlierID(ownInTopic), []byte{'u'}, earlierMessage(ownInTopic).NestedPart, false
		need(roompolicy.CanEditOwnTopic)
	case 12:
		m.Replaces, m.TopicID, m.NestedPart, text = earlierID(otherInTopic), []byte{'u'}, earlierMessage(otherInTopic).NestedPart, false
		need(roompolicy.CanEditOtherTopic)
	case 13:
		m.Replaces, m.TopicID = earlierID(ownInTopic), []byte{'u'}
		need(roompolicy.CanEditOwnMessage)
		need(roompolicy.CanEditOwnTopic)
	}
	if needsHistory {
		for n := range numEarlier {
			sender := roompolicy.User("a")
			if n >= otherText {
				sender = "b"
			}
			r.Earlier = append(r.Earlier, Earlier{ID: *earlierID(n), Sender: sender, Message: encodeMessage(earlierMessage(n))})
		}
	}
	if text {
		need := func(c roompolicy.Capability) { needs = append(needs, c) }
		m.NestedPart = drawParts(m.NestedPart, need, t)
	}
	r.Message, r.Needs = encodeMessage(m), needs
	for _, c := range messageCapabilities {
		t.Begin()
		if t.OneIn(4) {
			r.Others = append(r.Others, c)
		}
		t.End()
	}
	return r
}

// drawParts puts links and files beside a text.
func drawParts(part content.NestedPart, need func(roompolicy.Capability), t *Tape) content.NestedPart {
	parts := []content.NestedPart{part}
	linked := t.OneIn(3)
	if linked {
		parts[0] = roomText([...]string{"[link](https://web.example/)", "see https://web.example/", "<https://web.example/>"}[t.Choose(3)])
		need(roompolicy.CanSendLink)
		if t.OneIn(3) {
			parts = append(parts, content.NestedPart{Disposition: content.Preview, Body: content.SinglePart{ContentType: "text/plain;charset=utf-8", Content: []byte("web")}})
			need(roompolicy.CanSendLinkPreview)
		}
	}
	for _, file := range []struct {
		contentType string
		disposition content.Disposition
		need        roompolicy.Capability
	}{
		{"application/pdf", content.Attachment, roompolicy.CanUploadAttachment},
		{"image/png", content.Render, roompolicy.CanUploadImage},
		{"audio/ogg", content.Render, roompolicy.CanUploadAudio},
		{"video/mp4", content.Render, roompolicy.CanUploadVideo},
		{"text/uri-list", content.Session, roompolicy.CanStartCall},
	} {
		t.Begin()
		if t.OneIn(6) {
			parts = append(parts, roomFile(file.contentType, file.disposition))
			need(file.need)
		}
		t.End()
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return content.NestedPart{Disposition: content.Render, Body: content.MultiPart{Semantics: content.ProcessAll, Parts: parts}}
}
