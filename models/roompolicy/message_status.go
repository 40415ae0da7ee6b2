package roompolicy

import (
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// DecideStatus says whether a user may send a report on the status of messages
// (room-policy-04 section 6.1). Statuses other than delivered and read are not
// governed by the room.
func (j Judge) DecideStatus(policy *Policy, state *State, sender User, report []content.StatusEntry) Decision {
	d := newDecider(j, policy, state, Action{Actor: sender, Kind: ActionUse, Capability: CanSendMessage})
	d.alone = true
	holder := d.acting()
	p := d.actor()
	d.require(p != nil && p.Active(), ruleActorClient, "%s has no client in the group", sender)
	if d.readings[statusReport] != statusNoMessage {
		d.need(holder, CanSendMessage, ruleSend)
	}
	if notifications := d.policy.StatusNotifications; notifications != nil {
		for _, entry := range report {
			delivery := entry.Status == content.StatusDelivered && notifications.DeliveryNotifications == Forbidden
			read := entry.Status == content.StatusRead && notifications.ReadReceipts == Forbidden
			d.require(!delivery && !read, ruleStatusForbidden, "a report that %s is %s", entry.ID, entry.Status)
		}
	}
	d.grant(ruleStatusForbidden)
	return d.decision()
}

var ruleStatusForbidden = decides("message-status-forbidden", spec.Must, "6.1", allDrafts,
	"No one reports what was delivered, or what was read, where such reports are forbidden.")
