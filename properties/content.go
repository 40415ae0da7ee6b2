package properties

import (
	"bytes"
	"fmt"
	"iter"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

const contentSource = "draft-ietf-mimi-content, section "

var contentDrafts = spec.Between(spec.Content04, spec.Content09)

// reencoding is the capability to decode content and to compute its ID.
type reencoding interface {
	ContentDecoder
	MessageIDs
}

func contentRules(ids ...string) []*spec.Rule {
	rules := make([]*spec.Rule, len(ids))
	for i, id := range ids {
		if rules[i] = content.RuleByID(id); rules[i] == nil {
			panic("no rule " + id)
		}
	}
	return rules
}

// contentProperties are what must hold of decoding messages. Their oracles are
// what the generators know of what they drew, and the library for CBOR.
var contentProperties = []*Property{
	New(Statement{
		ID: "content/round-trip", Source: contentSource + "4", Drafts: contentDrafts, Cost: 2,
		Text:  "A valid message is accepted, and encoded again it is the same octets.",
		Rules: contentRules("content/enc-roundtrip", "content/top-array"),
	}, Check[ContentDecoder, gen.Content]{Draw: gen.ValidContent, Try: tryRoundTrip}),

	New(Statement{
		ID: "content/canonical", Source: contentSource + "6.1", Drafts: fromContent08, Cost: 4,
		Text:  "Whatever octets come: if they are accepted, they are the only encoding of what they say.",
		Rules: contentRules("content/enc-roundtrip"),
	}, Check[ContentDecoder, gen.Content]{Draw: drawLoose, Try: tryCanonical}),

	New(Statement{
		ID: "content/reencoding-accepted", Source: contentSource + "4", Drafts: spec.Between(spec.Content04, spec.Content07), Cost: 4,
		Text:  "Where several encodings are accepted, an accepted message comes back in one that is accepted and comes back the same.",
		Rules: contentRules("content/top-array"),
	}, Check[ContentDecoder, gen.Content]{Draw: drawLoose, Try: tryReencoding}),

	New(Statement{
		ID: "content/one-rule-broken", Source: contentSource + "4 and 6", Drafts: contentDrafts, Cost: 3,
		Text:  "A message that breaks one rule is rejected for that rule under the drafts that have it, and accepted under the others.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[ContentDecoder, gen.Broken]{Draw: gen.OneRuleBroken, Try: tryOneRuleBroken}),

	New(Statement{
		ID: "content/one-rule-broken-in-context", Source: contentSource + "4.1, 5 and 9.1", Drafts: contentDrafts, Cost: 10,
		Text:  "A message that breaks one rule in its context, by a date, by how it came, by what came before or by a reference, breaks that rule and no other.",
		Rules: contentRules("content/reply-loop", "content/expires-year-future"),
	}, Check[ContextJudge, content.Case]{Draw: gen.InContext, Known: contextCases, Try: tryInContext}),

	New(Statement{
		ID: "content/cases", Source: contentSource + "4, 6 and 9.1", Drafts: contentDrafts,
		Text:  "Each case of the catalog is accepted or rejected as its side of its rule says, and each printed example is accepted.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[ContentDecoder, contentCase]{Known: contentCases, Try: tryContentCase}),

	New(Statement{
		ID: "content/prefixes-rejected", Source: contentSource + "3.1", Drafts: contentDrafts, Cost: 60,
		Text:  "No strict prefix of a message is accepted.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[ContentDecoder, gen.Cut]{Draw: gen.Truncated, Try: tryPrefix}),

	New(Statement{
		ID: "content/extension-by-octets-rejected", Source: contentSource + "3.1", Drafts: contentDrafts, Cost: 40,
		Text:  "No message is accepted with octets behind it.",
		Rules: contentRules("content/enc-trailing"),
	}, Check[ContentDecoder, gen.Extended]{Draw: gen.Followed, Try: tryFollowed}),

	New(Statement{
		ID: "content/id-of-reencoding", Source: contentSource + "3.3 and 6.1", Drafts: messageid.Drafts, Cost: 4,
		Text:  "The ID of an accepted message is that of the message encoded again.",
		Rules: append(contentRules("content/enc-roundtrip"), &messageid.RuleReceivedOctets),
	}, Check[reencoding, gen.Content]{Draw: gen.Reencodable, Try: tryReencodedID}),

	New(Statement{
		ID: "content/depth-and-count-limits", Source: contentSource + "6.3 and 9.1", Drafts: contentDrafts, Cost: 20,
		Text:  "Parts and extensions of 4 levels and bodies of 1024 parts are accepted, and one more is not; extensions have no such limit before content-08.",
		Rules: contentRules("content/part-depth", "content/part-depth-nonsense", "content/ext-depth", "content/part-count"),
	}, Check[ContentDecoder, gen.Limits]{Draw: gen.Limited, Known: knownLimits, Try: tryLimits}),

	New(Statement{
		ID: "content/part-index-bijection", Source: contentSource + "4.4", Drafts: contentDrafts, Cost: 8,
		Text:  "Each part has one index, counted from 0 at the root, each before its own parts.",
		Rules: contentRules("content/part-index", "content/part-index-04"),
	}, Check[PartIndexes, gen.Parts]{Draw: gen.IndexedParts, Try: tryPartIndex}),

	New(Statement{
		ID: "content/legitimate-oddities", Source: contentSource + "9.1", Drafts: contentDrafts, Cost: 4,
		Text:  "What is unknown to the receiver, or unusual, is not taken for an error.",
		Rules: contentRules("content/ext-unknown-ignored", "content/part-disposition-unknown-legit"),
	}, Check[ContentDecoder, gen.Content]{Draw: gen.Odd, Try: tryOdd}),

	New(Statement{
		ID: "content/second-opinion", Source: contentSource + "6.1; RFC 8949, section 4.2.1", Drafts: fromContent08, Cost: 8,
		Text:  "What is accepted is well-formed and deterministic for a general CBOR library too, and what is rejected as not well-formed is not.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[ContentDecoder, gen.Content]{Draw: drawLoose, Try: trySecondOpinion}),

	New(Statement{
		ID: "content/bounded-memory", Source: contentSource + "9.1; a bound of this project", Drafts: contentDrafts, Cost: 200, Alone: true,
		Text:  "Decoding takes memory for the octets that were received, and not for those that they announce: at most 64 KiB and 32 times their length.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[ContentDecoder, gen.Bomb]{Draw: gen.Bombed, Known: knownBombs, Try: tryMemory}),
}

// accepted refutes with the class if a message is rejected or comes back as
// other octets.
func accepted(impl ContentDecoder, d spec.Draft, octets []byte, class string) (Outcome, *Refutation) {
	again, err := impl.DecodeContent(d, octets)
	if err != nil {
		return Refuted, &Refutation{Class: class, Detail: fmt.Sprintf("%x is refused: %v", shortened(octets), err)}
	}
	if !bytes.Equal(again, octets) {
		return Refuted, &Refutation{Class: "comes-back-changed", Detail: fmt.Sprintf("%x comes back as %x", shortened(octets), shortened(again))}
	}
	return Holds, nil
}

// refused refutes with the class if a message is accepted.
func refused(impl ContentDecoder, d spec.Draft, octets []byte, class string) (Outcome, *Refutation) {
	if _, err := impl.DecodeContent(d, octets); err == nil {
		return Refuted, &Refutation{Class: class, Detail: fmt.Sprintf("%x is accepted", shortened(octets))}
	}
	return Holds, nil
}

// shortened bounds what a refutation prints.
func shortened(octets []byte) []byte { return octets[:min(len(octets), 400)] }

func tryRoundTrip(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	return accepted(impl, d, c.Octets, "valid-message-refused")
}

func tryCanonical(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	again, err := impl.DecodeContent(d, c.Octets)
	if err == nil && !bytes.Equal(again, c.Octets) {
		return Refuted, &Refutation{Class: "comes-back-changed", Detail: fmt.Sprintf("%x is accepted and comes back as %x", shortened(c.Octets), shortened(again))}
	}
	return Holds, nil
}

// drawLoose draws hostile octets, or a message of which the encoding is often
// not the deterministic one.
func drawLoose(d spec.Draft, t *gen.Tape) gen.Content {
	if t.Bool() {
		return gen.Hostile(d, t)
	}
	return gen.Compared(d, d, t)
}

func tryReencoding(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	if refusedFor(d, c.Octets) != nil {
		return Skipped, nil
	}
	again, err := impl.DecodeContent(d, c.Octets)
	if err != nil {
		return Refuted, &Refutation{Class: "accepted-message-refused", Detail: fmt.Sprintf("%x is accepted under %s, but refused: %v", shortened(c.Octets), d, err)}
	}
	return accepted(impl, d, again, "own-encoding-refused")
}

func tryOneRuleBroken(impl ContentDecoder, d spec.Draft, b *gen.Broken) (Outcome, *Refutation) {
	rule := content.RuleByID(b.Rule)
	if rule == nil {
		return Skipped, nil
	}
	_, err := impl.DecodeContent(d, b.Octets)
	if !rule.Drafts.Has(d) || rule.Level == spec.Should || rule.Level == spec.Legit {
		if err != nil {
			return Refuted, &Refutation{Class: b.Rule + "-not-in-force", Detail: fmt.Sprintf("%s does not forbid it under %s, but %x is refused: %v", b.Rule, d, shortened(b.Octets), err)}
		}
		return Holds, nil
	}
	if err == nil {
		return Refuted, &Refutation{Class: b.Rule, Detail: fmt.Sprintf("%x breaks %s and is accepted", shortened(b.Octets), b.Rule)}
	}
	if ids, named := BrokenRules(err); named && !slices.Contains(ids, b.Rule) {
		return Refuted, &Refutation{Class: b.Rule + "-not-named", Detail: fmt.Sprintf("%x breaks %s and is refused for %v", shortened(b.Octets), b.Rule, ids)}
	}
	return Holds, nil
}

// contextCases gives the cases of the catalog that are judged in a context.
func contextCases(d spec.Draft) []content.Case {
	var list []content.Case
	for _, c := range content.Cases() {
		if c.Draft != d {
			continue
		}
		switch c.Context.Kind {
		case content.KindMessage, content.KindHistory, content.KindReferences:
			if !plain(&c.Context) && len(c.Octets) <= largestCase {
				list = append(list, c)
			}
		}
	}
	return list
}

func tryInContext(impl ContextJudge, d spec.Draft, c *content.Case) (Outcome, *Refutation) {
	if c.Draft != d {
		return Skipped, nil
	}
	ids, err := impl.JudgeInContext(c)
	if err != nil {
		return Refuted, &Refutation{Class: "not-judged", Detail: fmt.Sprintf("%x cannot be judged in its context: %v", shortened(c.Octets), err)}
	}
	expected := c.Side == content.Broken
	if rule := content.RuleByID(c.Rule); rule != nil && len(c.Context.Readings) == 0 {
		expected = expected && rule.Drafts.Has(d)
	}
	for _, id := range ids {
		if rule := content.RuleByID(id); (id != c.Rule || !expected) && (rule == nil || rule.Level != spec.Should) {
			return Refuted, &Refutation{Class: id + "-not-broken", Detail: fmt.Sprintf("%x does not break %s in its context", shortened(c.Octets), id)}
		}
	}
	if expected && !slices.Contains(ids, c.Rule) {
		return Refuted, &Refutation{Class: c.Rule, Detail: fmt.Sprintf("%x breaks %s in its context, and is judged to break %q", shortened(c.Octets), c.Rule, ids)}
	}
	return Holds, nil
}

// contentCase is a case of the catalog that needs no context.
type contentCase struct {
	Rule   string       `json:"rule"`
	Name   string       `json:"name,omitempty"`
	Side   content.Side `json:"side"`
	Octets []byte       `json:"octets"`
}

// largestCase bounds which cases are tried, in octets.
const largestCase = 1 << 17

func contentCases(d spec.Draft) []contentCase {
	var list []contentCase
	cases := content.Cases()
	for i := range cases {
		c := &cases[i]
		same := c.Draft == d || c.Draft == spec.Content09 && d == spec.Content08
		if !same || c.Context.Kind != content.KindMessage || !plain(&c.Context) || len(c.Octets) > largestCase {
			continue
		}
		list = append(list, contentCase{Rule: c.Rule, Name: c.Name, Side: c.Side, Octets: c.Octets})
	}
	if d >= spec.Content06 {
		for _, e := range content.Examples() {
			list = append(list, contentCase{Rule: "content/enc-roundtrip", Name: "the example " + e.Name, Side: content.Right, Octets: e.Octets})
		}
	}
	return list
}

// plain reports whether a case is about octets alone.
func plain(c *content.Context) bool {
	return c.Kind == content.KindMessage && c.NowMs == 0 && c.Readings == nil && c.MaxBody == 0 && c.RegisteredKeys == nil && !c.MoreExtensions && c.Delivery == nil
}

func tryContentCase(impl ContentDecoder, d spec.Draft, c *contentCase) (Outcome, *Refutation) {
	if c.Side == content.Broken {
		return tryOneRuleBroken(impl, d, &gen.Broken{Rule: c.Rule, Octets: c.Octets})
	}
	if _, err := impl.DecodeContent(d, c.Octets); err != nil {
		return Refuted, &Refutation{Class: c.Rule + "-right-side", Detail: fmt.Sprintf("%x is refused: %v", shortened(c.Octets), err)}
	}
	return Holds, nil
}

func tryPrefix(impl ContentDecoder, d spec.Draft, c *gen.Cut) (Outcome, *Refutation) {
	return noneAccepted(impl, d, c.Prefixes(), "prefix-accepted")
}

func tryFollowed(impl ContentDecoder, d spec.Draft, e *gen.Extended) (Outcome, *Refutation) {
	return noneAccepted(impl, d, e.Messages(), "extension-accepted")
}

// noneAccepted refutes with the class if one of several messages is accepted.
func noneAccepted(impl ContentDecoder, d spec.Draft, messages iter.Seq[[]byte], class string) (Outcome, *Refutation) {
	for octets := range messages {
		if outcome, refutation := refused(impl, d, octets, class); refutation != nil {
			return outcome, refutation
		}
	}
	return Holds, nil
}

func tryReencodedID(impl reencoding, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	again, err := impl.DecodeContent(d, c.Octets)
	if err != nil {
		return Skipped, nil
	}
	in := messageid.Input{Sender: []byte("mimi://a/u/a"), Room: []byte("mimi://a/r/a"), Message: c.Octets}
	received, err := impl.MessageID(d, messageid.SHA256, &in)
	if err != nil {
		return Skipped, nil
	}
	in.Message = again
	encoded, err := impl.MessageID(d, messageid.SHA256, &in)
	if err != nil {
		return Refuted, &Refutation{Class: "reencoding-refused", Detail: fmt.Sprintf("%x has the ID %x; encoded again, as %x, it has none: %v", shortened(c.Octets), received, shortened(again), err)}
	}
	if !bytes.Equal(received, encoded) {
		return Refuted, &Refutation{Class: "two-encodings-two-ids", Detail: fmt.Sprintf("%x has the ID %x; encoded again, as %x, it has %x", shortened(c.Octets), received, shortened(again), encoded)}
	}
	return Holds, nil
}

func knownLimits(d spec.Draft) []gen.Limits {
	var list []gen.Limits
	for _, parts := range []int{3, 1023, 1024, 1025} {
		list = append(list, gen.Limits{PartLevels: 2, Parts: parts, ExtensionLevels: 1})
	}
	for levels := 1; levels <= 6; levels++ {
		list = append(list, gen.Limits{PartLevels: levels, Parts: 2*levels - 1, ExtensionLevels: 1})
		if d == spec.Content04 && levels > 1 {
			continue // extensions hold byte strings
		}
		list = append(list, gen.Limits{PartLevels: 1, Parts: 1, ExtensionLevels: levels}, gen.Limits{PartLevels: 1, Parts: 1, ExtensionLevels: levels, Tags: true})
	}
	return list
}

func tryLimits(impl ContentDecoder, d spec.Draft, l *gen.Limits) (Outcome, *Refutation) {
	octets := l.Message(d)
	class := "within-the-limits-refused"
	switch {
	case l.PartLevels > 4:
		class = "parts-too-deep"
	case l.ExtensionLevels > 4 && d >= spec.Content08:
		class = "extensions-too-deep"
	case l.Parts > 1024:
		class = "too-many-parts"
	default:
		return accepted(impl, d, octets, class)
	}
	return refused(impl, d, octets, class)
}

func tryPartIndex(impl PartIndexes, d spec.Draft, p *gen.Parts) (Outcome, *Refutation) {
	paths, err := impl.PartPaths(d, p.Octets)
	if err != nil {
		return Refuted, &Refutation{Class: "valid-message-refused", Detail: fmt.Sprintf("%x is refused: %v", shortened(p.Octets), err)}
	}
	if !slices.Equal(paths, p.Paths) {
		return Refuted, &Refutation{Class: "part-index", Detail: fmt.Sprintf("the parts of %x are %q, expected %q", shortened(p.Octets), paths, p.Paths)}
	}
	return Holds, nil
}

func tryOdd(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	if _, err := impl.DecodeContent(d, c.Octets); err != nil {
		return Refuted, &Refutation{Class: "oddity-refused", Detail: fmt.Sprintf("%x is refused: %v", shortened(c.Octets), err)}
	}
	return Holds, nil
}
