package conform

import (
	"bytes"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// placeOf returns the place of a violation without what differs from message to
// message: which entry of the extensions, and which part how deep in the body.
// An encoding is right or wrong everywhere, but for extensions, whose values
// some implementations never look at.
func placeOf(rule *spec.Rule, path string) string {
	inExtensions := strings.HasPrefix(path, "extensions")
	switch {
	case rule != nil && strings.HasPrefix(rule.ID, "content/enc-"):
		if inExtensions {
			return "extensions"
		}
		return ""
	case inExtensions:
		return "extensions"
	}
	return withoutIndices(path)
}

// withoutIndices leaves out of a path which element of a list it goes by, and
// how many parts lie around a part.
func withoutIndices(path string) string {
	const parts = ".parts"
	if strings.IndexByte(path, '[') < 0 && !strings.Contains(path, parts+".") {
		return strings.TrimPrefix(path, ".")
	}
	out := make([]byte, 0, len(path))
	for at := 0; at < len(path); at++ {
		if path[at] == '[' {
			end := at + 1
			for end < len(path) && path[end] >= '0' && path[end] <= '9' {
				end++
			}
			if end < len(path) && path[end] == ']' && end > at+1 {
				at = end
				continue
			}
		}
		if path[at] == '.' && bytes.HasSuffix(out, []byte(parts)) {
			out = out[:len(out)-len(parts)]
		}
		out = append(out, path[at])
	}
	return strings.TrimPrefix(string(out), ".")
}

// The bounds of a slug.
const (
	largestReason = 400 // octets of a reason that are read
	largestSlug   = 60
)

// slug reduces what a program says to words that stay the same when values and
// offsets change, such as "index-out-of-range-with-length": without what is
// quoted, and without whatever has a digit.
func slug(text string) string { return string(appendSlug(make([]byte, 0, largestSlug), text)) }

// appendSlug appends a slug.
func appendSlug(out []byte, text string) []byte {
	start := len(out)
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	text = text[:min(len(text), largestReason)]
	for at := 0; at < len(text) && len(out)-start < largestSlug; {
		c := text[at]
		if c == '"' || c == '`' || c == '\'' {
			if end := strings.IndexByte(text[at+1:], c); end >= 0 {
				at += end + 2
				continue
			}
		}
		end, digits := at, false
		for end < len(text) && isWord(text[end]) {
			digits = digits || text[end] >= '0' && text[end] <= '9'
			end++
		}
		switch {
		case end == at:
			at++
			continue
		case !digits:
			if len(out) > start {
				out = append(out, '-')
			}
			for _, c := range []byte(text[at:end]) {
				if c >= 'A' && c <= 'Z' {
					c += 'a' - 'A'
				}
				out = append(out, c)
			}
		}
		at = end
	}
	return out[:min(len(out), start+largestSlug)]
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
