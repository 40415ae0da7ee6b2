package conform

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

// listener is the reference, and writes down what it is asked. So whatever a
// property asks an implementation is a case for an adapter.
type listener struct {
	properties.Reference
	ops    map[protocol.Op]bool // that are written down
	most   int                  // inputs that are
	inputs []protocol.Input
}

func (l *listener) note(op protocol.Op, input func() protocol.Input) {
	if l.ops[op] && len(l.inputs) < l.most {
		l.inputs = append(l.inputs, input())
	}
}

// DecodeContent implements [properties.ContentDecoder].
func (l *listener) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	l.note(protocol.ContentDecode, func() protocol.Input { return &protocol.ContentInput{Message: octets(message)} })
	return l.Reference.DecodeContent(d, message)
}

// DecodeStatus implements [properties.StatusDecoder].
func (l *listener) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	l.note(protocol.StatusDecode, func() protocol.Input { return &protocol.StatusInput{Report: octets(report)} })
	return l.Reference.DecodeStatus(d, report)
}

// MessageID implements [properties.MessageIDs].
func (l *listener) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	if algorithm == messageid.SHA256 {
		l.note(protocol.MessageIDCompute, func() protocol.Input {
			return &protocol.MessageIDInput{Sender: octets(in.Sender), Room: octets(in.Room), Message: octets(in.Message)}
		})
	}
	return l.Reference.MessageID(d, algorithm, in)
}

// AppendHashInput implements [properties.HashInputs].
func (l *listener) AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error) {
	l.note(protocol.MessageIDCompute, func() protocol.Input {
		return &protocol.MessageIDInput{Sender: octets(in.Sender), Room: octets(in.Room), Message: octets(in.Message)}
	})
	return l.Reference.AppendHashInput(dst, d, in)
}

// FrankingTag implements [properties.FrankingTags].
func (l *listener) FrankingTag(d spec.Draft, salt, applicationData []byte) ([]byte, error) {
	l.note(protocol.FrankingTag, func() protocol.Input {
		return &protocol.TagInput{Salt: octets(salt), ApplicationData: octets(applicationData)}
	})
	return l.Reference.FrankingTag(d, salt, applicationData)
}

// VerifyFrank implements [properties.FrankReceiver].
func (l *listener) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	l.note(protocol.FrankingVerify, func() protocol.Input { return receiverInput(delivery) })
	return l.Reference.VerifyFrank(o, delivery)
}

// ValidateReport implements [properties.ReportHub].
func (l *listener) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	l.note(protocol.FrankingVerify, func() protocol.Input { return hubInput(hub, reporting) })
	return l.Reference.ValidateReport(o, hub, reporting)
}

// DecideAction implements [properties.RoomDecisions].
func (l *listener) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	l.note(protocol.PolicyDecide, func() protocol.Input { return decideInput(policy, state, action) })
	return l.Reference.DecideAction(d, readings, policy, state, action)
}

// ApplyCommit implements [properties.RoomCommits].
func (l *listener) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	l.note(protocol.PolicyApply, func() protocol.Input { return applyInput(policy, state, commit) })
	return l.Reference.ApplyCommit(d, readings, policy, state, commit)
}

// there returns a list that is not nil: null in JSON stands for what is not
// there, and an empty list is there.
func there[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// octets returns a copy of octets that are there.
func octets(original []byte) []byte { return there(bytes.Clone(original)) }

func receiverInput(d *franking.Delivery) *protocol.ReceiverInput {
	return &protocol.ReceiverInput{
		Role: protocol.RoleReceiver, ApplicationData: octets(d.ApplicationData), AuthenticatedData: octets(d.AuthenticatedData), Frank: bytes.Clone(d.Frank),
		Timestamp: d.Timestamp, Suite: d.Suite, Agent: bytes.Clone(d.Agent), IntegritySecret: octets(d.IntegritySecret),
		SenderURI: octets(d.SenderURI), RoomURI: octets(d.RoomURI),
	}
}

func hubInput(hub *franking.Hub, reporting *franking.Reporting) *protocol.HubInput {
	in := &protocol.HubInput{
		Role: protocol.RoleHub, Report: octets(reporting.Report), Source: reporting.Source, RoomURI: octets(hub.RoomURI),
		Participants: there(slices.Clone(hub.Participants)), Reporters: there(slices.Clone(hub.Reporters)),
		HubKeys: []protocol.HubKey{}, PublicKeys: []protocol.PublicKey{}, Suite: hub.Suite, IntegritySecret: octets(hub.IntegritySecret),
	}
	for _, k := range hub.HubKeys {
		in.HubKeys = append(in.HubKeys, protocol.HubKey(k))
	}
	for _, k := range hub.PublicKeys {
		in.PublicKeys = append(in.PublicKeys, protocol.PublicKey(k))
	}
	return in
}

// decideInput returns an input for a room that is there.
func decideInput(policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) *protocol.DecideInput {
	policy, state = present(policy, state)
	return &protocol.DecideInput{Policy: policy, State: state, Action: action}
}

func applyInput(policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) *protocol.ApplyInput {
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
