package fuzz

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// record writes down what the run did.
func (r *run) record(ctx context.Context) *reports.Record {
	record := &reports.Record{
		Version:    reports.RecordVersion,
		Seed:       r.Seed,
		Started:    r.started.UTC(),
		Complete:   ctx.Err() == nil,
		Properties: []reports.PropertyResult{},
		Findings:   []reports.Finding{},
		NotFound:   []reports.Expected{},
		Layouts:    []reports.LayoutResult{},
		Mutants:    []reports.MutantResult{},
		Memory:     r.memory,
	}
	for i := range r.killed {
		if r.hunted[i] { // of the others it is not known whether they survive
			record.Mutants = append(record.Mutants, r.killed[i])
		}
	}
	for _, t := range r.tasks {
		record.Properties = append(record.Properties, t.result(r.Implementation))
		for _, f := range t.refuted {
			found := r.finding(t, f)
			if !r.Brief && ctx.Err() == nil {
				found.Mending = Mending(found.Case)
			}
			record.Findings = append(record.Findings, found)
		}
	}
	if !r.Brief {
		r.describe(ctx, record)
	}
	record.DurationMS = time.Since(r.started).Milliseconds()
	return record
}

// describe adds what the cases do not change. A run that was stopped does not
// begin with what takes long.
func (r *run) describe(ctx context.Context, record *reports.Record) {
	record.Layouts, record.Rules = KnownLayouts(), RuleResults(record.Mutants)
	if ctx.Err() != nil {
		return
	}
	record.Attacks = r.attacks()
	if slices.ContainsFunc(r.tasks, func(t *task) bool { return t.property.Model() == "roompolicy" }) {
		record.Policies = Policies()
	}
}

// attacks returns what attacks on franking come to, if the run checked franking.
func (r *run) attacks() []reports.AttackResult {
	var drafts spec.Drafts
	for _, t := range r.tasks {
		if t.property.Model() == "franking" {
			drafts |= spec.DraftsOf(t.draft)
		}
	}
	var list []reports.AttackResult
	for _, v := range properties.FrankingMatrix(r.Implementation, drafts) {
		list = append(list, reports.AttackResult{
			Attacker: v.Attacker, Moves: v.Moves, About: v.About, Draft: v.Draft, Mode: v.Mode.String(), Receiver: v.Receiver, Hub: v.Hub, Breaks: v.Breaks,
		})
	}
	return list
}

func (t *task) result(impl properties.Implementation) reports.PropertyResult {
	outcome := reports.OutcomeHolds
	switch {
	case len(t.refuted) > 0:
		outcome = reports.OutcomeRefuted
	case t.cases == 0:
		outcome = reports.OutcomeUntried
	}
	return reports.PropertyResult{
		ID: t.property.ID, Draft: t.draft, Implementation: impl.Name(),
		Statement: t.property.Text, Source: t.property.Source, Rule: t.property.Rule(t.draft),
		Outcome: outcome, Cases: t.cases, Skipped: t.skipped, Known: t.known, DurationMS: t.duration.Milliseconds(),
	}
}

func (r *run) finding(t *task, f *refuted) reports.Finding {
	var c properties.Case
	if f.kept != nil {
		c = *f.kept
	} else {
		c = t.property.Case(t.draft, f.choices)
	}
	c.Note, c.Readings = f.class+": "+t.property.Text, properties.Readings(r.Implementation)
	return reports.Finding{
		Notations: Notations(c.Input),
		Signature: reports.Signature(t.property.ID, f.class, r.Implementation.Name()),
		Property:  t.property.ID, Draft: t.draft, Implementation: r.Implementation.Name(), Rule: t.property.Rule(t.draft),
		Class: f.class, Detail: f.detail, FoundAfter: f.after, Refutations: f.count, Case: []byte(c.String()),
		Repeat: fmt.Sprintf("go run ./cmd/mimifuzz run --property %s --draft %s --seed %d --cases %d", t.property.ID, t.draft, r.Seed, r.Cases) + readingFlags(c.Readings),
	}
}

// readingFlags writes readings as flags of the command line.
func readingFlags(readings map[string]string) string {
	var flags strings.Builder
	for _, id := range slices.Sorted(maps.Keys(readings)) {
		fmt.Fprintf(&flags, " --reading %s=%s", id, readings[id])
	}
	return flags.String()
}
