// Package wire reads and writes structs in the TLS presentation language
// (RFC 8446, section 3) with the variable-size vectors and optional values of
// MLS (RFC 9420, section 2.1), as the MIMI protocol and room policy use them.
//
// Start with [NewReader]. A struct is read field by field; the first error
// sticks, and everything after it reads as zero, so that a decoder checks once,
// with [Reader.Done]:
//
//	r := wire.NewReader("SafeAAD", octets)
//	for range r.Elements("aad_items") {
//		item := item{id: r.Uint16("component_id"), data: r.Opaque("aad_item_data")}
//		items = append(items, item)
//	}
//	return items, r.Done()
//
// What is read aliases the input. An [Error] says what is wrong, in which
// struct and field, at which octet. [Walk] lists the fields of a struct with
// their places, given the function that reads it. [Writer] is the counterpart
// of the reader, and writes nothing that the reader refuses.
//
// Lengths are checked against the octets that are left before anything is
// allocated, and must be encoded in the fewest octets. Enums, presence octets
// and UTF-8 are checked where the caller asks for it. What the values mean is
// for the caller to judge.
package wire
