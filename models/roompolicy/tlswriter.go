package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

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
