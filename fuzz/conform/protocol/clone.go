package protocol

import "reflect"

// Clone returns a copy of the request that shares no memory with it, for an
// implementation that may write into what it is given.
func (r *Request) Clone() *Request {
	return &Request{ID: r.ID, Draft: r.Draft, Input: deepCopy(reflect.ValueOf(r.Input)).Interface().(Input)}
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
