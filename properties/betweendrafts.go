package properties

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// betweenDraftsProperties hold the verdicts of one implementation under two
// drafts against each other. A draft is compared with the revision before it.
var betweenDraftsProperties = []*Property{
	New(Statement{
		ID: "content/between-drafts", Source: contentSource + "4, 6 and 9.1", Drafts: spec.Between(spec.Content05, spec.Content09), Cost: 4,
		Text:  "What one draft accepts and its neighbour does not differs only by rules that changed.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[ContentDecoder, comparison]{Draw: drawComparison, Known: changedRules, Try: tryBetweenDrafts}),
}

// comparison is a message for two drafts.
type comparison struct {
	// Rule is the rule that changed and makes the difference; empty if it is
	// not known whether there is a difference.
	Rule   string `json:"rule,omitempty"`
	Octets []byte `json:"octets"`
}

func drawComparison(d spec.Draft, t *gen.Tape) comparison {
	return comparison{Octets: gen.Compared(d, d-1, t).Octets}
}

// changed reports whether a rule is not the same in two drafts: in force in
// one of them only, or with another limit.
func changed(r *spec.Rule, a, b spec.Draft) bool {
	// Content-05 has 8 elements: it added the salt, and content-06 dropped
	// lastSeen (draft-ietf-mimi-content-06, section 4).
	if r.ID == "content/top-array" && (a == spec.Content05) != (b == spec.Content05) {
		return true
	}
	return r.Drafts.Has(a) != r.Drafts.Has(b)
}

// refusedFor returns the rules for which the reference refuses a message; none
// if it accepts it.
func refusedFor(d spec.Draft, octets []byte) []*spec.Rule {
	c, err := contentChecker(d)
	if err != nil {
		return nil
	}
	result := c.Check(octets)
	if result.Verdict == content.Accept {
		return nil
	}
	var rules []*spec.Rule
	for i := range result.Violations {
		rules = append(rules, result.Violations[i].Rule)
	}
	return rules
}

// changedRules gives, for each rule that changed from the revision before, the
// smallest case of the catalog that one of the drafts refuses for it and the
// other accepts. Rules about more than octets have none.
func changedRules(d spec.Draft) []comparison {
	var list []comparison
	cases := content.Cases()
	for _, rule := range content.Rules() {
		if !changed(rule, d, d-1) {
			continue
		}
		var smallest []byte
		for i := range cases {
			c := &cases[i]
			if c.Rule != rule.ID || c.Context.Kind != content.KindMessage || !plain(&c.Context) || len(c.Octets) > largestCase {
				continue
			}
			before, after := refusedFor(d-1, c.Octets), refusedFor(d, c.Octets)
			accepting := d - 1
			if after == nil {
				accepting = d
			}
			if shown := before == nil && slices.Contains(after, rule) || after == nil && slices.Contains(before, rule); !shown {
				continue
			}
			if _, err := (Reference{}).DecodeContent(accepting, c.Octets); err != nil {
				continue
			}
			if smallest == nil || len(c.Octets) < len(smallest) {
				smallest = c.Octets
			}
		}
		if smallest != nil {
			list = append(list, comparison{Rule: rule.ID, Octets: smallest})
		}
	}
	return list
}

func tryBetweenDrafts(impl ContentDecoder, d spec.Draft, c *comparison) (Outcome, *Refutation) {
	accepting, refusing := d-1, d
	_, before := impl.DecodeContent(d-1, c.Octets)
	_, after := impl.DecodeContent(d, c.Octets)
	if (before == nil) == (after == nil) {
		if c.Rule != "" {
			return Refuted, &Refutation{Class: c.Rule + "-makes-no-difference", Detail: fmt.Sprintf(
				"%s changed from %s to %s, but %x has one verdict under both: %v", c.Rule, d-1, d, shortened(c.Octets), verdictOf(after))}
		}
		return Holds, nil
	}
	err := after
	if after == nil {
		accepting, refusing, err = d, d-1, before
	}
	if d == spec.Content09 {
		return Refuted, &Refutation{Class: "content-08-and-09-differ", Detail: fmt.Sprintf(
			"%x is accepted under %s and refused under %s, which are the same on the wire: %v", shortened(c.Octets), accepting, refusing, err)}
	}
	if !slices.ContainsFunc(refusedFor(refusing, c.Octets), func(r *spec.Rule) bool { return changed(r, accepting, refusing) }) {
		return Refuted, &Refutation{Class: "no-rule-changed", Detail: fmt.Sprintf(
			"%x is accepted under %s and refused under %s, though no rule that it breaks changed: %v", shortened(c.Octets), accepting, refusing, err)}
	}
	return Holds, nil
}

// verdictOf says in words what an error of a decoder means.
func verdictOf(err error) string {
	if err == nil {
		return "accepted"
	}
	return "refused: " + err.Error()
}
