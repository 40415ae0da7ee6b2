package franking

import "bytes"

// Sending is a message that a client is about to send.
type Sending struct {
	ApplicationData []byte // what MLS encrypts: the content, with its framing if there is one
	SendingURI      []byte // that goes to the hub
	RoomURI         []byte // of the room
}

// Sent is what the client adds to a message.
type Sent struct {
	FrankingTag       MAC
	AuthenticatedData []byte // a SafeAAD with the tag alone
}

// Send makes the client's steps: it franks a message whose salt and URIs are
// what they should be. What it makes is nil unless the verdict is OK.
func (s *Scheme) Send(sending *Sending) (*Sent, Verdict) {
	c := clientState{sending: sending}
	if v := run(s, &c, clientSteps); !v.OK() {
		return nil, v
	}
	sent := &Sent{FrankingTag: FrankingTag(c.claims.Salt, sending.ApplicationData)}
	aad, err := SafeAAD{{ComponentID: FrankAADComponent, Data: sent.FrankingTag[:]}}.Append(nil, s.wideComponents)
	if err != nil {
		return nil, failedBy(ClientContent, err)
	}
	sent.AuthenticatedData = aad
	return sent, passed
}

type clientState struct {
	sending *Sending
	claims  Claims
}

var clientSteps = []func(*Scheme, *clientState) Verdict{
	func(s *Scheme, c *clientState) Verdict {
		claims, err := s.Claims(c.sending.ApplicationData)
		if err != nil {
			return failedBy(ClientContent, err)
		}
		c.claims = *claims
		return passed
	},
	func(_ *Scheme, c *clientState) Verdict {
		return sameURI(ClientSender, "sender URI", c.claims.SenderURI, "sendingUri", c.sending.SendingURI)
	},
	func(_ *Scheme, c *clientState) Verdict {
		return sameURI(ClientRoom, "room URI", c.claims.RoomURI, "room", c.sending.RoomURI)
	},
}

// sameURI compares a URI in the content with another, octet for octet.
func sameURI(step Step, claim string, claimed []byte, other string, actual []byte) Verdict {
	if bytes.Equal(claimed, actual) {
		return passed
	}
	return failed(step, "the %s in the content is %q, the %s %q", claim, claimed, other, actual)
}
