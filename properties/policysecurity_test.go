package properties

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestRoomsOfTheExamples holds the security properties in every room that was
// mended, and sees each refuted in example policies only, by a story that a
// reader can follow.
func TestRoomsOfTheExamples(t *testing.T) {
	refuted := map[string]int{}
	for _, p := range policySecurityProperties {
		for _, d := range p.Drafts.List() {
			for _, c := range p.Known(d) {
				outcome, refutation, err := p.Replay(Reference{}, &c)
				var v vetted
				if err != nil || json.Unmarshal(c.Input, &v) != nil {
					t.Fatalf("%v: %v", c, err)
				}
				_, mended := mendedRooms[v.Room]
				switch {
				case outcome == Holds:
				case mended:
					t.Errorf("%s in the room %q: %s", p.ID, v.Room, refutation.Detail)
				case outcome != Refuted:
					t.Errorf("%v: %v", c, outcome)
				default:
					refuted[p.ID]++
					if !strings.HasPrefix(refutation.Class, strings.TrimPrefix(v.Room, "alone with ")) || !strings.Contains(refutation.Detail, ".") {
						t.Errorf("%s: %s: %s", p.ID, refutation.Class, refutation.Detail)
					}
				}
			}
		}
	}
	// These two hold by the rules on bounds, whatever the policy; escalation needs
	// claims, which the examples have none of.
	for _, p := range policySecurityProperties {
		holds := p.ID == "roompolicy/escalation" || p.ID == "roompolicy/bounds-hold" || p.ID == "roompolicy/base-limits-bind"
		if holds != (refuted[p.ID] == 0) {
			t.Errorf("%s was refuted %d times", p.ID, refuted[p.ID])
		}
	}
}

// TestReadingsReachTheSearch holds that the rooms are searched under the readings
// that the reference is asked under, and that a property says nothing under one
// that no search follows.
func TestReadingsReachTheSearch(t *testing.T) {
	p, err := ByID("roompolicy/ban-sticks")
	if err != nil {
		t.Fatal(err)
	}
	c := p.newCase(spec.RoomPolicy04, vetted{Room: "strict"})
	for readings, want := range map[string]Outcome{
		"": Refuted, "room-policy/role-zero-holder=nobody": Holds, "room-policy/preauth-role=whole-role": Skipped,
	} {
		chosen := map[string]string{}
		if id, name, ok := strings.Cut(readings, "="); ok {
			chosen[id] = name
		}
		under, err := WithReadings(chosen)
		if err != nil {
			t.Fatal(err)
		}
		if outcome, refutation, err := p.Replay(under, &c); err != nil || outcome != want {
			t.Errorf("%q: %v, expected %v: %v, %v", readings, outcome, want, refutation, err)
		}
	}
}

func TestSecurityRules(t *testing.T) {
	for _, p := range policySecurityProperties {
		if roompolicy.RuleByID(securityRules[p.ID]) == nil {
			t.Errorf("%s rests on no rule", p.ID)
		}
	}
	if len(securityRules) != len(policySecurityProperties) {
		t.Errorf("%d rules for %d properties", len(securityRules), len(policySecurityProperties))
	}
	if _, err := VettedRoom("nowhere", 0); err == nil {
		t.Error("a room that there is not is vetted")
	}
}
