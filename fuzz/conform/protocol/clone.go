package protocol

import (
	"bytes"
	"reflect"
)

// Clone returns a copy of the request that shares no memory with it, for an
// implementation that may write into what it is given.
func (r *Request) Clone() *Request {
	c := &Request{ID: r.ID, Draft: r.Draft}
	switch in := r.Input.(type) { // what most requests are, for speed
	case *ContentInput:
		c.Input = &ContentInput{Message: bytes.Clone(in.Message)}
	case *MessageIDInput:
		c.Input = &MessageIDInput{Sender: bytes.Clone(in.Sender), Room: bytes.Clone(in.Room), Message: bytes.Clone(in.Message)}
	default:
		c.Input = deepCopy(reflect.ValueOf(r.Input)).Interface().(Input)
	}
	return c
}

// Changed returns the name of the first member in which two inputs of the same type
// differ, "" if there is none.
func Changed(a, b Input) string {
	x, y := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for _, f := range fieldsOf(x.Type()) {
		one, other := x.Field(f.index), y.Field(f.index)
		if octets, ok := one.Interface().([]byte); ok {
			if !bytes.Equal(octets, other.Bytes()) {
				return f.name
			}
		} else if !reflect.DeepEqual(one.Interface(), other.Interface()) {
			return f.name
		}
	}
	return ""
}

// deepCopy copies what exported fields, elements and pointers lead to.
func deepCopy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(deepCopy(v.Elem()))
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(out, v)
		if !isFlat(v.Type().Elem()) {
			for i := range v.Len() {
				out.Index(i).Set(deepCopy(v.Index(i)))
			}
		}
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !isFlat(v.Type().Field(i).Type) {
				out.Field(i).Set(deepCopy(v.Field(i)))
			}
		}
		return out
	}
	return v
}

// isFlat reports whether values of a type are copied whole by an assignment.
func isFlat(t reflect.Type) bool { return t.Kind() < reflect.Array || t.Kind() == reflect.String }
