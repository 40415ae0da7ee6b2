package wire

import (
	"fmt"
	"strings"
)

// step is one step on the way to a field: a field of a struct, or, with an
// index, an element of a vector.
type step struct {
	field string
	index int // -1 for the field itself
}

// nearSteps is how deep structs nest without an allocation.
const nearSteps = 6

// path is the way from the outermost struct to the one that is read or
// written. It becomes words only when there is an error to tell of.
type path struct {
	structName string
	depth      int
	near       [nearSteps]step
	far        []step // those beyond near
}

func (p *path) enter(field string) {
	if p.depth < nearSteps {
		p.near[p.depth] = step{field, -1}
	} else {
		p.far = append(p.far, step{field, -1})
	}
	p.depth++
}

func (p *path) leave() {
	p.depth--
	if p.depth >= nearSteps {
		p.far = p.far[:p.depth-nearSteps]
	}
}

func (p *path) step(i int) *step {
	if i < nearSteps {
		return &p.near[i]
	}
	return &p.far[i-nearSteps]
}

func (p *path) last() *step { return p.step(p.depth - 1) }

// to returns the way to a field, such as "roles[2].role_capabilities".
func (p *path) to(field string) string {
	var b strings.Builder
	name := func(field string) {
		if b.Len() > 0 && field != "" {
			b.WriteByte('.')
		}
		b.WriteString(field)
	}
	for i := range p.depth {
		s := p.step(i)
		name(s.field)
		if s.index >= 0 {
			fmt.Fprintf(&b, "[%d]", s.index)
		}
	}
	name(field)
	return b.String()
}
