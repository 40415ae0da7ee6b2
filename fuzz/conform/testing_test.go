package conform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// reported is a test whose errors are kept.
type reported struct {
	testing.TB
	errors []string
}

func (r *reported) Errorf(format string, values ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, values...))
}

// anySalt takes a salt of any length.
type anySalt struct{ properties.Reference }

func (anySalt) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	again, err := properties.Reference{}.DecodeContent(d, message)
	if ids, _ := properties.BrokenRules(err); len(ids) == 1 && ids[0] == "content/salt-length" {
		return message, nil
	}
	return again, err
}

func TestRunReportsBugs(t *testing.T) {
	r := &reported{TB: t}
	Run(r, anySalt{})
	if len(r.errors) != 1 || !strings.HasPrefix(r.errors[0], saltBug+" (MUST)\n") || !strings.Contains(r.errors[0], `"op":"content.decode"`) {
		t.Errorf("%q", r.errors)
	}
	r.errors = nil
	Run(r, anySalt{}, Expectation{Signature: saltBug}, Expectation{Signature: "content.decode:accepts-forbidden:content/enc-trailing"}, Expectation{Signature: "content.decode:accepts-forbidden:content/no-such-rule"})
	if len(r.errors) != 2 || !strings.Contains(r.errors[0], "is expected, and gone") || !strings.Contains(r.errors[1], "no case could show it") {
		t.Errorf("%q", r.errors)
	}
}

// scribbler answers rightly, and then writes into what it accepted.
type scribbler struct{ properties.Reference }

func (s scribbler) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	again, err := s.Reference.DecodeContent(d, message)
	if err == nil {
		message[len(message)-1] ^= 1
	}
	return again, err
}

func TestRunTellsOfOverwrittenInput(t *testing.T) {
	const signature = "content.decode:overwrites-input:-:message"
	r := &reported{TB: t}
	Run(r, scribbler{})
	if len(r.errors) != 1 || !strings.HasPrefix(r.errors[0], signature+" (MUST)\n") {
		t.Errorf("%q", r.errors)
	}
	r.errors = nil
	Run(r, scribbler{}, Expectation{Signature: signature})
	if len(r.errors) > 0 {
		t.Errorf("%q", r.errors)
	}
}

func FuzzReference(f *testing.F) { Fuzz(f, properties.Reference{}) }
