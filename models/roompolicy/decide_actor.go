package roompolicy

import "slices"

// actor returns the entry of the actor in the list, nil if it has none.
func (d *decider) actor() *Participant { return d.entry(d.action.Actor) }

// entry returns the entry of a user in the list, nil if it has none. It denies
// the action if there are several.
func (d *decider) entry(user User) *Participant {
	p := d.state.Participant(user)
	if p == nil {
		d.require(!d.state.Lists(user), ruleSingleRole, "%s stands in the list more than once", user)
	}
	return p
}

// target returns the entry of the target. It denies the action if there is
// none, and returns one of no role.
func (d *decider) target() Participant {
	p := d.entry(d.action.Target)
	if p == nil {
		d.refuse(ruleTargetListed, "%s is not in the participant list", d.action.Target)
		return Participant{User: d.action.Target}
	}
	return *p
}

// acting returns the role in which the actor acts on the room from within, or
// by an external proposal (sections 4 and 8). It denies the action to who can
// do neither.
func (d *decider) acting() *Role {
	user := d.action.Actor
	p := d.actor()
	d.require(!slices.Contains(d.state.Removing, user) || d.action.Kind == ActionRemoveOwnClient, ruleRemoving,
		"the removal of %s is accepted already", user)
	if p == nil {
		ref, ok := d.preauthorized(user, true)
		if !ok {
			d.refuse(ruleNoActorRole, "%s is neither in the participant list nor preauthorized", user)
			return nil
		}
		d.require(d.sendsExternally(user, nil), rulePreauthSenders, "%s is no external sender", user)
		d.externalProposal()
		return d.referred(ref)
	}
	role := d.role(p.Role)
	if !p.Active() {
		d.require(d.sendsExternally(user, role), ruleActorClient, "%s has no client in the group and is no external sender", user)
		d.externalProposal()
	}
	return role
}

// sendsExternally reports whether a user with no client, and with a role if it
// is listed, may send external proposals.
func (d *decider) sendsExternally(user User, role *Role) bool {
	switch d.readings[externalProposals] {
	case proposalsHolders:
		return true
	case proposalsNamed:
		role = nil
	}
	return allowsNoClients(role) || slices.Contains(d.state.ExternalSenders, user)
}

// externalProposal denies what is proposed from outside the group where that is
// not allowed (section 7).
func (d *decider) externalProposal() {
	if p := d.operational(); p != nil {
		d.require(p.ExternalProposalAllowed, ruleExternalProposals, "external proposals are not allowed")
	}
}

// externalJoin denies what a user does by an external commit, or by an external
// proposal for itself, where that is not allowed (section 7). Who comes so needs
// no one else to commit it. Where the group has no client, it makes a new one,
// which is for persistent rooms only (section 5).
func (d *decider) externalJoin() {
	d.alone = true
	if base := d.policy.Base; base != nil && d.state.Clients() == 0 {
		d.require(base.PersistentRoom, rulePersistent, "the room ended with its group")
	}
	if p := d.operational(); p != nil {
		byProposal := p.ExternalProposalAllowed && d.readings[externalCommits] == commitsOrProposal
		d.require(p.ExternalCommitAllowed || byProposal, ruleExternalCommits, "external commits are not allowed")
	}
}

func (d *decider) operational() *OperationalParameters {
	if !since02.Has(d.draft) {
		return nil
	}
	return d.policy.Operational
}

// preauthorized returns the role of the first entry that matches a user
// (section 4). With nonZero, entries for role zero are passed over.
func (d *decider) preauthorized(user User, nonZero bool) (RoleReference, bool) {
	if d.policy.PreAuth == nil {
		return RoleReference{}, false
	}
	claims := d.state.Claims(user)
	for _, entry := range d.policy.PreAuth.PreauthorizedEntries {
		if nonZero && entry.TargetRole.RoleIndex == NoRole || !d.matches(entry.Claimset, claims) {
			continue
		}
		return entry.TargetRole, true
	}
	return RoleReference{}, false
}

// matches reports whether all claims of an entry are among those of a
// credential.
func (d *decider) matches(claimset, claims []Claim) bool {
	if len(claimset) == 0 && d.readings[preauthEmpty] == preauthNobody {
		return false
	}
	for _, claim := range claimset {
		if !slices.Contains(claims, claim) {
			return false
		}
	}
	return true
}
