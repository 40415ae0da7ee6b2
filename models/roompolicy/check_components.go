package roompolicy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

func (c *structure) checkBase() {
	base := c.d.Base
	if base == nil {
		return
	}
	const at = "base_room_policy"
	one := len(base.ParentRoom) == 1 && base.ParentRoom[0] != ""
	if base.ParentDependent && !one {
		c.breaks(ruleParentSet, fmt.Sprintf("%q", base.ParentRoom), "one URI", at+".parent_room")
	}
	if !base.ParentDependent && len(base.ParentRoom) > 0 {
		c.breaks(ruleParentUnset, fmt.Sprintf("%q", base.ParentRoom), "none", at+".parent_room")
	}
	if base.ParentDependent && one && c.d.RoomMetaData != nil {
		hub := c.d.RoomMetaData.RoomUri.authority()
		if parent := base.ParentRoom[0].authority(); hub != "" && !sameName(hub, parent) {
			c.breaks(ruleParentHub, quoted(parent), quoted(hub), at+".parent_room[0]")
		}
	}
	if base.FixedMembership && c.d.Roles != nil {
		for i := range c.d.Roles.Roles {
			role := &c.d.Roles.Roles[i]
			if role.RoleIndex != NoRole && role != c.banned() && role.Has(CanAddParticipant) {
				c.breaks(ruleFixedAdd, "canAddParticipant", "no such capability in a fixed-membership room", "roles_list.roles[%d].role_capabilities", i)
			}
			for k, capability := range role.RoleCapabilities {
				if capability.joins() {
					c.breaks(ruleFixedJoin, capability.Name(c.draft), "none to join with", "roles_list.roles[%d].role_capabilities[%d]", i, k)
				}
			}
		}
	}
	c.checkComponentIds(base)
	c.checkMaxUsers(base)
}

func (c *structure) checkComponentIds(base *BaseRoomPolicy) {
	const at = "base_room_policy.policy_component_ids"
	listed := set[ComponentID]{}
	for i, id := range base.PolicyComponentIds {
		if listed.again(id) {
			c.breaks(ruleComponentOnce, id.String()+" again", "it once", "%s[%d]", at, i)
		} else if slot, modelled := slotByID(id); modelled && slot.get(c.d) == nil {
			c.breaks(ruleComponentThere, id.String()+", which is absent", "a component that is there", "%s[%d]", at, i)
		}
	}
	for _, slot := range policySlots {
		if slot.id != BaseRoomPolicyID && slot.get(c.d) != nil && !listed[slot.id] {
			c.breaks(ruleComponentListed, "no "+slot.id.String(), "it, as it is there", at)
		}
	}
}

func (c *structure) checkMaxUsers(base *BaseRoomPolicy) {
	if !base.MaxUsers.Present || c.d.ParticipantList == nil {
		return
	}
	users := 0
	for _, p := range c.d.ParticipantList.Participants {
		if p.RoleIndex != BannedRole || c.banned() == nil {
			users++
		}
	}
	if limit := base.MaxUsers.Value; uint64(users) > uint64(limit) {
		c.breaks(ruleListedUsers, number(users), atMost(limit), "participant_list.participants")
	}
}

func (c *structure) checkStatusNotifications() {
	if s := c.d.StatusNotifications; s != nil && s.DeliveryNotifications == Forbidden && s.ReadReceipts == Required {
		c.breaks(ruleReadReceipts, "required", "optional or forbidden", "status_notification_policy.read_receipts")
	}
}

func (c *structure) checkJoinLinks() {
	if p := c.d.JoinLinkPolicy; p != nil {
		if p.OnRequest && p.JoinLink != "" {
			c.breaks(ruleLinkOnRequest, quoted(p.JoinLink), "none", "join_link_policy.join_link")
		}
		if !p.OnRequest && p.JoinLink == "" {
			c.breaks(ruleLinkMissing, "none", "a link", "join_link_policy.join_link")
		}
		if p.Expiration == 0 {
			c.breaks(ruleJoinLinkExpiration, "0", "some seconds", "join_link_policy.expiration")
		}
	}
	if c.d.JoinLinks == nil {
		return
	}
	links := c.d.JoinLinks.JoinLinks
	if p := c.d.JoinLinkPolicy; p != nil && p.OnRequest && len(links) > 1 {
		c.breaks(ruleOneJoinLink, number(len(links)), "at most 1", "join_links.join_links")
	}
	seen := set[JoinLink]{}
	for i, link := range links {
		if link.JoinLink == "" {
			c.breaks(ruleJoinLinkEmpty, "no octets", "a link", "join_links.join_links[%d].join_link", i)
		} else if seen.again(link) {
			c.breaks(ruleJoinLinkOnce, quoted(link.JoinLink)+" again", "it once", "join_links.join_links[%d].join_link", i)
		}
	}
}

func (c *structure) checkLinkPreview() {
	p := c.d.LinkPreview
	if p == nil {
		return
	}
	const at = "link_preview_policy"
	if p.AutodetectHyperlinksInText == Required {
		c.breaks(ruleAutodetect, "required", "optional or forbidden", at+".autodetect_hyperlinks_in_text")
	}
	switch proxy := p.LinkPreviewProxyUse; {
	case proxy == Forbidden && len(p.LinkPreviewProxy) > 0:
		c.breaks(ruleProxyUnset, number(len(p.LinkPreviewProxy)), "none", at+".link_preview_proxy")
	case proxy != Forbidden && (len(p.LinkPreviewProxy) == 0 || slices.Contains(p.LinkPreviewProxy, "")):
		c.breaks(ruleProxySet, fmt.Sprintf("%q", p.LinkPreviewProxy), "a URI", at+".link_preview_proxy")
	case proxy == Required && p.SendLinkPreviews == Forbidden && p.AutomaticLinkPreviews == Forbidden:
		c.breaks(ruleProxyIdle, "required", "optional or forbidden", at+".link_preview_proxy_use")
	}
	if p.SendLinkPreviews == Required && c.d.Roles != nil {
		for i := range c.d.Roles.Roles {
			if role := &c.d.Roles.Roles[i]; role.Has(CanSendLink) && !role.Has(CanSendLinkPreview) {
				c.breaks(rulePreviewCapability, "canSendLink alone", "canSendLinkPreview with it", "roles_list.roles[%d].role_capabilities", i)
			}
		}
	}
}

func (c *structure) checkLogging() {
	p := c.d.Logging
	if p == nil {
		return
	}
	const at = "logging_policy"
	switch {
	case p.Logging == Forbidden && len(p.LoggingClients) > 0:
		c.breaks(ruleLoggingForbidden, number(len(p.LoggingClients)), "none", at+".logging_clients")
	case p.Logging == Forbidden && p.MachineReadablePolicy != "":
		c.breaks(ruleLoggingForbidden, quoted(p.MachineReadablePolicy), "none", at+".machine_readable_policy")
	case p.Logging == Forbidden && p.HumanReadablePolicy != "":
		c.breaks(ruleLoggingForbidden, quoted(p.HumanReadablePolicy), "none", at+".human_readable_policy")
	case p.Logging == Required && !slices.ContainsFunc(p.LoggingClients, func(u Uri) bool { return u != "" }):
		c.breaks(ruleLoggingRequired, "none", "a URI", at+".logging_clients")
	}
	providers := set[string]{}
	for i, client := range p.LoggingClients {
		if provider := client.authority(); provider != "" && providers.again(lowerASCII(string(provider))) {
			c.breaks(ruleLoggingProvider, quoted(provider)+" again", "one for each provider", "%s.logging_clients[%d]", at, i)
		}
	}
}

func (c *structure) checkHistory() {
	p := c.d.History
	if p == nil {
		return
	}
	const at = "chat_history_policy"
	if p.HistorySharing == Forbidden {
		if len(p.RolesThatCanShare) > 0 {
			c.breaks(ruleHistoryForbidden, number(len(p.RolesThatCanShare)), "none", at+".roles_that_can_share")
		}
		if p.AutomaticallyShare {
			c.breaks(ruleHistoryForbidden, "true", "false", at+".automatically_share")
		}
		if p.MaxTimePeriod != 0 {
			c.breaks(ruleHistoryForbidden, number(p.MaxTimePeriod), "0", at+".max_time_period")
		}
		return
	}
	for i := range p.RolesThatCanShare {
		reference := &p.RolesThatCanShare[i]
		path := fmt.Sprintf("%s.roles_that_can_share[%d]", at, i)
		c.checkReference(reference, ruleHistoryRoleDefined, path)
		index := reference.RoleIndex
		role := c.roles[index]
		switch {
		case index == NoRole || index == BannedRole && !c.undefined(index):
			c.breaks(ruleHistoryRole, number(index), "a role of participants", "%s", path)
		case role != nil && role.inactive():
			c.breaks(ruleHistoryRole, number(index), "a role with active participants", "%s", path)
		}
	}
	if p.HistorySharing == Required && len(p.RolesThatCanShare) == 0 {
		c.breaks(ruleHistoryRequired, "none", "a role", at+".roles_that_can_share")
	}
}

// inactive reports whether no holder of the role may have clients.
func (r *Role) inactive() bool {
	return r.MaximumActiveParticipantsConstraint.Present && r.MaximumActiveParticipantsConstraint.Value == 0
}

func (c *structure) checkBots() {
	if c.d.Bots == nil {
		return
	}
	bots, names := c.d.Bots.AllowedBots, set[string]{}
	for i := range bots {
		bot := &bots[i]
		at := fmt.Sprintf("bot_policy.allowed_bots[%d]", i)
		index := bot.BotRole.RoleIndex
		c.checkReference(&bot.BotRole, ruleBotRole, at+".bot_role_index")
		if bot.LocalClientBot && index != NoRole {
			c.breaks(ruleBotLocal, number(index), "0", "%s.bot_role_index", at)
		}
		if index == BannedRole && c.banned() != nil {
			c.breaks(ruleBotBanned, "1", "another role", "%s.bot_role_index", at)
		}
		if names.again(bot.Name) {
			c.breaks(ruleBotOnce, quoted(bot.Name)+" again", "it once", "%s.name", at)
		}
		if bot.PerUserContent && !bot.CanTargetMessageInGroup {
			c.breaks(ruleBotContent, "true", "false, as the bot can not target a message", "%s.per_user_content", at)
		}
	}
}

func (c *structure) checkExpiration() {
	e := c.d.Expiration
	if e == nil {
		return
	}
	const at = "message_expiration_policy"
	if e.ExpiringMessages == Forbidden {
		if e.MinExpirationDuration != 0 {
			c.breaks(ruleExpirationForbidden, number(e.MinExpirationDuration), "0", at+".min_expiration_duration")
		}
		if e.MaxExpirationDuration != 0 {
			c.breaks(ruleExpirationForbidden, number(e.MaxExpirationDuration), "0", at+".max_expiration_duration")
		}
		if e.DefaultExpirationDuration.Present {
			c.breaks(ruleExpirationForbidden, number(e.DefaultExpirationDuration.Value), "none", at+".default_expiration_duration")
		}
		return
	}
	if e.MinExpirationDuration > e.MaxExpirationDuration {
		c.breaks(ruleExpirationRange, number(e.MinExpirationDuration), atMost(e.MaxExpirationDuration), at+".min_expiration_duration")
		return
	}
	if d := e.DefaultExpirationDuration; d.Present && (d.Value < e.MinExpirationDuration || d.Value > e.MaxExpirationDuration) {
		c.breaks(ruleExpirationDefault, number(d.Value), fmt.Sprintf("%d to %d", e.MinExpirationDuration, e.MaxExpirationDuration), at+".default_expiration_duration")
	}
}

func (c *structure) checkParticipants() {
	if c.d.ParticipantList == nil {
		return
	}
	seen := set[User]{}
	for i, p := range c.d.ParticipantList.Participants {
		at := fmt.Sprintf("participant_list.participants[%d]", i)
		if seen.again(p.User) {
			c.breaks(ruleParticipantOnce, quoted(p.User)+" again", "it once", "%s.user", at)
		}
		if p.RoleIndex == NoRole {
			c.breaks(ruleParticipantRoleZero, "0", "another role", "%s.role_index", at)
		}
		if c.undefined(p.RoleIndex) {
			c.breaks(ruleParticipantRole, number(p.RoleIndex), "a role that is defined", "%s.role_index", at)
		}
	}
}

func (c *structure) checkMetadata() {
	m := c.d.RoomMetaData
	if m == nil {
		return
	}
	for _, field := range []struct{ name, text string }{
		{"room_name", m.RoomName}, {"room_subject", m.RoomSubject}, {"room_mood", m.RoomMood},
	} {
		if !utf8.ValidString(field.text) || strings.ContainsRune(field.text, 0) {
			c.breaks(ruleMetadataText, quoted(field.text), "UTF-8 without null", "room_metadata.%s", field.name)
		}
	}
	const scheme = "https://"
	if avatar := string(m.RoomAvatar); avatar != "" && (len(avatar) <= len(scheme) || !sameName(avatar[:len(scheme)], scheme)) {
		c.breaks(ruleMetadataAvatar, quoted(avatar), "an https URI", "room_metadata.room_avatar")
	}
}
