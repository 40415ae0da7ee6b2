package franking

import (
	"math"

	"github.com/mimifuzz/mimifuzz/models/wire"
)

// The application components of franking: protocol-06, sections 10.1 and 10.2.
// Earlier drafts leave the numbers open; these are used for them as well.
const (
	FrankAADComponent      = 0x0020
	FrankingAgentComponent = 0x0021
)

// ComponentData is an octet string with the component that it belongs to: an
// item of a SafeAAD or an AppDataDictionary (draft-ietf-mls-extensions,
// sections 4.6 and 4.9).
type ComponentData struct {
	ComponentID uint32 // of 16 bits, or as [Options] say
	Data        []byte
}

// SafeAAD is the authenticated_data of a message in a group with the safe_aad
// component: its items in increasing order of their components.
type SafeAAD []ComponentData

// Item returns the data of the item of a component, nil if there is none.
func (a SafeAAD) Item(component uint32) []byte {
	for i := range a {
		if a[i].ComponentID == component {
			return a[i].Data
		}
	}
	return nil
}

// readComponents reads a list of component data, strictly increasing, and calls
// each for every one of them.
func readComponents(r *wire.Reader, list, data string, wide bool, each func(id uint32, data []byte)) {
	var last uint32
	for i := range r.Elements(list) {
		start := r.Offset()
		id := componentID(r, wide)
		switch {
		case i > 0 && id == last:
			r.Fail("component_id", start, wire.ElementRepeated, uint64(id), uint64(last))
		case id < last:
			r.Fail("component_id", start, wire.ElementOutOfOrder, uint64(id), uint64(last))
		}
		last = id
		if octets := r.Opaque(data); r.Err() == nil {
			each(id, octets)
		}
	}
}

func componentID(r *wire.Reader, wide bool) uint32 {
	if wide {
		return r.Uint32("component_id")
	}
	return uint32(r.Uint16("component_id"))
}

// writeComponents writes a list of component data in the order that it has, so
// that a wrong one can be written too.
func writeComponents(w *wire.Writer, list, data string, wide bool, items []ComponentData) {
	w.Vector(list, func() {
		for i := range items {
			switch id := items[i].ComponentID; {
			case wide:
				w.Uint32(id)
			case id > math.MaxUint16:
				w.Fail("component_id", wire.ValueNotAllowed, uint64(id), math.MaxUint16)
			default:
				w.Uint16(uint16(id))
			}
			w.Opaque(data, items[i].Data)
		}
	})
}

// Append appends a SafeAAD with component IDs of 16 bits, or of 32 bits if
// wide. It fails with a [*wire.Error], as where an ID has more bits.
func (a SafeAAD) Append(dst []byte, wide bool) ([]byte, error) {
	w := wire.NewWriter("SafeAAD", dst)
	writeComponents(w, "aad_items", "aad_item_data", wide, a)
	return w.Done()
}

// ReadSafeAAD reads a SafeAAD with component IDs of 16 bits, or of 32 bits if
// wide. The items alias the octets. It fails with a [*wire.Error].
func ReadSafeAAD(octets []byte, wide bool) (SafeAAD, error) {
	r := wire.NewReader("SafeAAD", octets)
	a := readSafeAAD(r, wide)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return a, nil
}

func readSafeAAD(r *wire.Reader, wide bool) SafeAAD {
	var a SafeAAD
	readComponents(r, "aad_items", "aad_item_data", wide, func(id uint32, data []byte) {
		a = append(a, ComponentData{ComponentID: id, Data: data})
	})
	return a
}

// readTag returns the franking_tag in authenticated_data, nil if there is none.
// It fails with a [*wire.Error].
func (s *Scheme) readTag(authenticatedData []byte) ([]byte, error) {
	if len(authenticatedData) == 0 {
		return nil, nil
	}
	r := wire.NewReader("SafeAAD", authenticatedData)
	var tag []byte
	readComponents(r, "aad_items", "aad_item_data", s.wideComponents, func(id uint32, data []byte) {
		if id != FrankAADComponent {
			return
		}
		if tag = data; len(data) != MACOctets {
			r.Fail("aad_item_data", r.Offset()-len(data), wire.LengthNotAllowed, uint64(len(data)), MACOctets)
		}
	})
	if s.moreAAD {
		r.Octets("", r.Left())
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	return tag, nil
}
