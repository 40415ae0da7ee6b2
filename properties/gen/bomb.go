package gen

import "github.com/mimifuzz/mimifuzz/models/spec"

// Bomb is a message in which a few octets are repeated up to [MaxBomb]: a tower
// of containers, a list of small items, or the octets behind a length that
// lies. It is written down in short.
type Bomb struct {
	Before []byte `json:"before,omitempty"`
	Unit   []byte `json:"unit,omitempty"`
	Count  int    `json:"count,omitempty"` // how often the unit is repeated
	Keys   Keys   `json:"keys,omitempty"`
	Behind []byte `json:"behind,omitempty"`
}

// Keys says whether a number stands before each unit.
type Keys string

// The kinds of keys.
const (
	NoKeys         Keys = ""
	AscendingKeys  Keys = "ascending"
	DescendingKeys Keys = "descending"
)

// MaxBomb is the largest length of what is repeated, in octets.
const MaxBomb = 1 << 20

// Octets returns the message.
func (b *Bomb) Octets() []byte { return b.append(make([]byte, 0, b.size())) }

// size bounds the length of the message in octets.
func (b *Bomb) size() int {
	return len(b.Before) + b.count()*b.step() + len(b.Behind)
}

// step is the largest length of a unit and its key.
func (b *Bomb) step() int {
	if b.Keys != NoKeys {
		return len(b.Unit) + 5
	}
	return max(len(b.Unit), 1)
}

// count is how often the unit is repeated, within the limit.
func (b *Bomb) count() int { return min(max(b.Count, 0), MaxBomb/b.step()) }

func (b *Bomb) append(octets []byte) []byte {
	octets = append(octets, b.Before...)
	n := b.count()
	for i := range n {
		switch b.Keys {
		case AscendingKeys:
			octets = appendHead(octets, 0, i+3) // behind the URIs
		case DescendingKeys:
			octets = appendHead(octets, 0, n-i+2)
		}
		octets = append(octets, b.Unit...)
	}
	return append(octets, b.Behind...)
}

// units are what is repeated.
var units = [...]string{
	"\x81", "\xa1\x01", "\xc6", "\x9f", "\xbf\x01", "\x85\x01\x60\x03\x00\x82\x85\x01\x60\x01\x60\x40", // nest
	"\x86\x01\x60\x00\x03\x00\x82", "\xd8\x50", "\xa2\x02\x00\x01", "\x82\x9f", "\xa1", "\xbf",
	"\x00", "\x80", "\xf7", "\x18\x00", "\x5f\xff", "\x9f\xff", "\xf9\x7e\x01", "\x61\xff", "\x7f\x61a\x61b\xff", "\x5f", // follow
}

// lies are heads that announce more than there is.
var lies = [...]string{
	"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff", "\x7b\x7f\xff\xff\xff\xff\xff\xff\xff", "\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
	"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff", "\x5a\x7f\xff\xff\xff", "\x9a\x7f\xff\xff\xff", "\xba\x7f\xff\xff\xff", "\x9a\x00\x10\x00\x00",
}

// drawBomb puts a bomb in the place of the extensions or the body. One in rare
// is large.
func drawBomb(d spec.Draft, t *Tape, rare int) Bomb {
	b := Bomb{Unit: []byte(units[t.Choose(len(units))]), Count: 1 + t.Choose(64)}
	if t.OneIn(rare) {
		b.Count = 16 * (1 + t.Choose(MaxBomb/16)) / len(b.Unit)
	}
	b.place(d, t, t.Choose(places), t.Choose(len(lies)))
	return b
}

// places is how many there are for units.
const places = 8

// place puts the units into a message.
func (b *Bomb) place(d spec.Draft, t *Tape, where, lie int) {
	w := newContentWriter(d, t)
	w.root = placeSingle
	w.message()
	at := placeExtensions
	if where == 0 {
		at = placeRoot
	}
	m := w.find(at)
	head, tail := "\xa1\x20", "" // one value
	switch where {
	case 0:
		head, tail = "", "\x00"
	case 1:
		tail = "\x00"
	case 2: // the elements of a value that has no length
		head, tail = "\xa1\x20\x9f", "\xff"
	case 3: // the elements of a value
		head = string(appendHead([]byte("\xa1\x20"), majorArray, b.count()))
	case 4: // the values of the extensions
		b.Keys = AscendingKeys
		head = string(appendHead(nil, majorMap, b.count()))
	case 5: // the same in the wrong order, inside a value
		b.Keys = DescendingKeys
		head = string(appendHead([]byte("\xa1\x20"), majorMap, b.count()))
	case 6: // the extensions, without length and in the wrong order
		head, tail, b.Keys = "\xbf", "\xff", DescendingKeys
	case 7:
		head = "\xa1\x20" + lies[lie]
	}
	b.Before = append(append(t.Octets(m.start+len(head)), w.b[:m.start]...), head...)
	b.Behind = append(append(t.Octets(len(w.b)-m.end+len(tail)), tail...), w.b[m.end:]...)
}

// Bombed draws a bomb, or hostile octets.
func Bombed(d spec.Draft, t *Tape) Bomb {
	if t.Bool() {
		return Bomb{Before: Hostile(d, t).Octets}
	}
	return drawBomb(d, t, 64)
}

// LargestBombs are those whose repeated octets are as many as can be, with
// each unit once in each place.
func LargestBombs(d spec.Draft) []Bomb {
	var list []Bomb
	for i, unit := range units {
		for where := range places {
			b := Bomb{Unit: []byte(unit), Count: MaxBomb / len(unit)}
			b.place(d, new(Tape), where, i%len(lies))
			list = append(list, b)
		}
	}
	return list
}
