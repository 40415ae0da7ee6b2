package framing

import (
	"fmt"
	"hash"
	"math"
	"sync"
)

// maxVarint is the greatest length of a variable-size vector, in octets: RFC
// 9420, section 2.1.2.
const maxVarint = 1<<30 - 1

// max returns the greatest length in octets that the encoding can state.
func (e Encoding) max() uint64 {
	switch e {
	case Len8:
		return math.MaxUint8
	case Len16:
		return math.MaxUint16
	case Len32:
		return math.MaxUint32
	case Varint:
		return maxVarint
	}
	return math.MaxUint64
}

// LengthError says that a value is longer than its length field can state. The
// contract of a layout ends there: it has no octets for such a tuple.
type LengthError struct {
	Component   Component
	Length, Max uint64 // octets
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("%s of %d octets does not fit %s, which holds at most %d octets",
		e.Component.Field, e.Length, e.Component, e.Max)
}

// Append appends the octets of t. It fails with [*LengthError], and then
// returns dst as it was.
func (l Layout) Append(dst []byte, t *Tuple) ([]byte, error) {
	if err := l.checkLengths(t); err != nil {
		return dst, err
	}
	return l.AppendWrapping(dst, t), nil
}

// AppendWrapping is [Layout.Append] as an implementation does it that does not
// check lengths: they wrap at the size of the length field (at 65536 for
// len16, at 2^30 for varint). It models a fault.
func (l Layout) AppendWrapping(dst []byte, t *Tuple) []byte {
	for _, c := range l.Components {
		if c.Field == Literal {
			dst = append(dst, c.Literal...)
			continue
		}
		value := t.Field(c.Field)
		h := c.head(uint64(len(value)))
		dst = append(dst, h.octets[:h.size]...)
		dst = append(dst, value...)
	}
	return dst
}

// Hash writes the octets of t to h, those that [Layout.Append] returns, without
// collecting them: what it allocates does not grow with t, and is kept for the
// next call. It fails with [*LengthError] before anything is written.
func (l Layout) Hash(h hash.Hash, t *Tuple) error {
	if err := l.checkLengths(t); err != nil {
		return err
	}
	b := buffers.Get().(*buffer)
	b.n = 0
	for i := range l.Components {
		c := &l.Components[i]
		if c.Field == Literal {
			b.write(h, c.Literal)
			continue
		}
		value := t.Field(c.Field)
		if c.Encoding != Raw {
			head := c.head(uint64(len(value)))
			b.flush(h, head.size)
			b.n += copy(b.octets[b.n:], head.octets[:head.size])
		}
		b.write(h, value)
	}
	h.Write(b.octets[:b.n])
	buffers.Put(b)
	return nil
}

// buffer joins short values, which a hash takes slowly one by one. It is kept
// in a pool, as what is written to a hash.Hash escapes to the heap.
type buffer struct {
	octets [256]byte
	n      int
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// flush makes room for a few octets.
func (b *buffer) flush(h hash.Hash, octets int) {
	if octets > len(b.octets)-b.n {
		h.Write(b.octets[:b.n])
		b.n = 0
	}
}

func (b *buffer) write(h hash.Hash, octets []byte) {
	b.flush(h, len(octets))
	if len(octets) > len(b.octets) {
		h.Write(octets)
		return
	}
	b.n += copy(b.octets[b.n:], octets)
}

func (l Layout) checkLengths(t *Tuple) error {
	for i := range l.Components {
		c := &l.Components[i]
		if length, limit := uint64(len(t.Field(c.Field))), c.Encoding.max(); length > limit {
			return &LengthError{Component: *c, Length: length, Max: limit}
		}
	}
	return nil
}

// head is what stands before a value of some length: nothing for a raw one.
type head struct {
	octets [9]byte
	size   int
}

func (h *head) bigEndian(size int, n uint64) {
	for i := range size {
		h.octets[h.size+i] = byte(n >> (8 * (size - 1 - i)))
	}
	h.size += size
}

// head returns the head before n octets, wrapped to what the encoding holds.
func (c *Component) head(n uint64) head {
	var h head
	switch c.Encoding {
	case Len8:
		h.bigEndian(1, n)
	case Len16:
		h.bigEndian(2, n)
	case Len32:
		h.bigEndian(4, n)
	case Len64:
		h.bigEndian(8, n)
	case Varint:
		n &= maxVarint
		switch {
		case n < 1<<6:
			h.bigEndian(1, n)
		case n < 1<<14:
			h.bigEndian(2, n|1<<14)
		default:
			h.bigEndian(4, n|2<<30)
		}
	case CBOR:
		h.cbor(c.Field.majorType(), n)
	}
	return h
}

// majorType returns the CBOR major type of a field: text for the URIs, octets
// for the rest.
func (f Field) majorType() byte {
	if f == Sender || f == Room {
		return 3
	}
	return 2
}

// cbor adds the shortest head: RFC 8949, section 4.2.1.
func (h *head) cbor(major byte, n uint64) {
	first := &h.octets[h.size]
	h.size++
	*first = major << 5
	switch {
	case n < 24:
		*first |= byte(n)
	case n <= math.MaxUint8:
		*first |= 24
		h.bigEndian(1, n)
	case n <= math.MaxUint16:
		*first |= 25
		h.bigEndian(2, n)
	case n <= math.MaxUint32:
		*first |= 26
		h.bigEndian(4, n)
	default:
		*first |= 27
		h.bigEndian(8, n)
	}
}
