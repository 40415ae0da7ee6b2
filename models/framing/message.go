package framing

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// What a layout needs of a content message: draft-ietf-mimi-content-09, section
// 4, in deterministic CBOR (RFC 8949, section 4.2.1).
//
//	87                  array of 7
//	50 <16 octets>      salt
//	f6 / 58 20 <32>     replaces
//	40..5b              topic
//	f6 / 82 ...         expires
//	f6 / 58 20 <32>     in reply to
//	a0..bb              extensions: 1 names the sender, 2 the room
//	83 / 85 ...         nested part

// message is where a content message ends and what it holds.
type message struct {
	size         int // octets
	salt         []byte
	sender, room []byte // nil if the extensions do not name one
}

var errNoMessage = errors.New("no content message starts here")

// readMessage reads the message that octets start with. It takes every valid
// message of content-09, and some that break a rule which has no bearing on
// where the message ends. It never takes one message that begins another.
func readMessage(octets []byte) (message, error) {
	r := cborReader{rest: octets}
	var m message
	if !r.literal(0x87) || !r.literal(0x50) || len(r.rest) < saltLength {
		return m, errNoMessage
	}
	m.salt, r.rest = r.rest[:saltLength], r.rest[saltLength:]
	ok := r.nullOrID() && r.string(2) != nil && r.expires() && r.nullOrID() && r.extensions(&m) &&
		len(r.rest) > 0 && (r.rest[0] == 0x83 || r.rest[0] == 0x85) && r.skip()
	if !ok {
		return message{}, errNoMessage
	}
	m.size = len(octets) - len(r.rest)
	return m, nil
}

// cborReader reads deterministic CBOR from the front of rest.
type cborReader struct{ rest []byte }

func (r *cborReader) literal(octet byte) bool {
	if len(r.rest) == 0 || r.rest[0] != octet {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// head reads a head of definite length in its shortest form.
func (r *cborReader) head() (major byte, argument uint64, ok bool) {
	if len(r.rest) == 0 {
		return 0, 0, false
	}
	major, info := r.rest[0]>>5, r.rest[0]&0x1f
	if info < 24 {
		r.rest = r.rest[1:]
		return major, uint64(info), true
	}
	if info > 27 {
		return 0, 0, false
	}
	size := 1 << (info - 24)
	if len(r.rest) < 1+size {
		return 0, 0, false
	}
	for _, o := range r.rest[1 : 1+size] {
		argument = argument<<8 | uint64(o)
	}
	r.rest = r.rest[1+size:]
	if major == 7 {
		return major, argument, true // a float, or a simple value
	}
	shortest := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}
	return major, argument, argument >= shortest[info-24]
}

// string reads a string of a major type. It returns nil if there is none.
func (r *cborReader) string(want byte) []byte {
	major, size, ok := r.head()
	if !ok || major != want || size > uint64(len(r.rest)) {
		return nil
	}
	value := r.rest[:size:size]
	r.rest = r.rest[size:]
	return value
}

func (r *cborReader) nullOrID() bool {
	return r.literal(0xf6) || len(r.string(2)) == 32
}

func (r *cborReader) expires() bool {
	if r.literal(0xf6) {
		return true
	}
	if !r.literal(0x82) || !r.literal(0xf4) && !r.literal(0xf5) {
		return false
	}
	major, _, ok := r.head()
	return ok && major == 0
}

func (r *cborReader) extensions(m *message) bool {
	major, pairs, ok := r.head()
	if !ok || major != 5 {
		return false
	}
	for ; pairs > 0; pairs-- {
		before := r.rest
		if !r.skip() {
			return false
		}
		key := before[:len(before)-len(r.rest)]
		var uri *[]byte
		switch {
		case bytes.Equal(key, []byte{1}):
			uri = &m.sender
		case bytes.Equal(key, []byte{2}):
			uri = &m.room
		default:
			if !r.skip() {
				return false
			}
			continue
		}
		if *uri = r.string(3); *uri == nil || !utf8.Valid(*uri) {
			return false
		}
	}
	return true
}

// skip reads one item with all that it holds.
func (r *cborReader) skip() bool {
	for pending := uint64(1); pending > 0; pending-- {
		major, n, ok := r.head()
		if !ok {
			return false
		}
		switch major {
		case 2, 3:
			if n > uint64(len(r.rest)) {
				return false
			}
			r.rest = r.rest[n:]
		case 4, 5:
			// Each item takes an octet, so more than those left is no message.
			if n > uint64(len(r.rest)) {
				return false
			}
			pending += n << (major - 4)
		case 6:
			pending++
		}
	}
	return true
}
