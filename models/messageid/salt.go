package messageid

import (
	"encoding/binary"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// SaltOctets is the length of a salt in content-06 and later. (content-05 has
// 32 octets; its message ID does not repeat the salt.)
const SaltOctets = 16

const (
	majorByteString = 2
	majorArray      = 4

	chunkedByteString = 0x5f
	breakOctet        = 0xff
	indefiniteLength  = 1<<64 - 1
)

// Salt returns the salt of a message: the byte string that is the first
// element of the outermost array. It reads no further, judges neither the rest
// of the message nor the salt's length, and takes any encoding of the two
// heads, as content-06 and -07 do not ask for the shortest. The result aliases
// the message, except where the salt comes in chunks. It fails with a
// [*spec.Violation].
//
// Source: content-06 to content-09, section 4.1.
func Salt(message []byte) ([]byte, error) {
	unreadable := func(offset int, found string) error {
		return &spec.Violation{
			Rule: &RuleSalt, Offset: offset, Path: "salt", Found: found,
			Limit: "a message: a CBOR array whose first element is the salt, a byte string of 16 octets",
		}
	}
	if len(message) == 0 {
		return nil, unreadable(0, "an empty message")
	}
	major, elements, at, ok := head(message, 0)
	switch {
	case !ok:
		return nil, unreadable(0, fmt.Sprintf("a head that is cut short or reserved (first octet 0x%02x)", message[0]))
	case major != majorArray:
		return nil, unreadable(0, fmt.Sprintf("an item of CBOR major type %d (first octet 0x%02x)", major, message[0]))
	case elements == 0:
		return nil, unreadable(0, "an array without elements")
	}
	byteString := func(at int) ([]byte, int, error) {
		if at == len(message) {
			return nil, at, unreadable(at, "the end of the message")
		}
		major, length, content, ok := head(message, at)
		switch {
		case !ok:
			return nil, at, unreadable(at, fmt.Sprintf("a head that is cut short or reserved (first octet 0x%02x)", message[at]))
		case major != majorByteString || length == indefiniteLength:
			return nil, at, unreadable(at, fmt.Sprintf("an item of CBOR major type %d (first octet 0x%02x)", major, message[at]))
		case length > uint64(len(message)-content):
			return nil, at, unreadable(at, fmt.Sprintf("a byte string of %d octets with %d left", length, len(message)-content))
		}
		end := content + int(length)
		return message[content:end:end], end, nil
	}
	if at == len(message) || message[at] != chunkedByteString {
		salt, _, err := byteString(at)
		return salt, err
	}
	var salt []byte
	for at++; at == len(message) || message[at] != breakOctet; {
		chunk, end, err := byteString(at)
		if err != nil {
			return nil, err
		}
		salt, at = append(salt, chunk...), end
	}
	return salt, nil
}

// head reads the head of a CBOR item (RFC 8949 section 3): its major type, its
// argument, and the offset behind it. An array of indefinite length has the
// greatest argument.
func head(message []byte, at int) (major byte, argument uint64, next int, ok bool) {
	initial := message[at]
	major, argument, next = initial>>5, uint64(initial&31), at+1
	switch rest := message[next:]; {
	case argument < 24:
	case argument == 24 && len(rest) >= 1:
		argument, next = uint64(rest[0]), next+1
	case argument == 25 && len(rest) >= 2:
		argument, next = uint64(binary.BigEndian.Uint16(rest)), next+2
	case argument == 26 && len(rest) >= 4:
		argument, next = uint64(binary.BigEndian.Uint32(rest)), next+4
	case argument == 27 && len(rest) >= 8:
		argument, next = binary.BigEndian.Uint64(rest), next+8
	case argument == 31 && major == majorArray:
		argument = indefiniteLength
	default:
		return 0, 0, at, false
	}
	return major, argument, next, true
}
