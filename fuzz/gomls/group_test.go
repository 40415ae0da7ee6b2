package gomls

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
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

func BenchmarkNewGroup(b *testing.B) {
	for b.Loop() {
		newGroup(b, 1)
	}
}
