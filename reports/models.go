package reports

import (
	"slices"
	"strings"
)

// modelSummary is what the record tells of the properties of one model.
type modelSummary struct {
	Name            string
	Properties      int
	Cases           int
	New, Expected   int // defects
	Mutants, Killed int
	ids             []string
}

// models sums up the record by model, the first part of a property's ID, in
// the order of the record.
func (r *Record) models() []*modelSummary {
	var list []*modelSummary
	of := func(property string) *modelSummary {
		model, _, _ := strings.Cut(property, "/")
		if at := slices.IndexFunc(list, func(m *modelSummary) bool { return m.Name == model }); at >= 0 {
			return list[at]
		}
		list = append(list, &modelSummary{Name: model})
		return list[len(list)-1]
	}
	for i := range r.Properties {
		p := &r.Properties[i]
		m := of(p.ID)
		m.Cases += p.Cases
		if !slices.Contains(m.ids, p.ID) {
			m.ids = append(m.ids, p.ID)
			m.Properties++
		}
	}
	for _, d := range r.defects() {
		m := of(d.first().Property)
		if d.first().Expected {
			m.Expected++
		} else {
			m.New++
		}
	}
	for i := range r.Mutants {
		m := of(r.Mutants[i].Property)
		m.Mutants++
		if r.Mutants[i].Killed {
			m.Killed++
		}
	}
	return list
}
