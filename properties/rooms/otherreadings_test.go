package rooms

import (
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// TestOtherReadingsAreTold holds that a finding names the readings under which it
// goes away, and that each search under another reading says what a search under
// that reading alone does.
func TestOtherReadingsAreTold(t *testing.T) {
	room := exampleRoom("strict", 3)
	report := vet(t, room)
	calls := 0
	if err := report.TellOtherReadings(t.Context(), &room, Limits{}, func(done, all int) { calls++ }); err != nil {
		t.Fatal(err)
	}
	if calls != len(report.OtherReadings) || calls != len(followedReadings()) {
		t.Errorf("%d readings, %d told, %d followed", calls, len(report.OtherReadings), len(followedReadings()))
	}
	changed := 0
	for _, o := range report.OtherReadings {
		changed += oneIf(len(o.New)+len(o.Gone)+len(o.Changed) > 0)
		under := room
		var err error
		if under.Readings, err = roompolicy.ParseReadings(o.Reading); err != nil {
			t.Fatal(err)
		}
		found := vet(t, under).byProperty()
		for _, f := range report.Findings {
			if gone := slices.Contains(f.GoneUnder, o.Reading); gone != (found[f.Property] == nil) {
				t.Errorf("%s under %s: gone %v", f.Property, o.Reading, gone)
			}
		}
		for _, id := range o.New {
			if found[id] == nil || report.byProperty()[id] != nil {
				t.Errorf("%s is not new under %s", id, o.Reading)
			}
		}
	}
	if changed == 0 || changed == len(report.OtherReadings) {
		t.Errorf("%d readings of %d make a difference", changed, len(report.OtherReadings))
	}
	var b strings.Builder
	if err := report.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Not under: bounds-scope=all-roles or role-zero-holder=nobody.", "  bounds=pre-state: ", "  No difference: "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text does not say %q", want)
		}
	}
}

// TestAChosenReadingHasNeighbours holds that beside a reading that is chosen the
// default is another one.
func TestAChosenReadingHasNeighbours(t *testing.T) {
	chosen, err := roompolicy.ParseReadings("bounds=pre-state")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range neighbours(chosen) {
		names = append(names, n.name)
	}
	if !slices.Contains(names, "bounds=post-state") || !slices.Contains(names, "bounds=delta") || slices.Contains(names, "bounds=pre-state") {
		t.Errorf("beside %s: %v", chosen, names)
	}
}
