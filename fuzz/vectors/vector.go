package vectors

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Vector is one input, and what an implementation should answer to it under
// each draft.
type Vector struct {
	ID    string // stable, named after the rule or the flaw
	Title string // one sentence: what is special about the input
	Rule  *spec.Rule
	Flags []Flag // but for those that tell of what is expected
	Input protocol.Input
	// Steps are values that an implementation comes by on its way, by name, and
	// the keys that the input was made with. They are no part of the request.
	Steps map[string][]byte

	drafts   spec.Drafts
	expected map[spec.Draft]func() *Expectation // worked out when asked for
	claims   []claim
}

// Op returns what is asked.
func (v *Vector) Op() protocol.Op { return v.Input.Op() }

// Drafts returns the drafts under which the vector is asked.
func (v *Vector) Drafts() spec.Drafts { return v.drafts }

// Request returns the request that asks the vector under a draft, nil if it is
// not asked under that. It has no ID, and shares its input with the vector.
func (v *Vector) Request(d spec.Draft) *protocol.Request {
	if !v.drafts.Has(d) {
		return nil
	}
	return &protocol.Request{Draft: d, Input: v.Input}
}

// Expectation returns what should be answered under a draft, nil if the vector
// is not asked under that. It is worked out once, and shared: do not change it.
// It panics if the reference contradicts what the vector was made for.
func (v *Vector) Expectation(d spec.Draft) *Expectation {
	if !v.drafts.Has(d) {
		return nil
	}
	return v.expected[d]()
}

// expect works out what is expected under a draft, and compares that with what
// the vector was made for.
func (v *Vector) expect(d spec.Draft) *Expectation {
	for i := range v.claims {
		claim := &v.claims[i]
		if claim.draft != d {
			continue
		}
		reader := theDefault
		if len(claim.readings) > 0 {
			reader = mustReader(claim.readings)
		}
		if verdict := reader.verdict(v.Request(d)); !claim.holds(&verdict) {
			panic(fmt.Sprintf("vector %s was made to be %s, but the reference answers %+v and names %v", v.ID, claim, verdict.Answer, verdict.Rules))
		}
	}
	return expect(v.Request(d))
}

// flagsUnder returns the flags of the vector with those that tell of what is
// expected under the drafts.
func (v *Vector) flagsUnder(drafts spec.Drafts) []Flag {
	flags := slices.Clone(v.Flags)
	for _, d := range (v.drafts & drafts).List() {
		switch e := v.Expectation(d); {
		case e.Result == Ambiguous:
			flags = append(flags, OpenText)
		case e.Result == Acceptable && v.Op() == protocol.ContentDecode:
			flags = append(flags, AgainstTheGrain)
		}
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

// Model returns the model that an op is of, by the name that properties have it.
func Model(op protocol.Op) string {
	switch op {
	case protocol.ContentDecode:
		return "content"
	case protocol.MessageIDCompute:
		return "messageid"
	case protocol.FrankingTag, protocol.FrankingVerify:
		return "franking"
	case protocol.PolicyDecide, protocol.PolicyApply:
		return "roompolicy"
	case protocol.StatusDecode:
		return "message-status"
	}
	return ""
}

// claim is what is known of a vector before the reference is asked.
type claim struct {
	draft    spec.Draft
	rule     string            // the one that decides; "" for any
	accepted bool              // or allowed
	readings map[string]string // under which it is so
	// messageID and frankingTag are what another implementation worked out.
	messageID, frankingTag []byte
}

// holds reports whether a verdict is as claimed.
func (c *claim) holds(v *Verdict) bool {
	switch {
	case v.accepts() != c.accepted:
		return false
	case !c.accepted && c.rule != "":
		return slices.Contains(v.Rules, c.rule)
	}
	return (c.messageID == nil || bytes.Equal(c.messageID, v.Answer.MessageID)) && (c.frankingTag == nil || bytes.Equal(c.frankingTag, v.Answer.FrankingTag))
}

func (c *claim) String() string {
	side := "refused"
	if c.accepted {
		side = "accepted"
	}
	text := fmt.Sprintf("%s under %s", side, c.draft)
	if !c.accepted && c.rule != "" {
		text += " for " + c.rule
	}
	if len(c.readings) > 0 {
		text += fmt.Sprintf(" read by %v", c.readings)
	}
	return text
}
