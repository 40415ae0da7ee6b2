package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

var decisionRules []*spec.Rule

// decides writes down one rule on decisions and commits.
func decides(id string, level spec.Level, section string, drafts spec.Drafts, statement string) *spec.Rule {
	r := &spec.Rule{ID: "room-policy/" + id, Level: level, Section: section, Drafts: drafts, Statement: statement}
	decisionRules = append(decisionRules, r)
	return r
}

// DecisionRules returns the rules on which decisions and commits rest, ordered
// by ID. They are shared: do not change them.
func DecisionRules() []*spec.Rule { return sortedRules(decisionRules) }

// Who acts at all.
var (
	ruleFailClosed = decides("undefined-is-denied", spec.Must, "8", allDrafts,
		"What is not defined is not allowed: no action of an unknown kind, no right from a role, capability or policy that is not there.")
	ruleUnknownCapability = decides("capability-unknown-grants-nothing", spec.Must, "8.7", allDrafts,
		"A capability that is reserved, private or unknown authorizes nothing.")
	ruleSingleRole = decides("single-role-per-user", spec.Must, "1", allDrafts,
		"A user stands in the participant list at most once, and so has one role.")
	ruleNoActorRole = decides("no-role-for-unlisted-actor", spec.Must, "8", allDrafts,
		"Who is neither listed nor preauthorized may do nothing but join.")
	ruleActorClient = decides("actor-has-client", spec.Must, "8", allDrafts,
		"Who has no client in the group acts by external proposals only, and only as one who may send these.")
	ruleExternalProposals = decides("external-proposal-allowed", spec.Must, "7", since02,
		"Where external proposals are not allowed, no one acts without a client in the group.")
	ruleExternalCommits = decides("external-commit-allowed", spec.Must, "7", since02,
		"Where external commits are not allowed, no one joins by its own doing and no one comes back after a kick.")
	rulePreauthSenders = decides("preauth-external-senders", spec.Must, "4", allDrafts,
		"An external sender acts with the capabilities of the role for which it is preauthorized, without standing in the list.")
	ruleRemoving = decides("hub-blocks-after-accept", spec.Must, "5.3", sinceProtocol04,
		"Whose removal the hub has accepted may only propose to remove its own clients.")
	ruleCommitter = decides("mls-committer", spec.Must, "8.1.2", allDrafts,
		"An action takes effect only if a client that it does not remove can commit it.")
	ruleTargetListed = decides("target-listed", spec.Must, "8", allDrafts,
		"Whose role or clients are to change is in the participant list.")
	ruleDestroyed = decides("destroyed-room", spec.Must, "8.6", allDrafts,
		"In a room that was destroyed nothing is allowed.")
)

// Roles and bounds.
var (
	ruleRoleZero = decides("role-zero-means-not-listed", spec.Must, "3", allDrafts,
		"The role index 0 stands for users outside the list: no one is added to it or changed to it.")
	ruleRoleZeroHolder = decides("role-zero-holder", spec.Must, "8", allDrafts,
		"Users who are not in the list, and only they, hold the capabilities of role zero.")
	ruleRoleDefined = decides("role-defined", spec.Must, "3", allDrafts,
		"A new role of a user is one that the room defines.")
	ruleMaxActiveZero = decides("max-active-zero-no-clients", spec.Must, "3", allDrafts,
		"Whose role has an active maximum of 0 has no client in the group.")
	ruleTouchedRoles = decides("bounds-only-touched-roles", spec.Must, "8.1", allDrafts,
		"An action checks the bounds of the roles that it has to do with; others may be out of bounds.")
	ruleSameRole = decides("changed-to-another-role", spec.Must, "7.5", allDrafts,
		"A role is changed to another one.")
)

// Adding (8.1.1).
var (
	ruleAdd = decides("add-capability", spec.Must, "8.1.1", allDrafts,
		"Who adds another user to the list has canAddParticipant.")
	ruleAddUnlisted = decides("add-target-not-listed", spec.Must, "8.1.1", allDrafts,
		"A user who is added is not in the list, not even as banned.")
	ruleAddOther = decides("add-not-self", spec.Must, "8.1.1", allDrafts,
		"canAddParticipant does not let a user add itself.")
	ruleAddChange = decides("add-role-change-from-zero", spec.Must, "8.1.1", allDrafts,
		"The role of who adds a user has an authorized change from zero to the new role.")
	ruleAddMaxima = decides("add-target-maxima", spec.Must, "8.1.1", allDrafts,
		"An addition respects both maxima of the new role.")
	ruleAddClients = decides("add-clients-of-added-user", spec.Must, "8.1.1", allDrafts,
		"Who adds a user may add clients of it as well, in the same commit.")
	ruleAddOwn = decides("add-own-client", spec.Must, "8.1.1", allDrafts,
		"A participant with canAddOwnClient may add its own client.")
	ruleAddOwnFirst = decides("add-own-client-other-clients", spec.Must, "8.1.1", allDrafts,
		"A user without a client in the group adds one client, itself; further ones are added from within.")
	ruleAddOwnMaximum = decides("add-own-client-maximum", spec.Must, "8.1.1", allDrafts,
		"Whether an own client may pass the active maximum of the role is open.")
	ruleOpenJoin = decides("open-join-zero-role", spec.Must, "8.1.1", allDrafts,
		"Users join openly by canOpenJoin, before room-policy-03 canAddSelf, on role zero; on other roles it lets no one join so.")
	ruleOpenJoinUnlisted = decides("open-join-unlisted", spec.Must, "8.1.1", allDrafts,
		"Who joins openly is not in the list.")
	ruleOpenJoinChange = decides("open-join-role-change", spec.Must, "8.1.1", allDrafts,
		"Who joins openly takes a role to which role zero has an authorized change from zero.")
	ruleOpenJoinMaxima = decides("open-join-maxima", spec.Must, "8.1.1", allDrafts,
		"An open join respects both maxima of the new role.")
	rulePreauthJoin = decides("preauth-join-capability", spec.Must, "8.1.1", allDrafts,
		"Who is preauthorized may join if the role it gets has canJoinIfPreauthorized, before room-policy-03 canAddSelf.")
	rulePreauthUnlisted = decides("preauth-unlisted", spec.Must, "4", allDrafts,
		"Preauthorization lets no one join who is in the list, and so does not help who is banned.")
	rulePreauthFirst = decides("preauth-first-match", spec.Must, "4", allDrafts,
		"A joiner gets the role of the first entry whose claims its credential all has.")
	rulePreauthChange = decides("preauth-join-role-change", spec.Must, "7.1", before03,
		"The role that a preauthorized user joins with has an authorized change from zero to itself.")
	rulePreauthMaxima = decides("preauth-join-maxima", spec.Must, "8.1.1", allDrafts,
		"A preauthorized join respects both maxima of the new role.")
	ruleJoinCode = decides("join-code-holder", spec.Must, "8.1.1", allDrafts,
		"Who joins with a code has canUseJoinCode.")
	ruleJoinCodeUnlisted = decides("join-code-unlisted", spec.Must, "8.1.1", allDrafts,
		"Who joins with a code is not in the list.")
	ruleJoinCodeValid = decides("join-code-valid", spec.Must, "8.1.1", allDrafts,
		"A join code is valid for the room.")
	ruleJoinCodeTarget = decides("join-code-target", spec.Must, "8.1.1", allDrafts,
		"A join code refers to a role that can be joined with.")
	ruleJoinCodeMaxima = decides("join-code-maxima", spec.Must, "8.1.1", allDrafts,
		"A join with a code respects both maxima of the new role.")
)

// Removing (8.1.2).
var (
	ruleRemove = decides("remove-capability", spec.Must, "8.1.2", allDrafts,
		"Who removes another user from the list has canRemoveParticipant.")
	ruleRemoveOther = decides("remove-not-self", spec.Must, "8.1.2", allDrafts,
		"canRemoveParticipant does not let a user remove itself.")
	ruleRemoveChange = decides("remove-role-change-to-zero", spec.Must, "8.1.2", allDrafts,
		"The role of who removes a user has an authorized change from the role of that user to zero.")
	ruleRemoveMinima = decides("remove-source-minima", spec.Must, "8.1.2", allDrafts,
		"A removal leaves both minima of the role satisfied.")
	ruleRemoveBanned = decides("remove-banned-user", spec.Must, "8.1.2", allDrafts,
		"To remove a banned user from the list is a removal as any other, though it ends the ban.")
	ruleRemoveOwn = decides("remove-own-client", spec.Must, "8.1.2", allDrafts,
		"A participant with canRemoveOwnClient may have its own clients removed and stay in the list.")
	ruleRemoveOwnMinimum = decides("remove-own-client-minimum", spec.Must, "8.1.2", allDrafts,
		"The removal of an own client leaves the active minimum of the role satisfied.")
	ruleLeave = decides("remove-self-capability", spec.Must, "8.1.2", allDrafts,
		"Who leaves the list has canRemoveSelf.")
	ruleLeaveChange = decides("remove-self-role-change", spec.Must, "8.1.2", allDrafts,
		"The role of who leaves has an authorized change from itself to zero.")
	ruleLeaveMinima = decides("remove-self-minima", spec.Must, "8.1.2", allDrafts,
		"Who leaves leaves both minima of its role satisfied.")
	ruleKick = decides("kick-capability", spec.Must, "8.1.2", allDrafts,
		"Who kicks clients of another user has canKick; authorized role changes do not matter.")
	ruleKickOther = decides("kick-not-self", spec.Must, "8.1.2", allDrafts,
		"canKick is for clients of others.")
	ruleKickClients = decides("kick-clients", spec.Must, "8.1.2", allDrafts,
		"Clients that are kicked are in the group.")
	ruleKickMinimum = decides("kick-minimum-active", spec.Must, "8.1.2", allDrafts,
		"A kick leaves the active minimum of the role satisfied.")
)

// Role changes (8.1.3).
var (
	ruleChangeRole = decides("change-role-capability", spec.Must, "8.1.3", allDrafts,
		"Who changes the role of another participant has canChangeUserRole.")
	ruleChangeOther = decides("change-role-not-self", spec.Must, "8.1.3", allDrafts,
		"canChangeUserRole does not let a user change its own role.")
	ruleChangeEntry = decides("change-role-entry", spec.Must, "8.1.3", allDrafts,
		"The role of who changes a role has an authorized change from the old to the new role.")
	ruleChangeBounds = decides("change-role-bounds", spec.Must, "8.1.3", allDrafts,
		"A role change leaves the minima of the old and respects the maxima of the new role.")
	ruleChangeToBanned = decides("change-role-to-banned", spec.Must, "8.1.3", allDrafts,
		"canChangeUserRole may ban as well; who has clients is banned so only with canKick.")
	ruleOwnRole = decides("change-own-role-capability", spec.Must, "8.1.3", allDrafts,
		"Who changes its own role has canChangeOwnRole in the role it has; authorized role changes do not matter.")
	ruleOwnRolePreauth = decides("change-own-role-preauthorized", spec.Must, "8.1.3", allDrafts,
		"An own role changes to the first preauthorized role, other than zero, that matches.")
	ruleOwnRoleBounds = decides("change-own-role-bounds", spec.Must, "8.1.3", allDrafts,
		"A change of the own role leaves the minima of the old and respects the maxima of the new role.")
	ruleBan = decides("ban-capability", spec.Must, "8.1.3", allDrafts,
		"Who bans another user has canBan.")
	ruleBannedRole = decides("banned-role-identity", spec.Must, "8.1.3", allDrafts,
		"Users are banned and unbanned only where the role with the index 1 is named banned.")
	ruleBanOther = decides("ban-not-self", spec.Must, "8.1.3", allDrafts,
		"canBan is for other users.")
	ruleBanEntry = decides("ban-role-change", spec.Must, "8.1.3", allDrafts,
		"The role of who bans has an authorized change from the role of the user to that of the banned.")
	ruleBanMinima = decides("ban-minima", spec.Must, "8.1.3", allDrafts,
		"A ban leaves both minima of the role that the user had satisfied.")
	ruleBanMaxima = decides("ban-maxima-not-checked", spec.Must, "8.1.3", allDrafts,
		"A ban does not respect the maxima of the banned role.")
	ruleBanUnlisted = decides("ban-unlisted-user", spec.Must, "8.1.3", allDrafts,
		"A user who is not in the list may be banned where the authorized changes lead from zero.")
	ruleUnban = decides("unban-capability", spec.Must, "8.1.3", allDrafts,
		"Who unbans has canUnban; no clients come with it.")
	ruleUnbanFrom = decides("unban-banned-user", spec.Must, "8.1.3", allDrafts,
		"Only who is banned is unbanned, to a role other than zero and that of the banned.")
	ruleUnbanEntry = decides("unban-role-change", spec.Must, "8.1.3", allDrafts,
		"The role of who unbans has an authorized change from that of the banned to the new role.")
	ruleUnbanBounds = decides("unban-bounds", spec.Must, "8.1.3", allDrafts,
		"An unban leaves the minima of the banned role and respects the maxima of the new one.")
)

// The base policy (5).
var (
	ruleFixedAdditions = decides("fixed-no-additions", spec.Must, "5", allDrafts,
		"No one comes into the list of a room with fixed membership.")
	ruleFixedRemovals = decides("fixed-no-leave", spec.Must, "5", allDrafts,
		"No one goes out of the list of a room with fixed membership.")
	ruleParentSubset = decides("parent-strict-subset", spec.Must, "5", allDrafts,
		"The participants of a parent-dependent room are some but not all of those of the parent.")
	ruleMultiDevice = decides("multi-device-false", spec.Must, "5", allDrafts,
		"Without multi_device a user has at most one client in the group.")
	ruleMaxClients = decides("max-clients", spec.Must, "5", since03,
		"No client comes into a group that has max_clients.")
	ruleMaxUsers = decides("max-users", spec.Must, "5", since03,
		"No entry of the list becomes other than banned beyond max_users.")
	rulePersistent = decides("persistent", spec.Must, "5", allDrafts,
		"A room that is not persistent ends with its group: no one comes back to it.")
	ruleMaxTree = decides("group-size", spec.Must, "5", allDrafts,
		"A user has fewer than 2^32 clients, for the group has no more leaves.")
)

// Components (3 to 8).
var (
	ruleUpdateRoles = decides("role-update-authorization", spec.Must, "8.6", allDrafts,
		"Who changes the roles has canChangeRoleDefinitions.")
	ruleUpdatePreauth = decides("preauth-update-authorization", spec.Must, "8.6", allDrafts,
		"Who changes the preauthorized users has canChangePreauthorizedUserList.")
	ruleUpdateBase = decides("base-update-authorization", spec.Must, "8.6", allDrafts,
		"Who changes the base policy has canChangeRoomMembershipStyle.")
	ruleUpdateOther = decides("component-without-capability", spec.Must, "8.7", allDrafts,
		"No capability in use lets anyone change the other policy components.")
	ruleUpdateParts = decides("component-by-parts", spec.Must, "8.2", allDrafts,
		"Participant list and metadata are changed piece by piece, each by its own capability.")
	ruleRemoveComponent = decides("component-remove", spec.Must, "8.6", allDrafts,
		"The roles, the participant list, the metadata and the base policy cannot be removed; other components by who may change them.")
)

// Capabilities that are a permission and nothing else.
var (
	ruleMetadata = decides("metadata-per-field", spec.Must, "8.2", allDrafts,
		"Each field of the metadata that changes needs its capability.")
	ruleMessageUse = decides("message-use", spec.Must, "8.3", allDrafts,
		"To receive, copy, forward or report messages and to open links needs the capability for it.")
	ruleAssetUse = decides("asset-use", spec.Must, "8.4", allDrafts,
		"To download an asset needs the capability for its kind.")
	ruleCall = decides("real-time-media", spec.Must, "8.5", allDrafts,
		"What is done in a call needs the capability for it.")
	ruleDestroy = decides("destroy-room", spec.Must, "8.6", allDrafts,
		"Who destroys the room has canDestroyRoom.")
	ruleReinit = decides("send-reinit", spec.Must, "8.6", allDrafts,
		"Who sends a ReInit proposal has canSendMLSReinitProposal.")
)
