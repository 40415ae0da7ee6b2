package gomls

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"github.com/cisco/go-mls"
)

// maxSkipped is how many keys of a sender a receiver derives for one message.
const maxSkipped = 1024

// reuseGuard is the length in octets of the part of sender data that nonces are
// mixed with.
const reuseGuard = 4

// senderData is what an MLSCiphertext says of its sender, encrypted.
type senderData struct {
	Sender     mls.LeafIndex
	Generation uint32
	ReuseGuard [reuseGuard]byte
}

// Received is what a member knows of a message that it decrypted.
type Received struct {
	Data              []byte
	AuthenticatedData []byte
	Sender            mls.LeafIndex
	Identity          []byte // in the credential of the sender's leaf
}

// Protect encrypts application data, with authenticated data beside it: what
// State.Protect does, which has no authenticated data.
func (m *Member) Protect(data, authenticatedData []byte) (*mls.MLSCiphertext, error) {
	content := mls.MLSPlaintextContent{Application: &mls.ApplicationData{Data: data}}
	sender := mls.Sender{Type: mls.SenderTypeMember, Sender: uint32(m.state.Index)}
	signature, err := m.sign(sender, authenticatedData, content)
	if err != nil {
		return nil, err
	}
	generation, keys := m.state.Keys.ApplicationKeys.Next(m.state.Index)
	from := senderData{Sender: m.state.Index, Generation: generation}
	rand.Read(from.ReuseGuard[:])
	plaintext, err := encode(content, signature)
	if err != nil {
		return nil, err
	}
	return m.seal(from, keys.Key, keys.Nonce, plaintext, authenticatedData)
}

// seal makes an MLSCiphertext of a content and what it says of its sender.
func (m *Member) seal(from senderData, key, nonce, plaintext, authenticatedData []byte) (*mls.MLSCiphertext, error) {
	c := &mls.MLSCiphertext{
		GroupID:           m.state.GroupID,
		Epoch:             m.state.Epoch,
		ContentType:       mls.ContentTypeApplication,
		SenderDataNonce:   make([]byte, m.state.CipherSuite.Constants().NonceSize),
		AuthenticatedData: authenticatedData,
	}
	rand.Read(c.SenderDataNonce)
	clear, err := encode(from.Sender, from.Generation, from.ReuseGuard)
	if err != nil {
		return nil, err
	}
	aead, aad, err := m.senderDataAEAD(c)
	if err != nil {
		return nil, err
	}
	c.EncryptedSenderData = aead.Seal(nil, c.SenderDataNonce, clear, aad)
	if aad, err = contentAAD(c); err != nil {
		return nil, err
	}
	if aead, err = m.state.CipherSuite.NewAEAD(key); err != nil {
		return nil, err
	}
	guarded := append([]byte{}, nonce...)
	for i, octet := range from.ReuseGuard {
		guarded[i] ^= octet
	}
	c.Ciphertext = aead.Seal(nil, guarded, plaintext, aad)
	return c, nil
}

// Unprotect decrypts a message with State.Unprotect and says who sent it. It
// refuses what go-mls does not survive: nonces of another length, senders that
// the group does not have, generations far ahead.
func (m *Member) Unprotect(c *mls.MLSCiphertext) (*Received, error) {
	from, err := m.openSenderData(c)
	if err != nil {
		return nil, err
	}
	identity := m.identity(from.Sender)
	if identity == nil {
		return nil, fmt.Errorf("the sender is leaf %d, which has no member", from.Sender)
	}
	next := uint32(0)
	if ratchet, ok := m.state.Keys.ApplicationRatchets[from.Sender]; ok {
		next = ratchet.NextGeneration
	}
	if from.Generation > next && from.Generation-next > maxSkipped {
		return nil, fmt.Errorf("generation %d skips more than %d messages", from.Generation, maxSkipped)
	}
	data, err := m.state.Unprotect(c)
	if err != nil {
		return nil, err
	}
	return &Received{Data: data, AuthenticatedData: c.AuthenticatedData, Sender: from.Sender, Identity: identity}, nil
}

// openSenderData decrypts what a message says of its sender.
func (m *Member) openSenderData(c *mls.MLSCiphertext) (*senderData, error) {
	if size := m.state.CipherSuite.Constants().NonceSize; len(c.SenderDataNonce) != size {
		return nil, fmt.Errorf("the nonce of the sender data has %d octets, not %d", len(c.SenderDataNonce), size)
	}
	aead, aad, err := m.senderDataAEAD(c)
	if err != nil {
		return nil, err
	}
	clear, err := aead.Open(nil, c.SenderDataNonce, c.EncryptedSenderData, aad)
	if err != nil {
		return nil, fmt.Errorf("sender data: %w", err)
	}
	if len(clear) != 8+reuseGuard {
		return nil, fmt.Errorf("the sender data has %d octets, not %d", len(clear), 8+reuseGuard)
	}
	return &senderData{
		Sender:     mls.LeafIndex(binary.BigEndian.Uint32(clear)),
		Generation: binary.BigEndian.Uint32(clear[4:]),
		ReuseGuard: [reuseGuard]byte(clear[8:]),
	}, nil
}

// senderDataAEAD returns what the sender data of a message is encrypted with, and
// what is authenticated beside it.
func (m *Member) senderDataAEAD(c *mls.MLSCiphertext) (cipher.AEAD, []byte, error) {
	aad, err := encode(struct {
		GroupID         []byte `tls:"head=1"`
		Epoch           mls.Epoch
		ContentType     mls.ContentType
		SenderDataNonce []byte `tls:"head=1"`
	}{c.GroupID, c.Epoch, c.ContentType, c.SenderDataNonce})
	if err != nil {
		return nil, nil, err
	}
	aead, err := m.state.CipherSuite.NewAEAD(m.state.Keys.SenderDataKey)
	return aead, aad, err
}

func contentAAD(c *mls.MLSCiphertext) ([]byte, error) {
	return encode(struct {
		GroupID             []byte `tls:"head=1"`
		Epoch               mls.Epoch
		ContentType         mls.ContentType
		AuthenticatedData   []byte `tls:"head=4"`
		SenderDataNonce     []byte `tls:"head=1"`
		EncryptedSenderData []byte `tls:"head=1"`
	}{c.GroupID, c.Epoch, c.ContentType, c.AuthenticatedData, c.SenderDataNonce, c.EncryptedSenderData})
}
