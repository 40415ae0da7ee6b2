package messageid

import (
	"errors"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Drafts are those that define message IDs which the content gives.
const Drafts = spec.Drafts(1<<spec.Content05 | 1<<spec.Content06 | 1<<spec.Content07 | 1<<spec.Content08 | 1<<spec.Content09)

var constructions = buildConstructions()

// Constructions returns the constructions of the drafts, oldest first, then
// the proposals.
func Constructions() []Construction { return constructions }

// For returns the construction of a draft. It fails with
// [*UnsupportedDraftError].
func For(d spec.Draft) (*Construction, error) {
	for i := range constructions {
		if constructions[i].Drafts.Has(d) {
			return &constructions[i], nil
		}
	}
	return nil, &UnsupportedDraftError{Draft: d}
}

func buildConstructions() []Construction {
	var list []Construction
	for _, named := range framing.NamedLayouts() {
		list = append(list, Construction{Name: named.Name, Layout: named.Layout, Drafts: named.Drafts})
	}
	return list
}

// lengthViolation turns a length that a layout cannot write into the rule that
// the draft has for it.
func lengthViolation(err error) error {
	var tooLong *framing.LengthError
	if !errors.As(err, &tooLong) {
		return err
	}
	return &spec.Violation{
		Rule:  &RuleURILength,
		Path:  tooLong.Component.Field.String(),
		Found: fmt.Sprintf("%d octets", tooLong.Length),
		Limit: fmt.Sprintf("at most %d octets", tooLong.Max),
	}
}
