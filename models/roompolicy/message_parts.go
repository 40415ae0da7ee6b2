package roompolicy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
)

func itoa(i int) string { return strconv.Itoa(i) }

var (
	bareAddresses = regexp.MustCompile(`(?i)\b(?:https?|ftp|mailto|mimi):[^\s<>"]+|\bwww\.[^\s<>"]+`)
	autolinks     = regexp.MustCompile(`<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>`)
	htmlTargets   = regexp.MustCompile(`(?i)<a\s[^>]*\bhref\s*=\s*["']?([^"'\s>]*)`)
)

// links is what links in texts and previews need (section 8.3).
func (n *needs) links() {
	detects := n.policy.LinkPreview == nil || !since03.Has(n.draft) || n.policy.LinkPreview.AutodetectHyperlinksInText != Forbidden
	for _, l := range n.parts {
		if l.part.Disposition == content.Preview {
			n.preview = true
		}
		single, ok := l.part.Body.(content.SinglePart)
		if !ok {
			continue
		}
		for _, target := range linkTargets(single, detects) {
			if n.readings[mentionLinks] != mentionsCount && strings.HasPrefix(strings.ToLower(target), "mimi:") {
				continue
			}
			n.linked = true
			n.add(CanSendLink, ruleSendLink, l.path)
		}
	}
	if n.preview {
		n.add(CanSendLinkPreview, ruleSendLinkPreview, "nestedPart")
	}
}

// linkTargets returns where the links of a text lead. Bare addresses are links
// only where they are detected.
func linkTargets(part content.SinglePart, detects bool) []string {
	media := mediaTypeOf(part.ContentType)
	if part.ContentType == "" {
		media.MediaType = "text/plain"
	}
	text := string(part.Content)
	var targets []string
	switch strings.ToLower(media.MediaType) {
	case "text/plain":
	case "text/markdown":
		for _, link := range content.Links(part.Content) {
			targets = append(targets, link.Target)
		}
		for _, match := range autolinks.FindAllStringSubmatch(text, -1) {
			targets = append(targets, match[1])
		}
	case "text/html":
		for _, match := range htmlTargets.FindAllStringSubmatch(text, -1) {
			targets = append(targets, match[1])
		}
	default:
		return nil
	}
	if detects {
		targets = append(targets, bareAddresses.FindAllString(text, -1)...)
	}
	return targets
}

// The capabilities to upload files that are rendered, by top-level media type.
var uploadCapabilities = map[string]Capability{"image": CanUploadImage, "audio": CanUploadAudio, "video": CanUploadVideo}

// assets is what files and sessions need (sections 8.4 and 8.5).
func (n *needs) assets() {
	for _, l := range n.parts {
		if l.part.Disposition == content.Session {
			if n.readings[sessionPart] != sessionUncovered {
				n.add(CanStartCall, ruleSession, l.path)
			}
			continue
		}
		contentType, uploaded := n.uploaded(l.part)
		if !uploaded {
			continue
		}
		if l.part.Disposition == content.Attachment {
			n.add(CanUploadAttachment, ruleUploadAttachment, l.path)
			continue
		}
		if capability, ok := uploadCapabilities[topLevel(contentType)]; ok && n.rendered(l.part.Disposition) {
			n.add(capability, ruleUpload, l.path)
		}
	}
}

// uploaded reports whether a part is a file that was uploaded, and its media
// type.
func (n *needs) uploaded(part *content.NestedPart) (contentType string, ok bool) {
	switch body := part.Body.(type) {
	case content.ExternalPart:
		return body.ContentType, true
	case content.SinglePart:
		return body.ContentType, n.readings[uploads] == uploadsAll
	}
	return "", false
}

// rendered reports whether a disposition is render, or read like it. Unknown
// ones are.
func (n *needs) rendered(disposition content.Disposition) bool {
	switch disposition {
	case content.Render:
		return true
	case content.Inline:
		return n.readings[inlineAssets] != inlineUncovered
	case content.Unspecified, content.Reaction, content.Profile, content.Icon, content.Attachment, content.Session, content.Preview:
		return false
	}
	return true
}

// topLevel returns the part of a media type before the slash, in lower case.
func topLevel(contentType string) string {
	top, _, _ := strings.Cut(contentType, "/")
	return strings.ToLower(strings.TrimSpace(top))
}
