package reports

import (
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestLedgerCompare(t *testing.T) {
	const property = "messageid/injective"
	signature := Signature(property, "boundary", "reference")
	ledger := Ledger{{Signature: signature, Drafts: []spec.Draft{spec.Content06, spec.Content07}, Explanation: "because", Fix: "mend", FirstSeen: "2026-11-23"}}
	finding := func(d spec.Draft, class string) Finding {
		return Finding{Signature: Signature(property, class, "reference"), Property: property, Draft: d}
	}
	result := func(d spec.Draft, outcome string) PropertyResult {
		return PropertyResult{ID: property, Draft: d, Implementation: "reference", Outcome: outcome}
	}
	checked := []PropertyResult{result(spec.Content06, OutcomeRefuted), result(spec.Content07, OutcomeHolds), result(spec.Content08, OutcomeHolds)}
	both := []Finding{finding(spec.Content06, "boundary"), finding(spec.Content07, "boundary")}
	for _, test := range []struct {
		name       string
		properties []PropertyResult
		findings   []Finding
		unknown    bool
		stopped    bool
		wantNew    int
		wantMissed []spec.Draft
	}{
		{name: "expected ones found", properties: checked, findings: both},
		{name: "another class is new", properties: checked, findings: append(both[:2:2], finding(spec.Content07, "other")), wantNew: 1},
		{name: "not found is missed", properties: checked, wantMissed: []spec.Draft{spec.Content06, spec.Content07}},
		{name: "one of two is missed", properties: checked, findings: both[:1], wantMissed: []spec.Draft{spec.Content07}},
		{name: "under another draft it is new, and missed under its own", properties: checked,
			findings: []Finding{both[0], finding(spec.Content08, "boundary")}, wantNew: 1, wantMissed: []spec.Draft{spec.Content07}},
		{name: "not checked is not missed", properties: checked[2:]},
		{name: "untried is not missed", properties: []PropertyResult{result(spec.Content06, OutcomeUntried)}},
		{name: "not checked to the end is not missed", properties: []PropertyResult{{ID: property, Draft: spec.Content06, Implementation: "reference", Outcome: OutcomeRefuted, Partial: true}}},
		{name: "checked for another implementation is not missed",
			properties: []PropertyResult{{ID: property, Draft: spec.Content06, Implementation: "mutant", Outcome: OutcomeHolds}}},
		{name: "a run that was stopped misses nothing", properties: checked, stopped: true},
		{name: "an unknown property is missed", unknown: true, wantMissed: []spec.Draft{spec.Content06, spec.Content07}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &Record{Complete: !test.stopped, Properties: test.properties, Findings: append([]Finding{}, test.findings...)}
			// The second time finds what the first left behind.
			for range 2 {
				ledger.Compare(r, func(id string) bool { return id == property && !test.unknown })
				if got := len(r.New()); got != test.wantNew {
					t.Errorf("%d new findings, expected %d", got, test.wantNew)
				}
				var missed []spec.Draft
				for _, e := range r.NotFound {
					missed = append(missed, e.Drafts...)
				}
				if spec.DraftsOf(missed...) != spec.DraftsOf(test.wantMissed...) || len(missed) != len(test.wantMissed) {
					t.Errorf("missed %v, expected %v", missed, test.wantMissed)
				}
				for _, f := range r.Findings {
					if f.Expected != (f.Explanation == "because") || f.Expected != (f.Fix == "mend") {
						t.Errorf("expected %t, with explanation %q and fix %q", f.Expected, f.Explanation, f.Fix)
					}
				}
			}
			Ledger{}.Compare(r, func(string) bool { return true })
			if len(r.New()) != len(r.Findings) || len(r.NotFound) != 0 {
				t.Error("an empty ledger expects something")
			}
		})
	}
}

func TestEmbeddedLedger(t *testing.T) {
	ledger := EmbeddedLedger()
	if len(ledger) == 0 {
		t.Fatal("the ledger is empty")
	}
	for _, e := range ledger {
		if !strings.Contains(e.Property(), "/") || e.class() == "" {
			t.Errorf("%q is not a signature", e.Signature)
		}
	}
}

func TestParseLedgerRefuses(t *testing.T) {
	const entry = `{"signature":"a#b@c","drafts":["content-07"],"explanation":"x","fix":"y","firstSeen":"2026-11-23"}`
	if _, err := ParseLedger([]byte("[" + entry + "]")); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"nothing": "", "twice": "[" + entry + "," + entry + "]", "no fix": "[" + strings.Replace(entry, `"y"`, `""`, 1) + "]",
		"no drafts": "[" + strings.Replace(entry, `"content-07"`, "", 1) + "]",
	} {
		if _, err := ParseLedger([]byte(data)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
