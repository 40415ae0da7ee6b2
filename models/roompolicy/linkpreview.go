package roompolicy

// LinkPreviewPolicy is the component link_preview_policy (room-policy-04
// section 6.3).
type LinkPreviewPolicy struct {
	AutodetectHyperlinksInText Optionality
	SendLinkPreviews           Optionality
	AutomaticLinkPreviews      Optionality
	LinkPreviewProxyUse        Optionality
	LinkPreviewProxy           []Uri // not on the wire where its use is forbidden
}
