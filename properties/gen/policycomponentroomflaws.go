package gen

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// roomFlaw is one way to break a rule on structure: something in a valid room is
// changed.
type roomFlaw struct {
	rule          string // without "room-policy/"
	with, without roomPart
	change        func(w *roomWriter)
	also          string // a rule that what is changed breaks as well, and only together
}

// undefinedIndexes are no indexes of drawn roles.
var undefinedIndexes = [...]uint32{5, 256, 1<<31 - 1, 1<<32 - 2}

func (w *roomWriter) undefinedIndex() uint32 {
	return undefinedIndexes[w.t.Choose(len(undefinedIndexes))]
}

// roleOf returns the first role that fits. What a flaw needs is there.
func (w *roomWriter) roleOf(fits func(index uint32) bool) *roompolicy.Role {
	roles := w.r.Roles.Roles
	return &roles[slices.IndexFunc(roles, func(r roompolicy.Role) bool { return fits(r.RoleIndex) })]
}

func (w *roomWriter) ordinary() *roompolicy.Role {
	return w.roleOf(func(index uint32) bool { return index > roompolicy.BannedRole })
}

func (w *roomWriter) zero() *roompolicy.Role {
	return w.roleOf(func(index uint32) bool { return index == roompolicy.NoRole })
}

func (w *roomWriter) banned() *roompolicy.Role {
	return w.roleOf(func(index uint32) bool { return index == roompolicy.BannedRole })
}

// active lets the holders of a role have clients, and takes its bounds away.
func active(role *roompolicy.Role) *roompolicy.Role {
	role.MinimumParticipantsConstraint, role.MinimumActiveParticipantsConstraint = 0, 0
	role.MaximumParticipantsConstraint, role.MaximumActiveParticipantsConstraint = roompolicy.Optional[uint32]{}, roompolicy.Optional[uint32]{}
	return role
}

// grants gives the ordinary role capabilities that it may have had already.
func grants(capabilities ...roompolicy.Capability) func(*roomWriter) {
	return func(w *roomWriter) { give(active(w.ordinary()), capabilities...) }
}

func give(role *roompolicy.Role, capabilities ...roompolicy.Capability) {
	for _, c := range capabilities {
		if !role.Has(c) {
			role.RoleCapabilities = append(role.RoleCapabilities, c)
		}
	}
}

// grantsOne gives the ordinary role one of some capabilities.
func grantsOne(capabilities ...roompolicy.Capability) func(*roomWriter) {
	return func(w *roomWriter) { grants(capabilities[w.t.Choose(len(capabilities))])(w) }
}

// limit draws a maximum to go above.
func (w *roomWriter) limit() uint32 { return []uint32{1, 2, 1<<31 - 1, 1<<32 - 2}[w.t.Choose(4)] }

func (w *roomWriter) addChange(c roompolicy.SingleSourceRoleChangeTargets) {
	role := w.ordinary()
	role.AuthorizedRoleChanges = append(slices.DeleteFunc(role.AuthorizedRoleChanges, func(other roompolicy.SingleSourceRoleChangeTargets) bool {
		return other.FromRoleIndex == c.FromRoleIndex
	}), c)
}

func (w *roomWriter) addEntry(e roompolicy.PreAuthRoleEntry) {
	w.r.PreAuth.PreauthorizedEntries = append(w.r.PreAuth.PreauthorizedEntries, e)
}

func (w *roomWriter) addParticipant(user roompolicy.User, index uint32) {
	w.r.ParticipantList.Participants = append(w.r.ParticipantList.Participants, roompolicy.UserRolePair{User: user, RoleIndex: index})
}

func (w *roomWriter) addBot(b roompolicy.Bot) {
	b.Name = "another"
	w.r.Bots.AllowedBots = append(w.r.Bots.AllowedBots, b)
}

func reference(index uint32) roompolicy.RoleReference {
	return roompolicy.RoleReference{RoleIndex: index}
}

func ofType(names ...string) []roompolicy.MediaType {
	var types []roompolicy.MediaType
	for _, name := range names {
		types = append(types, roompolicy.MediaType{MediaType: name})
	}
	return types
}

// both puts something into two lists of capabilities.
func (w *roomWriter) both(a, b *roompolicy.ExtendedCapabilities) {
	switch w.t.Choose(5) {
	case 0:
		a.Versions, b.Versions = append(a.Versions, 9), append(b.Versions, 9)
	case 1:
		a.WireFormats, b.WireFormats = append(a.WireFormats, 0xffff), append(b.WireFormats, 0xffff)
	case 2:
		a.ComponentIds, b.ComponentIds = append(a.ComponentIds, 0), append(b.ComponentIds, 0)
	case 3:
		a.ContentTypes, b.ContentTypes = append(a.ContentTypes, 3), append(b.ContentTypes, 3)
	case 4:
		a.MediaTypes = append(a.MediaTypes, roompolicy.MediaType{MediaType: "Audio/OGG", Parameters: []roompolicy.Parameter{{ParameterName: "a", ParameterValue: "b"}}})
		b.MediaTypes = append(b.MediaTypes, ofType("audio/ogg")...)
	}
}

// roomFlaws holds ways to break rules and nothing else.
var roomFlaws = []roomFlaw{
	{rule: "enum-known", with: partStatus, change: func(w *roomWriter) {
		unknown := roompolicy.Optionality([...]uint8{3, 4, 127, 255}[w.t.Choose(4)])
		if w.t.Bool() {
			w.r.StatusNotifications.ReadReceipts = unknown
		} else {
			w.r.StatusNotifications.DeliveryNotifications = unknown
		}
	}},
	{rule: "domain-name", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.UploadDomains[0].AssetUploadDestinations = []roompolicy.DomainName{[...]roompolicy.DomainName{"", "a_b", "a..b", "-a.b", "a.b-", "é.example", "a/b"}[w.t.Choose(7)]}
	}},
	{rule: "media-type-form", with: partOperational, change: func(w *roomWriter) {
		o := &w.r.Operational.DefaultCapabilities
		o.MediaTypes = append(o.MediaTypes, ofType("image", "/", "a/", "/b", "a b/c", "a/b;c")[w.t.Choose(6)])
	}},

	{rule: "role-index-unique", with: partOrdinary, change: func(w *roomWriter) {
		copied := *w.ordinary()
		copied.RoleName += "2"
		w.r.Roles.Roles = append(w.r.Roles.Roles, copied)
	}},
	{rule: "role-text", with: partOrdinary, change: func(w *roomWriter) {
		if role := w.ordinary(); w.t.Bool() {
			role.RoleName += "\xff"
		} else {
			role.RoleDescription += "\xed\xa0\x80"
		}
	}},
	{rule: "role-name-empty", with: partOrdinary, change: func(w *roomWriter) { w.ordinary().RoleName = "" }},
	{rule: "role-one-banned", with: partRoles | partBanned, without: partBans | partParticipants, change: func(w *roomWriter) {
		w.banned().RoleName = [...]string{"Banned", "banned ", "user"}[w.t.Choose(3)]
	}},
	{rule: "banned-index", with: partOrdinary, change: func(w *roomWriter) { w.ordinary().RoleName = "banned" }},
	{rule: "banned-capabilities", with: partRoles | partBanned, change: func(w *roomWriter) { give(w.banned(), roompolicy.CanRemoveSelf) }},
	{rule: "banned-missing", with: partOrdinary, without: partBanned, change: grantsOne(roompolicy.CanBan, roompolicy.CanUnBan)},
	{rule: "role-minimum", with: partOrdinary, change: func(w *roomWriter) {
		role, most := active(w.ordinary()), w.limit()
		if w.t.Bool() {
			most = 0
		}
		role.MaximumParticipantsConstraint, role.MinimumParticipantsConstraint = roompolicy.Some(most), most+1
	}},
	{rule: "role-active-minimum", with: partOrdinary, change: func(w *roomWriter) {
		role, most := active(w.ordinary()), w.limit()
		role.MaximumActiveParticipantsConstraint, role.MinimumActiveParticipantsConstraint = roompolicy.Some(most), most+1
	}},
	{rule: "role-active-participants", with: partOrdinary, change: func(w *roomWriter) {
		role, most := active(w.ordinary()), w.limit()
		role.MaximumParticipantsConstraint, role.MinimumActiveParticipantsConstraint = roompolicy.Some(most), most+1
	}},
	{rule: "role-change-from", with: partOrdinary, change: func(w *roomWriter) {
		w.addChange(roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: w.undefinedIndex()})
	}},
	{rule: "role-change-target", with: partOrdinary, change: func(w *roomWriter) {
		w.addChange(roompolicy.SingleSourceRoleChangeTargets{TargetRoleIndexes: []uint32{0, w.undefinedIndex()}})
	}},
	{rule: "role-change-once", with: partOrdinary, change: func(w *roomWriter) {
		change := roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: w.ordinary().RoleIndex}
		w.addChange(change)
		w.ordinary().AuthorizedRoleChanges = append(w.ordinary().AuthorizedRoleChanges, change)
	}},
	{rule: "capability-once", with: partOrdinary, change: func(w *roomWriter) {
		role := active(w.ordinary())
		give(role, roompolicy.CanSendMessage)
		role.RoleCapabilities = append(role.RoleCapabilities, role.RoleCapabilities[w.t.Choose(len(role.RoleCapabilities))])
	}},
	{rule: "capability-reserved", with: partOrdinary, change: grantsOne(roompolicy.CanKnock, roompolicy.CanCreateJoinCode, roompolicy.CanChangeOwnAvatar, roompolicy.CanSendMLSExternalCommit)},
	{rule: "capability-unknown", with: partOrdinary, change: grantsOne(0x0012, 0x0305, 0xefff)},
	{rule: "open-join-role-zero", with: partOrdinary | partJoins, without: partFixed, change: grants(roompolicy.CanOpenJoin)},
	{rule: "open-join-change", with: partRoleZero | partJoins, without: partFixed, change: func(w *roomWriter) {
		role := w.zero()
		give(role, roompolicy.CanOpenJoin)
		role.AuthorizedRoleChanges = nil
		if w.t.Bool() {
			role.AuthorizedRoleChanges = []roompolicy.SingleSourceRoleChangeTargets{{TargetRoleIndexes: []uint32{0}}}
		}
	}},
	{rule: "join-if-preauthorized-role-zero", with: partRoleZero | partJoins, without: partFixed, change: func(w *roomWriter) { give(w.zero(), roompolicy.CanJoinIfPreauthorized) }},
	{rule: "role-zero-capability", with: partRoleZero, change: func(w *roomWriter) {
		give(w.zero(), [...]roompolicy.Capability{roompolicy.CanSendMessage, roompolicy.CanRemoveSelf, roompolicy.CanAddOwnClient}[w.t.Choose(3)])
	}},

	{rule: "preauth-role", with: partRoles | partPreAuth, change: func(w *roomWriter) {
		w.addEntry(roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim(50)}, TargetRole: reference(w.undefinedIndex())})
	}},
	{rule: "preauth-role-zero", with: partPreAuth, change: func(w *roomWriter) {
		w.addEntry(roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim(50)}})
	}},
	{rule: "role-definition", with: partOrdinary | partPreAuth, change: func(w *roomWriter) {
		other := *w.ordinary()
		switch w.t.Choose(3) {
		case 0:
			other.RoleDescription += "2"
		case 1:
			other.RoleCapabilities = append(slices.Clone(other.RoleCapabilities), roompolicy.CanKick)
		case 2:
			other.MinimumActiveParticipantsConstraint++
		}
		w.addEntry(roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim(50)}, TargetRole: roompolicy.RoleReference{RoleIndex: other.RoleIndex, Role: &other}})
	}},
	{rule: "preauth-everyone", with: partOrdinary | partPreAuth, change: func(w *roomWriter) {
		w.addEntry(roompolicy.PreAuthRoleEntry{TargetRole: reference(w.ordinary().RoleIndex)})
	}},
	{rule: "preauth-reached", with: partOrdinary | partPreAuth, change: func(w *roomWriter) {
		role := reference(w.ordinary().RoleIndex)
		w.addEntry(roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim(50)}, TargetRole: role})
		w.addEntry(roompolicy.PreAuthRoleEntry{Claimset: []roompolicy.Claim{claim(51), claim(50)}[w.t.Choose(2):], TargetRole: role})
	}},

	{rule: "parent-room-set", with: partBase, change: func(w *roomWriter) {
		w.r.Base.ParentDependent = true
		w.r.Base.ParentRoom = [][]roompolicy.Uri{nil, {""}, {"mimi://a.example/r/p", "mimi://a.example/r/q"}}[w.t.Choose(3)]
	}},
	{rule: "parent-room-unset", with: partBase, change: func(w *roomWriter) {
		w.r.Base.ParentDependent = false
		w.r.Base.ParentRoom = []roompolicy.Uri{[...]roompolicy.Uri{"", "mimi://a.example/r/p"}[w.t.Choose(2)]}
	}},
	{rule: "fixed-membership-add", with: partBase | partOrdinary | partFixed, change: grants(roompolicy.CanAddParticipant)},
	{rule: "fixed-membership-join", with: partBase | partOrdinary | partFixed, without: partOperational, change: grantsOne(roompolicy.CanUseJoinCode, roompolicy.CanJoinIfPreauthorized)},
	{rule: "component-listed", with: partBase | partRoles, change: func(w *roomWriter) {
		w.r.Base.PolicyComponentIds = slices.DeleteFunc(w.r.Base.PolicyComponentIds, func(id roompolicy.ComponentID) bool { return id == roompolicy.RolesListID })
	}},
	{rule: "component-there", with: partBase, without: partLinks | partParticipants, change: func(w *roomWriter) {
		w.r.Base.PolicyComponentIds = append(w.r.Base.PolicyComponentIds, [...]roompolicy.ComponentID{roompolicy.JoinLinksID, roompolicy.ParticipantListID}[w.t.Choose(2)])
	}},
	{rule: "component-once", with: partBase | partRoles, change: func(w *roomWriter) {
		id := [...]roompolicy.ComponentID{roompolicy.RolesListID, 0x0040}[w.t.Choose(2)]
		ids := slices.DeleteFunc(w.r.Base.PolicyComponentIds, func(other roompolicy.ComponentID) bool { return other == id })
		w.r.Base.PolicyComponentIds = append([]roompolicy.ComponentID{id, id}, ids...)
	}},
	{rule: "parent-room-hub", with: partBase | partMetadata, change: func(w *roomWriter) {
		w.r.RoomMetaData.RoomUri = "mimi://a.example/r/c"
		w.r.Base.ParentDependent = true
		w.r.Base.ParentRoom = []roompolicy.Uri{[...]roompolicy.Uri{"mimi://b.example/r/p", "mimi://a.example.b/r/p", "mimi://aa.example/r/p"}[w.t.Choose(3)]}
	}},
	{rule: "listed-users", with: partBase | partOrdinary | partParticipants, change: func(w *roomWriter) {
		w.addParticipant("mimi://a.example/u/z", w.ordinary().RoleIndex)
		present := 0
		for _, p := range w.r.ParticipantList.Participants {
			if p.RoleIndex != roompolicy.BannedRole {
				present++
			}
		}
		w.r.Base.MaxUsers = roompolicy.Some(uint32(present - 1))
	}},

	{rule: "read-without-delivery", with: partStatus, change: func(w *roomWriter) {
		w.r.StatusNotifications.DeliveryNotifications, w.r.StatusNotifications.ReadReceipts = roompolicy.Forbidden, roompolicy.Required
	}},
	{rule: "join-links-several", with: partLinks | partLinkPolicy, change: func(w *roomWriter) {
		w.r.JoinLinkPolicy.OnRequest, w.r.JoinLinkPolicy.JoinLink = true, ""
		w.r.JoinLinks.JoinLinks = []roompolicy.JoinLink{{JoinLink: "a"}, {JoinLink: "A"}}
	}},
	{rule: "join-links-once", with: partLinks, without: partLinkPolicy, change: func(w *roomWriter) {
		w.r.JoinLinks.JoinLinks = append(w.r.JoinLinks.JoinLinks, roompolicy.JoinLink{JoinLink: "d"}, roompolicy.JoinLink{JoinLink: "d"})
	}},
	{rule: "join-link-empty", with: partLinks, without: partLinkPolicy, change: func(w *roomWriter) {
		w.r.JoinLinks.JoinLinks = append(w.r.JoinLinks.JoinLinks, roompolicy.JoinLink{})
	}},
	{rule: "join-link-expiration", with: partLinkPolicy, change: func(w *roomWriter) { w.r.JoinLinkPolicy.Expiration = 0 }},
	{rule: "link-on-request", with: partLinkPolicy, without: partLinks, change: func(w *roomWriter) {
		w.r.JoinLinkPolicy.OnRequest, w.r.JoinLinkPolicy.JoinLink = true, "x"
	}},
	{rule: "link-missing", with: partLinkPolicy, change: func(w *roomWriter) {
		w.r.JoinLinkPolicy.OnRequest, w.r.JoinLinkPolicy.JoinLink = false, ""
	}},
	{rule: "autodetect-required", with: partPreview, change: func(w *roomWriter) { w.r.LinkPreview.AutodetectHyperlinksInText = roompolicy.Required }},
	{rule: "link-preview-proxy-set", with: partPreview, change: func(w *roomWriter) {
		w.r.LinkPreview.LinkPreviewProxyUse = roompolicy.OptionalUse
		w.r.LinkPreview.LinkPreviewProxy = [][]roompolicy.Uri{nil, {""}, {"x", ""}}[w.t.Choose(3)]
	}},
	{rule: "link-preview-proxy-unset", with: partPreview, change: func(w *roomWriter) {
		w.r.LinkPreview.LinkPreviewProxyUse, w.r.LinkPreview.LinkPreviewProxy = roompolicy.Forbidden, []roompolicy.Uri{"x"}
	}},
	{rule: "link-preview-proxy-idle", with: partPreview, without: partPreviewRequired, change: func(w *roomWriter) {
		p := w.r.LinkPreview
		p.SendLinkPreviews, p.AutomaticLinkPreviews = roompolicy.Forbidden, roompolicy.Forbidden
		p.LinkPreviewProxyUse, p.LinkPreviewProxy = roompolicy.Required, []roompolicy.Uri{"x"}
	}},
	{rule: "link-preview-capability", with: partPreview | partPreviewRequired | partOrdinary, change: func(w *roomWriter) {
		role := active(w.ordinary())
		role.RoleCapabilities = slices.DeleteFunc(role.RoleCapabilities, func(c roompolicy.Capability) bool { return c == roompolicy.CanSendLinkPreview })
		give(role, roompolicy.CanSendLink)
	}},

	{rule: "asset-hub-provider", with: partAssets, also: "asset-location", change: func(w *roomWriter) {
		w.r.Assets.AssetUploadLocation = roompolicy.Hub
		w.r.Assets.UploadDomains = append(w.r.Assets.UploadDomains, roompolicy.ProviderAssetUploadDomains{Provider: "c.example"})
	}},
	{rule: "asset-location", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.AssetUploadLocation = [...]roompolicy.AssetUploadLocation{roompolicy.UnspecifiedLocation, roompolicy.Hub}[w.t.Choose(2)]
		w.r.Assets.UploadDomains = w.r.Assets.UploadDomains[:1]
	}},
	{rule: "asset-destination", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.AssetUploadLocation = roompolicy.LocalProvider
		w.r.Assets.UploadDomains[0].AssetUploadDestinations = nil
	}},
	{rule: "asset-provider-once", with: partAssets, change: func(w *roomWriter) {
		again := w.r.Assets.UploadDomains[0]
		if w.t.Bool() && again.Provider != "" {
			again.Provider = "A.Example"
		}
		w.r.Assets.UploadDomains = append(w.r.Assets.UploadDomains, again)
	}},
	{rule: "asset-download-types", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.DownloadPrivacy = roompolicy.DownloadPrivacy{
			AllowedDownloadTypes:   []roompolicy.DownloadPrivacyType{roompolicy.HubProxy, roompolicy.Ohttp},
			ForbiddenDownloadTypes: []roompolicy.DownloadPrivacyType{roompolicy.Ohttp}, DefaultDownloadType: roompolicy.HubProxy,
		}
	}},
	{rule: "asset-default-download", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.DownloadPrivacy = [...]roompolicy.DownloadPrivacy{
			{AllowedDownloadTypes: []roompolicy.DownloadPrivacyType{roompolicy.HubProxy}, DefaultDownloadType: roompolicy.Ohttp},
			{ForbiddenDownloadTypes: []roompolicy.DownloadPrivacyType{roompolicy.Direct}},
		}[w.t.Choose(2)]
	}},
	{rule: "asset-permitted-empty", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.PermittedMediaTypes = roompolicy.Some([]roompolicy.MediaType{})
	}},
	{rule: "asset-permitted-forbidden", with: partAssets, change: func(w *roomWriter) {
		w.r.Assets.PermittedMediaTypes = roompolicy.Some([]roompolicy.MediaType{{MediaType: "image/GIF", Parameters: []roompolicy.Parameter{{ParameterName: "a", ParameterValue: "b"}}}})
		w.r.Assets.ForbiddenMediaTypes = ofType("image/gif")
	}},

	{rule: "logging-forbidden", with: partLogging, change: func(w *roomWriter) {
		*w.r.Logging = [...]roompolicy.LoggingPolicy{
			{LoggingClients: []roompolicy.Uri{"x"}}, {MachineReadablePolicy: "x"}, {HumanReadablePolicy: "x"},
		}[w.t.Choose(3)]
		w.r.Logging.Logging = roompolicy.Forbidden
	}},
	{rule: "logging-required", with: partLogging, change: func(w *roomWriter) {
		w.r.Logging.Logging, w.r.Logging.LoggingClients = roompolicy.Required, [][]roompolicy.Uri{nil, {""}}[w.t.Choose(2)]
	}},
	{rule: "logging-provider", with: partLogging, change: func(w *roomWriter) {
		w.r.Logging.Logging, w.r.Logging.LoggingClients = roompolicy.OptionalUse, []roompolicy.Uri{"mimi://a.example/l", "mimi://A.example/m"}
	}},
	{rule: "history-forbidden", with: partHistory | partOrdinary, change: func(w *roomWriter) {
		*w.r.History = [...]roompolicy.HistoryPolicy{
			{RolesThatCanShare: []roompolicy.RoleReference{reference(w.ordinary().RoleIndex)}}, {AutomaticallyShare: true}, {MaxTimePeriod: 1},
		}[w.t.Choose(3)]
		w.r.History.HistorySharing = roompolicy.Forbidden
	}},
	{rule: "history-role", with: partHistory | partRoles | partBanned, change: func(w *roomWriter) {
		w.r.History.HistorySharing = roompolicy.Required
		w.r.History.RolesThatCanShare = append(w.r.History.RolesThatCanShare, reference(uint32(w.t.Choose(2))))
	}},
	{rule: "history-role-defined", with: partHistory | partRoles, change: func(w *roomWriter) {
		w.r.History.HistorySharing = roompolicy.OptionalUse
		w.r.History.RolesThatCanShare = append(w.r.History.RolesThatCanShare, reference(w.undefinedIndex()))
	}},
	{rule: "history-required", with: partHistory, change: func(w *roomWriter) {
		w.r.History.HistorySharing, w.r.History.RolesThatCanShare = roompolicy.Required, nil
	}},
	{rule: "bot-local", with: partBots | partOrdinary, change: func(w *roomWriter) {
		w.addBot(roompolicy.Bot{LocalClientBot: true, BotRole: reference(w.ordinary().RoleIndex)})
	}},
	{rule: "bot-role", with: partBots | partRoles, change: func(w *roomWriter) { w.addBot(roompolicy.Bot{BotRole: reference(w.undefinedIndex())}) }},
	{rule: "bot-banned", with: partBots | partRoles | partBanned, change: func(w *roomWriter) { w.addBot(roompolicy.Bot{BotRole: reference(1)}) }},
	{rule: "bot-once", with: partBots, change: func(w *roomWriter) {
		w.addBot(roompolicy.Bot{})
		w.addBot(roompolicy.Bot{CanRead: true})
	}},
	{rule: "bot-content", with: partBots, change: func(w *roomWriter) { w.addBot(roompolicy.Bot{PerUserContent: true}) }},
	{rule: "expiration-forbidden", with: partExpiration, change: func(w *roomWriter) {
		*w.r.Expiration = [...]roompolicy.MessageExpiration{
			{MinExpirationDuration: 1}, {MaxExpirationDuration: 1}, {DefaultExpirationDuration: roompolicy.Some[uint32](0)},
		}[w.t.Choose(3)]
		w.r.Expiration.ExpiringMessages = roompolicy.Forbidden
	}},
	{rule: "expiration-range", with: partExpiration, change: func(w *roomWriter) {
		most := w.limit()
		*w.r.Expiration = roompolicy.MessageExpiration{MinExpirationDuration: most + 1, MaxExpirationDuration: most}
	}},
	{rule: "expiration-default", with: partExpiration, change: func(w *roomWriter) {
		least := w.limit()
		*w.r.Expiration = roompolicy.MessageExpiration{MinExpirationDuration: least, MaxExpirationDuration: least, DefaultExpirationDuration: roompolicy.Some(least + 1)}
		if w.t.Bool() {
			w.r.Expiration.DefaultExpirationDuration.Value = least - 1
		}
	}},

	{rule: "mandatory-forbidden", with: partOperational, change: func(w *roomWriter) {
		w.both(&w.r.Operational.MandatoryCapabilities, &w.r.Operational.ForbiddenCapabilities)
	}},
	{rule: "default-forbidden", with: partOperational, change: func(w *roomWriter) {
		w.both(&w.r.Operational.DefaultCapabilities, &w.r.Operational.ForbiddenCapabilities)
	}},
	{rule: "proposal-delay", with: partOperational, change: func(w *roomWriter) {
		most := [...]uint64{0, 1<<32 - 1, 1<<53 - 1, 1<<64 - 2}[w.t.Choose(4)]
		w.r.Operational.PendingProposalPolicy = roompolicy.PendingProposalPolicy{PendingProposalStrategy: roompolicy.RandomDelay, MinimumDelayMs: most + 1, MaximumDelayMs: most}
	}},
	{rule: "times", with: partOperational, change: func(w *roomWriter) {
		times := [...]*roompolicy.MinDefaultMaxTime{&w.r.Operational.LeafNodeUpdateTime, &w.r.Operational.SenderNonceKeypairLifetime, &w.r.Operational.BufferIncomingMessageTime}
		*times[w.t.Choose(3)] = [...]roompolicy.MinDefaultMaxTime{
			{MinimumTime: 1, MaximumTime: 1}, {DefaultTime: 2, MaximumTime: 1}, {MinimumTime: 1<<64 - 1, DefaultTime: 1<<64 - 2, MaximumTime: 1<<64 - 1},
		}[w.t.Choose(3)]
	}},
	{rule: "handshake-formats", with: partOperational, change: func(w *roomWriter) {
		w.r.Operational.HandshakeFormats = append(w.r.Operational.HandshakeFormats, [...]uint16{2, 3, 4, 5}[w.t.Choose(4)])
	}},
	{rule: "external-senders", with: partOperational | partOrdinary, without: partHistory, change: func(w *roomWriter) {
		w.r.Operational.ExternalProposalAllowed = false
		role := active(w.ordinary())
		role.MaximumActiveParticipantsConstraint = roompolicy.Some[uint32](0)
		give(role, roompolicy.CanKick)
	}},
	{rule: "external-joins", with: partOperational | partOrdinary, without: partJoins | partFixed, change: func(w *roomWriter) {
		w.r.Operational.ExternalCommitAllowed = false
		grantsOne(roompolicy.CanUseJoinCode, roompolicy.CanJoinIfPreauthorized)(w)
	}},

	{rule: "participant-once", with: partParticipants | partOrdinary, without: partMaxUsers, change: func(w *roomWriter) {
		w.addParticipant("again", w.ordinary().RoleIndex)
		w.addParticipant("again", w.ordinary().RoleIndex)
	}},
	{rule: "participant-role-zero", with: partParticipants, without: partMaxUsers, change: func(w *roomWriter) { w.addParticipant("zero", 0) }},
	{rule: "participant-role", with: partParticipants | partRoles, without: partMaxUsers, change: func(w *roomWriter) { w.addParticipant("undefined", w.undefinedIndex()) }},
	{rule: "metadata-text", with: partMetadata, change: func(w *roomWriter) {
		text := [...]string{"\xff", "a\x00", "\xed\xa0\x80"}[w.t.Choose(3)]
		switch m := w.r.RoomMetaData; w.t.Choose(3) {
		case 0:
			m.RoomName = text
		case 1:
			m.RoomSubject = text
		case 2:
			m.RoomMood = text
		}
	}},
	{rule: "metadata-avatar", with: partMetadata, change: func(w *roomWriter) {
		w.r.RoomMetaData.RoomAvatar = [...]roompolicy.Uri{"http://a", "https://", "https:/a", "a"}[w.t.Choose(4)]
	}},
}

// RoomRules returns the IDs of the rules that [OneRuleBrokenRoom] breaks.
func RoomRules() []string {
	var ids []string
	for i := range roomFlaws {
		if id := "room-policy/" + roomFlaws[i].rule; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// OneRuleBrokenRoom draws components that break one rule on structure and no
// other, under the drafts that have the rule; they break none under the others.
func OneRuleBrokenRoom(d spec.Draft, t *Tape) Room {
	f := &roomFlaws[t.Choose(len(roomFlaws))]
	w := roomWriter{t: t, d: d, with: f.with, without: f.without}
	w.settle()
	w.draw()
	f.change(&w)
	r := Room{Breaks: []string{"room-policy/" + f.rule}, Room: w.r}
	if f.also != "" {
		r.Breaks = append(r.Breaks, "room-policy/"+f.also)
	}
	return r
}
