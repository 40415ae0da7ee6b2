package vectors

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
)

// recorder is the reference, and writes down what it is asked.
type recorder struct {
	properties.Reference
	requests []*protocol.Request
}

func (r *recorder) record(d spec.Draft, input protocol.Input) {
	r.requests = append(r.requests, &protocol.Request{Draft: d, Input: input})
}

func (r *recorder) DecodeContent(d spec.Draft, message []byte) ([]byte, error) {
	r.record(d, &protocol.ContentInput{Message: bytes.Clone(message)})
	return r.Reference.DecodeContent(d, message)
}

func (r *recorder) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	r.record(d, &protocol.StatusInput{Report: bytes.Clone(report)})
	return r.Reference.DecodeStatus(d, report)
}

func (r *recorder) MessageID(d spec.Draft, algorithm messageid.HashAlgorithm, in *messageid.Input) ([]byte, error) {
	if algorithm == messageid.SHA256 {
		r.record(d, &protocol.MessageIDInput{Sender: bytes.Clone(in.Sender), Room: bytes.Clone(in.Room), Message: bytes.Clone(in.Message)})
	}
	return r.Reference.MessageID(d, algorithm, in)
}

func (r *recorder) FrankingTag(d spec.Draft, salt, applicationData []byte) ([]byte, error) {
	r.record(d, &protocol.TagInput{Salt: bytes.Clone(salt), ApplicationData: bytes.Clone(applicationData)})
	return r.Reference.FrankingTag(d, salt, applicationData)
}

func (r *recorder) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	r.record(o.Draft, receiverInput(delivery))
	return r.Reference.VerifyFrank(o, delivery)
}

func (r *recorder) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	r.record(o.Draft, hubInput(hub, reporting))
	return r.Reference.ValidateReport(o, hub, reporting)
}

func (r *recorder) DecideAction(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, action roompolicy.Action) (bool, error) {
	r.record(d, &protocol.DecideInput{Policy: policy, State: state, Action: action})
	return r.Reference.DecideAction(d, readings, policy, state, action)
}

func (r *recorder) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	r.record(d, &protocol.ApplyInput{Policy: policy, State: state, Commit: commit})
	return r.Reference.ApplyCommit(d, readings, policy, state, commit)
}

// receiverInput is the input of a delivery.
func receiverInput(d *franking.Delivery) *protocol.ReceiverInput {
	return &protocol.ReceiverInput{
		Role: protocol.RoleReceiver, ApplicationData: there(d.ApplicationData), AuthenticatedData: there(d.AuthenticatedData), Frank: d.Frank, Timestamp: d.Timestamp,
		Suite: d.Suite, Agent: d.Agent, IntegritySecret: there(d.IntegritySecret), SenderURI: there(d.SenderURI), RoomURI: there(d.RoomURI),
	}
}

// hubInput is the input of a report at a hub.
func hubInput(hub *franking.Hub, reporting *franking.Reporting) *protocol.HubInput {
	in := &protocol.HubInput{
		Role: protocol.RoleHub, Report: there(reporting.Report), Source: reporting.Source, RoomURI: there(hub.RoomURI),
		Participants: there(hub.Participants), Reporters: there(hub.Reporters), HubKeys: []protocol.HubKey{}, Suite: hub.Suite,
		PublicKeys: []protocol.PublicKey{}, IntegritySecret: there(hub.IntegritySecret),
	}
	for _, k := range hub.HubKeys {
		in.HubKeys = append(in.HubKeys, protocol.HubKey(k))
	}
	for _, k := range hub.PublicKeys {
		in.PublicKeys = append(in.PublicKeys, protocol.PublicKey(k))
	}
	return in
}

// keptCases asks the reference what the kept cases of the corpus ask, and takes
// in what was asked: of a regression everything, of a planted fault the first
// input that shows it by itself.
func keptCases(c *collection) {
	for _, file := range corpus.Cases("regressions") {
		for _, r := range asked(&file) {
			c.add(Vector{ID: fmt.Sprintf("%s/%s", file.Name, fingerprint(r.Input)), Title: "An input that once made a parser go wrong.", Flags: []Flag{Regression}, Input: r.Input}, r.Op().Drafts())
		}
	}
	for _, file := range corpus.Cases("mutants") {
		m, err := mutants.ByID(strings.TrimPrefix(file.Name, "mutants/"))
		if err != nil {
			panic(err)
		}
		planted := m.Plant()
		for _, r := range asked(&file) {
			if !shows(planted, r) {
				continue
			}
			drafts := r.Op().Drafts()
			if r.Op() == protocol.FrankingVerify {
				drafts = spec.DraftsOf(r.Draft)
			}
			c.add(Vector{ID: "fault/" + m.ID, Title: "Shows an implementation that " + m.Fault + ".", Flags: []Flag{PlantedFault}, Input: r.Input}, drafts)
			break
		}
	}
}

// asked returns the requests that a kept case comes to.
func asked(file *corpus.File) []*protocol.Request {
	kept, err := properties.ParseCase(file.JSON)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", file.Name, err))
	}
	property, err := properties.ByID(kept.Property)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", file.Name, err))
	}
	var r recorder
	if !property.Able(&r) {
		return nil
	}
	if _, _, err := property.Replay(&r, &kept); err != nil {
		panic(fmt.Sprintf("%s: %v", file.Name, err))
	}
	return r.requests
}

// shows reports whether a faulty implementation answers a request in another
// way than is expected.
func shows(planted *mutants.Planted, r *protocol.Request) (wrong bool) {
	defer func() {
		if recover() != nil {
			wrong = true
		}
	}()
	answer, verdict := serve.Answer(planted.Implementation, r), theDefault.verdict(r)
	byDefault := Expectation{Verdict: verdict}
	return !answer.Unsupported && !byDefault.Meets(r, &answer) && !expect(r).Meets(r, &answer)
}
