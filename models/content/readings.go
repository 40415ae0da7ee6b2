package content

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Readings chooses a reading for ambiguities, by the IDs of both. What is not
// named takes the default, which is the first reading of [Ambiguities].
type Readings map[string]string

// UnknownReadingError says that there is no such ambiguity or reading.
type UnknownReadingError struct{ Ambiguity, Reading string }

func (e *UnknownReadingError) Error() string {
	return fmt.Sprintf("unknown reading %q of %q", e.Reading, e.Ambiguity)
}

// switches are the readings that differ from the defaults.
type switches struct {
	rootIsLevel0     bool
	countLeaves      bool
	depthOfLeaves    bool
	keyZero          bool
	keysByPrecision  bool
	valueByContent   bool
	urlTagged        bool
	derivedTagged    bool
	nullAnywhere     bool
	nullWithout      bool
	emptyTypeInvalid bool
	uriAbsolute      bool
	nanOctetsOnly    bool
	year365          bool
	fifteenMinutes   bool
	onlySHA256       bool
	reactionReplies  bool
	aadEmpty         bool
	reactionsUncount bool
	languageSpaces   bool
	cidLenient       bool
	deleteIsFinal    bool
	expiryAfter      bool
}

// ambiguity is one ambiguity and what its second reading switches.
type ambiguity struct {
	spec.Ambiguity
	apply func(*Checker)
}

func two(id, section string, drafts spec.Drafts, question, first, firstSays, second, secondSays string, apply func(*Checker)) ambiguity {
	return ambiguity{spec.Ambiguity{ID: id, Section: section, Drafts: drafts, Question: question, Readings: []spec.Reading{
		{Name: first, Statement: firstSays}, {Name: second, Statement: secondSays},
	}}, apply}
}

var ambiguities = []ambiguity{
	two("content/part-depth-base", "6.3", allDrafts, "At which level does the nesting of parts start?",
		"root-is-1", "The root is level 1, as the extensions map is, and as the largest example has it.",
		"root-is-0", "The root is level 0: five arrays on a path are allowed.",
		func(c *Checker) { c.rootIsLevel0 = true }),
	two("content/part-count", "9.1", allDrafts, "Which parts count towards 1024?",
		"all-parts", "All, the root and multi parts included, as the example of 11 parts counts.",
		"leaves", "Those that have no parts of their own.",
		func(c *Checker) { c.countLeaves = true }),
	two("content/ext-depth", "6.3", since08, "What is a level of depth in the extensions?",
		"containers-and-tags", "Arrays, maps and tags are levels, other items are not.",
		"leaves-not-tags", "Every item is a level, but a tag is none beside its content.",
		func(c *Checker) { c.depthOfLeaves = true }),
	two("content/ext-key-zero", "8.2.1", since05, "May 0 be an extension key?",
		"reserved", "The registry reserves it, and it is neither positive nor negative.",
		"allowed", "The range of unsigned keys starts at 0.",
		func(c *Checker) { c.keyZero = true }),
	two("content/ext-key-range", "6.2", since08, "Does the reason for the range of integer keys count, or its numbers?",
		"printed-range", "The numbers: 2^53 is no key.",
		"exact-double", "The reason: whatever a double holds exactly is a key.",
		func(c *Checker) { c.keysByPrecision = true }),
	two("content/ext-value-size", "4.3", before08, "What is the size of an extension value?",
		"encoded", "Its encoding has at most 4096 octets, and 65535 in content-04.",
		"content", "The content of a string has at most 4095 octets; other items have no size.",
		func(c *Checker) {
			c.valueByContent = true
			if c.maxValue > 0 {
				c.maxValue = 4095
			}
		}),
	two("content/ext-value-limit", "4.3", since08, "Is there still a largest size for extension values?",
		"unlimited", "No: the text, the collected grammar and the change log dropped it.",
		"grammar-in-text", "The grammar printed in the section still has 4095 octets.",
		func(c *Checker) {
			if c.maxValue == 0 {
				c.maxValue, c.valueByContent, c.force[extValueSize] = 4095, true, true
			}
		}),
	two("content/external-url", "4.5", since05, "Is the URL of an external part tagged?",
		"plain", "No: so the collected grammar and all examples.",
		"tagged", "Yes, with tag 32: so the grammar of the section.",
		func(c *Checker) {
			c.urlTagged = true
			c.force[externalURLTagged] = false
		}),
	two("content/derived-url", "4.6", since05, "Are the URLs among the derived values tagged?",
		"plain", "No: so the collected grammar and the example.",
		"tagged", "Yes, with tag 32: so the grammar of the section.",
		func(c *Checker) { c.derivedTagged = true }),
	two("content/nullpart-place", "4.4", allDrafts, "May a null part stand in a multi part?",
		"root-only", "No: it is a body with no parts.",
		"anywhere", "Yes: the grammar allows it.",
		func(c *Checker) { c.nullAnywhere = true }),
	two("content/nullpart-root", "4.4", allDrafts, "May a message that replaces none have a null part for its body?",
		"with-replaces", "No: it is permitted when deleting.",
		"always", "Yes: permitted when deleting is not forbidden otherwise.",
		func(c *Checker) { c.nullWithout = true }),
	two("content/content-type-empty", "4.4", allDrafts, "May a content type be empty?",
		"allowed", "Yes: an example has it.",
		"media-type", "No: it is a media type.",
		func(c *Checker) { c.emptyTypeInvalid = true }),
	two("content/uri-form", "8.2.1", since06, "What counts as a URI among the extensions?",
		"reference", "A URI or IRI, or a relative reference.",
		"absolute", "An absolute URI of RFC 3986.",
		func(c *Checker) { c.uriAbsolute = true }),
	two("content/nan-in-typed-array", "6.2", since08, "What may be any NaN inside the tags 80 to 87?",
		"any-float", "Floats as well as the octets of strings.",
		"octets-only", "The octets of strings, for a typed array holds nothing else.",
		func(c *Checker) { c.nanOctetsOnly = true }),
	two("content/year-length", "9.1", allDrafts, "How long is a year?",
		"366-days", "As long as a year can be.",
		"365-days", "As long as most years are.",
		func(c *Checker) { c.year365 = true }),
	two("content/few-minutes", "9.1", allDrafts, "How many are a few minutes?",
		"five-minutes", "Five.",
		"fifteen-minutes", "Fifteen.",
		func(c *Checker) { c.fifteenMinutes = true }),
	two("content/known-hash", "9.1", since05, "Which hash algorithms are known?",
		"registered", "Those of the registry whose output is long enough for a message ID.",
		"sha-256-only", "SHA-256, the only one in use.",
		func(c *Checker) { c.onlySHA256 = true }),
	two("content/reaction-reply", "4.4", allDrafts, "Does a reaction have to name what it reacts to?",
		"optional", "No: an example of several reactions does not.",
		"required", "Yes: it is a reaction to another message.",
		func(c *Checker) { c.reactionReplies = true }),
	two("content/aad-default", "4.5", allDrafts, "May additional data be set without an extension?",
		"may-be-set", "Yes: empty is only the default.",
		"empty", "No: only an extension can change the default.",
		func(c *Checker) { c.aadEmpty = true }),
	two("content/reaction-count", "5.3", since08, "When is a text several reactions?",
		"emoji", "If it is several emoji and nothing else.",
		"not-judged", "A receiver cannot tell.",
		func(c *Checker) { c.reactionsUncount = true }),
	two("content/language-blanks", "4.4", allDrafts, "May blanks follow the commas between languages?",
		"tags-only", "No: the list holds tags and commas.",
		"blanks-allowed", "Yes.",
		func(c *Checker) { c.languageSpaces = true }),
	two("content/cid-form", "4.4", since05, "How exact is the form of a reference to a part?",
		"exact", "Decimal digits without leading zeros, and the host in lower case.",
		"lenient", "Leading zeros and upper case are the same reference.",
		func(c *Checker) { c.cidLenient = true }),
	two("content/edit-after-delete", "5.6", allDrafts, "What comes of an edit that follows a delete?",
		"latest-wins", "It counts, as any later edit does.",
		"delete-is-final", "Nothing: the message stays deleted.",
		func(c *Checker) { c.deleteIsFinal = true }),
	two("content/expiry-instant", "4.1", since05, "Is a message deleted in the second of its expiry?",
		"from-then-on", "Yes.",
		"after", "No, but in the next.",
		func(c *Checker) { c.expiryAfter = true }),
	two("content/salt-06", "3.3", spec.DraftsOf(spec.Content06), "How long is the salt in content-06?",
		"grammar-16", "16 octets: so the grammar and the examples.",
		"text-32", "32 octets: so the text on message IDs and the derivation.",
		func(c *Checker) {
			if c.options.Draft == spec.Content06 {
				c.saltLength = 32
			}
		}),
}

// Ambiguities returns the places where the drafts can be read in more than one
// way. The first reading of each is the default.
func Ambiguities() []*spec.Ambiguity {
	list := make([]*spec.Ambiguity, len(ambiguities))
	for i := range ambiguities {
		list[i] = &ambiguities[i].Ambiguity
	}
	return list
}

// choose applies the default readings of a draft and then the chosen ones.
func (c *Checker) choose(readings Readings) error {
	switch c.options.Draft {
	case spec.Content04:
		c.maxValue = 65535
		c.urlTagged, c.derivedTagged = true, true
	case spec.Content05, spec.Content06, spec.Content07:
		c.maxValue = 4096
	}
	for id, reading := range readings {
		if err := c.chooseOne(id, reading); err != nil {
			return err
		}
	}
	return nil
}

func (c *Checker) chooseOne(id, reading string) error {
	for _, a := range ambiguities {
		if a.ID != id {
			continue
		}
		switch reading {
		case a.Readings[0].Name:
			return nil
		case a.Readings[1].Name:
			if a.Drafts.Has(c.options.Draft) {
				a.apply(c)
			}
			return nil
		}
	}
	return &UnknownReadingError{Ambiguity: id, Reading: reading}
}
