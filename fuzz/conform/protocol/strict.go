package protocol

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// octetStrings is the base64 of the protocol: padded, nothing between the
// digits, no bits left over.
var octetStrings = base64.StdEncoding.Strict()

// member is one member of an object, with its value as it stands there.
type member struct {
	name  string
	value jsontext.Value
}

// readLine reads the members of the one object on a line.
func readLine(line []byte) ([]member, error) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(line))
	whole, err := decoder.ReadValue()
	if err != nil {
		return nil, syntaxError(err)
	}
	whole = whole.Clone() // what comes next overwrites it
	if _, err := decoder.ReadToken(); err != io.EOF {
		return nil, &LineError{Problem: ProblemTrailing, Detail: fmt.Sprintf("the object ends at offset %d", len(whole))}
	}
	return readMembers("", whole)
}

func syntaxError(err error) error {
	problem := ProblemSyntax
	if errors.Is(err, jsontext.ErrDuplicateName) {
		problem = ProblemDuplicate
	}
	detail := strings.TrimPrefix(err.Error(), "jsontext: ")
	if errors.Is(err, io.EOF) {
		detail = "an empty line"
	}
	return &LineError{Problem: problem, Detail: detail}
}

// readMembers takes an object apart, whose syntax is right.
func readMembers(path string, object jsontext.Value) ([]member, error) {
	if object.Kind() != '{' {
		return nil, wrongType(path, "an object", object)
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(object))
	if _, err := decoder.ReadToken(); err != nil {
		return nil, syntaxError(err)
	}
	var members []member
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return nil, syntaxError(err)
		}
		key := name.String()
		value, err := decoder.ReadValue()
		if err != nil {
			return nil, syntaxError(err)
		}
		members = append(members, member{key, value.Clone()})
	}
	return members, nil
}

func wrongType(path, expected string, value jsontext.Value) error {
	return &LineError{Problem: ProblemType, Member: path, Detail: fmt.Sprintf("expected %s, not %s", expected, Excerpt(value))}
}

// find returns the value of a member, nil if there is none.
func find(members []member, name string) jsontext.Value {
	for _, m := range members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// field is a field of a struct that is a member of an object.
type field struct {
	name     string
	optional bool // may be left out
	nullable bool // may be null
	index    int
}

// fieldsOf returns the members that a struct has. Those with omitempty may be
// left out; those with the tag protocol:"nullable" may be null.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields = append(fields, field{name, options == "omitempty", t.Field(i).Tag.Get("protocol") == "nullable", i})
	}
	return fields
}

// readStruct fills a struct from members, which must be those of the struct.
func readStruct(path string, members []member, target reflect.Value) error {
	fields := fieldsOf(target.Type())
	for _, m := range members {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == m.name })
		switch {
		case i >= 0 && fields[i].nullable && m.value.Kind() == 'n':
		case i >= 0:
			if err := readValue(join(path, m.name), m.value, target.Field(fields[i].index)); err != nil {
				return err
			}
		default:
			return &LineError{Problem: ProblemUnknown, Member: join(path, m.name)}
		}
	}
	for _, f := range fields {
		if !f.optional && find(members, f.name) == nil {
			return &LineError{Problem: ProblemMissing, Member: join(path, f.name)}
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// readValue fills a variable from a value, by the rules of the protocol.
func readValue(path string, value jsontext.Value, target reflect.Value) error {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		return readValue(path, value, target.Elem())
	}
	switch reader := target.Addr().Interface().(type) {
	case json.Unmarshaler: // a JSON form of the models, which is strict as well
		if err := reader.UnmarshalJSON(value); err != nil {
			return &LineError{Problem: ProblemType, Member: path, Detail: err.Error()}
		}
		return nil
	case encoding.TextUnmarshaler:
		text, err := readString(path, value)
		if err != nil {
			return err
		}
		if err := reader.UnmarshalText([]byte(text)); err != nil {
			return &LineError{Problem: ProblemType, Member: path, Detail: err.Error()}
		}
		return nil
	case *[]byte:
		text, err := readString(path, value)
		if err != nil {
			return err
		}
		octets, err := decodeBase64(path, []byte(text))
		*reader = octets
		return err
	}
	switch target.Kind() {
	case reflect.String:
		text, err := readString(path, value)
		target.SetString(text)
		return err
	case reflect.Bool:
		if kind := value.Kind(); kind != 't' && kind != 'f' {
			return wrongType(path, "true or false", value)
		}
		target.SetBool(value.Kind() == 't')
		return nil
	case reflect.Int, reflect.Uint16, reflect.Uint64:
		bits := min(target.Type().Bits(), 64)
		if target.Kind() == reflect.Int {
			bits = 31
		}
		n, err := strconv.ParseUint(string(value), 10, bits)
		if err != nil {
			return wrongType(path, fmt.Sprintf("an integer of at most %d bits", bits), value)
		}
		if target.Kind() == reflect.Int {
			target.SetInt(int64(n))
		} else {
			target.SetUint(n)
		}
		return nil
	case reflect.Slice:
		return readArray(path, value, target)
	case reflect.Map: // of strings by strings
		members, err := readMembers(path, value)
		if err != nil {
			return err
		}
		target.Set(reflect.MakeMap(target.Type()))
		for _, m := range members {
			text, err := readString(join(path, m.name), m.value)
			if err != nil {
				return err
			}
			target.SetMapIndex(reflect.ValueOf(m.name), reflect.ValueOf(text))
		}
		return nil
	case reflect.Struct:
		members, err := readMembers(path, value)
		if err != nil {
			return err
		}
		return readStruct(path, members, target)
	}
	panic("protocol: no way to read " + target.Type().String())
}

func readArray(path string, value jsontext.Value, target reflect.Value) error {
	if value.Kind() != '[' {
		return wrongType(path, "an array", value)
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(value))
	if _, err := decoder.ReadToken(); err != nil {
		return syntaxError(err)
	}
	list := reflect.MakeSlice(target.Type(), 0, 0)
	for decoder.PeekKind() != ']' {
		element, err := decoder.ReadValue()
		if err != nil {
			return syntaxError(err)
		}
		list = reflect.Append(list, reflect.Zero(target.Type().Elem()))
		last := list.Len() - 1
		if err := readValue(fmt.Sprintf("%s[%d]", path, last), element.Clone(), list.Index(last)); err != nil {
			return err
		}
	}
	target.Set(list)
	return nil
}

func readString(path string, value jsontext.Value) (string, error) {
	if value.Kind() != '"' {
		return "", wrongType(path, "a string", value)
	}
	text, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return "", syntaxError(err)
	}
	return string(text), nil
}

func decodeBase64(path string, text []byte) ([]byte, error) {
	if i := max(bytes.IndexByte(text, '\r'), bytes.IndexByte(text, '\n')); i >= 0 { // which the decoder would skip
		return nil, &LineError{Problem: ProblemBase64, Member: path, Detail: fmt.Sprintf("a line break at %d", i)}
	}
	octets, err := octetStrings.AppendDecode(make([]byte, 0, octetStrings.DecodedLen(len(text))), text)
	if err != nil {
		return nil, &LineError{Problem: ProblemBase64, Member: path, Detail: err.Error()}
	}
	return octets, nil
}
