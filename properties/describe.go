package properties

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// describe says on one line what a value is: octets that are text are quoted,
// others are hexadecimal, and fields that are zero are left out. What is too
// long is cut, and that is said.
func describe(value any) string {
	var b strings.Builder
	describeTo(&b, reflect.ValueOf(value))
	return bounded(b.String())
}

func describeTo(b *strings.Builder, v reflect.Value) {
	if b.Len() > maxDescribed || !v.IsValid() {
		return
	}
	if v.CanInterface() {
		switch value := v.Interface().(type) {
		case roompolicy.Struct:
			if text, err := roompolicy.EncodeJSON(value); err == nil && (v.Kind() != reflect.Pointer || !v.IsNil()) {
				b.Write(text)
				return
			}
		case []byte:
			b.WriteString(octets(value))
			return
		case fmt.Stringer:
			if v.Kind() != reflect.Pointer || !v.IsNil() {
				b.WriteString(value.String())
				return
			}
		case encoding.TextMarshaler:
			if text, err := value.MarshalText(); err == nil {
				b.Write(text)
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("none")
			return
		}
		describeTo(b, v.Elem())
	case reflect.Struct:
		b.WriteByte('{')
		before := ""
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && !v.Field(i).IsZero() {
				fmt.Fprintf(b, "%s%s: ", before, field.Name)
				describeTo(b, v.Field(i))
				before = ", "
			}
		}
		b.WriteByte('}')
	case reflect.Array, reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			out := make([]byte, v.Len())
			reflect.Copy(reflect.ValueOf(out), v)
			b.WriteString(octets(out))
			return
		}
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			describeTo(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v)
	}
}

// maxOctets is how many octets of a string are shown.
const maxOctets = 96

// octets shows octets as text in quotation marks, or in hexadecimal.
func octets(o []byte) string {
	shown := o[:min(len(o), maxOctets)]
	rest := ""
	if len(shown) < len(o) {
		rest = fmt.Sprintf("… (%d octets)", len(o))
	}
	if len(o) > 0 && utf8.Valid(shown) && strings.IndexFunc(string(shown), func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return fmt.Sprintf("%q%s", shown, rest)
	}
	return fmt.Sprintf("h'%x%s'", shown, rest)
}
