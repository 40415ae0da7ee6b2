package properties

import (
	"errors"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Implementation is anything that can be asked. What it can be asked is told
// by the capabilities that it satisfies as well, such as [MessageIDs].
type Implementation interface {
	Name() string
}

// MessageIDs is the capability to compute message IDs.
type MessageIDs interface {
	// MessageID returns the message ID, or an error where the draft gives
	// none. The result is not changed later; the input is not kept or changed.
	MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error)
}

// HashInputs is the capability to show what is hashed for a message ID.
type HashInputs interface {
	// AppendHashInput appends the octets that are hashed.
	AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error)
}

// MessageOrder is the capability to order messages of one timestamp.
type MessageOrder interface {
	// CompareMessageIDs returns a negative number if a comes before b, zero
	// if they are the same, and a positive number if a comes after b.
	CompareMessageIDs(a, b messageid.ID) int
}

// ContentDecoder is the capability to decode content messages.
type ContentDecoder interface {
	// DecodeContent decodes a message and returns it encoded again. It fails
	// for a message that is rejected or discarded. An implementation that can
	// tell which rules the message breaks fails with an error that is or wraps
	// [spec.Violations] or [Rejection]. The message is not kept or changed.
	DecodeContent(d spec.Draft, message []byte) ([]byte, error)
}

// ContextJudge is the capability to judge messages with what is known besides
// their octets: the present, how they were delivered, what came before.
type ContextJudge interface {
	// JudgeInContext returns the IDs of the rules that a message breaks in its
	// context. It fails if it cannot judge the case, which is not changed.
	JudgeInContext(c *content.Case) ([]string, error)
}

// StatusDecoder is the capability to decode message-status reports.
type StatusDecoder interface {
	// DecodeStatus decodes a report and returns it encoded deterministically.
	// It fails for a report that is rejected, as [ContentDecoder] does for a
	// message. The report is not kept or changed.
	DecodeStatus(d spec.Draft, report []byte) ([]byte, error)
}

// PartIndexes is the capability to number the parts of a message.
type PartIndexes interface {
	// PartPaths returns the path of each part, such as
	// "nestedPart.parts[1]", in the order of their indexes.
	PartPaths(d spec.Draft, message []byte) ([]string, error)
}

// Rejection is the error of an implementation that names the rules that a
// message breaks by their IDs.
type Rejection struct{ Rules []string }

func (r *Rejection) Error() string { return "rejected" }

// BrokenRules returns the IDs of the rules that an error names. It is false if
// the error names none.
func BrokenRules(err error) (ids []string, named bool) {
	var violations spec.Violations
	if errors.As(err, &violations) {
		for i := range violations {
			ids = append(ids, violations[i].Rule.ID)
		}
	}
	var rejection *Rejection
	if errors.As(err, &rejection) {
		ids = append(ids, rejection.Rules...)
	}
	return ids, len(ids) > 0
}

// Reference is the reference implementation: the models.
type Reference struct{}

// Name returns "reference".
func (Reference) Name() string { return "reference" }

// MessageID implements [MessageIDs].
func (Reference) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	id, err := messageid.Compute(d, algorithm, in)
	if err != nil {
		return nil, err
	}
	return id[:], nil
}

// AppendHashInput implements [HashInputs].
func (Reference) AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error) {
	construction, err := messageid.For(d)
	if err != nil {
		return dst, err
	}
	return construction.AppendHashInput(dst, in)
}

// CompareMessageIDs implements [MessageOrder].
func (Reference) CompareMessageIDs(a, b messageid.ID) int { return messageid.Compare(a, b) }

// contentCheckers holds a checker for each draft of message content.
var contentCheckers = sync.OnceValue(func() (checkers [spec.Content09 + 1]*content.Checker) {
	for _, d := range spec.Between(spec.Content04, spec.Content09).List() {
		c, err := content.NewChecker(content.Options{Draft: d})
		if err != nil {
			panic(err) // every draft is one of the model
		}
		checkers[d] = c
	}
	return checkers
})

func contentChecker(d spec.Draft) (*content.Checker, error) {
	if checkers := contentCheckers(); int(d) < len(checkers) && checkers[d] != nil {
		return checkers[d], nil
	}
	return nil, &content.UnknownDraftError{Draft: d}
}

// DecodeContent implements [ContentDecoder].
func (Reference) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	c, err := contentChecker(d)
	if err != nil {
		return nil, err
	}
	m, err := c.Decode(message)
	if err != nil {
		return nil, err
	}
	return c.Encode(m)
}

// PartPaths implements [PartIndexes].
func (Reference) PartPaths(d spec.Draft, message []byte) ([]string, error) {
	c, err := contentChecker(d)
	if err != nil {
		return nil, err
	}
	m, err := c.Decode(message)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, part := range m.Parts() {
		paths = append(paths, part.Path)
	}
	return paths, nil
}

// JudgeInContext implements [ContextJudge].
func (Reference) JudgeInContext(c *content.Case) ([]string, error) {
	violations, err := c.Judge()
	if err != nil {
		return nil, err
	}
	ids, _ := BrokenRules(violations.Err())
	return ids, nil
}

// DecodeStatus implements [StatusDecoder].
func (Reference) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	entries, err := content.DecodeStatus(report, d)
	if err != nil {
		return nil, err
	}
	return content.EncodeStatus(entries), nil
}
