package content

import (
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Side is the side of a rule on which a case stands.
type Side string

// The sides.
const (
	Broken Side = "broken" // breaks the rule, and no other
	Right  Side = "right"  // breaks none, and is near to breaking the rule
)

// Case is an input on one side of a rule. It is plain data, kept in cases.json.
type Case struct {
	Rule    string     `json:"rule"`
	Name    string     `json:"name,omitempty"` // what is special, where a rule has several cases
	Side    Side       `json:"side"`
	Draft   spec.Draft `json:"draft"`
	Octets  Octets     `json:"octets,omitempty"`
	Context Context    `json:"context,omitzero"`
}

// Octets is read from hex with blanks, where AA*N stands for N times AA.
type Octets []byte

// UnmarshalText reads octets.
func (o *Octets) UnmarshalText(text []byte) error {
	for token := range strings.FieldsSeq(string(text)) {
		digits, times, repeated := strings.Cut(token, "*")
		count := 1
		if repeated {
			n, err := strconv.Atoi(times)
			if err != nil || n < 0 || n > 1<<20 {
				return fmt.Errorf("octets %q: a count from 0 to 1048576 follows the asterisk", token)
			}
			count = n
		}
		octets, err := hex.DecodeString(digits)
		if err != nil {
			return fmt.Errorf("octets %q: %w", token, err)
		}
		for range count {
			*o = append(*o, octets...)
		}
	}
	return nil
}

// MarshalText writes octets as plain hex.
func (o Octets) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(o)), nil }

//go:embed cases.json
var casesJSON []byte

var readCases = sync.OnceValue(func() []Case {
	var cases []Case
	if err := json.Unmarshal(casesJSON, &cases); err != nil {
		panic("the embedded cases: " + err.Error())
	}
	return cases
})

// Cases returns the cases that show each rule from both sides, ordered by rule.
// They are shared: do not change them.
func Cases() []Case { return readCases() }

//go:embed examples.json
var examplesJSON []byte

// Example is one of the messages that the drafts print.
type Example struct {
	Name        string    `json:"name"`
	TimestampMs uint64    `json:"timestampMs"` // when the hub accepted it, 0 if the draft does not say
	ID          MessageID `json:"id"`          // in content-08
	Octets      Octets    `json:"octets"`
}

var readExamples = sync.OnceValue(func() []Example {
	var examples []Example
	if err := json.Unmarshal(examplesJSON, &examples); err != nil {
		panic("the embedded examples: " + err.Error())
	}
	return examples
})

// Examples returns the 14 messages that content-08 and content-09 print. They
// are shared: do not change them.
func Examples() []Example { return readExamples() }

// MessageID is the ID of a message.
type MessageID [messageIDLength]byte

// UnmarshalText reads hex.
func (id *MessageID) UnmarshalText(text []byte) error {
	octets, err := hex.DecodeString(string(text))
	if err != nil {
		return err
	}
	if len(octets) != len(id) {
		return fmt.Errorf("a message ID of %d octets: expected %d", len(octets), len(id))
	}
	copy(id[:], octets)
	return nil
}

// MarshalText writes hex.
func (id MessageID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

func (id MessageID) String() string { return hex.EncodeToString(id[:]) }
