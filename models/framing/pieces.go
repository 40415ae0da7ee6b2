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
	roleWhole // a URI with its length, where short lengths are told from long ones
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

	counting bool // see counted
	measured bool // whether a proof needed clash.go
	// distinct is what letters returns, once it is known.
	distinct []byte
}

func newPuzzle(l Layout, d Domain, bound, wrap bool, limit uint64) *puzzle {
	z := &puzzle{layout: l, domain: d, bound: bound, wrap: wrap, limit: limit}
	z.prepare()
	return z
}

// counted returns the same puzzle with automata that count the first octets of
// a URI with a length, so that a long length has a long URI. They are large.
func (z *puzzle) counted() *puzzle {
	y := &puzzle{layout: z.layout, domain: z.domain, bound: z.bound, wrap: z.wrap, limit: z.limit, counting: true}
	y.prepare()
	return y
}

func (z *puzzle) prepare() {
	// An extension holds text, so a bound URI is UTF-8.
	if z.bound && z.domain == Octets {
		z.domain = UTF8
	}
	for _, c := range z.layout.Components {
		if c.Field == Literal {
			z.pieces = append(z.pieces, piece{role: roleLiteral, octets: compile(text(string(c.Literal)))})
			continue
		}
		p := piece{field: c.Field, encoding: c.Encoding, wraps: z.wrap && c.wraps()}
		if z.counting && c.Encoding != Raw && !p.wraps && c.Field.majorType() == 3 {
			p.role, p.octets = roleWhole, z.wholeAutomaton(c)
			z.pieces = append(z.pieces, p)
			continue
		}
		if c.Encoding != Raw {
			p.role, p.octets = roleHead, z.headAutomaton(c)
			z.pieces = append(z.pieces, p)
		}
		p.role, p.octets = roleValue, z.valueAutomaton(c.Field)
		z.pieces = append(z.pieces, p)
	}
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

// numberExpr accepts the numbers from lo to hi, which is no less, in that many
// octets, most significant first.
func numberExpr(octets int, lo, hi uint64) *expr {
	if octets == 0 {
		return cat()
	}
	shift := 8 * (octets - 1)
	rest := uint64(1)<<shift - 1
	first, last := byte(lo>>shift), byte(hi>>shift)
	switch {
	case first == last:
		return cat(between(first, first), numberExpr(octets-1, lo&rest, hi&rest))
	case lo&rest == 0 && hi&rest == rest:
		return cat(between(first, last), times(anyOctet, octets-1, octets-1))
	}
	return alt(
		cat(between(first, first), numberExpr(octets-1, lo&rest, rest)),
		cat(between(last, last), numberExpr(octets-1, 0, hi&rest)),
		cat(between(first+1, last-1), times(anyOctet, octets-1, octets-1)), // perhaps none
	)
}

// longURI is the length in octets from which wholeAutomaton stops to count. The
// first 0xf6 or 0x58 0x20 of a message, which no URI of RFC 3986 holds, comes
// before it.
const longURI = 20

// wholeAutomaton accepts a length and a URI, and wants at least longURI octets
// after a length that says so.
func (z *puzzle) wholeAutomaton(c Component) *dfa {
	most := min(z.limit, c.Encoding.max())
	least := uint64(z.shortest(c.Field))
	heads := []*dfa{nil, nil} // of short and of long URIs, nil if there are none
	uri := z.domain.automaton(c.Field)
	parts := []piece{{octets: uri}}
	for i, bounds := range [][2]uint64{{least, min(most, longURI-1)}, {max(least, longURI), most}} {
		if bounds[0] <= bounds[1] {
			heads[i] = compile(headExpr(headKey{c.Encoding, c.Field.majorType(), bounds[0], bounds[1]}))
			parts = append(parts, piece{octets: heads[i]})
		}
	}
	classOf, representatives := jointClasses(parts)

	// While a head is read, both automata of heads run, each in a state or
	// dead. Then uri runs, and owed counts what a long URI still lacks.
	type state struct {
		heads [2]int16
		uri   int16
		owed  int8
	}
	start := state{uri: dead}
	for i := range heads {
		if heads[i] == nil {
			start.heads[i] = dead
		}
	}
	number := map[state]int{start: 0}
	states := []state{start}
	var next [][]int
	var accept []bool
	for i := 0; i < len(states); i++ {
		from := states[i]
		row := make([]int, len(representatives))
		for class, o := range representatives {
			to := state{heads: [2]int16{dead, dead}, uri: dead}
			if from.uri != dead {
				to.uri, to.owed = uri.step(from.uri, o), max(0, from.owed-1)
			}
			for k, h := range heads {
				if from.heads[k] == dead {
					continue
				}
				if to.heads[k] = h.step(from.heads[k], o); to.heads[k] != dead && h.accept[to.heads[k]] {
					// No head begins another, so this is the end of it.
					to = state{heads: [2]int16{dead, dead}, uri: 0, owed: int8(k * longURI)}
					break
				}
			}
			row[class] = dead
			if to.uri == dead && to.heads == [2]int16{dead, dead} {
				continue
			}
			n, ok := number[to]
			if !ok {
				n = len(states)
				number[to] = n
				states = append(states, to)
			}
			row[class] = n
		}
		next = append(next, row)
		accept = append(accept, from.uri != dead && uri.accept[from.uri] && from.owed == 0)
	}
	return minimise(next, accept, classOf, representatives)
}
