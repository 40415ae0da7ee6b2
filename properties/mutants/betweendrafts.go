package mutants

import (
	"bytes"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// mistake plants a decoder that takes one draft for another.
func mistake(id, fault string, d, asked, taken spec.Draft) *Mutant {
	return mutateContent(id, fault, "between-drafts", d, func(m *contents) {
		m.claims = func(d spec.Draft) spec.Draft {
			if d == asked {
				return taken
			}
			return d
		}
	})
}

// betweenDraftsMutants are decoders that confuse drafts.
var betweenDraftsMutants = []*Mutant{
	mistake("rules-of-08-in-07", "applies the rules of content-08 in content-07 already", spec.Content07, spec.Content07, spec.Content08),
	mistake("rules-of-07-in-08", "still applies the rules of content-07 in content-08", spec.Content08, spec.Content08, spec.Content07),
	mistake("09-accepts-what-08-refuses", "accepts in content-09 what content-08 refuses", spec.Content09, spec.Content09, spec.Content07),
	mistake("layout-of-05-in-06", "still reads content-06 with the elements of content-05", spec.Content06, spec.Content06, spec.Content05),
	mutateContent("undefined-refused-since-08", "refuses undefined from content-08 on, as if it were not deterministic", "between-drafts", spec.Content08, func(m *contents) {
		m.reads = func(d spec.Draft, message []byte) ([]byte, bool) {
			if d < spec.Content08 {
				return nil, false
			}
			decoded, err := content.Decode(message, d)
			if err != nil {
				return nil, false
			}
			for _, e := range decoded.Extensions {
				if bytes.Equal(e.Value, []byte{0xf7}) {
					return nil, true
				}
			}
			return nil, false
		}
	}),
}
