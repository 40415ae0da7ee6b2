package fuzz

import (
	"github.com/mimifuzz/mimifuzz/fuzz/explain"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

// RuleResults tells of each rule of the models which cases there are, and how
// many of the mutants that are about it were killed.
func RuleResults(killed []reports.MutantResult) []reports.RuleResult {
	rules, err := explain.Rules(0)
	if err != nil {
		panic(err) // a test holds that every mutant names a property
	}
	dead := map[string]int{}
	for _, m := range killed {
		if !m.Killed {
			continue
		}
		mutant, err := mutants.ByID(m.ID)
		if err != nil {
			continue
		}
		ids, err := mutant.RuleIDs()
		if err != nil {
			panic(err)
		}
		for _, id := range ids {
			dead[id]++
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
