package franking

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Mode chooses a reading of every ambiguity about what is checked. The zero value is Default.
type Mode uint8

// The modes.
const (
	Default Mode = iota // the checks that franking needs to keep its promise
	Literal             // only the checks that the text names
)

// String returns "default" or "literal".
func (m Mode) String() string {
	switch m {
	case Default:
		return "default"
	case Literal:
		return "literal"
	}
	return "no mode"
}

// Options say how a [Scheme] reads the drafts.
type Options struct {
	Draft    spec.Draft        // one of protocol-03 to protocol-06
	Mode     Mode              // the readings that are not chosen below
	Readings map[string]string // the name of a reading, by the ID of its ambiguity

	// Skip lists steps whose failure is overlooked, as by an implementation
	// that forgets them.
	Skip []Step
}

// switches are the readings that differ from the defaults.
type switches struct {
	strippedUnfranked bool
	anyAgentKey       bool
	anySource         bool
	bareDomain        bool
	anyCertificate    bool
	smallOrder        bool
	anyContent        bool
	anyReporter       bool
	anySender         bool
	anyRoom           bool
	anyReason         bool
	wideComponents    bool
	moreAAD           bool
	keyOfTimeOnly     bool
}

// ambiguity is one ambiguity and what its second reading switches.
type ambiguity struct {
	spec.Ambiguity
	apply    func(*switches)
	modeless bool // chosen by name only: neither reading checks less
}

func two(id, section string, drafts spec.Drafts, question, first, firstSays, second, secondSays string, apply func(*switches)) ambiguity {
	return ambiguity{spec.Ambiguity{ID: id, Section: section, Drafts: drafts, Question: question, Readings: []spec.Reading{
		{Name: first, Statement: firstSays}, {Name: second, Statement: secondSays},
	}}, apply, false}
}

func modeless(a ambiguity) ambiguity {
	a.modeless = true
	return a
}

var ambiguities = []ambiguity{
	two("franking/stripped-frank", "5.4.1.3", Drafts, "What is a message with a franking_tag whose Frank is missing, in a group that franks?",
		"failed", "A failure: someone on the way took the Frank off.",
		"unfranked", "A message without a frank: the text only says that there is nothing to verify.",
		func(s *switches) { s.strippedUnfranked = true }),
	two("franking/valid-agent", "5.4.1.2", since04, "When is franking_agent valid for the hub?",
		"own-key", "When its key is one of the cipher suite and that of the hub.",
		"present", "When it can be read.",
		func(s *switches) { s.anyAgentKey = true }),
	two("franking/source-domain", "5.4", Drafts, "Does the hub compare sendingUri with the provider that submits?",
		"compared", "Yes: a provider speaks for its own users only.",
		"not-compared", "No: the text asks only that sendingUri is a participant.",
		func(s *switches) { s.anySource = true }),
	two("franking/agent-domain", "5.4.1.3", since04, "Where is the domain name in a basic credential?",
		"uri-host", "It is the host of the URI that is the identity.",
		"uri-host-or-name", "It may also be the whole identity.",
		func(s *switches) { s.bareDomain = true }),
	two("franking/certificate-key", "5.4.1.3", since04, "Is the key of the certificate in franking_agent the key beside it?",
		"same-key", "Yes, or anyone can put the certificate of the hub beside a key of their own.",
		"any-key", "The text does not compare them.",
		func(s *switches) { s.anyCertificate = true }),
	two("franking/small-order-key", "5.4.1.3", since04, "May franking_signature_key be a point of small order?",
		"refused", "No: one signature would verify for many messages.",
		"allowed", "RFC 8032 does not exclude it, and neither does the text.",
		func(s *switches) { s.smallOrder = true }),
	two("franking/content-validity", "5.4.1.3", Drafts, "Must the content be valid for its salt and its URIs to be taken?",
		"valid", "Yes, under the revision of MIMI content that the draft cites: else two readers may find different values.",
		"readable", "It is enough that they are found.",
		func(s *switches) { s.anyContent = true }),
	two("franking/reporter", "5.9", Drafts, "Who may send a report?",
		"checked", "The provider of the reporting user, if that user may report abuse.",
		"anyone", "The text does not say.",
		func(s *switches) { s.anyReporter = true }),
	two("franking/alleged-abuser", "5.9", Drafts, "Is the alleged abuser compared with the sender in the content?",
		"compared", "Yes: else the frank of one user backs an accusation of another.",
		"not-compared", "The text does not compare them.",
		func(s *switches) { s.anySender = true }),
	two("franking/room-of-report", "5.9", Drafts, "Is the room of the report compared with the room in the content?",
		"compared", "Yes.",
		"not-compared", "The text does not compare them.",
		func(s *switches) { s.anyRoom = true }),
	two("franking/reason-code", "5.9", Drafts, "Which reason codes may a report have?",
		"registered", "Those that the enum names: only reserved (0).",
		"any", "Any of one octet.",
		func(s *switches) { s.anyReason = true }),
	modeless(two("franking/component-id", "5.4.1", spec.Between(spec.Protocol03, spec.Protocol05), "How wide is a component ID?",
		"16-bit", "16 bits, as the numbers were registered.",
		"32-bit", "32 bits, as the revisions of draft-ietf-mls-extensions have it that these drafts cite.",
		func(s *switches) { s.wideComponents = true })),
	two("franking/octets-behind-safe-aad", "5.4.1.1", Drafts, "May other octets follow the SafeAAD in authenticated_data?",
		"none", "No.",
		"any", "Yes: draft-ietf-mls-extensions-09 puts data that is not safe behind it.",
		func(s *switches) { s.moreAAD = true }),
	two("franking/hub-key", "5.9", Drafts, "Which hub_key is the relevant one, as no Frank names it?",
		"of-the-time-first", "The one whose time covers accepted_timestamp, then every other that the hub keeps.",
		"of-the-time", "Only the one whose time covers accepted_timestamp.",
		func(s *switches) { s.keyOfTimeOnly = true }),
}

// Ambiguities returns the places where the drafts are silent or can be read in
// more than one way. The first reading of each is that of [Default]; the second
// is that of [Literal], but for franking/component-id, which no mode changes.
func Ambiguities() []*spec.Ambiguity {
	list := make([]*spec.Ambiguity, len(ambiguities))
	for i := range ambiguities {
		list[i] = &ambiguities[i].Ambiguity
	}
	return list
}

// UnknownReadingError says that there is no such ambiguity or reading.
type UnknownReadingError struct{ Ambiguity, Reading string }

func (e *UnknownReadingError) Error() string {
	return fmt.Sprintf("unknown reading %q of %q", e.Reading, e.Ambiguity)
}

// UnsupportedDraftError says that a draft does not define franking.
type UnsupportedDraftError struct{ Draft spec.Draft }

func (e *UnsupportedDraftError) Error() string {
	return fmt.Sprintf("%v does not define franking: expected one of %s", e.Draft, Drafts)
}

// Scheme is franking under one draft and one set of readings. It does not
// change and may be used by several goroutines at a time.
type Scheme struct {
	draft   spec.Draft
	checker *content.Checker
	skip    [stepEnd]bool
	switches
}

// contentDrafts are the revisions of MIMI content that the drafts cite.
var contentDrafts = map[spec.Draft]spec.Draft{
	spec.Protocol03: spec.Content05, spec.Protocol04: spec.Content06,
	spec.Protocol05: spec.Content07, spec.Protocol06: spec.Content08,
}

// ContentDraft returns the revision of MIMI content that a draft cites, no
// draft where it defines no franking.
func ContentDraft(draft spec.Draft) spec.Draft { return contentDrafts[draft] }

// NewScheme returns a scheme. It fails with [*UnsupportedDraftError] or
// [*UnknownReadingError]. A reading of an ambiguity that the draft does not
// have is known, and changes nothing.
func NewScheme(options Options) (*Scheme, error) {
	if !Drafts.Has(options.Draft) {
		return nil, &UnsupportedDraftError{Draft: options.Draft}
	}
	if options.Mode > Literal {
		return nil, &UnknownReadingError{Ambiguity: "mode", Reading: options.Mode.String()}
	}
	checker, err := content.NewChecker(content.Options{Draft: contentDrafts[options.Draft]})
	if err != nil {
		return nil, err
	}
	s := &Scheme{draft: options.Draft, checker: checker}
	known := 0
	for i := range ambiguities {
		a := &ambiguities[i]
		second := options.Mode == Literal && !a.modeless
		if name, chosen := options.Readings[a.ID]; chosen {
			known++
			second = name == a.Readings[1].Name
			if !second && name != a.Readings[0].Name {
				return nil, &UnknownReadingError{Ambiguity: a.ID, Reading: name}
			}
		}
		if second && a.Drafts.Has(options.Draft) {
			a.apply(&s.switches)
		}
	}
	for _, step := range options.Skip {
		if step.Rule() == nil {
			return nil, fmt.Errorf("step %d cannot be skipped: there is none", step)
		}
		s.skip[step] = true
	}
	if known < len(options.Readings) {
		return nil, unknownAmbiguity(options.Readings)
	}
	return s, nil
}

// unknownAmbiguity names the first, in order, of the readings whose ambiguity
// does not exist.
func unknownAmbiguity(readings map[string]string) error {
	known := map[string]bool{}
	for i := range ambiguities {
		known[ambiguities[i].ID] = true
	}
	var first *UnknownReadingError
	for id, name := range readings {
		if !known[id] && (first == nil || id < first.Ambiguity) {
			first = &UnknownReadingError{Ambiguity: id, Reading: name}
		}
	}
	return first
}

// run makes steps in order, and returns the verdict of the first that does not
// pass and is not skipped. What a step cannot fill in it leaves empty, so that
// those after it can be made.
func run[T any](s *Scheme, state *T, steps []func(*Scheme, *T) Verdict) Verdict {
	for _, step := range steps {
		if v := step(s, state); v.Outcome != Passed && !s.skip[v.Step] {
			return v
		}
	}
	return passed
}

// Draft returns the draft of the scheme.
func (s *Scheme) Draft() spec.Draft { return s.draft }
