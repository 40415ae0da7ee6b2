package properties

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// RoomChecker is the capability to judge the structure of a room's components.
type RoomChecker interface {
	// CheckRoom returns the IDs of the rules on structure that the components
	// break, in any order. It fails if it cannot judge them.
	CheckRoom(d spec.Draft, room *roompolicy.AppDataDictionary) ([]string, error)
}

// CheckRoom implements [RoomChecker].
func (Reference) CheckRoom(d spec.Draft, room *roompolicy.AppDataDictionary) ([]string, error) {
	violations, err := roompolicy.CheckDictionary(room, d)
	if err != nil {
		return nil, err
	}
	ids, _ := BrokenRules(violations)
	return ids, nil
}

// policyStructureProperties are what must hold of judging the structure of a
// room's components. Their oracle is what the generators know of what they drew.
var policyStructureProperties = []*Property{
	New(Statement{
		ID: "roompolicy/structure-valid", Source: policySource + "sections 3 to 7", Drafts: policyDrafts, Cost: 25,
		Text:  "Components that break no rule on structure are not said to break one.",
		Rules: structureRules(),
	}, Check[RoomChecker, gen.Room]{Draw: gen.ValidRoom, Try: tryRoom}),

	New(Statement{
		ID: "roompolicy/structure-one-rule-broken", Source: policySource + "sections 3 to 8; draft-ietf-mimi-protocol, sections 7.5 and 7.6", Drafts: policyDrafts, Cost: 20,
		Text:  "Components that break one rule on structure break it and no other, under exactly the drafts that have it.",
		Rules: structureRules(),
	}, Check[RoomChecker, gen.Room]{Draw: gen.OneRuleBrokenRoom, Try: tryRoom}),

	New(Statement{
		ID: "roompolicy/structure-cases", Source: policySource + "sections 3 to 8; draft-ietf-mimi-protocol, sections 7.5 and 7.6", Drafts: policyDrafts,
		Text:  "Each case of the catalog breaks its rule, or does not, as its side says; and the example policies list reserved capabilities and break no other rule.",
		Rules: structureRules(),
	}, Check[RoomChecker, structureCase]{Known: structureCases, Try: tryStructureCase}),
}

// inForce returns the rules that a draft has, ordered.
func inForce(ids []string, d spec.Draft) []string {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		rule := policyRule(id)
		return rule == nil || !rule.Drafts.Has(d)
	})
	slices.Sort(ids)
	return slices.Compact(ids)
}

func tryRoom(impl RoomChecker, d spec.Draft, r *gen.Room) (Outcome, *Refutation) {
	broken, err := impl.CheckRoom(d, &r.Room)
	if err != nil {
		return Refuted, &Refutation{Class: "not-judged", Detail: fmt.Sprintf("the room is not judged: %v", err)}
	}
	slices.Sort(broken)
	broken = slices.Compact(broken)
	want := inForce(r.Breaks, d)
	for _, id := range want {
		if !slices.Contains(broken, id) {
			return Refuted, &Refutation{Class: ruleName(id) + "-not-seen", Detail: fmt.Sprintf("the room breaks %v, and %q is found", want, broken)}
		}
	}
	for _, id := range broken {
		if !slices.Contains(want, id) {
			return Refuted, &Refutation{Class: ruleName(id) + "-not-broken", Detail: fmt.Sprintf("the room breaks %q, and %q is found", want, broken)}
		}
	}
	return Holds, nil
}

// ruleName returns the part of a rule's ID that is fit for a class.
func ruleName(id string) string {
	if rule := policyRule(id); rule != nil {
		return rule.ID[len("room-policy/"):]
	}
	return "unknown"
}

// structureCase is a case of the catalog under a draft that has its rule.
type structureCase struct {
	Rule string                       `json:"rule"`
	Name string                       `json:"name,omitempty"`
	Side roompolicy.Side              `json:"side"`
	Room roompolicy.AppDataDictionary `json:"room"`
}

func structureCases(d spec.Draft) []structureCase {
	var list []structureCase
	cases := roompolicy.StructureCases()
	for i := range cases {
		c := &cases[i]
		if same := c.Draft == d || c.Draft == spec.RoomPolicy04 && d == spec.RoomPolicy03; same {
			list = append(list, structureCase{Rule: c.Rule, Name: c.Name, Side: c.Side, Room: c.Room})
		}
	}
	if d >= spec.RoomPolicy03 {
		for _, e := range roompolicy.Examples() {
			list = append(list, structureCase{Rule: "room-policy/capability-reserved", Name: "the example " + e.Name, Side: roompolicy.Broken, Room: roompolicy.AppDataDictionary{Policy: *e.Policy}})
		}
	}
	return list
}

// tryStructureCase passes over recommendations other than the rule of the case,
// which a case may need to go against.
func tryStructureCase(impl RoomChecker, d spec.Draft, c *structureCase) (Outcome, *Refutation) {
	broken, err := impl.CheckRoom(d, &c.Room)
	if err != nil {
		return Refuted, &Refutation{Class: "not-judged", Detail: fmt.Sprintf("the room is not judged: %v", err)}
	}
	if found := slices.Contains(broken, c.Rule); found != (c.Side == roompolicy.Broken) {
		return Refuted, &Refutation{Class: ruleName(c.Rule) + "-" + string(c.Side), Detail: fmt.Sprintf("a room on the side %s of %s breaks %q", c.Side, c.Rule, broken)}
	}
	for _, id := range broken {
		if rule := policyRule(id); id != c.Rule && (rule == nil || rule.Level != spec.Should) {
			return Refuted, &Refutation{Class: ruleName(id) + "-not-broken", Detail: fmt.Sprintf("a case of %s breaks %q", c.Rule, broken)}
		}
	}
	return Holds, nil
}
