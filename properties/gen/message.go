package gen

import (
	"encoding/binary"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// message holds what a drawn content message varies. The zero value is the
// smallest valid message that has a body.
type message struct {
	salt      [32]byte // content-06 and later use the first 16 octets
	replaces  bool
	topicID   []byte
	sender    []byte // extension 1, if room is set as well
	room      []byte // extension 2
	content   []byte
	plainText bool
}

// CBOR major types (RFC 8949 section 3.1).
const (
	majorBytes = 2
	majorText  = 3
	majorArray = 4
	majorMap   = 5
	majorTag   = 6
)

// appendHead is [content.AppendHead] for counts.
func appendHead(dst []byte, major byte, argument int) []byte {
	return content.AppendHead(dst, major, uint64(argument))
}

func appendString[S ~[]byte | ~string](dst []byte, major byte, s S) []byte {
	return append(appendHead(dst, major, len(s)), s...)
}

// maxOverhead is more than a message has besides its strings, in octets.
const maxOverhead = 160

// size bounds the length of the encoded message in octets.
func (m *message) size() int {
	return maxOverhead + len(m.topicID) + len(m.sender) + len(m.room) + len(m.content)
}

// append appends the message as a draft encodes it, deterministically.
// content-05 has a salt of 32 octets and a list of the messages last seen.
func (m *message) append(dst []byte, d spec.Draft) []byte {
	const null = 0xf6
	if d == spec.Content05 {
		dst = appendString(appendHead(dst, majorArray, 8), majorBytes, m.salt[:])
	} else {
		dst = appendString(appendHead(dst, majorArray, 7), majorBytes, m.salt[:16])
	}
	if m.replaces {
		var id [32]byte
		id[0] = 1
		dst = appendString(dst, majorBytes, id[:])
	} else {
		dst = append(dst, null)
	}
	dst = appendString(dst, majorBytes, m.topicID)
	dst = append(dst, null, null) // expires, inReplyTo
	if d == spec.Content05 {
		dst = appendHead(dst, majorArray, 0) // lastSeen
	}
	if m.room == nil {
		dst = append(dst, 0xa0)
	} else {
		dst = appendString(append(dst, 0xa2, 1), majorText, m.sender)
		dst = appendString(append(dst, 2), majorText, m.room)
	}
	dst = append(dst, 0x85, 1, 0x60, 1) // SinglePart: render, no language
	contentType := "application/octet-stream"
	if m.plainText {
		contentType = "text/plain;charset=utf-8"
	}
	dst = appendString(dst, majorText, contentType)
	return appendString(dst, majorBytes, m.content)
}

// draw fills the message from the tape. Some messages carry the URIs.
func (m *message) draw(t *Tape, sender, room []byte) {
	t.Begin()
	m.drawSalt(t)
	m.replaces = t.OneIn(8)
	if t.OneIn(8) {
		m.topicID = append(t.Octets(2), 't', byte(t.Choose(3)))
	}
	if t.OneIn(4) {
		m.sender, m.room = sender, room
	}
	m.plainText = t.OneIn(4)
	n := t.Choose(4)
	m.content = t.Octets(n)
	for range n {
		m.content = append(m.content, 'a'+byte(t.Choose(26)))
	}
	t.End()
}

// drawSalt takes one choice: salts are told apart by few of them, and a fuzzer
// cannot steer many.
func (m *message) drawSalt(t *Tape) {
	x := uint64(t.Choose(1 << 16))
	if x == 0 {
		m.salt = [32]byte{}
		return
	}
	for i := 0; i < len(m.salt); i += 8 {
		// SplitMix64 spreads the choice over all octets.
		x += 0x9e3779b97f4a7c15
		z := (x ^ x>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		binary.BigEndian.PutUint64(m.salt[i:], z^z>>31)
	}
}
