package roompolicy

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// maxJSONDepth is how deep objects and arrays may nest in JSON. No struct needs
// half of it.
const maxJSONDepth = 32

// DecodeJSON reads one struct from its JSON form, such as DecodeJSON[Policy].
//
// An object has the fields of the struct, with the names of the newest draft.
// Fields that say what an entry is must be there (the index and name of a role,
// a user, a claim); all others may be left out and are then zero, empty or
// absent. Enums, components and capabilities are strings with their names, or
// numbers; a capability may also be a string such as "0xf001". Optional values
// are null where they are absent. Octets that are UTF-8 are strings, others are
// {"hex": "00ff"}. A role that is pointed at is its index, or the whole role. A
// policy has a field for each of its components, by the registered names.
//
// The form is strict: a field that is unknown or comes twice is refused, and so
// is a value of another type or range. DecodeJSON fails with [*JSONError], and
// then returns nil.
func DecodeJSON[T any, P interface {
	*T
	Struct
}](text []byte) (*T, error) {
	value := new(T)
	if err := readJSON(text, P(value)); err != nil {
		return nil, err
	}
	return value, nil
}

// DecodePolicyJSON is [DecodeJSON] for a [Policy].
func DecodePolicyJSON(text []byte) (*Policy, error) { return DecodeJSON[Policy](text) }

// EncodeJSON returns the JSON form of a struct, on one line; [DecodeJSON] reads
// the same struct from it. Every field is there, but for components that are
// absent and for fields of older drafts that are zero. It fails with
// [*JSONError] where a reference to a role differs from the role that it has.
func EncodeJSON(s Struct) ([]byte, error) {
	w := &jsonWriter{}
	w.object(func() { s.fields(w) })
	if w.err != nil {
		return nil, w.err
	}
	return w.out, nil
}

// JSONError says where a JSON form is wrong, and how.
type JSONError struct {
	Path    string // such as "roles_list.roles[2].role_index"; "" is the whole
	Offset  int    // in octets from the start of the text
	Problem string
}

func (e *JSONError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("JSON at octet %d: %s", e.Offset, e.Problem)
	}
	return fmt.Sprintf("%s at octet %d: %s", e.Path, e.Offset, e.Problem)
}

// node is one JSON value.
type node struct {
	offset  int
	value   any // nil, bool, json.Number, string, []*node or *jsonObject
	visited bool
}

type jsonObject struct {
	names  []string // in their order
	values map[string]*node
}

// jsonParser makes nodes from a text.
type jsonParser struct {
	text    []byte
	decoder *json.Decoder
	way     way
}

func parseJSON(text []byte) (*node, error) {
	if !utf8.Valid(text) {
		return nil, &JSONError{Offset: validUntil(text), Problem: "no UTF-8"}
	}
	p := &jsonParser{text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	p.decoder.UseNumber()
	root, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.decoder.Token(); err != io.EOF {
		return nil, p.fail("more than one value")
	}
	return root, nil
}

func validUntil(text []byte) int {
	at := 0
	for at < len(text) {
		c, size := utf8.DecodeRune(text[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

func (p *jsonParser) offset() int { return int(p.decoder.InputOffset()) }

func (p *jsonParser) fail(format string, args ...any) error {
	return &JSONError{Path: p.way.to(""), Offset: p.offset(), Problem: fmt.Sprintf(format, args...)}
}

func (p *jsonParser) token() (json.Token, error) {
	token, err := p.decoder.Token()
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil, p.fail("the text ends early")
	case err != nil:
		return nil, p.fail("%s", err)
	}
	return token, nil
}

// start returns the offset of the value that comes next.
func (p *jsonParser) start() int {
	at := p.offset()
	for at < len(p.text) && strings.IndexByte(" \t\r\n,:", p.text[at]) >= 0 {
		at++
	}
	return at
}

func (p *jsonParser) value(depth int) (*node, error) {
	n := &node{offset: p.start()}
	token, err := p.token()
	if err != nil {
		return nil, err
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		n.value = token
		return n, p.checkText(token, n.offset)
	}
	if depth == maxJSONDepth {
		return nil, p.fail("nested more than %d deep", maxJSONDepth)
	}
	if delimiter == '{' {
		n.value, err = p.object(depth)
	} else {
		n.value, err = p.array(depth)
	}
	if err != nil {
		return nil, err
	}
	_, err = p.token() // the closing delimiter
	return n, err
}

func (p *jsonParser) object(depth int) (*jsonObject, error) {
	o := &jsonObject{values: map[string]*node{}}
	for p.decoder.More() {
		start := p.start()
		token, err := p.token()
		if err != nil {
			return nil, err
		}
		if err := p.checkText(token, start); err != nil {
			return nil, err
		}
		name := token.(string) // the decoder takes nothing else
		p.way.enter(step{name, -1})
		if _, twice := o.values[name]; twice {
			return nil, p.fail("the field comes twice")
		}
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.way.leave()
		o.names = append(o.names, name)
		o.values[name] = value
	}
	return o, nil
}

func (p *jsonParser) array(depth int) ([]*node, error) {
	items := []*node{}
	for p.decoder.More() {
		p.way.enter(step{"", len(items)})
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		p.way.leave()
		items = append(items, item)
	}
	return items, nil
}

// checkText refuses a string with half of a surrogate pair, for which the
// decoder puts the replacement character.
func (p *jsonParser) checkText(token json.Token, start int) error {
	text, ok := token.(string)
	if !ok || !strings.ContainsRune(text, utf8.RuneError) {
		return nil
	}
	raw := strings.ToLower(string(p.text[start:p.offset()]))
	meant := strings.Count(raw, string(utf8.RuneError)) + strings.Count(raw, `\ufffd`)
	if strings.Count(text, string(utf8.RuneError)) > meant {
		return p.fail("half of a surrogate pair")
	}
	return nil
}

// jsonReader reads fields from nodes.
type jsonReader struct {
	way
	at  *node // the object whose fields are read, or the element of a list
	err *JSONError
}

func readJSON(text []byte, s Struct) error {
	root, err := parseJSON(text)
	if err != nil {
		return err
	}
	r := &jsonReader{at: root}
	if r.isObject(root) {
		s.fields(r)
		r.leftOver()
	}
	if r.err != nil {
		return r.err
	}
	return nil
}

func (r *jsonReader) fail(name string, n *node, format string, args ...any) {
	if r.err == nil {
		r.err = &JSONError{Path: r.to(name), Offset: n.offset, Problem: fmt.Sprintf(format, args...)}
	}
}

// field returns the node of a field, nil if it was left out.
func (r *jsonReader) field(name string) *node {
	if r.err != nil {
		return nil
	}
	if name == "" {
		return r.at
	}
	object, ok := r.at.value.(*jsonObject)
	if !ok {
		return nil
	}
	n := object.values[name]
	if n != nil {
		n.visited = true
	}
	return n
}

func (r *jsonReader) isObject(n *node) bool {
	if _, ok := n.value.(*jsonObject); !ok {
		r.fail("", n, "%s, expected an object", n.kind())
		return false
	}
	return true
}

// leftOver refuses the fields of an object that no one read.
func (r *jsonReader) leftOver() {
	object, ok := r.at.value.(*jsonObject)
	if !ok || r.err != nil {
		return
	}
	for _, name := range object.names {
		if n := object.values[name]; !n.visited {
			r.fail(name, n, "unknown field")
		}
	}
}

// kind says what a node is, for messages.
func (n *node) kind() string {
	switch value := n.value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(value)
	case json.Number:
		return "the number " + value.String()
	case string:
		return fmt.Sprintf("the string %q", value)
	case []*node:
		return "an array"
	}
	return "an object"
}

func (r *jsonReader) need(names ...string) {
	if r.err != nil || !r.isObject(r.at) {
		return
	}
	for _, name := range names {
		if r.at.value.(*jsonObject).values[name] == nil {
			r.fail(name, r.at, "the field is missing")
		}
	}
}

func (r *jsonReader) integer(name string, limit uint64) uint64 {
	n := r.field(name)
	if n == nil {
		return 0
	}
	number, ok := n.value.(json.Number)
	value, err := strconv.ParseUint(number.String(), 10, 64)
	if !ok || err != nil || value > limit {
		r.fail(name, n, "%s, expected a number from 0 to %d", n.kind(), limit)
		return 0
	}
	return value
}

func (r *jsonReader) uint8(name string, value *uint8) { *value = uint8(r.integer(name, math.MaxUint8)) }
func (r *jsonReader) uint16(name string, value *uint16) {
	*value = uint16(r.integer(name, math.MaxUint16))
}
func (r *jsonReader) uint32(name string, value *uint32) {
	*value = uint32(r.integer(name, math.MaxUint32))
}
func (r *jsonReader) uint64(name string, value *uint64) { *value = r.integer(name, math.MaxUint64) }

func (r *jsonReader) boolean(name string, value *bool) {
	n := r.field(name)
	if n == nil {
		return
	}
	is, ok := n.value.(bool)
	if !ok {
		r.fail(name, n, "%s, expected true or false", n.kind())
		return
	}
	*value = is
}

func (r *jsonReader) enum(name string, value *uint8, names []string) {
	n := r.field(name)
	if n == nil {
		return
	}
	text, ok := n.value.(string)
	if !ok {
		r.uint8(name, value)
		return
	}
	for v := range names {
		if names[v] == text && text != "" {
			*value = uint8(v)
			return
		}
	}
	r.fail(name, n, "%s, expected one of %s, or a number", n.kind(), strings.Join(strings.Fields(strings.Join(names, " ")), ", "))
}

func (r *jsonReader) number(name string, value *uint16, names registryNames) {
	n := r.field(name)
	if n == nil {
		return
	}
	text, ok := n.value.(string)
	if !ok {
		r.uint16(name, value)
		return
	}
	if *value, ok = names.value(text); !ok {
		r.fail(name, n, "%s, expected a registered name, or a number", n.kind())
	}
}

func (r *jsonReader) opaque(name string, value *string) {
	n := r.field(name)
	if n == nil {
		return
	}
	switch v := n.value.(type) {
	case string:
		*value = v
		return
	case *jsonObject:
		if digits := v.values["hex"]; digits != nil && len(v.names) == 1 {
			digits.visited = true
			*value = r.hexadecimal(name, digits)
			return
		}
	}
	r.fail(name, n, `%s, expected a string or {"hex": "…"}`, n.kind())
}

func (r *jsonReader) hexadecimal(name string, n *node) string {
	text, ok := n.value.(string)
	octets, err := hex.DecodeString(text)
	if !ok || err != nil {
		r.fail(name, n, "%s, expected octets in hexadecimal", n.kind())
	}
	return string(octets)
}

func (r *jsonReader) octets(name string, value *string) {
	if n := r.field(name); n != nil {
		*value = r.hexadecimal(name, n)
	}
}

func (r *jsonReader) fixed(name string, value *string, _ int) { r.opaque(name, value) }

func (r *jsonReader) structure(name string, visit func()) {
	n := r.field(name)
	if n == nil {
		return
	}
	r.enter(step{name, -1})
	r.visit(n, func() {
		if r.isObject(n) {
			visit()
		}
	})
	r.leave()
}

// visit reads the fields of a node.
func (r *jsonReader) visit(n *node, visit func()) {
	around := r.at
	r.at = n
	visit()
	r.leftOver()
	r.at = around
}

func (r *jsonReader) elements(name string, _ int, structs bool, visit func(i int)) {
	n := r.field(name)
	if n == nil {
		return
	}
	items, ok := n.value.([]*node)
	if !ok {
		r.fail(name, n, "%s, expected an array", n.kind())
		return
	}
	r.enter(step{name, 0})
	for i, item := range items {
		r.way[len(r.way)-1].index = i
		if r.visit(item, func() {
			if !structs || r.isObject(item) {
				visit(i)
			}
		}); r.err != nil {
			break
		}
	}
	r.leave()
}

func (r *jsonReader) optional(name string, present *bool, visit func()) {
	n := r.field(name)
	if *present = n != nil && n.value != nil; *present {
		visit()
	}
}

func (r *jsonReader) only(_ spec.Drafts, visit func()) { visit() }
func (r *jsonReader) arm(_ bool, visit func())         { visit() }

func (r *jsonReader) whole(name string, _ bool) bool {
	n := r.field(name)
	if n == nil {
		return false
	}
	_, object := n.value.(*jsonObject)
	return object
}

func (r *jsonReader) codec() *Codec                         { return nil }
func (r *jsonReader) reading() bool                         { return true }
func (r *jsonReader) refuse(name, why string)               { r.fail(name, r.at, "%s", why) }
func (r *jsonReader) dictionary(string, *AppDataDictionary) {}

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
