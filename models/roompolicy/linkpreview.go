package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// LinkPreviewPolicy is the component link_preview_policy (room-policy-04
// section 6.3).
type LinkPreviewPolicy struct {
	AutodetectHyperlinksInText Optionality
	SendLinkPreviews           Optionality
	AutomaticLinkPreviews      Optionality
	LinkPreviewProxyUse        Optionality
	LinkPreviewProxy           []Uri // not on the wire where its use is forbidden
}

func (p *LinkPreviewPolicy) describe() (string, spec.Drafts) { return "LinkPreviewPolicy", since03 }

func (p *LinkPreviewPolicy) fields(f fields) {
	f.need("autodetect_hyperlinks_in_text", "send_link_previews", "automatic_link_previews", "link_preview_proxy_use")
	f.enum("autodetect_hyperlinks_in_text", (*uint8)(&p.AutodetectHyperlinksInText), optionalityNames)
	f.enum("send_link_previews", (*uint8)(&p.SendLinkPreviews), optionalityNames)
	f.enum("automatic_link_previews", (*uint8)(&p.AutomaticLinkPreviews), optionalityNames)
	f.enum("link_preview_proxy_use", (*uint8)(&p.LinkPreviewProxyUse), optionalityNames)
	f.arm(p.LinkPreviewProxyUse != Forbidden, func() {
		uris(f, "link_preview_proxy", &p.LinkPreviewProxy, f.codec() != nil && f.codec().syntax.singleLinkPreviewProxy)
	})
}
