package framing

import (
	"encoding/binary"
	"slices"
)

// octetSet is a set of octets.
type octetSet [4]uint64

func (s *octetSet) add(o byte)      { s[o>>6] |= 1 << (o & 63) }
func (s *octetSet) has(o byte) bool { return s[o>>6]>>(o&63)&1 == 1 }

// expr is a regular expression over octets.
type expr struct {
	kind  exprKind
	set   octetSet
	parts []*expr
}

type exprKind uint8

const (
	exprSet  exprKind = iota // one octet of set
	exprCat                  // all parts in order
	exprAlt                  // one of parts
	exprStar                 // parts[0], any number of times
)

// between matches one octet from lo to hi.
func between(lo, hi byte) *expr {
	e := &expr{}
	for o := int(lo); o <= int(hi); o++ {
		e.set.add(byte(o))
	}
	return e
}

// oneOf matches one octet of s.
func oneOf(s string) *expr {
	e := &expr{}
	for i := range len(s) {
		e.set.add(s[i])
	}
	return e
}

// union matches one octet of any of the given sets.
func union(sets ...*expr) *expr {
	e := &expr{}
	for _, s := range sets {
		for i := range e.set {
			e.set[i] |= s.set[i]
		}
	}
	return e
}

func cat(parts ...*expr) *expr { return &expr{kind: exprCat, parts: parts} }
func alt(parts ...*expr) *expr { return &expr{kind: exprAlt, parts: parts} }
func star(e *expr) *expr       { return &expr{kind: exprStar, parts: []*expr{e}} }
func opt(e *expr) *expr        { return alt(e, cat()) }
func plus(e *expr) *expr       { return cat(e, star(e)) }

// times matches e from least to most times.
func times(e *expr, least, most int) *expr {
	var parts []*expr
	for range least {
		parts = append(parts, e)
	}
	tail := cat()
	for range most - least {
		tail = opt(cat(e, tail))
	}
	return cat(append(parts, tail)...)
}

// text matches the octets of s.
func text(s string) *expr {
	parts := make([]*expr, len(s))
	for i := range len(s) {
		parts[i] = between(s[i], s[i])
	}
	return cat(parts...)
}

// dfa is a minimal deterministic automaton. State 0 is the start; dead stands
// for every state from which no word is accepted.
type dfa struct {
	classOf  [256]uint8 // octets that no state tells apart share a class
	classes  int
	next     []int16 // by state*classes + class
	accept   []bool
	alphabet octetSet // the octets that occur in accepted words
	shortest int      // length in octets of the shortest accepted word
	// finish[n] holds the states from which some word of exactly n octets is
	// accepted. The last entry stands for all greater n: see fillFinish.
	finish [][]bool
}

const dead = -1

func (d *dfa) step(q int16, o byte) int16 { return d.next[int(q)*d.classes+int(d.classOf[o])] }

func (d *dfa) matches(word []byte) bool {
	q := int16(0)
	for _, o := range word {
		if q = d.step(q, o); q == dead {
			return false
		}
	}
	return d.accept[q]
}

// canFinish reports whether some word of exactly n octets leads from q to
// acceptance.
func (d *dfa) canFinish(q int16, n int) bool {
	return d.finish[min(n, len(d.finish)-1)][q]
}

// nfa is what an expr is compiled to on the way to a dfa.
type nfa struct {
	set   []octetSet
	to    []int32 // by state: where an octet of set leads
	empty [][]int32
}

func (n *nfa) state() int32 {
	n.set, n.to, n.empty = append(n.set, octetSet{}), append(n.to, 0), append(n.empty, nil)
	return int32(len(n.to) - 1)
}

// add compiles e between two new states and returns them.
func (n *nfa) add(e *expr, from int32) (to int32) {
	switch e.kind {
	case exprSet:
		to = n.state()
		n.set[from], n.to[from] = e.set, to
		return to
	case exprCat:
		for _, part := range e.parts {
			from = n.add(part, from)
		}
		// What follows may give the state an octet edge of its own.
		to = n.state()
		n.empty[from] = append(n.empty[from], to)
		return to
	case exprAlt:
		to = n.state()
		for _, part := range e.parts {
			in := n.state()
			n.empty[from] = append(n.empty[from], in)
			out := n.add(part, in)
			n.empty[out] = append(n.empty[out], to)
		}
		return to
	}
	loop, in := n.state(), n.state()
	n.empty[from] = append(n.empty[from], loop)
	to = n.state()
	n.empty[loop] = append(n.empty[loop], in, to)
	out := n.add(e.parts[0], in)
	n.empty[out] = append(n.empty[out], loop)
	return to
}

// compile returns the minimal automaton of e.
func compile(e *expr) *dfa {
	n := &nfa{}
	start := n.state()
	end := n.add(e, start)
	classOf, representatives := n.octetClasses()

	// The subset construction, with states numbered as they are met.
	var next [][]int
	var accept []bool
	var members [][]int32
	number := map[string]int{}
	mark := make([]bool, len(n.to))
	enter := func(seeds []int32) int {
		set := n.closure(seeds, mark)
		if len(set) == 0 {
			return dead
		}
		var key []byte
		for _, s := range set {
			key = binary.LittleEndian.AppendUint32(key, uint32(s))
		}
		if i, ok := number[string(key)]; ok {
			return i
		}
		i := len(members)
		number[string(key)] = i
		members, accept = append(members, set), append(accept, slices.Contains(set, end))
		return i
	}
	enter([]int32{start})
	for i := 0; i < len(members); i++ {
		row := make([]int, len(representatives))
		for c, o := range representatives {
			var seeds []int32
			for _, s := range members[i] {
				if n.set[s].has(o) {
					seeds = append(seeds, n.to[s])
				}
			}
			row[c] = enter(seeds)
		}
		next = append(next, row)
	}
	return minimise(next, accept, classOf, representatives)
}

// octetClasses groups the octets that no set of n tells apart.
func (n *nfa) octetClasses() (classOf [256]uint8, representatives []byte) {
	sets := map[octetSet]bool{}
	for _, s := range n.set {
		sets[s] = true
	}
	var distinct []octetSet
	for s := range sets {
		distinct = append(distinct, s)
	}
	return classes(len(distinct), func(o byte, i int) byte {
		if distinct[i].has(o) {
			return 1
		}
		return 0
	})
}

// classes groups the octets that have the same traits, each octet having n of
// them, and returns one of each class.
func classes(n int, trait func(o byte, i int) byte) (classOf [256]uint8, representatives []byte) {
	class := map[string]uint8{}
	for o := range 256 {
		signature := make([]byte, n)
		for i := range signature {
			signature[i] = trait(byte(o), i)
		}
		c, ok := class[string(signature)]
		if !ok {
			c = uint8(len(representatives))
			class[string(signature)] = c
			representatives = append(representatives, byte(o))
		}
		classOf[o] = c
	}
	return classOf, representatives
}

// closure returns all states that seeds reach without reading, in order, and
// leaves mark as it was.
func (n *nfa) closure(seeds []int32, mark []bool) []int32 {
	var all []int32
	stack := slices.Clone(seeds)
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if mark[s] {
			continue
		}
		mark[s] = true
		all = append(all, s)
		stack = append(stack, n.empty[s]...)
	}
	for _, s := range all {
		mark[s] = false
	}
	slices.Sort(all)
	return all
}

// minimise merges states that accept the same words and drops those that
// accept none.
func minimise(next [][]int, accept []bool, classOf [256]uint8, representatives []byte) *dfa {
	count := len(next)
	live := liveStates(next, accept)
	block := make([]int, count)
	for i := range block {
		switch {
		case !live[i]:
			block[i] = dead
		case accept[i]:
			block[i] = 1
		}
	}
	blocks := 0
	for {
		number := map[string]int{}
		refined := make([]int, count)
		for i := range next {
			if block[i] == dead {
				refined[i] = dead
				continue
			}
			key := binary.LittleEndian.AppendUint32(nil, uint32(block[i]))
			for _, to := range next[i] {
				b := dead
				if to != dead {
					b = block[to]
				}
				key = binary.LittleEndian.AppendUint32(key, uint32(int32(b)))
			}
			b, ok := number[string(key)]
			if !ok {
				b = len(number)
				number[string(key)] = b
			}
			refined[i] = b
		}
		block = refined
		if len(number) == blocks {
			break
		}
		blocks = len(number)
	}
	// State 0 of next is the first to be numbered, so the start stays 0.
	d := &dfa{classOf: classOf, classes: len(representatives), accept: make([]bool, blocks)}
	d.next = make([]int16, blocks*d.classes)
	for i := range next {
		b := block[i]
		if b == dead {
			continue
		}
		d.accept[b] = accept[i]
		for c, to := range next[i] {
			q := dead
			if to != dead {
				q = block[to]
			}
			d.next[b*d.classes+c] = int16(q)
		}
	}
	d.fillAlphabet()
	d.fillFinish()
	return d
}

// liveStates tells from which states a word is accepted.
func liveStates(next [][]int, accept []bool) []bool {
	live := slices.Clone(accept)
	for changed := true; changed; {
		changed = false
		for i := range next {
			if live[i] {
				continue
			}
			if slices.ContainsFunc(next[i], func(to int) bool { return to != dead && live[to] }) {
				live[i], changed = true, true
			}
		}
	}
	return live
}

// fillAlphabet may look at all edges: every state is reachable and live.
func (d *dfa) fillAlphabet() {
	for o := range 256 {
		for q := range d.accept {
			if d.step(int16(q), byte(o)) != dead {
				d.alphabet.add(byte(o))
			}
		}
	}
}

// fillFinish computes finish until it stops changing. Each entry depends on the
// one before it alone, so two equal neighbours stand for all that follow. In
// languages whose lengths are periodic that never happens; none of ours is.
func (d *dfa) fillFinish() {
	const limit = 4096
	d.finish = [][]bool{d.accept}
	d.shortest = -1
	for len(d.finish) < limit {
		last := d.finish[len(d.finish)-1]
		if d.shortest < 0 && last[0] {
			d.shortest = len(d.finish) - 1
		}
		row := make([]bool, len(last))
		for q := range row {
			edges := d.next[q*d.classes : (q+1)*d.classes]
			row[q] = slices.ContainsFunc(edges, func(to int16) bool { return to != dead && last[to] })
		}
		if slices.Equal(row, last) {
			return
		}
		d.finish = append(d.finish, row)
	}
}
