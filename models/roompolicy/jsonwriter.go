package roompolicy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// jsonWriter writes fields as JSON.
type jsonWriter struct {
	way
	out   []byte
	terse bool // whether fields that are zero are left out
	err   *JSONError
}

func (w *jsonWriter) refuse(name, why string) {
	if w.err == nil {
		w.err = &JSONError{Path: w.to(name), Offset: len(w.out), Problem: why}
	}
}

// begin writes the name of a field. It reports whether its value is to follow.
func (w *jsonWriter) begin(name string, zero bool) bool {
	if w.terse && zero {
		return false
	}
	if last := w.out[len(w.out)-1]; last != '{' && last != '[' && last != ':' {
		w.out = append(w.out, ',')
	}
	if name != "" {
		w.out = strconv.AppendQuote(w.out, name) // names are plain ASCII
		w.out = append(w.out, ':')
	}
	return true
}

func (w *jsonWriter) object(visit func()) {
	w.out = append(w.out, '{')
	visit()
	w.out = append(w.out, '}')
}

func (w *jsonWriter) integer(name string, value uint64) {
	if w.begin(name, value == 0) {
		w.out = strconv.AppendUint(w.out, value, 10)
	}
}

func (w *jsonWriter) uint8(name string, value *uint8)   { w.integer(name, uint64(*value)) }
func (w *jsonWriter) uint16(name string, value *uint16) { w.integer(name, uint64(*value)) }
func (w *jsonWriter) uint32(name string, value *uint32) { w.integer(name, uint64(*value)) }
func (w *jsonWriter) uint64(name string, value *uint64) { w.integer(name, *value) }

func (w *jsonWriter) boolean(name string, value *bool) {
	if w.begin(name, !*value) {
		w.out = strconv.AppendBool(w.out, *value)
	}
}

func (w *jsonWriter) enum(name string, value *uint8, names []string) {
	if int(*value) >= len(names) || names[*value] == "" {
		w.uint8(name, value)
		return
	}
	if w.begin(name, *value == 0) {
		w.text(names[*value])
	}
}

func (w *jsonWriter) number(name string, value *uint16, names registryNames) {
	text, ok := names.name(*value)
	if !ok {
		w.uint16(name, value)
		return
	}
	if w.begin(name, *value == 0) {
		w.text(text)
	}
}

// text writes a string that is UTF-8.
func (w *jsonWriter) text(text string) {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		w.refuse("", err.Error())
	}
	w.out = append(w.out, bytes.TrimSuffix(quoted.Bytes(), []byte("\n"))...)
}

func (w *jsonWriter) opaque(name string, value *string) {
	if !w.begin(name, *value == "") {
		return
	}
	if utf8.ValidString(*value) {
		w.text(*value)
		return
	}
	w.out = fmt.Appendf(w.out, `{"hex":"%x"}`, *value)
}

func (w *jsonWriter) octets(name string, value *string) {
	if w.begin(name, *value == "") {
		w.out = fmt.Appendf(w.out, `"%x"`, *value)
	}
}

func (w *jsonWriter) fixed(name string, value *string, _ int) { w.opaque(name, value) }

func (w *jsonWriter) structure(name string, visit func()) {
	w.begin(name, false)
	w.enter(step{name, -1})
	w.object(visit)
	w.leave()
}

func (w *jsonWriter) elements(name string, have int, structs bool, visit func(i int)) {
	if !w.begin(name, have == 0) {
		return
	}
	before := w.terse
	w.terse = false
	w.enter(step{name, 0})
	w.out = append(w.out, '[')
	for i := range have {
		w.way[len(w.way)-1].index = i
		if !structs {
			visit(i)
			continue
		}
		w.begin("", false)
		w.object(func() { visit(i) })
	}
	w.out = append(w.out, ']')
	w.leave()
	w.terse = before
}

func (w *jsonWriter) optional(name string, present *bool, visit func()) {
	switch {
	case *present:
		before := w.terse
		w.terse = false
		visit()
		w.terse = before
	case w.begin(name, true):
		w.out = append(w.out, "null"...)
	}
}

func (w *jsonWriter) only(drafts spec.Drafts, visit func()) {
	w.tersely(!drafts.Has(spec.RoomPolicy04), visit)
}

// arm leaves out the fields that a select has not, where they are zero.
func (w *jsonWriter) arm(chosen bool, visit func()) { w.tersely(!chosen, visit) }

func (w *jsonWriter) tersely(terse bool, visit func()) {
	before := w.terse
	w.terse = before || terse
	visit()
	w.terse = before
}

func (w *jsonWriter) whole(_ string, is bool) bool          { return is }
func (w *jsonWriter) need(...string)                        {}
func (w *jsonWriter) codec() *Codec                         { return nil }
func (w *jsonWriter) reading() bool                         { return false }
func (w *jsonWriter) dictionary(string, *AppDataDictionary) {}
