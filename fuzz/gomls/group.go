package gomls

import (
	"bytes"
	"fmt"
	"math"

	"github.com/cisco/go-mls"
	syntax "github.com/cisco/go-tls-syntax"
)

// Member is one member's view of a group.
type Member struct {
	state *mls.State
}

// client is what a member keeps of its own before it is in a group.
type client struct {
	secret     []byte
	signature  mls.SignaturePrivateKey
	keyPackage mls.KeyPackage
}

// newClient makes the keys of an identity. They follow from the suite and the
// identity.
func newClient(suite mls.CipherSuite, identity string) (*client, error) {
	c := &client{secret: suite.Digest([]byte("leaf secret of " + identity))}
	var err error
	if c.signature, err = suite.Scheme().Derive(c.secret); err != nil {
		return nil, err
	}
	credential := mls.NewBasicCredential([]byte(identity), suite.Scheme(), c.signature.PublicKey)
	keyPackage, err := mls.NewKeyPackageWithSecret(suite, c.secret, credential, c.signature)
	if err != nil {
		return nil, err
	}
	c.keyPackage = *keyPackage
	// A lifetime without a clock, so that the same identity has the same package.
	if err := c.keyPackage.SetExtensions([]mls.ExtensionBody{mls.LifetimeExtension{NotAfter: 1 << 40}}); err != nil {
		return nil, err
	}
	return c, c.keyPackage.Sign(c.signature)
}

// NewGroup makes a group in epoch 1: the first identity creates it and adds the
// others with one commit. The same arguments give the same group. The suite
// must be 1 or 3: go-mls cannot sign with ECDSA.
func NewGroup(suite mls.CipherSuite, groupID []byte, identities ...string) ([]*Member, error) {
	creator, invited, welcome, err := found(suite, groupID, identities)
	if err != nil {
		return nil, err
	}
	members := []*Member{creator}
	for _, c := range invited {
		m, err := c.join(welcome)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// found returns the creator of a group, the clients that it added, and their
// Welcome.
func found(suite mls.CipherSuite, groupID []byte, identities []string) (*Member, []*client, *mls.Welcome, error) {
	if suite != mls.X25519_AES128GCM_SHA256_Ed25519 && suite != mls.X25519_CHACHA20POLY1305_SHA256_Ed25519 {
		return nil, nil, nil, fmt.Errorf("go-mls has no groups with cipher suite %#04x", uint16(suite))
	}
	if len(identities) < 2 || len(groupID) == 0 || len(groupID) > math.MaxUint8 {
		return nil, nil, nil, fmt.Errorf("a group needs two identities and an ID of 1 to 255 octets; there are %d, and the ID has %d", len(identities), len(groupID))
	}
	clients := make([]*client, len(identities))
	for i, identity := range identities {
		var err error
		if clients[i], err = newClient(suite, identity); err != nil {
			return nil, nil, nil, err
		}
	}
	creator, err := mls.NewEmptyState(groupID, clients[0].secret, clients[0].signature, clients[0].keyPackage)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, c := range clients[1:] {
		add, err := creator.Add(c.keyPackage)
		if err != nil {
			return nil, nil, nil, err
		}
		if _, err := creator.Handle(add); err != nil {
			return nil, nil, nil, err
		}
	}
	_, welcome, creator, err := creator.Commit(clients[0].secret)
	return &Member{state: creator}, clients[1:], welcome, err
}

// join makes a member of a client that is invited.
func (c *client) join(welcome *mls.Welcome) (*Member, error) {
	state, err := mls.NewJoinedState(c.secret, []mls.SignaturePrivateKey{c.signature}, []mls.KeyPackage{c.keyPackage}, *welcome)
	return &Member{state: state}, err
}

// Advance takes the members to the next epoch by a commit of one of them that
// replaces its leaf keys by those that follow from leafSecret.
func Advance(members []*Member, committer int, leafSecret []byte) error {
	extensions := members[committer].state.Extensions
	commit, _, next, err := members[committer].state.Commit(leafSecret)
	if err != nil {
		return err
	}
	for i, m := range members {
		state := next
		if i != committer {
			if state, err = m.state.Handle(commit); err != nil {
				return fmt.Errorf("member %d: %w", i, err)
			}
		}
		// A commit loses the extensions.
		state.Extensions = extensions
		m.state = state
	}
	return nil
}

// SetGroupContextExtension gives a member an extension of the GroupContext,
// which its signatures cover: members with different extensions refuse each
// other's messages. Each member needs to be given it, because a Welcome of
// go-mls has none.
func (m *Member) SetGroupContextExtension(number mls.ExtensionType, data []byte) {
	list := mls.NewExtensionList()
	for _, e := range m.state.Extensions.Entries {
		if e.ExtensionType != number {
			list.Entries = append(list.Entries, e)
		}
	}
	list.Entries = append(list.Entries, mls.Extension{ExtensionType: number, ExtensionData: bytes.Clone(data)})
	m.state.Extensions = list
}

// GroupContextExtension returns the data of an extension of the GroupContext.
func (m *Member) GroupContextExtension(number mls.ExtensionType) ([]byte, bool) {
	for _, e := range m.state.Extensions.Entries {
		if e.ExtensionType == number {
			return e.ExtensionData, true
		}
	}
	return nil, false
}

// Suite returns the group's cipher suite.
func (m *Member) Suite() uint16 { return uint16(m.state.CipherSuite) }

// Epoch returns the member's epoch.
func (m *Member) Epoch() uint64 { return uint64(m.state.Epoch) }

// Export returns as many octets that only members of this epoch know.
func (m *Member) Export(label string, context []byte, octets int) []byte {
	return m.state.Keys.Export(label, context, octets)
}

// identity returns the identity in the credential of a leaf, or nil when the
// group has no such member.
func (m *Member) identity(leaf mls.LeafIndex) []byte {
	if uint64(leaf) >= uint64(m.state.Tree.Size()) {
		return nil
	}
	keyPackage, ok := m.state.Tree.KeyPackage(leaf)
	if !ok {
		return nil
	}
	return keyPackage.Credential.Identity()
}

// groupContext returns the GroupContext that signatures cover.
func (m *Member) groupContext() mls.GroupContext {
	return mls.GroupContext{
		GroupID:                 m.state.GroupID,
		Epoch:                   m.state.Epoch,
		TreeHash:                m.state.Tree.RootHash(),
		ConfirmedTranscriptHash: m.state.ConfirmedTranscriptHash,
		Extensions:              m.state.Extensions,
	}
}

// sign returns the signature of a message in the group.
func (m *Member) sign(sender mls.Sender, authenticatedData []byte, content mls.MLSPlaintextContent) (mls.Signature, error) {
	octets, err := encode(m.groupContext(), struct {
		GroupID           []byte `tls:"head=1"`
		Epoch             mls.Epoch
		Sender            mls.Sender
		AuthenticatedData []byte `tls:"head=4"`
		Content           mls.MLSPlaintextContent
	}{m.state.GroupID, m.state.Epoch, sender, authenticatedData, content})
	if err != nil {
		return mls.Signature{}, err
	}
	signature, err := m.state.Scheme.Sign(&m.state.IdentityPriv, octets)
	return mls.Signature{Data: signature}, err
}

// encode writes values one after the other.
func encode(values ...any) ([]byte, error) {
	stream := syntax.NewWriteStream()
	err := stream.WriteAll(values...)
	return stream.Data(), err
}
