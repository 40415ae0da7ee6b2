package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// tlsReader reads fields from TLS.
type tlsReader struct {
	*wire.Reader
	c    *Codec
	bare bool // whether the vector that comes next ends where the input does
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
	if r.bare {
		r.bare = false
		for i := 0; r.Left() > 0; i++ {
			r.Struct(fmt.Sprintf("%s[%d]", name, i), func() { visit(i) })
		}
		return
	}
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
		case int(id) < last:
			r.Fail("component_id", start, wire.ElementOutOfOrder, uint64(id), uint64(last))
			return
		case int(id) == last:
			r.Fail("component_id", start, wire.ElementRepeated, uint64(id), 0)
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
