package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// changeUserRole is canChangeUserRole (section 8.1.3).
func (d *decider) changeUserRole() {
	a := d.action
	holder := d.acting()
	d.need(holder, CanChangeUserRole, ruleChangeRole)
	d.require(a.Target != a.Actor, ruleChangeOther, "%s changes its own role", a.Actor)
	target := d.target()
	d.require(a.Role != NoRole, ruleRoleZero, "the new role is zero")
	d.entryFor(holder, target.Role, a.Role, ruleChangeEntry)
	d.require(!d.isBanned(a.Role) || d.readings[changeBans] != changeOnlyBan, ruleChangeToBanned, "only canBan makes users banned")
	rule := ruleChangeRole
	if allowsNoClients(d.role(a.Role)) && target.Active() {
		// The note on canBan: canChangeUserRole and canKick allow the same together.
		rule = ruleChangeToBanned
		kicks := d.holds(holder, CanKick) || d.readings[changeBans] == changeWithoutKick
		d.require(kicks, ruleChangeToBanned, "role %d allows no clients, and role %d has not canKick", a.Role, d.result.Role)
	}
	d.changeRole(target, a.Role)
	d.minima(target.Role, ruleChangeBounds)
	d.maxima(a.Role, ruleChangeBounds)
	d.grant(rule)
}

// entryFor demands an authorized role change. What happens where the role stays
// the same is open.
func (d *decider) entryFor(holder *Role, from, to uint32, rule *spec.Rule) {
	if from == to && !d.denied {
		switch d.readings[sameRole] {
		case sameAllowed:
			return
		case sameNeedsEntry:
		default:
			d.refuse(ruleSameRole, "the role is %d already", to)
		}
	}
	d.require(d.changes(holder, from, to), rule, "no authorized change from %d to %d", from, to)
}

// changeRole changes the role of a participant. Its clients stay, unless the
// new role allows none.
func (d *decider) changeRole(p Participant, to uint32) {
	c := Change{User: p.User, From: p.Role, To: to, ClientsBefore: uint64(p.Clients), ClientsAfter: uint64(p.Clients)}
	if allowsNoClients(d.role(to)) {
		c.ClientsAfter = 0
	}
	d.result.Change = c
}

// changeOwnRole is canChangeOwnRole (section 8.1.3), which consults no
// authorized role changes.
func (d *decider) changeOwnRole() {
	holder := d.acting()
	p := d.actor()
	if p == nil {
		d.refuse(ruleTargetListed, "%s is not in the participant list", d.action.Actor)
		return
	}
	ref, ok := d.preauthorized(p.User, true)
	if d.readings[ownRoleHolder] == ownTargetRole && ok {
		holder = d.referred(ref)
	}
	d.need(holder, CanChangeOwnRole, ruleOwnRole)
	d.require(ok, ruleOwnRolePreauth, "no entry for a role other than zero matches the claims of %s", p.User)
	d.require(p.Role != ref.RoleIndex || d.readings[sameRole] != 0, ruleSameRole, "the role is %d already", p.Role)
	d.changeRole(*p, ref.RoleIndex)
	d.minima(p.Role, ruleOwnRoleBounds)
	d.maxima(ref.RoleIndex, ruleOwnRoleBounds)
	d.grant(ruleOwnRole)
}

// ban is canBan (section 8.1.3).
func (d *decider) ban() {
	a := d.action
	holder := d.acting()
	d.need(holder, CanBan, ruleBan)
	d.require(d.isBanned(BannedRole), ruleBannedRole, "role 1 is not named banned")
	d.require(a.Target != a.Actor, ruleBanOther, "%s bans itself", a.Actor)
	rule := ruleBan
	target := Participant{User: a.Target, Role: NoRole}
	if p := d.entry(a.Target); p != nil {
		target = *p
	} else {
		rule = ruleBanUnlisted
		d.require(d.readings[banUnlisted] != banListedOnly, ruleBanUnlisted, "%s is not in the participant list", a.Target)
	}
	d.entryFor(holder, target.Role, BannedRole, ruleBanEntry)
	d.result.Change = Change{User: target.User, From: target.Role, To: BannedRole, ClientsBefore: uint64(target.Clients)}
	if target.Role != NoRole {
		d.minima(target.Role, ruleBanMinima)
	}
	if d.readings[banMaxima] == banChecked {
		d.maxima(BannedRole, ruleBanMaxima)
	}
	d.grant(rule)
}

// unban is canUnban (section 8.1.3).
func (d *decider) unban() {
	a := d.action
	holder := d.acting()
	d.need(holder, CanUnBan, ruleUnban)
	d.require(d.isBanned(BannedRole), ruleBannedRole, "role 1 is not named banned")
	// The authorization is that of canChangeUserRole, which is for others.
	d.require(a.Target != a.Actor, ruleChangeOther, "%s unbans itself", a.Actor)
	target := d.target()
	d.require(target.Role == BannedRole, ruleUnbanFrom, "%s has role %d", target.User, target.Role)
	d.require(a.Role != NoRole && a.Role != BannedRole, ruleUnbanFrom, "the new role is %d", a.Role)
	d.require(d.changes(holder, BannedRole, a.Role), ruleUnbanEntry, "no authorized change from 1 to %d", a.Role)
	d.changeRole(target, a.Role)
	d.minima(BannedRole, ruleUnbanBounds)
	d.maxima(a.Role, ruleUnbanBounds)
	d.grant(ruleUnban)
}
