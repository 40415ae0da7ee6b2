package content

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Context is what a case needs besides its octets: how they are checked, what
// is known, and what an implementation claims about them.
type Context struct {
	Kind Kind `json:"kind,omitempty"`

	NowMs          int64     `json:"nowMs,omitempty"`
	Readings       Readings  `json:"readings,omitempty"`
	MaxBody        int       `json:"maxBody,omitempty"`
	RegisteredKeys []uint64  `json:"registeredKeys,omitempty"`
	MoreExtensions bool      `json:"moreExtensions,omitempty"`
	Delivery       *Delivery `json:"delivery,omitempty"`

	// What is known of the message besides its octets, and what came before.
	ID          MessageID   `json:"id,omitzero"`
	TimestampMs uint64      `json:"timestampMs,omitempty"`
	Sender      string      `json:"sender,omitempty"`
	ReadMs      uint64      `json:"readMs,omitempty"`
	History     []PastEvent `json:"history,omitempty"`

	Claim Claim `json:"claim,omitzero"`
}

// PastEvent is an [Event] as plain data.
type PastEvent struct {
	ID          MessageID `json:"id"`
	TimestampMs uint64    `json:"timestampMs,omitempty"`
	Sender      string    `json:"sender,omitempty"`
	Octets      Octets    `json:"octets"`
}

// Kind says what the octets of a case are, or what its claim is about.
type Kind string

// The kinds of cases.
const (
	KindMessage    Kind = ""            // the octets are a message, to be checked
	KindVerdict    Kind = "verdict"     // a message, and the verdict of an implementation on it
	KindHistory    Kind = "history"     // a message that follows others
	KindAction     Kind = "action"      // a message that is to do something to another
	KindOrder      Kind = "order"       // the order in which messages are shown
	KindGrouping   Kind = "grouping"    // whether two messages are shown as one topic
	KindExpiry     Kind = "expiry"      // whether a message is deleted by now
	KindDisplay    Kind = "display"     // which messages are shown as edited
	KindOutcomes   Kind = "outcomes"    // what several receivers make of one history
	KindNames      Kind = "names"       // the name of a disposition
	KindIndex      Kind = "index"       // the part at each index
	KindProcessing Kind = "processing"  // which parts are processed
	KindReferences Kind = "references"  // a message, for its references between parts
	KindReencoding Kind = "reencoding"  // a message, decoded and encoded again
	KindSalt       Kind = "salt"        // a salt that was derived
	KindSupport    Kind = "support"     // what a client can do
	KindMarkdown   Kind = "markdown"    // a Markdown body to be sent
	KindRendering  Kind = "rendering"   // the HTML made of a Markdown body
	KindPlain      Kind = "plain"       // the verdict on a client that shows Markdown as plain text
	KindWarning    Kind = "warning"     // whether a user is warned of the links of a body
	KindDerived    Kind = "derived"     // derived values
	KindStatus     Kind = "status"      // a message-status report
	KindStatusName Kind = "status-name" // the name of a status
	KindStatuses   Kind = "statuses"    // what is made of several reports
	KindTransition Kind = "transitions" // a sequence of reports
	KindStatusRoom Kind = "status-room" // a report, in a room
	KindStatusType Kind = "status-type" // the media type of a report
	KindStatusOdd  Kind = "status-odd"  // the verdict of an implementation on a report
)

// Claim is what an implementation says or does, to be judged.
type Claim struct {
	Verdict Verdict     `json:"verdict,omitempty"`
	Action  Action      `json:"action,omitempty"`
	Yes     bool        `json:"yes,omitempty"` // grouped, deleted, warned, marked
	IDs     []MessageID `json:"ids,omitempty"` // an order, a target, or a room
	Name    string      `json:"name,omitempty"`
	Names   []string    `json:"names,omitempty"` // paths, media types understood, outcomes
	Indexes []int       `json:"indexes,omitempty"`
	Octets  Octets      `json:"octets,omitempty"`  // an encoding, or a report
	Secret  Octets      `json:"secret,omitempty"`  // of a salt
	Nonce   Octets      `json:"nonce,omitempty"`   // of a salt
	Support Support     `json:"support,omitzero"`  // of a client
	Reports []Octets    `json:"reports,omitempty"` // in order
}

// Options returns the options that the context asks for.
func (c *Context) Options(draft spec.Draft) Options {
	return Options{
		Draft: draft, Readings: c.Readings, NowMs: c.NowMs, MaxBody: c.MaxBody,
		RegisteredKeys: c.RegisteredKeys, MoreExtensions: c.MoreExtensions, Delivery: c.Delivery,
	}
}

// Judge returns the violations that the model sees in a case: of its octets,
// or of what is claimed about them. It fails if the case cannot be judged.
func (c *Case) Judge() (spec.Violations, error) {
	judge, ok := judges[c.Context.Kind]
	if !ok {
		return nil, fmt.Errorf("%s: unknown kind of case %q", c.Rule, c.Context.Kind)
	}
	return judge(c)
}

func judgeMessage(c *Case) (spec.Violations, error) {
	result, err := Check(c.Octets, c.Context.Options(c.Draft))
	return result.Violations, err
}

func judgeVerdictCase(c *Case) (spec.Violations, error) {
	checker, err := NewChecker(c.Context.Options(c.Draft))
	if err != nil {
		return nil, err
	}
	return checker.JudgeVerdict(c.Octets, c.Context.Claim.Verdict), nil
}

// JudgeVerdict judges an implementation that does not accept a message. If the
// model accepts it, each rule that protects the message is broken: there is
// none if the message has nothing odd about it.
func (c *Checker) JudgeVerdict(message []byte, verdict Verdict) spec.Violations {
	if verdict == Accept {
		return nil
	}
	result := c.Check(message)
	if result.Verdict != Accept {
		return nil
	}
	var violations spec.Violations
	for _, rule := range result.Oddities() {
		violations = append(violations, spec.Violation{Rule: rule, Found: string(verdict), Limit: string(Accept)})
	}
	return violations
}
