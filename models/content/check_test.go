package content

import (
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestElementNames(t *testing.T) {
	const newest = "salt replaces topicId expires inReplyTo extensions nestedPart"
	for d, want := range map[spec.Draft]string{
		0: "", spec.Content04: "replaces topicId expires inReplyTo lastSeen extensions nestedPart",
		spec.Content05: "salt replaces topicId expires inReplyTo lastSeen extensions nestedPart",
		spec.Content06: newest, spec.Content09: newest, spec.Protocol03: "", spec.MessageStatus01: "",
	} {
		if got := strings.Join(ElementNames(d), " "); got != want {
			t.Errorf("%s: the elements are %s, expected %s", d, got, want)
		}
	}
}
