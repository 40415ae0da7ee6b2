package content

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Decode decodes a message that the default readings of a draft accept. It
// fails with the [spec.Violations] of any other.
func Decode(message []byte, draft spec.Draft) (*Message, error) {
	c, err := NewChecker(Options{Draft: draft})
	if err != nil {
		return nil, err
	}
	return c.Decode(message)
}

// Decode decodes a message that c accepts. It fails with the [spec.Violations]
// of any other. Byte strings and message IDs alias the message.
func (c *Checker) Decode(message []byte) (*Message, error) {
	result := c.Check(message)
	if result.Verdict != Accept {
		return nil, result.Violations
	}
	d := decoder{walker: walker{c: c, b: message}}
	return d.message(), nil
}

// decoder reads what was checked: it cannot fail.
type decoder struct{ walker }

func (d *decoder) next() head {
	h, next, _ := peek(d.b, d.pos)
	d.pos = next
	return h
}

// more reports whether element i of a container follows.
func (d *decoder) more(h head, i int) bool {
	if h.indefinite() {
		return !d.atBreak()
	}
	return uint64(i) < h.arg
}

// end moves behind the break of a container whose elements were all read.
func (d *decoder) end(h head) {
	if h.indefinite() {
		d.atBreak()
	}
}

// count returns how many items a container holds whose head has been read; of
// a map each entry is two.
func (d *decoder) count(h head) int {
	switch {
	case h.indefinite():
		n := 0
		for pos := d.pos; d.b[pos] != octetBreak; n++ {
			pos = d.skip(pos)
		}
		return n
	case h.major == majorMap:
		return 2 * int(h.arg)
	}
	return int(h.arg)
}

// octets reads a string. One in chunks is put together.
func (d *decoder) octets() []byte {
	h := d.next()
	if !h.indefinite() {
		start := d.pos
		d.pos += int(h.arg)
		return d.b[start:d.pos:d.pos]
	}
	joined := []byte{}
	for !d.atBreak() {
		joined = append(joined, d.octets()...)
	}
	return joined
}

func (d *decoder) id() *MessageID {
	if d.b[d.pos] == octetNull {
		d.pos++
		return nil
	}
	return (*MessageID)(d.octets())
}

func (d *decoder) message() *Message {
	m := new(Message)
	top := d.next()
	for _, f := range d.c.layout {
		switch f {
		case fieldSalt:
			m.Salt = d.octets()
		case fieldReplaces:
			m.Replaces = d.id()
		case fieldTopicID:
			m.TopicID = d.octets()
		case fieldExpires:
			m.Expires = d.expires()
		case fieldInReplyTo:
			d.inReplyTo(m)
		case fieldLastSeen:
			h := d.next()
			m.LastSeen = slices.Grow(m.LastSeen, d.count(h))
			for i := 0; d.more(h, i); i++ {
				m.LastSeen = append(m.LastSeen, *d.id())
			}
		case fieldExtensions:
			m.Extensions = d.extensions()
		case fieldNestedPart:
			m.NestedPart = d.part()
		}
	}
	d.end(top)
	return m
}

func (d *decoder) expires() *Expiration {
	h := d.next()
	switch h.major {
	case majorSimple:
		return nil
	case majorUint: // content-04
		if h.arg == 0 {
			return nil
		}
		return &Expiration{Seconds: uint32(h.arg)}
	}
	e := &Expiration{Relative: d.next().info == 21}
	e.Seconds = uint32(d.next().arg)
	d.end(h)
	return e
}

func (d *decoder) inReplyTo(m *Message) {
	if d.b[d.pos]>>5 != majorArray {
		m.InReplyTo = d.id()
		return
	}
	h := d.next()
	m.InReplyTo = d.id()
	m.ReplyHash = &ReplyHash{Algorithm: d.next().arg}
	m.ReplyHash.Hash = d.octets()
	d.end(h)
}

func (d *decoder) extensions() []Extension {
	h := d.next()
	var list []Extension
	if n := d.count(h) / 2; n > 0 {
		list = make([]Extension, 0, n)
	}
	for i := 0; d.more(h, i); i++ {
		var e Extension
		switch d.b[d.pos] >> 5 {
		case majorUint:
			e.Key.Number = d.next().arg
		case majorNegint:
			e.Key = Key{Kind: NegativeKey, Number: d.next().arg}
		default:
			e.Key = Key{Kind: TextKey, Text: string(d.octets())}
		}
		start := d.pos
		d.pos = d.skip(start)
		e.Value = d.b[start:d.pos:d.pos]
		list = append(list, e)
	}
	return list
}

func (d *decoder) part() NestedPart {
	h := d.next()
	p := NestedPart{Disposition: Disposition(d.next().arg), Language: string(d.octets())}
	if d.c.partFields == 4 {
		p.Index = uint16(d.next().arg)
	}
	switch d.next().arg {
	case cardinalityNull:
		p.Body = NullPart{}
	case cardinalitySingle:
		p.Body = SinglePart{ContentType: string(d.octets()), Content: d.octets()}
	case cardinalityExternal:
		p.Body = d.external()
	case cardinalityMulti:
		multi := MultiPart{Semantics: Semantics(d.next().arg)}
		parts := d.next()
		multi.Parts = make([]NestedPart, 0, d.count(parts))
		for i := 0; d.more(parts, i); i++ {
			multi.Parts = append(multi.Parts, d.part())
		}
		p.Body = multi
	}
	d.end(h)
	return p
}

func (d *decoder) external() ExternalPart {
	var p ExternalPart
	for i := range d.c.externalFields {
		switch d.c.externalFields[i].field {
		case fieldContentType:
			p.ContentType = string(d.octets())
		case fieldURL:
			if d.b[d.pos]>>5 == majorTag {
				d.next()
			}
			p.URL = string(d.octets())
		case fieldExpires:
			p.Expires = uint32(d.next().arg)
		case fieldSize:
			p.Size = d.next().arg
		case fieldEncAlg:
			p.EncAlg = uint16(d.next().arg)
		case fieldKey:
			p.Key = d.octets()
		case fieldNonce:
			p.Nonce = d.octets()
		case fieldAAD:
			p.AAD = d.octets()
		case fieldHashAlg:
			p.HashAlg = uint8(d.next().arg)
		case fieldContentHash:
			p.ContentHash = d.octets()
		case fieldDescription:
			p.Description = string(d.octets())
		case fieldFilename:
			p.Filename = string(d.octets())
		}
	}
	return p
}
