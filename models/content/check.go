package content

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Verdict is what a receiver does with a message.
type Verdict string

// The verdicts. Whatever breaks a rule of level syntax or MUST is rejected;
// else whatever is on the list of nonsense is discarded. What is merely not
// recommended is accepted.
const (
	Accept  Verdict = "accept"
	Reject  Verdict = "reject"
	Discard Verdict = "discard"
)

// Options say how a [Checker] reads messages.
type Options struct {
	Draft    spec.Draft // one of content-04 to content-09
	Readings Readings   // of the ambiguities; the default of each that is not named

	// NowMs is the time in milliseconds of the Unix epoch. At zero no rule
	// is judged that compares a date with the present.
	NowMs int64
	// MaxBody is the number of octets that local policy allows the body, 0
	// for no limit.
	MaxBody int
	// RegisteredKeys holds the positive extension keys that a sender may
	// use. At nil any may be used, as a receiver has to allow.
	RegisteredKeys []uint64
	// MoreExtensions judges the values of the extensions 3, 4, 5 and 256 as
	// draft-mahy-mimi-content-more-extensions-00 describes them.
	MoreExtensions bool
	// Delivery is how the message came, nil if that is not judged.
	Delivery *Delivery
}

// Delivery is what a receiver knows about a message besides its octets.
// Whatever is zero is not known and not judged.
type Delivery struct {
	Stamped       bool   `json:"stamped,omitempty"` // whether it came with an accepted timestamp
	AcceptedMs    uint64 `json:"acceptedMs,omitempty"`
	RoomCreatedMs uint64 `json:"roomCreatedMs,omitempty"`
	Stranger      bool   `json:"stranger,omitempty"` // the sender is not a member of the group
	SenderURI     string `json:"senderUri,omitempty"`
	RoomURI       string `json:"roomUri,omitempty"`
}

// Checker judges messages under one draft and one set of readings. It does not
// change and may be used by several goroutines at a time.
type Checker struct {
	options Options
	layout  []field
	force   [numRules]bool // the rules in force
	switches
	saltLength     int
	partFields     uint64 // elements of a part up to its cardinality
	externalFields []externalField
	maxValue       int  // octets of an extension value, 0 for no limit
	quickDepth     int  // levels of the extensions that quickItems judges
	quickKeys      bool // whether quickEntries judges extension keys
	quickParts     bool // whether quickPart judges parts
}

// NewChecker returns a checker. It fails if the draft is no content draft or a
// reading is not known.
func NewChecker(options Options) (*Checker, error) {
	if options.Draft.Document() != spec.Content {
		return nil, &UnknownDraftError{Draft: options.Draft}
	}
	c := &Checker{options: options, layout: layouts[options.Draft], partFields: 3, saltLength: 16}
	for i := range ruleTable {
		c.force[i] = ruleTable[i].Drafts.Has(options.Draft)
	}
	if options.Draft == spec.Content05 {
		c.saltLength = 32
	}
	c.externalFields = externalLayout
	if options.Draft == spec.Content04 {
		c.partFields = 4
		c.externalFields = externalLayout[:len(externalLayout)-1]
	}
	if err := c.choose(options.Readings); err != nil {
		return nil, err
	}
	c.quickDepth = maxExtensionDepth
	if c.depthOfLeaves {
		c.quickDepth--
	}
	c.quickParts = options.Draft != spec.Content04
	c.quickKeys = c.quickParts && options.RegisteredKeys == nil && !options.MoreExtensions
	return c, nil
}

// UnknownDraftError says that a draft is not one that this package models.
type UnknownDraftError struct{ Draft spec.Draft }

func (e *UnknownDraftError) Error() string {
	return fmt.Sprintf("%s is no draft of this model: expected one of %s", e.Draft, allDrafts)
}

// Draft returns the draft that c judges under.
func (c *Checker) Draft() spec.Draft { return c.options.Draft }

// Result is what a check found.
type Result struct {
	Verdict    Verdict
	Violations spec.Violations // in order of offset
	// Dropped counts violations that were found but not kept: only so many
	// are, and of each rule the first in any case.
	Dropped int

	odd oddities
}

// Check judges a message in one pass. A message that breaks no rule costs no
// allocation, but for strings of indefinite length and map keys out of order,
// both of which only the drafts before content-08 allow.
func (c *Checker) Check(message []byte) Result {
	w := walker{c: c, b: message}
	w.message()
	return w.result()
}

// Check judges a message with a checker made for the occasion.
func Check(message []byte, options Options) (Result, error) {
	c, err := NewChecker(options)
	if err != nil {
		return Result{}, err
	}
	return c.Check(message), nil
}

func (w *walker) result() Result {
	w.violations.Sort()
	return Result{Verdict: verdictOf(w.violations), Violations: w.violations, Dropped: w.dropped, odd: w.odd}
}

func verdictOf(violations spec.Violations) Verdict {
	verdict := Accept
	for i := range violations {
		switch violations[i].Rule.Level {
		case spec.Syntax, spec.Must:
			return Reject
		case spec.Nonsense:
			verdict = Discard
		}
	}
	return verdict
}

// field is an element of a message.
type field uint8

const (
	fieldSalt field = iota
	fieldReplaces
	fieldTopicID
	fieldExpires
	fieldInReplyTo
	fieldLastSeen
	fieldExtensions
	fieldNestedPart
	// What follows stands in paths only.
	fieldRelative
	fieldTime
	fieldMessage
	fieldHashAlgorithm
	fieldHash
	fieldDisposition
	fieldLanguage
	fieldPartIndex
	fieldCardinality
	fieldContentType
	fieldContent
	fieldPartSemantics
	fieldParts
	fieldURL
	fieldSize
	fieldEncAlg
	fieldKey
	fieldNonce
	fieldAAD
	fieldHashAlg
	fieldContentHash
	fieldDescription
	fieldFilename
	fieldMessageID
	fieldStatus
	fieldAcceptedTimestamp
	fieldGroupID
	fieldLeafIndex
	fieldClientURL
	fieldUserURL
	fieldRoomURL
	numFields
)

var fieldNames = [numFields]string{
	"salt", "replaces", "topicId", "expires", "inReplyTo", "lastSeen", "extensions", "nestedPart",
	"relative", "time", "message", "hashAlg", "hash",
	"disposition", "language", "partIndex", "cardinality", "contentType", "content", "partSemantics", "parts",
	"url", "size", "encAlg", "key", "nonce", "aad", "hashAlg", "contentHash", "description", "filename",
	"messageId", "status", "hubAcceptedTimestamp", "mlsGroupId", "senderLeafIndex", "senderClientUrl", "senderUserUrl", "roomUrl",
}

// layouts holds the elements of a message, draft by draft.
var layouts = func() [spec.Content09 + 1][]field {
	newest := []field{fieldSalt, fieldReplaces, fieldTopicID, fieldExpires, fieldInReplyTo, fieldExtensions, fieldNestedPart}
	return [spec.Content09 + 1][]field{
		spec.Content04: {fieldReplaces, fieldTopicID, fieldExpires, fieldInReplyTo, fieldLastSeen, fieldExtensions, fieldNestedPart},
		spec.Content05: {fieldSalt, fieldReplaces, fieldTopicID, fieldExpires, fieldInReplyTo, fieldLastSeen, fieldExtensions, fieldNestedPart},
		spec.Content06: newest, spec.Content07: newest, spec.Content08: newest, spec.Content09: newest,
	}
}()

// ElementNames returns the names of the elements of a message, in order; none for a
// draft that has no messages.
func ElementNames(d spec.Draft) []string {
	if int(d) >= len(layouts) {
		return nil
	}
	names := make([]string, len(layouts[d]))
	for i, f := range layouts[d] {
		names[i] = fieldNames[f]
	}
	return names
}

// message walks the whole input.
func (w *walker) message() {
	h, ok := w.head()
	if !ok {
		return
	}
	switch {
	case h.major == majorTag:
		w.report(topUntagged, h.at)
		ok = w.value(h, 0)
	case h.major != majorArray:
		w.report(topArray, h.at)
		ok = w.value(h, 0)
	default:
		ok = w.elements(h)
	}
	if ok && w.pos < len(w.b) {
		w.reportFound(encTrailing, w.pos, octets(fmt.Sprint(len(w.b)-w.pos), uint64(len(w.b)-w.pos)))
	}
	w.judgeDelivery()
}

// elements walks the elements of a message. With a wrong number of them it is
// not known which is which, so that they are walked as mere CBOR.
func (w *walker) elements(h head) bool {
	if h.indefinite() {
		w.report(encIndefinite, h.at)
	} else if h.arg != uint64(len(w.c.layout)) {
		w.report(topArray, h.at)
		return w.elementsOf(h)
	}
	w.push(segField, 0)
	for _, f := range w.c.layout {
		if h.indefinite() && w.atBreak() {
			w.pop()
			w.report(topArray, h.at)
			return true
		}
		w.step(int(f))
		if !w.element(f) {
			return false
		}
	}
	w.pop()
	return !h.indefinite() || w.surplus(h, topArray)
}

// elementsOf walks the elements of an array as mere CBOR.
func (w *walker) elementsOf(h head) bool {
	for i := uint64(0); i < h.arg; i++ {
		if !w.item(0) {
			return false
		}
	}
	return true
}

// surplus walks to the break of an array of indefinite length, of which all
// the elements that it should have were met.
func (w *walker) surplus(h head, arity rule) bool {
	for first := true; !w.atBreak(); first = false {
		if first {
			w.report(arity, h.at)
		}
		if !w.item(0) {
			return false
		}
	}
	return true
}

func (w *walker) element(f field) bool {
	switch f {
	case fieldSalt:
		return w.salt()
	case fieldReplaces:
		return w.messageID(replacesType, msgidFirstOctetKnown, &w.replaces)
	case fieldTopicID:
		return w.topicID()
	case fieldExpires:
		return w.expires()
	case fieldInReplyTo:
		if w.c.options.Draft == spec.Content04 {
			return w.inReplyTo04()
		}
		return w.messageID(inReplyToType, msgidFirstOctetKnownReply, &w.inReplyTo)
	case fieldLastSeen:
		return w.lastSeen()
	case fieldExtensions:
		return w.extensions()
	}
	start := w.pos
	if !w.part(1) {
		return false
	}
	if limit := w.c.options.MaxBody; limit > 0 && w.pos-start > limit {
		w.reportFound(bodyTooLarge, start, fmt.Sprintf("%d octets", w.pos-start))
	}
	return true
}
