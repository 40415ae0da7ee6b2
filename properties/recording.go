package properties

import (
	"fmt"
	"iter"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// Step is one question to an implementation and what it answered.
type Step struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// maxSteps bounds the steps that a recording keeps.
const maxSteps = 1000

// Recording asks another implementation, and keeps what it was asked. What that
// one cannot be asked, the reference is. Make one with [Record].
type Recording struct {
	Implementation
	Steps []Step // the first of them, in the order in which they were asked
	More  int    // how many came behind those
}

// Record returns an implementation that asks another one.
func Record(impl Implementation) *Recording { return &Recording{Implementation: impl} }

// able returns the implementation as a capability, or the reference.
func able[I any](r *Recording) I {
	if impl, ok := r.Implementation.(I); ok {
		return impl
	}
	return any(Reference{}).(I)
}

func (r *Recording) keep(answer string, op string, given ...any) {
	if len(r.Steps) == maxSteps {
		r.More++
		return
	}
	question := op
	for _, value := range given {
		question += " " + describe(value)
	}
	r.Steps = append(r.Steps, Step{Question: question, Answer: answer})
}

// answered describes an answer, or why there is none.
func answered(value any, err error) string {
	if err != nil {
		return "refuses: " + bounded(err.Error())
	}
	return describe(value)
}

// MessageID implements [MessageIDs].
func (r *Recording) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	id, err := able[MessageIDs](r).MessageID(d, algorithm, in)
	r.keep(answered(id, err), "message ID", d, algorithm, in)
	return id, err
}

// AppendHashInput implements [HashInputs].
func (r *Recording) AppendHashInput(dst []byte, d spec.Draft, in *messageid.Input) ([]byte, error) {
	out, err := able[HashInputs](r).AppendHashInput(dst, d, in)
	r.keep(answered(out, err), "hash input", d, in)
	return out, err
}

// CompareMessageIDs implements [MessageOrder].
func (r *Recording) CompareMessageIDs(a, b messageid.ID) int {
	order := able[MessageOrder](r).CompareMessageIDs(a, b)
	r.keep(describe(order), "order of message IDs", a, b)
	return order
}

// DecodeContent implements [ContentDecoder].
func (r *Recording) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	out, err := able[ContentDecoder](r).DecodeContent(d, message)
	r.keep(answered(out, err), "decode content", d, message)
	return out, err
}

// JudgeInContext implements [ContextJudge].
func (r *Recording) JudgeInContext(c *content.Case) ([]string, error) {
	rules, err := able[ContextJudge](r).JudgeInContext(c)
	r.keep(answered(rules, err), "judge in context", c.Draft, []byte(c.Octets))
	return rules, err
}

// DecodeStatus implements [StatusDecoder].
func (r *Recording) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	out, err := able[StatusDecoder](r).DecodeStatus(d, report)
	r.keep(answered(out, err), "decode status report", d, report)
	return out, err
}

// PartPaths implements [PartIndexes].
func (r *Recording) PartPaths(d spec.Draft, message []byte) ([]string, error) {
	paths, err := able[PartIndexes](r).PartPaths(d, message)
	r.keep(answered(paths, err), "parts of content", d, message)
	return paths, err
}

// SendFranked implements [FrankClient].
func (r *Recording) SendFranked(o franking.Options, sending *franking.Sending) (*franking.Sent, franking.Verdict) {
	sent, verdict := able[FrankClient](r).SendFranked(o, sending)
	answer := describe(verdict)
	if sent != nil {
		answer += ", " + describe(sent)
	}
	r.keep(answer, "client sends", o.Draft, sending)
	return sent, verdict
}

// FrankingTag implements [FrankingTags].
func (r *Recording) FrankingTag(d spec.Draft, salt, applicationData []byte) ([]byte, error) {
	tag, err := able[FrankingTags](r).FrankingTag(d, salt, applicationData)
	r.keep(answered(tag, err), "franking tag", d, salt, applicationData)
	return tag, err
}

// AcceptFranked implements [FrankHub].
func (r *Recording) AcceptFranked(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, franking.Verdict) {
	accepted, verdict := able[FrankHub](r).AcceptFranked(o, hub, submission, timestamp)
	answer := describe(verdict)
	if accepted != nil {
		answer += ", " + describe(accepted)
	}
	r.keep(answer, "hub accepts", o.Draft, timestamp, submission)
	return accepted, verdict
}

// VerifyFrank implements [FrankReceiver].
func (r *Recording) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	verdict := able[FrankReceiver](r).VerifyFrank(o, delivery)
	r.keep(describe(verdict), "receiver verifies", o.Draft, delivery)
	return verdict
}

// ValidateReport implements [ReportHub].
func (r *Recording) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	verdict := able[ReportHub](r).ValidateReport(o, hub, reporting)
	answer := describe(verdict.Report)
	for i, message := range verdict.Messages {
		answer += fmt.Sprintf(", message %d %s", i, describe(message))
	}
	r.keep(answer, "hub validates report", o.Draft, reporting)
	return verdict
}

// RecodeFranking implements [FrankingStructs].
func (r *Recording) RecodeFranking(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	out, err := able[FrankingStructs](r).RecodeFranking(d, structName, octets)
	r.keep(answered(out, err), "read and write "+structName, d, octets)
	return out, err
}

// DecideAction implements [RoomDecisions].
func (r *Recording) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	allowed, err := able[RoomDecisions](r).DecideAction(d, readings, policy, state, action)
	r.keep(answered(allowed, err), "decide", d, readings, action, state)
	return allowed, err
}

// ApplyCommit implements [RoomCommits].
func (r *Recording) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	after, next, err := able[RoomCommits](r).ApplyCommit(d, readings, policy, state, commit)
	r.keep(answered(next, err), "apply", d, readings, commit, state)
	return after, next, err
}

// DecideMessage implements [RoomMessages].
func (r *Recording) DecideMessage(d spec.Draft, policy *roompolicy.Policy, state *roompolicy.State, sender roompolicy.User, message []byte, earlier []gen.Earlier) (bool, error) {
	allowed, err := able[RoomMessages](r).DecideMessage(d, policy, state, sender, message, earlier)
	r.keep(answered(allowed, err), "decide message", d, sender, message, state)
	return allowed, err
}

// SearchAnswers implements [RoomSearch].
func (r *Recording) SearchAnswers(room *rooms.Room) (iter.Seq[rooms.Answer], error) {
	answers, err := able[RoomSearch](r).SearchAnswers(room)
	if err != nil {
		r.keep(answered(nil, err), "search room", room.Draft, room.Policy)
		return nil, err
	}
	return func(yield func(rooms.Answer) bool) {
		count := 0
		defer func() { r.keep(fmt.Sprintf("%d answers looked at", count), "search room", room.Draft, room.Policy) }()
		for answer := range answers {
			count++
			if !yield(answer) {
				return
			}
		}
	}, nil
}

// VetRoom implements [RoomVetter].
func (r *Recording) VetRoom(room *rooms.Room) (*rooms.Report, error) {
	report, err := able[RoomVetter](r).VetRoom(room)
	if err != nil {
		r.keep(answered(nil, err), "vet room", room.Draft, room.Policy)
		return nil, err
	}
	r.keep(fmt.Sprintf("%d states, %d findings", report.States, len(report.Findings)), "vet room", room.Draft, room.Policy)
	return report, nil
}

// DecodeComponent implements [ComponentDecoder].
func (r *Recording) DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	out, err := able[ComponentDecoder](r).DecodeComponent(d, structName, octets)
	r.keep(answered(out, err), "decode "+structName, d, octets)
	return out, err
}

// ComponentToJSON implements [ComponentJSON].
func (r *Recording) ComponentToJSON(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	text, err := able[ComponentJSON](r).ComponentToJSON(d, structName, octets)
	r.keep(answered(text, err), structName+" to JSON", d, octets)
	return text, err
}

// ComponentFromJSON implements [ComponentJSON].
func (r *Recording) ComponentFromJSON(d spec.Draft, structName string, text []byte) ([]byte, error) {
	octets, err := able[ComponentJSON](r).ComponentFromJSON(d, structName, text)
	r.keep(answered(octets, err), structName+" from JSON", d, text)
	return octets, err
}

// CheckRoom implements [RoomChecker].
func (r *Recording) CheckRoom(d spec.Draft, room *roompolicy.AppDataDictionary) ([]string, error) {
	rules, err := able[RoomChecker](r).CheckRoom(d, room)
	r.keep(answered(rules, err), "check room", d, room)
	return rules, err
}

// maxDescribed bounds the description of one value, in octets.
const maxDescribed = 400

// bounded cuts a text that is too long, and says how long it was.
func bounded(text string) string {
	if len(text) <= maxDescribed {
		return text
	}
	return strings.ToValidUTF8(text[:maxDescribed], "") + fmt.Sprintf("… (%d octets)", len(text))
}
