package content

import (
	"bytes"
	"html"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// gfm parses what the Markdown of MIMI allows: GFM with tables, task lists and
// strikethrough. gfmAutolinks parses bare addresses as links too, which MIMI
// leaves out.
var (
	gfm          = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList)).Parser()
	gfmAutolinks = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
)

// HTMLTag is an HTML tag in a Markdown body.
type HTMLTag struct {
	Offset int
	Text   string
}

// HTMLTags returns the HTML tags of a Markdown body: open and closing tags,
// comments, processing instructions, declarations and CDATA sections, as GFM
// finds them. Code spans, escapes, autolinks and link targets are none. It takes
// quadratic time for some bodies: bound those of strangers.
func HTMLTags(body []byte) []HTMLTag {
	var tags []HTMLTag
	_ = ast.Walk(gfm.Parse(text.NewReader(body)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		var lines *text.Segments
		switch n := n.(type) {
		case *ast.RawHTML:
			lines = n.Segments
		case *ast.HTMLBlock:
			lines = n.Lines()
		default:
			return ast.WalkContinue, nil
		}
		if lines.Len() > 0 {
			first := lines.At(0)
			tags = append(tags, HTMLTag{Offset: first.Start, Text: strings.TrimSpace(string(lines.Value(body)))})
		}
		return ast.WalkContinue, nil
	})
	return tags
}

// IsMarkdown reports whether a content type is the Markdown of MIMI, which in
// content-04 is that of GFM.
func IsMarkdown(contentType string) bool {
	name, parameters, _ := strings.Cut(strings.ToLower(contentType), ";")
	return strings.TrimSpace(name) == "text/markdown" && strings.Contains(parameters, "variant=gfm")
}

// CheckMarkdown judges a Markdown body as it is sent: it has no HTML tags.
func CheckMarkdown(body []byte, draft spec.Draft) spec.Violations {
	if !gfmNoHTMLSend.in(draft) {
		return nil
	}
	var violations spec.Violations
	for _, tag := range HTMLTags(body) {
		v := violation(gfmNoHTMLSend, fieldNames[fieldContent], tag.Text)
		v.Offset = tag.Offset
		violations = append(violations, v)
	}
	return violations
}

// JudgeRendering judges the HTML that an implementation makes of a Markdown
// body: tags are shown as text, and bare addresses are no links.
func JudgeRendering(body []byte, rendered string, draft spec.Draft) spec.Violations {
	if !gfmNoHTMLReceive.in(draft) {
		return nil
	}
	for _, tag := range HTMLTags(body) {
		if strings.Contains(rendered, tag.Text) {
			return spec.Violations{violation(gfmNoHTMLReceive, "", tag.Text)}
		}
	}
	wanted := autolinks(gfm, body)
	for _, link := range autolinks(gfmAutolinks, body) {
		if !slices.Contains(wanted, link) && strings.Contains(rendered, `href="`+html.EscapeString(link)) {
			return spec.Violations{violation(gfmExtensions, "", link)}
		}
	}
	return nil
}

// autolinks returns the targets of links without text of their own.
func autolinks(p parser.Parser, body []byte) []string {
	var links []string
	_ = ast.Walk(p.Parse(text.NewReader(body)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.AutoLink); ok && entering {
			links = append(links, string(link.URL(body)))
		}
		return ast.WalkContinue, nil
	})
	return links
}

// Link is a link of a Markdown body.
type Link struct{ Text, Target string }

// Links returns the links of a Markdown body.
func Links(body []byte) []Link {
	var links []Link
	_ = ast.Walk(gfm.Parse(text.NewReader(body)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok && entering {
			var shown bytes.Buffer
			for child := link.FirstChild(); child != nil; child = child.NextSibling() {
				if t, ok := child.(*ast.Text); ok {
					shown.Write(t.Segment.Value(body))
				}
			}
			links = append(links, Link{Text: shown.String(), Target: string(link.Destination)})
		}
		return ast.WalkContinue, nil
	})
	return links
}

// NeedsWarning reports whether a user should be warned of a link: its text is
// an address, and another than the target, or has https where the target has
// http. Scheme and default port make no difference by themselves.
func (l Link) NeedsWarning() bool {
	if !strings.Contains(l.Text, ".") || strings.ContainsAny(l.Text, " \t\n") {
		return false // a name, not an address
	}
	if strings.HasPrefix(l.Text, "https://") && strings.HasPrefix(l.Target, "http://") {
		return true
	}
	return bareAddress(l.Text) != bareAddress(l.Target)
}

// bareAddress returns an address without scheme and default port.
func bareAddress(s string) string {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		scheme, rest = "https", s
	}
	host, path, slash := strings.Cut(rest, "/")
	host = strings.ToLower(host)
	if scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	if slash {
		return host + "/" + path
	}
	return host
}

// JudgeWarning judges whether an implementation warns of the links of a body.
func JudgeWarning(body []byte, warned bool) spec.Violations {
	needed := slices.ContainsFunc(Links(body), Link.NeedsWarning)
	if needed == warned {
		return nil
	}
	return spec.Violations{violation(linkWarning, "", map[bool]string{true: "a warning", false: "no warning"}[warned])}
}

// Support is what a client says it can do.
type Support struct {
	MediaTypes []string `json:"mediaTypes,omitempty"`
	AEADs      []uint16 `json:"aeads,omitempty"`
	Schemes    []string `json:"schemes,omitempty"`
}

// JudgeSupport judges what a client can do.
func JudgeSupport(s Support, draft spec.Draft) spec.Violations {
	variant := "GFM-MIMI"
	if draft == spec.Content04 {
		variant = "GFM"
	}
	recommended := []string{"text/markdown;variant=CommonMark", "text/html", "image/jpeg", "image/png"}
	if draft <= spec.Content06 {
		recommended = append(recommended, StatusMediaType)
	}
	var violations spec.Violations
	missing := func(r rule, have, want []string) {
		for _, name := range want {
			if !slices.Contains(have, name) {
				violations = append(violations, violation(r, "", "no "+name))
				return
			}
		}
	}
	missing(mediaRequired, s.MediaTypes, []string{"application/mimi-content", "text/plain;charset=utf-8", "text/markdown;variant=" + variant})
	missing(mediaRecommended, s.MediaTypes, recommended)
	missing(externalSchemes, s.Schemes, []string{"http", "https"})
	if !slices.Contains(s.AEADs, 1) {
		violations = append(violations, violation(externalAES128GCM, "", "no AES-128-GCM"))
	}
	return violations
}
