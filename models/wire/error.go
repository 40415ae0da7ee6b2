package wire

import (
	"fmt"
	"strings"
)

// Problem is what is wrong with an encoding.
type Problem uint8

// The problems. The zero value is none.
const (
	_                 Problem = iota
	Truncated                 // Found octets are needed, and the input has Limit left
	ElementCut                // Found octets are needed, and the vector around them has Limit left
	LengthPrefix              // the length begins with the bits 11, which are reserved; Found is its first octet
	LengthNotMinimal          // the length Found takes more octets than the Limit that it needs
	LengthBeyondEnd           // the length is Found, and Limit octets are left
	TrailingOctets            // Found octets follow the struct
	PresenceOctet             // the octet before an optional value is Found, neither 0 nor 1
	UnknownValue              // Found is none of the Known values
	InvalidText               // the octet at Found, counted from the start of the value, begins no UTF-8 character
	ElementEmpty              // an element takes no octets, so that a vector could hold any number of it
	LengthTooGreat            // the length to be written is Found, and at most Limit can be
	LengthNotMultiple         // the length is Found, and should be a multiple of Limit
	LengthNotAllowed          // the length is Found, and should be Limit
	ElementOutOfOrder         // the element Found does not come after Limit, the one before
	ElementRepeated           // the element Found was there before
	ValueNotAllowed           // the value Found is not allowed here
	problemEnd
)

var problemNames = [problemEnd]string{
	Truncated: "truncated", ElementCut: "element cut", LengthPrefix: "reserved length prefix",
	LengthNotMinimal: "length not minimal", LengthBeyondEnd: "length beyond the end",
	TrailingOctets: "trailing octets", PresenceOctet: "presence octet", UnknownValue: "unknown value",
	InvalidText: "invalid text", ElementEmpty: "element empty", LengthTooGreat: "length too great",
	LengthNotMultiple: "length not a multiple", LengthNotAllowed: "length not allowed",
	ElementOutOfOrder: "element out of order", ElementRepeated: "element repeated", ValueNotAllowed: "value not allowed",
}

// String returns a short name, such as "length not minimal".
func (p Problem) String() string {
	if p == 0 || p >= problemEnd {
		return "no problem"
	}
	return problemNames[p]
}

// Error says where an encoding is wrong, and how.
type Error struct {
	Struct       string   // the outermost struct, such as "RoleData"
	Field        string   // the way to the field, such as "roles[2].role_capabilities"; "" is the struct itself
	Offset       int      // in octets from the start of the input, of the field, its length included
	Problem      Problem  // what is wrong
	Found, Limit uint64   // as the problem says
	Known        []uint64 // the values that are known, for UnknownValue
}

// Path returns the struct and the field, such as
// "RoleData.roles[2].role_capabilities".
func (e *Error) Path() string {
	if e.Field == "" {
		return e.Struct
	}
	return e.Struct + "." + e.Field
}

// Error names the field, the place, what was found and what is allowed.
func (e *Error) Error() string {
	return fmt.Sprintf("%s at octet %d: %s", e.Path(), e.Offset, e.detail())
}

func (e *Error) detail() string {
	switch e.Problem {
	case Truncated:
		return fmt.Sprintf("%s needed, %d left", octets(e.Found), e.Limit)
	case ElementCut:
		return fmt.Sprintf("%s needed, %d left in the vector", octets(e.Found), e.Limit)
	case LengthPrefix:
		return fmt.Sprintf("the length begins with 0x%02x: the prefix 11 is reserved", e.Found)
	case LengthNotMinimal:
		return fmt.Sprintf("the length %d takes more than the %s that it needs", e.Found, octets(e.Limit))
	case LengthBeyondEnd:
		return fmt.Sprintf("a length of %s, with %d left", octets(e.Found), e.Limit)
	case TrailingOctets:
		return octets(e.Found) + " behind the end"
	case PresenceOctet:
		return fmt.Sprintf("presence octet %d, expected 0 or 1", e.Found)
	case UnknownValue:
		return fmt.Sprintf("unknown value %d, expected one of %s", e.Found, strings.Trim(fmt.Sprint(e.Known), "[]"))
	case InvalidText:
		return fmt.Sprintf("no UTF-8 from octet %d of the text on", e.Found)
	case ElementEmpty:
		return "an element without octets"
	case LengthTooGreat:
		return fmt.Sprintf("a length of %s, expected at most %d", octets(e.Found), e.Limit)
	case LengthNotMultiple:
		return fmt.Sprintf("a length of %s, expected a multiple of %d", octets(e.Found), e.Limit)
	case LengthNotAllowed:
		return fmt.Sprintf("a length of %s, expected %d", octets(e.Found), e.Limit)
	case ElementOutOfOrder:
		return fmt.Sprintf("%d comes after %d", e.Found, e.Limit)
	case ElementRepeated:
		return fmt.Sprintf("%d comes again", e.Found)
	case ValueNotAllowed:
		return fmt.Sprintf("the value %d is not allowed", e.Found)
	}
	return e.Problem.String()
}

func octets(n uint64) string {
	if n == 1 {
		return "1 octet"
	}
	return fmt.Sprintf("%d octets", n)
}
