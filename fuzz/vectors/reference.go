package vectors

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// reader is the reference under one set of readings.
type reader struct {
	readings map[string]string
	impl     properties.Implementation
	policy   roompolicy.Readings
	checkers map[spec.Draft]*content.Checker
}

func newReader(readings map[string]string) (*reader, error) {
	impl, err := properties.WithReadings(readings)
	if err != nil {
		return nil, err
	}
	r := &reader{readings: readings, impl: impl, checkers: map[spec.Draft]*content.Checker{}}
	ofContent := content.Readings{}
	for id, name := range readings {
		switch document, _, _ := strings.Cut(id, "/"); document {
		case "content":
			ofContent[id] = name
		case "room-policy":
			if r.policy, err = r.policy.WithReading(id, name); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range protocol.ContentDecode.Drafts().List() {
		if r.checkers[d], err = content.NewChecker(content.Options{Draft: d, Readings: ofContent}); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func mustReader(readings map[string]string) *reader {
	r, err := newReader(readings)
	if err != nil {
		panic(err) // the readings are those of the models
	}
	return r
}

// theDefault is the reference under the default readings.
var theDefault = mustReader(nil)

// alternatives returns the reference under each reading that is not a default
// of an ambiguity that bears on an op under a draft.
func alternatives(op protocol.Op, d spec.Draft) []*reader { return readersByOp()[op][d] }

var readersByOp = sync.OnceValue(func() map[protocol.Op]map[spec.Draft][]*reader {
	by := map[protocol.Op]map[spec.Draft][]*reader{}
	for op, ambiguities := range map[protocol.Op][]*spec.Ambiguity{
		protocol.ContentDecode: content.Ambiguities(), protocol.FrankingVerify: franking.Ambiguities(),
		protocol.PolicyDecide: roompolicy.Ambiguities(), protocol.PolicyApply: roompolicy.Ambiguities(),
	} {
		by[op] = map[spec.Draft][]*reader{}
		for _, a := range ambiguities {
			for _, reading := range a.Readings[1:] {
				r := mustReader(map[string]string{a.ID: reading.Name})
				for _, d := range (a.Drafts & op.Drafts()).List() {
					by[op][d] = append(by[op][d], r)
				}
			}
		}
	}
	return by
})

// verdict asks the reference.
func (r *reader) verdict(request *protocol.Request) Verdict {
	answer := serve.Answer(r.impl, request)
	v := Verdict{Answer: answer, Rules: answer.Rules}
	v.Answer.Reason, v.Answer.Rules = "", nil
	switch in := request.Input.(type) {
	case *protocol.ContentInput:
		if answer.OK {
			v.Rules = r.broken(request.Draft, in.Message)
		}
	case *protocol.MessageIDInput:
		v.Rules = brokenByID(request.Draft, in)
	case *protocol.TagInput:
		if len(in.Salt) != franking.SaltOctets(request.Draft) {
			v.Rules = []string{franking.ClientContent.Rule().ID}
		}
	case *protocol.DecideInput:
		if judge, err := roompolicy.NewJudge(request.Draft, r.policy); err == nil && !v.accepts() {
			if decision := judge.Decide(in.Policy, in.State, in.Action); decision.Rule != nil {
				v.Rules = []string{decision.Rule.ID}
			}
		}
	case *protocol.ApplyInput:
		if judge, err := roompolicy.NewJudge(request.Draft, r.policy); err == nil && !answer.OK {
			var refused *roompolicy.CommitError
			if _, err := judge.Apply(in.Policy, in.State, in.Commit); errors.As(err, &refused) {
				v.Rules = []string{refused.Rule.ID}
			}
		}
	}
	v.Rules = distinct(v.Rules)
	return v
}

// sees reports whether a message breaks the given rules by these readings, and
// none else. Then its verdict is the same: a reading does not bear on how a
// message is encoded again. It is much cheaper to ask than a verdict.
func (r *reader) sees(request *protocol.Request, rules []string) bool {
	in, ok := request.Input.(*protocol.ContentInput)
	return ok && slices.Equal(distinct(r.broken(request.Draft, in.Message)), rules)
}

// broken returns the rules that a message breaks, recommendations included.
func (r *reader) broken(d spec.Draft, message []byte) (ids []string) {
	result := r.checkers[d].Check(message)
	for i := range result.Violations {
		ids = append(ids, result.Violations[i].Rule.ID)
	}
	return ids
}

// brokenByID returns the rule by which there is no message ID, or those that
// the message itself breaks.
func brokenByID(d spec.Draft, in *protocol.MessageIDInput) (ids []string) {
	var violation *spec.Violation
	_, err := messageid.Compute(d, messageid.SHA256, &messageid.Input{Sender: in.Sender, Room: in.Room, Message: in.Message})
	if errors.As(err, &violation) {
		return []string{violation.Rule.ID}
	}
	if _, err := (properties.Reference{}).DecodeContent(d, in.Message); err != nil {
		ids, _ = properties.BrokenRules(err)
	}
	return ids
}

func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// result says what a verdict comes to, open texts aside.
func (v *Verdict) result() Result {
	switch {
	case !v.accepts():
		return Invalid
	case len(v.Rules) > 0:
		return Acceptable
	}
	return Valid
}

// expect works out what should be answered to a request.
func expect(request *protocol.Request) *Expectation {
	e := &Expectation{Verdict: theDefault.verdict(request)}
	e.Result = e.result()
	e.AnyEncoding = e.Answer.OK && (request.Op() == protocol.StatusDecode || request.Op() == protocol.ContentDecode && request.Draft < spec.Content08)
	matters := map[string]string{}
	var changed []map[string]string
	for _, r := range alternatives(request.Op(), request.Draft) {
		if r.sees(request, e.Rules) {
			continue
		}
		v := r.verdict(request)
		answers := e.sameAnswer(&v)
		if answers && slices.Equal(v.Rules, e.Rules) {
			continue
		}
		changed = append(changed, r.readings)
		if !answers {
			e.Readings = append(e.Readings, Reading{Readings: r.readings, Result: v.result(), Verdict: v})
			maps.Copy(matters, r.readings)
		}
	}
	// Two open texts may both stand in the way of one input.
	if len(changed) > 1 {
		all := map[string]string{}
		for _, readings := range changed {
			maps.Copy(all, readings)
		}
		if v := mustReader(all).verdict(request); !e.sameAnswer(&v) && !slices.ContainsFunc(e.Readings, func(other Reading) bool { return other.sameAnswer(&v) }) {
			e.Readings = append(e.Readings, Reading{Readings: all, Result: v.result(), Verdict: v})
			maps.Copy(matters, all)
		}
	}
	if len(e.Readings) > 0 {
		byDefault := Reading{Readings: map[string]string{}, Result: e.Result, Verdict: e.Verdict}
		for id := range matters {
			byDefault.Readings[id] = ambiguityByID(id).Readings[0].Name
		}
		e.Result, e.Readings = Ambiguous, slices.Insert(e.Readings, 0, byDefault)
	}
	return e
}

// ambiguityByID returns an ambiguity of the models; the ID is that of one.
func ambiguityByID(id string) *spec.Ambiguity {
	list := properties.Ambiguities()
	return list[slices.IndexFunc(list, func(a *spec.Ambiguity) bool { return a.ID == id })]
}

// sameAnswer reports whether two verdicts expect the same answer.
func (v *Verdict) sameAnswer(other *Verdict) bool {
	a, b := &v.Answer, &other.Answer
	return a.OK == b.OK && string(a.Reencoded) == string(b.Reencoded) && string(a.MessageID) == string(b.MessageID) &&
		string(a.FrankingTag) == string(b.FrankingTag) && reflect.DeepEqual(a.Allowed, b.Allowed) && reflect.DeepEqual(a.Policy, b.Policy) && reflect.DeepEqual(a.State, b.State)
}
