package franking

import (
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// AbusiveMessage is a message that is reported with its frank: section 5.9.
type AbusiveMessage struct {
	MessageContent    []byte // the octets of application_data
	Frank             Frank
	AcceptedTimestamp uint64 // in milliseconds of the Unix epoch
}

func (m *AbusiveMessage) read(r *wire.Reader, draft spec.Draft) {
	content := "message_content"
	if draft == spec.Protocol03 {
		content = "mimi_content"
	}
	m.MessageContent = r.Opaque(content)
	r.Struct("frank", func() { m.Frank.read(r, draft) })
	m.AcceptedTimestamp = r.Uint64("accepted_timestamp")
}

func (m *AbusiveMessage) write(w *wire.Writer, draft spec.Draft) {
	w.Opaque("message_content", m.MessageContent)
	w.Struct("frank", func() { m.Frank.write(w, draft) })
	w.Uint64(m.AcceptedTimestamp)
}

// AbuseReport is the body of a request to /reportAbuse: section 5.9.
type AbuseReport struct {
	ReportingUser    []byte // a user URI, empty for none
	AllegedAbuserURI []byte
	ReasonCode       uint8  // AbuseType: only reserved (0) exists
	Note             []byte // UTF-8
	Messages         []AbusiveMessage
	Extensions       []ComponentData // abuse_extensions, in protocol-06
}

func (a *AbuseReport) read(r *wire.Reader, draft spec.Draft, anyReason bool) {
	r.Struct("reportingUser", func() { a.ReportingUser = r.Opaque("uri") })
	r.Struct("allegedAbuserUri", func() { a.AllegedAbuserURI = r.Opaque("uri") })
	if anyReason {
		a.ReasonCode = r.Uint8("reasonCode")
	} else {
		a.ReasonCode = r.Enum8("reasonCode", 0)
	}
	a.Note = r.Text("note")
	for range r.Elements("messages") {
		a.Messages = append(a.Messages, AbusiveMessage{})
		a.Messages[len(a.Messages)-1].read(r, draft)
	}
	if draft >= spec.Protocol06 {
		r.Struct("abuse_extensions", func() {
			readComponents(r, "component_data", "data", false, func(id uint32, data []byte) {
				a.Extensions = append(a.Extensions, ComponentData{ComponentID: id, Data: data})
			})
		})
	}
}

// Append appends the report as a draft encodes it. It fails with a
// [*wire.Error].
func (a *AbuseReport) Append(dst []byte, draft spec.Draft) ([]byte, error) {
	w := wire.NewWriter("AbuseReport", dst)
	w.Opaque("reportingUser", a.ReportingUser)
	w.Opaque("allegedAbuserUri", a.AllegedAbuserURI)
	w.Uint8(a.ReasonCode)
	w.Text("note", string(a.Note))
	w.Vector("messages", func() {
		for i := range a.Messages {
			a.Messages[i].write(w, draft)
		}
	})
	if draft >= spec.Protocol06 {
		writeComponents(w, "abuse_extensions", "data", false, a.Extensions)
	}
	return w.Done()
}

// ReadAbuseReport reads a report, which aliases the octets. It fails with a
// [*wire.Error].
func (s *Scheme) ReadAbuseReport(octets []byte) (*AbuseReport, error) {
	a := new(AbuseReport)
	r := wire.NewReader("AbuseReport", octets)
	a.read(r, s.draft, s.anyReason)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return a, nil
}
