// Package serve lets an implementation in Go, such as the reference models,
// answer the requests of the adapter protocol.
package serve

import (
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/properties"
)

// Answer asks an implementation what a request asks. It does not recover from
// panics of the implementation.
func Answer(impl properties.Implementation, r *protocol.Request) protocol.Answer {
	a := protocol.Answer{ID: r.ID}
	if !r.Op().Drafts().Has(r.Draft) {
		a.Unsupported = true
		return a
	}
	switch in := r.Input.(type) {
	case *protocol.ContentInput:
		if decoder, ok := impl.(properties.ContentDecoder); ok {
			reencoded, err := decoder.DecodeContent(r.Draft, in.Message)
			a.Reencoded = reencoded
			return finish(a, err)
		}
	case *protocol.StatusInput:
		if decoder, ok := impl.(properties.StatusDecoder); ok {
			reencoded, err := decoder.DecodeStatus(r.Draft, in.Report)
			a.Reencoded = reencoded
			return finish(a, err)
		}
	case *protocol.MessageIDInput:
		if ids, ok := impl.(properties.MessageIDs); ok {
			id, err := ids.MessageID(r.Draft, messageid.SHA256, &messageid.Input{Sender: in.Sender, Room: in.Room, Message: in.Message})
			a.MessageID = id
			return finish(a, err)
		}
	case *protocol.TagInput:
		if tags, ok := impl.(properties.FrankingTags); ok {
			tag, err := tags.FrankingTag(r.Draft, in.Salt, in.ApplicationData)
			a.FrankingTag = tag
			return finish(a, err)
		}
	case *protocol.ReceiverInput:
		if receiver, ok := impl.(properties.FrankReceiver); ok {
			verdict := receiver.VerifyFrank(franking.Options{Draft: r.Draft}, in.Delivery())
			return judged(a, &verdict)
		}
	case *protocol.HubInput:
		if hub, ok := impl.(properties.ReportHub); ok {
			verdict := hub.ValidateReport(franking.Options{Draft: r.Draft}, in.Hub(), in.Reporting())
			if !verdict.Report.OK() {
				return judged(a, &verdict.Report)
			}
			for i := range verdict.Messages {
				if !verdict.Messages[i].OK() {
					return judged(a, &verdict.Messages[i])
				}
			}
			return finish(a, nil)
		}
	case *protocol.DecideInput:
		if decisions, ok := impl.(properties.RoomDecisions); ok {
			allowed, err := decisions.DecideAction(r.Draft, roompolicy.Readings{}, in.Policy, in.State, in.Action)
			a.Allowed = &allowed
			return finish(a, err)
		}
	case *protocol.ApplyInput:
		if commits, ok := impl.(properties.RoomCommits); ok {
			policy, state, err := commits.ApplyCommit(r.Draft, roompolicy.Readings{}, in.Policy, in.State, in.Commit)
			a.Policy, a.State = policy, state
			return finish(a, err)
		}
	}
	a.Unsupported = true
	return a
}

// finish says whether the implementation refused, and by which rules if its
// error names them. What came beside an error is left out.
func finish(a protocol.Answer, err error) protocol.Answer {
	if err == nil {
		a.OK = true
		return a
	}
	rules, _ := properties.BrokenRules(err)
	return protocol.Answer{ID: a.ID, Reason: err.Error(), Rules: rules}
}

// judged is [finish] for a verdict on a frank.
func judged(a protocol.Answer, verdict *franking.Verdict) protocol.Answer {
	if verdict.OK() {
		a.OK = true
		return a
	}
	a.Reason = verdict.String()
	if verdict.Step != 0 {
		a.Rules = []string{verdict.Step.Rule().ID}
	}
	return a
}
