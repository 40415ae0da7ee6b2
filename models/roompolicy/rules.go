package roompolicy

import (
	"cmp"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Rules returns every rule of this package, on structure and on decisions,
// ordered by ID. They are shared: do not change them.
func Rules() []*spec.Rule { return sortedRules(structureRules, decisionRules) }

// sortedRules returns the rules of some lists, ordered by ID.
func sortedRules(lists ...[]*spec.Rule) []*spec.Rule {
	list := slices.Concat(lists...)
	slices.SortFunc(list, func(a, b *spec.Rule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// RuleByID returns the rule with an ID, nil if there is none.
func RuleByID(id string) *spec.Rule {
	for _, rules := range [][]*spec.Rule{structureRules, decisionRules} {
		for _, rule := range rules {
			if rule.ID == id {
				return rule
			}
		}
	}
	return nil
}
