package conform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/reports"
)

// Record writes a result down as the record of a run: each op is a property, and
// each bug a finding under the draft of its smallest case. A bug that only informs
// is expected. The name is that of the implementation, and repeat the command that
// asks a case again, in which FILE stands for the case.
func (r *Result) Record(name string, expected Expectations, repeat string) *reports.Record {
	record := &reports.Record{
		Version: reports.RecordVersion, Seed: r.Seed, Started: r.Started.UTC(), DurationMS: r.Duration.Milliseconds(), Complete: r.Complete,
		Properties: []reports.PropertyResult{}, Findings: []reports.Finding{}, NotFound: []reports.Expected{}, Layouts: []reports.LayoutResult{}, Mutants: []reports.MutantResult{},
		Conformance: &reports.Conformance{
			Implementation: name, Version: r.Hello.Version, Detail: string(r.Hello.Detail), Readings: r.Hello.Readings,
			Cases: r.Cases, Directed: r.Directed, Stopped: r.Stopped, Further: r.Further, Rows: []reports.ConformanceRow{}, Bugs: []reports.ConformanceBug{},
		},
	}
	for _, row := range r.Table {
		record.Conformance.Rows = append(record.Conformance.Rows, reports.ConformanceRow{Rule: row.Rule, Level: string(row.Level), Outcome: string(row.Outcome), Cases: row.Cases})
	}
	for _, op := range protocol.Ops() {
		for _, d := range op.Drafts().List() {
			if n := r.asked[opDraft{op, d}]; n > 0 {
				record.Properties = append(record.Properties, r.property(name, op, d, n))
			}
		}
	}
	for i := range r.Bugs {
		b := &r.Bugs[i]
		known := expected.find(b.Signature())
		record.Conformance.Bugs = append(record.Conformance.Bugs, reports.ConformanceBug{
			Signature: b.Signature(), Op: string(b.Op), Outcome: string(b.Outcome), Level: string(b.Level), Rule: b.Rule, Place: b.Place,
			Drafts: b.Drafts, Cases: b.Count, Expected: known != nil,
			Detail: b.Detail,
		})
		record.Findings = append(record.Findings, b.finding(name, known, repeat))
	}
	r.notFound(record, name, expected)
	return record
}

// newest returns the newest draft of an op, alone, and of all for the hello.
func newest(op protocol.Op) []spec.Draft {
	drafts := op.Drafts().List()
	if op == protocol.HelloOp {
		drafts = spec.AllDrafts.List()
	}
	return drafts[len(drafts)-1:]
}

// propertyOf is what stands for an op in a record.
func propertyOf(op protocol.Op) string { return "conform/" + string(op) }

func (r *Result) property(name string, op protocol.Op, d spec.Draft, cases int) reports.PropertyResult {
	p := reports.PropertyResult{
		ID: propertyOf(op), Draft: d, Implementation: name, Outcome: reports.OutcomeHolds, Cases: cases,
		Statement: fmt.Sprintf("The implementation answers %s as the reference models do.", op), Source: string(d.Document()),
	}
	if slices.ContainsFunc(r.Bugs, func(b Bug) bool { return b.Op == op && slices.Contains(b.Drafts, d) && b.Level != Information }) {
		p.Outcome = reports.OutcomeRefuted
	}
	return p
}

func (b *Bug) finding(name string, known *Expectation, repeat string) reports.Finding {
	d := b.Case.Request.Draft
	class := strings.TrimPrefix(b.Signature(), string(b.Op)+":")
	f := reports.Finding{
		Signature: reports.Signature(propertyOf(b.Op), class, name), Property: propertyOf(b.Op), Draft: d, Implementation: name, Rule: b.Rule,
		Class: class, Detail: b.Detail, FoundAfter: b.After, Refutations: b.Count, Case: mustJSON(b.Case),
		Notations: fuzz.Notations(mustJSON(b.Case.Request)),
	}
	f.Repeat = strings.ReplaceAll(repeat, "FILE", reports.CaseFile(f.Signature, d))
	switch {
	case b.Level == Information:
		f.Expected, f.Explanation = true, "For information: this breaks nothing that the draft says."
	case known != nil:
		f.Expected, f.Explanation = true, known.Comment
	}
	if f.Expected && f.Explanation == "" {
		f.Explanation = "It is among what is expected, without a comment."
	}
	return f
}

func (r *Result) notFound(record *reports.Record, name string, expected Expectations) {
	comparison := expected.Compare(r)
	for _, group := range []struct {
		list []Expectation
		fix  string
	}{
		{comparison.Gone, "Its cases were asked and agree: take its line out of the expectations."},
		{comparison.Untried, "No case was asked that could show it: ask for longer, and for every op and draft; or take its line out of the expectations."},
	} {
		for _, e := range group.list {
			op, _, _, _ := cutSignature(e.Signature)
			record.NotFound = append(record.NotFound, reports.Expected{
				Signature: reports.Signature(propertyOf(op), strings.TrimPrefix(e.Signature, string(op)+":"), name), Drafts: newest(op),
				Explanation: e.Comment, Fix: group.fix, FirstSeen: "",
			})
		}
	}
}
