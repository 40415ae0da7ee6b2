package rooms

import (
	"context"
	"math"
	"slices"
)

// event is one step of a history, seen by a check.
type event struct {
	m             *Machine
	before, after state // after is not sorted yet
	focus         int   // the user who is followed, or noFocus
	mv            move
	slot          int   // of the role whose capability the step rests on
	was, is       octet // of the user who changes
}

// onFocus reports whether the step changes the user who is followed.
func (e *event) onFocus() bool { return int(e.mv.subject) == e.focus }

// byFocus reports whether the user who is followed acts.
func (e *event) byFocus() bool { return int(e.mv.actor) == e.focus }

// of returns what the step leaves of the user who is followed.
func (e *event) of() octet { return e.after.of(e.focus) }

// class tells apart what a check finds; for each the shortest history is kept.
type class uint32

const noClass class = 0

// phase is what a check remembers of a history. Each history starts in phase 0.
type phase uint8

// dead ends a history: nothing more is to be found on it.
const dead phase = 0xff

// watch follows all histories of a room, with one user after the other in focus.
type watch struct {
	phases int // how many there are
	focus  bool
	// start, which may be nil, returns what is found before the first step.
	start func(s state, focus int) class
	// step returns the phase after a step, and what was found there.
	step func(e *event, p phase) (phase, class)
}

// history is a way from the initial state. The users of each move are those of
// the sorted state that it is made in.
type history struct {
	moves []packed
	// focus is where the user in focus stands in the initial state; with late set,
	// where it stands before the last of the moves, or after all of none.
	focus int
	late  bool
}

// node is a state with a user in focus and what a check remembers.
type node struct {
	state  uint32
	parent int32 // -1 for a node that a history starts with
	via    packed
	focus  int8
	phase  phase
}

// nodeOctets is what a node takes.
const nodeOctets = 16

// nodes is a list of nodes that grows without being copied, so that it never
// takes twice what it holds.
type nodes struct {
	chunks [][]node
	count  int
}

const chunkNodes = 1 << 12

func (l *nodes) add(n node) {
	if l.count%chunkNodes == 0 {
		l.chunks = append(l.chunks, make([]node, 0, chunkNodes))
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, n)
	l.count++
}

func (l *nodes) at(i int) *node { return &l.chunks[i/chunkNodes][i%chunkNodes] }

// sweep returns, for each class that a watch of one phase finds, the shortest
// history. It goes through the states once for all watches that have a user in
// focus, and once for all that have none.
func (s *Space) sweep(ctx context.Context, watches []*watch) []map[class]history {
	found := make([]map[class]history, len(watches))
	var with, without []int
	for i, w := range watches {
		found[i] = map[class]history{}
		if w.focus {
			with = append(with, i)
		} else {
			without = append(without, i)
		}
	}
	look := func(at, focus int, indexes []int) {
		s.steps(at, focus, func(e *event, _, _ int) {
			for _, i := range indexes {
				_, c := watches[i].step(e, 0)
				if c == noClass {
					continue
				}
				if _, ok := found[i][c]; !ok { // breadth first: the shortest comes first
					h := s.to(at)
					h.moves = append(h.moves, e.mv.pack())
					h.focus, h.late = focus, true
					found[i][c] = h
				}
			}
		})
	}
	for i, w := range watches {
		w.begin(s, found[i])
	}
	for at := 0; at < len(s.states) && ctx.Err() == nil; at++ {
		if len(without) > 0 {
			look(at, noFocus, without)
		}
		for who := 0; who < len(s.m.users) && len(with) > 0; who++ {
			if !s.m.same(s.states[at], who, noFocus) {
				look(at, who, with)
			}
		}
	}
	return found
}

// begin adds what is found before the first step.
func (w *watch) begin(s *Space, found map[class]history) {
	if w.start == nil {
		return
	}
	for who := range s.m.users {
		if s.m.same(s.states[0], who, noFocus) {
			continue
		}
		if c := w.start(s.states[0], who); c != noClass {
			if _, ok := found[c]; !ok {
				found[c] = history{focus: who, late: true}
			}
		}
	}
}

// follow returns, for each class that a watch finds in a space, the shortest
// history. Of equally short ones it is always the same. It stops early when the
// context ends or the memory of the query is used up; what it found then is
// still so.
func (q *query) follow(s *Space, w *watch) map[class]history {
	users := len(s.m.users)
	words := (len(s.states)*(users+1)*w.phases + 63) / 64
	room := (q.memory - int64(words)*8) / nodeOctets // for so many nodes
	if room < 1 {
		q.stop(&MemoryError{s.limits.memory()})
		return nil
	}
	visited := make([]uint64, words)
	var nodes nodes
	visit := func(n node) {
		bit := (int(n.state)*(users+1)+int(n.focus)+1)*w.phases + int(n.phase)
		if visited[bit/64]>>(bit%64)&1 == 0 {
			visited[bit/64] |= 1 << (bit % 64)
			nodes.add(n)
		}
	}
	if !w.focus {
		visit(node{focus: noFocus, parent: -1})
	}
	for i := range users {
		if w.focus && !s.m.same(s.states[0], i, noFocus) {
			visit(node{focus: int8(i), parent: -1})
		}
	}
	found := map[class]history{}
	w.begin(s, found)
	for at := 0; at < nodes.count && q.ctx.Err() == nil; at++ {
		if int64(nodes.count) > min(room, math.MaxInt32/2) {
			q.stop(&MemoryError{s.limits.memory()})
			break
		}
		n := *nodes.at(at)
		s.steps(int(n.state), int(n.focus), func(e *event, next, focus int) {
			p, c := w.step(e, n.phase)
			if c != noClass {
				if _, ok := found[c]; !ok {
					found[c] = s.back(&nodes, at, e.mv.pack())
				}
			}
			if p != dead && next >= 0 {
				visit(node{state: uint32(next), parent: int32(at), via: e.mv.pack(), focus: int8(focus), phase: p})
			}
		})
	}
	return found
}

// steps calls visit with every step from a state, and with the state and the
// focus that it leads to; the state is -1 if the search did not get there.
func (s *Space) steps(at, focus int, visit func(e *event, next, focus int)) {
	e := event{m: s.m, before: s.states[at], focus: focus}
	s.m.expand(e.before, focus, func(mv move, next state) {
		e.mv, e.after = mv, next
		e.was, e.is = e.before.of(int(mv.subject)), next.of(int(mv.subject))
		e.slot = s.m.capabilityOf(e.before, mv, e.is)
		sorted, moved := s.m.settled(next, focus)
		index, ok := s.find(sorted)
		if !ok {
			index = -1
		}
		visit(&e, index, moved)
	})
}

// back returns the history that ends with a node and one more move.
func (s *Space) back(nodes *nodes, at int, last packed) history {
	h := history{moves: []packed{last}}
	for ; nodes.at(at).parent >= 0; at = int(nodes.at(at).parent) {
		h.moves = append(h.moves, nodes.at(at).via)
	}
	h.focus = int(nodes.at(at).focus)
	slices.Reverse(h.moves)
	return h
}

// to returns the shortest history to a state.
func (s *Space) to(at int) history {
	h := history{focus: noFocus}
	for ; at != 0; at = int(s.parent[at]) {
		h.moves = append(h.moves, s.via[at])
	}
	slices.Reverse(h.moves)
	return h
}

// future is a set of states with a user in focus from which something can be
// reached.
type future struct {
	users int
	bits  []uint64
}

func (f *future) has(at, focus int) bool {
	bit := at*(f.users+1) + focus + 1
	return f.bits[bit/64]>>(bit%64)&1 == 1
}

func (f *future) add(at, focus int) {
	bit := at*(f.users+1) + focus + 1
	f.bits[bit/64] |= 1 << (bit % 64)
}

// futures returns the states, with each user in focus where focus is set, from
// which allowed steps lead to a goal. States that the search did not look at
// count as ones that do, so that nothing is said of what is not known.
func (s *Space) futures(ctx context.Context, focus bool, goal func(at state, focus int) bool, allowed func(e *event) bool) *future {
	f := &future{users: len(s.m.users), bits: make([]uint64, (len(s.states)*(len(s.m.users)+1)+63)/64)}
	first, last := noFocus, noFocus
	if focus {
		first, last = 0, len(s.m.users)-1
	}
	for changed := true; changed && ctx.Err() == nil; {
		changed = false
		for at := len(s.states) - 1; at >= 0 && ctx.Err() == nil; at-- {
			for who := first; who <= last; who++ {
				if f.has(at, who) || who >= 0 && s.m.same(s.states[at], who, noFocus) {
					continue
				}
				reaches := at >= s.expanded || goal(s.states[at], who)
				if !reaches {
					s.steps(at, who, func(e *event, next, moved int) {
						reaches = reaches || allowed(e) && (next < 0 || f.has(next, moved))
					})
				}
				if reaches {
					f.add(at, who)
					changed = true
				}
			}
		}
	}
	return f
}
