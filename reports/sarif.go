package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

const sarifOctets = 4 << 10 // of a sentence that are shown

// The rules of the results that no property speaks of.
const (
	sarifNotFound = "ledger/not-found"
	sarifSurvived = "mutants/survived"
)

// ledgerPath is where the ledger lies in the project, for results that are
// about its entries.
const ledgerPath = "reports/ledger.json"

// WriteSARIF writes the record as SARIF 2.1.0. Its rules are the properties; a
// new finding is an error, an expected one a note that is suppressed with its
// explanation. The fingerprint of a result is the finding's signature and
// draft, so that a scanner tells a new defect from a known one.
func (r *Record) WriteSARIF(w io.Writer) error {
	run := sarif.NewRunWithInformationURI("mimifuzz", "https://github.com/mimifuzz/mimifuzz")
	indexes := make(map[string]int)
	rule := func(id, description string) int {
		if at, ok := indexes[id]; ok {
			return at
		}
		run.AddRule(id).WithDescription(description)
		indexes[id] = len(indexes)
		return indexes[id]
	}
	for _, p := range r.Properties {
		rule(name(p.ID), clipProse(p.Statement, sarifOctets, ""))
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		at := rule(name(f.Property), clipProse(r.property(f.Property).Statement, sarifOctets, ""))
		result := newSARIFResult(name(f.Property), at, "error", fmt.Sprintf("%s under %s. %s", name(f.Class), f.Draft, clipProse(f.Detail, sarifOctets, f.File)),
			sarifLocation(f.File), f.Signature+" "+f.Draft.String())
		if f.Expected {
			result.WithLevel("note")
			result.AddSuppression(sarif.NewSuppression().WithKind("external").WithStatus("accepted").WithJustification(clipProse(f.Explanation, sarifOctets, "")))
		}
		run.AddResult(result)
	}
	for _, e := range r.NotFound {
		at := rule(sarifNotFound, "Every finding of the ledger is found again.")
		run.AddResult(newSARIFResult(sarifNotFound, at, "error", fmt.Sprintf("%s was expected under %s and not found: the defect is mended and the ledger is stale, or the harness went blind.",
			name(e.Signature), draftNames(e.Drafts)), ledgerPath, e.Signature+" not found"))
	}
	for _, m := range r.Survivors() {
		at := rule(sarifSurvived, "Every planted fault is found.")
		run.AddResult(newSARIFResult(sarifSurvived, at, "error", fmt.Sprintf("%s survived %s of %s under %s: %s",
			name(m.ID), plural(m.Cases, "case"), name(m.Property), m.Draft, clipProse(m.Fault, sarifOctets, "")), recordFile, m.ID+" survived"))
	}
	run.WithAutomationDetails(sarif.NewRunAutomationDetails().WithID(r.category()))
	run.AddInvocation(sarif.NewInvocation().WithExecutionSuccessful(r.Complete))
	report := sarif.NewReport()
	report.AddRun(run)
	// A document that fails half way is not written at all.
	var out bytes.Buffer
	if err := report.Write(&out); err != nil {
		return fmt.Errorf("the record cannot be written as SARIF: %w", err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, out.Bytes(), "", "  "); err != nil {
		return fmt.Errorf("the record cannot be written as SARIF: %w", err)
	}
	_, err := w.Write(append(harmlessJSON(indented.Bytes()), '\n'))
	return err
}

// category tells the results of a campaign from those of a run: a scanner takes
// what lacks in newer results of one category for mended.
func (r *Record) category() string {
	if len(r.Targets) > 0 {
		return "mimifuzz/campaign/"
	}
	return "mimifuzz/run/"
}

func newSARIFResult(ruleID string, ruleIndex int, level, message, path, fingerprint string) *sarif.Result {
	location := sarif.NewPhysicalLocation().
		WithArtifactLocation(sarif.NewSimpleArtifactLocation(path)).
		WithRegion(sarif.NewRegion().WithStartLine(1))
	return sarif.NewRuleResult(ruleID).WithRuleIndex(ruleIndex).WithLevel(level).
		WithMessage(sarif.NewTextMessage(message)).
		AddLocation(sarif.NewLocationWithPhysicalLocation(location)).
		WithPartialFingerprints(map[string]string{"mimifuzzSignature/v1": Escape(fingerprint)})
}

// sarifLocation returns where a case lies. A record that was read could name
// any place: only the cases beside the record are named.
func sarifLocation(file string) string {
	if link := caseLink(file); link != "" {
		return link
	}
	return recordFile
}
