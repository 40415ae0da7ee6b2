package spec

import (
	"fmt"
	"math/bits"
	"strings"
)

// Draft is one revision of one document, such as content-08. The zero value is
// no draft: it is in no set, has no name and is refused by every model.
type Draft uint8

// The drafts that are modelled. Content08 and Content09 are the same on the
// wire, and so are RoomPolicy03 and RoomPolicy04.
const (
	_ Draft = iota
	Content04
	Content05
	Content06
	Content07
	Content08
	Content09
	Protocol03
	Protocol04
	Protocol05
	Protocol06
	RoomPolicy01
	RoomPolicy02
	RoomPolicy03
	RoomPolicy04
	MessageStatus00
	MessageStatus01
	draftEnd
)

// Document names a document without its revision.
type Document string

// The documents, by the names that their drafts carry.
const (
	Content       Document = "content"
	Protocol      Document = "protocol"
	RoomPolicy    Document = "room-policy"
	MessageStatus Document = "message-status"
)

var draftNames = [draftEnd]string{
	Content04: "content-04", Content05: "content-05", Content06: "content-06",
	Content07: "content-07", Content08: "content-08", Content09: "content-09",
	Protocol03: "protocol-03", Protocol04: "protocol-04", Protocol05: "protocol-05", Protocol06: "protocol-06",
	RoomPolicy01: "room-policy-01", RoomPolicy02: "room-policy-02",
	RoomPolicy03: "room-policy-03", RoomPolicy04: "room-policy-04",
	MessageStatus00: "message-status-00", MessageStatus01: "message-status-01",
}

// AllDrafts is the set of every modelled draft.
const AllDrafts Drafts = 1<<draftEnd - 2

// String returns the name of the draft, such as "content-08".
func (d Draft) String() string {
	if d == 0 || d >= draftEnd {
		return "no draft"
	}
	return draftNames[d]
}

// Valid reports whether d is a modelled draft.
func (d Draft) Valid() bool { return d > 0 && d < draftEnd }

// Document returns the document that d is a revision of, "" for no draft.
func (d Draft) Document() Document {
	if !d.Valid() {
		return ""
	}
	name := draftNames[d]
	return Document(name[:strings.LastIndexByte(name, '-')])
}

// MarshalText returns the name of the draft. It fails on no draft.
func (d Draft) MarshalText() ([]byte, error) {
	if !d.Valid() {
		return nil, &UnknownDraftError{Name: d.String()}
	}
	return []byte(draftNames[d]), nil
}

// UnmarshalText reads the name of a draft. It fails with [*UnknownDraftError].
func (d *Draft) UnmarshalText(text []byte) error {
	parsed, err := ParseDraft(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// ParseDraft returns the draft with the given name, such as "content-08".
// It fails with [*UnknownDraftError].
func ParseDraft(name string) (Draft, error) {
	for d := Draft(1); d < draftEnd; d++ {
		if draftNames[d] == name {
			return d, nil
		}
	}
	return 0, &UnknownDraftError{Name: name}
}

// Newest returns the newest modelled revision of a document, no draft for an
// unknown one.
func Newest(document Document) Draft {
	for d := draftEnd - 1; d > 0; d-- {
		if d.Document() == document {
			return d
		}
	}
	return 0
}

// UnknownDraftError says that a name is not that of a modelled draft.
type UnknownDraftError struct{ Name string }

func (e *UnknownDraftError) Error() string {
	return fmt.Sprintf("unknown draft %q: expected one of %s", e.Name, AllDrafts)
}

// Drafts is a set of drafts. The zero value is the empty set.
type Drafts uint32

// DraftsOf returns the set of the given drafts.
func DraftsOf(drafts ...Draft) Drafts {
	var set Drafts
	for _, d := range drafts {
		set |= 1 << d
	}
	return set & AllDrafts
}

// Between returns the drafts from first to last, both included, in the order
// of the constants above. Both are meant to be revisions of one document.
func Between(first, last Draft) Drafts {
	var set Drafts
	for d := first; d <= last; d++ {
		set |= 1 << d
	}
	return set & AllDrafts
}

// Has reports whether d is in the set.
func (s Drafts) Has(d Draft) bool { return s>>d&1 == 1 }

// List returns the drafts of the set, oldest first within each document.
func (s Drafts) List() []Draft {
	list := make([]Draft, 0, bits.OnesCount32(uint32(s)))
	for d := Draft(1); d < draftEnd; d++ {
		if s.Has(d) {
			list = append(list, d)
		}
	}
	return list
}

// String lists the names of the drafts, separated by commas.
func (s Drafts) String() string {
	var names []string
	for _, d := range s.List() {
		names = append(names, d.String())
	}
	return strings.Join(names, ", ")
}
