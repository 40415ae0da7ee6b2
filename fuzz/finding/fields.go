package finding

import (
	"encoding/binary"
	"reflect"
)

// The octets of a flat value are its fields one after the other: numbers
// big-endian in two octets, but in eight where they have 64 bits; truth values
// in one; octets and texts behind their length in two octets. What is cut off is
// zero, and a length that is too great means what is left: any octets can be read.

// isFlat reports whether a type holds nothing but numbers, truth values, texts,
// octets, and structs and arrays of them.
func isFlat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if !t.Field(i).IsExported() || !isFlat(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Array:
		return isFlat(t.Elem())
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// width is how many octets a number of a kind is read from.
func width(k reflect.Kind) int {
	switch k {
	case reflect.Bool, reflect.Uint8:
		return 1
	case reflect.Int64, reflect.Uint64:
		return 8
	}
	return 2
}

// readFields fills a flat value from octets and returns what is left of them.
func readFields(v reflect.Value, octets []byte) []byte {
	take := func(n int) []byte {
		n = min(n, len(octets))
		taken := octets[:n:n]
		octets = octets[n:]
		return taken
	}
	number := func(n int) (value uint64) {
		for _, o := range take(n) {
			value = value<<8 | uint64(o)
		}
		return value
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			octets = readFields(v.Field(i), octets)
		}
	case reflect.Array:
		for i := range v.Len() {
			octets = readFields(v.Index(i), octets)
		}
	case reflect.Slice:
		v.SetBytes(take(int(number(2))))
	case reflect.String:
		v.SetString(string(take(int(number(2)))))
	case reflect.Bool:
		v.SetBool(number(1)&1 == 1)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(number(width(v.Kind()))))
	default:
		v.SetUint(number(width(v.Kind())))
	}
	return octets
}

// appendFields is the inverse of readFields for values that fit.
func appendFields(dst []byte, v reflect.Value) []byte {
	number := func(value uint64, n int) {
		dst = append(dst, binary.BigEndian.AppendUint64(nil, value)[8-n:]...)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			dst = appendFields(dst, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			dst = appendFields(dst, v.Index(i))
		}
	case reflect.Slice:
		number(uint64(v.Len()), 2)
		dst = append(dst, v.Bytes()...)
	case reflect.String:
		number(uint64(v.Len()), 2)
		dst = append(dst, v.String()...)
	case reflect.Bool:
		var value uint64
		if v.Bool() {
			value = 1
		}
		number(value, 1)
	case reflect.Int, reflect.Int64:
		number(uint64(v.Int()), width(v.Kind()))
	default:
		number(v.Uint(), width(v.Kind()))
	}
	return dst
}
