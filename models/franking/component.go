package franking

import (
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// The application components of franking: protocol-06, sections 10.1 and 10.2.
// Earlier drafts leave the numbers open; these are used for them as well.
const (
	FrankAADComponent      = 0x0020
	FrankingAgentComponent = 0x0021
)

// ComponentData is an octet string with the component that it belongs to: an
// item of a SafeAAD or an AppDataDictionary (draft-ietf-mls-extensions,
// sections 4.6 and 4.9).
type ComponentData struct {
	ComponentID uint32 // of 16 bits, or as [Options] say
	Data        []byte
}

// SafeAAD is the authenticated_data of a message in a group with the safe_aad
// component: its items in increasing order of their components.
type SafeAAD []ComponentData

// Item returns the data of the item of a component, nil if there is none.
func (a SafeAAD) Item(component uint32) []byte {
	for i := range a {
		if a[i].ComponentID == component {
			return a[i].Data
		}
	}
	return nil
}

// readComponents reads a list of component data, strictly increasing, and calls
// each for every one of them.
func readComponents(r *wire.Reader, list, data string, wide bool, each func(id uint32, data []byte)) {
	var last uint32
	for i := range r.Elements(list) {
		start := r.Offset()
		id := componentID(r, wide)
		switch {
		case i > 0 && id == last:
			r.Fail("component_id", start, wire.ElementRepeated, uint64(id), uint64(last))
		case i > 0 && id < last:
			r.Fail("component_id", start, wire.ElementOutOfOrder, uint64(id), uint64(last))
		}
		last = id
		if octets := r.Opaque(data); r.Err() == nil {
			each(id, octets)
		}
	}
}

func componentID(r *wire.Reader, wide bool) uint32 {
	if wide {
		return r.Uint32("component_id")
	}
	return uint32(r.Uint16("component_id"))
}

func writeComponents(w *wire.Writer, list, data string, wide bool, items []ComponentData) {
	w.Vector(list, func() {
		for i := range items {
			if wide {
				w.Uint32(items[i].ComponentID)
			} else {
				w.Uint16(uint16(items[i].ComponentID))
			}
			w.Opaque(data, items[i].Data)
		}
	})
}

// Append appends a SafeAAD with component IDs of 16 bits, or of 32 bits if
// wide. It fails with a [*wire.Error].
func (a SafeAAD) Append(dst []byte, wide bool) ([]byte, error) {
	w := wire.NewWriter("SafeAAD", dst)
	writeComponents(w, "aad_items", "aad_item_data", wide, a)
	return w.Done()
}

// ReadSafeAAD reads a SafeAAD with component IDs of 16 bits, or of 32 bits if
// wide. The items alias the octets. It fails with a [*wire.Error].
func ReadSafeAAD(octets []byte, wide bool) (SafeAAD, error) {
	r := wire.NewReader("SafeAAD", octets)
	a := readSafeAAD(r, wide)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return a, nil
}

func readSafeAAD(r *wire.Reader, wide bool) SafeAAD {
	var a SafeAAD
	readComponents(r, "aad_items", "aad_item_data", wide, func(id uint32, data []byte) {
		a = append(a, ComponentData{ComponentID: id, Data: data})
	})
	return a
}

// CredentialType is the type of an MLS credential: RFC 9420, section 17.5.
type CredentialType uint16

// The credential types of RFC 9420.
const (
	Basic CredentialType = 1
	X509  CredentialType = 2
)

// Credential is an MLS credential: RFC 9420, section 5.3.
type Credential struct {
	Type         CredentialType
	Identity     []byte   // of a basic credential
	Certificates [][]byte // of an X.509 credential, in DER, that of the end entity first
}

func (c *Credential) read(r *wire.Reader) {
	c.Type = CredentialType(r.Enum16("credential_type", uint16(Basic), uint16(X509)))
	switch c.Type {
	case Basic:
		c.Identity = r.Opaque("identity")
	case X509:
		for range r.Elements("certificates") {
			c.Certificates = append(c.Certificates, r.Opaque("cert_data"))
		}
	}
}

func (c *Credential) write(w *wire.Writer) {
	w.Uint16(uint16(c.Type))
	switch c.Type {
	case Basic:
		w.Opaque("identity", c.Identity)
	case X509:
		w.Vector("certificates", func() {
			for _, certificate := range c.Certificates {
				w.Opaque("cert_data", certificate)
			}
		})
	}
}

// FrankingAgentData is the franking_agent component of the GroupContext:
// protocol-04 to protocol-06, section 5.4.1.
type FrankingAgentData struct {
	SignatureKey []byte // franking_signature_key
	Credential   Credential
}

func (a *FrankingAgentData) read(r *wire.Reader) {
	a.SignatureKey = r.Opaque("franking_signature_key")
	r.Struct("credential", func() { a.Credential.read(r) })
}

// ReadFrankingAgentData reads the component, which aliases the octets. It fails
// with a [*wire.Error].
func ReadFrankingAgentData(octets []byte) (*FrankingAgentData, error) {
	a := new(FrankingAgentData)
	r := wire.NewReader("FrankingAgentData", octets)
	a.read(r)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return a, nil
}

// Append appends the component. It fails with a [*wire.Error].
func (a *FrankingAgentData) Append(dst []byte) ([]byte, error) {
	w := wire.NewWriter("FrankingAgentData", dst)
	w.Opaque("franking_signature_key", a.SignatureKey)
	w.Struct("credential", func() { a.Credential.write(w) })
	return w.Done()
}

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
