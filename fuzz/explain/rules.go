package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// Rule is a rule of a model with what there is to show it.
type Rule struct {
	ID        string       `json:"id"`
	Level     spec.Level   `json:"level"`
	Section   string       `json:"section"`
	Drafts    []spec.Draft `json:"drafts"` // in which it is in force
	Statement string       `json:"statement"`
	Cases     CaseCount    `json:"cases"`
	Mutants   int          `json:"mutants"` // that do not check the rule, or whose property rests on it
}

// CaseCount counts the cases on both sides of a rule.
type CaseCount struct {
	Broken int `json:"broken"`
	Right  int `json:"right"`
}

// Rules returns the rules of every model, ordered by ID. With a draft it
// returns those that are in force there.
func Rules(draft spec.Draft) ([]Rule, error) {
	cases := modelCases()
	killers := map[string]int{}
	for _, m := range mutants.All() {
		ids, err := m.RuleIDs()
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			killers[id]++
		}
	}
	list := []Rule{}
	for _, r := range modelRules() {
		if draft.Valid() && !r.Drafts.Has(draft) {
			continue
		}
		list = append(list, Rule{
			ID: r.ID, Level: r.Level, Section: r.Section, Drafts: r.Drafts.List(), Statement: r.Statement, Cases: cases[r.ID], Mutants: killers[r.ID],
		})
	}
	return list, nil
}

// modelCases counts the cases of each rule, by its ID. For a rule on decisions
// those are broken that it denies.
func modelCases() map[string]CaseCount {
	cases := map[string]CaseCount{}
	count := func(rule string, broken bool) {
		n := cases[rule]
		if broken {
			n.Broken++
		} else {
			n.Right++
		}
		cases[rule] = n
	}
	for _, c := range content.Cases() {
		count(c.Rule, c.Side == content.Broken)
	}
	for _, c := range roompolicy.StructureCases() {
		count(c.Rule, c.Side == roompolicy.Broken)
	}
	for _, c := range roompolicy.DecisionCases() {
		count(c.Rule.ID, !c.Allowed)
	}
	return cases
}

// modelRules returns the rules of the models, each ID once, ordered by ID. Two
// models may judge one rule, each from its side; it has one definition.
func modelRules() []*spec.Rule {
	rules := slices.Concat(content.Rules(), messageid.Rules(), franking.Rules(), roompolicy.Rules())
	slices.SortStableFunc(rules, func(a, b *spec.Rule) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(rules, func(a, b *spec.Rule) bool { return a.ID == b.ID })
}

// WriteRules writes rules for a person.
func WriteRules(w io.Writer, rules []Rule) error {
	var b strings.Builder
	for _, r := range rules {
		fmt.Fprintf(&b, "%s  %s, section %s, %s\n  %s\n  cases: %d broken, %d right; mutants: %d\n",
			r.ID, r.Level, r.Section, spec.DraftsOf(r.Drafts...), r.Statement, r.Cases.Broken, r.Cases.Right, r.Mutants)
	}
	fmt.Fprintf(&b, "%s\n", count(len(rules), "rule"))
	_, err := io.WriteString(w, b.String())
	return err
}
