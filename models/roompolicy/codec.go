package roompolicy

import (
	"fmt"
	"strconv"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// Codec reads and writes structs as one revision of the room policy has them on
// the wire. Those of the protocol are the same in every revision.
type Codec struct {
	draft  spec.Draft
	syntax syntax
}

// NewCodec returns the codec of a revision of the room policy. The readings
// choose from [SyntaxAmbiguities], by the names of both; what is not named
// takes the first reading. It fails with [*DraftError] or
// [*UnknownSyntaxError].
func NewCodec(draft spec.Draft, readings map[string]string) (*Codec, error) {
	c := &Codec{draft: draft}
	if !allDrafts.Has(draft) {
		return nil, &DraftError{Draft: draft, Drafts: allDrafts}
	}
	for id, reading := range readings {
		if err := c.syntax.choose(draft, id, reading); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Draft returns the revision that the codec speaks.
func (c *Codec) Draft() spec.Draft { return c.draft }

// DraftError says that a draft has no room policy, or not the struct that is
// asked for.
type DraftError struct {
	Struct string // "" for a whole policy
	Draft  spec.Draft
	Drafts spec.Drafts // that have it
}

func (e *DraftError) Error() string {
	name := e.Struct
	if name == "" {
		name = "room policy"
	}
	return fmt.Sprintf("%s has no %s: expected one of %s", e.Draft, name, e.Drafts)
}

// UnknownComponentError says that a component is not modelled.
type UnknownComponentError struct{ ComponentID ComponentID }

func (e *UnknownComponentError) Error() string {
	return fmt.Sprintf("component %s is not modelled", e.ComponentID)
}

// Decode reads one struct, such as Decode[RoleData](codec, octets). It fails
// with [*wire.Error], which names struct, field, octet and value, and with
// [*DraftError]; then it returns nil.
//
// [Policy] is the struct RoomPolicy of room-policy-01 and -02, without roles and
// preauthorized users, which are structs of their own. Since room-policy-03
// policies are in an [AppDataDictionary].
func Decode[T any, P interface {
	*T
	Struct
}](c *Codec, octets []byte) (*T, error) {
	value := new(T)
	if err := c.decode(P(value), octets); err != nil {
		return nil, err
	}
	return value, nil
}

// DecodeComponent reads the data of a component. It fails like [Decode], and
// with [*UnknownComponentError].
func (c *Codec) DecodeComponent(id ComponentID, octets []byte) (Struct, error) {
	return c.decodeOne(id, dataOf(id), octets)
}

// DecodeUpdate reads the update of a component: [*ParticipantListUpdate] and
// [*JoinLinksUpdate], and what [Codec.DecodeComponent] returns for others. It
// fails like that.
func (c *Codec) DecodeUpdate(id ComponentID, octets []byte) (Struct, error) {
	return c.decodeOne(id, updateOf(id), octets)
}

func (c *Codec) decodeOne(id ComponentID, s Struct, octets []byte) (Struct, error) {
	if s == nil {
		return nil, &UnknownComponentError{ComponentID: id}
	}
	if err := c.decode(s, octets); err != nil {
		return nil, err
	}
	return s, nil
}

// check returns the name of a struct that the revision has.
func (c *Codec) check(s Struct) (string, error) {
	name, drafts := s.describe()
	if !drafts.Has(c.draft) {
		return name, &DraftError{Struct: name, Draft: c.draft, Drafts: drafts}
	}
	return name, nil
}

// bare reports whether the octets of a struct are those of a vector without its
// length.
func (c *Codec) bare(s Struct) bool {
	_, links := s.(*JoinLinksData)
	return links && c.syntax.bareJoinLinks
}

// decode reads into a zero struct.
func (c *Codec) decode(s Struct, octets []byte) error {
	name, err := c.check(s)
	if err != nil {
		return err
	}
	offset := 0
	if c.bare(s) {
		prefixed, err := wire.AppendOpaque(nil, octets)
		if err != nil {
			return err
		}
		offset, octets = len(octets)-len(prefixed), prefixed
	}
	r := wire.NewReaderAt(name, octets, offset)
	s.fields(&tlsReader{Reader: r, c: c})
	return r.Done()
}

// Walk lists the fields of a struct with their places, up to the first that
// fails.
func (c *Codec) Walk(s Struct, octets []byte) ([]wire.Field, error) {
	name, err := c.check(s)
	if err != nil {
		return nil, err
	}
	return wire.Walk(name, octets, func(r *wire.Reader) { s.fields(&tlsReader{Reader: r, c: c}) })
}

// tlsReader reads fields from TLS.
type tlsReader struct {
	*wire.Reader
	c *Codec
}

func (r *tlsReader) uint8(name string, value *uint8)   { *value = r.Uint8(name) }
func (r *tlsReader) uint16(name string, value *uint16) { *value = r.Uint16(name) }
func (r *tlsReader) uint32(name string, value *uint32) { *value = r.Uint32(name) }
func (r *tlsReader) uint64(name string, value *uint64) { *value = r.Uint64(name) }
func (r *tlsReader) boolean(name string, value *bool)  { *value = r.Enum8(name, 0, 1) == 1 }

func (r *tlsReader) enum(name string, value *uint8, names []string) {
	if names == nil {
		*value = r.Uint8(name)
		return
	}
	var room [8]uint8
	known := room[:0]
	for v := range names {
		if names[v] != "" {
			known = append(known, uint8(v))
		}
	}
	*value = r.Enum8(name, known...)
}

func (r *tlsReader) number(name string, value *uint16, _ registryNames) { *value = r.Uint16(name) }
func (r *tlsReader) opaque(name string, value *string)                  { *value = string(r.Opaque(name)) }
func (r *tlsReader) octets(name string, value *string)                  { *value = string(r.Opaque(name)) }
func (r *tlsReader) fixed(name string, value *string, length int) {
	*value = string(r.Octets(name, length))
}
func (r *tlsReader) structure(name string, visit func()) { r.Struct(name, visit) }
func (r *tlsReader) elements(name string, _ int, _ bool, visit func(i int)) {
	for i := range r.Elements(name) {
		visit(i)
	}
}

func (r *tlsReader) optional(name string, present *bool, visit func()) {
	if *present = r.Optional(name); *present {
		visit()
	}
}

func (r *tlsReader) only(drafts spec.Drafts, visit func()) {
	if drafts.Has(r.c.draft) {
		visit()
	}
}

func (r *tlsReader) arm(chosen bool, visit func()) {
	if chosen {
		visit()
	}
}

func (r *tlsReader) whole(string, bool) bool { return r.c.syntax.wholeRoles }
func (r *tlsReader) need(...string)          {}
func (r *tlsReader) codec() *Codec           { return r.c }
func (r *tlsReader) reading() bool           { return true }
func (r *tlsReader) refuse(name, _ string) {
	r.Fail(name, r.Offset(), wire.ValueNotAllowed, 0, 0)
}

func (r *tlsReader) dictionary(name string, d *AppDataDictionary) {
	last := -1
	for range r.Elements(name) {
		start := r.Offset()
		id := ComponentID(r.Uint16("component_id"))
		switch {
		case r.Err() != nil:
			return
		case int(id) == last:
			r.Fail("component_id", start, wire.ElementRepeated, uint64(id), 0)
			return
		case int(id) < last:
			r.Fail("component_id", start, wire.ElementOutOfOrder, uint64(id), uint64(last))
			return
		}
		last = int(id)
		s, ok := slotByID(id)
		if !ok {
			d.Others = append(d.Others, ComponentData{ComponentID: id, Data: Octets(r.Opaque("data"))})
			continue
		}
		component := s.make(d)
		if visit := func() { component.fields(r) }; r.c.bare(component) {
			r.Struct(id.String(), visit) // the length of the data is that of the vector
		} else {
			r.Nested(id.String(), visit)
		}
	}
}

// Append appends a struct to dst. It fails with [*DraftError], with
// [*EncodeError] where a value has no place in the encoding, and with
// [*wire.Error] where one is too long; then it returns dst as it was.
func (c *Codec) Append(dst []byte, s Struct) ([]byte, error) {
	name, err := c.check(s)
	if err != nil {
		return dst, err
	}
	w := &tlsWriter{Writer: wire.NewWriter(name, dst), c: c, structName: name}
	s.fields(w)
	octets, err := w.Done()
	if w.err != nil {
		return octets[:len(dst)], w.err
	}
	if err == nil && c.bare(s) {
		return append(dst, wire.NewReader(name, octets[len(dst):]).Opaque("")...), nil
	}
	return octets, err
}

// Encode returns the octets of a struct. It fails like [Codec.Append].
func (c *Codec) Encode(s Struct) ([]byte, error) {
	octets, err := c.Append(nil, s)
	if err != nil {
		return nil, err
	}
	return octets, nil
}

// EncodeError says that a value has no place in the encoding of a draft.
type EncodeError struct {
	Struct string // the outermost struct, such as "RoomPolicy"
	Field  string // the way to the field, such as "allowed_bots[1].can_read"
	Draft  spec.Draft
	Why    string
}

func (e *EncodeError) Error() string {
	return fmt.Sprintf("%s.%s cannot be written for %s: %s", e.Struct, e.Field, e.Draft, e.Why)
}

// step is one step on the way to a field.
type step struct {
	name  string
	index int // -1 for a struct that is no element
}

// way is the way to the field that is visited.
type way []step

func (w *way) enter(s step) { *w = append(*w, s) }
func (w *way) leave()       { *w = (*w)[:len(*w)-1] }

// to returns the way to a field, such as "roles[2].role_name".
func (w way) to(name string) string {
	var path []byte
	for _, s := range append(w[:len(w):len(w)], step{name, -1}) {
		if len(path) > 0 && s.name != "" {
			path = append(path, '.')
		}
		path = append(path, s.name...)
		if s.index >= 0 {
			path = append(path, '[')
			path = strconv.AppendInt(path, int64(s.index), 10)
			path = append(path, ']')
		}
	}
	return string(path)
}

// tlsWriter writes fields as TLS.
type tlsWriter struct {
	*wire.Writer
	way
	c          *Codec
	structName string
	nowhere    string // why what is visited must be zero; "" where it is written
	err        *EncodeError
}

func (w *tlsWriter) refuse(name, why string) {
	if w.err == nil {
		w.err = &EncodeError{Struct: w.structName, Field: w.to(name), Draft: w.c.draft, Why: why}
	}
}

// writes reports whether a field is written. One that has no place in the
// encoding must be zero.
func (w *tlsWriter) writes(name string, zero bool) bool {
	if w.nowhere == "" {
		return true
	}
	if !zero {
		w.refuse(name, w.nowhere)
	}
	return false
}

func (w *tlsWriter) uint8(name string, value *uint8) {
	if w.writes(name, *value == 0) {
		w.Uint8(*value)
	}
}

func (w *tlsWriter) uint16(name string, value *uint16) {
	if w.writes(name, *value == 0) {
		w.Uint16(*value)
	}
}

func (w *tlsWriter) uint32(name string, value *uint32) {
	if w.writes(name, *value == 0) {
		w.Uint32(*value)
	}
}

func (w *tlsWriter) uint64(name string, value *uint64) {
	if w.writes(name, *value == 0) {
		w.Uint64(*value)
	}
}

func (w *tlsWriter) boolean(name string, value *bool) {
	if w.writes(name, !*value) {
		w.Optional(*value) // the same octets
	}
}

func (w *tlsWriter) enum(name string, value *uint8, names []string) {
	if !w.writes(name, *value == 0) {
		return
	}
	if names != nil && (int(*value) >= len(names) || names[*value] == "") {
		w.refuse(name, fmt.Sprintf("the unknown value %d", *value))
		return
	}
	w.Uint8(*value)
}

func (w *tlsWriter) number(name string, value *uint16, _ registryNames) { w.uint16(name, value) }

func (w *tlsWriter) opaque(name string, value *string) {
	if w.writes(name, *value == "") {
		w.Opaque(name, []byte(*value))
	}
}

func (w *tlsWriter) octets(name string, value *string) { w.opaque(name, value) }

func (w *tlsWriter) fixed(name string, value *string, length int) {
	if !w.writes(name, *value == "") {
		return
	}
	if len(*value) != length {
		w.refuse(name, fmt.Sprintf("%d octets, where %d can be written", len(*value), length))
		return
	}
	w.Octets(name, []byte(*value), length)
}

func (w *tlsWriter) structure(name string, visit func()) {
	w.enter(step{name, -1})
	w.Struct(name, visit)
	w.leave()
}

func (w *tlsWriter) elements(name string, have int, _ bool, visit func(i int)) {
	if !w.writes(name, have == 0) {
		return
	}
	w.Vector(name, func() {
		w.enter(step{name, 0})
		for i := range have {
			w.way[len(w.way)-1].index = i
			visit(i)
		}
		w.leave()
	})
}

func (w *tlsWriter) optional(name string, present *bool, visit func()) {
	if !w.writes(name, !*present) {
		return
	}
	w.Optional(*present)
	if *present {
		visit()
		return
	}
	w.zero("a value that is not present", visit)
}

// zero makes sure that what is visited is zero.
func (w *tlsWriter) zero(why string, visit func()) {
	before := w.nowhere
	w.nowhere = why
	visit()
	w.nowhere = before
}

func (w *tlsWriter) only(drafts spec.Drafts, visit func()) {
	if drafts.Has(w.c.draft) {
		visit()
		return
	}
	w.zero("no field of this draft", visit)
}

func (w *tlsWriter) arm(chosen bool, visit func()) {
	if chosen {
		visit()
		return
	}
	w.zero("no field of this case of the select", visit)
}

func (w *tlsWriter) whole(string, bool) bool { return w.c.syntax.wholeRoles }
func (w *tlsWriter) need(...string)          {}
func (w *tlsWriter) codec() *Codec           { return w.c }
func (w *tlsWriter) reading() bool           { return false }

func (w *tlsWriter) dictionary(name string, d *AppDataDictionary) {
	others := d.Others
	w.Vector(name, func() {
		last := -1
		raw := func(upTo int) {
			for len(others) > 0 && int(others[0].ComponentID) < upTo {
				other := &others[0]
				if _, modelled := slotByID(other.ComponentID); modelled || int(other.ComponentID) <= last {
					w.refuse("others", fmt.Sprintf("component %s is modelled or out of order", other.ComponentID))
					return
				}
				last = int(other.ComponentID)
				w.Uint16(uint16(other.ComponentID))
				w.Opaque("data", []byte(other.Data))
				others = others[1:]
			}
		}
		for _, s := range slots {
			component := s.get(d)
			if component == nil {
				continue
			}
			raw(int(s.id))
			last = int(s.id)
			w.Uint16(uint16(s.id))
			w.component(s.id.String(), component)
		}
		raw(1 << 16)
	})
	if w.err == nil && len(others) > 0 {
		w.refuse("others", fmt.Sprintf("component %s is out of order", others[0].ComponentID))
	}
}

// component writes a component as the data of a dictionary.
func (w *tlsWriter) component(name string, component Struct) {
	if w.c.bare(component) {
		component.fields(w) // the length of the data is that of the vector
		return
	}
	w.enter(step{name, -1})
	w.Vector(name, func() { component.fields(w) })
	w.leave()
}
