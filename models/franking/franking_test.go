package franking

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// answers are known answers, worked out with another implementation.
type answers struct {
	HubKey            content.Octets
	SenderURI         string
	RoomURI           string
	AcceptedTimestamp uint64
	Answers           []answer
}

type answer struct {
	Draft             spec.Draft
	Suite             CipherSuite
	Salt              content.Octets
	ApplicationData   content.Octets
	FrankingTag       content.Octets
	AuthenticatedData content.Octets
	Context           content.Octets
	ServerFrank       content.Octets
	IntegritySecret   content.Octets
	SignedOctets      content.Octets
	Integrity         content.Octets
	PublicKey         content.Octets
	Frank             content.Octets
	Agent             content.Octets
	AbuseReport       content.Octets
}

func readAnswers(t testing.TB) *answers {
	t.Helper()
	octets, err := os.ReadFile("testdata/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	known := new(answers)
	if err := json.Unmarshal(octets, known); err != nil {
		t.Fatal(err)
	}
	if len(known.Answers) == 0 {
		t.Fatal("no known answers")
	}
	return known
}

func mustScheme(t testing.TB, options Options) *Scheme {
	t.Helper()
	s, err := NewScheme(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKnownAnswers(t *testing.T) {
	known := readAnswers(t)
	for _, a := range known.Answers {
		t.Run(a.Draft.String(), func(t *testing.T) {
			// The answer for protocol-03 has a content of 7 elements, which
			// content-05 does not have: only the literal mode reads it.
			mode := Default
			if a.Draft == spec.Protocol03 {
				mode = Literal
			}
			s := mustScheme(t, Options{Draft: a.Draft, Mode: mode})
			same := func(what string, got, want []byte) {
				t.Helper()
				if !bytes.Equal(got, want) {
					t.Errorf("%s: %x, expected %x", what, got, want)
				}
			}
			sent, v := s.Send(&Sending{ApplicationData: a.ApplicationData, SendingURI: []byte(known.SenderURI), RoomURI: []byte(known.RoomURI)})
			if !v.OK() {
				t.Fatal(v)
			}
			same("franking_tag", sent.FrankingTag[:], a.FrankingTag)
			same("authenticated_data", sent.AuthenticatedData, a.AuthenticatedData)
			context, err := (&Context{[]byte(known.SenderURI), []byte(known.RoomURI), known.AcceptedTimestamp}).Append(nil, a.Draft)
			if err != nil {
				t.Fatal(err)
			}
			same("context", context, a.Context)
			serverFrank := ServerFrank(known.HubKey, &sent.FrankingTag, context)
			same("server_frank", serverFrank[:], a.ServerFrank)
			signed, err := AppendSignedOctets(nil, a.Draft, AppendTBS(nil, a.Draft, serverFrank[:], a.Suite, context))
			if err != nil {
				t.Fatal(err)
			}
			same("signed octets", signed, a.SignedOctets)
			if a.Draft == spec.Protocol03 {
				check := IntegrityCheck(a.IntegritySecret, signed)
				same("franking_integrity_check", check[:], a.Integrity)
			} else if err := a.Suite.Verify(a.PublicKey, signed, a.Integrity); err != nil {
				t.Error(err)
			}
			frank, err := (&Frank{serverFrank[:], a.Suite, a.Integrity}).Append(nil, a.Draft)
			if err != nil {
				t.Fatal(err)
			}
			same("Frank", frank, a.Frank)

			delivery := Delivery{
				ApplicationData: a.ApplicationData, AuthenticatedData: a.AuthenticatedData, Frank: a.Frank, Timestamp: known.AcceptedTimestamp,
				Suite: a.Suite, Agent: a.Agent, IntegritySecret: a.IntegritySecret, SenderURI: []byte(known.SenderURI), RoomURI: []byte(known.RoomURI),
			}
			if v := s.Verify(&delivery); !v.OK() {
				t.Error(v)
			}
			message, err := s.AbusiveMessage(&delivery)
			if err != nil {
				t.Fatal(err)
			}
			report, err := (&AbuseReport{AllegedAbuserURI: []byte(known.SenderURI), Note: []byte("note"), Messages: []AbusiveMessage{*message}}).Append(nil, a.Draft)
			if err != nil {
				t.Fatal(err)
			}
			same("AbuseReport", report, a.AbuseReport)
			hub := &Hub{
				RoomURI: []byte(known.RoomURI), Participants: [][]byte{[]byte(known.SenderURI)}, IntegritySecret: a.IntegritySecret,
				HubKeys: []HubKey{{Key: known.HubKey, NotAfter: 1 << 60}}, PublicKeys: []PublicKey{{a.Suite, a.PublicKey}},
			}
			if v := s.ValidateReport(hub, &Reporting{Report: a.AbuseReport, Source: "b.example"}); !v.OK() || len(v.Messages) != 1 {
				t.Errorf("%+v", v)
			}
		})
	}
}

// world is a room with a hub, a message on its way through it, and the report
// of it.
type world struct {
	scheme     *Scheme
	hub        Hub
	sending    Sending
	submission Submission
	delivery   Delivery
	report     AbuseReport
	reporting  Reporting
}

const (
	senderURI   = "mimi://b.example/u/alice"
	reporterURI = "mimi://a.example/u/bob"
	roomURI     = "mimi://hub.example/r/Rl33FWLCYWOwxHrYnpWDQg"
	accepted    = 1750000000123
)

// privateKey returns a private key of a suite.
func privateKey(suite CipherSuite) []byte {
	key := make([]byte, suiteAlgorithms[suite].privateOctets)
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

func newWorld(t testing.TB, options Options, suite CipherSuite, body string) *world {
	t.Helper()
	w := &world{scheme: mustScheme(t, options)}
	w.sending = Sending{ApplicationData: newContent(t, options.Draft, senderURI, roomURI, body), SendingURI: []byte(senderURI), RoomURI: []byte(roomURI)}
	publicKey, err := suite.PublicKey(privateKey(suite))
	if err != nil {
		t.Fatal(err)
	}
	agent, err := (&FrankingAgentData{publicKey, Credential{Type: Basic, Identity: []byte("mimi://hub.example")}}).Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.hub = Hub{
		RoomURI: []byte(roomURI), Participants: [][]byte{[]byte(senderURI), []byte(reporterURI)}, Reporters: [][]byte{[]byte(reporterURI)},
		Epoch: 7, OldestEpoch: 6, HubKeys: []HubKey{{bytes.Repeat([]byte{1}, 32), 0, accepted - 1}, {bytes.Repeat([]byte{2}, 32), accepted, 2 * accepted}},
		Suite: suite, PrivateKey: privateKey(suite), PublicKeys: []PublicKey{{suite, publicKey}},
	}
	if options.Draft == spec.Protocol03 {
		w.hub.IntegritySecret = bytes.Repeat([]byte{3}, 32)
	} else {
		w.hub.Agent = agent
	}
	sent, v := w.scheme.Send(&w.sending)
	if !v.OK() {
		t.Fatal(v)
	}
	w.submission = Submission{AuthenticatedData: sent.AuthenticatedData, SendingURI: []byte(senderURI), Source: "b.example", Epoch: 7}
	made, v := w.scheme.Accept(&w.hub, &w.submission, accepted)
	if !v.OK() {
		t.Fatal(v)
	}
	if v := w.scheme.CheckFanout(made, &Fanout{made.Timestamp, made.Frank}); !v.OK() {
		t.Fatal(v)
	}
	w.delivery = Delivery{
		ApplicationData: w.sending.ApplicationData, AuthenticatedData: sent.AuthenticatedData, Frank: made.Frank, Timestamp: made.Timestamp,
		Suite: suite, Agent: w.hub.Agent, IntegritySecret: w.hub.IntegritySecret, SenderURI: []byte(senderURI), RoomURI: []byte(roomURI),
	}
	if v := w.scheme.Verify(&w.delivery); !v.OK() {
		t.Fatal(v)
	}
	message, err := w.scheme.AbusiveMessage(&w.delivery)
	if err != nil {
		t.Fatal(err)
	}
	w.report = AbuseReport{ReportingUser: []byte(reporterURI), AllegedAbuserURI: []byte(senderURI), Note: []byte("rude"), Messages: []AbusiveMessage{*message}}
	w.reporting.Source = "a.example"
	if v := w.validate(t); !v.OK() {
		t.Fatalf("%+v", v)
	}
	return w
}

// validate encodes the report and hands it to the hub.
func (w *world) validate(t testing.TB) ReportVerdict {
	t.Helper()
	octets, err := w.report.Append(nil, w.scheme.Draft())
	if err != nil {
		t.Fatal(err)
	}
	w.reporting.Report = octets
	return w.scheme.ValidateReport(&w.hub, &w.reporting)
}

// newContent returns a content message that names its sender and its room.
func newContent(t testing.TB, draft spec.Draft, sender, room, body string) []byte {
	t.Helper()
	extensions, err := Extensions(draft, sender, room)
	if err != nil {
		t.Fatal(err)
	}
	octets, err := content.Encode(&content.Message{
		Salt: bytes.Repeat([]byte{0x5a}, SaltOctets(draft)), TopicID: []byte{}, Extensions: extensions,
		NestedPart: content.NestedPart{Disposition: content.Render, Body: content.SinglePart{ContentType: "text/plain;charset=utf-8", Content: []byte(body)}},
	}, ContentDraft(draft))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func TestEverySuiteAndDraftInBothModes(t *testing.T) {
	for _, draft := range Drafts.List() {
		for _, mode := range []Mode{Default, Literal} {
			for _, suite := range CipherSuites() {
				newWorld(t, Options{Draft: draft, Mode: mode}, suite, "hi")
			}
		}
	}
}

func TestContextLayouts(t *testing.T) {
	for _, test := range []struct {
		drafts spec.Drafts
		domain framing.Domain
		want   framing.Outcome
	}{
		{spec.Between(spec.Protocol03, spec.Protocol04), framing.MIMI, framing.Ambiguous},
		{spec.Between(spec.Protocol03, spec.Protocol04), framing.MIMIStrict, framing.Injective},
		{since05, framing.Octets, framing.Injective},
	} {
		for _, draft := range test.drafts.List() {
			v := framing.Analyse(ContextLayout(draft), test.domain, false)
			if v.Outcome != test.want {
				t.Errorf("%s over %s: %s (%s), expected %s", draft, test.domain, v.Outcome, v.Reason, test.want)
			}
			if v.Witness == nil {
				continue
			}
			var encoded [2][]byte
			for i, tuple := range v.Witness {
				var err error
				if encoded[i], err = (&Context{tuple.Sender, tuple.Room, accepted}).Append(nil, draft); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(encoded[0], encoded[1]) || bytes.Equal(v.Witness[0].Sender, v.Witness[1].Sender) {
				t.Errorf("%s: %q and %q are no two contexts with the same octets", draft, encoded[0], encoded[1])
			}
		}
	}
}

func TestURITooLongForAVector(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 1 GiB of address space")
	}
	context := Context{SenderURI: make([]byte, wire.MaxLength+1)}
	var tooLong *framing.LengthError
	if _, err := context.Append(nil, spec.Protocol06); !errors.As(err, &tooLong) {
		t.Errorf("%v", err)
	}
}

func TestSignaturesAreDeterministic(t *testing.T) {
	for _, suite := range CipherSuites() {
		first, err := suite.Sign(privateKey(suite), []byte("octets"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := suite.Sign(privateKey(suite), []byte("octets"))
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: %x, then %x, %v", suite, first, second, err)
		}
	}
	// RFC 6979, appendix A.2.5, and RFC 8032, section 7.4.
	for _, test := range []struct {
		suite              CipherSuite
		key, octets, wants string
	}{
		{P256AES128P256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", "73616d706c65",
			"3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
		{X448AES256Ed448, "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b", "",
			"533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e652600"},
	} {
		key, err := hex.DecodeString(test.key)
		if err != nil {
			t.Fatal(err)
		}
		octets, err := hex.DecodeString(test.octets)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := test.suite.Sign(key, octets); err != nil || hex.EncodeToString(got) != test.wants {
			t.Errorf("%s: %x, %v", test.suite, got, err)
		}
	}
}

func TestCipherSuites(t *testing.T) {
	all := CipherSuites()
	for i, suite := range all {
		if int(suite) != i+1 || !suite.Known() {
			t.Errorf("suite %d of the list is %s", i, suite)
		}
	}
	if len(all) != 7 {
		t.Errorf("%d suites, expected 7", len(all))
	}
}

func TestNoStep(t *testing.T) {
	for _, s := range []Step{0, stepEnd} {
		if s.String() != "no step" || s.Rule() != nil {
			t.Errorf("step %d is %s with the rule %v", uint8(s), s, s.Rule())
		}
	}
}

func TestVerdictText(t *testing.T) {
	for want, v := range map[string]Verdict{
		"passed":                              passed,
		"failed at hub-epoch: epoch 1, not 2": failed(HubEpoch, "epoch %d, not %d", 1, 2),
		"unfranked at hub-aad: there is no franking_tag": unfranked(HubAAD, "there is no franking_tag"),
	} {
		if got := v.String(); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

func TestRulesAndSteps(t *testing.T) {
	if steps := Steps(); len(steps) != int(stepEnd)-1 || steps[0] != ClientContent || !slices.IsSorted(steps) {
		t.Errorf("the steps are %s", steps)
	}
	seen := map[string]bool{}
	for _, rule := range Rules() {
		if seen[rule.ID] || rule.Statement == "" || rule.Section == "" || rule.Drafts == 0 || rule.Drafts&^Drafts != 0 {
			t.Errorf("%+v", rule)
		}
		seen[rule.ID] = true
	}
	for _, s := range Steps() {
		if s.Rule().ID != "franking/"+s.String() {
			t.Errorf("%s has the rule %s", s, s.Rule().ID)
		}
	}
	for _, a := range Ambiguities() {
		if len(a.Readings) < 2 || a.Question == "" || seen[a.ID] {
			t.Errorf("%+v", a)
		}
		seen[a.ID] = true
	}
}

func TestOptions(t *testing.T) {
	for _, options := range []Options{
		{}, {Draft: spec.Content08}, {Draft: spec.Protocol06, Mode: 7}, {Draft: spec.Protocol06, Skip: []Step{0}},
		{Draft: spec.Protocol06, Readings: map[string]string{"franking/none": "x"}},
		{Draft: spec.Protocol06, Readings: map[string]string{"franking/reporter": "x"}},
	} {
		if _, err := NewScheme(options); err == nil {
			t.Errorf("%+v was taken", options)
		}
	}
	// Of several that do not exist the first is named, and none that does.
	readings := map[string]string{"franking/aaa": "x", "franking/none": "x"}
	for _, a := range Ambiguities() {
		readings[a.ID] = a.Readings[0].Name
	}
	for range 20 { // in whichever order they come
		var unknown *UnknownReadingError
		if _, err := NewScheme(Options{Draft: spec.Protocol06, Readings: readings}); !errors.As(err, &unknown) || unknown.Ambiguity != "franking/aaa" {
			t.Fatal(err)
		}
	}
	for _, a := range Ambiguities() {
		for _, reading := range a.Readings {
			mustScheme(t, Options{Draft: spec.Protocol06, Readings: map[string]string{a.ID: reading.Name}})
		}
	}
}

func TestFields(t *testing.T) {
	w := newWorld(t, Options{Draft: spec.Protocol06}, X25519AES128Ed25519, "hi")
	context, err := w.report.Messages[0].context(t)
	if err != nil {
		t.Fatal(err)
	}
	encoded := map[string][]byte{
		"frank": w.delivery.Frank, "safe-aad": w.delivery.AuthenticatedData, "frank-aad": w.delivery.AuthenticatedData[4:],
		"franking-agent": w.delivery.Agent, "abuse-report": w.reporting.Report, "franking-context": context,
		"franking-integrity-tbs": AppendTBS(nil, spec.Protocol06, w.report.Messages[0].Frank.ServerFrank, 1, context),
	}
	message := wire.NewReader("AbuseReport", w.reporting.Report)
	for range 2 {
		message.Opaque("")
	}
	message.Uint8("")
	message.Opaque("")
	encoded["abusive-message"] = message.Opaque("")
	for _, name := range Structs() {
		fields, err := w.scheme.Fields(name, encoded[name])
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		// The fields that are no vectors of elements cover the octets.
		at := 0
		for _, f := range fields {
			if f.Offset != at {
				t.Errorf("%s: %s is at octet %d, expected %d", name, f.Path, f.Offset, at)
			}
			at += f.Length()
			if f.Kind == wire.Vector {
				at = f.Offset + f.Head
			}
		}
		if at != len(encoded[name]) {
			t.Errorf("%s: the fields end at octet %d of %d", name, at, len(encoded[name]))
		}
		for n := range encoded[name] {
			if _, err := w.scheme.Fields(name, encoded[name][:n]); err == nil {
				t.Errorf("%s: the first %d of %d octets were read", name, n, len(encoded[name]))
			}
		}
		if _, err := w.scheme.Fields(name, append(slices.Clone(encoded[name]), 0)); err == nil {
			t.Errorf("%s: read with an octet behind it", name)
		}
	}
	if _, err := w.scheme.Fields("none", nil); err == nil {
		t.Error("an unknown struct was read")
	}
}

// TestStructsOfDrafts holds which drafts have a struct that can be read back, and
// what the content of an abusive message is called.
func TestStructsOfDrafts(t *testing.T) {
	since := map[string]spec.Draft{"franking-agent": spec.Protocol04, "franking-context": spec.Protocol05, "franking-integrity-tbs": spec.Protocol05}
	for _, draft := range Drafts.List() {
		s := mustScheme(t, Options{Draft: draft})
		for _, name := range Structs() {
			_, err := s.Fields(name, nil)
			var wrong *wire.Error
			if read := err == nil || errors.As(err, &wrong); read != (draft >= since[name]) {
				t.Errorf("%s: %s: %v", draft, name, err)
			}
		}
		want := "message_content"
		if draft == spec.Protocol03 {
			want = "mimi_content"
		}
		if fields, _ := s.Fields("abusive-message", []byte{0}); len(fields) == 0 || fields[0].Path != "AbusiveMessage."+want {
			t.Errorf("%s: %v, expected %s", draft, fields, want)
		}
	}
}

func (m *AbusiveMessage) context(t testing.TB) ([]byte, error) {
	t.Helper()
	return (&Context{[]byte(senderURI), []byte(roomURI), m.AcceptedTimestamp}).Append(nil, spec.Protocol06)
}

// BenchmarkVerify compares what a receiver does with the bare verification of
// the signature. Both take turns, so that a busy machine slows both down; the
// ratio is that of the medians.
func BenchmarkVerify(b *testing.B) {
	for _, suite := range []CipherSuite{X25519AES128Ed25519, P256AES128P256, X448AES256Ed448, P521AES256P521, P384AES256P384} {
		for _, size := range []int{64, 900} {
			w := newWorld(b, Options{Draft: spec.Protocol06}, suite, string(bytes.Repeat([]byte{'x'}, size)))
			frank, err := ReadFrank(w.delivery.Frank, spec.Protocol06)
			if err != nil {
				b.Fatal(err)
			}
			agent, err := ReadFrankingAgentData(w.delivery.Agent)
			if err != nil {
				b.Fatal(err)
			}
			context, err := w.report.Messages[0].context(b)
			if err != nil {
				b.Fatal(err)
			}
			signed, err := AppendSignedOctets(nil, spec.Protocol06, AppendTBS(nil, spec.Protocol06, frank.ServerFrank, suite, context))
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/message=%d", suite.Algorithm(), len(w.delivery.ApplicationData)), func(b *testing.B) {
				b.ReportAllocs()
				var bare, receiver []time.Duration
				for b.Loop() {
					start := time.Now()
					if err := suite.Verify(agent.SignatureKey, signed, frank.Integrity); err != nil {
						b.Fatal(err)
					}
					middle := time.Now()
					if v := w.scheme.Verify(&w.delivery); !v.OK() {
						b.Fatal(v)
					}
					bare, receiver = append(bare, middle.Sub(start)), append(receiver, time.Since(middle))
				}
				slices.Sort(bare)
				slices.Sort(receiver)
				bareMedian, receiverMedian := bare[len(bare)/2], receiver[len(receiver)/2]
				b.ReportMetric(float64(bareMedian.Nanoseconds()), "ns-bare")
				b.ReportMetric(float64(receiverMedian.Nanoseconds()), "ns-receiver")
				b.ReportMetric(float64(receiverMedian)/float64(bareMedian), "receiver/bare")
			})
		}
	}
}
