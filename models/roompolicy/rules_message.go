package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// What messages need (8.3, 8.4).
var (
	ruleSend = decides("message-send", spec.Must, "8.3", allDrafts,
		"Who sends a message has canSendMessage.")
	ruleReply = decides("message-reply", spec.Must, "8.3", allDrafts,
		"A reply that is no reaction and not in a topic needs canReplyToMessage.")
	ruleReact = decides("message-react", spec.Must, "8.3", allDrafts,
		"A reaction to another message needs canReactToMessage.")
	ruleEditReaction = decides("message-edit-reaction", spec.Must, "8.3", allDrafts,
		"To replace an own reaction by another one needs canEditReaction.")
	ruleDeleteOwnReaction = decides("message-delete-own-reaction", spec.Must, "8.3", allDrafts,
		"To delete an own reaction needs canDeleteOwnReaction.")
	ruleDeleteOtherReaction = decides("message-delete-other-reaction", spec.Must, "8.3", allDrafts,
		"To delete a reaction of another user needs canDeleteOtherReaction.")
	ruleEditOwn = decides("message-edit-own", spec.Must, "8.3", allDrafts,
		"To edit an own message needs canEditOwnMessage.")
	ruleEditOther = decides("message-edit-other", spec.Must, "8.3", allDrafts,
		"No capability lets anyone edit the content of a message of another user.")
	ruleDeleteOwn = decides("message-delete-own", spec.Must, "8.3", allDrafts,
		"To delete an own message needs canDeleteOwnMessage.")
	ruleDeleteOther = decides("message-delete-other", spec.Must, "8.3", allDrafts,
		"To delete a message of another user needs canDeleteOtherMessage.")
	ruleStartTopic = decides("message-start-topic", spec.Must, "8.3", allDrafts,
		"A message with a topic that is new in the room needs canStartTopic.")
	ruleReplyInTopic = decides("message-reply-in-topic", spec.Must, "8.3", allDrafts,
		"A reply in the topic of the message that it replies to needs canReplyInTopic.")
	ruleEditOwnTopic = decides("message-edit-own-topic", spec.Must, "8.3", allDrafts,
		"To change the topic of an own message needs canEditOwnTopic.")
	ruleEditOtherTopic = decides("message-edit-other-topic", spec.Must, "8.3", allDrafts,
		"To change the topic of a message of another user, and nothing else of it, needs canEditOtherTopic.")
	ruleSendLink = decides("message-send-link", spec.Must, "8.3", allDrafts,
		"A message with a link in its text needs canSendLink.")
	ruleSendLinkPreview = decides("message-send-link-preview", spec.Must, "8.3", allDrafts,
		"A message with a link and a preview needs canSendLinkPreview.")
	ruleUpload = decides("message-upload", spec.Must, "8.4", allDrafts,
		"An image, sound or video that is rendered needs the capability to upload its kind.")
	ruleUploadAttachment = decides("message-upload-attachment", spec.Must, "8.4", allDrafts,
		"A file that is an attachment needs canUploadAttachment, whatever its media type.")
	ruleSession = decides("message-session", spec.Must, "8.5", allDrafts,
		"A message that opens a session needs canStartCall.")
	ruleUnknownReplaced = decides("message-replaces-known", spec.Must, "8.3", allDrafts,
		"Whether a message may be replaced is decided by what is known of it; nothing allows it for an unknown one.")
)
