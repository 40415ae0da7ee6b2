package fuzz

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/explain"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// RuleResults tells of each rule of the models which cases there are, and how
// many mutants of properties that rest on it were killed.
func RuleResults(killed []reports.MutantResult) []reports.RuleResult {
	rules, err := explain.Rules(0)
	if err != nil {
		panic(err) // a test holds that every mutant names a property
	}
	dead := map[string]int{}
	for _, m := range killed {
		p, err := properties.ByID(m.Property)
		if err != nil || !m.Killed {
			continue
		}
		var counted []string
		for _, r := range p.Rules {
			if !slices.Contains(counted, r.ID) {
				counted = append(counted, r.ID)
				dead[r.ID]++
			}
		}
	}
	list := make([]reports.RuleResult, len(rules))
	for i, r := range rules {
		list[i] = reports.RuleResult{
			ID: r.ID, Level: string(r.Level), Section: r.Section, Drafts: r.Drafts, Statement: r.Statement,
			Broken: r.Cases.Broken, Right: r.Cases.Right, Mutants: r.Mutants, Killed: dead[r.ID],
		}
	}
	return list
}
