package rooms

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Limits are those of a search.
type Limits struct {
	// Memory is how many octets a search may keep; 0 is [DefaultMemory]. What it
	// leaves is shared out to the checks. There is always memory for a thousand
	// states.
	Memory int64
	// Time is how long [Vet] may take; 0 is no bound. It gives half of it to the
	// search for states, and shares out what is left to the checks.
	Time time.Duration
	// Workers is how many goroutines work; 0 is one for each processor. The result
	// does not depend on it.
	Workers int
	// Progress, which may be nil, is called now and then, never twice at a time.
	Progress func(Progress)
}

// DefaultMemory is how many octets a search keeps at most where nothing is said.
const DefaultMemory = 2 << 30

// Progress says how far a search has come.
type Progress struct {
	States, Waiting int // found, and of these not yet looked at
	Decisions       uint64
	// Once all states are found, how much of what [Vet] looks for is done.
	Checked, Checks int
}

func (l *Limits) memory() int64 {
	if l.Memory <= 0 {
		return DefaultMemory
	}
	return l.Memory
}

func (l *Limits) workers() int {
	if l.Workers <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return l.Workers
}

// Space is what [Explore] found: the states that a room can reach, in breadth
// first order, each with the move that leads to it first.
type Space struct {
	m      *Machine
	limits Limits
	states []state
	parent []uint32
	via    []packed
	table  []uint32 // open addressing: an index into states plus 1, 0 if free

	decisions uint64
	expanded  int
	stopped   error
	coverage  coverage
}

// MemoryError says that a search stopped at its memory bound.
type MemoryError struct{ Octets int64 }

func (e *MemoryError) Error() string { return "the memory bound is reached" }

// stopReason says why a search or a check stopped, in words for a report.
func stopReason(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the time is up"
	case errors.Is(err, context.Canceled):
		return "it was interrupted"
	}
	return err.Error()
}

// States returns how many states were found.
func (s *Space) States() int { return len(s.states) }

// Decisions returns how many decisions the search took.
func (s *Space) Decisions() uint64 { return s.decisions }

// Memory returns how many octets the states take.
func (s *Space) Memory() int64 { return s.octets(cap(s.states), len(s.table)) }

// Exhausted reports whether the states are all that the room can reach.
func (s *Space) Exhausted() bool { return s.stopped == nil }

// Stopped returns why the search did not go on: [*MemoryError] or the error of
// the context; nil if it came to its end.
func (s *Space) Stopped() error { return s.stopped }

func (s *Space) octets(states, slots int) int64 { return int64(states)*(8+4+4) + int64(slots)*4 }

// How the work is shared out: workers take chunks of states, and when a batch of
// chunks is done its new states are added in the order of the chunks.
const (
	chunkStates = 256
	batchChunks = 64
)

// child is a state found from another.
type child struct {
	state  state
	parent uint32
	via    packed
}

// Explore finds every state that the room of a machine can reach. It stops early
// when the context ends or the memory bound is reached, and keeps what it has.
func Explore(ctx context.Context, m *Machine, limits Limits) *Space {
	s := &Space{m: m, limits: limits, table: make([]uint32, 1<<10)}
	s.insert(child{state: m.initial()})
	batch := make([][]child, batchChunks)
	crews := make([]crew, limits.workers())
	for i := range crews {
		crews[i].coverage.reset()
		crews[i].seen = map[state]struct{}{}
	}
	for s.expanded < len(s.states) && s.stopped == nil {
		from := s.expanded
		chunks := min(batchChunks, (len(s.states)-from+chunkStates-1)/chunkStates)
		to := min(len(s.states), from+chunks*chunkStates)
		var next atomic.Int64
		var wait sync.WaitGroup
		for i := range crews {
			wait.Go(func() {
				for {
					chunk := int(next.Add(1)) - 1
					if chunk >= chunks || ctx.Err() != nil {
						return
					}
					start := from + chunk*chunkStates
					batch[chunk] = crews[i].expand(s, start, min(start+chunkStates, to), batch[chunk][:0])
				}
			})
		}
		wait.Wait()
		if s.stopped = ctx.Err(); s.stopped != nil {
			break
		}
		s.expanded = to
		s.add(batch[:chunks])
		if limits.Progress != nil {
			var decisions uint64
			for i := range crews {
				decisions += crews[i].decisions
			}
			limits.Progress(Progress{States: len(s.states), Waiting: len(s.states) - s.expanded, Decisions: decisions})
		}
	}
	s.coverage.reset()
	for i := range crews {
		s.decisions += crews[i].decisions
		s.coverage.merge(&crews[i].coverage)
	}
	return s
}

// crew is one worker of a search.
type crew struct {
	decisions uint64
	coverage  coverage
	seen      map[state]struct{}
}

// expand returns the states that some states lead to and that are not known
// yet. It only reads the space.
func (c *crew) expand(s *Space, from, to int, children []child) []child {
	clear(c.seen)
	for i := from; i < to; i++ {
		before := s.states[i]
		actor := noFocus
		c.decisions += s.m.expand(before, noFocus, func(mv move, next state) {
			if int(mv.actor) != actor {
				c.coverage.settle()
				actor = int(mv.actor)
			}
			c.coverage.note(s.m, before, mv, next)
			next = next.canonical(len(s.m.users), s.m.alike)
			if _, ok := s.find(next); ok {
				return
			}
			if _, ok := c.seen[next]; ok {
				return
			}
			c.seen[next] = struct{}{}
			children = append(children, child{next, uint32(i), mv.pack()})
		})
		c.coverage.settle()
	}
	return children
}

// add adds what is new in a batch, as far as the memory goes.
func (s *Space) add(batch [][]child) {
	for _, children := range batch {
		for _, c := range children {
			if _, ok := s.find(c.state); ok {
				continue
			}
			if !s.insert(c) {
				s.stopped = &MemoryError{s.limits.memory()}
				return
			}
		}
	}
}

// find returns the index of a state.
func (s *Space) find(wanted state) (int, bool) {
	mask := uint64(len(s.table) - 1)
	for at := wanted.hash() & mask; s.table[at] != 0; at = (at + 1) & mask {
		if index := int(s.table[at]) - 1; s.states[index] == wanted {
			return index, true
		}
	}
	return 0, false
}

// insert adds a state that is not there; it is false if there is no memory.
func (s *Space) insert(c child) bool {
	if len(s.states) == cap(s.states) {
		larger := max(1024, 2*cap(s.states))
		if s.octets(larger, 2*larger) > s.limits.memory() && cap(s.states) > 0 || larger > math.MaxUint32 {
			return false
		}
		s.states = slices.Grow(s.states, larger-len(s.states))
		s.parent = slices.Grow(s.parent, larger-len(s.parent))
		s.via = slices.Grow(s.via, larger-len(s.via))
	}
	s.states, s.parent, s.via = append(s.states, c.state), append(s.parent, c.parent), append(s.via, c.via)
	if 2*len(s.states) > len(s.table) {
		s.table = make([]uint32, 2*len(s.table))
		for i := range s.states {
			s.place(i)
		}
		return true
	}
	s.place(len(s.states) - 1)
	return true
}

func (s *Space) place(index int) {
	mask := uint64(len(s.table) - 1)
	at := s.states[index].hash() & mask
	for s.table[at] != 0 {
		at = (at + 1) & mask
	}
	s.table[at] = uint32(index) + 1
}
