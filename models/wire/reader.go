package wire

import (
	"iter"
	"slices"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
)

// Reader reads a struct from octets. The first error sticks: everything after
// it reads as zero. What it returns aliases the octets.
type Reader struct {
	left   cryptobyte.String // up to the end of the innermost vector
	offset int               // of what is left, in octets from the start of the input
	path   path
	depth  int // of vectors around what is read
	err    *Error
	record *[]Field
}

// NewReader returns a reader of the struct with the given name. It takes no
// copy of the octets.
func NewReader(structName string, octets []byte) *Reader {
	return NewReaderAt(structName, octets, 0)
}

// NewReaderAt is [NewReader] for octets that stand in a greater input, offset
// octets from its start.
func NewReaderAt(structName string, octets []byte, offset int) *Reader {
	return &Reader{left: octets, offset: offset, path: path{structName: structName}}
}

// Offset returns how many octets from the start of the input the next field
// begins.
func (r *Reader) Offset() int { return r.offset }

// Left returns how many octets are left, in the innermost vector that is read.
func (r *Reader) Left() int {
	if r.err != nil {
		return 0
	}
	return len(r.left)
}

// Err returns the first error, an [*Error], or nil.
func (r *Reader) Err() error {
	if r.err == nil {
		return nil // and no *Error that is nil
	}
	return r.err
}

// Done returns the first error. Octets that were not read are one.
func (r *Reader) Done() error {
	if r.err == nil && len(r.left) > 0 {
		r.fail(Error{Problem: TrailingOctets, Offset: r.offset, Found: uint64(len(r.left))}, "")
	}
	return r.Err()
}

// Fail makes a problem that the caller sees in a field, offset octets from the
// start of the input, the error of the reader, unless there is one already.
func (r *Reader) Fail(field string, offset int, problem Problem, found, limit uint64) {
	r.fail(Error{Offset: offset, Problem: problem, Found: found, Limit: limit}, field)
}

func (r *Reader) fail(e Error, field string) {
	if r.err != nil {
		return
	}
	e.Struct, e.Field = r.path.structName, r.path.to(field)
	r.err = &e
}

// short fails because a field needs n octets.
func (r *Reader) short(field string, n uint64) {
	problem := Truncated
	if r.depth > 0 {
		problem = ElementCut
	}
	r.fail(Error{Offset: r.offset, Problem: problem, Found: n, Limit: uint64(len(r.left))}, field)
}

// take reads n octets, nil if there are fewer.
func (r *Reader) take(field string, n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > len(r.left) {
		r.short(field, uint64(max(n, 0)))
		return nil
	}
	var octets []byte
	r.left.ReadBytes(&octets, n)
	r.offset += n
	return octets
}

// number reads a big-endian number of size octets.
func (r *Reader) number(field string, size int) uint64 {
	start := r.offset
	var n uint64
	octets := r.take(field, size)
	for _, o := range octets {
		n = n<<8 | uint64(o)
	}
	if r.record != nil && octets != nil {
		r.recordField(field, Field{Kind: Number, Offset: start, Octets: octets, Number: n})
	}
	return n
}

// Uint8 reads a number of 1 octet.
func (r *Reader) Uint8(field string) uint8 { return uint8(r.number(field, 1)) }

// Uint16 reads a number of 2 octets, most significant first.
func (r *Reader) Uint16(field string) uint16 { return uint16(r.number(field, 2)) }

// Uint32 reads a number of 4 octets, most significant first.
func (r *Reader) Uint32(field string) uint32 { return uint32(r.number(field, 4)) }

// Uint64 reads a number of 8 octets, most significant first.
func (r *Reader) Uint64(field string) uint64 { return r.number(field, 8) }

// Enum8 reads a number of 1 octet, one of those known.
func (r *Reader) Enum8(field string, known ...uint8) uint8 {
	start := r.offset
	n := r.Uint8(field)
	if r.err == nil && !slices.Contains(known, n) {
		r.unknown(field, start, uint64(n), widen(known))
		return 0
	}
	return n
}

// Enum16 reads a number of 2 octets, one of those known.
func (r *Reader) Enum16(field string, known ...uint16) uint16 {
	start := r.offset
	n := r.Uint16(field)
	if r.err == nil && !slices.Contains(known, n) {
		r.unknown(field, start, uint64(n), widen(known))
		return 0
	}
	return n
}

func (r *Reader) unknown(field string, offset int, found uint64, known []uint64) {
	r.fail(Error{Offset: offset, Problem: UnknownValue, Found: found, Known: known}, field)
}

// widen copies, so that what was known only escapes with an error.
func widen[T uint8 | uint16](values []T) []uint64 {
	wide := make([]uint64, len(values))
	for i, v := range values {
		wide[i] = uint64(v)
	}
	return wide
}

// Octets reads n octets without a length: opaque field[n].
func (r *Reader) Octets(field string, n int) []byte {
	start := r.offset
	octets := r.take(field, n)
	if r.record != nil && octets != nil {
		r.recordField(field, Field{Kind: Opaque, Offset: start, Octets: octets})
	}
	return octets
}

// Opaque reads octets behind their length: opaque field<V>.
func (r *Reader) Opaque(field string) []byte {
	octets, _ := r.vector(field, Opaque)
	return octets
}

// Text reads UTF-8 behind its length in octets.
func (r *Reader) Text(field string) []byte {
	octets, start := r.vector(field, Text)
	if at := invalidUTF8(octets); at < len(octets) {
		r.fail(Error{Offset: start, Problem: InvalidText, Found: uint64(at)}, field)
		return nil
	}
	return octets
}

// invalidUTF8 returns the offset of the first octet that begins no UTF-8
// character, the length of the text if there is none.
func invalidUTF8(text []byte) int {
	at := 0
	for at < len(text) {
		c, size := utf8.DecodeRune(text[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// vector reads a length and as many octets. It returns the offset of the
// length as well.
func (r *Reader) vector(field string, kind Kind) (octets []byte, start int) {
	start = r.offset
	length, head, ok := r.length(field)
	if !ok {
		return nil, start
	}
	r.left.Skip(head)
	r.left.ReadBytes(&octets, length)
	r.offset += head + length
	if r.record != nil {
		r.recordField(field, Field{Kind: kind, Offset: start, Head: head, Octets: octets})
	}
	return octets, start
}

// length returns the length of a vector and how many octets the length itself
// takes, without reading past it: RFC 9420, section 2.1.2.
func (r *Reader) length(field string) (length, head int, ok bool) {
	if r.err != nil {
		return 0, 0, false
	}
	if len(r.left) == 0 {
		r.short(field, 1)
		return 0, 0, false
	}
	first := r.left[0]
	prefix := first >> 6
	if prefix == 3 {
		r.fail(Error{Offset: r.offset, Problem: LengthPrefix, Found: uint64(first)}, field)
		return 0, 0, false
	}
	head = 1 << prefix
	if head > len(r.left) {
		r.short(field, uint64(head))
		return 0, 0, false
	}
	length = int(first & 0x3f)
	for _, o := range r.left[1:head] {
		length = length<<8 | int(o)
	}
	if needed := lengthOctets(length); needed < head {
		r.fail(Error{Offset: r.offset, Problem: LengthNotMinimal, Found: uint64(length), Limit: uint64(needed)}, field)
		return 0, 0, false
	}
	if left := len(r.left) - head; length > left {
		r.fail(Error{Offset: r.offset, Problem: LengthBeyondEnd, Found: uint64(length), Limit: uint64(left)}, field)
		return 0, 0, false
	}
	return length, head, true
}

// Optional reads whether an optional value is there: RFC 9420, section 2.1.1.
func (r *Reader) Optional(field string) bool {
	start := r.offset
	octets := r.take(field, 1)
	if octets == nil {
		return false
	}
	if octets[0] > 1 {
		r.fail(Error{Offset: start, Problem: PresenceOctet, Found: uint64(octets[0])}, field)
		return false
	}
	if r.record != nil {
		r.recordField(field, Field{Kind: Presence, Offset: start, Octets: octets, Number: uint64(octets[0])})
	}
	return octets[0] == 1
}

// Struct reads a struct that is a field of the one around it. It only names
// the way to the fields that read reads.
func (r *Reader) Struct(field string, read func()) {
	r.path.enter(field)
	read()
	r.path.leave()
}

// Elements reads a vector: its length, then, in each turn of a loop over it,
// the element with that index. The loop body reads the element, which must
// take at least one octet and end where the vector ends or before. A loop that
// is left early leaves out the rest of the vector.
func (r *Reader) Elements(field string) iter.Seq[int] {
	return func(yield func(int) bool) { r.elements(field, yield) }
}

func (r *Reader) elements(field string, yield func(int) bool) {
	octets, start := r.vector(field, Vector)
	if r.err != nil {
		return
	}
	after, offset := r.left, r.offset
	r.left, r.offset = octets, offset-len(octets)
	r.depth++
	r.path.enter(field)
	for i := 0; r.err == nil && len(r.left) > 0; i++ {
		r.path.last().index = i
		before := r.offset
		if !yield(i) {
			break
		}
		if r.err == nil && r.offset == before {
			r.fail(Error{Offset: start, Problem: ElementEmpty}, "")
		}
	}
	r.path.leave()
	r.depth--
	r.left, r.offset = after, offset
}

// Nested reads a length and a struct that takes exactly as many octets, such
// as one in an opaque field.
func (r *Reader) Nested(field string, read func()) {
	octets, _ := r.vector(field, Opaque)
	if r.err != nil {
		return
	}
	after, offset := r.left, r.offset
	r.left, r.offset = octets, offset-len(octets)
	r.depth++
	r.path.enter(field)
	read()
	if r.err == nil && len(r.left) > 0 {
		r.fail(Error{Offset: r.offset, Problem: TrailingOctets, Found: uint64(len(r.left))}, "")
	}
	r.path.leave()
	r.depth--
	r.left, r.offset = after, offset
}
