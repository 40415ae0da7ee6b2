package mutants

import (
	"iter"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// searcher decides as a search of rooms does, with a fault in the tables that
// it makes of a room or in what it makes of an answer.
type searcher struct {
	properties.Reference
	reached func()

	// compiles changes a copy of the room; false leaves it.
	compiles func(*rooms.Room) bool
	// answers changes an answer; false leaves it.
	answers func(room *rooms.Room, a *rooms.Answer) bool
}

func (*searcher) Name() string { return "mutant" }

// SearchAnswers implements [properties.RoomSearch].
func (m *searcher) SearchAnswers(room *rooms.Room) (iter.Seq[rooms.Answer], error) {
	compiled := *room
	compiled.Policy = properties.ClonePolicy(room.Policy)
	if m.compiles != nil && m.compiles(&compiled) {
		m.reached()
	}
	all, err := m.Reference.SearchAnswers(&compiled)
	if err != nil || m.answers == nil {
		return all, err
	}
	return func(yield func(rooms.Answer) bool) {
		for a := range all {
			if m.answers(room, &a) {
				m.reached()
			}
			if !yield(a) {
				return
			}
		}
	}, nil
}

func mutateSearch(id, fault string, fill func(*searcher)) *Mutant {
	return &Mutant{ID: "roompolicy/search-" + id, Fault: fault, Property: "roompolicy/search-decides-alike", Draft: spec.RoomPolicy04,
		plant: func(reached func()) properties.Implementation {
			m := &searcher{reached: reached}
			fill(m)
			return m
		}}
}

// compiles plants a fault in the tables that are made of a room.
func compiles(id, fault string, change func(*rooms.Room) bool) *Mutant {
	return mutateSearch(id, fault, func(m *searcher) { m.compiles = change })
}

// compilesRoles plants a fault in the table of each role.
func compilesRoles(id, fault string, change func(*roompolicy.Role) bool) *Mutant {
	return compiles(id, fault, func(room *rooms.Room) bool { return rewriting(change)(room.Policy.Roles) })
}

// answers plants a fault in what is made of an answer.
func answers(id, fault string, change func(*rooms.Room, *rooms.Answer) bool) *Mutant {
	return mutateSearch(id, fault, func(m *searcher) { m.answers = change })
}

var policySearchMutants = []*Mutant{
	compiles("deaf-to-readings", "searches under the defaults, whatever readings are asked for", func(room *rooms.Room) bool {
		deaf := room.Readings != roompolicy.Readings{}
		room.Readings = roompolicy.Readings{}
		return deaf
	}),
	compiles("draft-02-as-04", "knows the one capability to join of older drafts only", func(room *rooms.Room) bool {
		room.Draft = spec.RoomPolicy02
		return true
	}),
	compiles("base-ignored", "searches as if there were no base policy", func(room *rooms.Room) bool {
		ignored := room.Policy.Base != nil
		room.Policy.Base = nil
		return ignored
	}),
	compiles("operations-ignored", "lets external proposals and commits pass that the room does not allow", func(room *rooms.Room) bool {
		ignored := room.Policy.Operational != nil
		room.Policy.Operational = nil
		return ignored
	}),
	compiles("preauthorized-backwards", "takes the last preauthorized entry that matches", func(room *rooms.Room) bool {
		list := room.Policy.PreAuth
		several := list != nil && len(list.PreauthorizedEntries) > 1
		if several {
			slices.Reverse(list.PreauthorizedEntries)
		}
		return several
	}),
	compilesRoles("minima-unread", "does not compile minima", func(r *roompolicy.Role) bool {
		unread := r.MinimumParticipantsConstraint > 0 || r.MinimumActiveParticipantsConstraint > 0
		r.MinimumParticipantsConstraint, r.MinimumActiveParticipantsConstraint = 0, 0
		return unread
	}),
	compilesRoles("maximum-exclusive", "compiles a maximum as a bound that is not reached", func(r *roompolicy.Role) bool {
		lower := r.MaximumParticipantsConstraint.Present && r.MaximumParticipantsConstraint.Value > 0
		if lower {
			r.MaximumParticipantsConstraint.Value--
		}
		return lower
	}),
	compilesRoles("targets-overwritten", "overwrites the mask of targets where role changes start from one role twice", func(r *roompolicy.Role) bool {
		var last []roompolicy.SingleSourceRoleChangeTargets
		seen := map[uint32]int{}
		for _, change := range r.AuthorizedRoleChanges {
			if at, ok := seen[change.FromRoleIndex]; ok {
				last[at] = change
				continue
			}
			seen[change.FromRoleIndex] = len(last)
			last = append(last, change)
		}
		overwritten := len(last) < len(r.AuthorizedRoleChanges)
		r.AuthorizedRoleChanges = last
		return overwritten
	}),
	compilesRoles("banned-by-any-name", "takes every role 1 for that of the banned", func(r *roompolicy.Role) bool {
		other := r.RoleIndex == roompolicy.BannedRole && r.RoleName != roompolicy.BannedName
		if other {
			r.RoleName = roompolicy.BannedName
		}
		return other
	}),
	answers("client-stays", "leaves the client of a user whom a new role allows none", func(_ *rooms.Room, a *rooms.Answer) bool {
		moves := a.Action.Kind == roompolicy.ActionChangeRole || a.Action.Kind == roompolicy.ActionBan
		for _, p := range a.Participants {
			if a.Allowed && moves && p.User == a.User && p.Active() && !a.Client {
				a.Client = true
				return true
			}
		}
		return false
	}),
	answers("last-client-goes", "lets the last client in the group remove itself, though no one is left to commit it", func(_ *rooms.Room, a *rooms.Answer) bool {
		active, wrong := 0, false
		for _, p := range a.Participants {
			if p.Active() {
				active++
				wrong = !a.Allowed && p.User == a.Action.Actor && a.Action.Kind == roompolicy.ActionRemoveOwnClient
			}
		}
		if wrong = wrong && active == 1; wrong {
			a.Allowed, a.User = true, a.Action.Actor
		}
		return wrong
	}),
	answers("kick-removes", "takes a user who is kicked off the list", func(_ *rooms.Room, a *rooms.Answer) bool {
		wrong := a.Allowed && a.Action.Kind == roompolicy.ActionKick
		if wrong {
			a.Role = roompolicy.NoRole
		}
		return wrong
	}),
	answers("removal-of-oneself", "lets participants who may remove others remove themselves", func(room *rooms.Room, a *rooms.Answer) bool {
		wrong := !a.Allowed && a.Action.Kind == roompolicy.ActionRemove && a.Action.Actor == a.Action.Target
		for _, p := range a.Participants {
			if role := room.Policy.Roles.Role(p.Role); wrong && p.User == a.Action.Actor && p.Active() && role.Has(roompolicy.CanRemoveParticipant) {
				a.Allowed, a.User = true, p.User
				return true
			}
		}
		return false
	}),
}
