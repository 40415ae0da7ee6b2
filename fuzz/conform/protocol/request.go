package protocol

import (
	"bytes"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Op is what an adapter is asked to do.
type Op string

// The ops.
const (
	ContentDecode    Op = "content.decode"
	MessageIDCompute Op = "message-id.compute"
	FrankingTag      Op = "franking.tag"
	FrankingVerify   Op = "franking.verify"
	PolicyDecide     Op = "policy.decide"
	PolicyApply      Op = "policy.apply"
	StatusDecode     Op = "status.decode"
)

// Ops returns every op, hello left out.
func Ops() []Op {
	return []Op{ContentDecode, MessageIDCompute, FrankingTag, FrankingVerify, PolicyDecide, PolicyApply, StatusDecode}
}

// Drafts returns the drafts under which an op can be asked; none for an unknown
// op.
func (o Op) Drafts() spec.Drafts {
	switch o {
	case ContentDecode:
		return spec.Between(spec.Content04, spec.Content09)
	case MessageIDCompute:
		return spec.Between(spec.Content05, spec.Content09)
	case FrankingTag, FrankingVerify:
		return spec.Between(spec.Protocol03, spec.Protocol06)
	case PolicyDecide, PolicyApply:
		return spec.Between(spec.RoomPolicy01, spec.RoomPolicy04)
	case StatusDecode:
		return spec.Between(spec.MessageStatus00, spec.MessageStatus01)
	}
	return 0
}

// Request is one question to an adapter.
type Request struct {
	ID    uint64 // of the request; the answer has the same
	Draft spec.Draft
	Input Input
}

// Op returns what is asked.
func (r *Request) Op() Op { return r.Input.Op() }

// Input is what an adapter is given for one op: one of [ContentInput],
// [MessageIDInput], [TagInput], [ReceiverInput], [HubInput], [DecideInput],
// [ApplyInput] and [StatusInput], always as a pointer.
type Input interface {
	Op() Op
	isInput()
}

// There returns a list that is not nil, for a member of an input: null in JSON
// stands for what is not there, and an empty list is there.
func There[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Octets returns a copy of octets, for a member of an input that is always there.
func Octets(original []byte) []byte { return There(bytes.Clone(original)) }

// ContentInput is the input of content.decode.
type ContentInput struct {
	Message []byte `json:"message"`
}

// MessageIDInput is the input of message-id.compute, with SHA-256.
type MessageIDInput struct {
	Sender  []byte `json:"sender"` // a URI, as octets
	Room    []byte `json:"room"`   // a URI, as octets
	Message []byte `json:"message"`
}

// TagInput is the input of franking.tag.
type TagInput struct {
	Salt            []byte `json:"salt"`
	ApplicationData []byte `json:"applicationData"`
}

// The roles of franking.verify.
const (
	RoleReceiver = "receiver"
	RoleHub      = "hub"
)

// ReceiverInput is the input of franking.verify in the role of a receiver: a
// message as it was delivered and decrypted, and what the receiver knows of the
// group. See [franking.Delivery].
type ReceiverInput struct {
	Role              string               `json:"role"` // RoleReceiver
	ApplicationData   []byte               `json:"applicationData"`
	AuthenticatedData []byte               `json:"authenticatedData"`
	Frank             []byte               `json:"frank" protocol:"nullable"` // null if there is none
	Timestamp         uint64               `json:"timestamp"`                 // in milliseconds of the Unix epoch
	Suite             franking.CipherSuite `json:"suite"`                     // of the group
	Agent             []byte               `json:"agent" protocol:"nullable"` // FrankingAgentData, null if there is none
	IntegritySecret   []byte               `json:"integritySecret"`
	SenderURI         []byte               `json:"senderUri"`
	RoomURI           []byte               `json:"roomUri"`
}

// Delivery returns the input as the model takes it.
func (in *ReceiverInput) Delivery() *franking.Delivery {
	return &franking.Delivery{
		ApplicationData: in.ApplicationData, AuthenticatedData: in.AuthenticatedData, Frank: in.Frank, Timestamp: in.Timestamp,
		Suite: in.Suite, Agent: in.Agent, IntegritySecret: in.IntegritySecret, SenderURI: in.SenderURI, RoomURI: in.RoomURI,
	}
}

// HubInput is the input of franking.verify in the role of the hub: a report of
// abuse, and what the hub knows of the room. See [franking.Hub].
type HubInput struct {
	Role            string               `json:"role"`   // RoleHub
	Report          []byte               `json:"report"` // an AbuseReport
	Source          string               `json:"source"` // the domain of the provider that reports
	RoomURI         []byte               `json:"roomUri"`
	Participants    [][]byte             `json:"participants"`
	Reporters       [][]byte             `json:"reporters"` // those of them that may report abuse
	HubKeys         []HubKey             `json:"hubKeys"`
	Suite           franking.CipherSuite `json:"suite"` // of the group
	PublicKeys      []PublicKey          `json:"publicKeys"`
	IntegritySecret []byte               `json:"integritySecret"`
}

// Hub returns the hub as the model takes it.
func (in *HubInput) Hub() *franking.Hub {
	hub := &franking.Hub{
		RoomURI: in.RoomURI, Participants: in.Participants, Reporters: in.Reporters, Suite: in.Suite, IntegritySecret: in.IntegritySecret,
	}
	for _, k := range in.HubKeys {
		hub.HubKeys = append(hub.HubKeys, franking.HubKey(k))
	}
	for _, k := range in.PublicKeys {
		hub.PublicKeys = append(hub.PublicKeys, franking.PublicKey(k))
	}
	return hub
}

// Reporting returns the report as the model takes it.
func (in *HubInput) Reporting() *franking.Reporting {
	return &franking.Reporting{Report: in.Report, Source: in.Source}
}

// HubKey is a hub_key with the time in which the hub franks with it, in
// milliseconds of the Unix epoch, both ends included.
type HubKey struct {
	Key       []byte `json:"key"`
	NotBefore uint64 `json:"notBefore"`
	NotAfter  uint64 `json:"notAfter"`
}

// PublicKey is a franking_signature_key that the hub keeps, with its suite.
type PublicKey struct {
	Suite franking.CipherSuite `json:"suite"`
	Key   []byte               `json:"key"`
}

// DecideInput is the input of policy.decide, in the JSON forms of the model.
type DecideInput struct {
	Policy *roompolicy.Policy `json:"policy"`
	State  *roompolicy.State  `json:"state"`
	Action roompolicy.Action  `json:"action"`
}

// ApplyInput is the input of policy.apply, in the JSON forms of the model.
type ApplyInput struct {
	Policy *roompolicy.Policy `json:"policy"`
	State  *roompolicy.State  `json:"state"`
	Commit *roompolicy.Commit `json:"commit"`
}

// StatusInput is the input of status.decode.
type StatusInput struct {
	Report []byte `json:"report"`
}

// Op returns the op that the input is of.
func (*ContentInput) Op() Op { return ContentDecode }

// Op returns the op that the input is of.
func (*MessageIDInput) Op() Op { return MessageIDCompute }

// Op returns the op that the input is of.
func (*TagInput) Op() Op { return FrankingTag }

// Op returns the op that the input is of.
func (*ReceiverInput) Op() Op { return FrankingVerify }

// Op returns the op that the input is of.
func (*HubInput) Op() Op { return FrankingVerify }

// Op returns the op that the input is of.
func (*DecideInput) Op() Op { return PolicyDecide }

// Op returns the op that the input is of.
func (*ApplyInput) Op() Op { return PolicyApply }

// Op returns the op that the input is of.
func (*StatusInput) Op() Op { return StatusDecode }

func (*ContentInput) isInput()   {}
func (*MessageIDInput) isInput() {}
func (*TagInput) isInput()       {}
func (*ReceiverInput) isInput()  {}
func (*HubInput) isInput()       {}
func (*DecideInput) isInput()    {}
func (*ApplyInput) isInput()     {}
func (*StatusInput) isInput()    {}

// newInput returns an empty input, nil for an unknown op.
func newInput(op Op, role string) Input {
	switch op {
	case ContentDecode:
		return new(ContentInput)
	case MessageIDCompute:
		return new(MessageIDInput)
	case FrankingTag:
		return new(TagInput)
	case FrankingVerify:
		if role == RoleHub {
			return new(HubInput)
		}
		return new(ReceiverInput)
	case PolicyDecide:
		return new(DecideInput)
	case PolicyApply:
		return new(ApplyInput)
	case StatusDecode:
		return new(StatusInput)
	}
	return nil
}

// requestHead is what every request has.
type requestHead struct {
	ID    uint64     `json:"id"`
	Op    Op         `json:"op"`
	Draft spec.Draft `json:"draft"`
}

// UnknownOpError says that there is no such op.
type UnknownOpError struct{ Op Op }

func (e *UnknownOpError) Error() string {
	return fmt.Sprintf("unknown op %q: expected one of %v", string(e.Op), Ops())
}
