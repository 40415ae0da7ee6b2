package reports

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAccept(t *testing.T) {
	r := fixture()
	const fresh, stale = "messageid/order#not-total@reference", "messageid/order#wrong-end@reference"
	ledger, outcome, err := Ledger{}.Accept(r, Expected{Signature: fresh, Explanation: "Two are equal.", Fix: "Order them."})
	if err != nil || len(ledger) != 1 || ledger[0].FirstSeen != "2026-11-23" || fmt.Sprint(ledger[0].Drafts) != "[content-09]" {
		t.Fatalf("%+v, %s, %v", ledger, outcome, err)
	}
	// What the run did not check stays: here content-05. What it looked for in vain goes.
	ledger = append(ledger, Expected{Signature: stale, Drafts: r.NotFound[0].Drafts, Explanation: "x", Fix: "y", FirstSeen: "2026-11-01"})
	ledger[1].Drafts = append(ledger[1].Drafts, r.Properties[0].Draft)
	after, _, err := ledger.Accept(r, Expected{Signature: stale})
	if err != nil || fmt.Sprint(after[1].Drafts) != "[content-05]" || after[1].Explanation != "x" {
		t.Errorf("%+v, %v", after, err)
	}
	if len(ledger[1].Drafts) != 3 {
		t.Errorf("the ledger itself was changed: %+v", ledger[1])
	}
	ledger[1].Drafts = r.NotFound[0].Drafts
	if after, outcome, err := ledger.Accept(r, Expected{Signature: stale}); err != nil || len(after) != 1 || !strings.Contains(outcome, "removed") {
		t.Errorf("%+v, %s, %v", after, outcome, err)
	}
	if _, _, err := (Ledger{}).Accept(r, Expected{Signature: fresh}); err == nil || !strings.Contains(err.Error(), "explanation") {
		t.Errorf("an entry without a word: %v", err)
	}
	if _, _, err := (Ledger{}).Accept(r, Expected{Signature: "messageid/order#none@reference"}); err == nil || !strings.Contains(err.Error(), "no finding") {
		t.Errorf("a finding that is not there: %v", err)
	}
	r.Complete = false
	if _, _, err := (Ledger{}).Accept(r, Expected{Signature: fresh, Explanation: "x", Fix: "y"}); !errors.Is(err, ErrIncomplete) {
		t.Errorf("a run that was stopped: %v", err)
	}
}

func TestLedgerWritesItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.json")
	if err := EmbeddedLedger().WriteFile(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || string(data) != string(ledgerJSON) {
		t.Errorf("the ledger is written otherwise than it is kept: %v\n%s", err, data)
	}
}
