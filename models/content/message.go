package content

// Message is a decoded message. What a decoder returns aliases the octets it
// was given: do not change these while the message is in use.
type Message struct {
	Salt       []byte // not in content-04
	Replaces   *MessageID
	TopicID    []byte
	Expires    *Expiration
	InReplyTo  *MessageID
	ReplyHash  *ReplyHash  // with InReplyTo, in content-04
	LastSeen   []MessageID // in content-04 and content-05
	Extensions []Extension // in the order of the message
	NestedPart NestedPart
}

// Expiration is when a message is to be deleted.
type Expiration struct {
	Relative bool   // to the time of reading; never in content-04
	Seconds  uint32 // after reading, or of the Unix epoch
}

// ReplyHash is what content-04 adds to the ID of the message replied to.
type ReplyHash struct {
	Algorithm uint64
	Hash      []byte
}

// Extension is one entry of the extensions.
type Extension struct {
	Key   Key
	Value []byte // one CBOR item
}

// Key is an extension key: a text, or an integer.
type Key struct {
	Kind   KeyKind
	Number uint64 // n for the integer n, or for -1-n if the kind is NegativeKey
	Text   string
}

// KeyKind is the kind of an extension key.
type KeyKind uint8

// The kinds of keys.
const (
	UnsignedKey KeyKind = iota
	NegativeKey
	TextKey
)

// IntKey returns the key of an integer.
func IntKey(n int64) Key {
	if n < 0 {
		return Key{Kind: NegativeKey, Number: uint64(-1 - n)}
	}
	return Key{Number: uint64(n)}
}

// Extension returns the value of the extension with the given key.
func (m *Message) Extension(key Key) (value []byte, ok bool) {
	for i := range m.Extensions {
		if m.Extensions[i].Key == key {
			return m.Extensions[i].Value, true
		}
	}
	return nil, false
}

// NestedPart is a part of a body.
type NestedPart struct {
	Disposition Disposition
	Language    string
	Index       uint16 // written out in content-04 only; else see Parts
	Body        Body
}

// Body is what a part holds: NullPart, SinglePart, ExternalPart or MultiPart.
type Body interface{ cardinality() uint64 }

// NullPart holds nothing.
type NullPart struct{}

// SinglePart holds content.
type SinglePart struct {
	ContentType string
	Content     []byte
}

// ExternalPart refers to content elsewhere.
type ExternalPart struct {
	ContentType string
	URL         string
	Expires     uint32
	Size        uint64
	EncAlg      uint16
	Key         []byte
	Nonce       []byte
	AAD         []byte
	HashAlg     uint8
	ContentHash []byte
	Description string
	Filename    string // not in content-04
}

// MultiPart holds parts.
type MultiPart struct {
	Semantics Semantics
	Parts     []NestedPart
}

func (NullPart) cardinality() uint64     { return cardinalityNull }
func (SinglePart) cardinality() uint64   { return cardinalitySingle }
func (ExternalPart) cardinality() uint64 { return cardinalityExternal }
func (MultiPart) cardinality() uint64    { return cardinalityMulti }

// Semantics says how the parts of a multi part belong together.
type Semantics uint8

// The semantics.
const (
	ChooseOne Semantics = iota
	SingleUnit
	ProcessAll
)

// Disposition says what a part is for. Unknown values are treated as Render.
type Disposition uint8

// The dispositions that are registered.
const (
	Unspecified Disposition = iota
	Render
	Reaction
	Profile
	Inline
	Icon
	Attachment
	Session
	Preview
)

var dispositionNames = [...]string{
	"unspecified", "render", "reaction", "profile", "inline", "icon", "attachment", "session", "preview",
}

// String returns the registered name, "unknown" if there is none.
func (d Disposition) String() string {
	if int(d) < len(dispositionNames) {
		return dispositionNames[d]
	}
	return "unknown"
}
