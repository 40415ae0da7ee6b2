package roompolicy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Capability is what a role lets its holders do: a CapabilityType of the MIMI
// Role Capabilities registry (room-policy-04 section 10.2). Values that are
// reserved, unknown or private are kept, and allow nothing.
type Capability uint16

// The registered capabilities.
const (
	// Membership (8.1).
	CanAddParticipant      Capability = 0x0000
	CanRemoveParticipant   Capability = 0x0001
	CanAddOwnClient        Capability = 0x0002
	CanRemoveOwnClient     Capability = 0x0003
	CanOpenJoin            Capability = 0x0004
	CanJoinIfPreauthorized Capability = 0x0005
	CanRemoveSelf          Capability = 0x0006
	CanCreateJoinCode      Capability = 0x0007 // reserved
	CanDeleteJoinCode      Capability = 0x0008 // reserved
	CanUseJoinCode         Capability = 0x0009
	CanBan                 Capability = 0x000a
	CanUnBan               Capability = 0x000b
	CanKick                Capability = 0x000c
	CanKnock               Capability = 0x000d // reserved
	CanAcceptKnock         Capability = 0x000e // reserved
	CanChangeUserRole      Capability = 0x000f
	CanChangeOwnRole       Capability = 0x0010
	CanCreateSubgroup      Capability = 0x0011 // reserved

	// Messages (8.3).
	CanSendMessage         Capability = 0x0100
	CanReceiveMessage      Capability = 0x0101
	CanCopyMessage         Capability = 0x0102
	CanReportAbuse         Capability = 0x0103
	CanReplyToMessage      Capability = 0x0104
	CanReactToMessage      Capability = 0x0105
	CanEditReaction        Capability = 0x0106
	CanDeleteOwnReaction   Capability = 0x0107
	CanDeleteOtherReaction Capability = 0x0108
	CanEditOwnMessage      Capability = 0x0109
	CanDeleteOwnMessage    Capability = 0x010a
	CanDeleteOtherMessage  Capability = 0x010b
	CanStartTopic          Capability = 0x010c
	CanReplyInTopic        Capability = 0x010d
	CanEditOwnTopic        Capability = 0x010e
	CanEditOtherTopic      Capability = 0x010f
	CanSendDirectMessage   Capability = 0x0110 // reserved
	CanTargetMessage       Capability = 0x0111 // reserved

	// Assets and links (8.3, 8.4).
	CanUploadImage        Capability = 0x0200
	CanUploadAudio        Capability = 0x0201
	CanUploadVideo        Capability = 0x0202
	CanUploadAttachment   Capability = 0x0203
	CanDownloadImage      Capability = 0x0204
	CanDownloadAudio      Capability = 0x0205
	CanDownloadVideo      Capability = 0x0206
	CanDownloadAttachment Capability = 0x0207
	CanSendLink           Capability = 0x0208
	CanSendLinkPreview    Capability = 0x0209
	CanFollowLink         Capability = 0x020a
	CanCopyLink           Capability = 0x020b

	// Metadata (8.2).
	CanChangeRoomName        Capability = 0x0300
	CanChangeRoomDescription Capability = 0x0301
	CanChangeRoomAvatar      Capability = 0x0302
	CanChangeRoomSubject     Capability = 0x0303
	CanChangeRoomMood        Capability = 0x0304
	CanChangeOwnName         Capability = 0x0380 // reserved
	CanChangeOwnPresence     Capability = 0x0381 // reserved
	CanChangeOwnMood         Capability = 0x0382 // reserved
	CanChangeOwnAvatar       Capability = 0x0383 // reserved

	// Real-time media (8.5).
	CanStartCall        Capability = 0x0400
	CanJoinCall         Capability = 0x0401
	CanSendAudio        Capability = 0x0402
	CanReceiveAudio     Capability = 0x0403
	CanSendVideo        Capability = 0x0404
	CanReceiveVideo     Capability = 0x0405
	CanShareScreen      Capability = 0x0406
	CanViewSharedScreen Capability = 0x0407

	// Disruptive policy changes (8.6).
	CanCreateRoom                  Capability = 0x0500 // reserved
	CanDestroyRoom                 Capability = 0x0501
	CanChangeRoomMembershipStyle   Capability = 0x0502
	CanChangeRoleDefinitions       Capability = 0x0503
	CanChangePreauthorizedUserList Capability = 0x0504
	CanChangeOtherPolicyAttribute  Capability = 0x0505 // reserved

	// Policies of MLS (8.6, 8.7).
	CanChangeMlsOperationalPolicies Capability = 0x0600 // reserved
	CanSendMLSReinitProposal        Capability = 0x0601
	CanSendMLSUpdateProposal        Capability = 0x0602 // reserved
	CanSendMLSPSKProposal           Capability = 0x0603 // reserved
	CanSendMLSExternalProposal      Capability = 0x0604 // reserved
	CanSendMLSExternalCommit        Capability = 0x0605 // reserved
)

// CanAddSelf is what room-policy-01 and -02 have in place of [CanOpenJoin] (on
// role zero) and [CanJoinIfPreauthorized] (on other roles). Those revisions give
// no values; it takes that of CanOpenJoin.
const CanAddSelf = CanOpenJoin

// PrivateUse is the first value for private use. Section 10.2 puts it into both
// ranges.
const PrivateUse Capability = 0xf000

// registered is one entry of the registry.
type registered struct {
	capability Capability
	name       string
	reserved   bool
}

// registry lists the registered capabilities, ordered by value.
var registry = []registered{
	{CanAddParticipant, "canAddParticipant", false},
	{CanRemoveParticipant, "canRemoveParticipant", false},
	{CanAddOwnClient, "canAddOwnClient", false},
	{CanRemoveOwnClient, "canRemoveOwnClient", false},
	{CanOpenJoin, "canOpenJoin", false},
	{CanJoinIfPreauthorized, "canJoinIfPreauthorized", false},
	{CanRemoveSelf, "canRemoveSelf", false},
	{CanCreateJoinCode, "canCreateJoinCode", true},
	{CanDeleteJoinCode, "canDeleteJoinCode", true},
	{CanUseJoinCode, "canUseJoinCode", false},
	{CanBan, "canBan", false},
	{CanUnBan, "canUnBan", false},
	{CanKick, "canKick", false},
	{CanKnock, "canKnock", true},
	{CanAcceptKnock, "canAcceptKnock", true},
	{CanChangeUserRole, "canChangeUserRole", false},
	{CanChangeOwnRole, "canChangeOwnRole", false},
	{CanCreateSubgroup, "canCreateSubgroup", true},
	{CanSendMessage, "canSendMessage", false},
	{CanReceiveMessage, "canReceiveMessage", false},
	{CanCopyMessage, "canCopyMessage", false},
	{CanReportAbuse, "canReportAbuse", false},
	{CanReplyToMessage, "canReplyToMessage", false},
	{CanReactToMessage, "canReactToMessage", false},
	{CanEditReaction, "canEditReaction", false},
	{CanDeleteOwnReaction, "canDeleteOwnReaction", false},
	{CanDeleteOtherReaction, "canDeleteOtherReaction", false},
	{CanEditOwnMessage, "canEditOwnMessage", false},
	{CanDeleteOwnMessage, "canDeleteOwnMessage", false},
	{CanDeleteOtherMessage, "canDeleteOtherMessage", false},
	{CanStartTopic, "canStartTopic", false},
	{CanReplyInTopic, "canReplyInTopic", false},
	{CanEditOwnTopic, "canEditOwnTopic", false},
	{CanEditOtherTopic, "canEditOtherTopic", false},
	{CanSendDirectMessage, "canSendDirectMessage", true},
	{CanTargetMessage, "canTargetMessage", true},
	{CanUploadImage, "canUploadImage", false},
	{CanUploadAudio, "canUploadAudio", false},
	{CanUploadVideo, "canUploadVideo", false},
	{CanUploadAttachment, "canUploadAttachment", false},
	{CanDownloadImage, "canDownloadImage", false},
	{CanDownloadAudio, "canDownloadAudio", false},
	{CanDownloadVideo, "canDownloadVideo", false},
	{CanDownloadAttachment, "canDownloadAttachment", false},
	{CanSendLink, "canSendLink", false},
	{CanSendLinkPreview, "canSendLinkPreview", false},
	{CanFollowLink, "canFollowLink", false},
	{CanCopyLink, "canCopyLink", false},
	{CanChangeRoomName, "canChangeRoomName", false},
	{CanChangeRoomDescription, "canChangeRoomDescription", false},
	{CanChangeRoomAvatar, "canChangeRoomAvatar", false},
	{CanChangeRoomSubject, "canChangeRoomSubject", false},
	{CanChangeRoomMood, "canChangeRoomMood", false},
	{CanChangeOwnName, "canChangeOwnName", true},
	{CanChangeOwnPresence, "canChangeOwnPresence", true},
	{CanChangeOwnMood, "canChangeOwnMood", true},
	{CanChangeOwnAvatar, "canChangeOwnAvatar", true},
	{CanStartCall, "canStartCall", false},
	{CanJoinCall, "canJoinCall", false},
	{CanSendAudio, "canSendAudio", false},
	{CanReceiveAudio, "canReceiveAudio", false},
	{CanSendVideo, "canSendVideo", false},
	{CanReceiveVideo, "canReceiveVideo", false},
	{CanShareScreen, "canShareScreen", false},
	{CanViewSharedScreen, "canViewSharedScreen", false},
	{CanCreateRoom, "canCreateRoom", true},
	{CanDestroyRoom, "canDestroyRoom", false},
	{CanChangeRoomMembershipStyle, "canChangeRoomMembershipStyle", false},
	{CanChangeRoleDefinitions, "canChangeRoleDefinitions", false},
	{CanChangePreauthorizedUserList, "canChangePreauthorizedUserList", false},
	{CanChangeOtherPolicyAttribute, "canChangeOtherPolicyAttribute", true},
	{CanChangeMlsOperationalPolicies, "canChangeMlsOperationalPolicies", true},
	{CanSendMLSReinitProposal, "canSendMLSReinitProposal", false},
	{CanSendMLSUpdateProposal, "canSendMLSUpdateProposal", true},
	{CanSendMLSPSKProposal, "canSendMLSPSKProposal", true},
	{CanSendMLSExternalProposal, "canSendMLSExternalProposal", true},
	{CanSendMLSExternalCommit, "canSendMLSExternalCommit", true},
}

// otherNames are names that a text uses for a registered capability beside the
// registered one.
var otherNames = map[string]Capability{
	"canUnban":         CanUnBan,                 // section 8.1.3
	"canAddSelf":       CanAddSelf,               // room-policy-01 and -02
	"canUploadSound":   CanUploadAudio,           // room-policy-01 and -02
	"canDownloadSound": CanDownloadAudio,         // room-policy-01 and -02
	"canReinitGroup":   CanSendMLSReinitProposal, // room-policy-02 section 7.6
}

var (
	byCapability = map[Capability]*registered{}
	byName       = map[string]Capability{}
)

func init() {
	for i := range registry {
		byCapability[registry[i].capability] = &registry[i]
		byName[registry[i].name] = registry[i].capability
	}
	for name, capability := range otherNames {
		byName[name] = capability
	}
}

// Capabilities returns the registered capabilities, ordered by value.
func Capabilities() []Capability {
	list := make([]Capability, len(registry))
	for i := range registry {
		list[i] = registry[i].capability
	}
	return list
}

// Registered reports whether c is in the registry, reserved or not.
func (c Capability) Registered() bool { return byCapability[c] != nil }

// Reserved reports whether c is registered for possible future use only.
func (c Capability) Reserved() bool { return c.Registered() && byCapability[c].reserved }

// Private reports whether c is for private use.
func (c Capability) Private() bool { return c >= PrivateUse }

// String returns the registered name, such as "canBan", or the value, such as
// "0xf001".
func (c Capability) String() string {
	if r := byCapability[c]; r != nil {
		return r.name
	}
	return fmt.Sprintf("0x%04x", uint16(c))
}

// Name is like String, with the name that a draft uses: [CanAddSelf] is
// "canAddSelf" in room-policy-01 and -02.
func (c Capability) Name(draft spec.Draft) string {
	if c == CanAddSelf && before03.Has(draft) {
		return "canAddSelf"
	}
	return c.String()
}

// ParseCapability returns the capability with a name, or with a value such as
// "0xf001" or "17". Names are those of the registry and the other ones that a
// draft uses, such as "canUnban". It fails with [*UnknownCapabilityError].
func ParseCapability(name string) (Capability, error) {
	if capability, ok := byName[name]; ok {
		return capability, nil
	}
	base, digits := 10, name
	if rest, ok := strings.CutPrefix(name, "0x"); ok {
		base, digits = 16, rest
	}
	value, err := strconv.ParseUint(digits, base, 16)
	if err != nil {
		return 0, &UnknownCapabilityError{Name: name}
	}
	return Capability(value), nil
}

// UnknownCapabilityError says that a name is not that of a capability.
type UnknownCapabilityError struct{ Name string }

func (e *UnknownCapabilityError) Error() string {
	return fmt.Sprintf("unknown capability %q: expected a registered name, such as canBan, or a value below 65536", e.Name)
}

// MarshalText writes what [Capability.String] returns.
func (c Capability) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [ParseCapability] reads, and fails like it.
func (c *Capability) UnmarshalText(text []byte) (err error) {
	*c, err = ParseCapability(string(text))
	return err
}
