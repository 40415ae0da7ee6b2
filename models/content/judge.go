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

	Claim Claim `json:"claim,omitzero"`
}

// Kind says what the octets of a case are, or what its claim is about.
type Kind string

// The kinds of cases.
const (
	KindMessage Kind = ""        // the octets are a message, to be checked
	KindVerdict Kind = "verdict" // a message, and the verdict of an implementation on it
)

// Claim is what an implementation says or does, to be judged.
type Claim struct {
	Verdict Verdict `json:"verdict,omitempty"`
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

var judges = map[Kind]func(*Case) (spec.Violations, error){
	KindMessage: judgeMessage,
	KindVerdict: judgeVerdictCase,
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
