package gen

import (
	"bytes"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

var statusDrafts = spec.Between(spec.MessageStatus00, spec.MessageStatus01)

// TestDrawnReportsAreValid confirms by the model that reports are valid, and
// that encodings of both sorts are drawn.
func TestDrawnReportsAreValid(t *testing.T) {
	for _, d := range statusDrafts.List() {
		var tape Tape
		if r := ValidReport(d, &tape); !bytes.Equal(r.Octets, []byte{0x80}) {
			t.Errorf("a tape of zeros gives %x", r.Octets)
		}
		tape.Seed(1, uint64(d))
		deterministic, loose := 0, 0
		for range 5000 {
			tape.Clear()
			r := ValidReport(d, &tape)
			for _, octets := range [][]byte{r.Octets, r.Again} {
				if result, err := content.CheckStatus(octets, d); err != nil || result.Verdict != content.Accept {
					t.Fatalf("%x under %s: %v, %v", octets, d, result.Violations, err)
				}
			}
			if bytes.Equal(r.Octets, r.Again) {
				deterministic++
			} else {
				loose++
			}
		}
		if deterministic < 1000 || loose < 1000 {
			t.Errorf("%d deterministic reports and %d others, expected many of both", deterministic, loose)
		}
	}
}

// TestOneRuleOfReportsIsBroken confirms by the model that each flaw breaks its
// rule and no other.
func TestOneRuleOfReportsIsBroken(t *testing.T) {
	for _, d := range statusDrafts.List() {
		var tape Tape
		tape.Seed(1, uint64(d))
		seen := make(map[string]bool)
		for range 20_000 {
			tape.Clear()
			b := BrokenReport(d, &tape)
			seen[b.Rule] = true
			result, err := content.CheckStatus(b.Octets, d)
			if err != nil {
				t.Fatal(err)
			}
			if result.Verdict == content.Accept {
				t.Fatalf("%x breaks %s under %s and is accepted", b.Octets, b.Rule, d)
			}
			for _, v := range result.Violations {
				if v.Rule.ID != b.Rule {
					t.Fatalf("%x is to break %s under %s: %v", b.Octets, b.Rule, d, result.Violations)
				}
			}
		}
		for _, f := range reportFlaws {
			if !seen[f.rule] {
				t.Errorf("%s was never broken", f.rule)
			}
		}
	}
}
