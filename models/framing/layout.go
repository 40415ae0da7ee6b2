package framing

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Field is one of the values that a layout is made of. The zero value is none
// of them: the component is a literal.
type Field uint8

// The fields of a hash input.
const (
	Literal Field = iota
	Sender
	Room
	Message
	Salt
	fieldEnd
)

var fieldNames = [fieldEnd]string{"literal", "sender", "room", "message", "salt"}

// String returns the name of the field as layouts spell it.
func (f Field) String() string {
	if f >= fieldEnd {
		return "no field"
	}
	return fieldNames[f]
}

// Encoding says how the end of a value is marked. The zero value is Raw.
type Encoding uint8

// The encodings.
const (
	Raw    Encoding = iota // the value alone
	Len8                   // its length in 1 octet, then the value
	Len16                  // its length in 2 octets, most significant first
	Len32                  // its length in 4 octets
	Len64                  // its length in 8 octets
	Varint                 // a variable-size vector: RFC 9420, section 2.1.2
	CBOR                   // a definite-length CBOR string with the shortest head: RFC 8949, section 4.2.1
	encodingEnd
)

var encodingNames = [encodingEnd]string{"raw", "len8", "len16", "len32", "len64", "varint", "cbor"}

// String returns the name of the encoding as layouts spell it.
func (e Encoding) String() string {
	if e >= encodingEnd {
		return "no encoding"
	}
	return encodingNames[e]
}

// Component is one piece of a layout: a field in an encoding, or a literal,
// which has no encoding.
type Component struct {
	Field    Field
	Encoding Encoding
	Literal  []byte
}

// String returns the component as [Parse] reads it.
func (c Component) String() string {
	switch {
	case c.Field == Literal && isPrintable(c.Literal):
		return strconv.Quote(string(c.Literal))
	case c.Field == Literal:
		return "0x" + hex.EncodeToString(c.Literal)
	case c.Encoding == Raw:
		return c.Field.String()
	}
	return c.Encoding.String() + "(" + c.Field.String() + ")"
}

func isPrintable(octets []byte) bool {
	for _, o := range octets {
		if o < ' ' || o > '~' {
			return false
		}
	}
	return true
}

func (c Component) equal(other Component) bool {
	return c.Field == other.Field && c.Encoding == other.Encoding && bytes.Equal(c.Literal, other.Literal)
}

// Layout is a sequence of components. The zero value lays out nothing, and
// therefore tells nothing apart.
type Layout struct{ Components []Component }

// String returns the canonical spelling: Parse(l.String()) equals l, if l came
// from [Parse].
func (l Layout) String() string {
	words := make([]string, len(l.Components))
	for i, c := range l.Components {
		words[i] = c.String()
	}
	return strings.Join(words, " ")
}

// Equal reports whether both layouts have the same components.
func (l Layout) Equal(other Layout) bool {
	return slices.EqualFunc(l.Components, other.Components, Component.equal)
}

// Has reports whether the field occurs in the layout.
func (l Layout) Has(f Field) bool {
	return slices.ContainsFunc(l.Components, func(c Component) bool { return c.Field == f })
}

// MarshalText returns the canonical spelling.
func (l Layout) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a layout. It fails with [*ParseError].
func (l *Layout) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}

// Tuple is what a layout lays out. The salt is that of the message wherever
// tuples are compared; [Layout.Append] lays out what it is given.
type Tuple struct {
	Sender  []byte `json:"sender"`
	Room    []byte `json:"room"`
	Message []byte `json:"message"`
	Salt    []byte `json:"salt"`
}

// Field returns the value of a field, nil for a literal.
func (t *Tuple) Field(f Field) []byte {
	switch f {
	case Sender:
		return t.Sender
	case Room:
		return t.Room
	case Message:
		return t.Message
	case Salt:
		return t.Salt
	}
	return nil
}

// Equal reports whether all fields of both tuples are equal.
func (t *Tuple) Equal(other *Tuple) bool {
	return bytes.Equal(t.Sender, other.Sender) && bytes.Equal(t.Room, other.Room) &&
		bytes.Equal(t.Message, other.Message) && bytes.Equal(t.Salt, other.Salt)
}
