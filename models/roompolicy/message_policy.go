package roompolicy

import (
	"net/url"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// policies demands what the components on messages say (sections 6.3, 6.4 and
// 6.8).
func (n *needs) policies() {
	if since03.Has(n.draft) {
		n.linkPreview()
		n.expiration()
		n.mediaTypes()
		n.uploadDomains()
	}
	if since02.Has(n.draft) {
		n.sizes()
	}
}

// linkPreview is what link_preview_policy says of previews that a sender makes.
func (n *needs) linkPreview() {
	p := n.policy.LinkPreview
	if p == nil {
		return
	}
	n.require(p.SendLinkPreviews != Forbidden || !n.preview, rulePreviewSend, "a preview, and previews are forbidden")
	n.require(p.SendLinkPreviews != Required || !n.linked || n.preview, rulePreviewSend, "a link without a preview, and previews are required")
}

// expiration is what message_expiration_policy says. Deletes need not expire,
// for they have nothing that could.
func (n *needs) expiration() {
	p := n.policy.Expiration
	if p == nil {
		return
	}
	expires := n.message.Expires
	_, deletes := n.message.NestedPart.Body.(content.NullPart)
	switch {
	case expires == nil:
		n.require(p.ExpiringMessages != Required || deletes, ruleExpireRequired, "no expiry")
	case p.ExpiringMessages == Forbidden:
		n.refuse(ruleExpireForbidden, "an expiry")
	case expires.Relative:
		seconds := uint64(expires.Seconds)
		shortest, longest := uint64(p.MinExpirationDuration), uint64(p.MaxExpirationDuration)
		n.constrain(Constraint{Rule: ruleExpireRange, Kind: MinExpiration, Bound: shortest, After: seconds, Holds: seconds >= shortest})
		n.constrain(Constraint{Rule: ruleExpireRange, Kind: MaxExpiration, Bound: longest, After: seconds, Holds: seconds <= longest})
	}
}

// mediaTypes is what asset_policy says of the media types of parts.
func (n *needs) mediaTypes() {
	p := n.policy.Assets
	if p == nil {
		return
	}
	for _, l := range n.parts {
		contentType := ""
		switch body := l.part.Body.(type) {
		case content.SinglePart:
			contentType = body.ContentType
		case content.ExternalPart:
			contentType = body.ContentType
		default:
			continue
		}
		media := mediaTypeOf(contentType)
		n.require(!matchesAny(p.ForbiddenMediaTypes, &media), ruleMediaForbidden, "%s: %q is forbidden", l.path, contentType)
		n.require(p.AllowsMediaType(&media), ruleMediaPermitted, "%s: %q is not permitted", l.path, contentType)
	}
}

// mediaTypeOf reads a content type, where an empty one is a text.
func mediaTypeOf(contentType string) MediaType {
	if contentType == "" {
		return MediaType{MediaType: "text/plain", Parameters: []Parameter{{ParameterName: "charset", ParameterValue: "utf-8"}}}
	}
	parts := strings.Split(contentType, ";")
	m := MediaType{MediaType: strings.TrimSpace(parts[0])}
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		m.Parameters = append(m.Parameters, Parameter{
			ParameterName:  strings.TrimSpace(name),
			ParameterValue: strings.Trim(strings.TrimSpace(value), `"`),
		})
	}
	return m
}

// uploadDomains is where asset_policy lets files be uploaded to. All external
// parts count, sessions too.
func (n *needs) uploadDomains() {
	p := n.policy.Assets
	if p == nil || p.AssetUploadLocation == UnspecifiedLocation {
		return
	}
	for _, l := range n.parts {
		body, ok := l.part.Body.(content.ExternalPart)
		if !ok {
			continue
		}
		rule := ruleUploadDomain
		if p.AssetUploadLocation == LocalProvider {
			rule = ruleLocalProvider
		}
		host := hostOf(body.URL)
		n.require(host != "" && p.AllowsHost(hostOf(string(n.sender)), host), rule, "%s: %s is on %q", l.path, body.URL, host)
	}
}

// hostOf returns the host of a URI, "" if it has none.
func hostOf(uri string) DomainName {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return DomainName(u.Hostname())
}

// sizes is how large asset_policy lets files be. A size of zero is unknown.
func (n *needs) sizes() {
	p := n.policy.Assets
	if p == nil {
		return
	}
	for _, l := range n.parts {
		body, ok := l.part.Body.(content.ExternalPart)
		if !ok || body.Size == 0 || l.part.Disposition == content.Session {
			continue
		}
		limit, known := map[string]uint64{"image": p.MaxImage, "audio": p.MaxAudio, "video": p.MaxVideo}[topLevel(body.ContentType)]
		if !known || l.part.Disposition == content.Attachment && n.readings[sizeClass] != sizeByMediaType {
			limit = p.MaxAttachment
		}
		n.constrain(Constraint{Rule: ruleAssetSize, Kind: MaxAsset, Bound: limit, After: body.Size, Holds: body.Size <= limit})
	}
}

// What components say of messages (6.3, 6.4, 6.8).
var (
	rulePreviewSend = decides("preview-send", spec.Must, "6.3", since03,
		"A sender adds no preview where previews are forbidden, and one to each link where they are required.")
	ruleExpireForbidden = decides("expire-forbidden", spec.Must, "6.8", since03,
		"No message expires where expiring messages are forbidden.")
	ruleExpireRequired = decides("expire-required", spec.Must, "6.8", since03,
		"Every message that is no delete expires where expiring messages are required.")
	ruleExpireRange = decides("expire-range", spec.Must, "6.8", since03,
		"A message expires after a duration within the range of the room.")
	ruleMediaForbidden = decides("media-forbidden", spec.Must, "6.4", since03,
		"No part has a media type that is forbidden.")
	ruleMediaPermitted = decides("media-permitted", spec.Must, "6.4", since03,
		"Where there is a list of permitted media types each part has one of them.")
	ruleUploadDomain = decides("asset-upload-domain", spec.Must, "6.4", since03,
		"The host of an external part is one that the room lists, unless the location is unspecified.")
	ruleLocalProvider = decides("asset-local-provider", spec.Must, "6.4", since03,
		"Where assets go to the local provider, the host of an external part is one that the room lists for the domain of the sender.")
	ruleAssetSize = decides("asset-max-size", spec.Must, "6.4", since02,
		"An asset is not larger than the room allows for its kind.")
)
