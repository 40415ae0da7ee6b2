package properties

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

const idSource = "draft-ietf-mimi-content, section 3.3"

var fromContent08 = spec.Between(spec.Content08, spec.Content09)

// messageIDProperties are what must hold of message IDs. Their oracles do not
// use package messageid: they write out what the draft says.
var messageIDProperties = []*Property{
	New(Statement{
		ID: "messageid/known-answers", Source: idSource + "; the draft's examples", Drafts: messageid.Drafts,
		Text:  "The ID computed for a published message is the published one.",
		Rules: []*spec.Rule{&messageid.RuleConstruction05, &messageid.RuleConstruction07, &messageid.RuleConstruction08},
	}, Check[MessageIDs, corpus.KnownAnswer]{Known: corpus.KnownAnswers, Try: tryKnownAnswer}),

	New(Statement{
		ID: "messageid/injective", Source: idSource, Drafts: messageid.Drafts,
		Text:  "Two messages that differ in sender, room or content have different IDs.",
		Rules: []*spec.Rule{&messageid.RuleInjective},
	}, Check[MessageIDs, gen.MessageIDPair]{Draw: gen.Pair, Try: tryInjective}),

	New(Statement{
		ID: "messageid/left-inverse", Source: idSource, Drafts: messageid.Drafts, Cost: 20,
		Text:  "What was hashed can be read back into sender, room and message, wherever the layout is injective.",
		Rules: []*spec.Rule{&messageid.RuleInjective},
	}, Check[HashInputs, gen.Framed]{Draw: gen.Frames, Try: tryLeftInverse}),

	New(Statement{
		ID: "messageid/shape", Source: idSource, Drafts: messageid.Drafts, Cost: 2,
		Text:  "An ID has 32 octets, starts with its hash algorithm, is the same for the same input, and is not changed by the next.",
		Rules: []*spec.Rule{&messageid.RuleHashLength},
	}, Check[MessageIDs, messageid.Input]{Draw: gen.Input, Try: tryShape}),

	New(Statement{
		ID: "messageid/hash-output-length", Source: idSource + "; RFC 6920, section 9.4", Drafts: messageid.Drafts, Cost: 2,
		Text:  "An ID carries the first 31 octets of the hash; an algorithm that is unknown or gives fewer is refused.",
		Rules: []*spec.Rule{&messageid.RuleHashLength},
	}, Check[MessageIDs, gen.HashChoice]{Draw: gen.Algorithms, Known: everyAlgorithm, Try: tryHashOutputLength}),

	New(Statement{
		ID: "messageid/uri-length-bounds", Source: idSource, Drafts: messageid.Drafts, Cost: 500,
		Text:  "From content-08 on a URI of 65535 octets has an ID and one of 65536 has none; before, URIs of any length have one.",
		Rules: []*spec.Rule{&messageid.RuleURILength, &messageid.RuleConstruction07, &messageid.RuleConstruction05},
	}, Check[MessageIDs, gen.URILengths]{Draw: gen.Lengths, Known: lengthLimits, Try: tryURILengthBounds}),

	New(Statement{
		ID: "messageid/uri-length-octets", Source: idSource, Drafts: fromContent08,
		Text:  "The length of a URI counts octets, whatever characters they make up.",
		Rules: []*spec.Rule{&messageid.RuleURILengthOctets},
	}, Check[MessageIDs, messageid.Input]{Draw: gen.Characters, Try: tryExpected("length-unit")}),

	New(Statement{
		ID: "messageid/salt-repeated", Source: idSource, Drafts: messageid.Drafts,
		Text:  "From content-06 on the salt is hashed once more, right behind the message; in content-05 it is not.",
		Rules: []*spec.Rule{&messageid.RuleSalt, &messageid.RuleConstruction05},
	}, Check[MessageIDs, messageid.Input]{Draw: gen.Input, Try: tryExpected("hash-input")}),

	New(Statement{
		ID: "messageid/received-octets", Source: idSource, Drafts: messageid.Drafts,
		Text:  "The ID is that of the octets received, not of the message encoded again.",
		Rules: []*spec.Rule{&messageid.RuleReceivedOctets},
	}, Check[MessageIDs, gen.Encodings]{Draw: gen.Reencoded, Try: tryReceivedOctets}),

	New(Statement{
		ID: "messageid/order", Source: "draft-ietf-mimi-content, section 5.11", Drafts: messageid.Drafts,
		Text:  "Messages of one timestamp are in the total order of their IDs as strings of octets.",
		Rules: []*spec.Rule{&messageid.RuleOrder},
	}, Check[MessageOrder, gen.IDTriple]{Draw: gen.Triple, Try: tryOrder}),
}

// expectedHashInput writes out section 3.3 for a message that the generators
// made, whose salt is at a fixed place.
func expectedHashInput(d spec.Draft, in *messageid.Input, salt []byte) []byte {
	var octets []byte
	if d >= spec.Content08 {
		octets = binary.BigEndian.AppendUint16(octets, uint16(len(in.Sender)))
	}
	octets = append(octets, in.Sender...)
	if d >= spec.Content08 {
		octets = binary.BigEndian.AppendUint16(octets, uint16(len(in.Room)))
	}
	octets = append(octets, in.Room...)
	octets = append(octets, in.Message...)
	if d >= spec.Content06 {
		octets = append(octets, salt...)
	}
	return octets
}

// canonicalSalt returns the salt of a message in the deterministic encoding of
// content-06 and later; content-05 needs none.
func canonicalSalt(message []byte) []byte {
	if len(message) < 18 {
		return nil
	}
	return message[2:18]
}

func expectedID(d spec.Draft, in *messageid.Input, salt []byte) []byte {
	sum := sha256.Sum256(expectedHashInput(d, in, salt))
	return append([]byte{1}, sum[:31]...)
}

// compareIDs refutes with the class if the implementation fails or gives
// another ID than the expected one.
func compareIDs(impl MessageIDs, d spec.Draft, in *messageid.Input, want []byte, class string) (Outcome, *Refutation) {
	got, err := impl.MessageID(d, messageid.SHA256, in)
	if err != nil {
		return Refuted, &Refutation{Class: class + "-refused", Detail: fmt.Sprintf("expected the ID %x, got the error %q", want, err)}
	}
	if !bytes.Equal(got, want) {
		return Refuted, &Refutation{Class: class, Detail: fmt.Sprintf("expected the ID %x, got %x", want, got)}
	}
	return Holds, nil
}

func tryExpected(class string) func(MessageIDs, spec.Draft, *messageid.Input) (Outcome, *Refutation) {
	return func(impl MessageIDs, d spec.Draft, in *messageid.Input) (Outcome, *Refutation) {
		return compareIDs(impl, d, in, expectedID(d, in, canonicalSalt(in.Message)), class)
	}
}

func tryKnownAnswer(impl MessageIDs, d spec.Draft, answer *corpus.KnownAnswer) (Outcome, *Refutation) {
	in := messageid.Input{Sender: answer.Sender, Room: answer.Room, Message: answer.Message}
	outcome, refutation := compareIDs(impl, d, &in, answer.MessageID, "known-answer")
	if refutation == nil {
		return outcome, nil
	}
	// The IDs printed in content-06 come from a generator that took the
	// sender's URI for the room's as well.
	twice := sha256.Sum256(expectedHashInput(d, &messageid.Input{Sender: in.Sender, Room: in.Sender, Message: in.Message}, canonicalSalt(in.Message)))
	if d == spec.Content06 && bytes.Equal(answer.MessageID[1:], twice[:31]) {
		got, err := impl.MessageID(d, messageid.SHA256, &in)
		if err == nil && bytes.Equal(got, expectedID(d, &in, canonicalSalt(in.Message))) {
			refutation.Class = "sender-hashed-twice"
			refutation.Detail = fmt.Sprintf("%s: the draft prints %x, which is the hash with the sender's URI in the room's place; its own rule gives %x", answer.Name, answer.MessageID, got)
			return outcome, refutation
		}
	}
	refutation.Detail = answer.Name + ": " + refutation.Detail
	return outcome, refutation
}

func tryInjective(impl MessageIDs, d spec.Draft, pair *gen.MessageIDPair) (Outcome, *Refutation) {
	a, b := &pair.First, &pair.Second
	senders, rooms, messages := bytes.Equal(a.Sender, b.Sender), bytes.Equal(a.Room, b.Room), bytes.Equal(a.Message, b.Message)
	if senders && rooms && messages {
		return Skipped, nil
	}
	first, err := impl.MessageID(d, messageid.SHA256, a)
	if err != nil {
		return Skipped, nil
	}
	second, err := impl.MessageID(d, messageid.SHA256, b)
	if err != nil || !bytes.Equal(first, second) {
		return Holds, nil
	}
	class := "collision"
	switch {
	case messages && !senders && !rooms && len(a.Sender)+len(a.Room) == len(b.Sender)+len(b.Room):
		class = "sender-room-boundary"
	case messages && senders:
		class = "room-not-hashed"
	case messages && rooms:
		class = "sender-not-hashed"
	case senders && rooms:
		class = "message-not-hashed"
	}
	return Refuted, &Refutation{Class: class, Detail: fmt.Sprintf("both have the ID %x: (%q, %q) and (%q, %q)", first, a.Sender, a.Room, b.Sender, b.Room)}
}

// injectiveLayouts remembers which layout is injective in which domain.
var injectiveLayouts = sync.OnceValue(func() map[spec.Draft]map[framing.Domain]bool {
	verdicts := make(map[spec.Draft]map[framing.Domain]bool)
	for _, d := range messageid.Drafts.List() {
		construction, err := messageid.For(d)
		if err != nil {
			panic(err)
		}
		verdicts[d] = make(map[framing.Domain]bool)
		for _, domain := range framing.Domains() {
			verdicts[d][domain] = framing.Analyse(construction.Layout, domain, false).Outcome == framing.Injective
		}
	}
	return verdicts
})

func tryLeftInverse(impl HashInputs, d spec.Draft, framed *gen.Framed) (Outcome, *Refutation) {
	domain, err := framing.ParseDomain(framed.Domain)
	if err != nil || !injectiveLayouts()[d][domain] {
		return Skipped, nil
	}
	in := &framed.Input
	octets, err := impl.AppendHashInput(nil, d, in)
	if err != nil {
		return Refuted, &Refutation{Class: "refused", Detail: fmt.Sprintf("no hash input: %v", err)}
	}
	construction, err := messageid.For(d)
	if err != nil {
		return Skipped, nil
	}
	back, err := construction.Layout.Read(octets, domain, false)
	if err != nil {
		return Refuted, &Refutation{Class: "unreadable", Detail: fmt.Sprintf("the hash input %x cannot be read back as %s: %v", octets, construction.Layout, err)}
	}
	if !bytes.Equal(back.Sender, in.Sender) || !bytes.Equal(back.Room, in.Room) || !bytes.Equal(back.Message, in.Message) {
		return Refuted, &Refutation{Class: "read-back", Detail: fmt.Sprintf("wrote (%q, %q, %x), read back (%q, %q, %x)", in.Sender, in.Room, in.Message, back.Sender, back.Room, back.Message)}
	}
	return Holds, nil
}

func tryShape(impl MessageIDs, d spec.Draft, in *messageid.Input) (Outcome, *Refutation) {
	before := messageid.Input{Sender: bytes.Clone(in.Sender), Room: bytes.Clone(in.Room), Message: bytes.Clone(in.Message)}
	id, err := impl.MessageID(d, messageid.SHA256, in)
	if err != nil {
		return Refuted, &Refutation{Class: "refused", Detail: fmt.Sprintf("no ID: %v", err)}
	}
	if !bytes.Equal(before.Sender, in.Sender) || !bytes.Equal(before.Room, in.Room) || !bytes.Equal(before.Message, in.Message) {
		return Refuted, &Refutation{Class: "input-changed", Detail: "computing the ID changed its input"}
	}
	if len(id) != 32 {
		return Refuted, &Refutation{Class: "length", Detail: fmt.Sprintf("the ID %x has %d octets, expected 32", id, len(id))}
	}
	if id[0] != 1 {
		return Refuted, &Refutation{Class: "algorithm-octet", Detail: fmt.Sprintf("the ID starts with 0x%02x, expected 0x01 for SHA-256", id[0])}
	}
	kept := bytes.Clone(id)
	other := messageid.Input{Sender: in.Room, Room: in.Sender, Message: in.Message}
	if _, err := impl.MessageID(d, messageid.SHA256, &other); err != nil {
		return Refuted, &Refutation{Class: "refused", Detail: fmt.Sprintf("no ID with the URIs swapped: %v", err)}
	}
	if !bytes.Equal(kept, id) {
		return Refuted, &Refutation{Class: "result-changed", Detail: "computing another ID changed the first"}
	}
	again, err := impl.MessageID(d, messageid.SHA256, in)
	if err != nil || !bytes.Equal(kept, again) {
		return Refuted, &Refutation{Class: "not-a-function", Detail: fmt.Sprintf("first %x, then %x (error: %v)", kept, again, err)}
	}
	return Holds, nil
}

func everyAlgorithm(d spec.Draft) []gen.HashChoice {
	var choices []gen.HashChoice
	for _, algorithm := range []messageid.HashAlgorithm{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 32, 127, 128, 255} {
		var t gen.Tape
		choices = append(choices, gen.HashChoice{Algorithm: algorithm, Input: gen.Input(d, &t)})
	}
	return choices
}

func tryHashOutputLength(impl MessageIDs, d spec.Draft, choice *gen.HashChoice) (Outcome, *Refutation) {
	octets := expectedHashInput(d, &choice.Input, canonicalSalt(choice.Input.Message))
	var output []byte
	switch choice.Algorithm {
	case 1:
		sum := sha256.Sum256(octets)
		output = sum[:]
	case 7:
		sum := sha512.Sum384(octets)
		output = sum[:]
	case 8:
		sum := sha512.Sum512(octets)
		output = sum[:]
	case 10:
		sum := sha3.Sum256(octets)
		output = sum[:]
	case 11:
		sum := sha3.Sum384(octets)
		output = sum[:]
	case 12:
		sum := sha3.Sum512(octets)
		output = sum[:]
	}
	got, err := impl.MessageID(d, choice.Algorithm, &choice.Input)
	if output == nil {
		if err == nil {
			return Refuted, &Refutation{Class: "short-hash-accepted", Detail: fmt.Sprintf("algorithm %d gives no 31 octets, but there is an ID: %x", uint8(choice.Algorithm), got)}
		}
		return Holds, nil
	}
	want := append([]byte{byte(choice.Algorithm)}, output[:31]...)
	if err != nil {
		return Refuted, &Refutation{Class: "refused", Detail: fmt.Sprintf("algorithm %d: expected the ID %x, got the error %q", uint8(choice.Algorithm), want, err)}
	}
	if !bytes.Equal(got, want) {
		return Refuted, &Refutation{Class: "hash-output", Detail: fmt.Sprintf("algorithm %d: expected the ID %x, got %x", uint8(choice.Algorithm), want, got)}
	}
	return Holds, nil
}

func lengthLimits(spec.Draft) []gen.URILengths {
	short := gen.ShortestURI
	return []gen.URILengths{
		{Sender: short, Room: short},
		{Sender: 65535, Room: short}, {Sender: short, Room: 65535}, {Sender: 65535, Room: 65535},
		{Sender: 65536, Room: short}, {Sender: short, Room: 65536}, {Sender: 65536 + short, Room: short}, {Sender: short, Room: 65536 + short},
	}
}

// maxLengths bounds the URIs of a kept case, in octets.
const maxLengths = 1 << 24

func tryURILengthBounds(impl MessageIDs, d spec.Draft, lengths *gen.URILengths) (Outcome, *Refutation) {
	if lengths.Sender > maxLengths || lengths.Room > maxLengths {
		return Skipped, nil
	}
	in := lengths.Input(d)
	tooLong := d >= spec.Content08 && (len(in.Sender) > 65535 || len(in.Room) > 65535)
	if !tooLong {
		return compareIDs(impl, d, &in, expectedID(d, &in, canonicalSalt(in.Message)), "hash-input")
	}
	if id, err := impl.MessageID(d, messageid.SHA256, &in); err == nil {
		return Refuted, &Refutation{Class: "too-long-accepted", Detail: fmt.Sprintf("URIs of %d and %d octets have no ID, but there is one: %x", len(in.Sender), len(in.Room), id)}
	}
	return Holds, nil
}

func tryReceivedOctets(impl MessageIDs, d spec.Draft, e *gen.Encodings) (Outcome, *Refutation) {
	received := messageid.Input{Sender: e.Sender, Room: e.Room, Message: e.Received}
	got, err := impl.MessageID(d, messageid.SHA256, &received)
	if err != nil {
		if d >= spec.Content08 {
			return Skipped, nil // the draft demands the deterministic encoding; a receiver may refuse the other
		}
		return Refuted, &Refutation{Class: "refused", Detail: fmt.Sprintf("no ID for the message %x: %v", e.Received, err)}
	}
	if want := expectedID(d, &received, canonicalSalt(e.Canonical)); !bytes.Equal(got, want) {
		return Refuted, &Refutation{Class: "other-octets-hashed", Detail: fmt.Sprintf("message %x as received: expected the ID %x, got %x", e.Received, want, got)}
	}
	return Holds, nil
}

func tryOrder(impl MessageOrder, _ spec.Draft, triple *gen.IDTriple) (Outcome, *Refutation) {
	sign := func(i, j int) int { return cmp.Compare(impl.CompareMessageIDs(triple[i], triple[j]), 0) }
	for i := range triple {
		for j := range triple {
			switch {
			case sign(i, j) != -sign(j, i):
				return Refuted, &Refutation{Class: "not-antisymmetric", Detail: fmt.Sprintf("%v and %v are ordered by which is asked first", triple[i], triple[j])}
			case (sign(i, j) == 0) != (triple[i] == triple[j]):
				return Refuted, &Refutation{Class: "not-total", Detail: fmt.Sprintf("%v and %v differ, but neither comes first", triple[i], triple[j])}
			case sign(i, j) != bytes.Compare(triple[i][:], triple[j][:]):
				return Refuted, &Refutation{Class: "other-order", Detail: fmt.Sprintf("%v and %v are not in the order of their octets", triple[i], triple[j])}
			}
		}
	}
	for _, p := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		if sign(p[0], p[1]) < 0 && sign(p[1], p[2]) < 0 && sign(p[0], p[2]) >= 0 {
			return Refuted, &Refutation{Class: "not-transitive", Detail: fmt.Sprintf("%v, %v, %v go round in a circle", triple[p[0]], triple[p[1]], triple[p[2]])}
		}
	}
	return Holds, nil
}
