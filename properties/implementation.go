package properties

import (
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
