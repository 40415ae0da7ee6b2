package conform

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// generator draws inputs of one op from a tape.
type generator struct {
	name   string
	op     protocol.Op
	weight int         // how often it has its turn
	drafts spec.Drafts // under which it draws; those of the op if zero
	// draw returns at least one input for most tapes. What it returns does not
	// share memory with the tape.
	draw func(d spec.Draft, t *gen.Tape) []protocol.Input
}

// inputs draws inputs, without those that cannot be written down: a drawn room
// may have what no JSON form has.
func (g *generator) inputs(d spec.Draft, t *gen.Tape) []protocol.Input {
	inputs := g.draw(d, t)
	if g.op != protocol.PolicyDecide && g.op != protocol.PolicyApply {
		return inputs
	}
	return slices.DeleteFunc(inputs, func(input protocol.Input) bool {
		_, err := protocol.AppendRequest(nil, &protocol.Request{Draft: d, Input: input})
		return err != nil
	})
}

func contentOf(name string, weight int, draw func(spec.Draft, *gen.Tape) []byte) *generator {
	return &generator{name: name, op: protocol.ContentDecode, weight: weight, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		return []protocol.Input{&protocol.ContentInput{Message: protocol.Octets(draw(d, t))}}
	}}
}

func statusOf(name string, weight int, draw func(spec.Draft, *gen.Tape) []byte) *generator {
	return &generator{name: name, op: protocol.StatusDecode, weight: weight, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		return []protocol.Input{&protocol.StatusInput{Report: protocol.Octets(draw(d, t))}}
	}}
}

func idsOf(name string, weight int, draw func(spec.Draft, *gen.Tape) []messageid.Input) *generator {
	return &generator{name: name, op: protocol.MessageIDCompute, weight: weight, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		var inputs []protocol.Input
		for _, in := range draw(d, t) {
			inputs = append(inputs, asked.MessageIDInput(&in))
		}
		return inputs
	}}
}

// askedBy draws what a property asks.
func askedBy(id string, op protocol.Op, weight, most int) *generator {
	property, err := properties.ByID(id)
	if err != nil {
		panic(err)
	}
	ops := map[protocol.Op]bool{op: true}
	return &generator{name: "asked by " + id, op: op, weight: weight, drafts: property.Drafts, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		r := asked.Recorder{Ops: ops, Most: most}
		property.Try(&r, d, t)
		return inputsOf(r.Requests)
	}}
}

// inputsOf returns the inputs of requests.
func inputsOf(requests []*protocol.Request) []protocol.Input {
	inputs := make([]protocol.Input, len(requests))
	for i, r := range requests {
		inputs[i] = r.Input
	}
	return inputs
}

// generators are those of the search, but for the rare ones.
var generators = []*generator{
	contentOf("valid", 24, func(d spec.Draft, t *gen.Tape) []byte { return gen.ValidContent(d, t).Octets }),
	contentOf("one-rule-broken", 40, func(d spec.Draft, t *gen.Tape) []byte { return gen.OneRuleBroken(d, t).Octets }),
	contentOf("hostile", 24, func(d spec.Draft, t *gen.Tape) []byte { return gen.Hostile(d, t).Octets }),
	contentOf("odd", 8, func(d spec.Draft, t *gen.Tape) []byte { return gen.Odd(d, t).Octets }),
	contentOf("reencodable", 8, func(d spec.Draft, t *gen.Tape) []byte { return gen.Reencodable(d, t).Octets }),
	contentOf("compared", 8, func(d spec.Draft, t *gen.Tape) []byte {
		others := protocol.ContentDecode.Drafts().List()
		return gen.Compared(d, others[t.Choose(len(others))], t).Octets
	}),
	contentOf("cut", 4, func(d spec.Draft, t *gen.Tape) []byte {
		cut := gen.Truncated(d, t)
		if cut.Length == gen.EveryLength {
			return cut.Octets[:t.Choose(len(cut.Octets)+1)]
		}
		return cut.Octets[:cut.Length]
	}),

	statusOf("valid", 4, func(d spec.Draft, t *gen.Tape) []byte { return gen.ValidReport(d, t).Octets }),
	statusOf("one-rule-broken", 6, func(d spec.Draft, t *gen.Tape) []byte { return gen.BrokenReport(d, t).Octets }),
	statusOf("cut", 1, func(d spec.Draft, t *gen.Tape) []byte {
		cut := gen.TruncatedReport(d, t)
		return cut.Octets[:min(max(cut.Length, 0), len(cut.Octets))]
	}),

	idsOf("pair", 8, func(d spec.Draft, t *gen.Tape) []messageid.Input {
		pair := gen.Pair(d, t)
		return []messageid.Input{pair.First, pair.Second}
	}),
	idsOf("characters", 4, func(d spec.Draft, t *gen.Tape) []messageid.Input { return []messageid.Input{gen.Characters(d, t)} }),
	idsOf("reencoded", 4, func(d spec.Draft, t *gen.Tape) []messageid.Input {
		e := gen.Reencoded(d, t)
		return []messageid.Input{{Sender: e.Sender, Room: e.Room, Message: e.Canonical}, {Sender: e.Sender, Room: e.Room, Message: e.Received}}
	}),

	{name: "tagged", op: protocol.FrankingTag, weight: 1, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		c := gen.ContentsToTag(d, t)
		return []protocol.Input{
			&protocol.TagInput{Salt: protocol.Octets(c.Salt), ApplicationData: protocol.Octets(c.First)},
			&protocol.TagInput{Salt: protocol.Octets(c.Salt), ApplicationData: protocol.Octets(c.Second)},
		}
	}},
	askedBy("franking/completeness", protocol.FrankingVerify, 2, 64),
	askedBy("franking/receiver-binding", protocol.FrankingVerify, 3, 64),
	askedBy("franking/context-integrity", protocol.FrankingVerify, 3, 64),
	askedBy("franking/receivers-agree", protocol.FrankingVerify, 1, 64),

	{name: "action", op: protocol.PolicyDecide, weight: 12, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		a := gen.AnyRoomAction(d, t)
		return []protocol.Input{asked.DecideInput(a.Policy, a.State, a.Action)}
	}},
	askedBy("roompolicy/decision-table", protocol.PolicyDecide, 4, 16),
	askedBy("roompolicy/fails-closed", protocol.PolicyDecide, 2, 16),
	askedBy("roompolicy/capability-never-denies", protocol.PolicyDecide, 2, 16),
	askedBy("roompolicy/names-and-order", protocol.PolicyDecide, 1, 16),
	askedBy("roompolicy/bounds-kept-if-checked", protocol.PolicyDecide, 1, 16),
	{name: "commit", op: protocol.PolicyApply, weight: 8, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		c := gen.AnyRoomCommit(d, t)
		return []protocol.Input{asked.ApplyInput(c.Policy, c.State, c.Commit)}
	}},
	{name: "list-commit", op: protocol.PolicyApply, weight: 4, draw: func(d spec.Draft, t *gen.Tape) []protocol.Input {
		c := gen.AnyListCommit(d, t)
		return []protocol.Input{asked.ApplyInput(c.Policy, c.State, c.Commit)}
	}},
	askedBy("roompolicy/commit-as-decided", protocol.PolicyApply, 2, 16),
	askedBy("roompolicy/commit-in-order", protocol.PolicyApply, 1, 16),
	askedBy("roompolicy/no-op", protocol.PolicyApply, 1, 16),
}

// rare are generators whose cases are large: each gets one of so many cases of
// its op, or a search would spend most of its time on them.
var rare = []struct {
	every int
	*generator
}{
	{20_000, contentOf("bomb", 1, func(d spec.Draft, t *gen.Tape) []byte {
		bomb := gen.Bombed(d, t)
		return bomb.Octets()
	})},
	{1000, contentOf("limited", 1, func(d spec.Draft, t *gen.Tape) []byte {
		limits := gen.Limited(d, t)
		return limits.Message(d)
	})},
	{1000, idsOf("long", 1, longURIs)},
}

// longURIs draws an input with URIs about as long as a length field can say.
func longURIs(d spec.Draft, t *gen.Tape) []messageid.Input {
	in := gen.Input(d, t)
	lengths := []int{0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x10001, 0x1ffff}
	long := gen.PaddedURI("/u/", lengths[t.Choose(len(lengths))])
	if t.Bool() {
		in.Room = long
	} else {
		in.Sender = long
	}
	return []messageid.Input{in}
}

// generatorsOf returns the generators of an op under a draft, each as often as
// it weighs.
func generatorsOf(op protocol.Op, d spec.Draft) []*generator {
	var list []*generator
	for _, g := range generators {
		if g.op == op && (g.drafts == 0 || g.drafts.Has(d)) {
			list = append(list, slices.Repeat([]*generator{g}, g.weight)...)
		}
	}
	if list == nil {
		panic(fmt.Sprintf("nothing draws %s under %s", op, d))
	}
	return list
}
