package gomls

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"

	"github.com/cisco/go-mls"
	syntax "github.com/cisco/go-tls-syntax"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// appDataDictionary is the GroupContext extension that application components
// are in: draft-ietf-mls-extensions, section 4.6.
const appDataDictionary mls.ExtensionType = 0x0006

// Room is a MIMI room: a hub and a group whose members send franked messages
// through it. The hub is no member, and sees what a hub sees.
type Room struct {
	Scheme  *franking.Scheme
	Hub     franking.Hub
	Users   []string // the user URI of each member
	Members []*Member
}

// NewRoom makes a room. The keys follow from the arguments. The suite must be 1
// or 3.
func NewRoom(scheme *franking.Scheme, suite franking.CipherSuite, roomURI, hubIdentity string, users ...string) (*Room, error) {
	members, err := NewGroup(mls.CipherSuite(suite), []byte(roomURI), users...)
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256([]byte("franking_private_key of " + roomURI))
	hubKey := sha256.Sum256([]byte("hub_key of " + roomURI))
	public, err := suite.PublicKey(key[:])
	if err != nil {
		return nil, err
	}
	r := &Room{Scheme: scheme, Users: users, Members: members, Hub: franking.Hub{
		RoomURI: []byte(roomURI), Suite: suite, PrivateKey: key[:],
		HubKeys:    []franking.HubKey{{Key: hubKey[:], NotAfter: math.MaxUint64}},
		PublicKeys: []franking.PublicKey{{Suite: suite, Key: public}},
	}}
	for _, user := range users {
		r.Hub.Participants = append(r.Hub.Participants, []byte(user))
	}
	r.Hub.Reporters = slices.Clone(r.Hub.Participants)
	if scheme.Draft() >= spec.Protocol04 {
		agent := franking.FrankingAgentData{SignatureKey: public, Credential: franking.Credential{Type: franking.Basic, Identity: []byte(hubIdentity)}}
		if r.Hub.Agent, err = agent.Append(nil); err != nil {
			return nil, err
		}
		for _, m := range members {
			if err := m.setAgent(r.Hub.Agent); err != nil {
				return nil, err
			}
		}
	}
	r.enterEpoch()
	return r, nil
}

// setAgent puts franking_agent in a member's GroupContext.
func (m *Member) setAgent(agent []byte) error {
	// An AppDataDictionary has the encoding of a SafeAAD.
	dictionary, err := franking.SafeAAD{{ComponentID: franking.FrankingAgentComponent, Data: agent}}.Append(nil, false)
	if err != nil {
		return err
	}
	m.SetGroupContextExtension(appDataDictionary, dictionary)
	return nil
}

// agent returns the franking_agent in a member's GroupContext, nil if there is
// none.
func (m *Member) agent() ([]byte, error) {
	dictionary, ok := m.GroupContextExtension(appDataDictionary)
	if !ok {
		return nil, nil
	}
	components, err := franking.ReadSafeAAD(dictionary, false)
	return components.Item(franking.FrankingAgentComponent), err
}

// integritySecret returns the franking_integrity_secret of protocol-03, section
// 5.4.1: the exporter of go-mls takes the place of ap_exporter_secret.
func (m *Member) integritySecret() []byte {
	return m.Export("franking_integrity", nil, sha256.Size)
}

// enterEpoch tells the hub of the epoch that the members are in.
func (r *Room) enterEpoch() {
	r.Hub.Epoch = r.Members[0].Epoch()
	r.Hub.OldestEpoch = r.Hub.Epoch
	if r.Scheme.Draft() == spec.Protocol03 {
		r.Hub.IntegritySecret = r.Members[0].integritySecret()
	}
}

// Advance takes the room to the next epoch by a commit of a member.
func (r *Room) Advance(committer int, leafSecret []byte) error {
	if err := Advance(r.Members, committer, leafSecret); err != nil {
		return err
	}
	r.enterEpoch()
	return nil
}

// FannedOut is a message as it comes from the hub.
type FannedOut struct {
	Ciphertext []byte // an MLSCiphertext
	franking.Fanout
}

// Protect encrypts a message of a member.
func (r *Room) Protect(from int, applicationData, authenticatedData []byte) ([]byte, error) {
	c, err := r.Members[from].Protect(applicationData, authenticatedData)
	if err != nil {
		return nil, err
	}
	return syntax.Marshal(*c)
}

// Submit hands a message to the hub, at a time in milliseconds of the Unix
// epoch. The hub reads what is not encrypted. It fans nothing out unless the
// verdict is good.
func (r *Room) Submit(ciphertext []byte, sendingURI, source string, timestamp uint64) (*FannedOut, franking.Verdict, error) {
	c, err := readCiphertext(ciphertext)
	if err != nil {
		return nil, franking.Verdict{}, err
	}
	accepted, verdict := r.Scheme.Accept(&r.Hub, &franking.Submission{
		AuthenticatedData: c.AuthenticatedData, SendingURI: []byte(sendingURI), Source: source, Epoch: uint64(c.Epoch),
	}, timestamp)
	if !verdict.OK() {
		return nil, verdict, nil
	}
	out := &FannedOut{ciphertext, franking.Fanout{Timestamp: accepted.Timestamp, Frank: accepted.Frank}}
	return out, r.Scheme.CheckFanout(accepted, &out.Fanout), nil
}

// Receive has a member decrypt a message and verify its frank.
func (r *Room) Receive(to int, out *FannedOut) (*franking.Delivery, franking.Verdict, error) {
	c, err := readCiphertext(out.Ciphertext)
	if err != nil {
		return nil, franking.Verdict{}, err
	}
	m := r.Members[to]
	received, err := m.Unprotect(c)
	if err != nil {
		return nil, franking.Verdict{}, err
	}
	agent, err := m.agent()
	if err != nil {
		return nil, franking.Verdict{}, err
	}
	delivery := &franking.Delivery{
		ApplicationData: received.Data, AuthenticatedData: received.AuthenticatedData, Frank: out.Frank, Timestamp: out.Timestamp,
		Suite: franking.CipherSuite(m.Suite()), Agent: agent, SenderURI: received.Identity, RoomURI: r.Hub.RoomURI,
	}
	if r.Scheme.Draft() == spec.Protocol03 {
		delivery.IntegritySecret = m.integritySecret()
	}
	return delivery, r.Scheme.Verify(delivery), nil
}

// readCiphertext reads an MLSCiphertext with nothing after it.
func readCiphertext(octets []byte) (*mls.MLSCiphertext, error) {
	c := new(mls.MLSCiphertext)
	read, err := syntax.Unmarshal(octets, c)
	if err == nil && read < len(octets) {
		err = fmt.Errorf("%d octets after the MLSCiphertext", len(octets)-read)
	}
	return c, err
}
