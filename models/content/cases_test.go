package content

import (
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func ruleIDs(violations spec.Violations) []string {
	var ids []string
	for i := range violations {
		if id := violations[i].Rule.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *Case) label() string {
	label := c.Rule + "/" + string(c.Side) + "/" + c.Draft.String()
	if c.Name != "" {
		label += "/" + c.Name
	}
	return label
}

func TestEachCaseBreaksItsRuleAlone(t *testing.T) {
	if len(Cases()) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range Cases() {
		rule := RuleByID(c.Rule)
		if rule == nil {
			t.Errorf("%s: no such rule", c.label())
			continue
		}
		if !rule.Drafts.Has(c.Draft) && len(c.Context.Readings) == 0 {
			t.Errorf("%s: the rule is not in force", c.label())
		}
		violations, err := c.Judge()
		if err != nil {
			t.Errorf("%s: %v", c.label(), err)
			continue
		}
		var want []string
		switch c.Side {
		case Broken:
			want = []string{c.Rule}
		case Right:
			// A case may need what another rule discourages.
			violations = slices.DeleteFunc(violations, func(v spec.Violation) bool { return v.Rule.Level == spec.Should && v.Rule != rule })
		default:
			t.Errorf("%s: unknown side", c.label())
		}
		if got := ruleIDs(violations); !slices.Equal(got, want) {
			t.Errorf("%s: breaks %q, expected %q\n%v\noctets %x", c.label(), got, want, violations.Err(), short(c.Octets))
		}
	}
}

func short(b []byte) []byte { return b[:min(len(b), 200)] }

func TestEachRuleHasCasesOnBothSides(t *testing.T) {
	type key struct {
		rule string
		side Side
	}
	seen := map[key]bool{}
	for _, c := range Cases() {
		seen[key{c.Rule, c.Side}] = true
	}
	for _, rule := range Rules() {
		for _, side := range []Side{Broken, Right} {
			if !seen[key{rule.ID, side}] {
				t.Errorf("%s has no case on the side %s", rule.ID, side)
			}
		}
	}
}

func TestRulesAreComplete(t *testing.T) {
	if got := len(Rules()); got < 170 {
		t.Errorf("%d rules, expected at least 170", got)
	}
	ids := map[string]bool{}
	for _, rule := range Rules() {
		if rule.ID == "" || rule.Level == "" || rule.Section == "" || rule.Drafts == 0 || rule.Statement == "" {
			t.Errorf("incomplete rule %+v", rule)
		}
		if ids[rule.ID] {
			t.Errorf("two rules %s", rule.ID)
		}
		ids[rule.ID] = true
	}
}

func TestExamplesAreAccepted(t *testing.T) {
	if len(Examples()) != 14 {
		t.Fatalf("%d examples, expected 14", len(Examples()))
	}
	for _, draft := range []spec.Draft{spec.Content06, spec.Content07, spec.Content08, spec.Content09} {
		for _, e := range Examples() {
			result, err := Check(e.Octets, Options{Draft: draft})
			if err != nil || result.Verdict != Accept || len(result.Violations) > 0 {
				t.Errorf("%s under %v: %s, %v\n%v", e.Name, draft, result.Verdict, err, result.Violations.Err())
			}
		}
	}
}
