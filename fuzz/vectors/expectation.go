package vectors

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/properties"
)

// Result says in a word what an implementation should make of an input.
type Result string

// The results.
const (
	// Valid is accepted, and answered as the vector says. Of policy.decide it is
	// an action that is allowed.
	Valid Result = "valid"
	// Invalid is refused. Of policy.decide it is an action that is denied.
	Invalid Result = "invalid"
	// Acceptable is answered as the vector says by who accepts it, but to refuse
	// it breaks no MUST: it goes against a recommendation, or asks for the message
	// ID or the franking_tag of what is no message.
	Acceptable Result = "acceptable"
	// Ambiguous depends on how an open text of the draft is read.
	Ambiguous Result = "ambiguous"
)

// Results returns every result, in the order in which they are counted.
func Results() []Result { return []Result{Valid, Acceptable, Invalid, Ambiguous} }

// Expectation is what should be answered to a vector under one draft.
type Expectation struct {
	Result Result
	Verdict
	// AnyEncoding is set where the draft does not ask for one encoding: another
	// encoding of what Answer.Reencoded says is as good.
	AnyEncoding bool
	// Readings are the readings on which the verdict depends, and the verdict by
	// each, if the result is Ambiguous: first the default ones, whose verdict is
	// the one above, then each other with those that it does not name as they
	// are by default.
	Readings []Reading
}

// Verdict is what the reference makes of an input.
type Verdict struct {
	// Answer is what it answers, without ID, reason and rules. What is not there
	// is not expected either.
	Answer protocol.Answer
	// Rules are the IDs of the rules by which it refuses or denies, or of the
	// recommendations that it overlooks.
	Rules []string
}

// Reading is a verdict by readings other than the defaults, but the first.
type Reading struct {
	Readings map[string]string // the name of the reading, by the ID of the ambiguity
	Result   Result            // Valid, Acceptable or Invalid
	Verdict
}

// accepts reports whether a verdict is that of an input that is accepted, or of
// an action that is allowed.
func (v *Verdict) accepts() bool {
	return v.Answer.OK && (v.Answer.Allowed == nil || *v.Answer.Allowed)
}

// Meets reports whether an answer to a request is what is expected, whatever
// reason and rules it gives. Of an ambiguous input the verdict of each reading
// is.
func (e *Expectation) Meets(r *protocol.Request, answer *protocol.Answer) bool {
	if answer.Unsupported {
		return false
	}
	if e.Result == Acceptable && !answer.OK || e.meets(r, &e.Verdict, answer) {
		return true
	}
	return slices.ContainsFunc(e.Readings, func(reading Reading) bool { return e.meets(r, &reading.Verdict, answer) })
}

func (e *Expectation) meets(r *protocol.Request, v *Verdict, answer *protocol.Answer) bool {
	want := &v.Answer
	if !want.OK || !answer.OK {
		return want.OK == answer.OK
	}
	reencoded := answer.Reencoded
	if e.AnyEncoding && !bytes.Equal(reencoded, want.Reencoded) {
		reencoded = again(r, reencoded)
	}
	policy := answer.Policy
	if in, ok := r.Input.(*protocol.ApplyInput); ok && policy == nil {
		policy = in.Policy
	}
	return bytes.Equal(reencoded, want.Reencoded) && bytes.Equal(answer.MessageID, want.MessageID) && bytes.Equal(answer.FrankingTag, want.FrankingTag) &&
		same(answer.Allowed, want.Allowed) && same(policy, want.Policy) && same(answer.State, want.State)
}

// again decodes octets that came back and encodes them as the reference does.
func again(r *protocol.Request, octets []byte) []byte {
	var reencoded []byte
	var err error
	switch r.Op() {
	case protocol.ContentDecode:
		reencoded, err = properties.Reference{}.DecodeContent(r.Draft, octets)
	case protocol.StatusDecode:
		reencoded, err = properties.Reference{}.DecodeStatus(r.Draft, octets)
	}
	if err != nil {
		return nil
	}
	return reencoded
}

// same reports whether two values have the same JSON.
func same[T any](a, b *T) bool {
	if a == nil || b == nil || a == b || reflect.DeepEqual(a, b) {
		return (a == nil) == (b == nil)
	}
	first, err := json.Marshal(a)
	if err != nil {
		return false
	}
	second, err := json.Marshal(b)
	return err == nil && bytes.Equal(first, second)
}
