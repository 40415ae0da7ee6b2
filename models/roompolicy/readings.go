package roompolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Readings chooses one reading for each ambiguity of [Ambiguities]. The zero
// value has all defaults. Readings can be compared.
type Readings [numAmbiguities]uint8

// ambiguity is the index of an ambiguity in ambiguityTable.
type ambiguity uint8

// The ambiguities, in the order of ambiguityTable.
const (
	boundsWhen ambiguity = iota
	boundsScope
	roleZeroHolder
	roleOneName
	repeatedRole
	repeatedFrom
	externalProposals
	externalCommits
	reservedGrants
	lateClients
	addOwnMaximum
	preauthZero
	preauthEmpty
	preauthRole
	joinCodeTarget
	removalUnbans
	leaverCommits
	kickSome
	sameRole
	ownRoleHolder
	banMaxima
	banUnlisted
	changeBans
	fixedAdditions
	fixedBans
	parentSubset
	multiDevice
	maxUsersWhen
	baseUpdate
	jointCommit
	commitPolicy
	listIndex
	listBase
	secondUpdate
	repeatedReplacement
	emptyUpdate
	newMaxima
	droppedRole
	messageCapabilities
	topicStart
	topicWithoutReply
	topicReply
	uploads
	inlineAssets
	mentionLinks
	sessionPart
	sizeClass
	statusReport
	numAmbiguities
)

// The readings that the code names. The first of each ambiguity, its default,
// is 0.
const (
	boundsPreState    = 1
	boundsDelta       = 2
	boundsAllRoles    = 1
	zeroNobody        = 1
	oneAnyName        = 1
	repeatedFirst     = 1
	repeatedLast      = 2
	fromFirst         = 1
	proposalsNamed    = 1
	proposalsHolders  = 2
	commitsOrProposal = 1
	reservedGrant     = 1
	clientsLater      = 1
	addOwnChecked     = 1
	preauthNonZero    = 1
	preauthNobody     = 1
	preauthWholeRole  = 1
	joinCodeAny       = 1
	removalNeedsUnban = 1
	leaverOtherUser   = 1
	kickAll           = 1
	sameNeedsEntry    = 1
	sameAllowed       = 2
	ownTargetRole     = 1
	banChecked        = 1
	banListedOnly     = 1
	changeOnlyBan     = 1
	changeWithoutKick = 2
	fixedCapability   = 1
	fixedNoBans       = 1
	parentEqual       = 1
	deviceRoom        = 1
	maxUsersAdditions = 1
	baseStyleOnly     = 1
	jointSnapshot     = 1
	policyAsUpdated   = 1
	indexShifting     = 1
	indexFromOne      = 1
	secondRunning     = 1
	replacementLast   = 1
	emptyNoChange     = 1
	maximaUnchecked   = 1
	droppedAccepted   = 1
	messageExclusive  = 1
	topicAny          = 1
	topicUncovered    = 1
	topicReplyBoth    = 1
	uploadsAll        = 1
	inlineUncovered   = 1
	mentionsCount     = 1
	sessionUncovered  = 1
	sizeByMediaType   = 1
	statusNoMessage   = 1
)

var sinceProtocol04 = spec.Between(spec.Protocol04, spec.Protocol06)

// open writes down one ambiguity; readings are pairs of name and statement.
func open(id, section string, drafts spec.Drafts, question string, readings ...string) spec.Ambiguity {
	a := spec.Ambiguity{ID: "room-policy/" + id, Section: section, Drafts: drafts, Question: question}
	for pair := range slices.Chunk(readings, 2) {
		a.Readings = append(a.Readings, spec.Reading{Name: pair[0], Statement: pair[1]})
	}
	return a
}

var ambiguityTable = [numAmbiguities]spec.Ambiguity{
	boundsWhen: open("bounds", "8.1", allDrafts, "Which counts are compared with the minimum and the maximum of a role?",
		"post-state", "Those after the action.",
		"pre-state", "Those before it: every bound can be passed by one.",
		"delta", "Those after it, but only where the action made them worse."),
	boundsScope: open("bounds-scope", "8.1", allDrafts, "The bounds of which roles does an action respect?",
		"touched-roles", "The minima of the role that a user leaves and the maxima of the one it comes to.",
		"all-roles", "Those of every role, whether the action has to do with it or not."),
	roleZeroHolder: open("role-zero-holder", "8", allDrafts, "Who holds the capabilities of role zero?",
		"unlisted", "Every user who is not in the participant list.",
		"nobody", "No one, for a holder has an entry in the list; canOpenJoin says otherwise for itself."),
	roleOneName: open("role-one-name", "8.1.3", allDrafts, "Is a role with the index 1 and another name that of the banned?",
		"named-banned", "No: index and name both count.",
		"any-name", "Yes: the index alone counts."),
	repeatedRole: open("repeated-role", "3", allDrafts, "Which role does an index name that two roles have?",
		"none", "None.",
		"first", "The first of them.",
		"last", "The last of them."),
	repeatedFrom: open("repeated-from", "3", allDrafts, "What if two authorized role changes start from one role?",
		"united", "The targets of both are allowed.",
		"first", "The first of them counts."),
	externalProposals: open("external-proposals", "4", allDrafts, "Who may propose without a client in the group?",
		"senders", "The external senders, and participants whose role allows no clients.",
		"named", "The external senders only.",
		"holders", "Everyone whose role, listed or preauthorized, has the capability."),
	externalCommits: open("external-commit-forbidden", "7", spec.Between(spec.RoomPolicy02, spec.RoomPolicy04), "Can users join where external commits are not allowed?",
		"no-joins", "No.",
		"by-proposal", "Yes, by external proposals if these are allowed."),
	reservedGrants: open("reserved-capabilities", "8.7", allDrafts, "Do reserved capabilities authorize what their names say?",
		"inert", "No: components that only they would cover cannot be changed.",
		"granting", "Yes."),
	lateClients: open("canadd-later", "8.1.1", allDrafts, "How long may who added a user add clients of it?",
		"same-commit", "In the commit that adds the user.",
		"later", "At any time, while it may still add users with that role."),
	addOwnMaximum: open("addown-max", "8.1.1", allDrafts, "Does adding one's own client respect the maximum of active participants?",
		"literal", "No: the text of the capability does not ask for it.",
		"checked", "Yes."),
	preauthZero: open("preauth-zero", "8.1.1", since03, "What if the first preauthorized role that matches a joiner is zero?",
		"first-match", "It cannot join.",
		"first-nonzero", "Entries for role zero are passed over, as for canChangeOwnRole."),
	preauthEmpty: open("preauth-empty", "4", allDrafts, "Whom does an entry without claims match?",
		"everyone", "Everyone: all of no claims are met.",
		"no-one", "No one."),
	preauthRole: open("preauth-role", "4", allDrafts, "Does a role by value in a preauthorized entry bring its own capabilities?",
		"index", "No: it stands for the role with its index.",
		"whole-role", "Yes: whoever it matches acts with what the entry says."),
	joinCodeTarget: open("join-code-target", "8.1.1", allDrafts, "Which roles may a join code refer to?",
		"role-zero-changes", "Those to which role zero has an authorized change from zero, but not the banned.",
		"any-defined", "Any role that is defined, other than zero."),
	removalUnbans: open("rm-unbans", "8.1.2", allDrafts, "May a banned user be removed from the list, which ends the ban?",
		"allowed", "Yes, as any other.",
		"needs-unban", "Only by who may unban as well."),
	leaverCommits: open("leaver-commits", "8.1.2", allDrafts, "Who cannot commit the removal of an own client?",
		"other-client", "The client that is removed, as in MLS.",
		"other-user", "Any client of the user who leaves."),
	kickSome: open("partial-kick", "8.1.2", allDrafts, "May some of the clients of a user be kicked?",
		"allowed", "Yes.",
		"all-clients", "No: all or none."),
	sameRole: open("same-role", "8.1.3", allDrafts, "May a role be changed to itself?",
		"refused", "No: it is no change.",
		"needs-entry", "Where the authorized role changes say so.",
		"allowed", "Always."),
	ownRoleHolder: open("own-role-holder", "8.1.3", allDrafts, "In which role is canChangeOwnRole looked up?",
		"current-role", "In the role that the user has.",
		"target-role", "In the role for which the user is preauthorized."),
	banMaxima: open("ban-maxima", "8.1.3", allDrafts, "Does a ban respect the maximum of the banned role?",
		"unchecked", "No: its text names the minima only.",
		"checked", "Yes."),
	banUnlisted: open("ban-unlisted", "8.1.3", allDrafts, "May a user be banned who is not in the list?",
		"allowed", "Yes, where the role changes allow it from zero.",
		"refused", "No: only the role of a participant can change."),
	changeBans: open("cur-bans", "8.1.3", allDrafts, "May canChangeUserRole ban?",
		"with-kick", "Yes, and with canKick a user who has clients too.",
		"only-ban", "No: the role of the banned is for canBan.",
		"without-kick", "Yes, and the clients go with the role."),
	fixedAdditions: open("fixed-additions", "5", allDrafts, "How can no one be added to a room with fixed membership?",
		"every-join", "No way to join works.",
		"capability-only", "Only canAddParticipant does not work."),
	fixedBans: open("fixed-ban", "5", allDrafts, "May a participant of a room with fixed membership be banned?",
		"allowed", "Yes: it stays in the list.",
		"refused", "No: a ban is a removal."),
	parentSubset: open("parent-subset", "5", allDrafts, "May a room have all participants of its parent?",
		"strict", "No: the subset is strict.",
		"equal-allowed", "Yes."),
	multiDevice: open("multi-device", "5", allDrafts, "Where is one client at a time the most?",
		"per-user", "For each user.",
		"per-room", "In the group as a whole."),
	maxUsersWhen: open("max-users", "5", since03, "When is max_users checked?",
		"every-change", "Whenever more would not be banned after a change, unbans included.",
		"additions", "When a user is added or joins."),
	baseUpdate: open("base-update", "8.6", allDrafts, "What of the base policy may canChangeRoomMembershipStyle change?",
		"whole", "All of it.",
		"membership-style", "Fixed membership and the dependence on a parent."),
	jointCommit: open("joint-commit", "7.5", sinceProtocol04, "How are several actions of one commit authorized?",
		"in-order", "Each on what the one before left, and the bounds still hold at the end.",
		"snapshot", "Each on the state before the commit."),
	commitPolicy: open("commit-policy", "4.6", sinceProtocol04, "Which policy authorizes what follows an update of the policy in its commit?",
		"before-commit", "The one before the commit.",
		"as-updated", "The one that the proposals before it left."),
	listIndex: open("list-index", "7.5", sinceProtocol04, "Which list do the indices of removed users count in?",
		"before-update", "The list before the update.",
		"shifting", "The list that the removal before left."),
	listBase: open("list-base", "7.5", sinceProtocol04, "Where does the index of a participant start?",
		"zero", "At 0.",
		"one", "At 1."),
	secondUpdate: open("second-update", "7.5", sinceProtocol04, "Which list do the indices of a second update in a commit count in?",
		"epoch-list", "The list before the commit.",
		"running-list", "The list that the first update left."),
	repeatedReplacement: open("repeated-replacement", "3", allDrafts, "May a component be replaced twice in a commit?",
		"refused", "No.",
		"last-wins", "Yes, the last counts."),
	emptyUpdate: open("empty-update", "3", allDrafts, "Is an empty update of the participant list a change beside new roles?",
		"change", "Yes.",
		"no-change", "No."),
	newMaxima: open("role-update-maxima", "3", allDrafts, "May new roles have maxima that the room exceeds?",
		"no-new-excess", "No, unless it exceeded them before.",
		"unchecked", "Yes: only actions are checked."),
	droppedRole: open("role-update-dropped", "3", allDrafts, "May new roles leave out one that a participant has?",
		"refused", "No.",
		"accepted", "Yes: it has no capabilities then."),
	messageCapabilities: open("message-capabilities", "8.3", allDrafts, "Does a reaction, edit or delete need canSendMessage too?",
		"additive", "Yes: capabilities for fields are additional.",
		"exclusive", "No: the one for the field is enough."),
	topicStart: open("start-topic", "8.3", allDrafts, "Which messages need canStartTopic?",
		"new-topic", "Those with a topic that no earlier message has.",
		"any-topic", "All with a topic."),
	topicWithoutReply: open("topic-without-reply", "8.3", allDrafts, "What does a message in a known topic need that replies to none?",
		"reply-in-topic", "canReplyInTopic.",
		"uncovered", "Nothing more."),
	topicReply: open("reply-in-topic", "8.3", allDrafts, "Does a reply in a topic need canReplyToMessage as well?",
		"alone", "No: canReplyInTopic is enough.",
		"both", "Yes."),
	uploads: open("uploads", "8.4", allDrafts, "Which parts are uploaded files?",
		"external-parts", "External parts.",
		"all-parts", "Single parts too."),
	inlineAssets: open("inline-assets", "8.4", allDrafts, "Does an image, sound or video with a disposition other than render need a capability?",
		"like-render", "Yes, with inline as with render.",
		"uncovered", "No."),
	mentionLinks: open("mention-links", "8.3", allDrafts, "Is a mention a link?",
		"exempt", "No: mimi URIs are none.",
		"links", "Yes."),
	sessionPart: open("session", "8.5", allDrafts, "What does a part with the disposition session need?",
		"start-call", "canStartCall.",
		"uncovered", "Nothing more."),
	sizeClass: open("asset-size-class", "6.4", spec.Between(spec.RoomPolicy02, spec.RoomPolicy04), "Which size limit has an image that is an attachment?",
		"disposition", "That of attachments.",
		"media-type", "That of images."),
	statusReport: open("status-report", "6.1", allDrafts, "Does a report on the status of messages need canSendMessage?",
		"message", "Yes: the hub cannot tell it from other messages.",
		"no-message", "No: it is no instant message."),
}

// Ambiguities returns the places where the drafts can be read in more than one
// way. The first reading of each is the default.
func Ambiguities() []*spec.Ambiguity {
	list := make([]*spec.Ambiguity, numAmbiguities)
	for i := range ambiguityTable {
		list[i] = &ambiguityTable[i]
	}
	return list
}

// UnknownReadingError says that there is no such ambiguity or reading.
type UnknownReadingError struct{ Ambiguity, Reading string }

func (e *UnknownReadingError) Error() string {
	var known []string
	for i := range ambiguityTable {
		a := &ambiguityTable[i]
		if a.ID != e.Ambiguity && shortID(a) != e.Ambiguity {
			continue
		}
		for _, r := range a.Readings {
			known = append(known, r.Name)
		}
		return fmt.Sprintf("unknown reading %q of %s: expected %s", e.Reading, a.ID, strings.Join(known, " or "))
	}
	for i := range ambiguityTable {
		known = append(known, shortID(&ambiguityTable[i]))
	}
	return fmt.Sprintf("unknown ambiguity %q: expected one of %s", e.Ambiguity, strings.Join(known, ", "))
}

// shortID returns the ID of an ambiguity without that of the document.
func shortID(a *spec.Ambiguity) string { return strings.TrimPrefix(a.ID, "room-policy/") }

// WithReading returns the readings with another one, by the IDs of both; the
// ID of the ambiguity may do without "room-policy/". It fails with
// [*UnknownReadingError].
func (r Readings) WithReading(ambiguity, reading string) (Readings, error) {
	for i := range ambiguityTable {
		a := &ambiguityTable[i]
		if a.ID != ambiguity && shortID(a) != ambiguity {
			continue
		}
		for value := range a.Readings {
			if a.Readings[value].Name == reading {
				r[i] = uint8(value)
				return r, nil
			}
		}
	}
	return r, &UnknownReadingError{Ambiguity: ambiguity, Reading: reading}
}

// ParseReading returns the readings with the one that a text such as
// "bounds=pre-state" names. It fails with [*UnknownReadingError].
func (r Readings) ParseReading(text string) (Readings, error) {
	name, value, _ := strings.Cut(text, "=")
	return r.WithReading(strings.TrimSpace(name), strings.TrimSpace(value))
}

// ParseReadings reads what [Readings.String] writes. It fails with
// [*UnknownReadingError].
func ParseReadings(text string) (r Readings, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		if r, err = r.ParseReading(part); err != nil {
			return Readings{}, err
		}
	}
	return r, nil
}

// String lists the readings that are not the default, such as
// "bounds=pre-state,addown-max=checked".
func (r Readings) String() string {
	var parts []string
	for i := range ambiguityTable {
		if a := &ambiguityTable[i]; r[i] > 0 && int(r[i]) < len(a.Readings) {
			parts = append(parts, shortID(a)+"="+a.Readings[r[i]].Name)
		}
	}
	return strings.Join(parts, ",")
}

// MarshalText writes the readings as [Readings.String] does.
func (r Readings) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what [Readings.String] writes.
func (r *Readings) UnmarshalText(text []byte) (err error) {
	*r, err = ParseReadings(string(text))
	return err
}
