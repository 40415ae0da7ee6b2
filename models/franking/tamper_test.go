package franking

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// tampering changes one thing in an honest world, so that one step fails.
type tampering struct {
	name   string
	drafts spec.Drafts // 0 for all
	step   Step
	change func(t *testing.T, w *world)
	// literal is what the literal mode says: the same by default.
	literal Outcome
}

// judge makes the steps of the party that a step belongs to.
func (w *world) judge(t *testing.T, step Step) Verdict {
	t.Helper()
	switch {
	case step < HubEpoch:
		_, v := w.scheme.Send(&w.sending)
		return v
	case step < HubFanout:
		_, v := w.scheme.Accept(&w.hub, &w.submission, accepted)
		return v
	case step < ReportFormat:
		return w.scheme.Verify(&w.delivery)
	}
	v := w.validate(t)
	if !v.Report.OK() {
		return v.Report
	}
	for _, m := range v.Messages {
		if !m.OK() {
			return m
		}
	}
	return passed
}

func (w *world) changeAgent(t *testing.T, change func(*FrankingAgentData)) {
	t.Helper()
	agent, err := ReadFrankingAgentData(w.delivery.Agent)
	if err != nil {
		t.Fatal(err)
	}
	change(agent)
	octets, err := agent.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.delivery.Agent, w.hub.Agent = octets, octets
}

func (w *world) changeFrank(t *testing.T, change func(*Frank)) {
	t.Helper()
	frank, err := ReadFrank(w.delivery.Frank, w.scheme.Draft())
	if err != nil {
		t.Fatal(err)
	}
	frank.ServerFrank, frank.Integrity = bytes.Clone(frank.ServerFrank), bytes.Clone(frank.Integrity)
	change(frank)
	if w.delivery.Frank, err = frank.Append(nil, w.scheme.Draft()); err != nil {
		t.Fatal(err)
	}
	w.report.Messages[0].Frank = *frank
}

// refrank has the hub frank another content, as one that claims it for the
// sender and the room that the content names.
func (w *world) refrank(t *testing.T, sender, room string) {
	t.Helper()
	s := w.scheme
	w.delivery.ApplicationData = newContent(t, s.Draft(), sender, room, "hi")
	sent, v := s.Send(&Sending{w.delivery.ApplicationData, []byte(sender), []byte(room)})
	if !v.OK() {
		t.Fatal(v)
	}
	w.delivery.AuthenticatedData = sent.AuthenticatedData
	context, err := (&Context{[]byte(sender), []byte(room), accepted}).Append(nil, s.Draft())
	if err != nil {
		t.Fatal(err)
	}
	serverFrank := ServerFrank(w.hub.HubKeys[1].Key, &sent.FrankingTag, context)
	w.changeFrank(t, func(f *Frank) {
		f.ServerFrank = serverFrank[:]
		if f.Integrity, err = s.Protect(f, context, &w.hub); err != nil {
			t.Fatal(err)
		}
	})
	w.report.Messages[0].MessageContent = w.delivery.ApplicationData
}

func safeAAD(t *testing.T, items ...ComponentData) []byte {
	t.Helper()
	octets, err := SafeAAD(items).Append(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// setAAD sets the authenticated_data for the hub and the receiver.
func setAAD(octets func(t *testing.T, tag []byte) []byte) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		changed := octets(t, w.submission.AuthenticatedData[4:])
		w.submission.AuthenticatedData, w.delivery.AuthenticatedData = changed, changed
	}
}

var (
	noTag    = setAAD(func(t *testing.T, _ []byte) []byte { return safeAAD(t, ComponentData{5, []byte("x")}) })
	noAAD    = setAAD(func(*testing.T, []byte) []byte { return nil })
	shortTag = setAAD(func(t *testing.T, tag []byte) []byte { return safeAAD(t, ComponentData{FrankAADComponent, tag[:31]}) })
	longTag  = setAAD(func(t *testing.T, tag []byte) []byte {
		return safeAAD(t, ComponentData{FrankAADComponent, append(tag, 0)})
	})
	twoTags = setAAD(func(t *testing.T, tag []byte) []byte {
		return safeAAD(t, ComponentData{FrankAADComponent, tag}, ComponentData{FrankAADComponent, tag})
	})
	unordered = setAAD(func(t *testing.T, tag []byte) []byte {
		return safeAAD(t, ComponentData{FrankAADComponent, tag}, ComponentData{5, nil})
	})
	longHead = setAAD(func(t *testing.T, tag []byte) []byte {
		return append([]byte{0x40, 0x23}, safeAAD(t, ComponentData{FrankAADComponent, tag})[1:]...)
	})
	aadBehind = setAAD(func(t *testing.T, tag []byte) []byte {
		return append(safeAAD(t, ComponentData{FrankAADComponent, tag}), 0xff)
	})
)

func tamperings() []tampering {
	flip := func(octets []byte) { octets[0] ^= 1 }
	return []tampering{
		{name: "no content", step: ClientContent, change: func(t *testing.T, w *world) { w.sending.ApplicationData = nil }},
		{name: "salt of 15 octets", drafts: since04, step: ClientContent, change: func(t *testing.T, w *world) {
			w.sending.ApplicationData = append([]byte{0x87, 0x4f}, w.sending.ApplicationData[3:]...)
		}},
		{name: "no sender URI", step: ClientContent, change: func(t *testing.T, w *world) {
			w.sending.ApplicationData = bytes.Replace(w.sending.ApplicationData, []byte{0x01, 0x78, 0x18}, []byte{0x09, 0x78, 0x18}, 1)
		}, drafts: spec.DraftsOf(spec.Protocol05)},
		{name: "another sendingUri", step: ClientSender, change: func(t *testing.T, w *world) { w.sending.SendingURI = []byte("mimi://b.example/u/%61lice") }},
		{name: "another room", step: ClientRoom, change: func(t *testing.T, w *world) { w.sending.RoomURI = []byte("mimi://hub.example/r/other") }},

		{name: "newer epoch", step: HubEpoch, change: func(t *testing.T, w *world) { w.submission.Epoch = 8 }},
		{name: "epoch too old", step: HubEpoch, change: func(t *testing.T, w *world) { w.submission.Epoch = 5 }},
		{name: "no participant", step: HubSender, change: func(t *testing.T, w *world) { w.submission.SendingURI = []byte("mimi://b.example/u/carol") }},
		{name: "another provider", step: HubSource, literal: Passed, change: func(t *testing.T, w *world) { w.submission.Source = "a.example" }},
		{name: "tag of 31 octets", step: HubAAD, change: shortTag},
		{name: "tag of 33 octets", step: HubAAD, change: longTag},
		{name: "two tags", step: HubAAD, change: twoTags},
		{name: "AAD items out of order", step: HubAAD, change: unordered},
		{name: "AAD length not minimal", step: HubAAD, change: longHead},
		{name: "octets behind the SafeAAD", step: HubAAD, literal: Passed, change: aadBehind},
		{name: "no hub_key for the time", step: HubAgent, change: func(t *testing.T, w *world) { w.hub.HubKeys = w.hub.HubKeys[:1] }},
		{name: "no franking_agent", drafts: since04, step: HubAgent, change: func(t *testing.T, w *world) { w.hub.Agent = nil }},
		{name: "no secret of the epoch", drafts: spec.DraftsOf(spec.Protocol03), step: HubAgent, change: func(t *testing.T, w *world) { w.hub.IntegritySecret = nil }},
		{name: "key of another hub", drafts: since04, step: HubAgent, literal: Passed, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) { flip(a.SignatureKey) })
		}},
		{name: "private key too short", drafts: since04, step: HubAgent, change: func(t *testing.T, w *world) { w.hub.PrivateKey = w.hub.PrivateKey[1:] }},

		{name: "Frank taken off", step: ReceiverFrank, literal: Unfranked, change: func(t *testing.T, w *world) { w.delivery.Frank = nil }},
		{name: "Frank cut", step: ReceiverFrank, change: func(t *testing.T, w *world) { w.delivery.Frank = w.delivery.Frank[:60] }},
		{name: "Frank with an octet more", step: ReceiverFrank, change: func(t *testing.T, w *world) { w.delivery.Frank = append(bytes.Clone(w.delivery.Frank), 0) }},
		{name: "delivered with two tags", step: ReceiverFrank, change: twoTags},
		{name: "same algorithm, another suite", drafts: since05, step: ReceiverSuite, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { f.Suite = X25519ChaCha20Ed25519 })
		}},
		{name: "unknown suite", drafts: since05, step: ReceiverSuite, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { f.Suite = 0x0a0a })
			w.delivery.Suite = 0x0a0a
		}},
		{name: "group of unknown suite", drafts: spec.DraftsOf(spec.Protocol04), step: ReceiverSuite, change: func(t *testing.T, w *world) { w.delivery.Suite = 0 }},
		{name: "GroupContext without franking_agent", drafts: since04, step: ReceiverAgent, change: func(t *testing.T, w *world) { w.delivery.Agent = nil }},
		{name: "franking_agent with an octet more", drafts: since04, step: ReceiverAgent, change: func(t *testing.T, w *world) { w.delivery.Agent = append(w.delivery.Agent, 0) }},
		{name: "no franking_integrity_secret", drafts: spec.DraftsOf(spec.Protocol03), step: ReceiverAgent, change: func(t *testing.T, w *world) { w.delivery.IntegritySecret = nil }},
		{name: "agent of a longer domain", drafts: since04, step: ReceiverAgentDomain, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) { a.Credential.Identity = []byte("mimi://hub.example.evil.test") })
		}},
		{name: "domain in the path", drafts: since04, step: ReceiverAgentDomain, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) { a.Credential.Identity = []byte("mimi://evil.test/hub.example") })
		}},
		{name: "bare domain name", drafts: since04, step: ReceiverAgentDomain, literal: Passed, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) { a.Credential.Identity = []byte("hub.example") })
		}},
		{name: "key of another length", drafts: since04, step: ReceiverAgentKey, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) { a.SignatureKey = a.SignatureKey[1:] })
		}},
		{name: "key of small order", drafts: since04, step: ReceiverAgentKey, literal: Passed, change: func(t *testing.T, w *world) {
			// With the point of order 1 as the key, R = S·B verifies for every message.
			w.changeAgent(t, func(a *FrankingAgentData) { a.SignatureKey = append([]byte{1}, make([]byte, 31)...) })
			w.changeFrank(t, func(f *Frank) { f.Integrity = append(append([]byte{1}, make([]byte, 31)...), make([]byte, 32)...) })
		}},
		{name: "another certificate's key", drafts: since04, step: ReceiverAgentKey, literal: Passed, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) {
				a.Credential = Credential{Type: X509, Certificates: [][]byte{certificate(t, bytes.Repeat([]byte{9}, 32), "hub.example")}}
			})
		}},
		{name: "certificate of another domain", drafts: since04, step: ReceiverAgentDomain, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) {
				a.Credential = Credential{Type: X509, Certificates: [][]byte{certificate(t, privateKey(1), "evil.test")}}
			})
		}},
		{name: "no certificate", drafts: since04, step: ReceiverAgentDomain, change: func(t *testing.T, w *world) {
			w.changeAgent(t, func(a *FrankingAgentData) { a.Credential = Credential{Type: X509} })
		}},
		{name: "content cut", step: ReceiverContent, change: func(t *testing.T, w *world) { w.delivery.ApplicationData = w.delivery.ApplicationData[:20] }},
		{name: "octets behind the content", step: ReceiverContent, literal: Failed, change: func(t *testing.T, w *world) {
			w.delivery.ApplicationData = append(bytes.Clone(w.delivery.ApplicationData), 0xf6)
		}},
		{name: "timestamp one later", step: ReceiverIntegrity, change: func(t *testing.T, w *world) { w.delivery.Timestamp++ }},
		{name: "a bit of server_frank", step: ReceiverIntegrity, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { flip(f.ServerFrank) })
		}},
		{name: "a bit of the signature", step: ReceiverIntegrity, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { flip(f.Integrity) })
		}},
		{name: "signature cut", drafts: since04, step: ReceiverIntegrity, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { f.Integrity = f.Integrity[:63] })
		}},
		{name: "content by another sender", step: ReceiverIntegrity, change: func(t *testing.T, w *world) {
			w.delivery.ApplicationData = newContent(t, w.scheme.Draft(), reporterURI, roomURI, "hi")
		}},
		{name: "a bit of the tag", step: ReceiverTag, change: func(t *testing.T, w *world) {
			w.delivery.AuthenticatedData = bytes.Clone(w.delivery.AuthenticatedData)
			flip(w.delivery.AuthenticatedData[4:])
		}},
		{name: "another body", step: ReceiverTag, change: func(t *testing.T, w *world) {
			w.delivery.ApplicationData = newContent(t, w.scheme.Draft(), senderURI, roomURI, "ho")
		}},
		{name: "franked for another sender", step: ReceiverSender, change: func(t *testing.T, w *world) { w.refrank(t, reporterURI, roomURI) }},
		{name: "franked for another room", step: ReceiverRoom, change: func(t *testing.T, w *world) { w.refrank(t, senderURI, "mimi://hub.example/r/other") }},

		{name: "unknown reason code", step: ReportFormat, literal: Passed, change: func(t *testing.T, w *world) { w.report.ReasonCode = 1 }},
		{name: "components twice", drafts: spec.DraftsOf(spec.Protocol06), step: ReportFormat, change: func(t *testing.T, w *world) {
			w.report.Extensions = []ComponentData{{7, nil}, {7, nil}}
		}},
		{name: "reported by another provider", step: ReportReporter, literal: Passed, change: func(t *testing.T, w *world) { w.reporting.Source = "c.example" }},
		{name: "reporter without the capability", step: ReportReporter, literal: Passed, change: func(t *testing.T, w *world) { w.hub.Reporters = nil }},
		{name: "anonymous report by a stranger", step: ReportReporter, literal: Passed, change: func(t *testing.T, w *world) {
			w.report.ReportingUser, w.reporting.Source = nil, "c.example"
		}},
		{name: "no content reported", step: ReportContent, change: func(t *testing.T, w *world) { w.report.Messages[0].MessageContent = nil }},
		{name: "another user accused", step: ReportSender, literal: Passed, change: func(t *testing.T, w *world) { w.report.AllegedAbuserURI = []byte(reporterURI) }},
		{name: "reported to another room", step: ReportRoom, literal: Passed, change: func(t *testing.T, w *world) { w.hub.RoomURI = []byte("mimi://hub.example/r/other") }},
		{name: "hub_key gone", step: ReportKey, change: func(t *testing.T, w *world) { w.hub.HubKeys = nil }},
		{name: "a bit of the content", step: ReportFrank, change: func(t *testing.T, w *world) {
			m := &w.report.Messages[0]
			m.MessageContent = bytes.Clone(m.MessageContent)
			m.MessageContent[5] ^= 1
		}},
		{name: "timestamp in seconds", step: ReportFrank, literal: Failed, change: func(t *testing.T, w *world) {
			w.report.Messages[0].AcceptedTimestamp /= 1000
			w.hub.HubKeys[1].NotBefore = 0
		}},
		{name: "suite that is not known", drafts: since05, step: ReportSuite, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { f.Suite = 0x0a0a })
		}},
		{name: "suite without a key", drafts: since05, step: ReportSuite, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { f.Suite = P256AES128P256 })
		}},
		{name: "franking key gone", drafts: since04, step: ReportSuite, change: func(t *testing.T, w *world) { w.hub.PublicKeys = nil }},
		{name: "suite of the same algorithm", drafts: since05, step: ReportIntegrity, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { f.Suite = X25519ChaCha20Ed25519 })
		}},
		{name: "a bit of the reported signature", step: ReportIntegrity, change: func(t *testing.T, w *world) {
			w.changeFrank(t, func(f *Frank) { flip(f.Integrity) })
		}},
	}
}

// certificate returns a self-signed certificate of an Ed25519 key.
func certificate(t *testing.T, seed []byte, name string) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(seed)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}}
	octets, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func TestFirstFailingStepWins(t *testing.T) {
	seen := map[Step]bool{HubContext: true, HubFanout: true} // each has a test of its own
	for _, test := range tamperings() {
		seen[test.step] = true
		for _, draft := range Drafts.List() {
			if test.drafts != 0 && !test.drafts.Has(draft) {
				continue
			}
			for _, mode := range []Mode{Default, Literal} {
				w := newWorld(t, Options{Draft: draft, Mode: mode}, X25519AES128Ed25519, "hi")
				test.change(t, w)
				v := w.judge(t, test.step)
				want := Failed
				switch {
				case mode == Literal && test.literal != "":
					want = test.literal
				case test.step == HubAgent:
					want = Unfranked
				}
				// What the literal mode overlooks may fail later on.
				if v.Outcome != want || want != Passed && v.Step != test.step && mode == Default {
					t.Errorf("%s, %s, %s: %s; expected %s at %s", test.name, draft, mode, v, want, test.step)
				}
				if v.Outcome != Passed && (v.Reason == "" || v.Step == 0) {
					t.Errorf("%s, %s, %s: no step or no reason", test.name, draft, mode)
				}
				w = newWorld(t, Options{Draft: draft, Mode: mode, Skip: []Step{test.step}}, X25519AES128Ed25519, "hi")
				test.change(t, w)
				if v := w.judge(t, test.step); v.Step == test.step && test.step != ReportFormat {
					t.Errorf("%s, %s, %s: %s although it is skipped", test.name, draft, mode, v)
				}
			}
		}
	}
	for _, s := range Steps() {
		if !seen[s] {
			t.Errorf("nothing fails at %s", s)
		}
	}
}

func TestUnfranked(t *testing.T) {
	for _, change := range []func(*testing.T, *world){noTag, noAAD} {
		w := newWorld(t, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
		change(t, w)
		made, v := w.scheme.Accept(&w.hub, &w.submission, accepted)
		if v.Outcome != Unfranked || made == nil || made.Frank != nil || made.Timestamp != accepted {
			t.Errorf("%+v, %s", made, v)
		}
		if v := w.scheme.Verify(&w.delivery); v.Outcome != Unfranked || v.OK() {
			t.Errorf("%s", v)
		}
	}
}

// A group franks if it has a franking_agent, in protocol-03 a secret. Where it does
// not, a Frank that is missing was not taken off.
func TestNoFrankWhereNoneIsMade(t *testing.T) {
	for _, draft := range Drafts.List() {
		w := newWorld(t, Options{Draft: draft}, X25519AES128Ed25519, "hi")
		w.delivery.Frank, w.delivery.Agent, w.delivery.IntegritySecret = nil, nil, nil
		if draft != spec.Protocol03 {
			w.delivery.IntegritySecret = []byte{3}
		}
		if v := w.scheme.Verify(&w.delivery); v.Outcome != Unfranked || v.Step != ReceiverFrank {
			t.Errorf("%s: %s", draft, v)
		}
	}
}

// The hub takes the oldest epoch that it allows, and any of its keys.
func TestHubTakesTheOldest(t *testing.T) {
	for _, draft := range Drafts.List() {
		w := newWorld(t, Options{Draft: draft}, X25519AES128Ed25519, "hi")
		w.submission.Epoch = w.hub.OldestEpoch
		w.hub.HubKeys = w.hub.HubKeys[1:]
		if _, v := w.scheme.Accept(&w.hub, &w.submission, accepted); !v.OK() {
			t.Errorf("%s: %s", draft, v)
		}
	}
	key := HubKey{NotBefore: 10, NotAfter: 20}
	for timestamp, want := range map[uint64]bool{9: false, 10: true, 20: true, 21: false} {
		if key.covers(timestamp) != want {
			t.Errorf("a key from 10 to 20 covers %d: %v", timestamp, !want)
		}
	}
}

func TestReportIsOKWhereAllOfItIs(t *testing.T) {
	bad := failed(ReportFrank, "")
	for _, test := range []struct {
		verdict ReportVerdict
		want    bool
	}{
		{ReportVerdict{Report: passed}, true},
		{ReportVerdict{Report: passed, Messages: []Verdict{passed, passed}}, true},
		{ReportVerdict{Report: passed, Messages: []Verdict{passed, bad}}, false},
		{ReportVerdict{Report: bad}, false},
	} {
		if test.verdict.OK() != test.want {
			t.Errorf("%+v is OK: %v", test.verdict, !test.want)
		}
	}
}

func TestFanout(t *testing.T) {
	w := newWorld(t, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
	made, _ := w.scheme.Accept(&w.hub, &w.submission, accepted)
	for _, fanout := range []Fanout{{made.Timestamp + 1, made.Frank}, {made.Timestamp, nil}} {
		if v := w.scheme.CheckFanout(made, &fanout); v.OK() || v.Step != HubFanout {
			t.Errorf("%s", v)
		}
	}
}

func TestContextTooLong(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 1 GiB of address space")
	}
	w := newWorld(t, Options{Draft: spec.Protocol06, Mode: Literal}, X25519AES128Ed25519, "hi")
	w.submission.SendingURI = make([]byte, wire.MaxLength+1)
	w.hub.Participants = [][]byte{w.submission.SendingURI}
	if _, v := w.scheme.Accept(&w.hub, &w.submission, accepted); v.Step != HubContext || v.Outcome != Failed {
		t.Errorf("%s", v)
	}
}

func TestCertificateOfTheHub(t *testing.T) {
	w := newWorld(t, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
	w.changeAgent(t, func(a *FrankingAgentData) {
		a.Credential = Credential{Type: X509, Certificates: [][]byte{certificate(t, privateKey(1), "HUB.example")}}
	})
	if v := w.scheme.Verify(&w.delivery); !v.OK() {
		t.Error(v)
	}
}

func TestMalformedKeysAndSignatures(t *testing.T) {
	for _, suite := range append(CipherSuites(), 0, 8, 0xffff) {
		for n := range 140 {
			octets := bytes.Repeat([]byte{byte(n)}, n)
			if _, err := suite.Sign(octets, nil); err == nil && n != suiteAlgorithms[suite].privateOctets {
				t.Errorf("%s signs with a key of %d octets", suite, n)
			}
			if err := suite.Verify(octets, nil, octets); err == nil {
				t.Errorf("%s verifies with %d octets", suite, n)
			}
		}
		if !suite.Known() {
			var unknown *UnknownSuiteError
			if err := suite.Verify(nil, nil, nil); !errors.As(err, &unknown) {
				t.Errorf("%s: %v", suite, err)
			}
			continue
		}
		publicKey, err := suite.PublicKey(privateKey(suite))
		if err != nil {
			t.Fatal(err)
		}
		signature, err := suite.Sign(privateKey(suite), nil)
		if err != nil || suite.Verify(publicKey, nil, signature) != nil {
			t.Fatal(err)
		}
		for n := range signature {
			var wrong *SignatureError
			if err := suite.Verify(publicKey, nil, signature[:n]); !errors.As(err, &wrong) {
				t.Errorf("%s: %d octets of a signature: %v", suite, n, err)
			}
		}
		if suite.Verify(publicKey, nil, append(slices.Clone(signature), 0)) == nil {
			t.Errorf("%s: a signature with an octet more verifies", suite)
		}
	}
	// An ECDSA key that is no point.
	var wrong *KeyError
	if err := P256AES128P256.CheckPublicKey(append([]byte{4}, make([]byte, 64)...)); !errors.As(err, &wrong) {
		t.Errorf("%v", err)
	}
}

func TestSmallOrderKeysAreNoOthers(t *testing.T) {
	for _, a := range []*algorithm{&algEd25519, &algEd448} {
		for _, point := range smallOrder[a] {
			signed := bytes.Clone(point)
			signed[len(signed)-1] |= 0x80
			if len(point) != a.publicOctets || !hasSmallOrder(a, point) || !hasSmallOrder(a, signed) {
				t.Errorf("%s: %x", a.name, point)
			}
		}
	}
	for _, suite := range CipherSuites() {
		key, err := suite.PublicKey(privateKey(suite))
		if err != nil || hasSmallOrder(suiteAlgorithms[suite], key) {
			t.Errorf("%s: %x, %v", suite, key, err)
		}
	}
}

func TestHosts(t *testing.T) {
	for uri, want := range map[string]string{
		"mimi://hub.example": "hub.example", "MIMI://Hub.Example:443/r/x": "Hub.Example", "mimi://hub.example?x": "hub.example",
		"mimi://hub.example#x": "hub.example", "mimi://a-z0.example:09": "a-z0.example", "mimi://9.A.Z:": "9.A.Z", "mimi://evil.test/mimi://hub.example": "evil.test",
		"": "", "mimi://": "", "mimi:///r/x": "", "hub.example": "", "https://hub.example": "", "mimi://a@hub.example": "",
		"mimi://hub.example:x": "", "mimi://hub%2eexample": "", "mimi://\u212aub.example": "", "mimi://[::1]/": "",
	} {
		if host, ok := hostOf([]byte(uri)); string(host) != want && ok || ok != (want != "") {
			t.Errorf("%q: %q, %v", uri, host, ok)
		}
	}
	if sameDomain([]byte("k"), []byte("\u212a")) || !sameDomain([]byte("aZ"), []byte("Az")) {
		t.Error("domains are not compared by the case of ASCII")
	}
}

func TestApplicationFraming(t *testing.T) {
	for _, draft := range since05.List() {
		w := newWorld(t, Options{Draft: draft}, X25519AES128Ed25519, "hi")
		framed := wire.NewWriter("ApplicationFraming", nil)
		framed.Text("media_type", "application/mimi-content")
		framed.Vector("parameters", func() { framed.Text("parameter_name", "v"); framed.Text("parameter_value", "1") })
		framed.Opaque("application_content", w.sending.ApplicationData)
		octets, err := framed.Done()
		if err != nil {
			t.Fatal(err)
		}
		plain := FrankingTag(bytes.Repeat([]byte{0x5a}, 16), w.sending.ApplicationData)
		w.sending.ApplicationData = octets
		sent, v := w.scheme.Send(&w.sending)
		if !v.OK() || sent.FrankingTag == plain {
			t.Errorf("%s: %s: the tag leaves out the framing", draft, v)
		}
		var wrong *wire.Error
		if _, err := w.scheme.Claims(octets[:len(octets)-1]); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", draft, err)
		}
	}
}

func TestClaimsOfOddContents(t *testing.T) {
	literal := mustScheme(t, Options{Draft: spec.Protocol06, Mode: Literal})
	byDefault := mustScheme(t, Options{Draft: spec.Protocol06})
	const tail = "f6 40 f6 f6"
	salt := "50" + strings.Repeat("00", 16)
	for _, test := range []struct {
		name, octets string
		readable     bool
	}{
		{"short", "87" + salt + tail + "a2 01 61 73 02 61 72 f6", true},
		{"keys out of order", "87" + salt + tail + "a2 02 61 72 01 61 73 f6", true},
		{"three elements", "83" + salt + "a2 01 61 73 02 61 72 f6", true},
		{"indefinite text", "87" + salt + tail + "a2 01 7f 61 73 ff 02 61 72 f6", true},
		{"one key twice", "87" + salt + tail + "a3 01 61 73 01 61 74 02 61 72 f6", false},
		{"tagged URI", "87" + salt + tail + "a2 01 d820 61 73 02 61 72 f6", false},
		{"octets for a URI", "87" + salt + tail + "a2 01 41 73 02 61 72 f6", false},
		{"text that is no UTF-8", "87" + salt + tail + "a2 01 61 ff 02 61 72 f6", false},
		{"text for a salt", "87 70" + strings.Repeat("61", 16) + tail + "a2 01 61 73 02 61 72 f6", false},
		{"salt of 15 octets", "87 4f" + strings.Repeat("00", 15) + tail + "a2 01 61 73 02 61 72 f6", false},
		{"no room", "87" + salt + tail + "a1 01 61 73 f6", false},
		{"null extensions", "87" + salt + tail + "f6 f6", false},
		{"two elements", "82" + salt + "a0", false},
		{"no array", "a0", false},
	} {
		var octets content.Octets
		if err := octets.UnmarshalText([]byte(test.octets)); err != nil {
			t.Fatal(err)
		}
		claims, err := literal.Claims(octets)
		if (err == nil) != test.readable || test.readable && (string(claims.SenderURI) != "s" || string(claims.RoomURI) != "r") {
			t.Errorf("%s: %+v, %v", test.name, claims, err)
		}
		var wrong *ContentError
		if _, err := byDefault.Claims(octets); !errors.As(err, &wrong) {
			t.Errorf("%s: the default mode says %v", test.name, err)
		}
	}
}

func TestContentErrorsNameTheClaim(t *testing.T) {
	for want, e := range map[string]ContentError{
		"no array":                     {Reason: "no array"},
		"salt: 15 octets, expected 16": {Claim: "salt", Reason: "15 octets, expected 16"},
	} {
		if e.Error() != want {
			t.Errorf("%q, expected %q", e.Error(), want)
		}
	}
}

// A SafeAAD may have other items, the first and the last component among them.
func TestOtherItems(t *testing.T) {
	w := newWorld(t, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
	tag := w.delivery.AuthenticatedData[4:]
	octets := safeAAD(t, ComponentData{0, nil}, ComponentData{FrankAADComponent, tag}, ComponentData{0x21, []byte{1}}, ComponentData{0xffff, []byte{2}})
	w.delivery.AuthenticatedData = octets
	if v := w.scheme.Verify(&w.delivery); !v.OK() {
		t.Error(v)
	}
	items, err := ReadSafeAAD(octets, false)
	if err != nil || !bytes.Equal(items.Item(FrankAADComponent), tag) || !bytes.Equal(items.Item(0xffff), []byte{2}) || items.Item(1) != nil {
		t.Errorf("%x, %v", items, err)
	}
	for _, test := range []struct {
		first, second uint32
		problem       wire.Problem
	}{{0, 0, wire.ElementRepeated}, {7, 7, wire.ElementRepeated}, {7, 6, wire.ElementOutOfOrder}} {
		var wrong *wire.Error
		_, err := ReadSafeAAD(safeAAD(t, ComponentData{test.first, nil}, ComponentData{test.second, nil}), false)
		if !errors.As(err, &wrong) || wrong.Problem != test.problem || wrong.Offset != 4 {
			t.Errorf("%d, then %d: %v", test.first, test.second, err)
		}
	}
	var wrong *wire.Error
	if _, err := w.scheme.readTag(safeAAD(t, ComponentData{FrankAADComponent, tag[1:]})); !errors.As(err, &wrong) || wrong.Offset != 4 {
		t.Errorf("a short tag behind 4 octets: %v", err)
	}
}

func TestWideComponentIDs(t *testing.T) {
	readings := map[string]string{"franking/component-id": "32-bit"}
	for _, draft := range Drafts.List() {
		w := newWorld(t, Options{Draft: draft, Readings: readings}, X25519AES128Ed25519, "hi")
		wide := bytes.HasPrefix(w.delivery.AuthenticatedData, []byte{0x25, 0, 0, 0, FrankAADComponent, MACOctets})
		if wide != (draft < spec.Protocol06) {
			t.Errorf("%s: %x", draft, w.delivery.AuthenticatedData)
		}
		w.scheme = mustScheme(t, Options{Draft: draft})
		if v := w.scheme.Verify(&w.delivery); v.OK() == wide {
			t.Errorf("%s: %s", draft, v)
		}
	}
}

// TestComponentIDsAreNotCut holds that an ID of more than 16 bits is written as
// it is, or not at all.
func TestComponentIDsAreNotCut(t *testing.T) {
	items := SafeAAD{{ComponentID: 1<<16 | FrankAADComponent, Data: make([]byte, MACOctets)}}
	octets, err := items.Append(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadSafeAAD(octets, true)
	if err != nil || len(again) != 1 || again[0].ComponentID != items[0].ComponentID {
		t.Errorf("written as %x, read as %v, %v", octets, again, err)
	}
	var wrong *wire.Error
	if octets, err := items.Append([]byte{7}, false); !errors.As(err, &wrong) || wrong.Problem != wire.ValueNotAllowed || len(octets) != 1 {
		t.Errorf("written as %x, %v", octets, err)
	}
	report := AbuseReport{Extensions: items}
	if _, err := report.Append(nil, spec.Protocol06); !errors.As(err, &wrong) || wrong.Path() != "AbuseReport.abuse_extensions.component_id" {
		t.Error(err)
	}
}

func TestHubKeyOfAnotherTime(t *testing.T) {
	for reading, want := range map[string]Step{"of-the-time-first": 0, "of-the-time": ReportKey} {
		w := newWorld(t, Options{Draft: spec.Protocol06, Readings: map[string]string{"franking/hub-key": reading}}, X25519AES128Ed25519, "hi")
		w.hub.HubKeys[1].NotBefore++
		if v := w.judge(t, ReportKey); v.Step != want || v.OK() != (want == 0) {
			t.Errorf("%s: %s", reading, v)
		}
	}
}

func TestAgentUpdate(t *testing.T) {
	w := newWorld(t, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
	rules := func(current []byte, suite CipherSuite) []string {
		violations, err := JudgeAgentUpdate(current, w.delivery.Agent, suite)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, v := range violations {
			ids = append(ids, v.Rule.ID)
		}
		return ids
	}
	if got := rules(nil, X25519AES128Ed25519); got != nil {
		t.Errorf("a new agent: %q", got)
	}
	if got := rules(w.delivery.Agent, P256AES128P256); !slices.Equal(got, []string{RuleAgentUpdate.ID, RuleIntegrityKey.ID}) {
		t.Errorf("another key: %q", got)
	}
	if _, err := JudgeAgentUpdate(nil, []byte{1}, 1); err == nil {
		t.Error("an update that cannot be read was judged")
	}
}

// TestTransplantedFrank shows what no draft prevents: the integrity value does
// not cover the franking_tag, so a follower can put the Frank and the time of
// one message on another of the same sender and room. The receiver takes it;
// only the hub sees it, in a report.
func TestTransplantedFrank(t *testing.T) {
	for _, draft := range Drafts.List() {
		w := newWorld(t, Options{Draft: draft}, X25519AES128Ed25519, "hi")
		w.delivery.ApplicationData = newContent(t, draft, senderURI, roomURI, "another body")
		sent, v := w.scheme.Send(&Sending{w.delivery.ApplicationData, []byte(senderURI), []byte(roomURI)})
		if !v.OK() {
			t.Fatal(v)
		}
		w.delivery.AuthenticatedData = sent.AuthenticatedData
		if v := w.scheme.Verify(&w.delivery); !v.OK() {
			t.Errorf("%s: the receiver says %s", draft, v)
		}
		w.report.Messages[0].MessageContent = w.delivery.ApplicationData
		if v := w.judge(t, ReportFrank); v.OK() || v.Step != ReportFrank {
			t.Errorf("%s: the hub says %s", draft, v)
		}
	}
}

// FuzzParties holds that no octets make a party panic, that the hub's
// signature cannot be altered, and that a report is written back as it was
// read.
func FuzzParties(f *testing.F) {
	w := newWorld(f, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
	f.Add(uint8(3), w.delivery.ApplicationData, w.delivery.AuthenticatedData, w.delivery.Frank, w.delivery.Agent, w.reporting.Report)
	f.Add(uint8(7), w.delivery.ApplicationData, w.delivery.AuthenticatedData, w.delivery.Frank, w.delivery.Agent, w.reporting.Report)
	f.Add(uint8(0), []byte{0x83}, []byte{0}, []byte{}, []byte{1}, []byte{0})
	f.Fuzz(func(t *testing.T, choice uint8, applicationData, authenticatedData, frank, agent, report []byte) {
		s := mustScheme(t, Options{Draft: Drafts.List()[choice&3], Mode: Mode(choice >> 2 & 1)})
		d := w.delivery
		d.ApplicationData, d.AuthenticatedData, d.Frank, d.Agent, d.IntegritySecret = applicationData, authenticatedData, frank, agent, []byte{3}
		if v := s.Verify(&d); v.OK() && bytes.Equal(agent, w.delivery.Agent) && !bytes.Equal(frank, w.delivery.Frank) {
			t.Errorf("a Frank that was not made verifies: %x", frank)
		}
		s.Send(&Sending{applicationData, w.sending.SendingURI, w.sending.RoomURI})
		s.ValidateReport(&w.hub, &Reporting{report, "a.example"})
		if a, err := s.ReadAbuseReport(report); err == nil {
			if again, err := a.Append(nil, s.Draft()); err != nil || !bytes.Equal(again, report) {
				t.Errorf("%x was written back as %x, %v", report, again, err)
			}
		}
		for _, name := range Structs() {
			s.Fields(name, report)
		}
	})
}
