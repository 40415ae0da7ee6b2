package reports

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestCompare(t *testing.T) {
	if c := Compare(fixture(), fixture()); !c.Equal() {
		t.Errorf("a record differs from itself: %+v", c)
	}
	old, changed := fixture(), fixture()
	changed.Findings = slices.Delete(changed.Findings, 3, 4)
	changed.Findings[0].Signature = "messageid/injective#other@reference"
	changed.Properties[5].Outcome = OutcomeRefuted
	changed.Layouts[0].Verdicts[0].Verdict = "injective"
	changed.Mutants[1].Killed = true
	changed.Mutants[2].ID = "messageid/fresh"
	c := Compare(old, changed)
	if len(c.Appeared) != 1 || c.Appeared[0].Signature != "messageid/injective#other@reference" {
		t.Errorf("appeared: %+v", c.Appeared)
	}
	if len(c.Went) != 2 || c.Went[1].Draft != spec.Content09 || c.Went[1].Expected {
		t.Errorf("went: %+v", c.Went)
	}
	want := []Change{
		{"layout sender room message for URIs of octets", "ambiguous", "injective"},
		{"messageid/order under content-07", "holds", "refuted"},
		{"mutant messageid/no-salt", "survived", "killed"},
	}
	if !slices.Equal(c.Changed, want) {
		t.Errorf("changed: %+v", c.Changed)
	}
	if !slices.Equal(c.NoLonger, []string{"mutant messageid/wraps"}) || !slices.Equal(c.Newly, []string{"mutant messageid/fresh"}) {
		t.Errorf("checked: %v %v", c.NoLonger, c.Newly)
	}
	var out bytes.Buffer
	if err := c.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"appeared:\n  messageid/injective#other", "went:\n", "messageid/order under content-07: refuted, was holds"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("it lacks %q:\n%s", part, out.String())
		}
	}
}

func TestComparisonHasNoNull(t *testing.T) {
	data, err := json.Marshal(Compare(&Record{}, &Record{}))
	if err != nil || bytes.Contains(data, []byte("null")) {
		t.Errorf("%s, %v", data, err)
	}
}

func TestComparisonIsEscaped(t *testing.T) {
	for name, s := range hostile {
		var out bytes.Buffer
		if err := Compare(fixture(), filled(s)).WriteText(&out); err != nil {
			t.Fatal(err)
		}
		if i := bytes.IndexFunc(out.Bytes(), func(r rune) bool { return !showable(r) && r != '\n' }); i >= 0 {
			t.Errorf("%s: octet %d is not shown as itself", name, i)
		}
	}
}
