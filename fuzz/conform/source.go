package conform

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// source makes the cases of a search. The same seed and the same answers give
// the same cases. A source is not for concurrent use.
type source struct {
	random *rand.Rand
	tape   gen.Tape
	varied gen.Tape // for choices that were drawn before, and are changed
	places []*place
	turn   int
	ready  []testCase // drawn and not yet taken
}

// place is an op under a draft, and what is worth changing there.
type place struct {
	op         protocol.Op
	draft      spec.Draft
	generators []*generator
	share      int // of the turns
	pool       []testCase
}

// The bounds of the search.
const (
	maxPool  = 256 // cases that are changed further, for each op and draft
	maxKinds = 1 << 14
	// largestKept bounds the cases that are changed further, in octets.
	largestKept = 1024
)

// newSource returns the source of one job.
func newSource(a *asks, seed uint64, job int) *source {
	s := &source{random: rand.New(rand.NewPCG(seed, uint64(job)))}
	s.tape.Seed(seed, 1<<32|uint64(job))
	for _, op := range protocol.Ops() {
		for _, d := range a.of(op) {
			p := &place{op: op, draft: d, generators: generatorsOf(op, d), share: 8}
			if op == protocol.FrankingVerify {
				p.share = 1 // signatures are dear, and a world has many questions
			}
			for range p.share {
				s.places = append(s.places, p)
			}
		}
	}
	s.random.Shuffle(len(s.places), func(i, j int) { s.places[i], s.places[j] = s.places[j], s.places[i] })
	return s
}

// next returns the next case.
func (s *source) next() testCase {
	for len(s.ready) == 0 {
		p := s.places[s.turn%len(s.places)]
		s.turn++
		if len(p.pool) > 0 && s.random.IntN(4) == 0 {
			s.vary(p)
			continue
		}
		g := p.generators[s.random.IntN(len(p.generators))]
		for _, r := range rare {
			if r.op == p.op && s.random.IntN(r.every) == 0 {
				g = r.generator
			}
		}
		s.tape.Clear()
		s.draw(p, g, &s.tape)
	}
	c := s.ready[0]
	s.ready = s.ready[1:]
	return c
}

// draw draws the inputs of a generator. Every one remembers the choices.
func (s *source) draw(p *place, g *generator, t *gen.Tape) {
	inputs := g.inputs(p.draft, t)
	if len(inputs) == 0 {
		return
	}
	from := &origin{generator: g, choices: slices.Clone(t.Choices())}
	s.ready = s.ready[:0]
	for _, input := range inputs {
		s.ready = append(s.ready, testCase{request: &protocol.Request{Draft: p.draft, Input: input}, origin: from})
	}
}

// vary changes a case of the pool: the choices that it was drawn from, or its
// octets.
func (s *source) vary(p *place) {
	c := p.pool[s.random.IntN(len(p.pool))]
	if c.origin != nil && (s.random.IntN(2) == 0 || octetsOf(c.request.Input) == nil) {
		s.varied.Rewind(s.varyChoices(c.origin.choices))
		s.draw(p, c.origin.generator, &s.varied)
		return
	}
	octets := octetsOf(c.request.Input)
	if octets == nil {
		return
	}
	changed := varyOctets(s.random, *octets)
	s.ready = append(s.ready[:0], testCase{request: withOctets(c.request, changed)})
}

// varyChoices changes one to three choices, or drops some.
func (s *source) varyChoices(choices []uint16) []uint16 {
	changed := slices.Clone(choices)
	for range 1 + s.random.IntN(3) {
		if len(changed) == 0 {
			break
		}
		at := s.random.IntN(len(changed))
		switch s.random.IntN(4) {
		case 0:
			changed[at]++
		case 1:
			changed[at] = uint16(s.random.IntN(1 << 16))
		case 2:
			changed[at] = uint16(s.random.IntN(8))
		case 3:
			changed = slices.Delete(changed, at, min(len(changed), at+1+s.random.IntN(4)))
		}
	}
	return changed
}

// learn keeps cases that were answered in a new way, to change them further. Large
// ones are not kept: what is made of them is as large, and would be most of what a
// search asks.
func (s *source) learn(cases []testCase) {
	for _, c := range cases {
		if octetsOf(c.request.Input) != nil && weight(c.request) > largestKept {
			continue
		}
		for _, p := range s.places {
			if p.op != c.request.Op() || p.draft != c.request.Draft {
				continue
			}
			if len(p.pool) < maxPool {
				p.pool = append(p.pool, c)
			} else {
				p.pool[s.random.IntN(maxPool)] = c
			}
			break
		}
	}
}

// octetsOf returns the octets of an input that can be changed one by one, nil
// if there are none.
func octetsOf(input protocol.Input) *[]byte {
	switch in := input.(type) {
	case *protocol.ContentInput:
		return &in.Message
	case *protocol.StatusInput:
		return &in.Report
	case *protocol.MessageIDInput:
		return &in.Message
	}
	return nil
}

// withOctets returns a copy of a request, with other octets.
func withOctets(r *protocol.Request, octets []byte) *protocol.Request {
	changed := &protocol.Request{Draft: r.Draft}
	octets = protocol.There(octets)
	switch in := r.Input.(type) {
	case *protocol.ContentInput:
		changed.Input = &protocol.ContentInput{Message: octets}
	case *protocol.StatusInput:
		changed.Input = &protocol.StatusInput{Report: octets}
	case *protocol.MessageIDInput:
		changed.Input = &protocol.MessageIDInput{Sender: in.Sender, Room: in.Room, Message: octets}
	default:
		panic(fmt.Sprintf("%T has no octets", in))
	}
	return changed
}

// The bounds of a change of octets.
const (
	largestVaried = 4096 // octets whose items are looked at
	mostVariants  = 64
)

// varyOctets changes octets in one place, mostly along the items that they hold.
func varyOctets(random *rand.Rand, octets []byte) []byte {
	if len(octets) > largestVaried || len(octets) > 0 && random.IntN(3) == 0 {
		changed := slices.Clone(octets)
		changed[random.IntN(len(changed))] ^= 1 << random.IntN(8)
		return changed
	}
	left := random.IntN(mostVariants)
	var chosen edits
	for chosen = range smaller(octets) {
		if left == 0 {
			break
		}
		left--
	}
	if chosen == nil {
		return append(slices.Clone(octets), byte(random.IntN(256)))
	}
	return chosen.apply(octets)
}

// kinds tells new kinds of answer from those that were seen.
type kinds struct {
	seen map[string]bool
	kind []byte // of the case that is looked at
}

// isNew reports whether a case was answered in a way that was not seen before
// for the op, the draft and the rules that it breaks.
func (k *kinds) isNew(r *protocol.Request, e *expectation, reply *protocol.Reply, outcome Outcome) bool {
	if outcome == Agrees && e.ok && reply.Answer.OK {
		return false
	}
	if len(k.seen) >= maxKinds {
		return false
	}
	kind := append(k.kind[:0], byte(r.Draft))
	kind = append(append(kind, r.Op()...), outcome...)
	for i := range e.reasons {
		if rule := e.reasons[i].rule; rule != nil {
			kind = append(append(kind, rule.ID...), e.reasons[i].place...)
		}
	}
	for _, rule := range reply.Answer.Rules {
		kind = append(append(kind, ' '), rule...)
	}
	if len(reply.Answer.Rules) == 0 {
		kind = appendSlug(kind, reply.Answer.Reason)
	}
	k.kind = kind
	if k.seen[string(kind)] {
		return false
	}
	k.seen[string(kind)] = true
	return true
}
