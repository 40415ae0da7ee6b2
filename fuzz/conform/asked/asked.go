// Package asked tells what properties ask an implementation, as requests of the
// adapter protocol. So whatever draws or knows cases of a property has cases for
// an adapter as well.
package asked

import (
	"bytes"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// Only is an implementation that has the capabilities of the ops and no others. It
// tells of a property whether it asks nothing else; it cannot be asked itself.
type Only struct {
	properties.ContentDecoder
	properties.StatusDecoder
	properties.MessageIDs
	properties.FrankingTags
	properties.FrankReceiver
	properties.ReportHub
	properties.RoomDecisions
	properties.RoomCommits
}

// Name implements [properties.Implementation].
func (Only) Name() string { return "only ops" }

// Recorder is the reference, and writes down what it is asked. What it writes
// down shares no octets with what it is given.
type Recorder struct {
	properties.Reference
	Ops      map[protocol.Op]bool // that are written down; all if nil
	Most     int                  // requests that are; all if 0
	Requests []*protocol.Request  // without IDs, in order
}

func (r *Recorder) note(d spec.Draft, op protocol.Op, input func() protocol.Input) {
	if (r.Ops == nil || r.Ops[op]) && (r.Most == 0 || len(r.Requests) < r.Most) {
		r.Requests = append(r.Requests, &protocol.Request{Draft: d, Input: input()})
	}
}

// DecodeContent implements [properties.ContentDecoder].
func (r *Recorder) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	r.note(d, protocol.ContentDecode, func() protocol.Input { return &protocol.ContentInput{Message: protocol.Octets(message)} })
	return r.Reference.DecodeContent(d, message)
}

// DecodeStatus implements [properties.StatusDecoder].
func (r *Recorder) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	r.note(d, protocol.StatusDecode, func() protocol.Input { return &protocol.StatusInput{Report: protocol.Octets(report)} })
	return r.Reference.DecodeStatus(d, report)
}

// MessageID implements [properties.MessageIDs].
func (r *Recorder) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	if algorithm == messageid.SHA256 {
		r.note(d, protocol.MessageIDCompute, func() protocol.Input { return MessageIDInput(in) })
	}
	return r.Reference.MessageID(d, algorithm, in)
}

// FrankingTag implements [properties.FrankingTags].
func (r *Recorder) FrankingTag(d spec.Draft, salt, applicationData []byte) ([]byte, error) {
	r.note(d, protocol.FrankingTag, func() protocol.Input {
		return &protocol.TagInput{Salt: protocol.Octets(salt), ApplicationData: protocol.Octets(applicationData)}
	})
	return r.Reference.FrankingTag(d, salt, applicationData)
}

// VerifyFrank implements [properties.FrankReceiver].
func (r *Recorder) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	r.note(o.Draft, protocol.FrankingVerify, func() protocol.Input { return ReceiverInput(delivery) })
	return r.Reference.VerifyFrank(o, delivery)
}

// ValidateReport implements [properties.ReportHub].
func (r *Recorder) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	r.note(o.Draft, protocol.FrankingVerify, func() protocol.Input { return HubInput(hub, reporting) })
	return r.Reference.ValidateReport(o, hub, reporting)
}

// DecideAction implements [properties.RoomDecisions].
func (r *Recorder) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	r.note(d, protocol.PolicyDecide, func() protocol.Input { return DecideInput(policy, state, action) })
	return r.Reference.DecideAction(d, readings, policy, state, action)
}

// ApplyCommit implements [properties.RoomCommits].
func (r *Recorder) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	r.note(d, protocol.PolicyApply, func() protocol.Input { return ApplyInput(policy, state, commit) })
	return r.Reference.ApplyCommit(d, readings, policy, state, commit)
}

// MessageIDInput is the input of a message ID.
func MessageIDInput(in *messageid.Input) *protocol.MessageIDInput {
	copied := slices.Concat(in.Sender, in.Room, in.Message)
	take := func(n int) []byte {
		taken := copied[:n:n]
		copied = copied[n:]
		return protocol.There(taken)
	}
	return &protocol.MessageIDInput{Sender: take(len(in.Sender)), Room: take(len(in.Room)), Message: take(len(in.Message))}
}

// ReceiverInput is the input of a delivery.
func ReceiverInput(d *franking.Delivery) *protocol.ReceiverInput {
	return &protocol.ReceiverInput{
		Role: protocol.RoleReceiver, ApplicationData: protocol.Octets(d.ApplicationData), AuthenticatedData: protocol.Octets(d.AuthenticatedData), Frank: bytes.Clone(d.Frank),
		Timestamp: d.Timestamp, Suite: d.Suite, Agent: bytes.Clone(d.Agent), IntegritySecret: protocol.Octets(d.IntegritySecret),
		SenderURI: protocol.Octets(d.SenderURI), RoomURI: protocol.Octets(d.RoomURI),
	}
}

// HubInput is the input of a report at a hub.
func HubInput(hub *franking.Hub, reporting *franking.Reporting) *protocol.HubInput {
	in := &protocol.HubInput{
		Role: protocol.RoleHub, Report: protocol.Octets(reporting.Report), Source: reporting.Source, RoomURI: protocol.Octets(hub.RoomURI),
		Participants: protocol.There(slices.Clone(hub.Participants)), Reporters: protocol.There(slices.Clone(hub.Reporters)),
		HubKeys: []protocol.HubKey{}, PublicKeys: []protocol.PublicKey{}, Suite: hub.Suite, IntegritySecret: protocol.Octets(hub.IntegritySecret),
	}
	for _, k := range hub.HubKeys {
		in.HubKeys = append(in.HubKeys, protocol.HubKey(k))
	}
	for _, k := range hub.PublicKeys {
		in.PublicKeys = append(in.PublicKeys, protocol.PublicKey(k))
	}
	return in
}

// DecideInput is the input of an action. No policy and no state are empty ones.
func DecideInput(policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) *protocol.DecideInput {
	policy, state = present(policy, state)
	return &protocol.DecideInput{Policy: policy, State: state, Action: action}
}

// ApplyInput is the input of a commit. What is not there is empty.
func ApplyInput(policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) *protocol.ApplyInput {
	policy, state = present(policy, state)
	if commit == nil {
		commit = new(roompolicy.Commit)
	}
	return &protocol.ApplyInput{Policy: policy, State: state, Commit: commit}
}

// present takes nothing for a room without components, as the models do.
func present(policy *roompolicy.Policy, state *roompolicy.State) (*roompolicy.Policy, *roompolicy.State) {
	if policy == nil {
		policy = new(roompolicy.Policy)
	}
	if state == nil {
		state = new(roompolicy.State)
	}
	return policy, state
}
