package franking

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// Drafts are those that are modelled.
const Drafts = spec.Drafts(1<<spec.Protocol03 | 1<<spec.Protocol04 | 1<<spec.Protocol05 | 1<<spec.Protocol06)

// MACOctets is the length of a franking_tag, a server_frank and a
// franking_integrity_check.
const MACOctets = sha256.Size

// MAC is an output of HMAC-SHA256.
type MAC [MACOctets]byte

func mac(key []byte, parts ...[]byte) MAC {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	var m MAC
	h.Sum(m[:0])
	return m
}

// Equal compares in constant time.
func (m *MAC) Equal(other []byte) bool { return hmac.Equal(m[:], other) }

// FrankingTag returns the franking_tag of application_data, whose salt is the
// key: protocol-03 to protocol-06, section 5.4.1.1.
func FrankingTag(salt, applicationData []byte) MAC { return mac(salt, applicationData) }

// ServerFrank returns the server_frank of a franking_tag in an encoded context:
// protocol-03 to protocol-06, section 5.4.1.2.
func ServerFrank(hubKey []byte, tag *MAC, context []byte) MAC { return mac(hubKey, tag[:], context) }

// IntegrityCheck returns the franking_integrity_check of protocol-03, over what
// [AppendTBS] appends.
func IntegrityCheck(integritySecret, tbs []byte) MAC { return mac(integritySecret, tbs) }

// Context is what the hub franks beside the tag: the ServerFrankingContext of
// protocol-05 and protocol-06.
type Context struct {
	SenderURI, RoomURI []byte
	AcceptedTimestamp  uint64 // in milliseconds of the Unix epoch
}

var contextLayouts = func() [2]framing.Layout {
	return [2]framing.Layout{framing.MustParse("sender room message"), framing.MustParse("varint(sender) varint(room) message")}
}()

// ContextLayout returns how a draft lays the context out. Package framing has
// no field for a time: the accepted_timestamp, which always has 8 octets and is
// always last, takes the place of the message. Each of them can be told from
// what stands before it, so the layout is injective for the one where it is for
// the other.
func ContextLayout(draft spec.Draft) framing.Layout {
	if draft >= spec.Protocol05 {
		return contextLayouts[1]
	}
	return contextLayouts[0]
}

// Append appends the context as a draft encodes it. It fails with
// [*framing.LengthError] where a URI is too long for a vector.
func (c *Context) Append(dst []byte, draft spec.Draft) ([]byte, error) {
	var timestamp [8]byte
	binary.BigEndian.PutUint64(timestamp[:], c.AcceptedTimestamp)
	if dst == nil {
		dst = make([]byte, 0, len(c.SenderURI)+len(c.RoomURI)+16) // with two lengths and a time
	}
	return ContextLayout(draft).Append(dst, &framing.Tuple{Sender: c.SenderURI, Room: c.RoomURI, Message: timestamp[:]})
}

// AppendTBS appends what the integrity value of a frank covers: server_frank
// and the encoded context, and from protocol-05 on, as FrankingIntegrityTBS,
// the cipher suite between them.
func AppendTBS(dst []byte, draft spec.Draft, serverFrank []byte, suite CipherSuite, context []byte) []byte {
	dst = append(dst, serverFrank...)
	if draft >= spec.Protocol05 {
		dst = binary.BigEndian.AppendUint16(dst, uint16(suite))
	}
	return append(dst, context...)
}

// integrityLabel is the label of SignWithLabel.
const integrityLabel = "FrankingIntegrityTBS"

// AppendSignedOctets appends the octets that are signed: those of [AppendTBS]
// in protocol-04, and with their label from protocol-05 on. It fails with a
// [*wire.Error] where they are too long for a vector.
func AppendSignedOctets(dst []byte, draft spec.Draft, tbs []byte) ([]byte, error) {
	if draft >= spec.Protocol05 {
		return AppendSignContent(dst, integrityLabel, tbs)
	}
	return append(dst, tbs...), nil
}

// Frank is what the hub adds to a message: sections 5.4 and 5.5.
type Frank struct {
	ServerFrank []byte      // 32 octets
	Suite       CipherSuite // franking_signature_ciphersuite, from protocol-05 on
	Integrity   []byte      // franking_integrity_check of 32 octets in protocol-03, franking_integrity_signature later
}

// read reads a Frank. The fields are named as the draft has them.
func (f *Frank) read(r *wire.Reader, draft spec.Draft) {
	if draft == spec.Protocol03 {
		f.ServerFrank = r.Octets("serverFrank", MACOctets)
		f.Integrity = r.Octets("franking_integrity_check", MACOctets)
		return
	}
	f.ServerFrank = r.Octets("server_frank", MACOctets)
	if draft >= spec.Protocol05 {
		f.Suite = CipherSuite(r.Uint16("franking_signature_ciphersuite"))
	}
	f.Integrity = r.Opaque("franking_integrity_signature")
}

func (f *Frank) write(w *wire.Writer, draft spec.Draft) {
	if draft == spec.Protocol03 {
		w.Octets("serverFrank", f.ServerFrank, MACOctets)
		w.Octets("franking_integrity_check", f.Integrity, MACOctets)
		return
	}
	w.Octets("server_frank", f.ServerFrank, MACOctets)
	if draft >= spec.Protocol05 {
		w.Uint16(uint16(f.Suite))
	}
	w.Opaque("franking_integrity_signature", f.Integrity)
}

// ReadFrank reads a Frank, which aliases the octets. It fails with a
// [*wire.Error].
func ReadFrank(octets []byte, draft spec.Draft) (*Frank, error) {
	f := new(Frank)
	r := wire.NewReader("Frank", octets)
	f.read(r, draft)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return f, nil
}

// Append appends the Frank as a draft encodes it. It fails with a
// [*wire.Error] where a value has not the length of its field.
func (f *Frank) Append(dst []byte, draft spec.Draft) ([]byte, error) {
	w := wire.NewWriter("Frank", dst)
	f.write(w, draft)
	return w.Done()
}
