package properties

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Case is one input of one property under one draft, as plain data. Its JSON
// is the replay file, the regression in the corpus and the test vector.
// Octets are base64 in it.
type Case struct {
	Property string     `json:"property"`
	Draft    spec.Draft `json:"draft"`
	Note     string     `json:"note,omitempty"` // what it shows
	// Readings are those under which the reference was asked, other than the
	// defaults: the name of a reading by the ID of its ambiguity.
	Readings map[string]string `json:"readings,omitempty"`
	Input    json.RawMessage   `json:"input"` // a value of the property
	// Tape holds the choices that the input was drawn from, two octets each.
	// Replay uses the input; the tape is a seed for further search.
	Tape []byte `json:"tape,omitempty"`
}

// ParseCase reads a case from JSON. It fails if a field is unknown or missing.
func ParseCase(data []byte) (Case, error) {
	var c Case
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, fmt.Errorf("not a case: %w", err)
	}
	if decoder.More() {
		return c, fmt.Errorf("not a case: something follows the object at octet %d", decoder.InputOffset())
	}
	if c.Property == "" || !c.Draft.Valid() || len(c.Input) == 0 {
		return c, fmt.Errorf(`not a case: expected "property", "draft" and "input"`)
	}
	return c, nil
}

// Format returns the case as indented JSON with a final newline.
func (c *Case) Format() []byte {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("a case that cannot be written: %v", err))
	}
	return append(data, '\n')
}

// String returns the case as one line of JSON.
func (c Case) String() string {
	data, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
