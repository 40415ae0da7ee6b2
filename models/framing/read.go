package framing

import (
	"bytes"
	"fmt"
)

// NoReadingError says that no tuple of the domain lays out to the octets.
type NoReadingError struct{ Length int } // octets of the input

func (e *NoReadingError) Error() string {
	return fmt.Sprintf("no tuple of the domain lays out to these %d octets", e.Length)
}

// AmbiguousReadingError says that two different tuples, or more, lay out to the
// octets.
type AmbiguousReadingError struct{ Readings [2]Tuple }

func (e *AmbiguousReadingError) Error() string {
	return fmt.Sprintf("two tuples lay out to these octets: sender %s with room %s, and sender %s with room %s",
		show(e.Readings[0].Sender), show(e.Readings[0].Room), show(e.Readings[1].Sender), show(e.Readings[1].Room))
}

// UnreadableError says that reading was given up: the octets are too many, or
// have too many partial readings.
type UnreadableError struct {
	Reason string
}

func (e *UnreadableError) Error() string { return "the octets cannot be read back: " + e.Reason }

// Limits of Read.
const (
	maxReadLength = 1 << 24   // octets
	maxReadSteps  = 1_000_000 // places where a field may end that are tried
)

// Read is the left inverse of [Layout.Append]: it returns the one tuple whose
// URIs lie in d, whose salt is that of its message and, with bound, whose
// message names both URIs, that lays out to octets. Fields that the layout
// lacks stay nil, but for those that the message gives: the salt and, with
// bound, the URIs.
//
// It fails with [*NoReadingError] if there is none, [*AmbiguousReadingError] if
// there are several, and [*UnreadableError] if there is too much to try. It
// copies nothing: the tuple shares memory with octets.
func (l Layout) Read(octets []byte, d Domain, bound bool) (Tuple, error) {
	if len(octets) > maxReadLength {
		return Tuple{}, &UnreadableError{Reason: fmt.Sprintf("more than %d octets", maxReadLength)}
	}
	if len(l.Components) > maxComponents || d >= domainEnd {
		return Tuple{}, &UnreadableError{Reason: fmt.Sprintf("more than %d components, or no domain", maxComponents)}
	}
	if octets == nil {
		octets = []byte{} // a nil field is one that is not known yet
	}
	r := splitter{layout: l, octets: octets, domain: d, bound: bound, steps: maxReadSteps, failed: map[place]bool{}}
	return r.read()
}

// place is a component that may begin at an offset.
type place struct{ component, offset int }

// splitter tries every place where a field can end, depth first.
type splitter struct {
	layout Layout
	octets []byte
	domain Domain
	bound  bool
	steps  int
	found  []Tuple
	// failed holds the places from which the end is not reached whatever the
	// fields before hold.
	failed map[place]bool
}

func (r *splitter) read() (Tuple, error) {
	r.split(0, 0, Tuple{})
	switch {
	case len(r.found) > 1:
		return Tuple{}, &AmbiguousReadingError{Readings: [2]Tuple(r.found)}
	case r.steps <= 0:
		return Tuple{}, &UnreadableError{Reason: fmt.Sprintf("more than %d places where a field may end", maxReadSteps)}
	case len(r.found) == 0:
		return Tuple{}, &NoReadingError{Length: len(r.octets)}
	}
	return r.found[0], nil
}

// split reads the components from index i on at an offset, with the fields of t
// known if they are not nil. It reports whether what comes of it depends on t: a
// reading does, and so does a failure after a comparison.
func (r *splitter) split(i, at int, t Tuple) (dependent bool) {
	if r.steps--; r.steps <= 0 || len(r.found) > 1 {
		return true
	}
	if i == len(r.layout.Components) {
		if at < len(r.octets) {
			return false
		}
		r.found = append(r.found, t) // fields that end elsewhere make another tuple
		return true
	}
	here := place{i, at}
	if r.failed[here] {
		return false
	}
	dependent = r.component(i, at, t)
	if !dependent {
		r.failed[here] = true
	}
	return dependent
}

func (r *splitter) component(i, at int, t Tuple) (dependent bool) {
	c := r.layout.Components[i]
	rest := r.octets[at:]
	if c.Field == Literal {
		return bytes.HasPrefix(rest, c.Literal) && r.split(i+1, at+len(c.Literal), t)
	}
	if known := t.Field(c.Field); known != nil {
		h := c.head(uint64(len(known)))
		head := h.octets[:h.size]
		if uint64(len(known)) <= c.Encoding.max() && bytes.HasPrefix(rest, head) && bytes.HasPrefix(rest[h.size:], known) {
			r.split(i+1, at+h.size+len(known), t)
		}
		return true
	}
	if c.Encoding != Raw {
		value, size := c.cut(rest)
		return value != nil && r.take(i, c.Field, value, at+size, t)
	}
	switch c.Field {
	case Message:
		m, err := readMessage(rest)
		return err == nil && r.take(i, Message, rest[:m.size:m.size], at+m.size, t)
	case Salt:
		return len(rest) >= saltLength && r.take(i, Salt, rest[:saltLength:saltLength], at+saltLength, t)
	}
	a := r.domain.automaton(c.Field)
	q := int16(0)
	for n := 0; ; n++ {
		if a.accept[q] {
			next := t
			next.set(c.Field, rest[:n:n])
			dependent = r.split(i+1, at+n, next) || dependent
		}
		if n == len(rest) || r.steps <= 0 || len(r.found) > 1 {
			return dependent
		}
		r.steps--
		if q = a.step(q, rest[n]); q == dead {
			return dependent
		}
	}
}

// take goes on with a value for a field, if the field can have it.
func (r *splitter) take(i int, f Field, value []byte, at int, t Tuple) (dependent bool) {
	switch f {
	case Sender, Room:
		if !r.domain.Contains(f, value) {
			return false
		}
		t.set(f, value)
	case Salt:
		if len(value) != saltLength {
			return false
		}
		t.Salt = value
	case Message:
		m, err := readMessage(value)
		if err != nil || m.size != len(value) {
			return false
		}
		if t.Salt != nil && !bytes.Equal(t.Salt, m.salt) {
			return true
		}
		t.Message, t.Salt = value, m.salt
		if r.bound {
			if m.sender == nil || m.room == nil {
				return false
			}
			if t.Sender != nil && !bytes.Equal(t.Sender, m.sender) || t.Room != nil && !bytes.Equal(t.Room, m.room) {
				return true
			}
			if !r.domain.Contains(Sender, m.sender) || !r.domain.Contains(Room, m.room) {
				return false
			}
			t.Sender, t.Room = m.sender, m.room
		}
	}
	return r.split(i+1, at, t)
}

// set sets the URI of a field.
func (t *Tuple) set(f Field, uri []byte) {
	if f == Sender {
		t.Sender = uri
	} else {
		t.Room = uri
	}
}

// cut returns the value of an encoded component at the start of octets, and the
// size of the component, or nil. Heads that are not the shortest are refused.
func (c Component) cut(octets []byte) (value []byte, size int) {
	var n uint64
	headSize := 0
	switch c.Encoding {
	case Len8, Len16, Len32, Len64:
		headSize = 1 << (c.Encoding - Len8)
		if len(octets) < headSize {
			return nil, 0
		}
		for _, o := range octets[:headSize] {
			n = n<<8 | uint64(o)
		}
	case Varint:
		if len(octets) == 0 || octets[0]>>6 == 3 {
			return nil, 0
		}
		headSize = 1 << (octets[0] >> 6)
		if len(octets) < headSize {
			return nil, 0
		}
		n = uint64(octets[0] & 0x3f)
		for _, o := range octets[1:headSize] {
			n = n<<8 | uint64(o)
		}
	case CBOR:
		r := cborReader{rest: octets}
		major, argument, ok := r.head()
		if !ok || major != c.Field.majorType() {
			return nil, 0
		}
		n, headSize = argument, len(octets)-len(r.rest)
	}
	h := c.head(n)
	if n > uint64(len(octets)-headSize) || h.size != headSize {
		return nil, 0
	}
	size = headSize + int(n)
	return octets[headSize:size:size], size
}
