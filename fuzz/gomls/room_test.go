package gomls

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

const (
	roomURI     = "mimi://hub.example/r/engineering"
	hubIdentity = "mimi://hub.example/d/hub"
	now         = 1750000000123 // milliseconds of the Unix epoch
)

// The members of a test's room, by index.
const (
	fromAlice = iota
	fromBob
	fromCathy
)

func newRoom(t testing.TB, options franking.Options, suite franking.CipherSuite) *Room {
	t.Helper()
	scheme, err := franking.NewScheme(options)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRoom(scheme, suite, roomURI, hubIdentity, alice, bob, cathy)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// newContent returns a content message that names its sender and its room.
func newContent(t testing.TB, draft spec.Draft, sender, body string) []byte {
	t.Helper()
	extensions, err := franking.Extensions(draft, sender, roomURI)
	if err != nil {
		t.Fatal(err)
	}
	octets, err := content.Encode(&content.Message{
		Salt: bytes.Repeat([]byte{byte(len(body))}, franking.SaltOctets(draft)), TopicID: []byte{}, Extensions: extensions,
		NestedPart: content.NestedPart{Disposition: content.Render, Body: content.SinglePart{ContentType: "text/plain;charset=utf-8", Content: []byte(body)}},
	}, franking.ContentDraft(draft))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// source is the domain of a user's provider.
var source = map[string]string{alice: "a.example", bob: "b.example", cathy: "c.example"}

// send has a member frank and send a message, and the hub fan it out.
func send(t testing.TB, r *Room, from int, body string, timestamp uint64) *FannedOut {
	t.Helper()
	user := r.Users[from]
	data := newContent(t, r.Scheme.Draft(), user, body)
	sent, verdict := r.Scheme.Send(&franking.Sending{ApplicationData: data, SendingURI: []byte(user), RoomURI: []byte(roomURI)})
	if !verdict.OK() {
		t.Fatal(verdict)
	}
	return submit(t, r, from, data, sent.AuthenticatedData, user, source[user], timestamp)
}

// submit has a member send anything, and the hub fan it out.
func submit(t testing.TB, r *Room, from int, data, authenticatedData []byte, sendingURI, source string, timestamp uint64) *FannedOut {
	t.Helper()
	ciphertext, err := r.Protect(from, data, authenticatedData)
	if err != nil {
		t.Fatal(err)
	}
	out, verdict, err := r.Submit(ciphertext, sendingURI, source, timestamp)
	if err != nil || !verdict.OK() {
		t.Fatal(verdict, err)
	}
	return out
}

// receive has a member receive a message.
func receive(t testing.TB, r *Room, to int, out *FannedOut) (*franking.Delivery, franking.Verdict) {
	t.Helper()
	delivery, verdict, err := r.Receive(to, out)
	if err != nil {
		t.Fatal(err)
	}
	return delivery, verdict
}

// report has a member report a message, and the hub validate the report.
func report(t testing.TB, r *Room, by int, delivery *franking.Delivery) franking.Verdict {
	t.Helper()
	message, err := r.Scheme.AbusiveMessage(delivery)
	if err != nil {
		t.Fatal(err)
	}
	user := r.Users[by]
	octets, err := (&franking.AbuseReport{
		ReportingUser: []byte(user), AllegedAbuserURI: delivery.SenderURI, Messages: []franking.AbusiveMessage{*message},
	}).Append(nil, r.Scheme.Draft())
	if err != nil {
		t.Fatal(err)
	}
	v := r.Scheme.ValidateReport(&r.Hub, &franking.Reporting{Report: octets, Source: source[user]})
	if !v.Report.OK() || len(v.Messages) != 1 {
		t.Fatalf("%+v", v)
	}
	return v.Messages[0]
}

func eachRoom(t *testing.T, drafts spec.Drafts, mode franking.Mode, test func(t *testing.T, r *Room)) {
	t.Helper()
	for _, draft := range drafts.List() {
		for _, suite := range groupSuites {
			t.Run(fmt.Sprintf("%s/suite-%d", draft, suite), func(t *testing.T) {
				test(t, newRoom(t, franking.Options{Draft: draft, Mode: mode}, franking.CipherSuite(suite)))
			})
		}
	}
}

// setAgents puts another franking_agent in each member's GroupContext.
func setAgents(t testing.TB, r *Room, key []byte, identity string) {
	t.Helper()
	agent, err := (&franking.FrankingAgentData{SignatureKey: key, Credential: franking.Credential{Type: franking.Basic, Identity: []byte(identity)}}).Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Members {
		if err := m.setAgent(agent); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFrankedMessages sends franked messages from each member to the others,
// in two epochs. Each receiver verifies the frank of what it decrypted, and the
// hub believes each report.
func TestFrankedMessages(t *testing.T) {
	eachRoom(t, franking.Drafts, franking.Default, func(t *testing.T, r *Room) {
		for epoch := range 2 {
			for from, user := range r.Users {
				body := fmt.Sprintf("message of %s in epoch %d", user, epoch)
				out := send(t, r, from, body, now+uint64(epoch))
				for to := range r.Members {
					if to == from {
						continue
					}
					delivery, verdict := receive(t, r, to, out)
					if !verdict.OK() || !bytes.Contains(delivery.ApplicationData, []byte(body)) || string(delivery.SenderURI) != user {
						t.Errorf("from %d to %d: %s, %q of %q", from, to, verdict, delivery.ApplicationData, delivery.SenderURI)
					}
					if verdict := report(t, r, to, delivery); !verdict.OK() {
						t.Errorf("from %d to %d: the report: %s", from, to, verdict)
					}
				}
			}
			if err := r.Advance(fromBob, []byte{byte(epoch)}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestFranksThatFail holds that receivers see what goes wrong on the way.
func TestFranksThatFail(t *testing.T) {
	for _, test := range []struct {
		name   string
		spoil  func(t *testing.T, r *Room) *FannedOut
		step   franking.Step
		drafts spec.Drafts
	}{
		{"the hub fans out another time", func(t *testing.T, r *Room) *FannedOut {
			out := send(t, r, fromAlice, "hi", now)
			out.Timestamp++
			return out
		}, franking.ReceiverIntegrity, franking.Drafts},
		{"the frank is taken off", func(t *testing.T, r *Room) *FannedOut {
			out := send(t, r, fromAlice, "hi", now)
			out.Frank = nil
			return out
		}, franking.ReceiverFrank, franking.Drafts},
		{"a bit of the frank is changed", func(t *testing.T, r *Room) *FannedOut {
			out := send(t, r, fromAlice, "hi", now)
			out.Frank = flip(out.Frank, len(out.Frank)-1)
			return out
		}, franking.ReceiverIntegrity, franking.Drafts},
		{"the hub franks for another cipher suite", func(t *testing.T, r *Room) *FannedOut {
			group := r.Hub.Suite
			r.Hub.Suite = franking.X25519AES128Ed25519 + franking.X25519ChaCha20Ed25519 - group
			out := send(t, r, fromAlice, "hi", now)
			r.Hub.Suite = group
			return out
		}, franking.ReceiverSuite, spec.Between(spec.Protocol05, spec.Protocol06)},
		{"the sender franks something else", func(t *testing.T, r *Room) *FannedOut {
			other := newContent(t, r.Scheme.Draft(), alice, "something else")
			sent, verdict := r.Scheme.Send(&franking.Sending{ApplicationData: other, SendingURI: []byte(alice), RoomURI: []byte(roomURI)})
			if !verdict.OK() {
				t.Fatal(verdict)
			}
			return submit(t, r, fromAlice, newContent(t, r.Scheme.Draft(), alice, "hi"), sent.AuthenticatedData, alice, source[alice], now)
		}, franking.ReceiverTag, franking.Drafts},
		{"a member pretends to be another", func(t *testing.T, r *Room) *FannedOut {
			data := newContent(t, r.Scheme.Draft(), alice, "hi")
			sent, verdict := r.Scheme.Send(&franking.Sending{ApplicationData: data, SendingURI: []byte(alice), RoomURI: []byte(roomURI)})
			if !verdict.OK() {
				t.Fatal(verdict)
			}
			return submit(t, r, fromCathy, data, sent.AuthenticatedData, alice, source[alice], now)
		}, franking.ReceiverSender, franking.Drafts},
		{"all agree on another agent", func(t *testing.T, r *Room) *FannedOut {
			setAgents(t, r, r.Hub.PublicKeys[0].Key, "mimi://evil.example/d/hub")
			return send(t, r, fromAlice, "hi", now)
		}, franking.ReceiverAgentDomain, spec.Between(spec.Protocol04, spec.Protocol06)},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachRoom(t, test.drafts, franking.Default, func(t *testing.T, r *Room) {
				_, verdict := receive(t, r, fromBob, test.spoil(t, r))
				if verdict.Outcome != franking.Failed || verdict.Step != test.step {
					t.Errorf("%s, where %s is to fail", verdict, test.step)
				}
			})
		})
	}
}

// TestTagIsAuthenticated holds that nobody on the way changes the tag in the
// authenticated data: decryption fails.
func TestTagIsAuthenticated(t *testing.T) {
	eachRoom(t, franking.Drafts, franking.Default, func(t *testing.T, r *Room) {
		out := send(t, r, fromAlice, "hi", now)
		c, err := readCiphertext(out.Ciphertext)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(out.Ciphertext, c.AuthenticatedData)
		out.Ciphertext = flip(out.Ciphertext, at+len(c.AuthenticatedData)-1)
		if _, verdict, err := r.Receive(fromBob, out); err == nil {
			t.Errorf("a message with another tag is decrypted: %s", verdict)
		}
	})
}

// TestAgentIsInTheGroupContext holds that members with different franking_agent
// components do not take each other's messages.
func TestAgentIsInTheGroupContext(t *testing.T) {
	eachRoom(t, spec.Between(spec.Protocol04, spec.Protocol06), franking.Default, func(t *testing.T, r *Room) {
		if err := r.Members[fromBob].setAgent([]byte("another")); err != nil {
			t.Fatal(err)
		}
		out := send(t, r, fromAlice, "hi", now)
		if _, verdict, err := r.Receive(fromBob, out); err == nil {
			t.Errorf("a message of a group with another agent is decrypted: %s", verdict)
		}
		if _, verdict := receive(t, r, fromCathy, out); !verdict.OK() {
			t.Error(verdict)
		}
	})
}

// TestKeyOfSmallOrder shows one signature that verifies for every message: both
// verifiers accept it, as RFC 8032 lets them. What refuses it is a check of the
// key, which the drafts do not ask for.
func TestKeyOfSmallOrder(t *testing.T) {
	key := append([]byte{1}, make([]byte, 31)...)
	value := append([]byte{1}, make([]byte, 63)...)
	for _, mode := range []franking.Mode{franking.Default, franking.Literal} {
		eachRoom(t, spec.Between(spec.Protocol04, spec.Protocol06), mode, func(t *testing.T, r *Room) {
			for _, octets := range []string{"these octets", "other octets"} {
				s := &Signature{r.Hub.Suite, key, []byte(octets), value}
				if theirs, err := Verify(s); err != nil || theirs != Accepts || Ours(s) != Accepts {
					t.Errorf("%s: go-mls %s it, the model %s it, %v", octets, theirs, Ours(s), err)
				}
			}
			setAgents(t, r, key, hubIdentity)
			out := send(t, r, fromAlice, "hi", now)
			frank, err := franking.ReadFrank(out.Frank, r.Scheme.Draft())
			if err != nil {
				t.Fatal(err)
			}
			frank.Integrity = value
			if out.Frank, err = frank.Append(nil, r.Scheme.Draft()); err != nil {
				t.Fatal(err)
			}
			_, verdict := receive(t, r, fromBob, out)
			if refused := verdict.Step == franking.ReceiverAgentKey; refused != (mode == franking.Default) || !refused && !verdict.OK() {
				t.Errorf("in %s mode: %s", mode, verdict)
			}
		})
	}
}

// TestOldEpoch holds that a message of another epoch gets past neither the hub
// nor a member.
func TestOldEpoch(t *testing.T) {
	eachRoom(t, franking.Drafts, franking.Default, func(t *testing.T, r *Room) {
		out := send(t, r, fromAlice, "hi", now)
		if err := r.Advance(fromCathy, []byte("leaf secret")); err != nil {
			t.Fatal(err)
		}
		if _, verdict, err := r.Submit(out.Ciphertext, alice, source[alice], now); err != nil || verdict.Step != franking.HubEpoch {
			t.Errorf("the hub: %s, %v", verdict, err)
		}
		if _, verdict, err := r.Receive(fromBob, out); err == nil {
			t.Errorf("the member: %s", verdict)
		}
	})
}

// TestFrankOfAnotherMessage shows what no draft prevents: the integrity value
// does not cover the franking_tag, so the frank and the time of one message of a
// sender go with any other message of that sender in the room. Receivers accept
// it, and the hub rejects their reports.
func TestFrankOfAnotherMessage(t *testing.T) {
	eachRoom(t, franking.Drafts, franking.Default, func(t *testing.T, r *Room) {
		first := send(t, r, fromAlice, "hi", now)
		second := send(t, r, fromAlice, "abuse", now+1)
		second.Fanout = first.Fanout
		delivery, verdict := receive(t, r, fromBob, second)
		if !verdict.OK() {
			t.Errorf("the receiver: %s", verdict)
		}
		if verdict := report(t, r, fromBob, delivery); verdict.Step != franking.ReportFrank {
			t.Errorf("the hub: %s", verdict)
		}
	})
}
