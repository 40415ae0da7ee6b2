package gen

import (
	"encoding/binary"
	"slices"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FlawedComponent is a struct whose encoding is wrong in one place.
type FlawedComponent struct {
	Component
	Flaw string `json:"flaw"` // such as "length-not-minimal"
}

// CutComponent is a struct and a length that is shorter.
type CutComponent struct {
	Component
	Length int `json:"length"`
}

// TruncatedComponent draws a struct and where it is cut off.
func TruncatedComponent(d spec.Draft, t *Tape) CutComponent {
	c := ValidComponent(d, t)
	return CutComponent{Component: c, Length: t.Choose(len(c.Octets))}
}

// HostileComponent draws a struct and changes some octets, so that it may or
// may not be one.
func HostileComponent(d spec.Draft, t *Tape) Component {
	c := ValidComponent(d, t)
	for range 1 + t.Choose(3) {
		t.Begin()
		if len(c.Octets) == 0 {
			t.End()
			break
		}
		at := t.Choose(min(len(c.Octets), 1<<16))
		switch t.Choose(4) {
		case 0:
			c.Octets[at] = byte(t.Choose(256))
		case 1:
			c.Octets[at] ^= 1 << t.Choose(8)
		case 2:
			c.Octets = slices.Delete(c.Octets, at, at+1)
		case 3:
			c.Octets = slices.Insert(c.Octets, at, byte(t.Choose(256)))
		}
		t.End()
	}
	return c
}

// componentFlaw is one way to make an encoding wrong in one place.
type componentFlaw struct {
	name string
	at   []componentPlace // nil for the whole
	fits func(m *componentMark) bool
	// with returns what stands in place of the octets from m.start to m.end; the
	// lengths around them follow.
	with func(w *componentWriter, m *componentMark) []byte
}

var withLength = []componentPlace{atVector, atOpaque, atData}

var (
	lengthFlaws = []componentFlaw{
		{"length-not-minimal", withLength, func(m *componentMark) bool { return m.head < 4 }, func(w *componentWriter, m *componentMark) []byte {
			head := binary.BigEndian.AppendUint32(nil, 2<<30|uint32(w.length(m)))
			if m.head == 1 && !w.t.Bool() {
				head = binary.BigEndian.AppendUint16(nil, 1<<14|uint16(w.length(m)))
			}
			return append(head, w.content(m)...)
		}},
		{"length-of-8-octets", withLength, nil, func(w *componentWriter, m *componentMark) []byte {
			head := binary.BigEndian.AppendUint64(nil, 3<<62|uint64(w.length(m)))
			return append(head, w.content(m)...)
		}},
		{"length-prefix-reserved", withLength, nil, func(w *componentWriter, m *componentMark) []byte {
			return append([]byte{0xc0 | byte(w.t.Choose(64))}, w.content(m)...)
		}},
		{"length-beyond-end", withLength, nil, func(w *componentWriter, m *componentMark) []byte {
			end := len(w.b)
			if m.around >= 0 {
				end = w.marks[m.around].end
			}
			left := end - m.start - m.head
			return append(lengthHead(left+1+w.t.Choose(64)), w.content(m)...)
		}},
	}
	elementFlaws = []componentFlaw{
		{"element-cut", []componentPlace{atVector}, func(m *componentMark) bool { return m.last >= 0 && m.end-m.last >= 2 }, func(w *componentWriter, m *componentMark) []byte {
			end := m.end - 1 - w.t.Choose(m.end-m.last-1)
			content := w.b[m.start+m.head : end]
			return append(lengthHead(len(content)), content...)
		}},
	}
	presenceFlaws = []componentFlaw{{"presence-octet", []componentPlace{atPresence}, nil, octetFrom(2)}}
	enumFlaws     = []componentFlaw{
		{"boolean-unknown", []componentPlace{atBoolean}, nil, octetFrom(2)},
		{"enum-unknown", []componentPlace{atEnum}, nil, func(w *componentWriter, m *componentMark) []byte {
			if m.known[0] == "" && w.t.Bool() {
				return []byte{0}
			}
			return octetFrom(len(m.known))(w, m)
		}},
	}
	trailingFlaws = []componentFlaw{
		{"trailing-octets", nil, nil, func(w *componentWriter, _ *componentMark) []byte { return append(slices.Clone(w.b), w.surplus()...) }},
		{"trailing-in-component", []componentPlace{atData}, nil, func(w *componentWriter, m *componentMark) []byte {
			content := append(slices.Clone(w.content(m)), w.surplus()...)
			return append(lengthHead(len(content)), content...)
		}},
	}
	dictionaryFlaws = []componentFlaw{
		{"component-repeated", []componentPlace{atEntry}, nil, func(w *componentWriter, m *componentMark) []byte {
			return append(slices.Clone(w.b[m.start:m.end]), w.b[m.start:m.end]...)
		}},
		{"component-out-of-order", []componentPlace{atEntry}, nil, func(w *componentWriter, m *componentMark) []byte {
			return append(slices.Clone(w.b[m.start:m.end]), 0, 0, 0) // behind it component 0, which no other comes before
		}},
	}
)

// octetFrom replaces an octet by one that is not below the least: often by that
// one, which a later or an earlier draft may know, or by the greatest.
func octetFrom(least int) func(*componentWriter, *componentMark) []byte {
	return func(w *componentWriter, _ *componentMark) []byte {
		switch w.t.Choose(4) {
		case 0, 1:
			return []byte{byte(least)}
		case 2:
			return []byte{0xff}
		}
		return []byte{byte(least + w.t.Choose(256-least))}
	}
}

func (w *componentWriter) surplus() []byte {
	return [...][]byte{{0}, {1}, {0xff}, {0, 0, 0, 0}}[w.t.Choose(4)]
}

func (w *componentWriter) content(m *componentMark) []byte { return w.b[m.start+m.head : m.end] }

func (w *componentWriter) length(m *componentMark) int { return m.end - m.start - m.head }

// places returns the indexes of the marks that a flaw can have.
func (f *componentFlaw) places(w *componentWriter) []int {
	var fit []int
	for i := range w.marks {
		if m := &w.marks[i]; slices.Contains(f.at, m.place) && (f.fits == nil || f.fits(m)) {
			fit = append(fit, i)
		}
	}
	return fit
}

// apply makes an encoding wrong, and the lengths around the place right.
func (f *componentFlaw) apply(w *componentWriter) []byte {
	if f.at == nil {
		return f.with(w, nil)
	}
	fit := f.places(w)
	m := &w.marks[fit[w.t.Choose(len(fit))]]
	with := f.with(w, m)
	octets := slices.Concat(w.b[:m.start], with, w.b[m.end:])
	grown := len(with) - (m.end - m.start)
	for i := m.around; i >= 0; i = w.marks[i].around {
		around := &w.marks[i]
		head := lengthHead(w.length(around) + grown)
		octets = slices.Replace(octets, around.start, around.start+around.head, head...)
		grown += len(head) - around.head
	}
	return octets
}

// drawFlawed draws a struct with one of some flaws.
func drawFlawed(flaws []componentFlaw) func(d spec.Draft, t *Tape) FlawedComponent {
	type pair struct {
		flaw *componentFlaw
		of   *componentStruct
	}
	draw := func(d spec.Draft, t *Tape, s *componentStruct) (*componentWriter, Component) {
		w := newComponentWriter(d, t)
		w.least = 1
		return w, w.component(s)
	}
	// A struct has the place of a flaw if the simplest one has it.
	pairs := sync.OnceValue(func() map[spec.Draft][]pair {
		of := map[spec.Draft][]pair{}
		for d, structs := range componentStructsOf {
			for i := range flaws {
				for _, s := range structs {
					var zeros Tape
					if w, _ := draw(d, &zeros, s); flaws[i].at == nil || len(flaws[i].places(w)) > 0 {
						of[d] = append(of[d], pair{&flaws[i], s})
					}
				}
			}
		}
		return of
	})
	return func(d spec.Draft, t *Tape) FlawedComponent {
		list := pairs()[d]
		p := list[t.Choose(len(list))]
		w, c := draw(d, t, p.of)
		if p.flaw.at != nil && len(p.flaw.places(w)) == 0 {
			var zeros Tape
			w, c = draw(d, &zeros, p.of)
			w.t = t
		}
		c.Octets = p.flaw.apply(w)
		return FlawedComponent{Component: c, Flaw: p.flaw.name}
	}
}

// The draws of structs with one flaw. Each gives structs of the drafts that
// have the place of the flaw.
var (
	LengthFlaw     = drawFlawed(lengthFlaws)     // a length that is not minimal, or reserved, or goes too far
	ElementFlaw    = drawFlawed(elementFlaws)    // a vector that ends inside its last element
	PresenceFlaw   = drawFlawed(presenceFlaws)   // an octet that says neither absent nor present
	EnumFlaw       = drawFlawed(enumFlaws)       // a value that an enum has not
	TrailingFlaw   = drawFlawed(trailingFlaws)   // octets behind a struct, or inside the data of a component
	DictionaryFlaw = drawFlawed(dictionaryFlaws) // components twice, or not in order
)
