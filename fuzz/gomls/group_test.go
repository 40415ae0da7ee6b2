package gomls

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/cisco/go-mls"
)

const (
	alice = "mimi://a.example/u/alice"
	bob   = "mimi://b.example/u/bob"
	cathy = "mimi://c.example/u/cathy"
)

var groupID = []byte("a room")

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // go-hpke logs its secrets
	if name := os.Getenv(hangVariable); name != "" {
		os.Exit(hang(name))
	}
	os.Exit(m.Run())
}

func newGroup(t testing.TB, suite mls.CipherSuite) []*Member {
	t.Helper()
	members, err := NewGroup(suite, groupID, alice, bob, cathy)
	if err != nil {
		t.Fatal(err)
	}
	return members
}

var groupSuites = []mls.CipherSuite{mls.X25519_AES128GCM_SHA256_Ed25519, mls.X25519_CHACHA20POLY1305_SHA256_Ed25519}

// TestGroupCarriesMessages sends messages from every member to every other, in
// three epochs.
func TestGroupCarriesMessages(t *testing.T) {
	identities := []string{alice, bob, cathy}
	for _, suite := range groupSuites {
		members := newGroup(t, suite)
		for epoch := range 3 {
			for sender := range members {
				for count := range 2 {
					data, aad := fmt.Appendf(nil, "message %d", count), fmt.Appendf(nil, "beside %d", count)
					c, err := members[sender].Protect(data, aad)
					if err != nil {
						t.Fatal(err)
					}
					for receiver := range members {
						if receiver == sender {
							continue
						}
						got, err := members[receiver].Unprotect(c)
						if err != nil {
							t.Fatalf("%v, epoch %d, from %d to %d: %v", suite, epoch, sender, receiver, err)
						}
						if !bytes.Equal(got.Data, data) || !bytes.Equal(got.AuthenticatedData, aad) || string(got.Identity) != identities[sender] {
							t.Errorf("%v, epoch %d, from %d to %d: %q beside %q of %q", suite, epoch, sender, receiver, got.Data, got.AuthenticatedData, got.Identity)
						}
						if _, err := members[receiver].Unprotect(c); err == nil {
							t.Errorf("%v: a replay is accepted", suite)
						}
					}
				}
			}
			if !bytes.Equal(members[0].Export("a", nil, 32), members[2].Export("a", nil, 32)) {
				t.Errorf("%v, epoch %d: members export different secrets", suite, epoch)
			}
			if err := Advance(members, epoch, []byte{byte(epoch)}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestUnprotectRefuses holds that messages that go-mls does not survive do not
// get to it.
func TestUnprotectRefuses(t *testing.T) {
	members := newGroup(t, targetSuite)
	constants := targetSuite.Constants()
	key, nonce := make([]byte, constants.KeySize), make([]byte, constants.NonceSize)
	for _, test := range []struct {
		name   string
		from   senderData
		spoil  func(*mls.MLSCiphertext)
		reason string
	}{
		{"no such leaf", senderData{Sender: 3}, func(*mls.MLSCiphertext) {}, "leaf 3"},
		{"a leaf far outside", senderData{Sender: 1 << 31}, func(*mls.MLSCiphertext) {}, "leaf 2147483648"},
		{"far ahead", senderData{Generation: maxSkipped + 1}, func(*mls.MLSCiphertext) {}, "generation 1025"},
		{"no nonce", senderData{}, func(c *mls.MLSCiphertext) { c.SenderDataNonce = nil }, "0 octets"},
		{"other sender data", senderData{}, func(c *mls.MLSCiphertext) { c.EncryptedSenderData[0] ^= 1 }, "sender data"},
		{"another content", senderData{}, func(*mls.MLSCiphertext) {}, "content decryption failure"},
	} {
		c, err := members[0].seal(test.from, key, nonce, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		test.spoil(c)
		if _, err := members[1].Unprotect(c); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// TestNewGroupRefuses holds that there are no groups that go-mls cannot have.
func TestNewGroupRefuses(t *testing.T) {
	for _, suite := range []mls.CipherSuite{0, 2, 4, 5, 6, 7} {
		if _, err := NewGroup(suite, groupID, alice, bob); err == nil {
			t.Errorf("a group with cipher suite %d", suite)
		}
	}
	for _, id := range [][]byte{nil, make([]byte, 256)} {
		if _, err := NewGroup(targetSuite, id, alice, bob); err == nil {
			t.Errorf("a group with an ID of %d octets", len(id))
		}
	}
	if _, err := NewGroup(targetSuite, groupID, alice); err == nil {
		t.Error("a group of one")
	}
}

// BenchmarkNewGroup is what most executions of fuzz targets cost.
func BenchmarkNewGroup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newGroup(b, 1)
	}
}
