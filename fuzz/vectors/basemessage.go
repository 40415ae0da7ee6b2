package vectors

import (
	"bytes"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// The layouts of messages: the drafts of each are the same but for rules.
var (
	layout04 = spec.DraftsOf(spec.Content04)
	layout05 = spec.DraftsOf(spec.Content05)
	layout06 = spec.Between(spec.Content06, spec.Content09)
)

func layoutOf(d spec.Draft) spec.Drafts {
	switch d {
	case spec.Content04:
		return layout04
	case spec.Content05:
		return layout05
	}
	return layout06
}

// counted returns octets that count up, so that a reader can tell them apart.
func counted(first byte, n int) []byte {
	octets := make([]byte, n)
	for i := range octets {
		octets[i] = first + byte(i)
	}
	return octets
}

func someID(first byte) *content.MessageID {
	id := content.MessageID(counted(first, 32))
	id[0] = 1 // SHA-256
	return &id
}

// saltOf is the salt of all base messages of a draft.
func saltOf(d spec.Draft) []byte {
	switch d {
	case spec.Content04:
		return nil
	case spec.Content05:
		return counted(0xa0, 32)
	}
	return counted(0xa0, 16)
}

// plainMessage returns a small message, in which flaws are easy to see.
func plainMessage(d spec.Draft) []byte {
	return encodeMessage(d, &content.Message{
		Salt: saltOf(d), TopicID: []byte("t"), Extensions: []content.Extension{extensionIn(d, "k", 0)},
		NestedPart: content.NestedPart{Disposition: content.Render, Language: "en", Body: content.SinglePart{ContentType: "text/plain", Content: []byte("hello")}},
	})
}

// extensionIn returns an extension as a draft allows it.
func extensionIn(d spec.Draft, key string, value any) content.Extension {
	if d == spec.Content04 {
		value = []byte(fmt.Sprint(value))
	}
	octets, err := content.EncodeValue(value)
	if err != nil {
		panic(err)
	}
	return content.Extension{Key: content.Key{Kind: content.TextKey, Text: key}, Value: octets}
}

// externalMessage returns a message whose body is elsewhere. Most drafts leave
// open whether its URL is tagged, so that no other message here has such a part.
func externalMessage(d spec.Draft) []byte {
	return encodeMessage(d, &content.Message{Salt: saltOf(d), NestedPart: content.NestedPart{Disposition: content.Attachment, Language: "en", Body: content.ExternalPart{
		ContentType: "video/mp4", URL: "https://a.example/v", Expires: 1_760_000_000, Size: 70000, EncAlg: 1,
		Key: counted(0x30, 16), Nonce: counted(0x40, 12), HashAlg: 1, ContentHash: counted(0x50, 32), Description: "a film", Filename: "film.mp4",
	}}})
}

// richMessage returns a message that has each element but an external part.
func richMessage(d spec.Draft) []byte {
	m := &content.Message{
		Salt: saltOf(d), Replaces: someID(0x10), TopicID: []byte("topic"), Expires: &content.Expiration{Seconds: 1_750_000_000}, InReplyTo: someID(0x20),
		NestedPart: content.NestedPart{Disposition: content.Render, Body: content.MultiPart{Semantics: content.ProcessAll, Parts: []content.NestedPart{
			{Disposition: content.Render, Language: "de", Index: 1, Body: content.SinglePart{ContentType: "text/plain;charset=utf-8", Content: []byte("Guten Tag")}},
			{Disposition: content.Inline, Language: "en", Index: 2, Body: content.SinglePart{ContentType: "application/octet-stream", Content: counted(0x30, 30)}},
		}}},
	}
	if d == spec.Content04 {
		m.ReplyHash = &content.ReplyHash{Algorithm: 1, Hash: counted(0x60, 32)}
		m.Extensions = []content.Extension{extensionIn(d, "a", 0), extensionIn(d, "key", "value")}
	} else {
		m.Extensions = []content.Extension{
			{Key: content.IntKey(1), Value: encoded(majorText, "mimi://a.example/u/alice")},
			{Key: content.IntKey(2), Value: encoded(majorText, "mimi://a.example/r/room")},
			{Key: content.IntKey(-1), Value: []byte{0x83, 0x20, 0xf5, 0xa1, 0x01, 0xc1, 0x00}},
			extensionIn(d, "key", map[string]any{"a": []byte{1}, "b": nil}),
		}
	}
	if d <= spec.Content05 {
		m.LastSeen = []content.MessageID{*someID(0x70)}
	}
	return encodeMessage(d, m)
}

func encodeMessage(d spec.Draft, m *content.Message) []byte {
	octets, err := content.Encode(m, d)
	if err != nil {
		panic(err) // it is one that the draft can say
	}
	return bytes.Clone(octets)
}

// place returns the item of a message with the given path.
func place(d spec.Draft, message []byte, path string) item {
	for _, i := range itemsOf(d, message) {
		if i.path == path {
			return i
		}
	}
	panic("no item " + path + " under " + d.String())
}

// withElement returns the plain message of a draft with one of its elements
// replaced.
func withElement(d spec.Draft, path string, by ...byte) []byte {
	message := plainMessage(d)
	i := place(d, message, path)
	return i.with(message, by...)
}
