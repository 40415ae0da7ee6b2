package roompolicy

import (
	"math"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// minima demands that a role keeps its minima after the change.
func (d *decider) minima(index uint32, rule *spec.Rule) {
	d.bound(Minimum, index, rule)
	d.bound(MinimumActive, index, rule)
}

// maxima demands that a role keeps its maxima after the change.
func (d *decider) maxima(index uint32, rule *spec.Rule) {
	d.bound(Maximum, index, rule)
	d.bound(MaximumActive, index, rule)
}

// bound compares one bound of a role with the counts around the change (section
// 3). A minimum of zero and an absent maximum are none.
func (d *decider) bound(kind ConstraintKind, index uint32, rule *spec.Rule) {
	role := d.role(index)
	if role == nil {
		return // who comes to an undefined role is denied in settle
	}
	bound, bounded := role.bound(kind)
	if !bounded {
		return
	}
	c := Constraint{Rule: rule, Kind: kind, Role: index, Bound: bound}
	participants, active := d.state.Count(index)
	afterwards, activeAfterwards := d.result.Change.counts(d.state, index)
	c.Before, c.After = participants, afterwards
	if kind == MinimumActive || kind == MaximumActive {
		c.Before, c.After = active, activeAfterwards
	}
	c.Holds = d.boundHolds(c)
	d.constrain(c)
}

// bound returns a bound of the role, and whether it has one of that kind.
func (r *Role) bound(kind ConstraintKind) (uint64, bool) {
	switch kind {
	case Minimum:
		return uint64(r.MinimumParticipantsConstraint), r.MinimumParticipantsConstraint > 0
	case MinimumActive:
		return uint64(r.MinimumActiveParticipantsConstraint), r.MinimumActiveParticipantsConstraint > 0
	case Maximum:
		return uint64(r.MaximumParticipantsConstraint.Value), r.MaximumParticipantsConstraint.Present
	case MaximumActive:
		return uint64(r.MaximumActiveParticipantsConstraint.Value), r.MaximumActiveParticipantsConstraint.Present
	}
	return 0, false
}

// boundHolds reads the counts of a bound of a role.
func (j Judge) boundHolds(c Constraint) bool {
	count := c.After
	if j.readings[boundsWhen] == boundsPreState {
		count = c.Before
	}
	delta := j.readings[boundsWhen] == boundsDelta
	if c.Kind == Minimum || c.Kind == MinimumActive {
		return count >= c.Bound || delta && c.After >= c.Before
	}
	return count <= c.Bound || delta && c.After <= c.Before
}

// constrain keeps a bound with its numbers, and denies the action if it does not
// hold.
func (d *decider) constrain(c Constraint) {
	d.result.Constraints = append(d.result.Constraints, c)
	d.require(c.Holds, c.Rule, "%s", c)
}

// settle demands what holds for every change, whichever capability it rests on.
func (d *decider) settle() {
	c := &d.result.Change
	if c.From != c.To && c.To != NoRole {
		d.require(d.role(c.To) != nil, ruleRoleDefined, "role %d is not defined", c.To)
	}
	if c.ClientsAfter > c.ClientsBefore { // where a role changes, those that it does not allow go
		d.require(!allowsNoClients(d.role(c.To)), ruleMaxActiveZero, "role %d allows no clients, and %s would have %s",
			c.To, c.User, plural(c.ClientsAfter, "client"))
	}
	if *c != (Change{}) && d.readings[boundsScope] == boundsAllRoles {
		for _, role := range d.policy.Roles.Roles {
			d.minima(role.RoleIndex, ruleTouchedRoles)
			d.maxima(role.RoleIndex, ruleTouchedRoles)
		}
	}
	if d.policy.Base != nil {
		d.fixedMembership(c)
		d.parent(c)
		d.roomLimits(c)
	}
	d.require(c.ClientsAfter <= math.MaxUint32, ruleMaxTree, "%s would have %d clients", c.User, c.ClientsAfter)
	if !d.alone {
		d.committer(c)
	}
}

// fixedMembership keeps the list of a room with fixed membership as it is
// (section 5).
func (d *decider) fixedMembership(c *Change) {
	if !d.policy.Base.FixedMembership {
		return
	}
	comes := c.From == NoRole && c.To != NoRole
	d.require(!comes || d.readings[fixedAdditions] == fixedCapability && d.action.Kind != ActionAdd, ruleFixedAdditions,
		"the membership is fixed, and %s is not in the list", c.User)
	goes := c.From != NoRole && c.To == NoRole
	banned := !d.isBanned(c.From) && d.isBanned(c.To) && d.readings[fixedBans] == fixedNoBans
	d.require(!goes && !banned, ruleFixedRemovals, "the membership is fixed, and %s is in the list", c.User)
}

// parent keeps the participants a subset of those of the parent (section 5).
func (d *decider) parent(c *Change) {
	if !d.policy.Base.ParentDependent || c.From != NoRole || c.To == NoRole {
		return
	}
	d.require(slices.Contains(d.state.ParentParticipants, c.User), ruleParentSubset, "%s is not in the parent room", c.User)
	all := true
	for _, user := range d.state.ParentParticipants {
		all = all && (user == c.User || d.state.Lists(user))
	}
	d.require(!all || d.readings[parentSubset] == parentEqual, ruleParentSubset, "with %s all of the parent room would be in the list", c.User)
}

// roomLimits keeps the numbers of users and clients within what the base policy
// allows (section 5).
func (d *decider) roomLimits(c *Change) {
	base := d.policy.Base
	more := c.ClientsAfter > c.ClientsBefore
	clients := d.state.Clients()
	clientsAfter := clients - min(clients, c.ClientsBefore) + c.ClientsAfter
	if !base.MultiDevice && more {
		limit := Constraint{Rule: ruleMultiDevice, Kind: MaxPerUser, Bound: 1, Before: c.ClientsBefore, After: c.ClientsAfter}
		if d.readings[multiDevice] == deviceRoom {
			limit.Kind, limit.Before, limit.After = MaxClients, clients, clientsAfter
		}
		limit.Holds = limit.After <= limit.Bound
		d.constrain(limit)
	}
	if !since03.Has(d.draft) {
		return
	}
	if base.MaxClients.Present && more {
		bound := uint64(base.MaxClients.Value)
		d.constrain(Constraint{Rule: ruleMaxClients, Kind: MaxClients, Bound: bound, Before: clients, After: clientsAfter, Holds: clientsAfter <= bound})
	}
	before := d.notBanned(c.From)
	counted := !before && d.notBanned(c.To)
	if d.readings[maxUsersWhen] == maxUsersAdditions && c.From != NoRole {
		counted = false
	}
	if base.MaxUsers.Present && counted {
		users := uint64(0)
		for i := range d.state.Participants {
			if d.notBanned(d.state.Participants[i].Role) {
				users++
			}
		}
		bound := uint64(base.MaxUsers.Value)
		d.constrain(Constraint{Rule: ruleMaxUsers, Kind: MaxUsers, Bound: bound, Before: users, After: users + 1, Holds: users+1 <= bound})
	}
}

// notBanned reports whether an entry with a role counts among the users of a
// room.
func (d *decider) notBanned(role uint32) bool { return role != NoRole && !d.isBanned(role) }

// committer demands that a client which stays can commit the change (section
// 8.1.2): no member of an MLS group commits its own removal, and the hub takes no
// commit of who is being removed (protocol-06 section 5.3).
func (d *decider) committer(c *Change) {
	stays := false
	for i := range d.state.Participants {
		p := &d.state.Participants[i]
		clients := uint64(p.Clients)
		if p.User == c.User && c.ClientsAfter < c.ClientsBefore {
			clients -= min(clients, c.ClientsBefore-c.ClientsAfter)
			if c.User == d.action.Actor && d.readings[leaverCommits] == leaverOtherUser {
				clients = 0
			}
		}
		stays = stays || clients > 0 && !slices.Contains(d.state.Removing, p.User)
	}
	d.require(stays, ruleCommitter, "no client that stays is in the group")
}
