package roompolicy

import (
	"fmt"
)

// Limits of the JSON form.
const (
	maxJSONLength = 16 << 20 // octets
	maxJSONDepth  = 32       // of objects and arrays; no struct needs half of it
)

// DecodeJSON reads one struct from its JSON form, such as DecodeJSON[Policy].
//
// An object has the fields of the struct, with the names of the newest draft.
// Fields that say what an entry is must be there (the index and name of a role,
// a user, a claim), and so must multi_device; all others may be left out and are then zero, empty or
// absent. Enums, components and capabilities are strings with their names, or
// numbers; a capability may also be a string such as "0xf001". Optional values
// are null where they are absent. Octets that are UTF-8 are strings, others are
// {"hex": "00ff"}. A role that is pointed at is its index, or the whole role. A
// policy has a field for each of its components, by the registered names.
//
// The form is strict: a field that is unknown or comes twice is refused, and so
// is a value of another type or range. DecodeJSON fails with [*JSONError], and
// then returns nil.
func DecodeJSON[T any, P interface {
	*T
	Struct
}](text []byte) (*T, error) {
	value := new(T)
	if err := readJSON(text, P(value)); err != nil {
		return nil, err
	}
	return value, nil
}

// DecodePolicyJSON is [DecodeJSON] for a [Policy].
func DecodePolicyJSON(text []byte) (*Policy, error) { return DecodeJSON[Policy](text) }

// EncodeJSON returns the JSON form of a struct, on one line; [DecodeJSON] reads
// the same struct from it. Every field is there, but for components that are
// absent and for fields of older drafts that are zero. It fails with
// [*JSONError] where a reference to a role differs from the role that it has.
func EncodeJSON(s Struct) ([]byte, error) {
	w := &jsonWriter{}
	w.object(func() { s.fields(w) })
	if w.err != nil {
		return nil, w.err
	}
	return w.out, nil
}

// JSONError says where a JSON form is wrong, and how.
type JSONError struct {
	Path    string // such as "roles_list.roles[2].role_index"; "" is the whole
	Offset  int    // in octets from the start of the text
	Problem string
}

func (e *JSONError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("JSON at octet %d: %s", e.Offset, e.Problem)
	}
	return fmt.Sprintf("%s at octet %d: %s", e.Path, e.Offset, e.Problem)
}
