package conform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// altered is the reference with other answers to some requests.
type altered struct {
	protocol.Subject
	change func(r *protocol.Request, reply *protocol.Reply)
}

func (a *altered) Ask(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	replies, err := a.Subject.Ask(ctx, requests)
	for i := range replies {
		a.change(requests[i], &replies[i])
	}
	return replies, err
}

// alter starts references that a function changes the answers of.
func alter(change func(r *protocol.Request, reply *protocol.Reply)) func() (protocol.Subject, error) {
	return func() (protocol.Subject, error) {
		return &altered{InProcess(properties.Reference{}), change}, nil
	}
}

// largeMessage reports whether a request is a message that is not plain.
func largeMessage(r *protocol.Request) bool {
	in, ok := r.Input.(*protocol.ContentInput)
	return ok && len(in.Message) > 150
}

func fail(kind protocol.FailureKind) func(*protocol.Request, *protocol.Reply) {
	return func(r *protocol.Request, reply *protocol.Reply) {
		if largeMessage(r) {
			*reply = protocol.Reply{Failure: &protocol.Failure{Kind: kind, Detail: "it is gone", ExitStatus: -1, Alone: true}}
		}
	}
}

// TestEveryOutcomeIsSeen holds that a subject that does what an outcome says is
// reported with this outcome.
func TestEveryOutcomeIsSeen(t *testing.T) {
	onOK := func(change func(r *protocol.Request, a *protocol.Answer)) func(*protocol.Request, *protocol.Reply) {
		return func(r *protocol.Request, reply *protocol.Reply) {
			if reply.Answer.OK {
				change(r, &reply.Answer)
			}
		}
	}
	for _, test := range []struct {
		outcome   Outcome
		ops       []protocol.Op
		level     Level
		signature string // of one of the bugs
		change    func(*protocol.Request, *protocol.Reply)
	}{
		{Accepts, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:accepts-forbidden:content/salt-length:salt", func(r *protocol.Request, reply *protocol.Reply) {
			if slices.Equal(reply.Answer.Rules, []string{"content/salt-length"}) {
				reply.Answer = protocol.Answer{ID: r.ID, OK: true, Reencoded: r.Input.(*protocol.ContentInput).Message}
			}
		}},
		{Accepts, []protocol.Op{protocol.ContentDecode}, Nonsense, "content.decode:accepts-forbidden:content/topicid-max:topicId", func(r *protocol.Request, reply *protocol.Reply) {
			if slices.Equal(reply.Answer.Rules, []string{"content/topicid-max"}) {
				reply.Answer = protocol.Answer{ID: r.ID, OK: true, Reencoded: r.Input.(*protocol.ContentInput).Message}
			}
		}},
		{Rejects, []protocol.Op{protocol.StatusDecode}, Must, "status.decode:rejects-allowed:-:report.entry.status=2", onOK(func(r *protocol.Request, a *protocol.Answer) {
			if has(r, "report.entry.status=2") {
				*a = protocol.Answer{ID: r.ID, Reason: "status 2 at 35"}
			}
		})},
		{Rejects, []protocol.Op{protocol.ContentDecode}, Should, "content.decode:rejects-allowed:content/ext-float-discouraged:extensions", onOK(func(r *protocol.Request, a *protocol.Answer) {
			if has(r, "extensions.value=float") {
				*a = protocol.Answer{ID: r.ID, Reason: "no floats"}
			}
		})},
		{WrongReason, []protocol.Op{protocol.ContentDecode}, Information, "content.decode:wrong-reason:content/salt-length:content/enc-utf8", func(_ *protocol.Request, reply *protocol.Reply) {
			if slices.Equal(reply.Answer.Rules, []string{"content/salt-length"}) {
				reply.Answer.Rules = []string{"content/enc-utf8"}
			}
		}},
		{Reencodes, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:re-encodes-differently:-:extensions.key=negative", onOK(func(r *protocol.Request, a *protocol.Answer) {
			if has(r, "extensions.key=negative") {
				a.Reencoded = append(bytes.Clone(a.Reencoded), 0)
			}
		})},
		{OtherID, []protocol.Op{protocol.MessageIDCompute}, Must, "message-id.compute:other-message-id:content/msgid-construction-08:sender=beyond-ascii", onOK(func(r *protocol.Request, a *protocol.Answer) {
			if has(r, "sender=beyond-ascii") {
				a.MessageID = slices.Concat(a.MessageID[:1], make([]byte, 31))
			}
		})},
		{OtherID, []protocol.Op{protocol.MessageIDCompute}, Must, "message-id.compute:other-message-id:content/msgid-size", onOK(func(_ *protocol.Request, a *protocol.Answer) { a.MessageID = a.MessageID[1:] })},
		{WrongResult, []protocol.Op{protocol.FrankingTag}, Must, "franking.tag:wrong-result:franking/tag", onOK(func(_ *protocol.Request, a *protocol.Answer) { a.FrankingTag = a.FrankingTag[:16] })},
		{WrongResult, []protocol.Op{protocol.PolicyApply}, Must, "policy.apply:wrong-result:-:state.participants", onOK(func(_ *protocol.Request, a *protocol.Answer) {
			state := a.State.Clone()
			state.Participants = append(state.Participants, roompolicy.Participant{User: "mallory", Role: 2, Clients: 1})
			a.State = state
		})},
		{Crash, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:crash:-:it-is-gone", fail(protocol.FailureCrash)},
		{Hang, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:hang:-", fail(protocol.FailureHang)},
		{Memory, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:memory:-", fail(protocol.FailureMemory)},
		{Protocol, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:protocol-error:-:it-is-gone", fail(protocol.FailureProtocol)},
		{EarlyExit, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:early-exit:-", fail(protocol.FailureEarlyExit)},
		{Overwrites, []protocol.Op{protocol.ContentDecode}, Must, "content.decode:overwrites-input:-:message", func(r *protocol.Request, reply *protocol.Reply) {
			if largeMessage(r) {
				reply.Overwritten = "message"
			}
		}},
		{Protocol, []protocol.Op{protocol.PolicyDecide}, Must, "policy.decide:protocol-error:-:result-missing", onOK(func(r *protocol.Request, a *protocol.Answer) {
			if r.Input.(*protocol.DecideInput).Action.Kind == roompolicy.ActionLeave {
				a.Allowed = nil
			}
		})},
		{Accepts, []protocol.Op{protocol.PolicyDecide}, Must, "policy.decide:accepts-forbidden:room-policy/target-listed:kick", onOK(func(r *protocol.Request, a *protocol.Answer) {
			if r.Input.(*protocol.DecideInput).Action.Kind == roompolicy.ActionKick {
				yes := true
				a.Allowed = &yes
			}
		})},
	} {
		t.Run(fmt.Sprintf("%s %s", test.outcome, test.signature), func(t *testing.T) {
			result, err := Check(t.Context(), alter(test.change), Options{Ops: test.ops, Drafts: spec.DraftsOf(newest(test.ops[0])...), Cases: 1500, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for i := range result.Bugs {
				b := &result.Bugs[i]
				all = append(all, b.Signature())
				if b.Signature() == test.signature {
					if b.Outcome != test.outcome || b.Level != test.level || b.Count < 1 || b.Case == nil || b.Case.Got == nil || b.Detail == "" {
						t.Errorf("%+v", b)
					}
					if !slices.ContainsFunc(result.Table, func(r Row) bool { return r.Outcome == test.outcome && r.Cases > 0 }) {
						t.Errorf("the table has no %s: %v", test.outcome, result.Table)
					}
					return
				}
			}
			t.Errorf("found %q", all)
		})
	}
}

func TestOtherReadingIsNotABug(t *testing.T) {
	impl, err := properties.WithReadings(map[string]string{"content/part-count": "leaves", "room-policy/bounds": "pre-state"})
	if err != nil {
		t.Fatal(err)
	}
	both := Options{Ops: []protocol.Op{protocol.ContentDecode, protocol.PolicyDecide}, Drafts: spec.DraftsOf(spec.Content09, spec.RoomPolicy04), Cases: 2000, Seed: 1}
	// It does not say which readings it follows.
	silent := *serve.Hello(impl)
	silent.Readings = nil
	start := func() (protocol.Subject, error) { return &greeted{InProcess(impl), &silent}, nil }
	result, err := Check(t.Context(), start, both)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"content.decode:other-reading:content/part-count:leaves": true, "policy.decide:other-reading:room-policy/bounds:pre-state": true}
	for i := range result.Bugs {
		b := &result.Bugs[i]
		if b.Level != Information {
			t.Errorf("%s: %s", b.Signature(), b.Detail)
		}
		delete(want, b.Signature())
	}
	if len(want) > 0 {
		t.Errorf("not seen: %v", want)
	}
	for _, r := range result.Table {
		if r.Outcome != Agrees && r.Outcome != OtherReading {
			t.Errorf("the table has %+v", r)
		}
	}
	// Once it says so, it agrees.
	result, err = Check(t.Context(), inProcess(impl), both)
	if err != nil || len(result.Bugs) > 0 {
		t.Errorf("%v, %+v", err, result.Bugs)
	}
}

// TestReadingsAreDismissed holds that what looks like another reading in some
// case is a plain difference if other cases do not follow that reading.
func TestReadingsAreDismissed(t *testing.T) {
	result, err := Check(t.Context(), alter(func(r *protocol.Request, reply *protocol.Reply) {
		// Takes 0 for an extension key, but only in long messages.
		if slices.Equal(reply.Answer.Rules, []string{"content/ext-key-zero-reserved"}) && len(r.Input.(*protocol.ContentInput).Message) > 60 {
			reply.Answer = protocol.Answer{ID: r.ID, OK: true, Reencoded: r.Input.(*protocol.ContentInput).Message}
		}
	}), Options{Ops: []protocol.Op{protocol.ContentDecode}, Drafts: spec.DraftsOf(spec.Content09), Cases: 1500, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for i := range result.Bugs {
		b := &result.Bugs[i]
		found = found || b.Signature() == "content.decode:accepts-forbidden:content/ext-key-zero-reserved:extensions"
		if b.Outcome == OtherReading {
			t.Errorf("%s", b.Signature())
		}
	}
	if !found {
		t.Errorf("found %+v", result.Bugs)
	}
	if slices.ContainsFunc(result.Table, func(r Row) bool { return r.Outcome == OtherReading }) {
		t.Errorf("the table tells of a reading: %+v", result.Table)
	}
}

// panics is an implementation that panics at messages of some length, and hangs
// at others.
type panics struct{ properties.Reference }

func (panics) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	switch {
	case len(message) == 100:
		panic(fmt.Sprintf("index out of range [%d] with length 7", len(message)))
	case len(message) == 200:
		time.Sleep(time.Second)
	}
	return properties.Reference{}.DecodeContent(d, message)
}

func TestPanicsAndHangsOfAnImplementation(t *testing.T) {
	start := func() (protocol.Subject, error) { return serve.NewInProcess(panics{}, 100*time.Millisecond), nil }
	result, err := Check(t.Context(), start, Options{Ops: []protocol.Op{protocol.ContentDecode}, Drafts: spec.DraftsOf(spec.Content09), Cases: 2000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var all []Outcome
	for i := range result.Bugs {
		all = append(all, result.Bugs[i].Outcome)
		if b := &result.Bugs[i]; b.Outcome == Crash && b.Signature() != "content.decode:crash:-:panic-index-out-of-range-with-length" {
			t.Errorf("%s", b.Signature())
		}
	}
	if !slices.Contains(all, Crash) || !slices.Contains(all, Hang) {
		t.Errorf("found %v", all)
	}
}

func TestBrokenAdapterIsNotNonconformant(t *testing.T) {
	for name, change := range map[string]func(*protocol.Request, *protocol.Reply){
		"refuses everything": func(r *protocol.Request, reply *protocol.Reply) {
			reply.Answer = protocol.Answer{ID: r.ID, Reason: "not implemented"}
		},
		"supports nothing": func(r *protocol.Request, reply *protocol.Reply) {
			reply.Answer = protocol.Answer{ID: r.ID, Unsupported: true}
		},
		"gives no result": func(r *protocol.Request, reply *protocol.Reply) {
			reply.Answer = protocol.Answer{ID: r.ID, OK: true}
		},
		"crashes": func(_ *protocol.Request, reply *protocol.Reply) {
			*reply = protocol.Reply{Failure: &protocol.Failure{Kind: protocol.FailureCrash, Detail: "exit status 1", ExitStatus: 1, Stderr: "ModuleNotFoundError: cbor2"}}
		},
	} {
		for _, op := range protocol.Ops() {
			if op == protocol.FrankingVerify && name == "gives no result" {
				continue // it has no result beside ok
			}
			_, err := Check(t.Context(), alter(change), Options{Ops: []protocol.Op{op}, Drafts: spec.DraftsOf(newest(op)...), Cases: 10})
			var broken *BrokenAdapterError
			if !errors.As(err, &broken) || broken.Op != op || broken.Detail == "" || len(broken.Drafts) == 0 {
				t.Errorf("%s, %s: %v", name, op, err)
			}
		}
	}
}

func TestNothingToAsk(t *testing.T) {
	_, err := Check(t.Context(), inProcess(properties.Reference{}), Options{Ops: []protocol.Op{protocol.ContentDecode}, Drafts: spec.DraftsOf(spec.Protocol06), Cases: 10})
	var nothing *NothingToAskError
	if !errors.As(err, &nothing) {
		t.Errorf("%v", err)
	}
}

// TestAnotherHelloIsABugOfTheAdapter holds that it is told once, by a signature that
// does not depend on what was asked, and that it can be expected.
func TestAnotherHelloIsABugOfTheAdapter(t *testing.T) {
	const signature = "hello:protocol-error:-:changed"
	start := alter(func(r *protocol.Request, reply *protocol.Reply) {
		if largeMessage(r) {
			reply.Failure = &protocol.Failure{Kind: protocol.FailureCrash, Detail: "it is gone", ExitStatus: -1, Alone: true}
			reply.OtherHello = "version is 2, and was 1"
		}
	})
	result, err := Check(t.Context(), start, decoding(500, 1))
	if err != nil {
		t.Fatal(err)
	}
	known := slices.IndexFunc(result.Bugs, func(b Bug) bool { return b.Signature() == signature })
	if len(result.Bugs) != 2 || known < 0 || !strings.HasSuffix(result.Bugs[known].Detail, "version is 2, and was 1") {
		t.Fatalf("%+v", result.Bugs)
	}
	expected, err := ParseExpectations([]byte(signature + "\ncontent.decode:crash:-:it-is-gone\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c := expected.Compare(result); len(c.Unexpected)+len(c.Gone)+len(c.Untried) > 0 {
		t.Errorf("%+v", c)
	}
	if record := result.Record("x", expected, "FILE"); len(record.Findings) != 2 || len(record.NotFound) > 0 {
		t.Errorf("%+v", record)
	}
	if result, err = Check(t.Context(), inProcess(properties.Reference{}), decoding(500, 1)); err != nil {
		t.Fatal(err)
	}
	if c := expected[:1].Compare(result); len(c.Untried) != 1 {
		t.Errorf("%+v", c)
	}
	if record := result.Record("x", expected[:1], "FILE"); len(record.NotFound) != 1 {
		t.Errorf("%+v", record)
	}
}
