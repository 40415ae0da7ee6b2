package content

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Encode encodes a message deterministically (RFC 8949, section 4.2.1), under
// any draft: shortest heads, definite lengths, extension keys in the order of
// their encodings. It does not judge the message; it fails only if a draft has
// no form for it, or an extension value is not one CBOR item. What a draft
// accepts keeps its meaning: even a key that comes twice in a value does so
// again.
func Encode(m *Message, draft spec.Draft) ([]byte, error) {
	c, err := NewChecker(Options{Draft: draft})
	if err != nil {
		return nil, err
	}
	return c.Encode(m)
}

// Encode is [Encode] under the draft and the readings of c.
func (c *Checker) Encode(m *Message) ([]byte, error) {
	b := AppendHead(make([]byte, 0, sizeHint(m)), majorArray, uint64(len(c.layout)))
	var err error
	for _, f := range c.layout {
		switch f {
		case fieldSalt:
			b = appendBytes(b, m.Salt)
		case fieldReplaces:
			b = appendID(b, m.Replaces)
		case fieldTopicID:
			b = appendBytes(b, m.TopicID)
		case fieldExpires:
			b, err = c.appendExpires(b, m.Expires)
		case fieldInReplyTo:
			b, err = c.appendReply(b, m)
		case fieldLastSeen:
			b = AppendHead(b, majorArray, uint64(len(m.LastSeen)))
			for i := range m.LastSeen {
				b = appendBytes(b, m.LastSeen[i][:])
			}
		case fieldExtensions:
			b, err = appendExtensions(b, m.Extensions)
		case fieldNestedPart:
			b, err = c.appendPart(b, &m.NestedPart)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fieldNames[f], err)
		}
	}
	return b, nil
}

var (
	errNoBody    = errors.New("a part has no body")
	errRelative  = errors.New("content-04 has no relative expiry")
	errReplyHash = errors.New("content-04 wants a hash with the message replied to")
)

// AppendHead appends the shortest head of a CBOR item (RFC 8949, section 3): its
// major type, from 0 to 7, and its argument.
func AppendHead(b []byte, major uint8, arg uint64) []byte {
	major <<= 5
	switch headLength(arg) {
	case 1:
		return append(b, major|byte(arg))
	case 2:
		return append(b, major|24, byte(arg))
	case 3:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(arg))
	case 5:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), arg)
}

func appendBytes(b, octets []byte) []byte {
	return append(AppendHead(b, majorBytes, uint64(len(octets))), octets...)
}

func appendText(b []byte, text string) []byte {
	return append(AppendHead(b, majorText, uint64(len(text))), text...)
}

func appendID(b []byte, id *MessageID) []byte {
	if id == nil {
		return append(b, octetNull)
	}
	return appendBytes(b, id[:])
}

func (c *Checker) appendExpires(b []byte, e *Expiration) ([]byte, error) {
	if c.options.Draft == spec.Content04 {
		switch {
		case e == nil:
			return append(b, 0), nil
		case e.Relative:
			return nil, errRelative
		}
		return AppendHead(b, majorUint, uint64(e.Seconds)), nil
	}
	if e == nil {
		return append(b, octetNull), nil
	}
	relative := byte(0xf4)
	if e.Relative {
		relative = 0xf5
	}
	return AppendHead(append(b, 0x82, relative), majorUint, uint64(e.Seconds)), nil
}

func (c *Checker) appendReply(b []byte, m *Message) ([]byte, error) {
	if m.InReplyTo == nil || c.options.Draft != spec.Content04 {
		return appendID(b, m.InReplyTo), nil
	}
	if m.ReplyHash == nil {
		return nil, errReplyHash
	}
	b = appendBytes(append(b, 0x83), m.InReplyTo[:])
	b = AppendHead(b, majorUint, m.ReplyHash.Algorithm)
	return appendBytes(b, m.ReplyHash.Hash), nil
}

// sizeHint is about as long as the encoding of a message, so that it grows
// rarely.
func sizeHint(m *Message) int {
	n := 256 + len(m.TopicID) + (len(m.LastSeen)+2)*(messageIDLength+2)
	for i := range m.Extensions {
		n += 9 + len(m.Extensions[i].Key.Text) + len(m.Extensions[i].Value)
	}
	if single, ok := m.NestedPart.Body.(SinglePart); ok {
		n += len(single.Content)
	}
	return n
}

func appendExtensions(b []byte, extensions []Extension) ([]byte, error) {
	byKey := func(a, b Extension) int { return a.Key.compare(&b.Key) }
	if !slices.IsSortedFunc(extensions, byKey) {
		extensions = slices.Clone(extensions)
		slices.SortStableFunc(extensions, byKey)
	}
	b = AppendHead(b, majorMap, uint64(len(extensions)))
	var err error
	for i := range extensions {
		e := &extensions[i]
		if b, err = appendValue(e.Key.append(b), e.Value); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// compare orders keys as their encodings are ordered.
func (k *Key) compare(other *Key) int {
	return cmp.Or(
		cmp.Compare(k.Kind, other.Kind), // in the order of the major types
		cmp.Compare(k.Number, other.Number),
		cmp.Compare(len(k.Text), len(other.Text)), // the length comes first
		strings.Compare(k.Text, other.Text))
}

func (k *Key) append(b []byte) []byte {
	switch k.Kind {
	case TextKey:
		return appendText(b, k.Text)
	case NegativeKey:
		return AppendHead(b, majorNegint, k.Number)
	}
	return AppendHead(b, majorUint, k.Number)
}

var valueEncoding = must(cbor.EncOptions{
	Sort: cbor.SortBytewiseLexical, ShortestFloat: cbor.ShortestFloat16, NaNConvert: cbor.NaNConvert7e00,
	InfConvert: cbor.InfConvertFloat16, BigIntConvert: cbor.BigIntConvertShortest, IndefLength: cbor.IndefLengthForbidden,
}.EncMode())

var valueDecoding = must(cbor.DecOptions{
	DupMapKey: cbor.DupMapKeyEnforcedAPF, UTF8: cbor.UTF8RejectInvalid, IntDec: cbor.IntDecConvertNone,
	DefaultByteStringType: nil, DefaultMapType: nil, BignumTag: cbor.BignumTagAllowed,
}.DecMode())

func must[T any](mode T, err error) T {
	if err != nil {
		panic(err)
	}
	return mode
}

// DecodeValue decodes an extension value into the types of the CBOR library.
func DecodeValue(value []byte) (any, error) {
	var item any
	err := valueDecoding.Unmarshal(value, &item)
	return item, err
}

// EncodeValue encodes an extension value deterministically.
func EncodeValue(item any) ([]byte, error) { return valueEncoding.Marshal(item) }

// Diagnose returns octets in diagnostic notation, up to where they are not
// well-formed.
func Diagnose(octets []byte) (string, error) { return cbor.Diagnose(octets) }

func (c *Checker) appendPart(b []byte, p *NestedPart) ([]byte, error) {
	if p.Body == nil {
		return nil, errNoBody
	}
	var body uint64
	switch p.Body.(type) {
	case SinglePart, MultiPart:
		body = 2
	case ExternalPart:
		body = uint64(len(c.externalFields))
	}
	b = AppendHead(b, majorArray, c.partFields+body)
	b = AppendHead(b, majorUint, uint64(p.Disposition))
	b = appendText(b, p.Language)
	if c.partFields == 4 {
		b = AppendHead(b, majorUint, uint64(p.Index))
	}
	b = AppendHead(b, majorUint, p.Body.cardinality())
	switch body := p.Body.(type) {
	case SinglePart:
		b = appendBytes(appendText(b, body.ContentType), body.Content)
	case ExternalPart:
		b = c.appendExternal(b, &body)
	case MultiPart:
		b = AppendHead(b, majorUint, uint64(body.Semantics))
		b = AppendHead(b, majorArray, uint64(len(body.Parts)))
		for i := range body.Parts {
			var err error
			if b, err = c.appendPart(b, &body.Parts[i]); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

func (c *Checker) appendExternal(b []byte, p *ExternalPart) []byte {
	b = appendText(b, p.ContentType)
	if c.urlTagged {
		b = AppendHead(b, majorTag, tagURI)
	}
	b = appendText(b, p.URL)
	b = AppendHead(b, majorUint, uint64(p.Expires))
	b = AppendHead(b, majorUint, p.Size)
	b = AppendHead(b, majorUint, uint64(p.EncAlg))
	b = appendBytes(b, p.Key)
	b = appendBytes(b, p.Nonce)
	b = appendBytes(b, p.AAD)
	b = AppendHead(b, majorUint, uint64(p.HashAlg))
	b = appendBytes(b, p.ContentHash)
	b = appendText(b, p.Description)
	if c.options.Draft != spec.Content04 {
		b = appendText(b, p.Filename)
	}
	return b
}
