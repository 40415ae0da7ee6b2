package vectors

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// contentCases makes a vector of each case of the model that is octets, and of
// each report. First come those that are about octets alone: what the others
// say needs a context, without which their octets are mostly valid.
func contentCases(c *collection) {
	cases := content.Cases()
	for _, first := range []bool{true, false} {
		for i := range cases {
			if k := &cases[i]; alone(&k.Context) == first {
				c.addCase(k)
			}
		}
	}
}

func (c *collection) addCase(k *content.Case) {
	var input protocol.Input
	switch k.Context.Kind {
	case content.KindMessage, content.KindVerdict, content.KindReferences, content.KindProcessing, content.KindHistory:
		input = &protocol.ContentInput{Message: k.Octets}
	case content.KindStatus, content.KindStatusOdd:
		input = &protocol.StatusInput{Report: k.Octets}
	default:
		return
	}
	rule := content.RuleByID(k.Rule)
	v := Vector{ID: caseID(k), Rule: rule, Input: input}
	switch {
	case !alone(&k.Context):
		v.Title, v.Flags = "The octets of a case whose context is left out: "+rule.Statement, []Flag{Oddity}
	case k.Side == content.Right:
		v.Title, v.Flags = "Nearly breaks the rule: "+rule.Statement, []Flag{RuleKept}
	default:
		v.Title = "Breaks the rule alone: " + rule.Statement
		if rule.Level != spec.Should {
			v.Flags = []Flag{RuleBroken}
		}
	}
	if alone(&k.Context) {
		v.claims = []claim{claimOf(k, rule)}
	}
	c.add(v, input.Op().Drafts())
}

// alone reports whether a case is about octets, and at most readings.
func alone(k *content.Context) bool {
	return (k.Kind == content.KindMessage || k.Kind == content.KindStatus) &&
		k.NowMs == 0 && k.MaxBody == 0 && k.RegisteredKeys == nil && !k.MoreExtensions && k.Delivery == nil
}

func claimOf(k *content.Case, rule *spec.Rule) claim {
	refused := k.Side == content.Broken && (rule.Level == spec.Must || rule.Level == spec.Syntax || rule.Level == spec.Nonsense)
	made := claim{draft: k.Draft, accepted: !refused, readings: k.Context.Readings}
	if refused {
		made.rule = rule.ID
	}
	return made
}

// caseID names a case by its rule, its side, what is special, and its draft if
// that is not the newest.
func caseID(k *content.Case) string {
	id := k.Rule + "/" + string(k.Side)
	if !alone(&k.Context) {
		id = k.Rule + "/out-of-context/" + string(k.Side)
	}
	if k.Name != "" {
		id += "/" + slug(k.Name)
	}
	if k.Draft != spec.Newest(k.Draft.Document()) {
		id += "/" + k.Draft.String()
	}
	return id
}

// contentExamples makes a vector of each message that the drafts print.
func contentExamples(c *collection) {
	for _, e := range content.Examples() {
		v := Vector{
			ID: "content/example/" + slug(e.Name), Flags: []Flag{Example},
			Title: fmt.Sprintf("The example %q of content-08 and content-09.", e.Name), Input: &protocol.ContentInput{Message: e.Octets},
		}
		for d := spec.Content06; d <= spec.Content09; d++ {
			v.claims = append(v.claims, claim{draft: d, accepted: true})
		}
		c.add(v, v.Op().Drafts())
	}
}
