package framing

import (
	"bytes"
	"cmp"
	"slices"
)

// The search for two tuples with the same octets. It chooses the lengths of all
// fields of both, lays both out over one word, and asks of each octet of the
// word to be what both say. Messages come from one template with free octets
// in its salt, its topic and its content, so that one can carry another.

const (
	maxWitness = 1 << 20 // octets of the word that both tuples share
	maxChecks  = 120_000 // pairs of shapes, complete or not, that are compared
	// enoughChecks are left once an elaborate witness is found.
	enoughChecks = 10_000
	maxWork      = 2 << 20 // octets that are solved
)

// shape is a tuple but for its octets: the lengths of its parts.
type shape struct {
	sender, room   int
	replaces       bool // whether the message replaces another
	topic, content int
}

func (s *shape) size(f Field) int {
	if f == Sender {
		return s.sender
	}
	return s.room
}

func (s *shape) set(f Field, size int) {
	if f == Sender {
		s.sender = size
	} else {
		s.room = size
	}
}

// segment is a stretch of the word as one of the two tuples has it: fixed
// octets, or variables that are numbered from first.
type segment struct {
	at, size int
	fixed    []byte // nil for variables
	first    int32
	field    Field // Sender or Room if the variables are those of a URI
}

// plan is a shape that is laid out.
type plan struct {
	z        *puzzle
	shape    shape
	base     int32 // the number of its first variable
	segments []segment
	at       int
	heads    []byte // the octets of the lengths
	// content is where the content of the first message begins, at least; -1
	// before that is known.
	content int
	// ahead: a partial layout guesses how long the head of a message is, and
	// goes on after it.
	ahead bool
	// anchors are offsets at which something begins or ends.
	anchors []int
}

// hashSHA256 is the identifier of SHA-256 in the registry of named information
// hashes. The ID of a message begins with one, and few receivers know others.
const hashSHA256 = 0x01

const contentType = "application/octet-stream"

var (
	messageStart  = []byte{0x87, 0x50}
	noReplaces    = []byte{0xf6}
	replacesStart = []byte{0x58, 0x20}
	replacesHash  = []byte{hashSHA256}
	noExpiry      = []byte{0xf6, 0xf6} // and in reply to nothing
	noExtensions  = []byte{0xa0}
	twoExtensions = []byte{0xa2, 0x01}
	roomKey       = []byte{0x02}
	partStart     = append([]byte{0x85, 0x01, 0x60, 0x01, 0x78, 0x18}, contentType...)
)

func stringHeadSize(n int) int {
	var h head
	h.cbor(0, uint64(n))
	return h.size
}

// messageSize returns the length of the message in octets.
func (p *plan) messageSize() int {
	s := &p.shape
	n := 2 + saltLength + 1 + stringHeadSize(s.topic) + s.topic + 2 + 1 +
		len(partStart) + stringHeadSize(s.content) + s.content
	if s.replaces {
		n += 33
	}
	if p.z.bound {
		n += 2 + stringHeadSize(s.sender) + s.sender + stringHeadSize(s.room) + s.room
	}
	return n
}

// The variables of a tuple, in order.
func (p *plan) variablesOf(f Field) int32 {
	if f == Sender {
		return p.base
	}
	return p.base + int32(p.shape.sender)
}
func (p *plan) saltVariables() int32     { return p.base + int32(p.shape.sender+p.shape.room) }
func (p *plan) replacesVariables() int32 { return p.saltVariables() + saltLength }
func (p *plan) topicVariables() int32    { return p.replacesVariables() + 32 }
func (p *plan) contentVariables() int32  { return p.topicVariables() + int32(p.shape.topic) }
func (p *plan) variables() int {
	return p.shape.sender + p.shape.room + saltLength + 32 + p.shape.topic + p.shape.content
}

func (p *plan) fixed(octets []byte) {
	p.segments = append(p.segments, segment{at: p.at, size: len(octets), fixed: octets})
	p.at += len(octets)
}

func (p *plan) free(first int32, size int, f Field) {
	if size > 0 {
		p.segments = append(p.segments, segment{at: p.at, size: size, first: first, field: f})
		p.at += size
	}
}

func (p *plan) stringHead(major byte, n int) {
	var h head
	h.cbor(major, uint64(n))
	p.head(h)
}

func (p *plan) head(h head) {
	if h.size == 0 {
		return
	}
	start := len(p.heads)
	p.heads = append(p.heads, h.octets[:h.size]...)
	p.fixed(p.heads[start:len(p.heads):len(p.heads)])
}

func (p *plan) anchor() { p.anchors = append(p.anchors, p.at) }

// lay lays out all components before the one at index end. With a partial
// shape it stops where the content of a message begins, as all that follows
// depends on its length.
func (p *plan) lay(end int, partial bool) {
	p.segments, p.heads, p.anchors = p.segments[:0], p.heads[:0], p.anchors[:0]
	p.at, p.content = 0, -1
	for _, c := range p.z.layout.Components[:end] {
		p.anchor()
		switch c.Field {
		case Literal:
			p.fixed(c.Literal)
		case Salt:
			p.head(c.head(saltLength))
			p.free(p.saltVariables(), saltLength, Literal)
		case Message:
			switch {
			case !partial || c.Encoding == Raw:
				p.head(c.head(uint64(p.messageSize())))
			case p.ahead:
				// The content is to hold a message: about twice the shortest one.
				const few = 54 // octets
				p.at += c.head(uint64(p.messageSize() + few)).size
			default:
				p.content = p.at
				return
			}
			p.message(partial)
			if partial {
				return
			}
		default:
			p.head(c.head(uint64(p.shape.size(c.Field))))
			p.anchor()
			p.free(p.variablesOf(c.Field), p.shape.size(c.Field), c.Field)
		}
	}
	p.anchor()
}

func (p *plan) message(partial bool) {
	s := &p.shape
	p.fixed(messageStart)
	p.free(p.saltVariables(), saltLength, Literal)
	if s.replaces {
		p.fixed(replacesStart)
		known := 0
		if p.z.domain <= UTF8 {
			// Any URI can hold this octet: little is lost, if lengths can be long.
			p.fixed(replacesHash)
			known = len(replacesHash)
		}
		p.anchor()
		p.free(p.replacesVariables()+int32(known), 32-known, Literal)
	} else {
		p.fixed(noReplaces)
	}
	p.stringHead(2, s.topic)
	if s.topic > 0 {
		p.anchor()
		p.free(p.topicVariables(), s.topic, Literal)
	}
	p.fixed(noExpiry)
	if p.z.bound {
		p.fixed(twoExtensions)
		p.stringHead(3, s.sender)
		p.free(p.variablesOf(Sender), s.sender, Sender)
		p.fixed(roomKey)
		p.stringHead(3, s.room)
		p.free(p.variablesOf(Room), s.room, Room)
	} else {
		p.fixed(noExtensions)
	}
	p.fixed(partStart)
	p.content = p.at
	if partial {
		// The head of the content has one to three octets in most witnesses.
		p.anchors = append(p.anchors, p.at+1, p.at+2, p.at+3)
		return
	}
	p.stringHead(2, s.content)
	p.free(p.contentVariables(), s.content, Literal)
}

// agree reports whether no octet that one plan fixes is fixed to another value,
// or outside the alphabet of a URI, in the other plan. It is cheap: it looks at
// fixed octets only.
func agree(a, b *plan) bool {
	j := 0
	for i := range a.segments {
		s := &a.segments[i]
		for j < len(b.segments) && b.segments[j].at+b.segments[j].size <= s.at {
			j++
		}
		for k := j; k < len(b.segments) && b.segments[k].at < s.at+s.size; k++ {
			t := &b.segments[k]
			if s.fixed == nil && t.fixed == nil {
				continue
			}
			from, to := max(s.at, t.at), min(s.at+s.size, t.at+t.size)
			switch {
			case s.fixed != nil && t.fixed != nil:
				if !bytes.Equal(s.fixed[from-s.at:to-s.at], t.fixed[from-t.at:to-t.at]) {
					return false
				}
			case s.fixed != nil && t.field != Literal:
				if !b.z.inAlphabet(t.field, s.fixed[from-s.at:to-s.at]) {
					return false
				}
			case t.fixed != nil && s.field != Literal:
				if !a.z.inAlphabet(s.field, t.fixed[from-t.at:to-t.at]) {
					return false
				}
			}
		}
	}
	return true
}

func (z *puzzle) inAlphabet(f Field, octets []byte) bool {
	alphabet := &z.domain.automaton(f).alphabet
	for _, o := range octets {
		if !alphabet.has(o) {
			return false
		}
	}
	return true
}

// search looks for a witness.
type search struct {
	*puzzle
	a, b    plan
	order   []Field // in which the lengths of b are chosen; Message stands for its topic
	sizes   [fieldEnd][]int
	rich    bool // whether messages may have topics and replace others
	empty   bool // whether both messages have no content, so that what follows them is in a known place
	ahead   bool // whether the first message may carry the second though it has a length
	best    *[2]Tuple
	length  int // octets of the best, or the limit
	checks  int // left
	work    int // octets left to solve
	repeats int // how often the layout has the message
}

// findWitness returns two different tuples of the puzzle with the same octets,
// the shortest that it finds, nil if it finds none. That none is found proves
// nothing.
func (z *puzzle) findWitness() *[2]Tuple {
	for _, s := range z.searches() {
		if s.run(); s.best != nil {
			return s.best
		}
	}
	return nil
}

// searches returns those that may find something, the simplest first.
func (z *puzzle) searches() []*search {
	var all []*search
	for _, kind := range []search{{empty: true}, {}, {ahead: true}, {rich: true}, {rich: true, ahead: true}} {
		if kind.empty && !z.uriAfterMessage() || kind.ahead && (z.wrap || !z.messageHasLength()) {
			continue
		}
		s := &kind
		s.puzzle, s.length, s.checks, s.work = z, maxWitness, maxChecks, maxWork
		if z.wrap {
			s.work /= 2
		}
		s.a.z, s.b.z, s.a.ahead = z, z, s.ahead
		s.prepare()
		all = append(all, s)
	}
	return all
}

// uriAfterMessage reports whether a URI comes after a message.
func (z *puzzle) uriAfterMessage() bool {
	after := false
	for _, c := range z.layout.Components {
		if after && (c.Field == Sender || c.Field == Room) {
			return true
		}
		after = after || c.Field == Message
	}
	return false
}

// messageHasLength reports whether the first message, which there is, has a
// length before it.
func (z *puzzle) messageHasLength() bool {
	i := slices.IndexFunc(z.layout.Components, func(c Component) bool { return c.Field == Message })
	return z.layout.Components[i].Encoding != Raw
}

func (s *search) prepare() {
	for _, f := range []Field{Sender, Room} {
		s.sizes[f] = s.candidateSizes(f)
		if !s.layout.Has(f) {
			s.order = append(s.order, f)
		}
	}
	for _, c := range s.layout.Components {
		if c.Field == Message {
			s.repeats++
		}
		if c.Field != Literal && c.Field != Salt && !slices.Contains(s.order, c.Field) {
			s.order = append(s.order, c.Field)
		}
	}
}

// candidateSizes returns lengths worth trying for a URI, shortest first: the
// shortest few, the shortest few whose heads consist of octets that URIs have,
// and, where lengths wrap, the same beyond the size of the length field.
func (s *search) candidateSizes(f Field) []int {
	const few = 6
	least := s.shortest(f)
	var sizes []int
	for n := range few {
		sizes = append(sizes, least+n)
	}
	// One URI may hold the whole of another.
	for n := range few / 2 {
		sizes = append(sizes, s.shortest(Sender)+s.shortest(Room)+n)
	}
	for _, c := range s.layout.Components {
		if c.Field != f || c.Encoding == Raw {
			continue
		}
		readable := s.readableSizes(c, least)
		sizes = append(sizes, readable...)
		if s.wrap && c.wraps() && c.Encoding.max() < maxWitness {
			for _, n := range slices.Clone(sizes) {
				sizes = append(sizes, n+int(c.Encoding.max())+1)
			}
			for n := range few / 2 {
				sizes = append(sizes, n+int(c.Encoding.max())+1)
			}
		}
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// maxSize returns the greatest length that the length fields of f allow.
func (s *search) maxSize(f Field) int {
	limit := uint64(maxWitness)
	for _, c := range s.layout.Components {
		if c.Field == f && !s.wrap {
			limit = min(limit, c.Encoding.max())
		}
	}
	return int(limit)
}

// readableSizes returns the first few lengths from least on whose heads URIs
// can contain, and a few that follow.
func (s *search) readableSizes(c Component, least int) []int {
	const few = 4
	var sizes []int
	for n := least; n < 1<<16 && len(sizes) < few; n++ {
		h := c.head(uint64(n))
		if s.inAlphabet(Sender, h.octets[:h.size]) { // or a room, which has the same octets
			sizes = append(sizes, n)
		}
	}
	return sizes
}

// run tries all shapes of the first tuple, shortest URIs first, and for each
// those of the second that begin or end something near where the first does.
func (s *search) run() {
	var shapes []shape
	for _, sender := range s.sizes[Sender] {
		for _, room := range s.sizes[Room] {
			shapes = append(shapes, shape{sender: sender, room: room})
			if !s.rich {
				continue
			}
			topics := []int{100, 240}
			if s.bound {
				// A topic that carries a message which names two URIs.
				topics = []int{300 + sender + room}
			}
			for _, topic := range topics {
				shapes = append(shapes,
					shape{sender: sender, room: room, topic: topic},
					shape{sender: sender, room: room, topic: topic, replaces: true})
			}
		}
	}
	slices.SortStableFunc(shapes, func(x, y shape) int {
		return cmp.Compare(x.sender+x.room+x.topic, y.sender+y.room+y.topic)
	})
	for _, first := range shapes {
		s.a.shape, s.a.base = first, 0
		s.a.lay(len(s.layout.Components), !s.empty)
		if s.a.at >= s.length {
			continue
		}
		s.choose(0)
	}
}

// choose chooses the lengths of b from the given field of the order on.
func (s *search) choose(i int) {
	if s.checks <= 0 || s.work <= 0 {
		return
	}
	if i == len(s.order) {
		s.complete()
		return
	}
	f := s.order[i]
	index := slices.IndexFunc(s.layout.Components, func(c Component) bool { return c.Field == f })
	start := -1
	if index >= 0 && (f == Message || s.empty || !slices.Contains(s.order[:i], Message)) {
		s.b.lay(index, !s.empty)
		start = s.b.at
	}
	if f == Message {
		s.chooseMessage(i, index, start)
		return
	}
	sizes := s.sizes[f]
	if start >= 0 {
		sizes = s.anchoredSizes(s.layout.Components[index], start)
	} else {
		sizes = slices.Compact(append(slices.Clone(sizes), s.a.shape.size(f)))
	}
	for _, n := range sizes {
		s.b.shape.set(f, n)
		if start >= 0 {
			s.b.lay(index+1, !s.empty)
			s.checks--
			if s.b.at >= s.length || !agree(&s.a, &s.b) {
				continue
			}
		}
		s.choose(i + 1)
	}
}

// anchoredSizes adds to the candidate sizes those that end the component near
// an offset where something begins or ends in a, and those that a fixes because
// the head lies over fixed octets.
func (s *search) anchoredSizes(c Component, start int) []int {
	sizes := slices.Clone(s.sizes[c.Field])
	heads := []int{c.head(0).size}
	if c.Encoding == CBOR || c.Encoding == Varint {
		heads = []int{1, 2, 3, 4, 5}
	}
	const near = 2
	for _, anchor := range s.a.anchors {
		for _, h := range heads {
			for delta := -near; delta <= near; delta++ {
				sizes = append(sizes, anchor+delta-start-h)
			}
		}
	}
	sizes = append(sizes, s.fixedSizes(c, start)...)
	least, limit := s.shortest(c.Field), s.maxSize(c.Field)
	sizes = slices.DeleteFunc(sizes, func(n int) bool { return n < least || n > limit })
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// fixedSizes returns the lengths that a head at an offset states, given the
// octets that a fixes there and a few guesses for the others.
func (s *search) fixedSizes(c Component, start int) (sizes []int) {
	number := func(from, to int, filler byte) (n int) {
		for at := from; at < to; at++ {
			n = n<<8 | int(s.a.octetAt(at, filler))
		}
		return n
	}
	switch c.Encoding {
	case Len8, Len16:
		for _, filler := range []byte{0, '!', 'a'} {
			n := number(start, start+c.head(0).size, filler)
			sizes = append(sizes, n)
			if s.wrap {
				sizes = append(sizes, n+int(c.Encoding.max())+1)
			}
		}
	case Len32, Len64:
		sizes = append(sizes, number(start, start+c.head(0).size, 0))
	case Varint:
		sizes = append(sizes, number(start+1, start+2, 0), number(start+1, start+4, 0))
	case CBOR:
		sizes = append(sizes, number(start+1, start+2, 0), number(start+1, start+3, 0))
	}
	return sizes
}

// octetAt returns the octet that the plan fixes at an offset, or filler.
func (p *plan) octetAt(at int, filler byte) byte {
	for i := range p.segments {
		if s := &p.segments[i]; s.at <= at && at < s.at+s.size && s.fixed != nil {
			return s.fixed[at-s.at]
		}
	}
	return filler
}

// chooseMessage chooses what the message of b has before its content.
func (s *search) chooseMessage(i, index, start int) {
	try := func(replaces bool, topic int) {
		s.b.shape.replaces, s.b.shape.topic = replaces, topic
		if start >= 0 {
			s.b.lay(index+1, !s.empty)
			s.checks--
			if s.b.at >= s.length || !agree(&s.a, &s.b) {
				return
			}
		}
		s.choose(i + 1)
	}
	try(false, 0)
	if !s.rich {
		return
	}
	try(true, 0)
	if s.a.shape.topic > 0 {
		try(s.a.shape.replaces, s.a.shape.topic)
	}
	for _, replaces := range []bool{false, true} {
		for _, topic := range s.topicSizes(start, replaces) {
			try(replaces, topic)
		}
	}
}

// topicSizes returns the lengths with which the topic of a message that begins at
// an offset ends near one where something begins or ends in a.
func (s *search) topicSizes(start int, replaces bool) (sizes []int) {
	before := start + 2 + saltLength + 1 + 1
	if replaces {
		before += 33
	}
	for _, anchor := range s.a.anchors {
		for delta := range 3 {
			topic := anchor + delta - before
			if topic >= 24 {
				topic-- // its head takes another octet
			}
			if topic > 0 && topic < 1<<10 {
				sizes = append(sizes, topic)
			}
		}
	}
	return sizes
}

// complete chooses the contents so that both tuples take as many octets, and
// solves what is then fixed but for octets.
func (s *search) complete() {
	a, b := s.a.shape, s.b.shape
	restore := func() { s.a.shape = a; s.b.shape = b }
	defer func() { restore(); s.a.lay(len(s.layout.Components), !s.empty) }()
	s.checks--
	s.a.shape.content, s.b.shape.content = 0, 0
	if s.fillContents() {
		s.attempt()
	}
	if !s.ahead || s.domain != UTF8 {
		return
	}
	// An octet that a character begins with, at the end of the length of the
	// first message, goes on with the first octet of the message. Heads of
	// contents may add a few to what is wanted.
	const lead, leads = 0xc2, 0xdf - 0xc2
	more := (lead-s.a.messageSize())&0xff + leads/2
	s.a.shape.content += more
	s.b.shape.content += more
	if s.fillContents() {
		s.attempt()
	}
}

// fillContents lengthens contents until both tuples take as many octets.
func (s *search) fillContents() bool {
	sizeA, sizeB := s.a.wordSize(), s.b.wordSize()
	for range 64 {
		if s.empty || sizeA == sizeB || max(sizeA, sizeB) >= s.length {
			break
		}
		// A longer content can have a longer head, so the last steps are short.
		if sizeA < sizeB {
			s.a.shape.content += max(1, (sizeB-sizeA)/s.repeats-12)
			sizeA = s.a.wordSize()
		} else {
			s.b.shape.content += max(1, (sizeA-sizeB)/s.repeats-12)
			sizeB = s.b.wordSize()
		}
	}
	return sizeA == sizeB && sizeA < s.length
}

// attempt solves two complete shapes that take as many octets.
func (s *search) attempt() {
	if s.a.shape == s.b.shape {
		return
	}
	if limit := s.maxSize(Message); s.a.messageSize() > limit || s.b.messageSize() > limit {
		return
	}
	s.b.base = int32(s.a.variables())
	s.a.lay(len(s.layout.Components), false)
	s.b.lay(len(s.layout.Components), false)
	if !agree(&s.a, &s.b) {
		return
	}
	w, work := solve(&s.a, &s.b)
	s.work -= s.a.at + work
	if w != nil && s.verifies(w) {
		s.best, s.length = w, s.a.at
		if s.rich || s.ahead {
			s.checks = min(s.checks, enoughChecks) // for a shorter one
		}
	}
}

// wordSize returns the length of the whole word in octets.
func (p *plan) wordSize() int {
	size := 0
	for _, c := range p.z.layout.Components {
		n := len(c.Literal)
		switch c.Field {
		case Salt:
			n = saltLength
		case Message:
			n = p.messageSize()
		case Sender, Room:
			n = p.shape.size(c.Field)
		}
		size += n
		if c.Field != Literal {
			size += c.head(uint64(n)).size
		}
	}
	return size
}

// verifies checks a witness by the definition, without the search.
func (z *puzzle) verifies(w *[2]Tuple) bool {
	for i := range w {
		t := &w[i]
		m, err := readMessage(t.Message)
		if err != nil || m.size != len(t.Message) || !bytes.Equal(m.salt, t.Salt) ||
			!z.domain.Contains(Sender, t.Sender) || !z.domain.Contains(Room, t.Room) {
			return false
		}
		if z.bound && (!bytes.Equal(m.sender, t.Sender) || !bytes.Equal(m.room, t.Room)) {
			return false
		}
	}
	if w[0].Equal(&w[1]) {
		return false
	}
	if z.wrap {
		return bytes.Equal(z.layout.AppendWrapping(nil, &w[0]), z.layout.AppendWrapping(nil, &w[1]))
	}
	a, errA := z.layout.Append(nil, &w[0])
	b, _ := z.layout.Append(nil, &w[1]) // no octets if it fails, where a has a length at least
	return errA == nil && bytes.Equal(a, b)
}
