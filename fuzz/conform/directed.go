package conform

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/vectors"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// asks is what is to be asked, and of whom.
type asks struct {
	ops    map[protocol.Op]bool
	drafts spec.Drafts
}

// of returns the drafts under which an op is to be asked.
func (a *asks) of(op protocol.Op) []spec.Draft {
	if !a.ops[op] {
		return nil
	}
	return (op.Drafts() & a.drafts).List()
}

// directed returns the cases that are asked in every run: a few plain ones, the
// vectors, which show each rule from both sides, and hold known answers and what
// the kept cases of the corpus ask.
func (a *asks) directed() []testCase {
	var list []testCase
	add := func(about string, d spec.Draft, input protocol.Input) {
		list = append(list, testCase{request: &protocol.Request{Draft: d, Input: input}, about: about})
	}
	for _, d := range a.of(protocol.ContentDecode) {
		for _, input := range drawnPlainly(d, func(t *gen.Tape) protocol.Input {
			return &protocol.ContentInput{Message: bytes.Clone(gen.ValidContent(d, t).Octets)}
		}) {
			add("", d, input)
		}
	}
	for _, d := range a.of(protocol.StatusDecode) {
		for _, input := range drawnPlainly(d, func(t *gen.Tape) protocol.Input {
			return &protocol.StatusInput{Report: bytes.Clone(gen.ValidReport(d, t).Octets)}
		}) {
			add("", d, input)
		}
	}
	for _, d := range a.of(protocol.MessageIDCompute) {
		add("", d, &protocol.MessageIDInput{Sender: []byte(plainSender), Room: []byte(plainRoom), Message: smallestMessage(d)})
	}
	for _, d := range a.of(protocol.FrankingVerify) {
		for _, input := range askedByKnown("franking/completeness", d, protocol.FrankingVerify) {
			add("", d, input)
		}
	}
	all := vectors.All()
	for i := range all {
		v := &all[i]
		about := ""
		if v.Rule != nil {
			about = v.Rule.ID
		}
		for _, d := range a.of(v.Op()) {
			if v.Drafts().Has(d) {
				add(about, d, v.Input)
			}
		}
	}
	a.kept(add)
	return list
}

// mostAsked bounds how much of what one kept case asks is asked again.
const mostAsked = 128

// kept adds what the kept cases of the corpus ask. The vectors have of each one
// input that shows its fault by itself; here it is everything.
func (a *asks) kept(add func(string, spec.Draft, protocol.Input)) {
	for _, r := range keptRequests() {
		if op := r.Op(); a.ops[op] && (a.drafts & op.Drafts()).Has(r.Draft) {
			add("", r.Draft, r.Input)
		}
	}
}

var keptRequests = sync.OnceValue(func() []*protocol.Request {
	var list []*protocol.Request
	for _, file := range corpus.Cases("") {
		c, err := properties.ParseCase(file.JSON)
		if err != nil {
			panic(fmt.Sprintf("the embedded case %s is damaged: %v", file.Name, err))
		}
		r := asked.Recorder{Most: mostAsked}
		property, err := properties.ByID(c.Property)
		if err != nil || property.Alone || !property.Able(&r) {
			continue
		}
		if _, _, err := property.Replay(&r, &c); err != nil {
			panic(fmt.Sprintf("the embedded case %s cannot be replayed: %v", file.Name, err))
		}
		for _, request := range r.Requests {
			if _, err := protocol.AppendRequest(nil, request); err == nil {
				list = append(list, request)
			}
		}
	}
	return list
})

// The URIs of plain cases.
const (
	plainSender = "mimi://a.example/u/alice"
	plainRoom   = "mimi://a.example/r/room"
)

// drawnPlainly returns a few drawn inputs, the smallest first.
func drawnPlainly(d spec.Draft, draw func(*gen.Tape) protocol.Input) []protocol.Input {
	var tape gen.Tape
	inputs := []protocol.Input{draw(&tape)}
	tape.Seed(1, uint64(d))
	for range smokeCases {
		inputs = append(inputs, draw(&tape))
		tape.Clear()
	}
	return inputs
}

// smallestMessage returns the smallest valid message with a body.
func smallestMessage(d spec.Draft) []byte {
	var zeros gen.Tape
	return bytes.Clone(gen.ValidContent(d, &zeros).Octets)
}

// askedByKnown returns what the known cases of a property ask.
func askedByKnown(id string, d spec.Draft, op protocol.Op) []protocol.Input {
	property, err := properties.ByID(id)
	if err != nil {
		panic(err)
	}
	r := asked.Recorder{Ops: map[protocol.Op]bool{op: true}}
	for _, c := range property.Known(d) {
		if _, _, err := property.Replay(&r, &c); err != nil {
			panic(fmt.Sprintf("a known case of %s cannot be replayed: %v", id, err))
		}
	}
	return inputsOf(r.Requests)
}
