package framing

// The proof engine. Two readers read the same octets, each as some tuple, and
// may disagree on where a field ends. They start in step. If no way of getting
// out of step lets both reach the end, with different tuples, there are no two
// tuples with the same octets.
//
// A reader is where it stands in the layout: a piece, and a state of the
// automaton of that piece. What a field held is forgotten, except for whether
// both readers are known to have read the same, and for where the lengths of
// messages stand: see clash.go. So the search is finite, and errs only by
// keeping pairs of readings apart that are impossible.

// reader is where one reading stands between two octets.
type reader struct {
	piece int
	state int16
	// fresh: no octet of the piece has been read, so it begins here.
	fresh bool
	// locked: the next octet belongs to this piece.
	locked bool
}

// knowledge is what is known of both readings of one word.
type knowledge struct {
	same   fieldSet // the fields that both readings agree on
	synced uint64   // the pieces that begin at the same offset in both, by index
	parted uint64   // those that do not
	// since is 1 more than the octets that were read since one reader began
	// the clocked head and the other did not; 0 if that is not known.
	since uint8
	// foreign has a bit for each of these octets that may be none of a URI,
	// high one for each that may be 0x80 or more too.
	foreign, high uint16
}

// explorer searches all pairs of readings.
type explorer struct {
	*puzzle
	offset  []int     // of the first state of each piece, in one numbering of all
	joint   []byte    // one octet of each class that no piece tells apart
	inStep  []visited // by piece and state: readers that have not parted
	apart   map[knowledge][][]uint64
	queue   []pair
	escaped bool // a pair of different readings may exist

	clocked  int                // the head whose place is remembered, -1 if there is none
	ofURI    [256]bool          // whether all octets of a class are those of a URI
	ofASCII  [256]bool          // whether all octets of a class are less than 0x80
	agreeing map[[3]uint16]bool // see lengthsAgree
}

type visited map[knowledge]bool

// pair is two readers about to read the next octet.
type pair struct {
	a, b   reader
	inStep bool // a and b are the same and have been since their piece began
	k      knowledge
}

// provesInjective reports whether no two readings of one word can differ. False
// means that it does not know.
func (z *puzzle) provesInjective() bool { return !z.explore().escaped }

// explore follows all pairs of readings, until one escapes.
func (z *puzzle) explore() *explorer {
	x := &explorer{puzzle: z, apart: map[knowledge][][]uint64{}, agreeing: map[[3]uint16]bool{}}
	total := 0
	for _, p := range z.pieces {
		x.offset = append(x.offset, total)
		total += len(p.octets.accept)
	}
	x.inStep = make([]visited, total)
	var classOf [256]uint8
	classOf, x.joint = jointClasses(z.pieces)
	start := x.conclude(knowledge{synced: 1 | 1<<uint(len(z.pieces))})
	x.findClock(start, &classOf)
	x.sync(0, start)
	for len(x.queue) > 0 && !x.escaped {
		p := x.queue[len(x.queue)-1]
		x.queue = x.queue[:len(x.queue)-1]
		x.read(p, total)
	}
	return x
}

// jointClasses groups the octets that no automaton of the pieces tells apart,
// and returns one of each class.
func jointClasses(pieces []piece) (classOf [256]uint8, representatives []byte) {
	return classes(len(pieces), func(o byte, i int) byte { return pieces[i].octets.classOf[o] })
}

// read lets both readers of p read every octet that both can.
func (x *explorer) read(p pair, total int) {
	a, b := x.pieces[p.a.piece].octets, x.pieces[p.b.piece].octets
	for _, o := range x.joint {
		qa := a.step(p.a.state, o)
		if qa == dead {
			continue
		}
		if p.inStep {
			x.parting(p.a.piece, qa, p.k)
			continue
		}
		if qb := b.step(p.b.state, o); qb != dead {
			x.settle(reader{piece: p.a.piece, state: qa}, reader{piece: p.b.piece, state: qb}, x.tick(p.k, o))
		}
		if x.escaped {
			return
		}
	}
}

// sync goes on from where piece i begins at the same offset in both readings.
func (x *explorer) sync(i int, k knowledge) {
	k.synced |= 1 << i
	k.since, k.foreign, k.high = 0, 0, 0
	k = x.conclude(k)
	if x.escaped || x.allSame(k) || k.synced&k.parted != 0 {
		return
	}
	if i == len(x.pieces) {
		x.escaped = true
		return
	}
	if k.synced>>(i+1)&1 == 1 {
		x.sync(i+1, k)
		return
	}
	x.parting(i, 0, k)
}

// parting is two readers in step in piece i. Either may end the piece here:
// that it is the first loses nothing, as their past is the same.
func (x *explorer) parting(i int, state int16, k knowledge) {
	at := &x.inStep[x.offset[i]+int(state)]
	if (*at)[k] {
		return
	}
	if *at == nil {
		*at = visited{}
	}
	(*at)[k] = true
	here := reader{piece: i, state: state, locked: true}
	x.queue = append(x.queue, pair{a: here, b: here, inStep: true, k: k})
	p := &x.pieces[i]
	if !p.octets.accept[state] {
		return
	}
	x.sync(i+1, k)
	x.settle(reader{piece: i + 1, fresh: true}, here, k)
}

// settle lets readers that are not in step decide whether their piece ends
// before the next octet. The one that is further behind decides first, so that
// no place where both begin the same piece is missed.
func (x *explorer) settle(a, b reader, k knowledge) {
	if x.escaped {
		return
	}
	if a.fresh && b.fresh && a.piece == b.piece && !a.locked && !b.locked {
		x.sync(a.piece, k)
		return
	}
	end := len(x.pieces)
	if a.locked || a.piece == end || !b.locked && b.piece < a.piece {
		a, b = b, a
	}
	if a.locked || a.piece == end {
		x.bothLocked(a, b, k)
		return
	}
	stay := a
	stay.locked = true
	x.settle(stay, b, k)
	if x.pieces[a.piece].octets.accept[a.state] {
		x.settle(reader{piece: a.piece + 1, fresh: true}, b, k)
	}
}

// bothLocked goes on from two readers that have decided. Where both begin
// something that ends at the same offset in both, they skip it together.
func (x *explorer) bothLocked(a, b reader, k knowledge) {
	k = k.part(a, b)
	if k.synced&k.parted != 0 {
		return // also where one has reached the end of the word and the other goes on
	}
	if a.fresh && b.fresh {
		p, q := &x.pieces[a.piece], &x.pieces[b.piece]
		skip := 0
		switch {
		case p.role == roleValue && q.role == roleValue && p.field == q.field &&
			(p.field == Message || p.field == Salt || k.same.has(p.field)):
			skip = 1
		case p.role == roleHead && q.role == roleHead && p.encoding == q.encoding && !p.wraps && !q.wraps &&
			(p.encoding != CBOR || p.field.majorType() == q.field.majorType()):
			skip = 2
			if p.field == q.field {
				k.same |= setOf(p.field)
			}
		case p.role == roleWhole && q.role == roleWhole && p.encoding == q.encoding:
			skip = 1
		}
		if skip > 0 {
			k.since, k.foreign, k.high = 0, 0, 0
			k = x.conclude(k)
			if !x.allSame(k) {
				x.settle(reader{piece: a.piece + skip, fresh: true}, reader{piece: b.piece + skip, fresh: true}, k)
			}
			return
		}
	}
	if x.saltsClash(a, b) || x.saltsClash(b, a) {
		return
	}
	k, possible := x.clock(a, b, k)
	if !possible {
		return
	}
	seen := x.apart[k]
	total := len(x.inStep)
	if seen == nil {
		seen = make([][]uint64, total)
		x.apart[k] = seen
	}
	row := &seen[x.offset[a.piece]+int(a.state)]
	if *row == nil {
		*row = make([]uint64, (total+63)/64)
	}
	i := x.offset[b.piece] + int(b.state)
	if (*row)[i>>6]>>(i&63)&1 == 1 {
		return
	}
	(*row)[i>>6] |= 1 << (i & 63)
	x.queue = append(x.queue, pair{a: a, b: b, k: k})
}

// part adds the pieces that one of the readers has begun and the other begins
// later: both have decided.
func (k knowledge) part(a, b reader) knowledge {
	k.parted |= 1<<(max(a.piece, b.piece)+1) - 1<<(min(a.piece, b.piece)+1)
	return k
}

// saltsClash reports whether late begins a salt with its message right after it
// less than 18 octets after early began one. No word allows that. Let the salt
// of early begin at 0, so that 0x87 stands at 16, 0x50 at 17, and 0xf6 or 0x58,
// which follows the copy of the salt in the message, at 34. Let that of late
// begin at d. Up to d = 16 the 0x87 at 16 lies in the salt of late, whose copy
// begins 18 octets later, so 0x87 stands at 34. With d = 17 the message of late
// begins at 33, so 0x50 stands at 34.
func (x *explorer) saltsClash(early, late reader) bool {
	if !late.fresh || !x.saltWithMessage(late.piece) {
		return false
	}
	if x.saltWithMessage(early.piece) {
		return !early.fresh
	}
	firstOctet := messageAutomaton().step(0, messageStart[0])
	return early.piece > 0 && x.saltWithMessage(early.piece-1) && (early.fresh || early.state == firstOctet)
}

func (x *explorer) saltWithMessage(i int) bool {
	if i+1 >= len(x.pieces) {
		return false
	}
	message := &x.pieces[i+1]
	return x.pieces[i].field == Salt && message.field == Message && message.encoding == Raw
}

// allSame reports whether both readings are of one tuple.
func (x *explorer) allSame(k knowledge) bool {
	all := setOf(Sender, Room, Message)
	return k.same&all == all
}

// conclude adds what follows from k.
func (x *explorer) conclude(k knowledge) knowledge {
	for {
		before := k
		if k.same.has(Message) && x.bound {
			k.same |= setOf(Sender, Room)
		}
		for i := range x.pieces {
			p := &x.pieces[i]
			first, after := k.synced>>i&1 == 1, k.synced>>(i+1)&1 == 1
			if first && p.delimits() && p.role == roleValue {
				k.same |= setOf(p.field)
			}
			if first && p.role == roleHead && !p.wraps {
				k.same |= setOf(p.field)
			}
			if first && p.role == roleWhole {
				k.same |= setOf(p.field)
			}
			if x.sameSize(p, k) && first != after {
				k.synced |= 1<<i | 1<<(i+1)
			}
			// Both begin the head here, so both read the same head.
			if first && p.role == roleHead {
				k.synced |= 1 << (i + 1)
			}
		}
		k = x.concludeBetween(k)
		if k == before {
			return k
		}
	}
}

// delimits reports whether the piece says by itself where it ends: CBOR items
// do, and the salt has a fixed length.
func (p *piece) delimits() bool { return p.field == Message || p.field == Salt }

// sameSize reports whether the piece takes as many octets in both readings.
func (x *explorer) sameSize(p *piece, k knowledge) bool {
	switch {
	case p.role == roleLiteral || p.field == Salt || k.same.has(p.field):
		return true
	case p.role == roleHead:
		return p.encoding != Varint && p.encoding != CBOR
	}
	return false
}

// concludeBetween compares lengths between two offsets that both readings
// share: if they can differ in one field only, its length is the rest, the same
// in both, and so is then its place and its value.
func (x *explorer) concludeBetween(k knowledge) knowledge {
	var open fieldSet
	monotone := true
	for i := 0; ; i++ {
		if k.synced>>i&1 == 1 {
			if open&(open-1) == 0 && monotone {
				k.same |= open
			}
			open, monotone = 0, true
		}
		if i == len(x.pieces) {
			return k
		}
		if p := &x.pieces[i]; !x.sameSize(p, k) {
			open |= setOf(p.field)
			// A head that wraps may get shorter when the value gets longer.
			monotone = monotone && !(p.wraps && p.role == roleHead)
		}
	}
}
