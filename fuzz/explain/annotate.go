package explain

import "strings"

// Annotate returns CBOR octets as annotated diagnostic notation: a line for
// each item with its offset and octets.
func Annotate(octets []byte) string {
	var b strings.Builder
	notation(&b, octets, nil, "")
	return b.String()
}
