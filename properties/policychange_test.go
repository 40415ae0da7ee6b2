package properties

import (
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// change is a kind of action that is decided otherwise since a draft.
type change struct {
	since spec.Draft
	kind  roompolicy.ActionKind
	now   string
}

// changedSince reports whether an action is decided otherwise under a draft than
// under the one before.
func changedSince(t testing.TB, d spec.Draft, c *changedDecision) (change, bool) {
	t.Helper()
	var impl Reference
	before, err := impl.DecideAction(d-1, c.Readings, c.Policy, c.State, c.Action)
	if err != nil {
		t.Fatal(err)
	}
	now, err := impl.DecideAction(d, c.Readings, c.Policy, c.State, c.Action)
	if err != nil {
		t.Fatal(err)
	}
	return change{d, c.Action.Kind, verdict(now)}, before != now
}

// TestEveryChangeIsKnown searches for actions that one draft decides otherwise
// than the one before, and holds that a room is kept for each kind of them.
func TestEveryChangeIsKnown(t *testing.T) {
	p, err := ByID("roompolicy/between-drafts")
	if err != nil {
		t.Fatal(err)
	}
	tries := 60_000
	if testing.Short() {
		tries = 5_000
	}
	for _, d := range p.Drafts.List() {
		var kept []change
		for _, c := range changedDecisions(d) {
			if c.Now == "" {
				continue
			}
			if is, differs := changedSince(t, d, &c); differs && !slices.Contains(kept, is) {
				kept = append(kept, is)
			} else {
				t.Errorf("%s: %s: %s: kept twice, or decided as before", d, c.State, c.Action)
			}
		}
		var tape gen.Tape
		tape.Seed(1, uint64(d))
		for range tries {
			tape.Clear()
			c := drawChangedDecision(d, &tape)
			is, differs := changedSince(t, d, &c)
			if !differs || slices.Contains(kept, is) {
				continue
			}
			kept = append(kept, is)
			small := gen.Shrink(slices.Clone(tape.Choices()), func(candidate []uint16) ([]uint16, []gen.Span, bool) {
				var again gen.Tape
				again.Rewind(candidate)
				c := drawChangedDecision(d, &again)
				found, differs := changedSince(t, d, &c)
				return again.Choices(), again.Spans(), differs && found == is
			})
			t.Errorf("no room is kept that shows %v: %s", is, p.Case(d, small))
		}
	}
}
