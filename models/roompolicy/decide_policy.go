package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// authority is who may change a component.
type authority struct {
	capability Capability
	rule       *spec.Rule
}

// authorities holds the components that have a capability of their own (sections
// 8.6 and 8.7). Those of the rest are reserved.
var authorities = map[ComponentID]authority{
	RolesListID:            {CanChangeRoleDefinitions, ruleUpdateRoles},
	PreauthListID:          {CanChangePreauthorizedUserList, ruleUpdatePreauth},
	BaseRoomPolicyID:       {CanChangeRoomMembershipStyle, ruleUpdateBase},
	MlsOperationalPolicyID: {CanChangeMlsOperationalPolicies, ruleUpdateOther},
	JoinLinksID:            {CanCreateJoinCode, ruleUpdateOther},
}

// authorityOver returns who may change a component.
func authorityOver(id ComponentID) authority {
	if a, ok := authorities[id]; ok {
		return a
	}
	return authority{CanChangeOtherPolicyAttribute, ruleUpdateOther}
}

// updateComponent decides who may propose a new value for a component (sections
// 8.6 and 8.7). What the value is, is for [Judge.Apply].
func (d *decider) updateComponent() {
	id := d.action.Component
	holder := d.acting()
	d.require(id != ParticipantListID && id != RoomMetadataID, ruleUpdateParts, "%s is not changed as a whole", id)
	a := authorityOver(id)
	d.need(holder, a.capability, a.rule)
	d.grant(a.rule)
}

// removeComponent decides who may propose to remove a component.
func (d *decider) removeComponent() {
	id := d.action.Component
	holder := d.acting()
	switch id {
	case ParticipantListID, RoomMetadataID, RolesListID, BaseRoomPolicyID:
		d.refuse(ruleRemoveComponent, "a room always has %s", id)
	}
	d.need(holder, authorityOver(id).capability, ruleRemoveComponent)
	d.grant(ruleRemoveComponent)
}

// useRules says by which rule a capability that is nothing but a permission
// decides. Capabilities that have a kind of action are not among them.
var useRules = map[Capability]*spec.Rule{
	CanChangeRoomName: ruleMetadata, CanChangeRoomDescription: ruleMetadata, CanChangeRoomAvatar: ruleMetadata,
	CanChangeRoomSubject: ruleMetadata, CanChangeRoomMood: ruleMetadata,

	CanSendMessage: ruleSend, CanReplyToMessage: ruleReply, CanReactToMessage: ruleReact, CanEditReaction: ruleEditReaction,
	CanDeleteOwnReaction: ruleDeleteOwnReaction, CanDeleteOtherReaction: ruleDeleteOtherReaction,
	CanEditOwnMessage: ruleEditOwn, CanDeleteOwnMessage: ruleDeleteOwn, CanDeleteOtherMessage: ruleDeleteOther,
	CanStartTopic: ruleStartTopic, CanReplyInTopic: ruleReplyInTopic, CanEditOwnTopic: ruleEditOwnTopic,
	CanEditOtherTopic: ruleEditOtherTopic, CanSendLink: ruleSendLink, CanSendLinkPreview: ruleSendLinkPreview,

	CanReceiveMessage: ruleMessageUse, CanCopyMessage: ruleMessageUse, CanReportAbuse: ruleMessageUse,
	CanFollowLink: ruleMessageUse, CanCopyLink: ruleMessageUse,

	CanUploadImage: ruleUpload, CanUploadAudio: ruleUpload, CanUploadVideo: ruleUpload, CanUploadAttachment: ruleUploadAttachment,
	CanDownloadImage: ruleAssetUse, CanDownloadAudio: ruleAssetUse, CanDownloadVideo: ruleAssetUse, CanDownloadAttachment: ruleAssetUse,

	CanStartCall: ruleCall, CanJoinCall: ruleCall, CanSendAudio: ruleCall, CanReceiveAudio: ruleCall,
	CanSendVideo: ruleCall, CanReceiveVideo: ruleCall, CanShareScreen: ruleCall, CanViewSharedScreen: ruleCall,

	CanDestroyRoom: ruleDestroy, CanSendMLSReinitProposal: ruleReinit,
}

// use decides whether the actor has a capability that is nothing but a
// permission (sections 8.2 to 8.6).
func (d *decider) use() {
	capability := d.action.Capability
	holder := d.acting()
	rule, ok := useRules[capability]
	if !ok {
		switch {
		case !capability.Registered() || capability.Reserved():
			d.refuse(ruleUnknownCapability, "%s is not a capability in use", capability)
		default:
			d.refuse(ruleFailClosed, "%s has a kind of action of its own", capability)
		}
		return
	}
	d.need(holder, capability, rule)
	switch rule {
	case ruleMetadata, ruleReinit:
	default:
		d.alone = true
	}
	d.grant(rule)
}
