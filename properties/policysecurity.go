package properties

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// RoomVetter is the capability to say what can go wrong in a room.
type RoomVetter interface {
	// VetRoom explores a room. The room is not kept or changed, and the report
	// is not changed later.
	VetRoom(room *rooms.Room) (*rooms.Report, error)
}

// VetRoom implements [RoomVetter].
func (Reference) VetRoom(room *rooms.Room) (*rooms.Report, error) {
	return rooms.Vet(context.Background(), room, rooms.Limits{Workers: 1})
}

// vettedUsers is how many users there are in the rooms of the properties. More
// make no difference to what is found, only longer searches.
const vettedUsers = 3

// policyDrafts are those of the room policy. The third and the fourth are the
// same on the wire.
var policyDrafts = spec.Between(spec.RoomPolicy01, spec.RoomPolicy04)

// vetted is one finding that there may be in a room.
type vetted struct {
	Room string `json:"room"`
	Nth  int    `json:"nth"` // of the findings of the property, from 0
}

// mostFindings is how many findings of one property in one room are told.
const mostFindings = 3

// VettedRoom returns a room of the properties by its name: that of an example
// policy, with the external senders that it has roles for; "alone with " and
// the name, without them; or that of a policy with something mended.
func VettedRoom(name string, d spec.Draft) (*rooms.Room, error) {
	if make, ok := mendedRooms[name]; ok {
		room := make()
		room.Draft, room.Users = d, vettedUsers
		return room, nil
	}
	example, alone := strings.CutPrefix(name, "alone with ")
	policy := roompolicy.ExampleByName(example)
	if policy == nil {
		return nil, fmt.Errorf("unknown room %q", name)
	}
	room := &rooms.Room{Draft: d, Policy: policy, Users: vettedUsers}
	if !alone {
		room.Senders = rooms.SystemRoles(policy.Roles)
	}
	return room, nil
}

// mendedRooms are rooms in which some properties hold that no example policy
// keeps.
var mendedRooms = map[string]func() *rooms.Room{
	// A room of which every word is of use.
	"plain": func() *rooms.Room {
		return &rooms.Room{Policy: &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: []roompolicy.Role{{
			RoleIndex: 2, RoleName: "member", RoleCapabilities: []roompolicy.Capability{
				roompolicy.CanRemoveSelf, roompolicy.CanAddParticipant, roompolicy.CanAddOwnClient, roompolicy.CanRemoveParticipant, roompolicy.CanSendMessage,
			},
			AuthorizedRoleChanges: []roompolicy.SingleSourceRoleChangeTargets{{FromRoleIndex: 0, TargetRoleIndexes: []uint32{2}}, {FromRoleIndex: 2, TargetRoleIndexes: []uint32{0}}},
		}}}}}
	},
	"cooperative without kicks": func() *rooms.Room {
		room := editedExample("cooperative", func(p *roompolicy.Policy) {
			role := p.Roles.Role(3)
			role.RoleCapabilities = slices.DeleteFunc(role.RoleCapabilities, func(c roompolicy.Capability) bool { return c == roompolicy.CanKick })
		})
		return room
	},
	"cooperative for two": func() *rooms.Room {
		return editedExample("cooperative", func(p *roompolicy.Policy) {
			p.Base = &roompolicy.BaseRoomPolicy{MultiDevice: true, MaxUsers: roompolicy.Some[uint32](2)}
		})
	},
	"strict with one on stage": func() *rooms.Room {
		room := editedExample("strict", func(p *roompolicy.Policy) {
			p.Roles.Role(4).MaximumActiveParticipantsConstraint = roompolicy.Some[uint32](1)
		})
		readings, err := roompolicy.ParseReadings("addown-max=checked")
		if err != nil {
			panic(err) // it is one of the model
		}
		room.Readings = readings
		return room
	},
}

// editedExample returns the room of an example policy with something changed.
func editedExample(name string, edit func(*roompolicy.Policy)) *rooms.Room {
	room := &rooms.Room{Policy: ClonePolicy(roompolicy.ExampleByName(name))}
	edit(room.Policy)
	room.Senders = rooms.SystemRoles(room.Policy.Roles)
	return room
}

// ClonePolicy returns a copy of a policy that shares nothing with it.
func ClonePolicy(policy *roompolicy.Policy) *roompolicy.Policy {
	octets, err := roompolicy.EncodeJSON(policy)
	if err != nil {
		panic(err) // the policies here are valid
	}
	clone, err := roompolicy.DecodePolicyJSON(octets)
	if err != nil {
		panic(err)
	}
	return clone
}

// reports are those of the reference, which every property asks for.
var vetReports sync.Map // vetKey to *rooms.Report

type vetKey struct {
	room  string
	draft spec.Draft
}

// vetRoom asks an implementation about a room.
func vetRoom(impl RoomVetter, name string, d spec.Draft) (*rooms.Report, error) {
	key := vetKey{name, d}
	_, isReference := impl.(Reference)
	if isReference {
		if report, ok := vetReports.Load(key); ok {
			return report.(*rooms.Report), nil
		}
	}
	room, err := VettedRoom(name, d)
	if err != nil {
		return nil, err
	}
	report, err := impl.VetRoom(room)
	if err == nil && isReference {
		vetReports.Store(key, report)
	}
	return report, err
}

// securityRooms are the rooms in which each property is checked beside those of
// the example policies: where a property is kept, a fault can break it.
var securityRooms = map[string][]string{
	"roompolicy/out-of-reach":     {"plain", "cooperative without kicks"},
	"roompolicy/base-limits-bind": {"plain", "cooperative for two"},
	"roompolicy/bounds-hold":      {"plain", "strict with one on stage"},
}

// securityRules names the rule that each property rests on.
var securityRules = map[string]string{
	"roompolicy/ban-sticks":           "room-policy/ban-capability",
	"roompolicy/ban-outranks":         "room-policy/ban-capability",
	"roompolicy/out-of-reach":         "room-policy/kick-capability",
	"roompolicy/escalation":           "room-policy/change-own-role-capability",
	"roompolicy/demotion-lasts":       "room-policy/change-role-capability",
	"roompolicy/administrable":        "room-policy/remove-self-capability",
	"roompolicy/removal-lasts":        "room-policy/remove-capability",
	"roompolicy/can-return":           "room-policy/kick-capability",
	"roompolicy/can-leave":            "room-policy/remove-self-capability",
	"roompolicy/unremovable":          "room-policy/remove-capability",
	"roompolicy/bounds-hold":          "room-policy/add-capability",
	"roompolicy/base-limits-bind":     "room-policy/add-capability",
	"roompolicy/dead-role":            "room-policy/add-capability",
	"roompolicy/dead-capability":      "room-policy/capability-unknown-grants-nothing",
	"roompolicy/dead-role-change":     "room-policy/change-role-capability",
	"roompolicy/capability-swallowed": "room-policy/change-role-capability",
}

var policySecurityProperties = func() (list []*Property) {
	for _, check := range rooms.Checks() {
		list = append(list, newSecurityProperty(&check))
	}
	return list
}()

// newSecurityProperty makes the property that a check of rooms is silent.
func newSecurityProperty(check *rooms.Check) *Property {
	rule := roompolicy.RuleByID(securityRules[check.ID])
	statement := Statement{
		ID: check.ID, Text: check.Statement, Source: check.Source, Drafts: policyDrafts,
		Rules: []*spec.Rule{rule}, Cost: 100,
	}
	return New(statement, Check[RoomVetter, vetted]{
		Known: func(spec.Draft) (values []vetted) {
			names := slices.Clone(securityRooms[check.ID])
			if names == nil {
				names = []string{"plain"}
			}
			for _, e := range roompolicy.Examples() {
				names = append(names, e.Name, "alone with "+e.Name)
			}
			for _, name := range names {
				for nth := range mostFindings {
					values = append(values, vetted{name, nth})
				}
			}
			return values
		},
		Try: func(impl RoomVetter, d spec.Draft, v *vetted) (Outcome, *Refutation) {
			report, err := vetRoom(impl, v.Room, d)
			if unread := (*rooms.Error)(nil); errors.As(err, &unread) && unread.Field == "Readings" {
				return Skipped, nil // no search follows the readings that are asked for
			}
			if err != nil {
				return Refuted, &Refutation{Class: "cannot-be-explored", Detail: err.Error()}
			}
			if !report.Exhausted {
				return Refuted, &Refutation{Class: "not-exhausted", Detail: report.Stopped}
			}
			nth := 0
			for i := range report.Findings {
				f := &report.Findings[i]
				if f.Property != check.ID {
					continue
				}
				if nth == v.Nth {
					return Refuted, &Refutation{Class: securityClass(v.Room, f), Detail: tellFinding(f)}
				}
				nth++
			}
			return Holds, nil // or there are not so many findings
		},
	})
}

// securityClass tells the findings of a property apart: by policy and by the
// rule at fault.
func securityClass(room string, f *rooms.Finding) string {
	class := strings.ReplaceAll(strings.TrimPrefix(room, "alone with "), " ", "-")
	if rule := strings.TrimPrefix(f.Rule, "room-policy/"); rule != "" {
		class += "-by-" + rule
	}
	return class
}

// tellFinding tells a finding as a short story.
func tellFinding(f *rooms.Finding) string {
	var b strings.Builder
	b.WriteString(f.Summary)
	if len(f.Trace) > 0 {
		fmt.Fprintf(&b, " It starts with %s.", f.Initial)
	}
	for i := range f.Trace {
		fmt.Fprintf(&b, " %d. %s: %s.", i+1, f.Trace[i].Text, f.Trace[i].State)
	}
	if f.Denied != "" {
		fmt.Fprintf(&b, " Then %s.", strings.TrimSuffix(f.Denied, "."))
	}
	return b.String()
}
