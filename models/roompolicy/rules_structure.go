package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

var structureRules []*spec.Rule

// demands writes down one rule on the structure of a room's components.
func demands(id string, level spec.Level, section string, drafts spec.Drafts, statement string) *spec.Rule {
	r := &spec.Rule{ID: "room-policy/" + id, Level: level, Section: section, Drafts: drafts, Statement: statement}
	structureRules = append(structureRules, r)
	return r
}

// StructureRules returns the rules that [Check] and [CheckDictionary] judge,
// ordered by ID. What a draft does not say but what follows from it is a MUST;
// what only makes a policy odd, such as a capability that no one can use, is a
// SHOULD. The rules are shared: do not change them.
func StructureRules() []*spec.Rule { return sortedRules(structureRules) }

// withProtocol are the drafts of rules on components of the protocol, which are
// checked whatever the revision of the policy.
var withProtocol = allDrafts | spec.Between(spec.Protocol04, spec.Protocol06)

// All components.
var (
	ruleEnumKnown = demands("enum-known", spec.Syntax, "B", allDrafts,
		"Every enum has one of the values that the draft gives it.")
	ruleDomainName = demands("domain-name", spec.Must, "6.4", since02,
		"A domain name consists of labels of letters, digits and hyphens.")
	ruleMediaTypeForm = demands("media-type-form", spec.Must, "6.4", since02,
		"A media type is a type, a slash and a subtype, and its parameters have names.")
)

// Roles (3, 8).
var (
	ruleRoleIndexUnique = demands("role-index-unique", spec.Must, "3", allDrafts,
		"No two roles have the same index.")
	ruleRoleText = demands("role-text", spec.Must, "3", allDrafts,
		"Names and descriptions of roles are UTF-8.")
	ruleRoleName = demands("role-name-empty", spec.Should, "3", allDrafts,
		"A role has a name.")
	ruleRoleOne = demands("role-one-banned", spec.Should, "8.1.3", allDrafts,
		"A role with the index 1 is named banned: any other is an ordinary role that several texts take for that of the banned.")
	ruleBannedIndex = demands("banned-index", spec.Must, "8.1.3", allDrafts,
		"A role that is named banned has the index 1.")
	ruleBannedCapabilities = demands("banned-capabilities", spec.Should, "3", allDrafts,
		"The role of the banned has no capabilities.")
	ruleBannedMissing = demands("banned-missing", spec.Should, "8.1.3", allDrafts,
		"Where a role has canBan or canUnBan there is a role of the banned.")
	ruleMinimum = demands("role-minimum", spec.Must, "3", allDrafts,
		"The minimum of participants of a role is not above the maximum.")
	ruleActiveMinimum = demands("role-active-minimum", spec.Must, "3", allDrafts,
		"The minimum of active participants of a role is not above their maximum.")
	ruleActiveParticipants = demands("role-active-participants", spec.Must, "3", allDrafts,
		"The minimum of active participants of a role is not above the maximum of participants.")
	ruleChangeFrom = demands("role-change-from", spec.Must, "3", allDrafts,
		"An authorized role change starts from zero or a role that is defined.")
	ruleChangeTarget = demands("role-change-target", spec.Must, "3", allDrafts,
		"An authorized role change leads to zero or a role that is defined.")
	ruleChangeOnce = demands("role-change-once", spec.Should, "3", allDrafts,
		"The authorized role changes of a role have one entry from each role.")
	ruleCapabilityOnce = demands("capability-once", spec.Should, "3", allDrafts,
		"A role lists each capability once.")
	ruleCapabilityReserved = demands("capability-reserved", spec.Should, "8.7", allDrafts,
		"A role lists no capability that is reserved, as it allows nothing.")
	ruleCapabilityUnknown = demands("capability-unknown", spec.Should, "10.2", allDrafts,
		"Every capability of a role is registered or for private use.")
	ruleOpenJoinRole = demands("open-join-role-zero", spec.Must, "8.1.1", since03,
		"canOpenJoin is in no role but zero.")
	ruleOpenJoinTargets = demands("open-join-change", spec.Must, "8.1.1", allDrafts,
		"A role zero with canOpenJoin has an authorized change from zero to another role.")
	rulePreauthJoinZero = demands("join-if-preauthorized-role-zero", spec.Should, "8.1.1", since03,
		"canJoinIfPreauthorized is not in role zero, where it means nothing.")
	ruleRoleZeroCapability = demands("role-zero-capability", spec.Should, "8.1", allDrafts,
		"Role zero has no capability but those with which a user joins.")
)

// Preauthorized users (4).
var (
	rulePreauthRole = demands("preauth-role", spec.Must, "4", allDrafts,
		"The role of a preauthorized user is defined.")
	rulePreauthRoleZero = demands("preauth-role-zero", spec.Should, "4", allDrafts,
		"No one is preauthorized for role zero.")
	ruleRoleByValue = demands("role-definition", spec.Must, "4", allDrafts,
		"A role that stands whole where it is pointed at is the same as in the list of roles.")
	rulePreauthEveryone = demands("preauth-everyone", spec.Should, "4", allDrafts,
		"An entry for preauthorized users has a claim: without one it matches everyone.")
	rulePreauthReached = demands("preauth-reached", spec.Should, "4", allDrafts,
		"No entry for preauthorized users comes behind one whose claims are all among its own, and which matches first.")
)

// Base policy (5).
var (
	ruleParentSet = demands("parent-room-set", spec.Must, "5", allDrafts,
		"A parent-dependent room has one parent room.")
	ruleParentUnset = demands("parent-room-unset", spec.Must, "5", allDrafts,
		"A room that is not parent-dependent has no parent room.")
	ruleFixedAdd = demands("fixed-membership-add", spec.Must, "5", since03,
		"In a fixed-membership room no role but zero and that of the banned has canAddParticipant.")
	ruleFixedJoin = demands("fixed-membership-join", spec.Should, "5", allDrafts,
		"In a fixed-membership room no role has a capability with which users join of themselves, as no one can be added.")
	ruleComponentListed = demands("component-listed", spec.Should, "5", since03,
		"The other components of the policy are among the policy_component_ids.")
	ruleComponentThere = demands("component-there", spec.Should, "5", since03,
		"A component of the policy that is among the policy_component_ids is there.")
	ruleComponentOnce = demands("component-once", spec.Should, "5", since03,
		"The policy_component_ids have each component once.")
	ruleParentHub = demands("parent-room-hub", spec.Must, "5", since02,
		"A room is on the hub of its parent room.")
	ruleListedUsers = demands("listed-users", spec.Must, "5", since03,
		"The participant list has no more users that are not banned than max_users.")
)

// Status notifications, join links and link previews (6.1 to 6.3).
var (
	ruleReadReceipts = demands("read-without-delivery", spec.Should, "6.1", allDrafts,
		"Read receipts are not required where delivery notifications, which say less, are forbidden.")
	ruleOneJoinLink = demands("join-links-several", spec.Must, "6.2", since03,
		"Where join links are made on request the room has one at most.")
	ruleJoinLinkOnce = demands("join-links-once", spec.Should, "6.2", since03,
		"The join links have each link once.")
	ruleJoinLinkEmpty = demands("join-link-empty", spec.Must, "6.2", since03,
		"A join link is not empty.")
	ruleJoinLinkExpiration = demands("join-link-expiration", spec.Should, "6.2", since03,
		"New join links live longer than 0 seconds.")
	ruleLinkOnRequest = demands("link-on-request", spec.Must, "5.4", before03,
		"Where links are made on request the policy has none.")
	ruleLinkMissing = demands("link-missing", spec.Must, "5.4", before03,
		"Where links are not made on request the policy has one.")
	ruleAutodetect = demands("autodetect-required", spec.Must, "6.3", since03,
		"Detecting hyperlinks in text is not required.")
	ruleProxySet = demands("link-preview-proxy-set", spec.Must, "6.3", since03,
		"Where the proxy for link previews is not forbidden there is one.")
	ruleProxyUnset = demands("link-preview-proxy-unset", spec.Must, "6.3", since03,
		"Where the proxy for link previews is forbidden there is none.")
	ruleProxyIdle = demands("link-preview-proxy-idle", spec.Should, "6.3", since03,
		"The proxy for link previews is not required where no one may make previews.")
	rulePreviewCapability = demands("link-preview-capability", spec.Should, "6.3", since03,
		"Where link previews are required, who can send links can send previews.")
)

// Assets (6.4).
var (
	ruleHubProvider = demands("asset-hub-provider", spec.Must, "6.4", since03,
		"Where assets go to the hub, the upload domains are those of one provider.")
	ruleAssetLocation = demands("asset-location", spec.Should, "6.4", since03,
		"Assets go to the local provider.")
	ruleAssetDestination = demands("asset-destination", spec.Should, "6.4", since03,
		"Where the upload domains count there is one, for otherwise no asset is allowed.")
	ruleProviderOnce = demands("asset-provider-once", spec.Must, "6.4", since03,
		"The upload domains have each provider once.")
	ruleDownloadTypes = demands("asset-download-types", spec.Must, "6.4", since02,
		"No way to download is both allowed and forbidden.")
	ruleDefaultDownload = demands("asset-default-download", spec.Must, "6.4", since02,
		"The default way to download is one of those allowed, if any are named, and none of those forbidden.")
	rulePermittedEmpty = demands("asset-permitted-empty", spec.Should, "6.4", since03,
		"A list of permitted media types that is there is not empty, for otherwise none is permitted.")
	rulePermittedForbidden = demands("asset-permitted-forbidden", spec.Should, "6.4", since03,
		"No permitted media type is forbidden as well.")
)

// Logging, history, bots and expiration (6.5 to 6.8).
var (
	ruleLoggingForbidden = demands("logging-forbidden", spec.Must, "6.5", allDrafts,
		"Where logging is forbidden there are no logging clients and no logging policies.")
	ruleLoggingRequired = demands("logging-required", spec.Must, "6.5", allDrafts,
		"Where logging is required there is a logging client.")
	ruleLoggingProvider = demands("logging-provider", spec.Should, "6.5", allDrafts,
		"Each provider has one logging client at most.")
	ruleHistoryForbidden = demands("history-forbidden", spec.Must, "6.6", allDrafts,
		"Where sharing history is forbidden no role can, none is shared of itself, and the period is zero.")
	ruleHistoryRole = demands("history-role", spec.Must, "6.6", allDrafts,
		"A role that can share history is neither zero, nor that of the banned, nor one without active participants.")
	ruleHistoryRoleDefined = demands("history-role-defined", spec.Must, "6.6", allDrafts,
		"A role that can share history is defined.")
	ruleHistoryRequired = demands("history-required", spec.Should, "6.6", allDrafts,
		"Where sharing history is required there is a role that can.")
	ruleBotLocal = demands("bot-local", spec.Must, "6.7", since03,
		"A bot that works only in the client of a user has role zero.")
	ruleBotRole = demands("bot-role", spec.Must, "6.7", allDrafts,
		"The role of a bot is zero or defined.")
	ruleBotBanned = demands("bot-banned", spec.Must, "6.7", allDrafts,
		"The role of a bot is not that of the banned.")
	ruleBotOnce = demands("bot-once", spec.Should, "6.7", allDrafts,
		"Allowed bots have different names, which are all that tells them apart.")
	ruleBotContent = demands("bot-content", spec.Should, "6.7", allDrafts,
		"A bot that may send each user its own content may send to single users.")
	ruleExpirationForbidden = demands("expiration-forbidden", spec.Must, "6.8", since03,
		"Where expiring messages are forbidden the durations are zero and there is no default.")
	ruleExpirationRange = demands("expiration-range", spec.Must, "6.8", since03,
		"The shortest expiration is not above the longest.")
	ruleExpirationDefault = demands("expiration-default", spec.Must, "6.8", since03,
		"The default expiration is not below the shortest and not above the longest.")
)

// Operational parameters (7).
var (
	ruleMandatoryForbidden = demands("mandatory-forbidden", spec.Must, "7.1", since02,
		"Nothing is both mandatory and forbidden.")
	ruleDefaultForbidden = demands("default-forbidden", spec.Must, "7.1", since02,
		"Nothing is both a default and forbidden.")
	ruleProposalDelay = demands("proposal-delay", spec.Must, "7.1", since02,
		"The shortest delay of pending proposals is not above the longest.")
	ruleTimes = demands("times", spec.Must, "7.1", since02,
		"A default time is not below the minimum and not above the maximum.")
	ruleHandshakeFormats = demands("handshake-formats", spec.Must, "7", since02,
		"Handshakes are no PrivateMessage, nor a format without handshakes.")
	ruleExternalSenders = demands("external-senders", spec.Should, "7.1", since02,
		"Where external proposals are not allowed, no role without active participants has a capability.")
	ruleExternalJoins = demands("external-joins", spec.Should, "7.1", since02,
		"Where external commits are not allowed, no role has a capability to join with one.")
)

// Participants and metadata (protocol 7.5, 7.6).
var (
	ruleParticipantOnce = demands("participant-once", spec.Must, "7.5", withProtocol,
		"A user is in the participant list once.")
	ruleParticipantRoleZero = demands("participant-role-zero", spec.Must, "3", withProtocol,
		"No one in the participant list has role zero.")
	ruleParticipantRole = demands("participant-role", spec.Must, "7.5", withProtocol,
		"The role of a participant is defined.")
	ruleMetadataText = demands("metadata-text", spec.Must, "7.6", withProtocol,
		"Name, subject and mood of a room are UTF-8 without null.")
	ruleMetadataAvatar = demands("metadata-avatar", spec.Must, "7.6", withProtocol,
		"The avatar of a room, if there is one, has an https URI.")
)
