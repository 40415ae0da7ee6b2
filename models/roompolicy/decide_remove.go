package roompolicy

// removeParticipant is canRemoveParticipant (section 8.1.2).
func (d *decider) removeParticipant() {
	holder := d.acting()
	d.need(holder, CanRemoveParticipant, ruleRemove)
	d.require(d.action.Target != d.action.Actor, ruleRemoveOther, "%s removes itself", d.action.Actor)
	target := d.target()
	d.require(d.changes(holder, target.Role, NoRole), ruleRemoveChange, "no authorized change from %d to 0", target.Role)
	rule := ruleRemove
	if d.isBanned(target.Role) {
		rule = ruleRemoveBanned
		if d.readings[removalUnbans] == removalNeedsUnban {
			d.need(holder, CanUnBan, ruleRemoveBanned)
		}
	}
	d.result.Change = Change{User: target.User, From: target.Role, ClientsBefore: uint64(target.Clients)}
	d.minima(target.Role, ruleRemoveMinima)
	d.grant(rule)
}

// removeOwnClient is canRemoveOwnClient (section 8.1.2).
func (d *decider) removeOwnClient() {
	d.need(d.acting(), CanRemoveOwnClient, ruleRemoveOwn)
	p := d.actor()
	if p == nil || uint64(p.Clients) < d.some() {
		d.refuse(ruleRemoveOwn, "%s has not %s in the group", d.action.Actor, plural(d.some(), "client"))
		return
	}
	d.changeClients(*p, uint64(p.Clients)-d.some())
	d.bound(MinimumActive, p.Role, ruleRemoveOwnMinimum)
	d.grant(ruleRemoveOwn)
}

// removeSelf is canRemoveSelf (section 8.1.2).
func (d *decider) removeSelf() {
	holder := d.acting()
	d.need(holder, CanRemoveSelf, ruleLeave)
	p := d.actor()
	if p == nil {
		d.refuse(ruleTargetListed, "%s is not in the participant list", d.action.Actor)
		return
	}
	d.require(d.changes(holder, p.Role, NoRole), ruleLeaveChange, "no authorized change from %d to 0", p.Role)
	d.result.Change = Change{User: p.User, From: p.Role, ClientsBefore: uint64(p.Clients)}
	d.minima(p.Role, ruleLeaveMinima)
	d.grant(ruleLeave)
}

// kick is canKick (section 8.1.2), which consults no authorized role changes.
func (d *decider) kick() {
	d.need(d.acting(), CanKick, ruleKick)
	d.require(d.action.Target != d.action.Actor, ruleKickOther, "%s kicks itself", d.action.Actor)
	target := d.target()
	kicked := d.action.Clients
	if kicked == 0 {
		kicked = target.Clients
	}
	d.require(kicked > 0 && kicked <= target.Clients, ruleKickClients, "%s has %s in the group",
		target.User, plural(uint64(target.Clients), "client"))
	d.require(kicked == target.Clients || d.readings[kickSome] != kickAll, ruleKickClients, "some clients of %s would stay", target.User)
	d.changeClients(target, uint64(target.Clients-min(kicked, target.Clients)))
	d.bound(MinimumActive, target.Role, ruleKickMinimum)
	d.grant(ruleKick)
}
