package protocol

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Problem is a way in which a line is not a message of the protocol.
type Problem string

// The problems.
const (
	ProblemSyntax    Problem = "syntax"           // not JSON
	ProblemTrailing  Problem = "trailing octets"  // something after the object
	ProblemDuplicate Problem = "duplicate member" // a name that comes twice in an object
	ProblemUnknown   Problem = "unknown member"   // one that the message does not have
	ProblemMissing   Problem = "missing member"
	ProblemType      Problem = "wrong type" // or a value out of range
	ProblemBase64    Problem = "base64"
	ProblemID        Problem = "other id"     // an answer to something else than was asked
	ProblemVersion   Problem = "version"      // of the protocol
	ProblemRefused   Problem = "not answered" // the other side says that it could not read the request
)

// LineError says why a line is not the message that it should be.
type LineError struct {
	Problem Problem
	Member  string // its name, such as "hubKeys[0].key"; "" is the whole
	Detail  string
	Line    string // the start of the line
}

func (e *LineError) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Problem))
	if e.Member != "" {
		fmt.Fprintf(&b, " %q", e.Member)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Line != "" {
		fmt.Fprintf(&b, ": in the line %q", e.Line)
	}
	return b.String()
}

// maxShown bounds how much of a line is shown, in octets.
const maxShown = 200

// Excerpt returns the start of a line, for people.
func Excerpt(line []byte) string {
	line = bytes.TrimRight(line, "\r\n")
	if len(line) <= maxShown {
		return string(line)
	}
	cut := maxShown
	for cut > maxShown-utf8.UTFMax && !utf8.RuneStart(line[cut]) {
		cut--
	}
	return string(line[:cut]) + "…"
}

// in adds the line to an error about it.
func in(line []byte, err error) error {
	if lineError, ok := err.(*LineError); ok && lineError.Line == "" {
		lineError.Line = Excerpt(line)
	}
	return err
}
