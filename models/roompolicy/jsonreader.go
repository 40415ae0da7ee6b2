package roompolicy

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

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
