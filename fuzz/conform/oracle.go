package conform

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// oracle knows what the reference models answer under some readings, and which
// rules decide. It may be used by several goroutines at a time.
type oracle struct {
	readings map[string]string
	checkers map[spec.Draft]*content.Checker
	schemes  map[spec.Draft]*franking.Scheme
	judges   map[spec.Draft]roompolicy.Judge
}

// expectation is what the reference answers to one request.
type expectation struct {
	ok          bool // accepted, verified or allowed
	reencoded   []byte
	messageID   []byte
	frankingTag []byte
	policy      *roompolicy.Policy
	state       *roompolicy.State

	// reasons are why the request is refused. A decision has one whether or
	// not it allows.
	reasons []reason
	// unspecified says why no draft tells what to answer, "" if one does.
	unspecified string
}

// reason is a rule that decides, and where.
type reason struct {
	rule  *spec.Rule
	place string
}

// rules returns how many rules a request breaks, at least one.
func (e *expectation) rules() int { return max(1, len(ruleIDs(e.reasons))) }

// newOracle makes an oracle. It fails for an ambiguity or a reading that there
// is not.
func newOracle(readings map[string]string) (*oracle, error) {
	o := &oracle{readings: maps.Clone(readings), checkers: map[spec.Draft]*content.Checker{}, schemes: map[spec.Draft]*franking.Scheme{}, judges: map[spec.Draft]roompolicy.Judge{}}
	ofContent, ofFranking, ofPolicy := content.Readings{}, map[string]string{}, roompolicy.Readings{}
	for id, name := range readings {
		var err error
		switch document, _, _ := strings.Cut(id, "/"); document {
		case "content":
			ofContent[id] = name
		case "franking":
			ofFranking[id] = name
		default:
			if ofPolicy, err = ofPolicy.WithReading(id, name); err != nil {
				return nil, err
			}
		}
	}
	var err error
	for _, d := range spec.AllDrafts.List() {
		switch d.Document() {
		case spec.Content:
			o.checkers[d], err = content.NewChecker(content.Options{Draft: d, Readings: ofContent})
		case spec.Protocol:
			o.schemes[d], err = franking.NewScheme(franking.Options{Draft: d, Readings: ofFranking})
		case spec.RoomPolicy:
			o.judges[d], err = roompolicy.NewJudge(d, ofPolicy)
		}
		if err != nil {
			return nil, err
		}
	}
	return o, nil
}

// expect returns what the reference answers. The draft must be one of the op.
func (o *oracle) expect(r *protocol.Request) expectation {
	var e expectation
	switch in := r.Input.(type) {
	case *protocol.ContentInput:
		o.decodeContent(&e, r.Draft, in.Message)
	case *protocol.StatusInput:
		decodeStatus(&e, r.Draft, in.Report)
	case *protocol.MessageIDInput:
		o.computeID(&e, r.Draft, in)
	case *protocol.TagInput:
		tag := franking.FrankingTag(in.Salt, in.ApplicationData)
		e.ok, e.frankingTag = true, tag[:]
	case *protocol.ReceiverInput:
		verdict := o.schemes[r.Draft].Verify(in.Delivery())
		e.judged(&verdict, protocol.RoleReceiver)
	case *protocol.HubInput:
		verdict := o.schemes[r.Draft].ValidateReport(in.Hub(), in.Reporting())
		e.judged(&verdict.Report, protocol.RoleHub)
		for i := range verdict.Messages {
			if e.ok {
				e.judged(&verdict.Messages[i], protocol.RoleHub)
			}
		}
	case *protocol.DecideInput:
		decision := o.judges[r.Draft].Decide(in.Policy, in.State, in.Action)
		e.ok, e.reasons = decision.Allowed, []reason{{decision.Rule, string(in.Action.Kind)}}
	case *protocol.ApplyInput:
		o.apply(&e, r.Draft, in)
	}
	return e
}

// accepts reports whether a message is valid.
func (o *oracle) accepts(d spec.Draft, message []byte) bool {
	return o.checkers[d].Check(message).Verdict == content.Accept
}

func (o *oracle) decodeContent(e *expectation, d spec.Draft, message []byte) {
	checker := o.checkers[d]
	if deterministic(d) { // what is accepted is encoded again as it came
		result := checker.Check(message)
		if result.Verdict != content.Accept {
			e.broken(result.Violations)
			return
		}
		e.ok, e.reencoded = true, message
		return
	}
	m, err := checker.Decode(message)
	if violations, ok := err.(spec.Violations); ok {
		e.broken(violations)
		return
	}
	if err == nil {
		e.reencoded, err = checker.Encode(m)
	}
	if err != nil {
		panic(fmt.Sprintf("the reference accepts a message that it cannot encode again: %v", err))
	}
	e.ok = true
}

// deterministic reports whether a draft accepts a message in one encoding only.
func deterministic(d spec.Draft) bool { return d == spec.Content08 || d == spec.Content09 }

func decodeStatus(e *expectation, d spec.Draft, report []byte) {
	result, err := content.CheckStatus(report, d)
	if err != nil {
		panic(err) // the draft is one of the op
	}
	if result.Verdict != content.Accept {
		e.broken(result.Violations)
		return
	}
	entries, err := content.DecodeStatus(report, d)
	if err != nil {
		panic(fmt.Sprintf("the reference accepts a report that it cannot decode: %v", err))
	}
	e.ok, e.reencoded = true, content.EncodeStatus(entries)
}

// broken notes the rules for which octets are refused. What is merely not
// recommended is none of them.
func (e *expectation) broken(violations spec.Violations) {
	e.reasons = make([]reason, 0, len(violations))
	for i := range violations {
		if v := &violations[i]; v.Rule.Level != spec.Should {
			e.reasons = append(e.reasons, reason{v.Rule, placeOf(v.Rule, v.Path)})
		}
	}
}

func (o *oracle) computeID(e *expectation, d spec.Draft, in *protocol.MessageIDInput) {
	switch {
	case !o.accepts(d, in.Message):
		e.unspecified = "the message is not valid, and no draft gives an ID to what is none"
	case !utf8.Valid(in.Sender) || !utf8.Valid(in.Room):
		e.unspecified = "a URI is not UTF-8"
	}
	id, err := messageid.Compute(d, messageid.SHA256, &messageid.Input{Sender: in.Sender, Room: in.Room, Message: in.Message})
	var violation *spec.Violation
	switch {
	case err == nil:
		e.ok, e.messageID = true, id[:]
	case errors.As(err, &violation):
		e.reasons = []reason{{violation.Rule, placeOf(violation.Rule, violation.Path)}}
	default:
		panic(err) // the draft is one of the op
	}
}

func (e *expectation) judged(v *franking.Verdict, role string) {
	e.ok = v.OK()
	if !e.ok && v.Step != 0 {
		rule := v.Step.Rule()
		e.reasons = []reason{{rule, role}}
	}
}

func (o *oracle) apply(e *expectation, d spec.Draft, in *protocol.ApplyInput) {
	outcome, err := o.judges[d].Apply(in.Policy, in.State, in.Commit)
	var refused *roompolicy.CommitError
	switch {
	case err == nil:
		e.ok, e.policy, e.state = true, outcome.Policy, outcome.State
	case errors.As(err, &refused):
		e.reasons = []reason{{refused.Rule, placeOf(refused.Rule, refused.Place)}}
	default:
		panic(err)
	}
}

// oddities returns the rules that speak for a request that is accepted: what it
// has that is not recommended, or that might be taken for an error.
func (o *oracle) oddities(r *protocol.Request) []reason {
	var result content.Result
	switch in := r.Input.(type) {
	case *protocol.ContentInput:
		result = o.checkers[r.Draft].Check(in.Message)
	case *protocol.StatusInput:
		var err error
		if result, err = content.CheckStatus(in.Report, r.Draft); err != nil {
			panic(err)
		}
	}
	var list []reason
	for i := range result.Violations {
		v := &result.Violations[i]
		list = append(list, reason{v.Rule, placeOf(v.Rule, v.Path)})
	}
	for _, rule := range result.Oddities() {
		list = append(list, reason{rule, ""})
	}
	return list
}
