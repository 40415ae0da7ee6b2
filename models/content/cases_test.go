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

// TestCasesThatClaimNothingWrong judges claims about what no rule is broken by, or
// that cannot be judged.
func TestCasesThatClaimNothingWrong(t *testing.T) {
	octets := func(text string) (o Octets) {
		if err := o.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return o
	}
	plain, wrong := octets(withExtensions("a0")), octets(withExtensions("a0")+" 00")
	const id = "5820 01 aa*31 "
	for name, test := range map[string]struct {
		draft   spec.Draft
		octets  Octets
		context Context
		broken  bool
	}{
		"a report with a known status is refused":    {spec.MessageStatus01, octets("81 82 " + id + "02"), Context{Kind: KindStatusOdd, Claim: Claim{Verdict: Reject}}, false},
		"a report with an unknown status is refused": {spec.MessageStatus01, octets("81 82 " + id + "07"), Context{Kind: KindStatusOdd, Claim: Claim{Verdict: Reject}}, true},
		"a message grouped with none":                {spec.Content09, plain, Context{Kind: KindGrouping, Claim: Claim{Yes: true}}, false},
		"a message encoded otherwise":                {spec.Content09, plain, Context{Kind: KindReencoding, Claim: Claim{Octets: wrong}}, true},
		"a message encoded as it was":                {spec.Content09, plain, Context{Kind: KindReencoding, Claim: Claim{Octets: plain}}, false},
		"a wrong message encoded otherwise":          {spec.Content09, wrong, Context{Kind: KindReencoding, Claim: Claim{Octets: plain}}, false},
		"a message of content-07 encoded otherwise":  {spec.Content07, plain, Context{Kind: KindReencoding, Claim: Claim{Octets: wrong}}, false},
	} {
		c := &Case{Draft: test.draft, Octets: test.octets, Context: test.context}
		if vs, err := c.Judge(); err != nil || (vs != nil) != test.broken {
			t.Errorf("%s: %v, %v", name, vs.Err(), err)
		}
	}
	if _, err := (&Case{Draft: spec.Content09, Octets: plain, Context: Context{Kind: "?"}}).Judge(); err == nil {
		t.Error("a case of an unknown kind was judged")
	}
}
