package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// syntax is the readings of the printed syntax that differ from the defaults.
type syntax struct {
	wholeRoles             bool
	listOfOptionals        bool
	singleParentRoom       bool
	singleLinkPreviewProxy bool
	oneOctetJoinLink       bool
	bareJoinLinks          bool
	strategyExtension      bool
	bySections             bool
}

// syntaxAmbiguity is an ambiguity of the printed syntax, and what its second
// reading switches.
type syntaxAmbiguity struct {
	spec.Ambiguity
	apply func(*syntax)
}

func twoSyntaxes(id, section string, drafts spec.Drafts, question, first, firstSays, second, secondSays string, apply func(*syntax)) syntaxAmbiguity {
	return syntaxAmbiguity{spec.Ambiguity{ID: id, Section: section, Drafts: drafts, Question: question, Readings: []spec.Reading{
		{Name: first, Statement: firstSays}, {Name: second, Statement: secondSays},
	}}, apply}
}

var syntaxAmbiguities = []syntaxAmbiguity{
	twoSyntaxes("room-policy/role-by-value", "4", allDrafts, "What stands where a struct outside the list of roles prints a Role?",
		"index", "The index of the role: definitions stand in one place.",
		"whole-role", "The whole role, as printed.",
		func(s *syntax) { s.wholeRoles = true }),
	twoSyntaxes("room-policy/permitted-media-types", "6.4", since03, "Is the list of permitted media types optional, or each of its elements?",
		"optional-list", "The list: the text says what holds when it is present.",
		"list-of-optionals", "Each element, as printed. A list without elements is absent.",
		func(s *syntax) { s.listOfOptionals = true }),
	twoSyntaxes("room-policy/parent-room", "5", since03, "Is the parent room a vector of URIs or a single URI?",
		"vector", "A vector with at most one, as printed.",
		"uri", "A URI, which is empty where there is no parent: a URI is a vector itself.",
		func(s *syntax) { s.singleParentRoom = true }),
	twoSyntaxes("room-policy/link-preview-proxy", "6.3", since03, "Is the link preview proxy a vector of URIs or a single URI?",
		"vector", "A vector, as printed.",
		"uri", "A URI, as the text speaks of one.",
		func(s *syntax) { s.singleLinkPreviewProxy = true }),
	twoSyntaxes("room-policy/join-link-length", "6.2", spec.DraftsOf(spec.RoomPolicy03), "Has a join link a length?",
		"vector", "Yes, as room-policy-04 prints it.",
		"one-octet", "No: it is a single octet, as printed.",
		func(s *syntax) { s.oneOctetJoinLink = true }),
	twoSyntaxes("room-policy/join-links-data", "6.2", since03, "Has the vector that is the whole component join_links a length of its own?",
		"prefixed", "Yes, as every vector.",
		"bare", "No: that of the data around it says it already.",
		func(s *syntax) { s.bareJoinLinks = true }),
	twoSyntaxes("room-policy/strategy-extension", "7.1", since03, "Which strategy has the parameters of the case extension?",
		"none", "None, as the enum has no such value. Values above 2 are refused.",
		"others", "Every value above 2.",
		func(s *syntax) { s.strategyExtension = true }),
	twoSyntaxes("room-policy/room-policy-struct", "B", before03, "Which fields has the struct RoomPolicy?",
		"appendix", "Those of the collected syntax, the only place where it is complete.",
		"sections", "Those of the sections in their order: assets, but no operational parameters.",
		func(s *syntax) { s.bySections = true }),
}

// SyntaxAmbiguities returns the places where the printed syntax of components
// has more than one form on the wire.
func SyntaxAmbiguities() []*spec.Ambiguity {
	list := make([]*spec.Ambiguity, len(syntaxAmbiguities))
	for i := range syntaxAmbiguities {
		list[i] = &syntaxAmbiguities[i].Ambiguity
	}
	return list
}

// UnknownSyntaxError says that [SyntaxAmbiguities] has no such ambiguity or
// reading.
type UnknownSyntaxError struct{ Ambiguity, Reading string }

func (e *UnknownSyntaxError) Error() string {
	return fmt.Sprintf("unknown reading %q of %q", e.Reading, e.Ambiguity)
}

// choose takes a reading, which counts in the drafts of its ambiguity.
func (s *syntax) choose(draft spec.Draft, id, reading string) error {
	for i := range syntaxAmbiguities {
		a := &syntaxAmbiguities[i]
		if a.ID != id {
			continue
		}
		switch reading {
		case a.Readings[0].Name:
			return nil
		case a.Readings[1].Name:
			if a.Drafts.Has(draft) {
				a.apply(s)
			}
			return nil
		}
	}
	return &UnknownSyntaxError{Ambiguity: id, Reading: reading}
}
