package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// addParticipant is canAddParticipant (section 8.1.1).
func (d *decider) addParticipant() {
	a := d.action
	holder := d.acting()
	d.need(holder, CanAddParticipant, ruleAdd)
	d.require(a.Target != a.Actor, ruleAddOther, "%s adds itself", a.Actor)
	d.require(!d.state.Lists(a.Target), ruleAddUnlisted, "%s is in the list already", a.Target)
	d.require(a.Role != NoRole, ruleRoleZero, "the new role is zero")
	d.require(d.changes(holder, NoRole, a.Role), ruleAddChange, "no authorized change from 0 to %d", a.Role)
	d.result.Change = Change{User: a.Target, To: a.Role, ClientsAfter: uint64(a.Clients)}
	d.maxima(a.Role, ruleAddMaxima)
	d.grant(ruleAdd)
}

// addClient is what canAddParticipant says of clients of a user who is in the
// list already (section 8.1.1).
func (d *decider) addClient() {
	a := d.action
	holder := d.acting()
	d.need(holder, CanAddParticipant, ruleAdd)
	d.require(a.Target != a.Actor, ruleAddOther, "%s adds its own client", a.Actor)
	target := d.target()
	d.require(d.readings[lateClients] == clientsLater, ruleAddClients, "%s is not added in the same commit", a.Target)
	d.require(d.changes(holder, NoRole, target.Role), ruleAddChange, "no authorized change from 0 to %d", target.Role)
	d.changeClients(target, uint64(target.Clients)+d.some())
	d.bound(MaximumActive, target.Role, ruleAddMaxima)
	d.grant(ruleAddClients)
}

// some returns how many clients an action is about that is about one at least.
func (d *decider) some() uint64 { return uint64(max(d.action.Clients, 1)) }

// changeClients leaves a user its role and changes the number of its clients.
func (d *decider) changeClients(p Participant, after uint64) {
	d.result.Change = Change{User: p.User, From: p.Role, To: p.Role, ClientsBefore: uint64(p.Clients), ClientsAfter: after}
}

// addOwnClient is canAddOwnClient (section 8.1.1).
func (d *decider) addOwnClient() {
	p := d.actor()
	if p == nil {
		d.refuse(ruleAddOwn, "%s is not in the participant list", d.action.Actor)
		return
	}
	if p.Active() {
		d.need(d.acting(), CanAddOwnClient, ruleAddOwn)
	} else {
		d.need(d.role(p.Role), CanAddOwnClient, ruleAddOwn)
		d.require(d.some() == 1, ruleAddOwnFirst, "%s has no client in the group and adds %d", p.User, d.some())
		d.externalJoin()
	}
	d.changeClients(*p, uint64(p.Clients)+d.some())
	if d.readings[addOwnMaximum] == addOwnChecked {
		d.bound(MaximumActive, p.Role, ruleAddOwnMaximum)
	}
	d.grant(ruleAddOwn)
}

// join is what the ways to join have in common: a new role for the actor and
// one client, within the maxima of the role.
func (d *decider) join(role uint32, maxima *spec.Rule) {
	d.externalJoin()
	d.result.Change = Change{User: d.action.Actor, To: role, ClientsAfter: 1}
	d.maxima(role, maxima)
}

// openJoin is canOpenJoin, and canAddSelf on role zero (section 8.1.1).
func (d *decider) openJoin() {
	a := d.action
	d.require(!d.state.Lists(a.Actor), ruleOpenJoinUnlisted, "%s is in the list already", a.Actor)
	zero := d.role(NoRole)
	d.need(zero, CanOpenJoin, ruleOpenJoin)
	d.require(a.Role != NoRole, ruleRoleZero, "the new role is zero")
	d.require(d.changes(zero, NoRole, a.Role), ruleOpenJoinChange, "role zero has no authorized change from 0 to %d", a.Role)
	d.join(a.Role, ruleOpenJoinMaxima)
	d.grant(ruleOpenJoin)
}

// joinPreauthorized is canJoinIfPreauthorized, and canAddSelf on roles other
// than zero (section 8.1.1).
func (d *decider) joinPreauthorized() {
	user := d.action.Actor
	d.require(!d.state.Lists(user), rulePreauthUnlisted, "%s is in the list already", user)
	ref, ok := d.preauthorized(user, d.readings[preauthZero] == preauthNonZero)
	d.require(ok, rulePreauthFirst, "no entry matches the claims of %s", user)
	d.require(!ok || ref.RoleIndex != NoRole, rulePreauthFirst, "the first entry that matches is for role zero")
	target := d.referred(ref)
	d.need(target, CanJoinIfPreauthorized, rulePreauthJoin)
	if before03.Has(d.draft) {
		d.require(d.changes(target, NoRole, ref.RoleIndex), rulePreauthChange, "role %d has no authorized change from 0 to itself", ref.RoleIndex)
	}
	d.join(ref.RoleIndex, rulePreauthMaxima)
	d.grant(rulePreauthJoin)
}

// joinWithCode is canUseJoinCode (section 8.1.1).
func (d *decider) joinWithCode() {
	user := d.action.Actor
	var holder *Role
	if p := d.actor(); p != nil {
		holder = d.role(p.Role)
	} else if d.readings[roleZeroHolder] != zeroNobody {
		holder = d.role(NoRole)
	}
	d.require(holder != nil, ruleRoleZeroHolder, "%s has no role that is defined", user)
	d.need(holder, CanUseJoinCode, ruleJoinCode)
	d.require(!d.state.Lists(user), ruleJoinCodeUnlisted, "%s is in the list already", user)
	code := d.validCode()
	d.require(code.Role != NoRole && d.role(code.Role) != nil, ruleJoinCodeTarget, "the code refers to role %d, which cannot be joined with", code.Role)
	if d.readings[joinCodeTarget] != joinCodeAny {
		d.require(!d.isBanned(code.Role) && d.changes(d.role(NoRole), NoRole, code.Role), ruleJoinCodeTarget,
			"role zero has no authorized change from 0 to %d", code.Role)
	}
	d.join(code.Role, ruleJoinCodeMaxima)
	d.grant(ruleJoinCode)
}

// validCode returns the join code of the action as the hub knows it. It denies
// the action if the hub does not, or knows it twice.
func (d *decider) validCode() JoinCode {
	var found []JoinCode
	for _, code := range d.state.JoinCodes {
		if code.Code == d.action.Code {
			found = append(found, code)
		}
	}
	if len(found) != 1 {
		d.refuse(ruleJoinCodeValid, "%d valid codes are %q", len(found), d.action.Code)
		return JoinCode{}
	}
	return found[0]
}
