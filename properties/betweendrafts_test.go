package properties

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestRulesThatChangedAreShown counts the rules that have a message on which
// two neighbouring drafts differ.
func TestRulesThatChangedAreShown(t *testing.T) {
	got := make(map[spec.Draft]int)
	for _, d := range spec.Between(spec.Content05, spec.Content09).List() {
		got[d] = len(changedRules(d))
	}
	want := map[spec.Draft]int{spec.Content05: 0, spec.Content06: 1, spec.Content07: 0, spec.Content08: 42, spec.Content09: 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules that changed from the revision before (-want +got):\n%s", diff)
	}
}
