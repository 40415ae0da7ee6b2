package conform

import (
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/vectors"
)

func TestSlugKeepsWords(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"panic: index out of range [100] with length 7": "panic-index-out-of-range-with-length",
		`KeyError: "salt" at 0x7f01`:                    "keyerror-at",
		"it's short by 3 octets\nat offset 9":           "it-s-short-by-octets",
		"  Value 1e9 is TOO great ":                     "value-is-too-great",
		strings.Repeat("long ", 100):                    strings.Repeat("long-", 12)[:largestSlug],
	} {
		if got := slug(text); got != want {
			t.Errorf("%q becomes %q, expected %q", text, got, want)
		}
	}
}

func TestPlaceLeavesIndicesOut(t *testing.T) {
	for _, test := range []struct{ rule, path, want string }{
		{"content/single-contenttype-tstr", "nestedPart.contentType", "nestedPart.contentType"},
		{"content/single-contenttype-tstr", "nestedPart.parts[1].parts[0].parts[7].contentType", "nestedPart.contentType"},
		{"content/part-depth", "nestedPart.parts[1].parts[0]", "nestedPart.parts"},
		{"content/ext-nan", `extensions["a]b"].x`, "extensions"},
		{"content/enc-shortest-int", "nestedPart.disposition", ""},
		{"content/enc-utf8", "extensions[1]", "extensions"},
		{"status/code-range", "[3].status", "status"},
		{"", "proposals[0].removedIndices[1]", "proposals.removedIndices"},
	} {
		if got := placeOf(vectors.RuleByID(test.rule), test.path); got != test.want {
			t.Errorf("%s of %s becomes %q, expected %q", test.path, test.rule, got, test.want)
		}
	}
}
