package properties

import (
	"errors"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
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

// ComponentDecoder is the capability to decode the structs of room policies and
// of the components around them, by their names in the drafts, such as
// "RoleData" or "ParticipantListUpdate".
type ComponentDecoder interface {
	// DecodeComponent decodes the octets of a struct and returns it encoded
	// again. It fails where they are no such struct. They are not kept or changed.
	DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error)
}

// ComponentJSON is the capability to turn structs of room policies into the JSON
// form of package roompolicy and back.
type ComponentJSON interface {
	// ComponentToJSON returns what the octets of a struct say. It fails as
	// [ComponentDecoder] does.
	ComponentToJSON(d spec.Draft, structName string, octets []byte) ([]byte, error)
	// ComponentFromJSON returns the octets of a struct. It fails where the text is
	// not its JSON form, and where the draft has no place for what it says.
	ComponentFromJSON(d spec.Draft, structName string, text []byte) ([]byte, error)
}

// RoomChecker is the capability to judge the structure of a room's components.
type RoomChecker interface {
	// CheckRoom returns the IDs of the rules on structure that the components
	// break, in any order. It fails if it cannot judge them.
	CheckRoom(d spec.Draft, room *roompolicy.AppDataDictionary) ([]string, error)
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

// DecodeStatus implements [StatusDecoder].
func (Reference) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	entries, err := content.DecodeStatus(report, d)
	if err != nil {
		return nil, err
	}
	return content.EncodeStatus(entries), nil
}

// DecodeComponent implements [ComponentDecoder].
func (Reference) DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	codec, form, err := policyForm(d, structName)
	if err != nil {
		return nil, err
	}
	value, err := form.decode(codec, octets)
	if err != nil {
		return nil, err
	}
	return codec.Encode(value)
}

// ComponentToJSON implements [ComponentJSON].
func (Reference) ComponentToJSON(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	codec, form, err := policyForm(d, structName)
	if err != nil {
		return nil, err
	}
	value, err := form.decode(codec, octets)
	if err != nil {
		return nil, err
	}
	return roompolicy.EncodeJSON(value)
}

// ComponentFromJSON implements [ComponentJSON].
func (Reference) ComponentFromJSON(d spec.Draft, structName string, text []byte) ([]byte, error) {
	codec, form, err := policyForm(d, structName)
	if err != nil {
		return nil, err
	}
	value, err := form.read(text)
	if err != nil {
		return nil, err
	}
	return codec.Encode(value)
}

// CheckRoom implements [RoomChecker].
func (Reference) CheckRoom(d spec.Draft, room *roompolicy.AppDataDictionary) ([]string, error) {
	violations, err := roompolicy.CheckDictionary(room, d)
	if err != nil {
		return nil, err
	}
	ids, _ := BrokenRules(violations)
	return ids, nil
}
