package roompolicy

import (
	"errors"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func (c *StructureCase) label() string {
	label := c.Rule + "/" + string(c.Side)
	if c.Name != "" {
		label += "/" + c.Name
	}
	return label
}

func ruleIDs(violations spec.Violations) []string {
	var ids []string
	for i := range violations {
		if id := violations[i].Rule.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func structureRule(id string) *spec.Rule {
	for _, rule := range StructureRules() {
		if rule.ID == id {
			return rule
		}
	}
	return nil
}

func TestEachStructureCaseBreaksItsRuleAlone(t *testing.T) {
	for _, c := range StructureCases() {
		rule := structureRule(c.Rule)
		if rule == nil || !rule.Drafts.Has(c.Draft) {
			t.Errorf("%s: no such rule in %s", c.label(), c.Draft)
			continue
		}
		violations, err := CheckDictionary(&c.Room, c.Draft)
		if err != nil {
			t.Errorf("%s: %v", c.label(), err)
			continue
		}
		var want []string
		switch c.Side {
		case Broken:
			want = []string{c.Rule}
		case Right:
		default:
			t.Errorf("%s: unknown side", c.label())
		}
		if c.Side == Right || rule.Level != spec.Should {
			// A case may need what another rule discourages.
			violations = slices.DeleteFunc(violations, func(v spec.Violation) bool { return v.Rule.Level == spec.Should && v.Rule != rule })
		}
		if got := ruleIDs(violations); !slices.Equal(got, want) {
			t.Errorf("%s: breaks %q, expected %q\n%v", c.label(), got, want, violations.Err())
		}
		for _, v := range violations {
			if v.Path == "" || v.Found == "" || v.Limit == "" {
				t.Errorf("%s: incomplete violation %+v", c.label(), v)
			}
		}
	}
}

func TestEachStructureRuleHasCasesOnBothSides(t *testing.T) {
	type key struct {
		rule string
		side Side
	}
	seen := map[key]bool{}
	for _, c := range StructureCases() {
		seen[key{c.Rule, c.Side}] = true
	}
	ids := map[string]bool{}
	for _, rule := range StructureRules() {
		for _, side := range []Side{Broken, Right} {
			if !seen[key{rule.ID, side}] {
				t.Errorf("%s has no case on the side %s", rule.ID, side)
			}
		}
		if rule.Level == "" || rule.Section == "" || rule.Drafts == 0 || rule.Statement == "" || ids[rule.ID] {
			t.Errorf("incomplete or repeated rule %+v", rule)
		}
		ids[rule.ID] = true
	}
	if len(ids) < 70 {
		t.Errorf("%d rules, expected at least 70", len(ids))
	}
}

// TestRulesOfOtherDraftsAreSilent checks every room in every draft.
func TestRulesOfOtherDraftsAreSilent(t *testing.T) {
	for _, c := range StructureCases() {
		for _, draft := range allDrafts.List() {
			violations, err := CheckDictionary(&c.Room, draft)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				if !v.Rule.Drafts.Has(draft) {
					t.Errorf("%s: %s is not in force in %s", c.label(), v.Rule.ID, draft)
				}
			}
		}
	}
	var wrong *DraftError
	if _, err := Check(new(Policy), spec.Protocol06); !errors.As(err, &wrong) {
		t.Errorf("protocol-06 gives %v", err)
	}
}

func TestPathsAreThoseOfJSON(t *testing.T) {
	p, err := DecodePolicyJSON([]byte(`{"roles_list":{"roles":[{"role_index":1,"role_name":"banned"},
		{"role_index":2,"role_name":"a","authorized_role_changes":[{"from_role_index":0,"target_role_indexes":[2,7]}]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	violations, err := Check(p, spec.RoomPolicy04)
	const want = "roles_list.roles[1].authorized_role_changes[0].target_role_indexes[1]"
	if err != nil || len(violations) != 1 || violations[0].Path != want || violations[0].Found != "7" {
		t.Errorf("%v, %v", violations, err)
	}
}
