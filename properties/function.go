package properties

import (
	"bytes"
	"reflect"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// What is asked has one answer, whatever was asked before: the interfaces of
// implementations promise it. Buffers that are shared, state that is kept between
// calls, results beside an error, and answers in the order of a map break it.

const ofInterfaces = "the interfaces of this project"

var functionProperties = []*Property{
	New(Statement{
		ID: "messageid/hash-input-appended", Source: ofInterfaces, Drafts: messageid.Drafts,
		Text: "A hash input is appended to what is there, which it does not change, and is the same behind anything.",
	}, Check[HashInputs, gen.MessageIDPair]{Draw: gen.Pair, Try: tryAppended}),

	New(Statement{
		ID: "content/function", Source: ofInterfaces, Drafts: contentDrafts, Cost: 8,
		Text: "A message is decoded to the same whatever was decoded before; neither its octets nor earlier results change, and a refused one has no result.",
	}, Check[ContentDecoder, gen.OctetTriple]{Draw: gen.ContentTriple, Try: func(impl ContentDecoder, d spec.Draft, p *gen.OctetTriple) (Outcome, *Refutation) {
		return tryFunction(p, func(octets []byte) ([]byte, error) { return impl.DecodeContent(d, octets) })
	}}),

	New(Statement{
		ID: "message-status/function", Source: ofInterfaces, Drafts: statusDrafts, Cost: 4,
		Text: "A report is decoded to the same whatever was decoded before; neither its octets nor earlier results change, and a refused one has no result.",
	}, Check[StatusDecoder, gen.OctetTriple]{Draw: gen.ReportTriple, Try: func(impl StatusDecoder, d spec.Draft, p *gen.OctetTriple) (Outcome, *Refutation) {
		return tryFunction(p, func(octets []byte) ([]byte, error) { return impl.DecodeStatus(d, octets) })
	}}),

	New(Statement{
		ID: "franking/codec-function", Source: ofInterfaces, Drafts: franking.Drafts, Cost: 5,
		Text: "A struct of franking is read as the same whatever was read before; neither its octets nor earlier results change, and a refused one has no result.",
	}, Check[FrankingStructs, gen.OctetTriple]{Draw: gen.FrankingStructTriple, Try: func(impl FrankingStructs, d spec.Draft, p *gen.OctetTriple) (Outcome, *Refutation) {
		return tryFunction(p, func(octets []byte) ([]byte, error) { return impl.RecodeFranking(d, p.Struct, octets) })
	}}),

	New(Statement{
		ID: "roompolicy/codec-function", Source: ofInterfaces, Drafts: codecDrafts, Cost: 64,
		Text: "A struct of room policies is decoded to the same whatever was decoded before; neither its octets nor earlier results change, and a refused one has no result.",
	}, Check[ComponentDecoder, gen.OctetTriple]{Draw: gen.ComponentTriple, Try: func(impl ComponentDecoder, d spec.Draft, p *gen.OctetTriple) (Outcome, *Refutation) {
		return tryFunction(p, func(octets []byte) ([]byte, error) { return impl.DecodeComponent(d, p.Struct, octets) })
	}}),

	New(Statement{
		ID: "roompolicy/decision-function", Source: ofInterfaces, Drafts: policyDrafts, Cost: 40,
		Text: "An action is decided in the same way whatever was decided before, and the room is not changed.",
	}, Check[RoomDecisions, twoActions]{Draw: drawTwoActions, Try: tryDecisionFunction}),

	New(Statement{
		ID: "roompolicy/commit-function", Source: ofInterfaces, Drafts: policyDrafts, Cost: 60,
		Text: "A commit leaves the same room however often it is applied, shares nothing that changes with the room before, and leaves none if it is refused.",
	}, Check[RoomCommits, gen.RoomCommit]{Draw: gen.AnyRoomCommit, Try: tryCommitFunction}),
}

func tryAppended(impl HashInputs, d spec.Draft, p *gen.MessageIDPair) (Outcome, *Refutation) {
	plain, err := impl.AppendHashInput(nil, d, &p.First)
	if err != nil {
		return Skipped, nil
	}
	kept := bytes.Clone(plain)
	const before = "before"
	// The octets behind the length are another's.
	shared := append(make([]byte, 0, 4096), "before it and behind"...)
	appended, err := impl.AppendHashInput(shared[:len(before):len(before)], d, &p.First)
	switch {
	case err != nil:
		return refuted("refused-behind-something", "%v", err)
	case !bytes.HasPrefix(appended, []byte(before)):
		return refuted("prefix-changed", "behind %q comes back %x", before, shortened(appended))
	case !bytes.Equal(appended[len(before):], kept):
		return refuted("other-behind-something", "alone %x, behind %q %x", shortened(kept), before, shortened(appended))
	case string(shared) != "before it and behind":
		return refuted("neighbour-overwritten", "the octets behind the slice are now %q", shared)
	}
	if _, err := impl.AppendHashInput(nil, d, &p.Second); err == nil && !bytes.Equal(plain, kept) {
		return refuted("result-changed", "another hash input changed the first")
	}
	return Holds, nil
}

// tryFunction asks about the first octets, about the others, and again.
func tryFunction(p *gen.OctetTriple, ask func([]byte) ([]byte, error)) (Outcome, *Refutation) {
	buffer := bytes.Clone(p.First)
	result, err := ask(buffer)
	if err != nil && len(result) > 0 {
		return refuted("result-beside-error", "%x is refused (%v), and %x comes with it", shortened(p.First), err, shortened(result))
	}
	if !bytes.Equal(buffer, p.First) {
		return refuted("input-changed", "%x was changed to %x", shortened(p.First), shortened(buffer))
	}
	kept := bytes.Clone(result)
	for i := range buffer {
		buffer[i] ^= 0xff // the caller uses its buffer again
	}
	if !bytes.Equal(result, kept) {
		return refuted("result-shares-input", "the result of %x changed with the buffer that it was read from", shortened(p.First))
	}
	for _, other := range [][]byte{p.Second, p.Third} {
		_, _ = ask(bytes.Clone(other)) // whether it is refused is not what this is about
		if !bytes.Equal(result, kept) {
			return refuted("result-changed", "the result of %x changed when %x was read", shortened(p.First), shortened(other))
		}
	}
	for range 2 {
		again, againErr := ask(bytes.Clone(p.First))
		if (err == nil) != (againErr == nil) || !bytes.Equal(again, kept) {
			return refuted("not-a-function", "%x: first %x (%v), behind %x and %x then %x (%v)", shortened(p.First), shortened(kept), err,
				shortened(p.Second), shortened(p.Third), shortened(again), againErr)
		}
	}
	return Holds, nil
}

// twoActions are actions in one room that are asked about in turn.
type twoActions struct {
	gen.RoomAction
	Other roompolicy.Action `json:"other"`
}

// drawTwoActions draws a room and an action, and another one, mostly of the same
// actor and kind.
func drawTwoActions(d spec.Draft, t *gen.Tape) twoActions {
	q := twoActions{RoomAction: gen.AnyRoomAction(d, t)}
	q.Other = gen.DrawAction(q.Policy, t)
	if !t.OneIn(4) {
		q.Other.Actor, q.Other.Kind = q.Action.Actor, q.Action.Kind
	}
	return q
}

// copied returns a copy of plain data that shares nothing with it.
func copied[T any](value T) T {
	made := reflect.New(reflect.TypeFor[T]()).Elem()
	copyInto(made, reflect.ValueOf(&value).Elem())
	return made.Interface().(T)
}

func copyInto(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(from.Type().Elem()))
			copyInto(to.Elem(), from.Elem())
		}
	case reflect.Slice:
		if !from.IsNil() {
			to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
			for i := range from.Len() {
				copyInto(to.Index(i), from.Index(i))
			}
		}
	case reflect.Struct:
		to.Set(from)
		for i := range from.NumField() {
			if to.Field(i).CanSet() {
				copyInto(to.Field(i), from.Field(i))
			}
		}
	default:
		to.Set(from)
	}
}

func tryDecisionFunction(impl RoomDecisions, d spec.Draft, q *twoActions) (Outcome, *Refutation) {
	before := copied(q.Room)
	first, err := impl.DecideAction(d, q.Readings, q.Policy, q.State, q.Action)
	if err != nil {
		return Skipped, nil
	}
	for _, other := range []roompolicy.Action{q.Action, q.Other, q.Action} {
		// Others may have no decision; that is not what this is about.
		again, err := impl.DecideAction(d, q.Readings, q.Policy, q.State, other)
		if other == q.Action && (err != nil || again != first) {
			return refuted("not-a-function", "%s: %s: first %s, then %s (%v)", q.State, q.Action, verdict(first), verdict(again), err)
		}
	}
	if !reflect.DeepEqual(q.Room, before) {
		return refuted("room-changed", "%s: %s: deciding changed the room", q.State, q.Action)
	}
	return Holds, nil
}

func tryCommitFunction(impl RoomCommits, d spec.Draft, c *gen.RoomCommit) (Outcome, *Refutation) {
	before := copied(*c)
	policy, state, err := impl.ApplyCommit(d, c.Readings, c.Policy, c.State, c.Commit)
	if err != nil && (policy != nil || state != nil) {
		return refuted("result-beside-error", "%s: the commit is refused (%v), and a room comes with it", c.State, err)
	}
	if !reflect.DeepEqual(*c, before) {
		return refuted("room-changed", "%s: applying a commit changed the room before", c.State)
	}
	leftPolicy, left := copied(policy), copied(state)
	policy, state, againErr := impl.ApplyCommit(d, c.Readings, c.Policy, c.State, c.Commit)
	if (err == nil) != (againErr == nil) || !reflect.DeepEqual(policy, leftPolicy) || !reflect.DeepEqual(state, left) {
		return refuted("not-a-function", "%s: the commit leaves %v (%v), and then %v (%v)", c.State, left, err, state, againErr)
	}
	if state != nil {
		for i := range state.Participants {
			state.Participants[i].Clients++
		}
		if !reflect.DeepEqual(*c, before) {
			return refuted("room-shared", "%s: the room that the commit leaves shares its list with the one before", c.State)
		}
	}
	return Holds, nil
}
