package gomls

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"math/big"

	"github.com/cisco/go-mls"
	syntax "github.com/cisco/go-tls-syntax"
)

// The group that targets hand octets to. Its third member handles what the
// first sends.
const (
	targetSuite = mls.X25519_AES128GCM_SHA256_Ed25519
	sending     = 0
	handling    = 2
)

var targetIdentities = []string{"a", "b", "c"}

func targetGroup() ([]*Member, error) {
	return NewGroup(targetSuite, []byte("g"), targetIdentities...)
}

// exchanged returns values of all kinds that the members of the group send.
func exchanged() ([]any, error) {
	creator, invited, welcome, err := found(targetSuite, []byte("g"), targetIdentities)
	if err != nil {
		return nil, err
	}
	info, err := welcome.Decrypt(targetSuite, creator.state.Keys.EpochSecret)
	if err != nil {
		return nil, err
	}
	another, err := newClient(targetSuite, "d")
	if err != nil {
		return nil, err
	}
	add, err := creator.state.Add(another.keyPackage)
	if err != nil {
		return nil, err
	}
	remove, err := creator.state.Remove(1)
	if err != nil {
		return nil, err
	}
	update, err := creator.state.Update(invited[0].secret, nil, invited[0].keyPackage)
	if err != nil {
		return nil, err
	}
	commit, _, _, err := creator.state.Commit([]byte{1})
	if err != nil {
		return nil, err
	}
	protected, err := creator.Protect([]byte("data"), []byte("beside it"))
	if err != nil {
		return nil, err
	}
	data := *add
	data.Content = mls.MLSPlaintextContent{Application: &mls.ApplicationData{Data: []byte("data")}}
	if data.Signature, err = creator.sign(data.Sender, nil, data.Content); err != nil {
		return nil, err
	}
	certified, err := newCertified()
	if err != nil {
		return nil, err
	}
	committed := commit.Content.Commit.Commit
	return []any{
		*certified, *welcome, *info, info.Tree, another.keyPackage, another.keyPackage.Credential, another.keyPackage.Extensions,
		*add, *remove, *update, *commit, data, *add.Content.Proposal, committed, *committed.Path,
		committed.Path.Steps[0].EncryptedPathSecrets[0], *protected, creator.groupContext(),
	}, nil
}

// newCertified returns a credential with two certificates.
func newCertified() (*mls.Credential, error) {
	ecdsaKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ed25519Key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	var chain []*x509.Certificate
	for _, key := range []crypto.Signer{ed25519Key, ecdsaKey} {
		template := &x509.Certificate{SerialNumber: big.NewInt(1)}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			return nil, err
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, certificate)
	}
	return mls.NewX509Credential(chain)
}

// tryHandshake has a member handle a handshake message.
func tryHandshake(octets []byte) error {
	var message mls.MLSPlaintext
	if ok, err := decode(octets, &message); !ok || err != nil {
		return err
	}
	members, err := targetGroup()
	if err != nil {
		return err
	}
	_, _ = members[handling].state.Handle(&message)
	return nil
}

// fromInside is what a member that means harm puts in a handshake message.
type fromInside struct {
	Sender  mls.Sender
	Content mls.MLSPlaintextContent
}

// keyPackages returns the key packages in a message.
func (f *fromInside) keyPackages() []*mls.KeyPackage {
	proposal, commit := f.Content.Proposal, f.Content.Commit
	switch {
	case proposal != nil && proposal.Add != nil:
		return []*mls.KeyPackage{&proposal.Add.KeyPackage}
	case proposal != nil && proposal.Update != nil:
		return []*mls.KeyPackage{&proposal.Update.KeyPackage}
	case commit != nil && commit.Commit.Path != nil:
		return []*mls.KeyPackage{&commit.Commit.Path.LeafKeyPackage}
	}
	return nil
}

// tryInsider has a member sign the sender and the content that the octets are,
// with the key packages in it, and another handle the message. A proposal that
// it accepts is committed.
func tryInsider(octets []byte) error {
	var from fromInside
	if ok, err := decode(octets, &from); !ok || err != nil {
		return err
	}
	members, err := targetGroup()
	if err != nil {
		return err
	}
	for _, k := range from.keyPackages() {
		// go-mls cannot sign otherwise.
		if b := k.Credential.Basic; b != nil && b.SignatureScheme == mls.Ed25519 {
			key := members[sending].state.IdentityPriv
			b.PublicKey = key.PublicKey
			if err := k.Sign(key); err != nil {
				return err
			}
		}
	}
	message := &mls.MLSPlaintext{
		GroupID: members[sending].state.GroupID, Epoch: members[sending].state.Epoch, Sender: from.Sender, Content: from.Content,
	}
	if message.Signature, err = members[sending].sign(from.Sender, nil, from.Content); err != nil {
		return err
	}
	receiver := members[handling].state
	if _, err := receiver.Handle(message); err == nil && from.Content.Proposal != nil {
		_, _, _, _ = receiver.Commit([]byte{2})
	}
	return nil
}

func seedInsider(value any) ([]byte, error) {
	message, ok := value.(mls.MLSPlaintext)
	if !ok {
		return nil, nil
	}
	return encode(fromInside{message.Sender, message.Content})
}

// tryCiphertext has a member decrypt a message.
func tryCiphertext(octets []byte) error {
	var message mls.MLSCiphertext
	if ok, err := decode(octets, &message); !ok || err != nil {
		return err
	}
	members, err := targetGroup()
	if err != nil {
		return err
	}
	_, _ = members[handling].state.Unprotect(&message)
	return nil
}

// tryPlaintext has a member decrypt what another encrypted in place of a content
// and its signature.
func tryPlaintext(octets []byte) error {
	members, err := targetGroup()
	if err != nil {
		return err
	}
	from := members[sending].state
	_, keys := from.Keys.ApplicationKeys.Next(from.Index)
	message, err := members[sending].seal(senderData{Sender: from.Index}, keys.Key, keys.Nonce, octets, nil)
	if err != nil {
		return err
	}
	_, _ = members[handling].state.Unprotect(message)
	return nil
}

func seedPlaintext(value any) ([]byte, error) {
	message, ok := value.(mls.MLSPlaintext)
	if !ok {
		return nil, nil
	}
	return encode(message.Content, message.Signature)
}

// tryWelcome has a client join the group of a Welcome.
func tryWelcome(octets []byte) error {
	var welcome mls.Welcome
	if ok, err := decode(octets, &welcome); !ok || err != nil {
		return err
	}
	c, err := newClient(targetSuite, targetIdentities[handling])
	if err != nil {
		return err
	}
	_, _ = c.join(&welcome)
	return nil
}

// tryGroupInfo has a client join a group by a Welcome with the GroupInfo that
// the octets are, which the first member signs if go-mls can read it. The
// client then sends a message.
func tryGroupInfo(octets []byte) error {
	creator, err := newClient(targetSuite, targetIdentities[sending])
	if err != nil {
		return err
	}
	invited, err := newClient(targetSuite, targetIdentities[handling])
	if err != nil {
		return err
	}
	var info mls.GroupInfo
	if ok, err := decode(octets, &info); err != nil {
		return err
	} else if ok {
		if octets, err = signGroupInfo(&info, creator.signature); err != nil {
			return err
		}
	}
	welcome, err := sealGroupInfo(octets, invited.keyPackage)
	if err != nil {
		return err
	}
	if m, err := invited.join(welcome); err == nil {
		_, _ = m.state.Protect(nil)
	}
	return nil
}

// signGroupInfo signs a GroupInfo and encodes it.
func signGroupInfo(info *mls.GroupInfo, key mls.SignaturePrivateKey) ([]byte, error) {
	octets, err := syntax.Marshal(struct {
		GroupID                 []byte `tls:"head=1"`
		Epoch                   mls.Epoch
		Tree                    mls.TreeKEMPublicKey
		ConfirmedTranscriptHash []byte `tls:"head=1"`
		InterimTranscriptHash   []byte `tls:"head=1"`
		Confirmation            []byte `tls:"head=1"`
		SignerIndex             mls.LeafIndex
	}{info.GroupID, info.Epoch, info.Tree, info.ConfirmedTranscriptHash, info.InterimTranscriptHash, info.Confirmation, info.SignerIndex})
	if err != nil {
		return nil, err
	}
	if info.Signature, err = targetSuite.Scheme().Sign(&key, octets); err != nil {
		return nil, err
	}
	return encode(*info)
}

// sealGroupInfo makes a Welcome to an epoch whose secret is empty.
func sealGroupInfo(octets []byte, invited mls.KeyPackage) (*mls.Welcome, error) {
	constants := targetSuite.Constants()
	secret, err := expandLabel(nil, "group info", constants.SecretSize)
	if err != nil {
		return nil, err
	}
	key, err := expandLabel(secret, "key", constants.KeySize)
	if err != nil {
		return nil, err
	}
	nonce, err := expandLabel(secret, "nonce", constants.NonceSize)
	if err != nil {
		return nil, err
	}
	aead, err := targetSuite.NewAEAD(key)
	if err != nil {
		return nil, err
	}
	welcome := &mls.Welcome{Version: mls.ProtocolVersionMLS10, CipherSuite: targetSuite, EncryptedGroupInfo: aead.Seal(nil, nonce, octets, nil)}
	welcome.EncryptTo(invited, nil)
	return welcome, nil
}

// expandLabel is HKDF-Expand-Label of draft-ietf-mls-protocol-09, section 8,
// without a context.
func expandLabel(secret []byte, label string, size int) ([]byte, error) {
	label = "mls10 " + label
	info := binary.BigEndian.AppendUint16(nil, uint16(size))
	info = append(append(info, byte(len(label))), label...)
	return hkdf.Expand(sha256.New, secret, string(append(info, 0, 0, 0, 0)), size)
}
