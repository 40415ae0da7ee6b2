package content

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

const (
	cidScheme = "cid:"
	cidHost   = "@local.invalid"
)

// Reference is a cid: URI in the content of a part.
type Reference struct {
	Offset int // in the content
	URI    string
}

// References returns the cid: URIs in a part that can hold some: HTML,
// Markdown, vCard and iCalendar.
func References(p *NestedPart) []Reference {
	single, ok := p.Body.(SinglePart)
	if !ok || !canRefer(single.ContentType) {
		return nil
	}
	var list []Reference
	for start := 0; ; {
		i := bytes.Index(single.Content[start:], []byte(cidScheme))
		if i < 0 {
			return list
		}
		i += start
		end := i + len(cidScheme)
		for end < len(single.Content) && uriOctets[single.Content[end]] != uriNever && !strings.ContainsRune("()'\"<>", rune(single.Content[end])) {
			end++
		}
		if i == 0 || !isWord(single.Content[i-1]) {
			list = append(list, Reference{Offset: i, URI: string(single.Content[i:end])})
		}
		start = end
	}
}

func isWord(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' }

func canRefer(contentType string) bool {
	name, _, _ := strings.Cut(contentType, ";")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "text/html", "text/markdown", "text/vcard", "text/calendar":
		return true
	}
	return false
}

// target returns the part index that a reference names, if it has the form of
// one.
func (c *Checker) target(uri string) (index int, ok bool) {
	if c.cidLenient {
		uri = strings.ToLower(uri)
	}
	digits, ok := strings.CutPrefix(uri, cidScheme)
	if !ok {
		return 0, false
	}
	if digits, ok = strings.CutSuffix(digits, cidHost); !ok || digits == "" || len(digits) > 9 {
		return 0, false
	}
	if digits[0] == '0' && len(digits) > 1 && !c.cidLenient {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 31)
	return int(n), err == nil
}

// CheckReferences judges the references among the parts of a message: their
// form, and that they name a single or an external part. Which octets of a
// text are a reference is for whoever renders it to say; what is judged here
// is whatever looks like one.
func (c *Checker) CheckReferences(m *Message) spec.Violations {
	var violations spec.Violations
	parts := m.Parts()
	for i := range parts {
		for _, ref := range References(parts[i].Part) {
			path := parts[i].Path + "." + fieldNames[fieldContent]
			index, ok := c.target(ref.URI)
			switch {
			case !ok:
				if c.force[cidForm] {
					violations = append(violations, violation(cidForm, path, strconv.Quote(ref.URI)))
				}
			case c.force[cidTarget] && !holdsContent(parts, index):
				violations = append(violations, violation(cidTarget, path, strconv.Quote(ref.URI)))
			}
		}
	}
	return violations
}

func holdsContent(parts []Part, index int) bool {
	if index >= len(parts) {
		return false
	}
	switch parts[index].Part.Body.(type) {
	case SinglePart, ExternalPart:
		return true
	}
	return false
}
