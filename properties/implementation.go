package properties

import (
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// Implementation is anything that can be asked. What it can be asked is told
// by the capabilities that it satisfies as well, such as [MessageIDs].
type Implementation interface {
	Name() string
}

// MessageIDs is the capability to compute message IDs.
type MessageIDs interface {
	// MessageID returns the message ID, or an error where the draft gives
	// none. The result is not changed later; the input is not kept or changed.
	MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error)
}

// HashInputs is the capability to show what is hashed for a message ID.
type HashInputs interface {
	// AppendHashInput appends the octets that are hashed.
	AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error)
}

// MessageOrder is the capability to order messages of one timestamp.
type MessageOrder interface {
	// CompareMessageIDs returns a negative number if a comes before b, zero
	// if they are the same, and a positive number if a comes after b.
	CompareMessageIDs(a, b messageid.ID) int
}

// ContentDecoder is the capability to decode content messages.
type ContentDecoder interface {
	// DecodeContent decodes a message and returns it encoded again. It fails
	// for a message that is rejected or discarded. An implementation that can
	// tell which rules the message breaks fails with an error that is or wraps
	// [spec.Violations] or [Rejection]. The message is not kept or changed.
	DecodeContent(d spec.Draft, message []byte) ([]byte, error)
}

// ContextJudge is the capability to judge messages with what is known besides
// their octets: the present, how they were delivered, what came before.
type ContextJudge interface {
	// JudgeInContext returns the IDs of the rules that a message breaks in its
	// context. It fails if it cannot judge the case, which is not changed.
	JudgeInContext(c *content.Case) ([]string, error)
}

// StatusDecoder is the capability to decode message-status reports.
type StatusDecoder interface {
	// DecodeStatus decodes a report and returns it encoded deterministically.
	// It fails for a report that is rejected, as [ContentDecoder] does for a
	// message. The report is not kept or changed.
	DecodeStatus(d spec.Draft, report []byte) ([]byte, error)
}

// PartIndexes is the capability to number the parts of a message.
type PartIndexes interface {
	// PartPaths returns the path of each part, such as
	// "nestedPart.parts[1]", in the order of their indexes.
	PartPaths(d spec.Draft, message []byte) ([]string, error)
}

// FrankClient is the capability of a client that franks what it sends.
type FrankClient interface {
	// SendFranked makes the steps of the client. What it makes is nil unless
	// the verdict is OK.
	SendFranked(o franking.Options, sending *franking.Sending) (*franking.Sent, franking.Verdict)
}

// FrankingTags is the capability to compute franking tags.
type FrankingTags interface {
	// FrankingTag returns the franking_tag of application_data.
	FrankingTag(d spec.Draft, salt, applicationData []byte) ([]byte, error)
}

// FrankHub is the capability of a hub that franks what it accepts.
type FrankHub interface {
	// AcceptFranked makes the steps of the hub with a message that comes in at
	// a time, in milliseconds of the Unix epoch. What it makes is nil if the
	// verdict is a failure.
	AcceptFranked(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, franking.Verdict)
}

// FrankReceiver is the capability of a receiver that verifies franks.
type FrankReceiver interface {
	// VerifyFrank makes the steps of the receiver.
	VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict
}

// ReportHub is the capability of a hub that validates reports of abuse.
type ReportHub interface {
	// ValidateReport makes the steps of the hub with a report.
	ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict
}

// FrankingStructs is the capability to read and write the structs of franking.
type FrankingStructs interface {
	// RecodeFranking reads a struct, such as "abuse-report", and writes it
	// again. It fails for octets that are not exactly one such struct.
	RecodeFranking(d spec.Draft, structName string, octets []byte) ([]byte, error)
}

// RoomDecisions is the capability to decide who may do what in a room.
type RoomDecisions interface {
	// DecideAction reports whether an action is allowed in a room. It fails if it
	// cannot tell, such as under readings that it does not know. What it is given
	// is not kept or changed.
	DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (allowed bool, err error)
}

// RoomCommits is the capability to apply commits to rooms.
type RoomCommits interface {
	// ApplyCommit returns the policy and the state that an accepted commit leaves,
	// and fails for one that is refused. What it is given is not changed.
	ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error)
}

// RoomMessages is the capability to decide who may send which message.
type RoomMessages interface {
	// DecideMessage reports whether a user may send a message, encoded as in
	// content-09, after the earlier messages of the room. It fails if it cannot
	// tell. What it is given is not kept or changed.
	DecideMessage(d spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, sender roompolicy.User, message []byte, earlier []gen.Earlier) (allowed bool, err error)
}

// RoomSearch is the capability to decide as a search of rooms does, by the
// million.
type RoomSearch interface {
	// SearchAnswers goes through every action in every state of the users of a
	// room, with what the search says of each. It fails for a room that it does
	// not search. The room is not kept or changed.
	SearchAnswers(room *rooms.Room) (iter.Seq[rooms.Answer], error)
}

// Rejection is the error of an implementation that names the rules that a
// message breaks by their IDs.
type Rejection struct{ Rules []string }

func (r *Rejection) Error() string { return "rejected" }

// BrokenRules returns the IDs of the rules that an error names. It is false if
// the error names none.
func BrokenRules(err error) (ids []string, named bool) {
	var violations spec.Violations
	if errors.As(err, &violations) {
		for i := range violations {
			ids = append(ids, violations[i].Rule.ID)
		}
	}
	var rejection *Rejection
	if errors.As(err, &rejection) {
		ids = append(ids, rejection.Rules...)
	}
	return ids, len(ids) > 0
}

// Reference is the reference implementation: the models.
type Reference struct{}

// Name returns "reference".
func (Reference) Name() string { return "reference" }

// MessageID implements [MessageIDs].
func (Reference) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	id, err := messageid.Compute(d, algorithm, in)
	if err != nil {
		return nil, err
	}
	return id[:], nil
}

// AppendHashInput implements [HashInputs].
func (Reference) AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error) {
	construction, err := messageid.For(d)
	if err != nil {
		return dst, err
	}
	return construction.AppendHashInput(dst, in)
}

// CompareMessageIDs implements [MessageOrder].
func (Reference) CompareMessageIDs(a, b messageid.ID) int { return messageid.Compare(a, b) }

// contentCheckers holds a checker for each draft of message content.
var contentCheckers = sync.OnceValue(func() (checkers [spec.Content09 + 1]*content.Checker) {
	for _, d := range spec.Between(spec.Content04, spec.Content09).List() {
		c, err := content.NewChecker(content.Options{Draft: d})
		if err != nil {
			panic(err) // every draft is one of the model
		}
		checkers[d] = c
	}
	return checkers
})

func contentChecker(d spec.Draft) (*content.Checker, error) {
	if checkers := contentCheckers(); int(d) < len(checkers) && checkers[d] != nil {
		return checkers[d], nil
	}
	return nil, &content.UnknownDraftError{Draft: d}
}

// DecodeContent implements [ContentDecoder].
func (Reference) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	c, err := contentChecker(d)
	if err != nil {
		return nil, err
	}
	return decodeContent(c, d, message)
}

// decodeContent asks a checker, which may be nil if there is none for the draft.
func decodeContent(c *content.Checker, d spec.Draft, message []byte) ([]byte, error) {
	if c == nil {
		return nil, &content.UnknownDraftError{Draft: d}
	}
	m, err := c.Decode(message)
	if err != nil {
		return nil, err
	}
	return c.Encode(m)
}

// PartPaths implements [PartIndexes].
func (Reference) PartPaths(d spec.Draft, message []byte) ([]string, error) {
	c, err := contentChecker(d)
	if err != nil {
		return nil, err
	}
	return partPaths(c, d, message)
}

// partPaths asks a checker, which may be nil if there is none for the draft.
func partPaths(c *content.Checker, d spec.Draft, message []byte) ([]string, error) {
	if c == nil {
		return nil, &content.UnknownDraftError{Draft: d}
	}
	m, err := c.Decode(message)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, part := range m.Parts() {
		paths = append(paths, part.Path)
	}
	return paths, nil
}

// JudgeInContext implements [ContextJudge].
func (Reference) JudgeInContext(c *content.Case) ([]string, error) {
	violations, err := c.Judge()
	if err != nil {
		return nil, err
	}
	ids, _ := BrokenRules(violations.Err())
	return ids, nil
}

// DecodeStatus implements [StatusDecoder].
func (Reference) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	entries, err := content.DecodeStatus(report, d)
	if err != nil {
		return nil, err
	}
	return content.EncodeStatus(entries), nil
}

// frankingSchemes holds the schemes without readings of their own.
var frankingSchemes sync.Map // franking.Mode and spec.Draft to *franking.Scheme

type schemeKey struct {
	draft spec.Draft
	mode  franking.Mode
}

func frankingScheme(o franking.Options) (*franking.Scheme, error) {
	plain := len(o.Readings) == 0 && len(o.Skip) == 0
	key := schemeKey{o.Draft, o.Mode}
	if plain {
		if s, ok := frankingSchemes.Load(key); ok {
			return s.(*franking.Scheme), nil
		}
	}
	s, err := franking.NewScheme(o)
	if err != nil {
		return nil, err
	}
	if plain {
		frankingSchemes.Store(key, s)
	}
	return s, nil
}

// noScheme is the verdict where there is no scheme.
func noScheme(step franking.Step, err error) franking.Verdict {
	return franking.Verdict{Outcome: franking.Failed, Step: step, Reason: err.Error(), Cause: err}
}

// SendFranked implements [FrankClient].
func (Reference) SendFranked(o franking.Options, sending *franking.Sending) (*franking.Sent, franking.Verdict) {
	s, err := frankingScheme(o)
	if err != nil {
		return nil, noScheme(franking.ClientContent, err)
	}
	return s.Send(sending)
}

// FrankingTag implements [FrankingTags].
func (Reference) FrankingTag(_ spec.Draft, salt, applicationData []byte) ([]byte, error) {
	tag := franking.FrankingTag(salt, applicationData)
	return tag[:], nil
}

// AcceptFranked implements [FrankHub].
func (Reference) AcceptFranked(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, franking.Verdict) {
	s, err := frankingScheme(o)
	if err != nil {
		return nil, noScheme(franking.HubAAD, err)
	}
	return s.Accept(hub, submission, timestamp)
}

// VerifyFrank implements [FrankReceiver].
func (Reference) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	s, err := frankingScheme(o)
	if err != nil {
		return noScheme(franking.ReceiverFrank, err)
	}
	return s.Verify(delivery)
}

// ValidateReport implements [ReportHub].
func (Reference) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	s, err := frankingScheme(o)
	if err != nil {
		return franking.ReportVerdict{Report: noScheme(franking.ReportFormat, err)}
	}
	return s.ValidateReport(hub, reporting)
}

// RecodeFranking implements [FrankingStructs].
func (Reference) RecodeFranking(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	s, err := frankingScheme(franking.Options{Draft: d})
	if err != nil {
		return nil, err
	}
	switch structName {
	case "frank":
		frank, err := franking.ReadFrank(octets, d)
		if err != nil {
			return nil, err
		}
		return frank.Append(nil, d)
	case "safe-aad":
		aad, err := franking.ReadSafeAAD(octets, false)
		if err != nil {
			return nil, err
		}
		return aad.Append(nil, false)
	case "franking-agent":
		agent, err := franking.ReadFrankingAgentData(octets)
		if err != nil {
			return nil, err
		}
		return agent.Append(nil)
	case "abuse-report":
		report, err := s.ReadAbuseReport(octets)
		if err != nil {
			return nil, err
		}
		return report.Append(nil, d)
	}
	return nil, fmt.Errorf("unknown struct %q: expected frank, safe-aad, franking-agent or abuse-report", structName)
}

// DecideAction implements [RoomDecisions].
func (Reference) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	judge, err := roompolicy.NewJudge(d, readings)
	if err != nil {
		return false, err
	}
	return judge.Decide(policy, state, action).Allowed, nil
}

// SearchAnswers implements [RoomSearch].
func (Reference) SearchAnswers(room *rooms.Room) (iter.Seq[rooms.Answer], error) {
	return rooms.Answers(room)
}

// ApplyCommit implements [RoomCommits].
func (Reference) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	judge, err := roompolicy.NewJudge(d, readings)
	if err != nil {
		return nil, nil, err
	}
	outcome, err := judge.Apply(policy, state, commit)
	if err != nil {
		return nil, nil, err
	}
	return outcome.Policy, outcome.State, nil
}

// DecideMessage implements [RoomMessages].
func (Reference) DecideMessage(d spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, sender roompolicy.User, message []byte, earlier []gen.Earlier) (bool, error) {
	return decideMessage(d, roompolicy.Readings{}, policy, state, sender, message, earlier)
}

func decideMessage(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, sender roompolicy.User, message []byte, earlier []gen.Earlier) (bool, error) {
	judge, err := roompolicy.NewJudge(d, readings)
	if err != nil {
		return false, err
	}
	var history content.History
	for i := range earlier {
		m, err := content.Decode(earlier[i].Message, spec.Content09)
		if err != nil {
			return false, err
		}
		history = append(history, content.Event{ID: earlier[i].ID, Sender: string(earlier[i].Sender), Message: m})
	}
	m, err := content.Decode(message, spec.Content09)
	if err != nil {
		return false, err
	}
	decision, _ := judge.DecideMessage(policy, state, sender, m, history)
	return decision.Allowed, nil
}
