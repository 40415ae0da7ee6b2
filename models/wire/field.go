package wire

import (
	"encoding/hex"
	"strconv"
)

// Kind is what a field is.
type Kind uint8

// The kinds of fields.
const (
	_        Kind = iota
	Number        // a big-endian number, enums included
	Opaque        // octets, with or without a length before them
	Text          // UTF-8 with its length before it
	Presence      // the octet before an optional value: 1 if it is there
	Vector        // elements, which follow as fields of their own
)

// Field is one field of a struct, with its place.
type Field struct {
	Path   string // such as "RoleData.roles[2].role_index"
	Kind   Kind
	Offset int    // in octets from the start of the input, of its length if it has one
	Head   int    // how many octets its length takes, 0 without
	Octets []byte // the value, without its length
	Number uint64 // the value of a Number or Presence
}

// Length returns how many octets the field takes, its length included.
func (f *Field) Length() int { return f.Head + len(f.Octets) }

// Value returns the value for people to read: a decimal number, a quoted text,
// hex, or how many octets a vector has.
func (f *Field) Value() string {
	switch f.Kind {
	case Number:
		return strconv.FormatUint(f.Number, 10)
	case Presence:
		if f.Number == 0 {
			return "absent"
		}
		return "present"
	case Text:
		return strconv.Quote(string(f.Octets))
	case Vector:
		return octets(uint64(len(f.Octets)))
	}
	return hex.EncodeToString(f.Octets)
}

// Walk lists the fields that read reads from a struct, in their order, and
// returns the error that it ends with: then the fields are those before it. A
// vector comes before its elements.
func Walk(structName string, octets []byte, read func(*Reader)) ([]Field, error) {
	var fields []Field
	r := NewReader(structName, octets)
	r.record = &fields
	read(r)
	err := r.Done()
	return fields, err
}

func (r *Reader) recordField(field string, f Field) {
	f.Path = (&Error{Struct: r.path.structName, Field: r.path.to(field)}).Path()
	*r.record = append(*r.record, f)
}
