package franking

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Reporting is a report as it comes to the hub.
type Reporting struct {
	Report []byte // an AbuseReport
	Source string // the domain of the provider that sends it
}

// ReportVerdict says what the hub makes of a report.
type ReportVerdict struct {
	Report   Verdict      // of the report as a whole; the messages are judged only if it is OK
	Abuse    *AbuseReport // nil if it cannot be read
	Messages []Verdict    // of each message, in order
}

// OK reports whether the report and every message in it passed.
func (v *ReportVerdict) OK() bool {
	return v.Report.OK() && !slices.ContainsFunc(v.Messages, func(m Verdict) bool { return !m.OK() })
}

// ValidateReport makes the hub's steps with a report: first with the report as
// a whole, then with each message in it.
func (s *Scheme) ValidateReport(hub *Hub, reporting *Reporting) ReportVerdict {
	report, err := s.ReadAbuseReport(reporting.Report)
	if err != nil {
		return ReportVerdict{Report: failedBy(ReportFormat, err)}
	}
	v := ReportVerdict{Abuse: report, Report: s.checkReporter(hub, report, reporting.Source)}
	if !v.Report.OK() && s.skip[v.Report.Step] {
		v.Report = passed
	}
	if v.Report.OK() {
		for i := range report.Messages {
			v.Messages = append(v.Messages, s.ValidateMessage(hub, report, &report.Messages[i]))
		}
	}
	return v
}

func (s *Scheme) checkReporter(hub *Hub, report *AbuseReport, source string) Verdict {
	if s.anyReporter {
		return passed
	}
	if len(report.ReportingUser) == 0 {
		if !slices.ContainsFunc(hub.Participants, func(uri []byte) bool { return isOf(uri, source) }) {
			return failed(ReportReporter, "%q serves no participant", source)
		}
		return passed
	}
	switch user := report.ReportingUser; {
	case !isOf(user, source):
		return failed(ReportReporter, "%q reports for %q", source, user)
	case !containsURI(hub.Reporters, user):
		return failed(ReportReporter, "%q may not report abuse", user)
	}
	return passed
}

// ValidateMessage makes the hub's steps with one message of a report.
func (s *Scheme) ValidateMessage(hub *Hub, report *AbuseReport, message *AbusiveMessage) Verdict {
	return run(s, &reportState{AbusiveMessage: message, hub: hub, report: report}, reportSteps)
}

type reportState struct {
	*AbusiveMessage
	hub     *Hub
	report  *AbuseReport
	claims  Claims
	context []byte
	hubKeys [][]byte
	keys    []PublicKey // that the integrity signature may be made with
}

var reportSteps = []func(*Scheme, *reportState) Verdict{
	(*Scheme).findReportedClaims, (*Scheme).checkAlleged, (*Scheme).checkReportRoom, (*Scheme).selectHubKeys,
	(*Scheme).checkServerFrank, (*Scheme).selectPublicKeys, (*Scheme).checkReportIntegrity,
}

func (s *Scheme) findReportedClaims(r *reportState) Verdict {
	claims, err := s.Claims(r.MessageContent)
	if err != nil {
		return failedBy(ReportContent, err)
	}
	r.claims = *claims
	if r.context, err = claims.context(r.AcceptedTimestamp).Append(nil, s.draft); err != nil {
		return failedBy(ReportContent, err)
	}
	return passed
}

func (s *Scheme) checkAlleged(r *reportState) Verdict {
	if s.anySender {
		return passed
	}
	return sameURI(ReportSender, "sender URI", r.claims.SenderURI, "alleged abuser", r.report.AllegedAbuserURI)
}

func (s *Scheme) checkReportRoom(r *reportState) Verdict {
	if s.anyRoom {
		return passed
	}
	return sameURI(ReportRoom, "room URI", r.claims.RoomURI, "room", r.hub.RoomURI)
}

func (s *Scheme) selectHubKeys(r *reportState) Verdict {
	var others [][]byte
	for i := range r.hub.HubKeys {
		if k := &r.hub.HubKeys[i]; k.covers(r.AcceptedTimestamp) {
			r.hubKeys = append(r.hubKeys, k.Key)
		} else if !s.keyOfTimeOnly {
			others = append(others, k.Key)
		}
	}
	if r.hubKeys = append(r.hubKeys, others...); len(r.hubKeys) == 0 {
		return failed(ReportKey, "the hub has no hub_key for timestamp %d", r.AcceptedTimestamp)
	}
	return passed
}

func (s *Scheme) checkServerFrank(r *reportState) Verdict {
	tag := FrankingTag(r.claims.Salt, r.MessageContent)
	for _, key := range r.hubKeys {
		if serverFrank := ServerFrank(key, &tag, r.context); serverFrank.Equal(r.Frank.ServerFrank) {
			return passed
		}
	}
	return failed(ReportFrank, "the server_frank is none that the hub makes of this content and timestamp")
}

func (s *Scheme) selectPublicKeys(r *reportState) Verdict {
	switch {
	case s.draft == spec.Protocol03:
		return passed
	case s.draft == spec.Protocol04:
		// Its Frank does not say under which suite it was made.
		r.keys = r.hub.PublicKeys
	case !r.Frank.Suite.Known():
		return failedBy(ReportSuite, &UnknownSuiteError{Suite: r.Frank.Suite})
	default:
		for _, key := range r.hub.PublicKeys {
			if key.Suite.Algorithm() == r.Frank.Suite.Algorithm() {
				r.keys = append(r.keys, key)
			}
		}
	}
	if len(r.keys) == 0 {
		return failed(ReportSuite, "the hub has no franking key for the frank")
	}
	return passed
}

func (s *Scheme) checkReportIntegrity(r *reportState) Verdict {
	keys := r.keys
	if s.draft == spec.Protocol03 {
		if len(r.hub.IntegritySecret) == 0 {
			return passed // the secret of an old epoch may be gone, and server_frank says it all
		}
		keys = []PublicKey{{}}
	}
	err := error(&IntegrityError{Octets: len(r.Frank.Integrity)})
	for _, key := range keys {
		if err = s.VerifyIntegrity(&r.Frank, r.context, key.Suite, key.Key, r.hub.IntegritySecret); err == nil {
			return passed
		}
	}
	return failedBy(ReportIntegrity, err)
}
