package framing

// solve returns two tuples with the shapes of a and b that take the same
// octets, nil if it finds none, and the number of octets that it tried. The
// plans are laid out in full, and the variables of b are numbered after those
// of a.
func solve(a, b *plan) (*[2]Tuple, int) {
	u := newUnifier(a.variables() + b.variables())
	if !u.overlay(a, b) {
		return nil, 0
	}
	filled, tried := u.fillURIs(a, b)
	if !filled {
		return nil, tried
	}
	for _, p := range []*plan{a, b} {
		if p.shape.replaces {
			u.assign(p.replacesVariables(), hashSHA256) // unless it has a value
		}
	}
	return &[2]Tuple{u.tuple(a), u.tuple(b)}, tried
}

// unifier holds what is known of the variables: which are equal, and their
// values.
type unifier struct {
	parent []int32
	value  []int16 // of the root, or unset
}

const unset = -1

func newUnifier(variables int) *unifier {
	u := &unifier{parent: make([]int32, variables), value: make([]int16, variables)}
	for i := range u.parent {
		u.parent[i], u.value[i] = int32(i), unset
	}
	return u
}

func (u *unifier) root(v int32) int32 {
	for u.parent[v] != v {
		u.parent[v] = u.parent[u.parent[v]]
		v = u.parent[v]
	}
	return v
}

func (u *unifier) assign(v int32, octet byte) bool {
	r := u.root(v)
	if u.value[r] == unset {
		u.value[r] = int16(octet)
	}
	return u.value[r] == int16(octet)
}

func (u *unifier) unite(v, w int32) bool {
	v, w = u.root(v), u.root(w)
	if v == w {
		return true
	}
	u.parent[w] = v
	switch {
	case u.value[v] == unset:
		u.value[v] = u.value[w]
	case u.value[w] != unset && u.value[w] != u.value[v]:
		return false
	}
	return true
}

// overlay demands that both plans have the same octet everywhere.
func (u *unifier) overlay(a, b *plan) bool {
	j := 0
	for i := range a.segments {
		s := &a.segments[i]
		for at := s.at; at < s.at+s.size; at++ {
			for b.segments[j].at+b.segments[j].size <= at {
				j++
			}
			t := &b.segments[j]
			ok := true
			switch {
			case s.fixed != nil && t.fixed != nil:
				ok = s.fixed[at-s.at] == t.fixed[at-t.at]
			case s.fixed != nil:
				ok = u.assign(t.variable(at), s.fixed[at-s.at])
			case t.fixed != nil:
				ok = u.assign(s.variable(at), t.fixed[at-t.at])
			default:
				ok = u.unite(s.variable(at), t.variable(at))
			}
			if !ok {
				return false
			}
		}
	}
	return true
}

// variable returns the variable at an offset of the word.
func (s *segment) variable(at int) int32 { return s.first + int32(at-s.at) }

// cell is one octet of a URI, or of one URI of each tuple, to be chosen.
type cell struct {
	root int32
	uri  [2]*dfa // nil where the tuple has no URI here
	left [2]int  // octets of the URI that follow
	new  [2]bool // the first octet of the URI
}

// fillURIs chooses octets for all variables of URIs so that each URI is in its
// domain: depth first, remembering the states that failed.
func (u *unifier) fillURIs(a, b *plan) (filled bool, tried int) {
	cells, ok := u.cells(a, b)
	if !ok {
		return false, 0
	}
	letters := a.z.letters()
	type frame struct {
		q      [2]int16 // before the cell
		choice int
		chosen bool // the value of the root was chosen here
	}
	type failure struct {
		cell int
		q    [2]int16
	}
	frames := make([]frame, len(cells)+1)
	failed := map[failure]bool{}
	depth, budget := 0, 2*len(cells)+5000
	for depth < len(cells) {
		if tried++; tried > budget {
			return false, tried
		}
		c, f := &cells[depth], &frames[depth]
		if f.chosen {
			u.value[c.root], f.chosen = unset, false
		}
		advanced := false
		for f.choice < len(letters) && !advanced {
			o := letters[f.choice]
			f.choice++
			if v := u.value[c.root]; v != unset {
				o, f.choice = byte(v), len(letters)
			}
			q, ok := c.step(f.q, o)
			if !ok || failed[failure{depth + 1, q}] {
				continue
			}
			if u.value[c.root] == unset {
				u.value[c.root], f.chosen = int16(o), true
			}
			depth++
			frames[depth] = frame{q: q}
			advanced = true
		}
		if advanced {
			continue
		}
		failed[failure{depth, f.q}] = true
		if depth == 0 {
			return false, tried
		}
		depth--
	}
	return true, tried
}

func (c *cell) step(q [2]int16, o byte) ([2]int16, bool) {
	for k, d := range c.uri {
		if d == nil {
			continue
		}
		if c.new[k] {
			q[k] = 0
		}
		if q[k] = d.step(q[k], o); q[k] == dead || !d.canFinish(q[k], c.left[k]) {
			return q, false
		}
	}
	return q, true
}

// letters returns the first of the preferred octets of each class that the URIs
// of the domain tell apart.
func (z *puzzle) letters() []byte {
	if z.distinct == nil {
		sender, room := z.domain.automaton(Sender), z.domain.automaton(Room)
		seen := map[[2]uint8]bool{}
		for _, o := range preferred {
			class := [2]uint8{sender.classOf[o], room.classOf[o]}
			if z.inURI(o) && !seen[class] {
				seen[class] = true
				z.distinct = append(z.distinct, o)
			}
		}
	}
	return z.distinct
}

// preferred lists the octets in the order in which they are tried: those that
// are easy to read come first.
var preferred = func() []byte {
	var all []byte
	var seen octetSet
	add := func(o byte) {
		if !seen.has(o) {
			seen.add(o)
			all = append(all, o)
		}
	}
	for _, o := range []byte("a:/mibu.0r%@[]!?#-") {
		add(o)
	}
	for o := range 256 {
		add(byte(o))
	}
	return all
}()

// cells lists the octets of all URIs where they first occur in the word, in
// order. It fails if a URI cannot have its length.
func (u *unifier) cells(a, b *plan) ([]cell, bool) {
	var cells []cell
	var seen [2][fieldEnd]bool
	var index [2]int
	var active [2]bool
	for at := 0; at < a.at; {
		var c cell
		next := a.at
		var open [2]*segment
		for k, p := range []*plan{a, b} {
			for p.segments[index[k]].at+p.segments[index[k]].size <= at {
				index[k]++
			}
			s := &p.segments[index[k]]
			next = min(next, s.at+s.size)
			if s.at == at || at == 0 {
				active[k] = s.fixed == nil && s.field != Literal && !seen[k][s.field]
				if active[k] {
					seen[k][s.field] = true
				}
			}
			if active[k] {
				open[k] = s
				c.uri[k] = p.z.domain.automaton(s.field)
				if s.at == at && !c.uri[k].canFinish(0, s.size) {
					return nil, false
				}
			}
		}
		for ; at < next; at++ {
			if open[0] == nil && open[1] == nil {
				at = next
				break
			}
			for k, s := range open {
				if s != nil {
					c.root, c.new[k], c.left[k] = u.root(s.variable(at)), at == s.at, s.at+s.size-1-at
				}
			}
			cells = append(cells, c)
		}
	}
	return cells, true
}

// tuple returns the tuple of a plan. What is still open gets readable values.
func (u *unifier) tuple(p *plan) Tuple {
	octets := func(first int32, size int, octet func(i int) byte) []byte {
		value := make([]byte, size)
		for i := range value {
			r := u.root(first + int32(i))
			if u.value[r] == unset {
				u.value[r] = int16(octet(i))
			}
			value[i] = byte(u.value[r])
		}
		return value
	}
	letter := func(int) byte { return 'a' }
	counting := func(i int) byte { return byte(i) }
	t := Tuple{
		Sender: octets(p.variablesOf(Sender), p.shape.sender, letter),
		Room:   octets(p.variablesOf(Room), p.shape.room, letter),
		Salt:   octets(p.saltVariables(), saltLength, counting),
	}
	q := plan{z: p.z, shape: p.shape, base: p.base}
	q.message(false)
	for i := range q.segments {
		s := &q.segments[i]
		if s.fixed != nil {
			t.Message = append(t.Message, s.fixed...)
		} else {
			t.Message = append(t.Message, octets(s.first, s.size, counting)...)
		}
	}
	return t
}
