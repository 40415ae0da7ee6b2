package franking

import (
	"bytes"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// HubKey is a hub_key with the time in which the hub franks with it.
type HubKey struct {
	Key                 []byte
	NotBefore, NotAfter uint64 // in milliseconds of the Unix epoch, both included
}

// PublicKey is a franking_signature_key that the hub keeps, with its suite.
type PublicKey struct {
	Suite CipherSuite
	Key   []byte
}

// Hub is what the hub knows about itself and a room.
type Hub struct {
	RoomURI         []byte   // as the hub has it
	Participants    [][]byte // the user URIs of active participants
	Reporters       [][]byte // those of them that may report abuse
	Epoch           uint64   // of the group
	OldestEpoch     uint64   // of which the hub takes messages
	HubKeys         []HubKey
	Suite           CipherSuite // of the group
	Agent           []byte      // the franking_agent component in the GroupContext, nil if there is none
	PrivateKey      []byte      // franking_private_key: the seed of an EdDSA key, the scalar of an ECDSA key
	PublicKeys      []PublicKey // those under which the hub franked, the current one included
	IntegritySecret []byte      // franking_integrity_secret of the epoch, in protocol-03
}

// Submission is a message as it comes to the hub.
type Submission struct {
	AuthenticatedData []byte // of the PrivateMessage
	SendingURI        []byte
	Source            string // the domain of the provider that submits
	Epoch             uint64 // of the PrivateMessage
}

// Accepted is what the hub makes of a message that it takes.
type Accepted struct {
	Timestamp   uint64 // accepted_timestamp, in milliseconds of the Unix epoch
	FrankingTag MAC
	Context     []byte // as it is encoded
	Frank       []byte // as it is encoded; nil if the message is not franked
}

// Accept makes the hub's steps with a message that comes in at a time, in
// milliseconds of the Unix epoch. An unfranked message is accepted without a
// Frank. What it makes is nil if the verdict is a failure.
func (s *Scheme) Accept(hub *Hub, submission *Submission, timestamp uint64) (*Accepted, Verdict) {
	h := hubState{hub: hub, submission: submission, timestamp: timestamp}
	switch v := run(s, &h, hubSteps); v.Outcome {
	case Passed:
		return &Accepted{Timestamp: timestamp, FrankingTag: h.tag, Context: h.context, Frank: h.frank}, v
	case Unfranked:
		return &Accepted{Timestamp: timestamp}, v
	default:
		return nil, v
	}
}

type hubState struct {
	hub        *Hub
	submission *Submission
	timestamp  uint64
	tag        MAC
	hubKey     []byte
	context    []byte
	frank      []byte
}

var hubSteps = []func(*Scheme, *hubState) Verdict{
	(*Scheme).checkEpoch, (*Scheme).checkSendingURI, (*Scheme).checkSource, (*Scheme).takeTag, (*Scheme).checkOwnAgent, (*Scheme).makeFrank,
}

func (s *Scheme) checkEpoch(h *hubState) Verdict {
	switch epoch := h.submission.Epoch; {
	case epoch > h.hub.Epoch:
		return failed(HubEpoch, "notAllowed: the message is of epoch %d, the group in epoch %d", epoch, h.hub.Epoch)
	case epoch < h.hub.OldestEpoch:
		return failed(HubEpoch, "epochTooOld: the message is of epoch %d, the oldest that is taken is %d", epoch, h.hub.OldestEpoch)
	}
	return passed
}

func (s *Scheme) checkSendingURI(h *hubState) Verdict {
	if !containsURI(h.hub.Participants, h.submission.SendingURI) {
		return failed(HubSender, "%q is no active participant", h.submission.SendingURI)
	}
	return passed
}

func (s *Scheme) checkSource(h *hubState) Verdict {
	if !s.anySource && !isOf(h.submission.SendingURI, h.submission.Source) {
		return failed(HubSource, "%q submits for %q", h.submission.Source, h.submission.SendingURI)
	}
	return passed
}

func (s *Scheme) takeTag(h *hubState) Verdict {
	tag, err := s.readTag(h.submission.AuthenticatedData)
	switch {
	case err != nil:
		return failedBy(HubAAD, err)
	case tag == nil:
		return unfranked(HubAAD, "there is no franking_tag")
	}
	copy(h.tag[:], tag)
	return passed
}

func (s *Scheme) checkOwnAgent(h *hubState) Verdict {
	i := slices.IndexFunc(h.hub.HubKeys, func(k HubKey) bool { return k.covers(h.timestamp) })
	if i < 0 {
		return unfranked(HubAgent, "the hub has no hub_key at this time")
	}
	h.hubKey = h.hub.HubKeys[i].Key
	if s.draft == spec.Protocol03 {
		if len(h.hub.IntegritySecret) == 0 {
			return unfranked(HubAgent, "the hub has no franking_integrity_secret")
		}
		return passed
	}
	if h.hub.Agent == nil {
		return unfranked(HubAgent, "the GroupContext has no franking_agent")
	}
	agent, err := ReadFrankingAgentData(h.hub.Agent)
	if err != nil {
		return Verdict{Outcome: Unfranked, Step: HubAgent, Reason: err.Error(), Cause: err}
	}
	key, err := h.hub.Suite.PublicKey(h.hub.PrivateKey)
	if err != nil {
		return Verdict{Outcome: Unfranked, Step: HubAgent, Reason: err.Error(), Cause: err}
	}
	if !s.anyAgentKey && !bytes.Equal(agent.SignatureKey, key) {
		return unfranked(HubAgent, "the key of franking_agent is not that of the hub")
	}
	return passed
}

func (s *Scheme) makeFrank(h *hubState) Verdict {
	context := Context{SenderURI: h.submission.SendingURI, RoomURI: h.hub.RoomURI, AcceptedTimestamp: h.timestamp}
	var err error
	if h.context, err = context.Append(nil, s.draft); err != nil {
		return failedBy(HubContext, err)
	}
	serverFrank := ServerFrank(h.hubKey, &h.tag, h.context)
	frank := Frank{ServerFrank: serverFrank[:], Suite: h.hub.Suite}
	if frank.Integrity, err = s.Protect(&frank, h.context, h.hub); err != nil {
		return failedBy(HubContext, err)
	}
	if h.frank, err = frank.Append(nil, s.draft); err != nil {
		return failedBy(HubContext, err)
	}
	return passed
}

// Protect returns the integrity check or signature of a frank in an encoded
// context, made with the keys of the hub. It fails with [*UnknownSuiteError],
// [*KeyError] or a [*wire.Error].
func (s *Scheme) Protect(frank *Frank, context []byte, hub *Hub) ([]byte, error) {
	tbs := AppendTBS(nil, s.draft, frank.ServerFrank, frank.Suite, context)
	if s.draft == spec.Protocol03 {
		check := IntegrityCheck(hub.IntegritySecret, tbs)
		return check[:], nil
	}
	octets, err := AppendSignedOctets(nil, s.draft, tbs)
	if err != nil {
		return nil, err
	}
	return hub.Suite.Sign(hub.PrivateKey, octets)
}

// Fanout is a message as the hub fans it out.
type Fanout struct {
	Timestamp uint64 // in milliseconds of the Unix epoch
	Frank     []byte // as it is encoded; nil if there is none
}

// CheckFanout compares what the hub fans out with what it accepted.
func (s *Scheme) CheckFanout(accepted *Accepted, fanout *Fanout) Verdict {
	switch {
	case fanout.Timestamp != accepted.Timestamp:
		return failed(HubFanout, "fanned out with timestamp %d, accepted with %d", fanout.Timestamp, accepted.Timestamp)
	case !bytes.Equal(fanout.Frank, accepted.Frank):
		return failed(HubFanout, "fanned out with another Frank than the submitter got")
	}
	return passed
}

func (k *HubKey) covers(timestamp uint64) bool {
	return k.NotBefore <= timestamp && timestamp <= k.NotAfter
}

func containsURI(uris [][]byte, uri []byte) bool {
	return slices.ContainsFunc(uris, func(other []byte) bool { return bytes.Equal(uri, other) })
}
