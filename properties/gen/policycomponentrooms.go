package gen

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Room is the components of a room and the rules on structure that they break,
// under the drafts that have them.
type Room struct {
	Breaks []string                     `json:"breaks,omitempty"` // IDs
	Room   roompolicy.AppDataDictionary `json:"room"`
}

// ValidRoom draws components that break no rule on structure. A tape of zeros
// is a room without components.
func ValidRoom(d spec.Draft, t *Tape) Room {
	w := roomWriter{t: t, d: d}
	w.settle()
	w.draw()
	if w.r.Roles != nil && w.r.PreAuth != nil && t.OneIn(4) {
		for i := range w.r.PreAuth.PreauthorizedEntries {
			reference := &w.r.PreAuth.PreauthorizedEntries[i].TargetRole
			reference.Role = w.r.Roles.Role(reference.RoleIndex)
		}
	}
	return Room{Room: w.r}
}

// roomPart is a component of a room, or something in one, that a flaw needs or
// must not have.
type roomPart uint32

const (
	partRoles    roomPart = 1 << iota
	partOrdinary          // a role that is neither zero nor that of the banned
	partRoleZero
	partBanned // the role of the banned
	partBans   // the capabilities to ban
	partPreAuth
	partBase
	partStatus
	partLinkPolicy
	partLinks
	partPreview
	partAssets
	partLogging
	partHistory
	partBots
	partExpiration
	partOperational
	partParticipants
	partMetadata
	partFixed // fixed membership
	partJoins // capabilities with which users join, in rooms that allow them
	partMaxUsers
	partPreviewRequired // previews that links must have
	partAdds            // the capability to add participants
)

// roomWriter draws the components of a room. What it draws of one component
// depends on what was settled for all before.
type roomWriter struct {
	t             *Tape
	d             spec.Draft
	with, without roomPart
	has           roomPart
	r             roompolicy.AppDataDictionary
	externalJoins bool     // whether the operational parameters allow external commits
	indexes       []uint32 // of the roles
}

func (w *roomWriter) since03() bool { return w.d >= spec.RoomPolicy03 }

// settle decides which parts the room has.
func (w *roomWriter) settle() {
	for part := partRoles; part <= partAdds; part <<= 1 {
		n := 2
		if part == partFixed || part == partPreviewRequired {
			n = 4
		}
		if w.t.OneIn(n) {
			w.has |= part
		}
	}
	if w.d < spec.RoomPolicy03 {
		w.has &^= partLinks | partPreview | partExpiration | partMaxUsers
	}
	if w.d < spec.RoomPolicy02 {
		w.has &^= partAssets | partOperational
	}
	w.has = w.has&^w.without | w.with
	if w.has&(partOrdinary|partRoleZero|partBanned) != 0 && w.with != 0 {
		w.has |= partRoles
	}
	if w.has&partBanned == 0 {
		w.has &^= partBans
	}
	if w.has&partFixed != 0 {
		w.has &^= partJoins | partAdds
	}
	w.externalJoins = w.has&partJoins != 0 || w.t.Bool()
}

func (w *roomWriter) draw() {
	if w.has&partRoles != 0 {
		w.roles()
	}
	for _, part := range []struct {
		part roomPart
		draw func()
	}{
		{partParticipants, w.participants}, {partMetadata, w.metadata}, {partOperational, w.operational}, {partPreAuth, w.preAuth},
		{partStatus, w.status}, {partLinkPolicy, w.linkPolicy}, {partLinks, w.links}, {partPreview, w.preview}, {partAssets, w.assets},
		{partLogging, w.logging}, {partHistory, w.history}, {partBots, w.bots}, {partExpiration, w.expiration},
		{partBase, w.base}, // last, as it lists the others
	} {
		if w.has&part.part == 0 {
			continue
		}
		w.t.Begin()
		part.draw()
		w.t.End()
	}
}

// bounds are numbers where a bound may be off by one.
var bounds = [...]uint32{0, 1, 2, 3, 1<<31 - 1, 1 << 31, 1<<32 - 2, 1<<32 - 1}

func (w *roomWriter) bound() uint32 { return bounds[w.t.Choose(len(bounds))] }

func (w *roomWriter) bound64() uint64 {
	return wireNumbers[w.t.Choose(len(wireNumbers))]
}

func (w *roomWriter) optionality(without ...roompolicy.Optionality) roompolicy.Optionality {
	o := roompolicy.Optionality(w.t.Choose(3))
	for slices.Contains(without, o) {
		o = (o + 1) % 3
	}
	return o
}

// atMostOf draws a number that is not above another.
func (w *roomWriter) atMostOf(most uint32) uint32 { return min(w.bound(), most) }

// ordinaryIndexes are indexes of roles without a meaning of their own.
var ordinaryIndexes = [...]uint32{2, 3, 4, 255, 65536, 1 << 31, 1<<32 - 1}

var (
	roleNames = [...]string{"user", "admin", "Banned", "é", " ", "\x00", "banned "}
	// ordinaryCapabilities mean nothing to the structure of a room.
	ordinaryCapabilities = [...]roompolicy.Capability{
		roompolicy.CanSendMessage, roompolicy.CanKick, roompolicy.CanChangeUserRole, roompolicy.CanRemoveSelf, roompolicy.CanFollowLink,
		roompolicy.CanSendMLSReinitProposal, roompolicy.CanRemoveParticipant, roompolicy.CanSendLinkPreview, 0xf000, 0xffff,
	}
)

func (w *roomWriter) roles() {
	if w.has&partRoleZero != 0 {
		w.indexes = append(w.indexes, roompolicy.NoRole)
	}
	if w.has&partBanned != 0 {
		w.indexes = append(w.indexes, roompolicy.BannedRole)
	}
	if w.has&partOrdinary != 0 {
		// A step of zero ends the list.
		for at := w.t.Choose(len(ordinaryIndexes)); at < len(ordinaryIndexes); {
			w.indexes = append(w.indexes, ordinaryIndexes[at])
			step := w.t.Choose(4)
			if step == 0 {
				break
			}
			at += step
		}
	}
	w.r.Roles = new(roompolicy.RoleData)
	for _, index := range w.indexes {
		w.t.Begin()
		role := roompolicy.Role{RoleIndex: index, RoleName: roleNames[w.t.Choose(len(roleNames))], RoleDescription: [...]string{"", "d", "é"}[w.t.Choose(3)]}
		w.limits(&role)
		w.changes(&role)
		if index == roompolicy.BannedRole {
			role.RoleName = roompolicy.BannedName
		} else {
			w.capabilities(&role)
		}
		w.r.Roles.Roles = append(w.r.Roles.Roles, role)
		w.t.End()
	}
	if n := len(w.indexes); n > 1 && w.t.Bool() {
		slices.Reverse(w.r.Roles.Roles)
	}
}

func (w *roomWriter) limits(role *roompolicy.Role) {
	least, active := w.bound(), w.bound()
	if w.t.Bool() {
		most := w.bound()
		role.MaximumParticipantsConstraint = roompolicy.Some(most)
		least, active = min(least, most), min(active, most)
	}
	if w.t.Bool() {
		most := w.bound()
		role.MaximumActiveParticipantsConstraint = roompolicy.Some(most)
		active = min(active, most)
	}
	role.MinimumParticipantsConstraint, role.MinimumActiveParticipantsConstraint = least, active
}

// changes draws changes from and to zero and roles that are defined.
func (w *roomWriter) changes(role *roompolicy.Role) {
	defined := append([]uint32{roompolicy.NoRole}, w.indexes...)
	slices.Sort(defined)
	for _, from := range slices.Compact(defined) {
		w.t.Begin()
		if w.t.OneIn(3) {
			change := roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from}
			for range w.t.Choose(3) {
				change.TargetRoleIndexes = append(change.TargetRoleIndexes, defined[w.t.Choose(len(defined))])
			}
			role.AuthorizedRoleChanges = append(role.AuthorizedRoleChanges, change)
		}
		w.t.End()
	}
}

// opens reports whether a role has a change from zero to another role.
func opens(role *roompolicy.Role) bool {
	return slices.ContainsFunc(role.AuthorizedRoleChanges, func(c roompolicy.SingleSourceRoleChangeTargets) bool {
		return c.FromRoleIndex == roompolicy.NoRole && slices.ContainsFunc(c.TargetRoleIndexes, func(target uint32) bool { return target != roompolicy.NoRole })
	})
}

func (w *roomWriter) capabilities(role *roompolicy.Role) {
	add := func(capability roompolicy.Capability) {
		if w.t.Bool() {
			role.RoleCapabilities = append(role.RoleCapabilities, capability)
		}
	}
	joins := w.has&partJoins != 0
	if role.RoleIndex == roompolicy.NoRole {
		add(0xf000)
		if joins {
			add(roompolicy.CanUseJoinCode)
		}
		if joins && opens(role) {
			add(roompolicy.CanOpenJoin)
		}
		return
	}
	if inactive(role) && w.has&partOperational != 0 {
		return // external proposals may not be allowed
	}
	for range w.t.Choose(4) {
		if c := ordinaryCapabilities[w.t.Choose(len(ordinaryCapabilities))]; !role.Has(c) {
			role.RoleCapabilities = append(role.RoleCapabilities, c)
		}
	}
	if joins {
		add(roompolicy.CanUseJoinCode)
		add(roompolicy.CanJoinIfPreauthorized)
		if !w.since03() {
			add(roompolicy.CanAddSelf)
		}
	}
	if w.has&partBans != 0 {
		add(roompolicy.CanBan)
		add(roompolicy.CanUnBan)
	}
	if w.has&partAdds != 0 {
		add(roompolicy.CanAddParticipant)
	}
	if w.has&partPreviewRequired == 0 || role.Has(roompolicy.CanSendLinkPreview) {
		add(roompolicy.CanSendLink)
	}
}

func inactive(role *roompolicy.Role) bool {
	return role.MaximumActiveParticipantsConstraint == roompolicy.Some[uint32](0)
}

// definedRole draws the index of a role other than zero and that of the banned.
// Where the roles are not known any will do. It is false if there is none.
func (w *roomWriter) definedRole(fits func(*roompolicy.Role) bool) (index uint32, ok bool) {
	if w.r.Roles == nil {
		return ordinaryIndexes[w.t.Choose(len(ordinaryIndexes))], true
	}
	var list []uint32
	for i := range w.r.Roles.Roles {
		if role := &w.r.Roles.Roles[i]; role.RoleIndex > roompolicy.BannedRole && fits(role) {
			list = append(list, role.RoleIndex)
		}
	}
	if len(list) == 0 {
		return 0, false
	}
	return list[w.t.Choose(len(list))], true
}

func anyRole(*roompolicy.Role) bool { return true }

var users = [...]roompolicy.User{"mimi://a.example/u/a", "mimi://a.example/u/b", "", "mimi://A.example/u/a", "\xff"}

func (w *roomWriter) participants() {
	w.r.ParticipantList = new(roompolicy.ParticipantListData)
	for i := range w.t.Choose(len(users) + 1) {
		index, ok := w.definedRole(anyRole)
		if w.has&(partRoles|partBanned) == partRoles|partBanned && (!ok || w.t.OneIn(3)) {
			index, ok = roompolicy.BannedRole, true
		}
		if ok {
			w.r.ParticipantList.Participants = append(w.r.ParticipantList.Participants, roompolicy.UserRolePair{User: users[i], RoleIndex: index})
		}
	}
}

func (w *roomWriter) metadata() {
	w.r.RoomMetaData = &roompolicy.RoomMetaData{
		RoomUri:    [...]roompolicy.Uri{"", "mimi://a.example/r/c", "mimi://A.EXAMPLE/r/c"}[w.t.Choose(3)],
		RoomName:   [...]string{"", "é", "n"}[w.t.Choose(3)],
		RoomAvatar: [...]roompolicy.Uri{"", "https://a", "HTTPS://b/c"}[w.t.Choose(3)],
	}
}

func (w *roomWriter) operational() {
	o := &roompolicy.OperationalParameters{ExternalProposalAllowed: w.t.Bool(), ExternalCommitAllowed: w.externalJoins}
	w.r.Operational = o
	if w.t.Bool() {
		o.MandatoryCapabilities.Extensions = []uint16{1, 2}
		o.DefaultCapabilities.MediaTypes = []roompolicy.MediaType{{MediaType: "text/plain"}}
		o.ForbiddenCapabilities.Extensions = []uint16{3, 0xffff}
		o.ForbiddenCapabilities.CipherSuites = []uint16{1}
		o.ForbiddenCapabilities.MediaTypes = []roompolicy.MediaType{{MediaType: "text/plain", Parameters: []roompolicy.Parameter{{ParameterName: "a", ParameterValue: "b"}}}}
	}
	o.HandshakeFormats = [][]uint16{nil, {1}, {1, 6}, {0xf001}}[w.t.Choose(4)]
	o.PendingProposalPolicy.PendingProposalStrategy = roompolicy.PendingProposalStrategy(w.t.Choose(3))
	if o.PendingProposalPolicy.PendingProposalStrategy == roompolicy.RandomDelay {
		most := w.bound64()
		o.PendingProposalPolicy.MinimumDelayMs, o.PendingProposalPolicy.MaximumDelayMs = min(w.bound64(), most), most
	}
	for _, times := range []*roompolicy.MinDefaultMaxTime{&o.LeafNodeUpdateTime, &o.SenderNonceKeypairLifetime, &o.BufferIncomingMessageTime} {
		w.times(times)
	}
	o.MaxKeypairs, o.MaxKpLifetime = w.bound(), w.bound64()
}

func (w *roomWriter) times(m *roompolicy.MinDefaultMaxTime) {
	m.MaximumTime = w.bound64()
	m.DefaultTime = min(w.bound64(), m.MaximumTime)
	m.MinimumTime = min(w.bound64(), m.DefaultTime)
}

// claim returns a claim that only the entry with that place has.
func claim(i int) roompolicy.Claim {
	return roompolicy.Claim{ClaimId: roompolicy.ClaimId{CredentialType: 2, Id: "2.5.4.10"}, ClaimValue: roompolicy.Octets(fmt.Sprint(i))}
}

func (w *roomWriter) preAuth() {
	w.r.PreAuth = new(roompolicy.PreAuthData)
	for i := range w.t.Choose(4) {
		index, ok := w.definedRole(anyRole)
		if !ok {
			return
		}
		entry := roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim(i)}, TargetRole: roompolicy.RoleReference{RoleIndex: index}}
		if w.t.Bool() {
			entry.Claimset = append(entry.Claimset, claim(100))
		}
		w.r.PreAuth.PreauthorizedEntries = append(w.r.PreAuth.PreauthorizedEntries, entry)
	}
}

func (w *roomWriter) status() {
	s := &roompolicy.StatusNotificationPolicy{DeliveryNotifications: w.optionality(), ReadReceipts: w.optionality()}
	if s.DeliveryNotifications == roompolicy.Forbidden && s.ReadReceipts == roompolicy.Required {
		s.ReadReceipts = roompolicy.Forbidden
	}
	w.r.StatusNotifications = s
}

func (w *roomWriter) linkPolicy() {
	p := &roompolicy.JoinLinkPolicy{OnRequest: w.t.Bool(), Multiuser: w.t.Bool(), Expiration: max(1, w.bound())}
	if !p.OnRequest || w.since03() && w.t.Bool() {
		p.JoinLink = "mimi://a.example/j/1"
	}
	w.r.JoinLinkPolicy = p
}

func (w *roomWriter) links() {
	most := 4
	if p := w.r.JoinLinkPolicy; p != nil && p.OnRequest {
		most = 2
	}
	w.r.JoinLinks = new(roompolicy.JoinLinksData)
	for i := range w.t.Choose(most) {
		w.r.JoinLinks.JoinLinks = append(w.r.JoinLinks.JoinLinks, roompolicy.JoinLink{JoinLink: roompolicy.Octets("abc"[:i+1])})
	}
}

func (w *roomWriter) preview() {
	p := &roompolicy.LinkPreviewPolicy{
		AutodetectHyperlinksInText: w.optionality(roompolicy.Required),
		SendLinkPreviews:           w.optionality(roompolicy.Required),
		AutomaticLinkPreviews:      w.optionality(),
		LinkPreviewProxyUse:        w.optionality(),
	}
	if w.has&partPreviewRequired != 0 {
		p.SendLinkPreviews = roompolicy.Required
	}
	if p.LinkPreviewProxyUse == roompolicy.Required && p.SendLinkPreviews == roompolicy.Forbidden && p.AutomaticLinkPreviews == roompolicy.Forbidden {
		p.LinkPreviewProxyUse = roompolicy.OptionalUse
	}
	if p.LinkPreviewProxyUse != roompolicy.Forbidden {
		p.LinkPreviewProxy = []roompolicy.Uri{"https://p.example", "x"}[:1+w.t.Choose(2)]
	}
	w.r.LinkPreview = p
}

func (w *roomWriter) assets() {
	p := &roompolicy.AssetPolicy{MaxImage: w.bound64(), MaxAttachment: w.bound64()}
	w.r.Assets = p
	if !w.since03() {
		p.AssetUploadLocation = roompolicy.AssetUploadLocation(w.t.Choose(3))
		p.UploadDomains = []roompolicy.ProviderAssetUploadDomains{{AssetUploadDestinations: []roompolicy.DomainName{"cdn.a.example"}}}
	} else {
		p.AssetUploadLocation = roompolicy.LocalProvider
		p.UploadDomains = []roompolicy.ProviderAssetUploadDomains{
			{Provider: "a.example", AssetUploadDestinations: []roompolicy.DomainName{"cdn.a.example", "CDN-2.a.example"}},
			{Provider: "b.example"},
		}[:1+w.t.Choose(2)]
		p.ForbiddenMediaTypes = []roompolicy.MediaType{{MediaType: "image/svg+xml"}}[:w.t.Choose(2)]
		if w.t.Bool() {
			p.PermittedMediaTypes = roompolicy.Some([]roompolicy.MediaType{{MediaType: "image/png"}, {MediaType: "*/x"}}[:1+w.t.Choose(2)])
		}
	}
	ways := [...]roompolicy.DownloadPrivacyType{roompolicy.Direct, roompolicy.HubProxy, roompolicy.Ohttp}
	cut := w.t.Choose(3)
	p.DownloadPrivacy.DefaultDownloadType = ways[cut]
	p.DownloadPrivacy.AllowedDownloadTypes = slices.Clone(ways[cut:])
	p.DownloadPrivacy.ForbiddenDownloadTypes = slices.Clone(ways[:cut])
	if w.t.Bool() {
		p.DownloadPrivacy.AllowedDownloadTypes = nil
	}
}

func (w *roomWriter) logging() {
	p := &roompolicy.LoggingPolicy{Logging: w.optionality()}
	if p.Logging != roompolicy.Forbidden {
		least := int(p.Logging) // one where it is required
		p.LoggingClients = []roompolicy.Uri{"mimi://a.example/l", "mimi://b.example/l"}[:least+w.t.Choose(3-least)]
		p.HumanReadablePolicy = [...]roompolicy.Uri{"", "https://a.example/p"}[w.t.Choose(2)]
	}
	w.r.Logging = p
}

func (w *roomWriter) history() {
	p := &roompolicy.HistoryPolicy{HistorySharing: w.optionality()}
	w.r.History = p
	index, ok := w.definedRole(func(role *roompolicy.Role) bool { return !inactive(role) })
	if !ok && p.HistorySharing == roompolicy.Required {
		p.HistorySharing = roompolicy.OptionalUse
	}
	if p.HistorySharing == roompolicy.Forbidden {
		return
	}
	p.AutomaticallyShare, p.MaxTimePeriod = w.t.Bool(), w.bound()
	if ok && (p.HistorySharing == roompolicy.Required || w.t.Bool()) {
		p.RolesThatCanShare = []roompolicy.RoleReference{{RoleIndex: index}}
	}
}

func (w *roomWriter) bots() {
	w.r.Bots = new(roompolicy.BotPolicy)
	for i := range w.t.Choose(3) {
		bot := roompolicy.Bot{Name: [...]string{"", "b"}[i], CanTargetMessageInGroup: w.t.Bool()}
		bot.PerUserContent = bot.CanTargetMessageInGroup && w.t.Bool()
		bot.LocalClientBot = w.since03() && w.t.Bool()
		if index, ok := w.definedRole(anyRole); ok && !bot.LocalClientBot {
			bot.BotRole.RoleIndex = index
		}
		w.r.Bots.AllowedBots = append(w.r.Bots.AllowedBots, bot)
	}
}

func (w *roomWriter) expiration() {
	e := &roompolicy.MessageExpiration{ExpiringMessages: w.optionality()}
	if e.ExpiringMessages != roompolicy.Forbidden {
		e.MaxExpirationDuration = w.bound()
		e.MinExpirationDuration = w.atMostOf(e.MaxExpirationDuration)
		if w.t.Bool() {
			e.DefaultExpirationDuration = roompolicy.Some(max(w.atMostOf(e.MaxExpirationDuration), e.MinExpirationDuration))
		}
	}
	w.r.Expiration = e
}

func (w *roomWriter) base() {
	b := &roompolicy.BaseRoomPolicy{
		FixedMembership: w.has&partFixed != 0, MultiDevice: w.t.Bool(), PersistentRoom: w.t.Bool(), Discoverable: w.t.Bool(),
	}
	if w.t.OneIn(3) {
		b.ParentDependent, b.ParentRoom = true, []roompolicy.Uri{"mimi://a.example/r/p"}
	}
	w.r.Base = b
	if !w.since03() {
		return
	}
	if w.has&partMaxUsers != 0 {
		users := 0
		if w.r.ParticipantList != nil {
			users = len(w.r.ParticipantList.Participants)
		}
		b.MaxUsers = roompolicy.Some(max(w.bound(), uint32(users)))
	}
	for id := roompolicy.MlsOperationalPolicyID; id <= roompolicy.MessageExpirationPolicyID; id++ {
		if id != roompolicy.BaseRoomPolicyID && w.r.Component(id) != nil {
			b.PolicyComponentIds = append(b.PolicyComponentIds, id)
		}
	}
	if w.t.Bool() {
		b.PolicyComponentIds = append(b.PolicyComponentIds, 0xf000, 0x0031)
	}
}
