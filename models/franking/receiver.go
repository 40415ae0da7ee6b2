package franking

import (
	"bytes"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Delivery is a message as it comes to a receiver that has decrypted it, and
// what the receiver knows of the group.
type Delivery struct {
	ApplicationData   []byte // as it was decrypted
	AuthenticatedData []byte // of the PrivateMessage
	Frank             []byte // of the FanoutMessage, as it is encoded; nil if there is none
	Timestamp         uint64 // of the FanoutMessage, in milliseconds of the Unix epoch

	Suite           CipherSuite // of the group
	Agent           []byte      // the franking_agent component in the GroupContext, nil if there is none
	IntegritySecret []byte      // franking_integrity_secret of the epoch, in protocol-03
	SenderURI       []byte      // the user in the credential of the sender's leaf
	RoomURI         []byte      // of the room that the group belongs to
}

// Verify makes the receiver's steps.
func (s *Scheme) Verify(d *Delivery) Verdict {
	return run(s, &receiverState{Delivery: d}, receiverSteps)
}

// AbusiveMessage returns what a receiver has to keep to report a message.
// It fails with a [*wire.Error] where its Frank cannot be read.
func (s *Scheme) AbusiveMessage(d *Delivery) (*AbusiveMessage, error) {
	frank, err := ReadFrank(d.Frank, s.draft)
	if err != nil {
		return nil, err
	}
	return &AbusiveMessage{MessageContent: d.ApplicationData, Frank: *frank, AcceptedTimestamp: d.Timestamp}, nil
}

type receiverState struct {
	*Delivery
	tag    []byte
	frank  Frank
	suite  CipherSuite
	agent  FrankingAgentData
	claims Claims
}

var receiverSteps = []func(*Scheme, *receiverState) Verdict{
	(*Scheme).findFrank, (*Scheme).checkSuite, (*Scheme).findAgent, (*Scheme).checkAgentDomain, (*Scheme).checkAgentKey,
	(*Scheme).findClaims, (*Scheme).checkIntegrity, (*Scheme).checkTag, (*Scheme).checkSender, (*Scheme).checkRoom,
}

func (s *Scheme) findFrank(r *receiverState) Verdict {
	tag, err := s.readTag(r.AuthenticatedData)
	switch {
	case err != nil:
		return failedBy(ReceiverFrank, err)
	case tag == nil:
		return unfranked(ReceiverFrank, "there is no franking_tag")
	}
	r.tag = tag
	if r.Frank == nil {
		if franks := r.Agent != nil || s.draft == spec.Protocol03 && len(r.IntegritySecret) > 0; franks && !s.strippedUnfranked {
			return failed(ReceiverFrank, "there is a franking_tag, but no Frank, in a group that franks")
		}
		return unfranked(ReceiverFrank, "there is no Frank")
	}
	frank, err := ReadFrank(r.Frank, s.draft)
	if err != nil {
		return failedBy(ReceiverFrank, err)
	}
	r.frank = *frank
	return passed
}

func (s *Scheme) checkSuite(r *receiverState) Verdict {
	r.suite = r.Suite
	switch {
	case s.draft == spec.Protocol03:
	case s.draft >= spec.Protocol05 && r.frank.Suite != r.Suite:
		return failed(ReceiverSuite, "the frank is of cipher suite %s, the group of %s", r.frank.Suite, r.Suite)
	case !r.Suite.Known():
		return failedBy(ReceiverSuite, &UnknownSuiteError{Suite: r.Suite})
	}
	return passed
}

func (s *Scheme) findAgent(r *receiverState) Verdict {
	switch {
	case s.draft == spec.Protocol03 && len(r.IntegritySecret) == 0:
		return failed(ReceiverAgent, "there is no franking_integrity_secret")
	case s.draft == spec.Protocol03:
		return passed
	case r.Agent == nil:
		return failed(ReceiverAgent, "the GroupContext has no franking_agent")
	}
	agent, err := ReadFrankingAgentData(r.Agent)
	if err != nil {
		return failedBy(ReceiverAgent, err)
	}
	r.agent = *agent
	return passed
}

func (s *Scheme) checkAgentDomain(r *receiverState) Verdict {
	if s.draft == spec.Protocol03 {
		return passed
	}
	hub, ok := hostOf(r.RoomURI)
	if !ok {
		return failed(ReceiverAgentDomain, "the room %q names no hub", r.RoomURI)
	}
	switch c := &r.agent.Credential; c.Type {
	case Basic:
		domain, ok := hostOf(c.Identity)
		if !ok && s.bareDomain {
			domain = c.Identity
		}
		if !sameDomain(domain, hub) {
			return failed(ReceiverAgentDomain, "the identity %q of franking_agent is not of %q", c.Identity, hub)
		}
	case X509:
		certificate, err := c.endEntity()
		if err != nil {
			return failedBy(ReceiverAgentDomain, err)
		}
		for _, name := range certificate.DNSNames {
			if sameDomain([]byte(name), hub) {
				return passed
			}
		}
		return failed(ReceiverAgentDomain, "the certificate of franking_agent names %q, not %q", certificate.DNSNames, hub)
	default:
		return failed(ReceiverAgentDomain, "franking_agent has no credential")
	}
	return passed
}

func (s *Scheme) checkAgentKey(r *receiverState) Verdict {
	if s.draft == spec.Protocol03 {
		return passed
	}
	key := r.agent.SignatureKey
	if algorithm, _, err := r.suite.publicKey(key); err != nil {
		return failedBy(ReceiverAgentKey, err)
	} else if !s.smallOrder && hasSmallOrder(algorithm, key) {
		return failed(ReceiverAgentKey, "franking_signature_key is a point of small order")
	}
	if s.anyCertificate || r.agent.Credential.Type != X509 {
		return passed
	}
	certificate, err := r.agent.Credential.endEntity()
	if err != nil {
		return failedBy(ReceiverAgentKey, err)
	}
	certified, err := certifiedKey(certificate)
	if err != nil {
		return failedBy(ReceiverAgentKey, err)
	}
	if !bytes.Equal(certified, key) {
		return failed(ReceiverAgentKey, "franking_signature_key is not the key of the certificate")
	}
	return passed
}

func (s *Scheme) findClaims(r *receiverState) Verdict {
	claims, err := s.Claims(r.ApplicationData)
	if err != nil {
		return failedBy(ReceiverContent, err)
	}
	r.claims = *claims
	return passed
}

func (s *Scheme) checkIntegrity(r *receiverState) Verdict {
	context, err := r.claims.context(r.Timestamp).Append(nil, s.draft)
	if err != nil {
		return failedBy(ReceiverIntegrity, err)
	}
	if err := s.VerifyIntegrity(&r.frank, context, r.suite, r.agent.SignatureKey, r.IntegritySecret); err != nil {
		return failedBy(ReceiverIntegrity, err)
	}
	return passed
}

// context returns the context in which the claims were franked at a time.
func (c *Claims) context(timestamp uint64) *Context {
	return &Context{SenderURI: c.SenderURI, RoomURI: c.RoomURI, AcceptedTimestamp: timestamp}
}

// IntegrityError says that a franking_integrity_check is not the right one.
type IntegrityError struct{ Octets int }

func (e *IntegrityError) Error() string {
	return fmt.Sprintf("the franking_integrity_check of %d octets is not that of server_frank and context", e.Octets)
}

// VerifyIntegrity verifies the integrity check or signature of a frank in an
// encoded context: in protocol-03 with the secret, later with the key and the
// algorithm of the suite. It fails with [*IntegrityError], or like
// [CipherSuite.Verify].
func (s *Scheme) VerifyIntegrity(frank *Frank, context []byte, suite CipherSuite, publicKey, integritySecret []byte) error {
	tbs := AppendTBS(nil, s.draft, frank.ServerFrank, frank.Suite, context)
	if s.draft == spec.Protocol03 {
		if check := IntegrityCheck(integritySecret, tbs); !check.Equal(frank.Integrity) {
			return &IntegrityError{Octets: len(frank.Integrity)}
		}
		return nil
	}
	octets, err := AppendSignedOctets(nil, s.draft, tbs)
	if err != nil {
		return err
	}
	return suite.Verify(publicKey, octets, frank.Integrity)
}

func (s *Scheme) checkTag(r *receiverState) Verdict {
	if tag := FrankingTag(r.claims.Salt, r.ApplicationData); !tag.Equal(r.tag) {
		return failed(ReceiverTag, "the franking_tag is %x, that of the content %x", r.tag, tag)
	}
	return passed
}

func (s *Scheme) checkSender(r *receiverState) Verdict {
	return sameURI(ReceiverSender, "sender URI", r.claims.SenderURI, "user of the leaf", r.SenderURI)
}

func (s *Scheme) checkRoom(r *receiverState) Verdict {
	return sameURI(ReceiverRoom, "room URI", r.claims.RoomURI, "room", r.RoomURI)
}
