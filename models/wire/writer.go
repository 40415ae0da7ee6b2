package wire

import (
	"encoding/binary"
	"slices"
)

// MaxLength is the greatest length of a variable-size vector, in octets: RFC
// 9420, section 2.1.2.
const MaxLength = 1<<30 - 1

// lengthOctets returns how many octets the length of n octets takes at least.
func lengthOctets(n int) int {
	switch {
	case n < 1<<6:
		return 1
	case n < 1<<14:
		return 2
	}
	return 4
}

// AppendLength appends the length of a vector of n octets, in the fewest
// octets. It fails with an [*Error] where n is negative or above [MaxLength],
// and then returns dst as it was.
func AppendLength(dst []byte, n int) ([]byte, error) {
	if n < 0 || n > MaxLength {
		return dst, &Error{Problem: LengthTooGreat, Offset: len(dst), Found: uint64(n), Limit: MaxLength}
	}
	switch lengthOctets(n) {
	case 1:
		return append(dst, byte(n)), nil
	case 2:
		return binary.BigEndian.AppendUint16(dst, uint16(n)|1<<14), nil
	}
	return binary.BigEndian.AppendUint32(dst, uint32(n)|2<<30), nil
}

// AppendOpaque appends a vector of octets. It fails like [AppendLength].
func AppendOpaque(dst, octets []byte) ([]byte, error) {
	headed, err := AppendLength(dst, len(octets))
	if err != nil {
		return dst, err
	}
	return append(headed, octets...), nil
}

// Writer appends a struct to octets. The first error sticks.
type Writer struct {
	octets []byte
	start  int // of the struct in octets
	path   path
	err    *Error
}

// NewWriter returns a writer of the struct with the given name, which appends
// to dst.
func NewWriter(structName string, dst []byte) *Writer {
	return &Writer{octets: dst, start: len(dst), path: path{structName: structName}}
}

// Done returns dst with the struct behind it. It fails with the first error,
// an [*Error], and then returns dst as it was.
func (w *Writer) Done() ([]byte, error) {
	if w.err != nil {
		return w.octets[:w.start], w.err
	}
	return w.octets, nil
}

// Fail makes a problem that the caller sees in a field the error of the writer,
// unless there is one already.
func (w *Writer) Fail(field string, problem Problem, found, limit uint64) {
	w.fail(field, problem, found, limit)
}

func (w *Writer) fail(field string, problem Problem, found, limit uint64) {
	if w.err == nil {
		w.err = &Error{
			Struct: w.path.structName, Field: w.path.to(field), Offset: len(w.octets) - w.start,
			Problem: problem, Found: found, Limit: limit,
		}
	}
}

// Uint8 writes a number of 1 octet.
func (w *Writer) Uint8(n uint8) { w.octets = append(w.octets, n) }

// Uint16 writes a number of 2 octets, most significant first.
func (w *Writer) Uint16(n uint16) { w.octets = binary.BigEndian.AppendUint16(w.octets, n) }

// Uint32 writes a number of 4 octets, most significant first.
func (w *Writer) Uint32(n uint32) { w.octets = binary.BigEndian.AppendUint32(w.octets, n) }

// Uint64 writes a number of 8 octets, most significant first.
func (w *Writer) Uint64(n uint64) { w.octets = binary.BigEndian.AppendUint64(w.octets, n) }

// Octets writes octets without a length. It fails where there are not n.
func (w *Writer) Octets(field string, octets []byte, n int) {
	if len(octets) != n {
		w.fail(field, LengthNotAllowed, uint64(len(octets)), uint64(n))
		return
	}
	w.octets = append(w.octets, octets...)
}

// Opaque writes octets behind their length. It fails where there are more than
// [MaxLength].
func (w *Writer) Opaque(field string, octets []byte) {
	appended, err := AppendOpaque(w.octets, octets)
	if err != nil {
		w.fail(field, LengthTooGreat, uint64(len(octets)), MaxLength)
	}
	w.octets = appended
}

// Text writes UTF-8 behind its length. It fails like [Writer.Opaque], and
// where it is not UTF-8.
func (w *Writer) Text(field, text string) {
	if at := invalidUTF8([]byte(text)); at < len(text) {
		w.fail(field, InvalidText, uint64(at), 0)
		return
	}
	w.Opaque(field, []byte(text))
}

// Optional writes whether an optional value is there. The value, if it is,
// comes next.
func (w *Writer) Optional(present bool) {
	if present {
		w.Uint8(1)
	} else {
		w.Uint8(0)
	}
}

// Struct writes a struct that is a field of the one around it.
func (w *Writer) Struct(field string, write func()) {
	w.path.enter(field)
	write()
	w.path.leave()
}

// Vector writes what write writes behind its length: the elements of a vector,
// or a struct in an opaque field. It fails where that is more than
// [MaxLength].
func (w *Writer) Vector(field string, write func()) {
	start := len(w.octets)
	w.Struct(field, write)
	var head [4]byte
	length, err := AppendLength(head[:0], len(w.octets)-start)
	if err != nil {
		w.fail(field, LengthTooGreat, uint64(len(w.octets)-start), MaxLength)
		return
	}
	w.octets = slices.Insert(w.octets, start, length...)
}
