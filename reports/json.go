package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// The types below write their empty lists as [] and their empty octets as "",
// where encoding/json has null, so that readers of the record need not expect
// it.

// MarshalJSON writes the record without null.
func (r Record) MarshalJSON() ([]byte, error) {
	type plain Record
	r.Properties, r.Findings, r.NotFound = orEmpty(r.Properties), orEmpty(r.Findings), orEmpty(r.NotFound)
	r.Layouts, r.Mutants = orEmpty(r.Layouts), orEmpty(r.Mutants)
	return json.Marshal(plain(r))
}

// MarshalJSON writes the entry without null.
func (e Expected) MarshalJSON() ([]byte, error) {
	type plain Expected
	e.Drafts = orEmpty(e.Drafts)
	return json.Marshal(plain(e))
}

// MarshalJSON writes the result without null.
func (l LayoutResult) MarshalJSON() ([]byte, error) {
	type plain LayoutResult
	l.Verdicts = orEmpty(l.Verdicts)
	return json.Marshal(plain(l))
}

// MarshalJSON writes the result without null.
func (t TargetResult) MarshalJSON() ([]byte, error) {
	type plain TargetResult
	t.Samples = orEmpty(t.Samples)
	return json.Marshal(plain(t))
}

// MarshalJSON writes the result without null.
func (r RuleResult) MarshalJSON() ([]byte, error) {
	type plain RuleResult
	r.Drafts = orEmpty(r.Drafts)
	return json.Marshal(plain(r))
}

// MarshalJSON writes the result without null.
func (p PolicyResult) MarshalJSON() ([]byte, error) {
	type plain PolicyResult
	p.Roles = orEmpty(p.Roles)
	cells := make([][][]string, len(p.Cells))
	for i, row := range p.Cells {
		cells[i] = make([][]string, len(row))
		for j, cell := range row {
			cells[i][j] = orEmpty(cell)
		}
	}
	p.Cells = cells
	return json.Marshal(plain(p))
}

// MarshalJSON writes the role without null.
func (r PolicyRole) MarshalJSON() ([]byte, error) {
	type plain PolicyRole
	r.Own = orEmpty(r.Own)
	return json.Marshal(plain(r))
}

// MarshalJSON writes the conformance without null.
func (c Conformance) MarshalJSON() ([]byte, error) {
	type plain Conformance
	c.Rows, c.Bugs = orEmpty(c.Rows), orEmpty(c.Bugs)
	return json.Marshal(plain(c))
}

// MarshalJSON writes the bug without null.
func (b ConformanceBug) MarshalJSON() ([]byte, error) {
	type plain ConformanceBug
	b.Drafts = orEmpty(b.Drafts)
	return json.Marshal(plain(b))
}

// MarshalJSON writes the tuple without null.
func (t Tuple) MarshalJSON() ([]byte, error) {
	type plain Tuple
	t.Sender, t.Room = orEmpty(t.Sender), orEmpty(t.Room)
	t.Message, t.Salt = orEmpty(t.Message), orEmpty(t.Salt)
	return json.Marshal(plain(t))
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// WriteJSON writes the record as indented JSON. It goes to terminals as well,
// so that whatever they could obey is written as \u escapes; a JSON reader sees
// no difference.
func (r *Record) WriteJSON(w io.Writer) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("the record cannot be written as JSON: %w", err)
	}
	_, err = w.Write(append(harmlessJSON(data), '\n'))
	return err
}

// harmlessJSON escapes what [Escape] would in the strings of a JSON text.
// Elsewhere JSON has nothing but ASCII and white space.
func harmlessJSON(data []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(data))
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r < 0x7f || r != utf8.RuneError && showable(r):
			b.Write(data[:size])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		data = data[size:]
	}
	return b.Bytes()
}
