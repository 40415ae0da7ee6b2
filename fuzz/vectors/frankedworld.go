package vectors

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/asked"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// The people and places of franked messages.
const (
	hubName      = "hub.example"
	hubURI       = "mimi://hub.example"
	alice        = "mimi://b.example/u/alice"
	bob          = "mimi://c.example/u/bob"
	room         = "mimi://hub.example/r/one"
	otherRoom    = "mimi://hub.example/r/two"
	hubKeyFrom   = 1_750_000_000_000
	hubKeyUntil  = 1_750_999_999_999
	acceptedTime = 1_750_000_001_000
)

// franked is a message that was franked honestly, with all that was needed.
type franked struct {
	draft    spec.Draft
	suite    franking.CipherSuite
	scheme   *franking.Scheme
	content  gen.FrankedContent
	data     []byte // application_data
	sent     *franking.Sent
	hub      *franking.Hub
	accepted *franking.Accepted
	frank    *franking.Frank
}

// frankedMessage franks a message under a draft with a suite.
func frankedMessage(d spec.Draft, suite franking.CipherSuite, text string, framing bool) *franked {
	scheme, err := franking.NewScheme(franking.Options{Draft: d})
	if err != nil {
		panic(err) // it is a draft of franking
	}
	f := &franked{draft: d, suite: suite, scheme: scheme}
	f.content = gen.FrankedContent{Salt: secret("salt", franking.SaltOctets(d)), Sender: alice, Room: room, Text: text, Framing: framing}
	f.data = f.content.Append(nil, d)
	var verdict franking.Verdict
	if f.sent, verdict = scheme.Send(&franking.Sending{ApplicationData: f.data, SendingURI: []byte(alice), RoomURI: []byte(room)}); !verdict.OK() {
		panic(verdict.String())
	}
	f.hub = &franking.Hub{
		RoomURI: []byte(room), Participants: [][]byte{[]byte(alice), []byte(bob)}, Reporters: [][]byte{[]byte(alice), []byte(bob)}, Epoch: 1, OldestEpoch: 1,
		HubKeys: []franking.HubKey{{Key: secret("hub_key", 32), NotBefore: hubKeyFrom, NotAfter: hubKeyUntil}}, Suite: suite,
	}
	if d == spec.Protocol03 {
		f.hub.IntegritySecret = secret("franking_integrity_secret", 32)
	} else {
		f.hub.PrivateKey = privateKey("hub", suite)
		f.hub.PublicKeys = []franking.PublicKey{{Suite: suite, Key: publicKey("hub", suite)}}
		f.hub.Agent = agentOf(publicKey("hub", suite), hubURI)
	}
	f.accept(acceptedTime)
	return f
}

// accept franks the message again at another time.
func (f *franked) accept(timestamp uint64) {
	submission := &franking.Submission{AuthenticatedData: f.sent.AuthenticatedData, SendingURI: []byte(alice), Source: "b.example", Epoch: 1}
	var verdict franking.Verdict
	if f.accepted, verdict = f.scheme.Accept(f.hub, submission, timestamp); !verdict.OK() {
		panic(verdict.String())
	}
	frank, err := franking.ReadFrank(f.accepted.Frank, f.draft)
	if err != nil {
		panic(err)
	}
	f.frank = frank
}

// received is what the receiver gets.
func (f *franked) received() *protocol.ReceiverInput {
	return asked.ReceiverInput(&franking.Delivery{
		ApplicationData: f.data, AuthenticatedData: f.sent.AuthenticatedData, Frank: f.accepted.Frank, Timestamp: f.accepted.Timestamp,
		Suite: f.suite, Agent: f.hub.Agent, IntegritySecret: f.hub.IntegritySecret, SenderURI: []byte(alice), RoomURI: []byte(room),
	})
}

// reported is what the hub gets if a receiver reports what it received.
func (f *franked) reported(change func(*franking.AbuseReport)) *protocol.HubInput {
	report := &franking.AbuseReport{
		ReportingUser: []byte(bob), AllegedAbuserURI: []byte(alice), Note: []byte("note"),
		Messages: []franking.AbusiveMessage{{MessageContent: f.data, Frank: *f.frank, AcceptedTimestamp: f.accepted.Timestamp}},
	}
	if change != nil {
		change(report)
	}
	octets, err := report.Append(nil, f.draft)
	if err != nil {
		panic(err)
	}
	return asked.HubInput(f.hub, &franking.Reporting{Report: octets, Source: "c.example"})
}

// steps are the values on the way, and the keys.
func (f *franked) steps() map[string][]byte {
	steps := map[string][]byte{"frankingTag": f.accepted.FrankingTag[:], "context": f.accepted.Context, "serverFrank": f.frank.ServerFrank, "hubKey": f.hub.HubKeys[0].Key}
	if f.hub.PrivateKey != nil {
		steps["frankingPrivateKey"] = f.hub.PrivateKey
	}
	tbs := franking.AppendTBS(nil, f.draft, f.frank.ServerFrank, f.frank.Suite, f.accepted.Context)
	if signed, err := franking.AppendSignedOctets(nil, f.draft, tbs); err == nil {
		steps["signedOctets"] = signed
	}
	return steps
}

// secret returns octets that look random and are the same in every version.
func secret(label string, octets int) (list []byte) {
	for block := 0; len(list) < octets; block++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "mimifuzz vectors %s %d", label, block))
		list = append(list, sum[:]...)
	}
	return list[:octets]
}

var privateOctets = map[string]int{"Ed25519": 32, "Ed448": 57, "ECDSA P-256": 32, "ECDSA P-384": 48, "ECDSA P-521": 66}

func privateKey(owner string, suite franking.CipherSuite) []byte {
	key := secret(owner+" "+suite.Algorithm(), privateOctets[suite.Algorithm()])
	if len(key) == 66 {
		key[0] = 0 // the order of P-521 has 521 bits
	}
	return key
}

func publicKey(owner string, suite franking.CipherSuite) []byte {
	key, err := suite.PublicKey(privateKey(owner, suite))
	if err != nil {
		panic(err) // its private key is one of the suite
	}
	return key
}

func agentOf(key []byte, identity string) []byte {
	return agentWith(franking.FrankingAgentData{SignatureKey: key, Credential: franking.Credential{Type: franking.Basic, Identity: []byte(identity)}})
}

func agentWith(agent franking.FrankingAgentData) []byte {
	octets, err := agent.Append(nil)
	if err != nil {
		panic(err)
	}
	return octets
}

// certificate returns one for a name with a key of Ed25519, signed by itself.
func certificate(owner, name string) []byte {
	key := ed25519.NewKeyFromSeed(privateKey(owner, franking.X25519AES128Ed25519))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	octets, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return octets
}

// flipped returns octets with one bit changed; a negative position counts from
// the end.
func flipped(octets []byte, at int) []byte {
	octets = slices.Clone(octets)
	if at < 0 {
		at += len(octets)
	}
	octets[at] ^= 1
	return octets
}

// safeAAD writes items of a component behind one another.
func safeAAD(component uint16, items ...[]byte) []byte {
	var list franking.SafeAAD
	for _, item := range items {
		list = append(list, franking.ComponentData{ComponentID: uint32(component), Data: item})
	}
	octets, err := list.Append(nil, false)
	if err != nil {
		panic(err)
	}
	return octets
}
