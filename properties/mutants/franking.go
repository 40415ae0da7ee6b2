package mutants

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
	"github.com/mimifuzz/mimifuzz/properties"
)

// frankings makes the steps of franking. Each party can be replaced by a faulty
// one: what its function leaves, the reference does.
type frankings struct {
	properties.Reference
	reached func()

	// skips are steps that count as passed.
	skips []franking.Step
	// The steps of a party, or false to leave them to the reference.
	sends     func(franking.Options, *franking.Sending) (*franking.Sent, bool)
	accepts   func(franking.Options, *franking.Hub, *franking.Submission, uint64) (*franking.Accepted, bool)
	verifies  func(franking.Options, *franking.Delivery) (franking.Verdict, bool)
	validates func(franking.Options, *franking.Hub, *franking.Reporting) (franking.ReportVerdict, bool)
	// overlooks are problems that do not keep a struct from being read.
	overlooks []wire.Problem
	// claims replaces the draft under which a struct is read.
	claims func(d spec.Draft, structName string) spec.Draft
	// refuses is an additional rule on structs; true refuses.
	refuses func(d spec.Draft, structName string, octets []byte) bool
}

func (*frankings) Name() string { return "mutant" }

// without returns the options with the steps skipped.
func (m *frankings) without(o franking.Options) franking.Options {
	o.Skip = m.skips
	return o
}

func (m *frankings) SendFranked(o franking.Options, sending *franking.Sending) (*franking.Sent, franking.Verdict) {
	if m.sends != nil {
		if sent, ok := m.sends(o, sending); ok {
			m.reached()
			return sent, franking.Verdict{Outcome: franking.Passed}
		}
	}
	return m.Reference.SendFranked(o, sending)
}

func (m *frankings) AcceptFranked(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, franking.Verdict) {
	if m.accepts != nil {
		if accepted, ok := m.accepts(o, hub, submission, timestamp); ok {
			m.reached()
			return accepted, franking.Verdict{Outcome: franking.Passed}
		}
	}
	accepted, verdict := m.Reference.AcceptFranked(o, hub, submission, timestamp)
	if slices.Contains(m.skips, verdict.Step) {
		m.reached()
		return m.Reference.AcceptFranked(m.without(o), hub, submission, timestamp)
	}
	return accepted, verdict
}

func (m *frankings) VerifyFrank(o franking.Options, delivery *franking.Delivery) franking.Verdict {
	if m.verifies != nil {
		if verdict, ok := m.verifies(o, delivery); ok {
			m.reached()
			return verdict
		}
	}
	verdict := m.Reference.VerifyFrank(o, delivery)
	if slices.Contains(m.skips, verdict.Step) {
		m.reached()
		return m.Reference.VerifyFrank(m.without(o), delivery)
	}
	return verdict
}

func (m *frankings) ValidateReport(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) franking.ReportVerdict {
	if m.validates != nil {
		if verdict, ok := m.validates(o, hub, reporting); ok {
			m.reached()
			return verdict
		}
	}
	verdict := m.Reference.ValidateReport(o, hub, reporting)
	skipped := slices.Contains(m.skips, verdict.Report.Step)
	for _, message := range verdict.Messages {
		skipped = skipped || slices.Contains(m.skips, message.Step)
	}
	if skipped {
		m.reached()
		return m.Reference.ValidateReport(m.without(o), hub, reporting)
	}
	return verdict
}

func (m *frankings) RecodeFranking(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	if m.claims != nil {
		if other := m.claims(d, structName); other != d {
			m.reached()
			d = other
		}
	}
	if m.refuses != nil && m.refuses(d, structName, octets) {
		m.reached()
		return nil, errRefused
	}
	again, err := m.Reference.RecodeFranking(d, structName, octets)
	var wrong *wire.Error
	if errors.As(err, &wrong) && slices.Contains(m.overlooks, wrong.Problem) {
		m.reached()
		return bytes.Clone(octets), nil
	}
	return again, err
}

func mutateFranking(id, fault, property string, d spec.Draft, fill func(*frankings)) *Mutant {
	return &Mutant{ID: "franking/" + id, Fault: fault, Property: "franking/" + property, Draft: d,
		plant: func(reached func()) properties.Implementation {
			m := &frankings{reached: reached}
			fill(m)
			return m
		}}
}

// forget plants a party that skips steps.
func forget(id, fault, property string, steps ...franking.Step) *Mutant {
	return mutateFranking(id, fault, property, spec.Protocol06, func(m *frankings) { m.skips = steps })
}

// misread plants a reader of structs that does not see a problem.
func misread(id, fault string, problems ...wire.Problem) *Mutant {
	return mutateFranking(id, fault, "codec", spec.Protocol06, func(m *frankings) { m.overlooks = problems })
}

// receive plants a receiver.
func receive(id, fault, property string, d spec.Draft, verifies func(franking.Options, *franking.Delivery) (franking.Verdict, bool)) *Mutant {
	return mutateFranking(id, fault, property, d, func(m *frankings) { m.verifies = verifies })
}

// validate plants a hub that validates reports.
func validate(id, fault, property string, d spec.Draft, validates func(franking.Options, *franking.Hub, *franking.Reporting) (franking.ReportVerdict, bool)) *Mutant {
	return mutateFranking(id, fault, property, d, func(m *frankings) { m.validates = validates })
}

// tagOver plants a client whose franking_tag is over other octets, or made
// otherwise; nil leaves it.
func tagOver(id, fault string, d spec.Draft, tag func(claims *franking.Claims, data []byte) *franking.MAC) *Mutant {
	return mutateFranking(id, fault, "tag-binds-octets", d, func(m *frankings) {
		m.sends = func(o franking.Options, sending *franking.Sending) (*franking.Sent, bool) {
			sent, verdict := m.Reference.SendFranked(o, sending)
			if !verdict.OK() {
				return nil, false
			}
			claims, err := scheme(o).Claims(sending.ApplicationData)
			if err != nil {
				return nil, false
			}
			changed := tag(claims, sending.ApplicationData)
			if changed == nil || *changed == sent.FrankingTag {
				return nil, false
			}
			aad, err := franking.SafeAAD{{ComponentID: franking.FrankAADComponent, Data: changed[:]}}.Append(nil, false)
			return &franking.Sent{FrankingTag: *changed, AuthenticatedData: aad}, err == nil
		}
	})
}

// contextOf plants a hub that writes the context in its own way.
func contextOf(id, fault, property string, d spec.Draft, context func(*franking.Context) []byte) *Mutant {
	return mutateFranking(id, fault, property, d, func(m *frankings) {
		m.accepts = func(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, bool) {
			return m.frankAnew(o, hub, submission, timestamp, context, nil)
		}
	})
}

// frankAnew franks what the reference franks, with another context or another
// integrity value.
func (m *frankings) frankAnew(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64,
	context func(*franking.Context) []byte, protect func(*franking.Frank, []byte) ([]byte, error)) (*franking.Accepted, bool) {
	accepted, verdict := m.Reference.AcceptFranked(o, hub, submission, timestamp)
	if !verdict.OK() || len(hub.HubKeys) == 0 {
		return nil, false
	}
	frank, err := franking.ReadFrank(accepted.Frank, o.Draft)
	if err != nil {
		return nil, false
	}
	if context != nil {
		accepted.Context = context(&franking.Context{SenderURI: submission.SendingURI, RoomURI: hub.RoomURI, AcceptedTimestamp: timestamp})
		serverFrank := franking.ServerFrank(hub.HubKeys[len(hub.HubKeys)-1].Key, &accepted.FrankingTag, accepted.Context)
		frank.ServerFrank = serverFrank[:]
	}
	if protect == nil {
		protect = func(f *franking.Frank, context []byte) ([]byte, error) { return scheme(o).Protect(f, context, hub) }
	}
	if frank.Integrity, err = protect(frank, accepted.Context); err != nil {
		return nil, false
	}
	accepted.Frank, err = frank.Append(nil, o.Draft)
	return accepted, err == nil
}

// scheme returns a scheme of options that the properties use.
func scheme(o franking.Options) *franking.Scheme {
	s, err := franking.NewScheme(o)
	if err != nil {
		panic(err)
	}
	return s
}

// timeOnly writes a timestamp.
func timeOnly(timestamp uint64) []byte { return binary.BigEndian.AppendUint64(nil, timestamp) }

// reencoded returns content in the shortest encoding, nil if it has that
// already.
func reencoded(data []byte) []byte {
	var elements []cbor.RawMessage
	if cbor.Unmarshal(data, &elements) != nil {
		return nil
	}
	again, err := cbor.Marshal(elements)
	if err != nil || bytes.Equal(again, data) {
		return nil
	}
	return again
}

// protectedBy plants a hub and receivers whose integrity value covers something
// else.
func protectedBy(id, fault, property string, covered func(f franking.Frank, context []byte) (franking.Frank, []byte)) *Mutant {
	return mutateFranking(id, fault, property, spec.Protocol06, func(m *frankings) {
		m.accepts = func(o franking.Options, hub *franking.Hub, submission *franking.Submission, timestamp uint64) (*franking.Accepted, bool) {
			return m.frankAnew(o, hub, submission, timestamp, nil, func(f *franking.Frank, context []byte) ([]byte, error) {
				other, context := covered(*f, context)
				return scheme(o).Protect(&other, context, hub)
			})
		}
		m.verifies = func(o franking.Options, d *franking.Delivery) (franking.Verdict, bool) {
			return verifyBut(o, d, func(f *franking.Frank, c *franking.Claims) (*franking.Frank, []byte) {
				context, err := (&franking.Context{SenderURI: c.SenderURI, RoomURI: c.RoomURI, AcceptedTimestamp: d.Timestamp}).Append(nil, o.Draft)
				if err != nil {
					return nil, nil
				}
				other, context := covered(*f, context)
				return &other, context
			})
		}
		m.skips = []franking.Step{franking.ReportIntegrity}
	})
}

// verifyBut makes the steps of a receiver, with an integrity value over what
// covered returns; a nil Frank fails. It is false if another step fails.
func verifyBut(o franking.Options, d *franking.Delivery, covered func(*franking.Frank, *franking.Claims) (*franking.Frank, []byte), skips ...franking.Step) (franking.Verdict, bool) {
	skipping := o
	skipping.Skip = append(skips, franking.ReceiverIntegrity)
	if verdict := scheme(skipping).Verify(d); !verdict.OK() {
		return verdict, false
	}
	claims, err := scheme(o).Claims(d.ApplicationData)
	if err != nil {
		return franking.Verdict{}, false
	}
	frank, err := franking.ReadFrank(d.Frank, o.Draft)
	if err != nil {
		return franking.Verdict{}, false
	}
	failed := franking.Verdict{Outcome: franking.Failed, Step: franking.ReceiverIntegrity, Reason: "planted"}
	other, context := covered(frank, claims)
	agent, err := franking.ReadFrankingAgentData(d.Agent)
	if other == nil || err != nil {
		return failed, true
	}
	if scheme(o).VerifyIntegrity(other, context, d.Suite, agent.SignatureKey, d.IntegritySecret) != nil {
		return failed, true
	}
	return franking.Verdict{Outcome: franking.Passed}, true
}

// rereport changes the messages of a report before it is validated.
func rereport(changed func(*franking.AbusiveMessage) bool) func(franking.Options, *franking.Hub, *franking.Reporting) (franking.ReportVerdict, bool) {
	return func(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) (franking.ReportVerdict, bool) {
		report, err := scheme(o).ReadAbuseReport(reporting.Report)
		if err != nil {
			return franking.ReportVerdict{}, false
		}
		any := false
		for i := range report.Messages {
			any = changed(&report.Messages[i]) || any
		}
		octets, err := report.Append(nil, o.Draft)
		if !any || err != nil {
			return franking.ReportVerdict{}, false
		}
		return scheme(o).ValidateReport(hub, &franking.Reporting{Report: octets, Source: reporting.Source}), true
	}
}

// poorer validates a report with a hub that lacks something.
func poorer(changed func(*franking.Hub) bool) func(franking.Options, *franking.Hub, *franking.Reporting) (franking.ReportVerdict, bool) {
	return func(o franking.Options, hub *franking.Hub, reporting *franking.Reporting) (franking.ReportVerdict, bool) {
		poor := *hub
		if !changed(&poor) {
			return franking.ReportVerdict{}, false
		}
		return scheme(o).ValidateReport(&poor, reporting), true
	}
}

// sameButForCase reports whether two URIs differ in the case of letters only.
func sameButForCase(a, b []byte) bool {
	return !bytes.Equal(a, b) && strings.EqualFold(string(a), string(b))
}
