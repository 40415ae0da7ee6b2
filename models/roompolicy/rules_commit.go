package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// What a commit may hold, and what it must leave behind.
var (
	ruleOneProposal = decides("proposal-one-kind", spec.Must, "5.3", sinceProtocol04,
		"A proposal does one thing.")
	ruleCommitByMember = decides("commit-by-member", spec.Must, "8.1.2", allDrafts,
		"A commit comes from a client of the group that the commit does not remove, or adds the client it comes from.")
	ruleExternalOwn = decides("external-commit-own-proposals", spec.Must, "5.3", sinceProtocol04,
		"An external commit carries proposals of its sender only.")
	ruleListIndex = decides("plist-index-in-range", spec.Must, "7.5", sinceProtocol04,
		"An index into the participant list is that of an entry.")
	ruleSameUserOnce = decides("plist-same-user-once", spec.Must, "7.5", sinceProtocol04,
		"A commit adds, removes or changes the role of a user at most once.")
	ruleListAdded = decides("plist-added-not-listed", spec.Must, "7.5", sinceProtocol04,
		"A user that is added to the list is not in it.")
	ruleEachAuthorized = decides("plist-each-action-authorized", spec.Must, "7.5", sinceProtocol04,
		"Each addition, removal and role change of a commit is authorized, or the commit is refused as a whole.")
	ruleClientsGo = decides("remove-no-clients-left", spec.Must, "8.1.2", allDrafts,
		"The clients of a user who is removed, banned or given a role without clients are removed in the same commit.")
	ruleClientsExist = decides("remove-clients-exist", spec.Must, "8.1.2", allDrafts,
		"Clients that a commit removes are in the group.")
	ruleClientsListed = decides("unlisted-users-have-no-clients", spec.Must, "5.3", sinceProtocol04,
		"A client in the group belongs to a user in the list.")
	ruleJoinsWithClient = decides("join-with-client", spec.Must, "8.1.1", allDrafts,
		"Who joins by its own doing brings a client.")
	ruleJointBounds = decides("bounds-joint-commit", spec.Must, "7.5", allDrafts,
		"The bounds that the actions of a commit respect one by one hold as well when all are done.")
	ruleUpdateAndRemove = decides("component-update-and-remove", spec.Must, "4.6", sinceProtocol04,
		"A commit either updates or removes a component, and removes it once.")
	ruleOneReplacement = decides("component-one-replacement", spec.Must, "3", allDrafts,
		"A commit replaces a component at most once.")
	ruleOneMetadata = decides("metadata-one-per-commit", spec.Must, "7.6", sinceProtocol04,
		"A commit has at most one update of the room metadata.")
	ruleRoomURI = decides("metadata-room-uri", spec.Must, "7.6", sinceProtocol04,
		"The URI of a room stays the same.")
	ruleRolesAlone = decides("role-update-not-with-participant-change", spec.Must, "3", allDrafts,
		"A commit does not change both roles and participant list.")
	rulePreauthAlone = decides("preauth-update-not-with-participant-change", spec.Must, "4", allDrafts,
		"A commit that changes the preauthorized users changes the participant list by removals only.")
	ruleRolesKept = decides("role-update-keeps-roles", spec.Must, "3", allDrafts,
		"New roles define the role of every participant.")
	ruleNewMaxima = decides("role-update-maxima", spec.Must, "3", allDrafts,
		"New roles have no maximum that the room exceeds, unless it exceeded that of the role before.")
	ruleNewLimits = decides("base-update-limits", spec.Must, "5", since03,
		"A new base policy allows the users and clients that the room has.")
	ruleBaseStyle = decides("base-update-membership-style", spec.Must, "8.6", allDrafts,
		"Whether canChangeRoomMembershipStyle is for all of the base policy is open.")
	ruleLinkIndex = decides("join-links-index", spec.Must, "6.2", since03,
		"Links are removed by the indices that they have before the update, each once.")
	ruleParentCascade = decides("parent-cascade", spec.Must, "5", allDrafts,
		"Who is no longer in the list of the parent room is in that of no room that depends on it.")
)
