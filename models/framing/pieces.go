package framing

import (
	"math"
	"sync"
)

// Facts of a content message that the analyser relies on: see messageExpr.
const (
	saltLength      = 16 // octets
	shortestMessage = 27 // octets: no topic, no extension, a null part
)

// fieldSet is a set of fields.
type fieldSet uint8

func setOf(fields ...Field) (s fieldSet) {
	for _, f := range fields {
		s |= 1 << f
	}
	return s
}

func (s fieldSet) has(f Field) bool { return s>>f&1 == 1 }

// role says what a piece is to its component.
type role uint8

const (
	roleLiteral role = iota
	roleHead         // the length of a value; the value is the next piece
	roleValue
)

// piece is a part of a component that an automaton describes. A raw component
// is one piece, one with a length is two.
type piece struct {
	role     role
	field    Field
	encoding Encoding
	wraps    bool // the length may be less than that of the value
	octets   *dfa
}

// wraps reports whether a length of the component can be too great for its
// encoding. CBOR and len64 hold every length that an octet string can have.
func (c Component) wraps() bool {
	return c.Field != Literal && c.Field != Salt &&
		(c.Encoding == Len8 || c.Encoding == Len16 || c.Encoding == Len32 || c.Encoding == Varint)
}

// puzzle is one question: are there two different tuples of the domain that
// the layout cannot tell apart?
type puzzle struct {
	layout Layout
	domain Domain
	bound  bool
	wrap   bool   // lengths wrap instead of being errors
	limit  uint64 // of every length field, in octets
	pieces []piece
	// distinct is what letters returns, once it is known.
	distinct []byte
}

func newPuzzle(l Layout, d Domain, bound, wrap bool, limit uint64) *puzzle {
	// An extension holds text, so a bound URI is UTF-8.
	if bound && d == Octets {
		d = UTF8
	}
	z := &puzzle{layout: l, domain: d, bound: bound, wrap: wrap, limit: limit}
	for _, c := range l.Components {
		if c.Field == Literal {
			z.pieces = append(z.pieces, piece{role: roleLiteral, octets: compile(text(string(c.Literal)))})
			continue
		}
		p := piece{field: c.Field, encoding: c.Encoding, wraps: z.wrap && c.wraps()}
		if c.Encoding != Raw {
			p.role, p.octets = roleHead, z.headAutomaton(c)
			z.pieces = append(z.pieces, p)
		}
		p.role, p.octets = roleValue, z.valueAutomaton(c.Field)
		z.pieces = append(z.pieces, p)
	}
	return z
}

// valueAutomaton describes the values of a field. For the message it accepts
// more than that, which makes proofs harder, never wrong.
func (z *puzzle) valueAutomaton(f Field) *dfa {
	switch f {
	case Message:
		return messageAutomaton()
	case Salt:
		return saltAutomaton()
	}
	return z.domain.automaton(f)
}

var (
	messageAutomaton = automatonOf(messageExpr)
	saltAutomaton    = automatonOf(func() *expr { return times(anyOctet, saltLength, saltLength) })
)

// messageExpr accepts every content message: an array of 7 with a salt of 16
// octets, perhaps a message that is replaced, a topic, and at least 7 octets
// for the rest (draft-ietf-mimi-content-09, section 4).
func messageExpr() *expr {
	id := cat(text("\x58\x20"), times(anyOctet, 32, 32))
	return cat(text("\x87\x50"), times(anyOctet, saltLength, saltLength), alt(text("\xf6"), id),
		between(0x40, 0x5b), times(anyOctet, 7, 7), star(anyOctet))
}

// shortest returns the length of the shortest value of a field.
func (z *puzzle) shortest(f Field) int {
	switch f {
	case Message:
		return shortestMessage
	case Salt:
		return saltLength
	}
	return z.domain.automaton(f).shortest
}

type headKey struct {
	encoding       Encoding
	major          byte
	shortest, most uint64
}

var headAutomata struct {
	sync.Mutex
	m map[headKey]*dfa
}

// headAutomaton accepts every head that a component can have.
func (z *puzzle) headAutomaton(c Component) *dfa {
	k := headKey{c.Encoding, c.Field.majorType(), uint64(z.shortest(c.Field)), min(z.limit, c.Encoding.max())}
	if c.Field == Salt {
		k.most = saltLength
	} else if z.wrap && c.wraps() {
		k.shortest, k.most = 0, c.Encoding.max()
	}
	headAutomata.Lock()
	defer headAutomata.Unlock()
	if a := headAutomata.m[k]; a != nil {
		return a
	}
	a := compile(headExpr(k))
	if headAutomata.m == nil {
		headAutomata.m = map[headKey]*dfa{}
	}
	headAutomata.m[k] = a
	return a
}

func headExpr(k headKey) *expr {
	size := map[Encoding]int{Len8: 1, Len16: 2, Len32: 4, Len64: 8}[k.encoding]
	if size > 0 {
		return numberExpr(size, k.shortest, k.most)
	}
	e := alt()
	form := func(octets int, first, least, most uint64) {
		if lo, hi := max(least, k.shortest), min(most, k.most); lo <= hi {
			e.parts = append(e.parts, numberExpr(octets, first|lo, first|hi))
		}
	}
	if k.encoding == Varint {
		form(1, 0, 0, 1<<6-1)
		form(2, 1<<14, 1<<6, 1<<14-1)
		form(4, 2<<30, 1<<14, maxVarint)
		return e
	}
	major := uint64(k.major) << 5
	form(1, major, 0, 23)
	form(2, (major|24)<<8, 24, math.MaxUint8)
	form(3, (major|25)<<16, math.MaxUint8+1, math.MaxUint16)
	form(5, (major|26)<<32, math.MaxUint16+1, math.MaxUint32)
	if lo, hi := max(math.MaxUint32+1, k.shortest), k.most; lo <= hi {
		first := byte(major | 27)
		e.parts = append(e.parts, cat(between(first, first), numberExpr(8, lo, hi)))
	}
	return e
}

// numberExpr accepts the numbers from lo to hi in that many octets, most
// significant first.
func numberExpr(octets int, lo, hi uint64) *expr {
	if octets == 0 {
		return cat()
	}
	if octets < 8 {
		hi = min(hi, 1<<(8*octets)-1)
	}
	shift := 8 * (octets - 1)
	rest := uint64(1)<<shift - 1
	first, last := byte(lo>>shift), byte(hi>>shift)
	switch {
	case lo > hi:
		return alt()
	case first == last:
		return cat(between(first, first), numberExpr(octets-1, lo&rest, hi&rest))
	case lo&rest == 0 && hi&rest == rest:
		return cat(between(first, last), times(anyOctet, octets-1, octets-1))
	}
	e := alt(
		cat(between(first, first), numberExpr(octets-1, lo&rest, rest)),
		cat(between(last, last), numberExpr(octets-1, 0, hi&rest)),
	)
	if last-first > 1 {
		e.parts = append(e.parts, cat(between(first+1, last-1), times(anyOctet, octets-1, octets-1)))
	}
	return e
}
