package roompolicy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Check returns every rule on structure that a policy breaks in a revision of
// the room policy, with its place as a path of the JSON form, in the order of
// the components. Offsets are zero. It fails with [*DraftError].
//
// The time it takes grows with the size of the policy, but for the lists of
// preauthorized users and of media types, where it grows with the square.
func Check(policy *Policy, draft spec.Draft) (spec.Violations, error) {
	return CheckDictionary(&AppDataDictionary{Policy: *policy}, draft)
}

// CheckDictionary is [Check] for a policy together with participants and
// metadata, and with what must hold between them.
func CheckDictionary(d *AppDataDictionary, draft spec.Draft) (spec.Violations, error) {
	if !allDrafts.Has(draft) {
		return nil, &DraftError{Draft: draft, Drafts: allDrafts}
	}
	c := &structure{draft: draft, d: d, roles: map[uint32]*Role{}}
	if d.Roles != nil {
		for i := range d.Roles.Roles {
			if role := &d.Roles.Roles[i]; c.roles[role.RoleIndex] == nil {
				c.roles[role.RoleIndex] = role
			}
		}
	}
	d.fields(&enumFields{c: c})
	c.checkParticipants()
	c.checkMetadata()
	c.checkOperational()
	c.checkRoles()
	c.checkPreAuth()
	c.checkBase()
	c.checkStatusNotifications()
	c.checkJoinLinks()
	c.checkLinkPreview()
	c.checkAssets()
	c.checkLogging()
	c.checkHistory()
	c.checkBots()
	c.checkExpiration()
	return c.violations, nil
}

// structure is one check of a room's components.
type structure struct {
	draft      spec.Draft
	d          *AppDataDictionary
	roles      map[uint32]*Role // the first of each index
	violations spec.Violations
}

// breaks notes a violation, if the rule is in force.
func (c *structure) breaks(rule *spec.Rule, found, limit, path string, args ...any) {
	if rule.Drafts.Has(c.draft) {
		c.violations = append(c.violations, spec.Violation{
			Rule: rule, Path: fmt.Sprintf(path, args...), Found: found, Limit: limit,
		})
	}
}

// undefined reports whether an index is neither zero nor that of a role. Where
// the roles are not known none is.
func (c *structure) undefined(index uint32) bool {
	return c.d.Roles != nil && index != NoRole && c.roles[index] == nil
}

// banned returns the role of the banned, nil if there is none.
func (c *structure) banned() *Role {
	if role := c.roles[BannedRole]; role != nil && role.RoleName == BannedName {
		return role
	}
	return nil
}

func number[T uint8 | uint16 | uint32 | uint64 | int](n T) string { return fmt.Sprint(n) }

func atMost[T uint32 | uint64 | int](n T) string { return fmt.Sprintf("at most %d", n) }

func quoted[T ~string](text T) string { return fmt.Sprintf("%q", string(text)) }

// set is the values seen so far.
type set[T comparable] map[T]bool

// again reports whether a value was seen before.
func (s set[T]) again(value T) bool {
	if s[value] {
		return true
	}
	s[value] = true
	return false
}

func (c *structure) checkRoles() {
	if c.d.Roles == nil {
		return
	}
	bans := false
	for i := range c.d.Roles.Roles {
		c.checkRole(i)
		role := &c.d.Roles.Roles[i]
		bans = bans || role.Has(CanBan) || role.Has(CanUnBan)
	}
	if bans && c.banned() == nil {
		c.breaks(ruleBannedMissing, "none", "a role with the index 1 and the name banned", "roles_list.roles")
	}
}

func (c *structure) checkRole(i int) {
	role := &c.d.Roles.Roles[i]
	if c.roles[role.RoleIndex] != role {
		c.breaks(ruleRoleIndexUnique, number(role.RoleIndex)+" again", "an index of its own", "roles_list.roles[%d].role_index", i)
	}
	if !utf8.ValidString(role.RoleName) {
		c.breaks(ruleRoleText, quoted(role.RoleName), "UTF-8", "roles_list.roles[%d].role_name", i)
	}
	if !utf8.ValidString(role.RoleDescription) {
		c.breaks(ruleRoleText, quoted(role.RoleDescription), "UTF-8", "roles_list.roles[%d].role_description", i)
	}
	if role.RoleName == "" {
		c.breaks(ruleRoleName, "an empty name", "a name", "roles_list.roles[%d].role_name", i)
	}
	if role.RoleIndex == BannedRole && role.RoleName != BannedName {
		c.breaks(ruleRoleOne, quoted(role.RoleName), quoted(BannedName), "roles_list.roles[%d].role_name", i)
	}
	if role.RoleName == BannedName && role.RoleIndex != BannedRole {
		c.breaks(ruleBannedIndex, number(role.RoleIndex), "1", "roles_list.roles[%d].role_index", i)
	}
	c.checkBounds(role, i)
	c.checkCapabilities(role, i)
	c.checkRoleChanges(role, i)
}

func (c *structure) checkBounds(role *Role, i int) {
	minimum, maximum := role.MinimumParticipantsConstraint, role.MaximumParticipantsConstraint
	active, activeMaximum := role.MinimumActiveParticipantsConstraint, role.MaximumActiveParticipantsConstraint
	if maximum.Present && minimum > maximum.Value {
		c.breaks(ruleMinimum, number(minimum), atMost(maximum.Value), "roles_list.roles[%d].minimum_participants_constraint", i)
	}
	if activeMaximum.Present && active > activeMaximum.Value {
		c.breaks(ruleActiveMinimum, number(active), atMost(activeMaximum.Value), "roles_list.roles[%d].minimum_active_participants_constraint", i)
	}
	if maximum.Present && active > maximum.Value {
		c.breaks(ruleActiveParticipants, number(active), atMost(maximum.Value), "roles_list.roles[%d].minimum_active_participants_constraint", i)
	}
}

func (c *structure) checkCapabilities(role *Role, i int) {
	if role == c.banned() && len(role.RoleCapabilities) > 0 {
		c.breaks(ruleBannedCapabilities, number(len(role.RoleCapabilities)), "none", "roles_list.roles[%d].role_capabilities", i)
	}
	seen := set[Capability]{}
	for k, capability := range role.RoleCapabilities {
		odd := func(rule *spec.Rule, how, limit string) {
			c.breaks(rule, capability.Name(c.draft)+how, limit, "roles_list.roles[%d].role_capabilities[%d]", i, k)
		}
		switch {
		case seen.again(capability):
			odd(ruleCapabilityOnce, " again", "it once")
		case capability.Reserved():
			odd(ruleCapabilityReserved, "", "one that is in use")
		case !capability.Registered() && !capability.Private():
			odd(ruleCapabilityUnknown, "", "one that is registered")
		case role.RoleIndex != NoRole:
			if capability == CanOpenJoin {
				odd(ruleOpenJoinRole, "", "it in role zero only")
			}
		case capability == CanJoinIfPreauthorized:
			odd(rulePreauthJoinZero, "", "it in other roles only")
		case capability != CanOpenJoin && capability != CanUseJoinCode && !capability.Private():
			odd(ruleRoleZeroCapability, "", "one to join with")
		}
	}
}

func (c *structure) checkRoleChanges(role *Role, i int) {
	joins, seen := false, set[uint32]{}
	const at = "roles_list.roles[%d].authorized_role_changes"
	for j := range role.AuthorizedRoleChanges {
		change := &role.AuthorizedRoleChanges[j]
		if c.undefined(change.FromRoleIndex) {
			c.breaks(ruleChangeFrom, number(change.FromRoleIndex), "a role that is defined", at+"[%d].from_role_index", i, j)
		}
		if seen.again(change.FromRoleIndex) {
			c.breaks(ruleChangeOnce, number(change.FromRoleIndex)+" again", "it once", at+"[%d].from_role_index", i, j)
		}
		for k, target := range change.TargetRoleIndexes {
			if c.undefined(target) {
				c.breaks(ruleChangeTarget, number(target), "a role that is defined", at+"[%d].target_role_indexes[%d]", i, j, k)
			}
			joins = joins || change.FromRoleIndex == NoRole && target != NoRole
		}
	}
	if role.RoleIndex == NoRole && role.Has(CanOpenJoin) && !joins {
		c.breaks(ruleOpenJoinTargets, "none", "a change from 0 to another role", at, i)
	}
}

func (c *structure) checkPreAuth() {
	if c.d.PreAuth == nil {
		return
	}
	entries := c.d.PreAuth.PreauthorizedEntries
	for i := range entries {
		entry := &entries[i]
		at := fmt.Sprintf("preauth_list.preauthorized_entries[%d]", i)
		c.checkReference(&entry.TargetRole, rulePreauthRole, at+".target_role")
		if entry.TargetRole.RoleIndex == NoRole {
			c.breaks(rulePreauthRoleZero, "0", "another role", "%s.target_role", at)
		}
		if len(entry.Claimset) == 0 {
			c.breaks(rulePreauthEveryone, "no claim", "a claim", "%s.claimset", at)
		}
		if k := slices.IndexFunc(entries[:i], func(e PreAuthRoleEntry) bool { return contains(entry.Claimset, e.Claimset) }); k >= 0 {
			c.breaks(rulePreauthReached, fmt.Sprintf("entry %d matches first", k), "an entry that can be reached", "%s.claimset", at)
		}
	}
}

// contains reports whether all of some claims are among others.
func contains(claims, some []Claim) bool {
	return !slices.ContainsFunc(some, func(claim Claim) bool { return !slices.Contains(claims, claim) })
}

// checkReference checks that a role that is pointed at is defined, and that one
// that stands whole is the same.
func (c *structure) checkReference(r *RoleReference, rule *spec.Rule, path string) {
	if c.undefined(r.RoleIndex) {
		c.breaks(rule, number(r.RoleIndex), "a role that is defined", "%s", path)
		return
	}
	if defined := c.roles[r.RoleIndex]; r.Role != nil && defined != nil && !equalRoles(r.Role, defined) {
		c.breaks(ruleRoleByValue, "another definition", "the role "+number(r.RoleIndex)+" of the list", "%s", path)
	}
}

// equalRoles reports whether two roles are the same, in their lists by order too.
func equalRoles(a, b *Role) bool {
	return a.RoleIndex == b.RoleIndex && a.RoleName == b.RoleName && a.RoleDescription == b.RoleDescription &&
		slices.Equal(a.RoleCapabilities, b.RoleCapabilities) &&
		a.MinimumParticipantsConstraint == b.MinimumParticipantsConstraint &&
		a.MaximumParticipantsConstraint == b.MaximumParticipantsConstraint &&
		a.MinimumActiveParticipantsConstraint == b.MinimumActiveParticipantsConstraint &&
		a.MaximumActiveParticipantsConstraint == b.MaximumActiveParticipantsConstraint &&
		slices.EqualFunc(a.AuthorizedRoleChanges, b.AuthorizedRoleChanges, func(a, b SingleSourceRoleChangeTargets) bool {
			return a.FromRoleIndex == b.FromRoleIndex && slices.Equal(a.TargetRoleIndexes, b.TargetRoleIndexes)
		})
}

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

func (c *structure) checkAssets() {
	p := c.d.Assets
	if p == nil {
		return
	}
	const at = "asset_policy"
	if p.AssetUploadLocation != LocalProvider {
		c.breaks(ruleAssetLocation, p.AssetUploadLocation.String(), "localProvider", at+".asset_upload_location")
	}
	switch {
	case p.AssetUploadLocation == UnspecifiedLocation:
	case p.AssetUploadLocation == Hub && len(p.UploadDomains) != 1:
		c.breaks(ruleHubProvider, number(len(p.UploadDomains)), "1", at+".upload_domains")
	case !slices.ContainsFunc(p.UploadDomains, func(d ProviderAssetUploadDomains) bool { return len(d.AssetUploadDestinations) > 0 }):
		c.breaks(ruleAssetDestination, "none", "a destination", at+".upload_domains")
	}
	providers := set[string]{}
	for i := range p.UploadDomains {
		domains := &p.UploadDomains[i]
		at := fmt.Sprintf("%s.upload_domains[%d]", at, i)
		if providers.again(lowerASCII(string(domains.Provider))) {
			c.breaks(ruleProviderOnce, quoted(domains.Provider)+" again", "it once", "%s.provider", at)
		}
		if since03.Has(c.draft) {
			c.checkDomain(domains.Provider, at+".provider")
		}
		for k, destination := range domains.AssetUploadDestinations {
			c.checkDomain(destination, fmt.Sprintf("%s.asset_upload_destinations[%d]", at, k))
		}
	}
	c.checkDownloads(&p.DownloadPrivacy)
	c.checkMediaTypes(p.ForbiddenMediaTypes, at+".forbidden_media_types")
	c.checkMediaTypes(p.PermittedMediaTypes.Value, at+".permitted_media_types")
	if p.PermittedMediaTypes.Present && len(p.PermittedMediaTypes.Value) == 0 {
		c.breaks(rulePermittedEmpty, "an empty list", "a media type, or no list", at+".permitted_media_types")
	}
	for i := range p.PermittedMediaTypes.Value {
		if permitted := &p.PermittedMediaTypes.Value[i]; matchesAny(p.ForbiddenMediaTypes, permitted) {
			c.breaks(rulePermittedForbidden, permitted.String(), "one that is not forbidden", "%s.permitted_media_types[%d]", at, i)
		}
	}
}

func (c *structure) checkDomain(domain DomainName, path string) {
	if !domain.Valid() {
		c.breaks(ruleDomainName, quoted(domain), "a domain name", "%s", path)
	}
}

func (c *structure) checkDownloads(p *DownloadPrivacy) {
	const at = "asset_policy.download_privacy"
	for i, way := range p.AllowedDownloadTypes {
		if slices.Contains(p.ForbiddenDownloadTypes, way) {
			c.breaks(ruleDownloadTypes, way.String(), "one that is not forbidden", "%s.allowed_download_types[%d]", at, i)
		}
	}
	if slices.Contains(p.ForbiddenDownloadTypes, p.DefaultDownloadType) && !slices.Contains(p.AllowedDownloadTypes, p.DefaultDownloadType) ||
		len(p.AllowedDownloadTypes) > 0 && !slices.Contains(p.AllowedDownloadTypes, p.DefaultDownloadType) {
		c.breaks(ruleDefaultDownload, p.DefaultDownloadType.String(), "one that is allowed", at+".default_download_type")
	}
}

func (c *structure) checkMediaTypes(types []MediaType, path string) {
	for i := range types {
		if !types[i].Valid() {
			c.breaks(ruleMediaTypeForm, quoted(types[i].String()), "type/subtype", "%s[%d]", path, i)
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
