package properties

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

const frankingSource = "draft-ietf-mimi-protocol, section "

// gameCost is what a world costs: signatures are dear.
const gameCost = 200

// frankingParties is the capability to make the steps of every party.
type frankingParties interface {
	FrankClient
	FrankHub
	FrankReceiver
	ReportHub
}

// verifyAndReport is the capability of both who judge a frank.
type verifyAndReport interface {
	FrankReceiver
	ReportHub
}

// stepRules returns the rule of a step, and then those of the other steps of
// some parties.
func stepRules(first franking.Step, parties ...string) []*spec.Rule {
	rules := []*spec.Rule{first.Rule()}
	for _, step := range franking.Steps() {
		if step != first && slices.ContainsFunc(parties, func(party string) bool { return strings.HasPrefix(step.String(), party) }) {
			rules = append(rules, step.Rule())
		}
	}
	return rules
}

// frankingProperties are what must hold of franking. The first have oracles
// that do not use package franking; the last are games, in which worlds are
// played with the implementation in the parts that it can take.
var frankingProperties = []*Property{
	New(Statement{
		ID: "franking/known-answers", Source: frankingSource + "5.4.1 and 5.9", Drafts: franking.Drafts,
		Text:  "Tag, context, server_frank and Frank of a known message are the known ones, and it is verified and accepted in a report.",
		Rules: []*spec.Rule{&franking.RuleTag, &franking.RuleServerFrank},
	}, Check[frankingParties, corpus.FrankingAnswer]{Known: corpus.FrankingAnswers, Try: tryFrankingAnswer}),

	New(Statement{
		ID: "franking/codec", Source: frankingSource + "5.4.1 and 5.9; RFC 9420, section 2.1", Drafts: franking.Drafts, Cost: 5,
		Text:  "A struct that is read and written again is the same octets; one that is cut, has octets behind it, or a length that is not minimal, is refused.",
		Rules: []*spec.Rule{franking.ReportFormat.Rule()},
	}, Check[FrankingStructs, gen.FrankingStruct]{Draw: gen.FrankingStructOf, Known: knownStructs, Try: tryStruct}),

	New(Statement{
		ID: "franking/tag-binds-octets", Source: frankingSource + "5.4.1.1", Drafts: franking.Drafts, Cost: 10,
		Text:  "The franking_tag is HMAC-SHA256 of the octets that are sent, framing included, so that other octets have another tag.",
		Rules: []*spec.Rule{&franking.RuleTag},
	}, Check[FrankClient, gen.TaggedContents]{Draw: gen.ContentsToTag, Try: tryTag}),

	New(Statement{
		ID: "franking/context-injective", Source: frankingSource + "5.4.1.2", Drafts: franking.Drafts, Cost: 40,
		Text:  "Two contexts that differ in sender, room or time have different server_franks.",
		Rules: []*spec.Rule{&franking.RuleContextInjective},
	}, Check[FrankHub, gen.FrankedContexts]{Draw: gen.ContextPair, Known: knownContexts, Try: tryContexts}),

	New(Statement{
		ID: "franking/completeness", Source: frankingSource + "5.4.1 and 5.9", Drafts: franking.Drafts, Cost: gameCost,
		Text:  "Where everyone is honest, every message is franked, every receiver verifies it, and the hub accepts its report, whatever keys, epochs and groups come after it.",
		Rules: stepRules(franking.ReceiverIntegrity, "client-", "hub-", "receiver-", "report-"),
	}, Check[frankingParties, gen.FrankingWorld]{Draw: gen.HonestWorld, Known: honestWorlds, Try: tryWorld[frankingParties](complete)}),

	New(Statement{
		ID: "franking/sender-binding", Source: frankingSource + "5.4.1", Drafts: franking.Drafts, Cost: gameCost,
		Text:  "What a receiver verifies, the hub accepts as a report of the same content, sender, room and time.",
		Rules: stepRules(franking.ReceiverIntegrity, "receiver-"),
	}, Check[verifyAndReport, gen.FrankingWorld]{Draw: gen.AttackedWorld, Known: attackedWorlds, Try: tryWorld[verifyAndReport](bindSender)}),

	New(Statement{
		ID: "franking/receiver-binding", Source: frankingSource + "5.9", Drafts: franking.Drafts, Cost: gameCost,
		Text:  "No report is accepted for content that the accused did not send in that room.",
		Rules: stepRules(franking.ReportFrank, "hub-", "report-"),
	}, Check[ReportHub, gen.FrankingWorld]{Draw: gen.AttackedWorld, Known: attackedWorlds, Try: tryWorld[ReportHub](bindReceiver)}),

	New(Statement{
		ID: "franking/context-integrity", Source: frankingSource + "5.4.1", Drafts: franking.Drafts, Cost: gameCost,
		Text:  "The provider of a receiver changes nothing that the receiver accepts.",
		Rules: stepRules(franking.ReceiverIntegrity, "receiver-"),
	}, Check[FrankReceiver, gen.FrankingWorld]{Draw: gen.AttackedWorld, Known: attackedWorlds, Try: tryWorld[FrankReceiver](keepContext)}),

	New(Statement{
		ID: "franking/receivers-agree", Source: frankingSource + "5.4.1.3", Drafts: franking.Drafts, Cost: gameCost,
		Text:  "All honest receivers of one message come to one verdict, even if they read the text in two ways.",
		Rules: stepRules(franking.ReceiverFrank, "receiver-"),
	}, Check[FrankReceiver, gen.FrankingWorld]{Draw: gen.TwoReadingsWorld, Known: disagreeingWorlds, Try: tryWorld[FrankReceiver](agree)}),
}

// tryFrankingAnswer reads literally, as the known answer of protocol-03 is no
// valid content of content-05.
func tryFrankingAnswer(impl frankingParties, d spec.Draft, a *corpus.FrankingAnswer) (Outcome, *Refutation) {
	o := franking.Options{Draft: d, Mode: franking.Literal}
	sender, room := []byte(a.SenderURI), []byte(a.RoomURI)
	sent, verdict := impl.SendFranked(o, &franking.Sending{ApplicationData: a.ApplicationData, SendingURI: sender, RoomURI: room})
	switch {
	case !verdict.OK() || sent == nil:
		return refuted("refused-by-client", "the client refuses to send: %v", verdict)
	case !bytes.Equal(sent.FrankingTag[:], a.FrankingTag):
		return refuted("franking-tag", "the franking_tag is %x, expected %x", sent.FrankingTag, a.FrankingTag)
	case !bytes.Equal(sent.AuthenticatedData, a.AuthenticatedData):
		return refuted("authenticated-data", "authenticated_data is %x, expected %x", sent.AuthenticatedData, a.AuthenticatedData)
	}
	hub := &franking.Hub{
		RoomURI: room, Participants: [][]byte{sender}, Reporters: [][]byte{sender}, HubKeys: []franking.HubKey{{Key: a.HubKey, NotAfter: ^uint64(0)}},
		Suite: a.Suite, Agent: a.Agent, PrivateKey: a.PrivateKey, IntegritySecret: a.IntegritySecret,
	}
	known := d == spec.Protocol03 || a.PrivateKey != nil
	if !known {
		// Only the signature depends on the key.
		hub.PrivateKey = privateKey(a.Suite, theHub, 0)
	}
	accepted, verdict := impl.AcceptFranked(o, hub, &franking.Submission{AuthenticatedData: a.AuthenticatedData, SendingURI: sender, Source: worldHosts[0]}, a.AcceptedTimestamp)
	switch {
	case !verdict.OK() || accepted == nil || len(accepted.Frank) < len(a.ServerFrank):
		return refuted("refused-by-hub", "the hub does not frank: %v", verdict)
	case !bytes.Equal(accepted.Context, a.Context):
		return refuted("context", "the context is %x, expected %x", accepted.Context, a.Context)
	case !bytes.Equal(accepted.Frank[:len(a.ServerFrank)], a.ServerFrank):
		return refuted("server-frank", "the Frank is %x, its server_frank should be %x", accepted.Frank, a.ServerFrank)
	case known && !bytes.Equal(accepted.Frank, a.Frank):
		return refuted("frank", "the Frank is %x, expected %x", accepted.Frank, a.Frank)
	}
	if verdict := impl.VerifyFrank(o, &franking.Delivery{
		ApplicationData: a.ApplicationData, AuthenticatedData: a.AuthenticatedData, Frank: a.Frank, Timestamp: a.AcceptedTimestamp,
		Suite: a.Suite, Agent: a.Agent, IntegritySecret: a.IntegritySecret, SenderURI: sender, RoomURI: room,
	}); !verdict.OK() {
		return refuted("refused-by-receiver", "the receiver: %v", verdict)
	}
	if agent, err := franking.ReadFrankingAgentData(a.Agent); err == nil {
		hub.PublicKeys = []franking.PublicKey{{Suite: a.Suite, Key: agent.SignatureKey}}
	}
	if verdict := impl.ValidateReport(o, hub, &franking.Reporting{Report: a.AbuseReport, Source: worldHosts[0]}); !verdict.OK() {
		return refuted("refused-in-report", "the hub refuses the report: %s", reportVerdictOf(&verdict))
	}
	return Holds, nil
}

// refuted makes a refutation.
func refuted(class, format string, args ...any) (Outcome, *Refutation) {
	return Refuted, &Refutation{Class: class, Detail: fmt.Sprintf(format, args...)}
}

// knownStructs are the structs of the known answers, with every strict prefix
// and an octet behind them.
func knownStructs(d spec.Draft) []gen.FrankingStruct {
	var list []gen.FrankingStruct
	for _, a := range corpus.FrankingAnswers(d) {
		for _, s := range []gen.FrankingStruct{
			{Struct: "frank", Octets: a.Frank}, {Struct: "safe-aad", Octets: a.AuthenticatedData},
			{Struct: "franking-agent", Octets: a.Agent}, {Struct: "abuse-report", Octets: a.AbuseReport},
		} {
			if s.Octets == nil {
				continue
			}
			list = append(list, s, gen.FrankingStruct{Struct: s.Struct, Flaw: gen.ExtraOctets, Octets: append(bytes.Clone(s.Octets), 0)})
			for end := range s.Octets {
				list = append(list, gen.FrankingStruct{Struct: s.Struct, Flaw: gen.CutShort, Octets: s.Octets[:end]})
			}
		}
	}
	return list
}

func tryStruct(impl FrankingStructs, d spec.Draft, s *gen.FrankingStruct) (Outcome, *Refutation) {
	again, err := impl.RecodeFranking(d, s.Struct, s.Octets)
	switch {
	case s.Flaw != gen.NoFlaw && err == nil:
		return refuted(s.Struct+"-"+string(s.Flaw), "%x is no %s (%s), and is read", shortened(s.Octets), s.Struct, s.Flaw)
	case s.Flaw != gen.NoFlaw:
		return Holds, nil
	case err != nil:
		return refuted(s.Struct+"-refused", "%x is a %s, and is refused: %v", shortened(s.Octets), s.Struct, err)
	case !bytes.Equal(again, s.Octets):
		return refuted(s.Struct+"-changed", "%x is written again as %x", shortened(s.Octets), shortened(again))
	}
	return Holds, nil
}

func tryTag(impl FrankClient, d spec.Draft, c *gen.TaggedContents) (Outcome, *Refutation) {
	o := franking.Options{Draft: d}
	if c.Literal {
		o.Mode = franking.Literal
	}
	var tags [][]byte
	for i, data := range [][]byte{c.First, c.Second} {
		sent, verdict := impl.SendFranked(o, &franking.Sending{ApplicationData: data, SendingURI: []byte(c.Sender), RoomURI: []byte(c.Room)})
		switch {
		case i > 0 && !verdict.OK():
			return Holds, nil // not every encoding is content
		case !verdict.OK() || sent == nil:
			return refuted("refused", "%x is refused: %v", shortened(data), verdict)
		}
		h := hmac.New(sha256.New, c.Salt)
		h.Write(data)
		if want := h.Sum(nil); !bytes.Equal(sent.FrankingTag[:], want) {
			return refuted("other-octets-tagged", "the franking_tag of %x is %x, expected %x", shortened(data), sent.FrankingTag, want)
		}
		tags = append(tags, sent.FrankingTag[:])
	}
	if bytes.Equal(tags[0], tags[1]) && !bytes.Equal(c.First, c.Second) {
		return refuted("one-tag-for-two", "%x and %x have the franking_tag %x", shortened(c.First), shortened(c.Second), tags[0])
	}
	return Holds, nil
}

// contextVerdicts remembers what the analyser of layouts says of the contexts,
// for mimi URIs.
var contextVerdicts = sync.OnceValue(func() map[spec.Draft]framing.Outcome {
	verdicts := make(map[spec.Draft]framing.Outcome)
	for _, d := range franking.Drafts.List() {
		verdicts[d] = framing.Analyse(franking.ContextLayout(d), framing.MIMI, false).Outcome
	}
	return verdicts
})

// knownContexts holds the boundary between the URIs in both places.
func knownContexts(spec.Draft) []gen.FrankedContexts {
	return []gen.FrankedContexts{{
		First:  gen.FrankedContext{Sender: []byte(worldUsers[0]), Room: []byte(worldRooms[2]), Timestamp: worldStart},
		Second: gen.FrankedContext{Sender: []byte(worldUsers[3]), Room: []byte(worldRooms[1]), Timestamp: worldStart},
	}}
}

func tryContexts(impl FrankHub, d spec.Draft, pair *gen.FrankedContexts) (Outcome, *Refutation) {
	a, b := &pair.First, &pair.Second
	senders, rooms := bytes.Equal(a.Sender, b.Sender), bytes.Equal(a.Room, b.Room)
	if senders && rooms && a.Timestamp == b.Timestamp {
		return Skipped, nil
	}
	first, second := serverFrankOf(impl, d, a), serverFrankOf(impl, d, b)
	if first == nil || second == nil {
		return Skipped, nil
	}
	if !bytes.Equal(first, second) {
		return Holds, nil
	}
	class := "collision"
	switch {
	case contextVerdicts()[d] == framing.Injective:
		class = "collision-in-an-injective-layout"
	case !senders && !rooms && a.Timestamp == b.Timestamp && len(a.Sender)+len(a.Room) == len(b.Sender)+len(b.Room):
		class = "sender-room-boundary"
	}
	return refuted(class, "both have the server_frank %x: (%q, %q, %d) and (%q, %q, %d); the analyser finds the layout %s %s for mimi URIs",
		first, a.Sender, a.Room, a.Timestamp, b.Sender, b.Room, b.Timestamp, franking.ContextLayout(d), contextVerdicts()[d])
}

// serverFrankOf returns the server_frank of a tag in a context, nil if there is
// none.
func serverFrankOf(impl FrankHub, d spec.Draft, c *gen.FrankedContext) []byte {
	const suite = franking.X25519AES128Ed25519
	hub := &franking.Hub{
		RoomURI: c.Room, Participants: [][]byte{c.Sender}, HubKeys: []franking.HubKey{{Key: derived(32, "hub_key", 0), NotAfter: ^uint64(0)}},
		Suite: suite, Agent: agentData(publicKey(suite, theHub, 0), hubURI), PrivateKey: privateKey(suite, theHub, 0), IntegritySecret: derived(32, "franking_integrity"),
	}
	submission := &franking.Submission{AuthenticatedData: safeAAD(make([]byte, franking.MACOctets)), SendingURI: c.Sender}
	accepted, verdict := impl.AcceptFranked(franking.Options{Draft: d, Mode: franking.Literal}, hub, submission, c.Timestamp)
	if !verdict.OK() || accepted == nil || len(accepted.Frank) < franking.MACOctets {
		return nil
	}
	return accepted.Frank[:franking.MACOctets]
}
