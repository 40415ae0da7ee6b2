package gen

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FrankingWorld is a small world in which messages are franked: users at their
// providers, rooms at one hub, messages, and what an attacker does between the
// steps of the others. Without moves everyone is honest.
//
// Users, rooms and messages have numbers; one that is too great counts from
// zero again.
type FrankingWorld struct {
	Literal  bool                 `json:"literal,omitempty"` // everyone reads the drafts literally
	Suite    franking.CipherSuite `json:"suite"`
	Framing  bool                 `json:"framing,omitempty"` // content is in an ApplicationFraming, where the draft has it
	Users    int                  `json:"users"`
	Rooms    int                  `json:"rooms"`
	Messages []FrankedMessage     `json:"messages"`
	Moves    []FrankingMove       `json:"moves,omitempty"`
	// Reading is an ambiguity that every second receiver reads in its last way,
	// and the hub as well if HubReads is set; the others in the first.
	Reading  string `json:"reading,omitempty"`
	HubReads bool   `json:"hubReads,omitempty"`
}

// FrankedMessage is one message in the order in which the hub accepts them.
type FrankedMessage struct {
	Sender int            `json:"sender"`
	Room   int            `json:"room"`
	Text   string         `json:"text,omitempty"`
	Before FrankingChange `json:"before,omitempty"`
}

// FrankingChange is what changes in the world before a message.
type FrankingChange string

// The changes.
const (
	NoChange   FrankingChange = ""
	NewHubKey  FrankingChange = "new-hub-key"
	NewEpoch   FrankingChange = "new-epoch"
	NewGroup   FrankingChange = "new-group"   // by ReInit, with a new franking key of the same suite
	OtherSuite FrankingChange = "other-suite" // a new group of another suite
)

var frankingChanges = [...]FrankingChange{NoChange, NewHubKey, NewEpoch, NewGroup, OtherSuite}

// FrankingMove is one thing that an attacker does.
type FrankingMove struct {
	Do      string `json:"do"` // the name of one of [FrankingMoves]
	Message int    `json:"message"`
	With    int    `json:"with,omitempty"` // another user, room, message or octet, as the move says
	User    int    `json:"user,omitempty"` // who makes it, or is served by who makes it
}

// Actor is whom an attacker must own for a move. The hub is none of them: what
// must hold is about what it records and accepts, and a hub that lies about that
// breaks everything.
type Actor string

// The actors.
const (
	Sender   Actor = "sender"   // the client that sends the message
	Provider Actor = "provider" // the provider of the sender, or of any user
	Member   Actor = "member"   // a member of the group
	Follower Actor = "follower" // the provider of a receiver
	Reporter Actor = "reporter" // a client that received the message
)

// FrankingMoveKind is a kind of move.
type FrankingMoveKind struct {
	Do     string
	Actor  Actor
	Drafts spec.Drafts // in which it can be made
	Text   string      // what the attacker does
}

var (
	allFranking   = franking.Drafts
	withSignature = spec.Between(spec.Protocol04, spec.Protocol06)
	withSuite     = spec.Between(spec.Protocol05, spec.Protocol06)
)

// FrankingMoves are the moves that an attacker has.
var FrankingMoves = []FrankingMoveKind{
	{"claims-sender", Sender, allFranking, "names another user as the sender in the content"},
	{"claims-room", Sender, allFranking, "names another room in the content"},
	{"respells-sender", Sender, allFranking, "spells its own URI otherwise in the content"},
	{"tags-other", Sender, allFranking, "sends the franking_tag of another content"},
	{"omits-tag", Sender, allFranking, "sends no franking_tag"},
	{"shortens-tag", Sender, allFranking, "sends a franking_tag of 31 octets"},
	{"doubles-tag", Sender, allFranking, "sends two franking_tags"},
	{"pads-aad", Sender, allFranking, "puts an octet behind the SafeAAD"},
	{"odd-content", Sender, allFranking, "sends content that is not valid but can be read"},
	{"short-salt", Sender, allFranking, "sends a salt that is too short"},

	{"submits-as", Provider, allFranking, "submits the message as another user"},
	{"submits-respelled", Provider, allFranking, "submits the message with the URI of its user spelled otherwise"},
	{"resubmits", Provider, allFranking, "submits the message again, later"},
	{"makes-up", Provider, allFranking, "submits the tag of a message that it makes up for a user, and reports that message"},

	{"shares-secret", Member, spec.DraftsOf(spec.Protocol03), "hands out the franking_integrity_secret"},
	{"plants-agent", Member, withSignature, "puts a key of its own into franking_agent, beside the name of the hub"},
	{"plants-weak-agent", Member, withSignature, "puts a key of small order into franking_agent, beside the name of the hub"},
	{"plants-bare-name", Member, withSignature, "puts the key of the hub into franking_agent, beside a name that is no URI"},
	{"plants-other-name", Member, withSignature, "puts a key of its own into franking_agent, beside the name of another host"},
	{"removes-agent", Member, withSignature, "removes franking_agent"},

	{"strips", Follower, allFranking, "takes the Frank off"},
	{"swaps-frank", Follower, allFranking, "puts the Frank and the time of another message on"},
	{"swaps-frank-only", Follower, allFranking, "puts the Frank of another message on, and leaves the time"},
	{"shifts-time", Follower, allFranking, "adds a millisecond to the time"},
	{"alters-frank", Follower, allFranking, "changes a bit of the Frank"},
	{"cuts-frank", Follower, allFranking, "cuts the last octet off the Frank"},
	{"extends-frank", Follower, allFranking, "puts an octet behind the Frank"},
	{"changes-suite", Follower, withSuite, "names another cipher suite in the Frank"},
	{"mirrors-signature", Follower, withSignature, "replaces the ECDSA signature (r, s) by (r, -s)"},
	{"forges-frank", Follower, allFranking, "makes a Frank with what a member gave it, else with keys of its own"},

	{"reports-altered", Reporter, allFranking, "reports another text"},
	{"reports-reencoded", Reporter, allFranking, "reports the content in another encoding"},
	{"reports-later", Reporter, allFranking, "reports a time one millisecond later"},
	{"reports-frank-of", Reporter, allFranking, "reports with the Frank and the time of another message"},
	{"reports-claims", Reporter, allFranking, "reports to the room, and accuses the user, that the content names"},
	{"accuses", Reporter, allFranking, "accuses another user"},
	{"reports-elsewhere", Reporter, allFranking, "sends the report to another room"},
	{"reports-as", Reporter, allFranking, "reports in the name of another user"},
}

// FrankingMoveOf returns the kind of a move, nil if there is none.
func FrankingMoveOf(do string) *FrankingMoveKind {
	i := slices.IndexFunc(FrankingMoves, func(k FrankingMoveKind) bool { return k.Do == do })
	if i < 0 {
		return nil
	}
	return &FrankingMoves[i]
}

// movesBy returns the moves that can be made in a draft.
var movesBy = func() map[spec.Draft][]string {
	by := make(map[spec.Draft][]string)
	for _, d := range franking.Drafts.List() {
		for _, kind := range FrankingMoves {
			if kind.Drafts.Has(d) {
				by[d] = append(by[d], kind.Do)
			}
		}
	}
	return by
}()

const (
	// MaxFrankingUsers and MaxFrankingRooms bound a world.
	MaxFrankingUsers = 4
	MaxFrankingRooms = 3

	maxMessages = 5
	maxMoves    = 4
)

// drawnSuites are the suites besides that of Ed25519, those more often whose
// signatures take less time.
var drawnSuites = [...]franking.CipherSuite{
	franking.P256AES128P256, franking.P256AES128P256, franking.P256AES128P256, franking.X25519ChaCha20Ed25519, franking.X25519ChaCha20Ed25519,
	franking.X448AES256Ed448, franking.X448ChaCha20Ed448, franking.P384AES256P384, franking.P521AES256P521,
}

// drawWorld draws a world without moves.
func drawWorld(t *Tape, suites int) FrankingWorld {
	w := FrankingWorld{Suite: franking.X25519AES128Ed25519}
	w.Literal = t.Bool()
	if t.OneIn(suites) {
		w.Suite = drawnSuites[t.Choose(len(drawnSuites))]
	}
	w.Framing = t.OneIn(4)
	w.Users, w.Rooms = 2+t.Choose(MaxFrankingUsers-1), 1+t.Choose(MaxFrankingRooms)
	for n := range maxMessages {
		t.Begin()
		if more := t.Bool(); !more && n > 0 {
			t.End()
			break
		}
		m := FrankedMessage{Sender: t.Choose(w.Users), Room: t.Choose(w.Rooms)}
		if t.OneIn(4) {
			m.Before = frankingChanges[t.Choose(len(frankingChanges))]
		}
		switch size := t.Choose(16); {
		case size < 8:
			m.Text = "abcdefgh"[:size/2]
		case size == 15:
			m.Text = manyLetters[:16<<t.Choose(7)]
		}
		w.Messages = append(w.Messages, m)
		t.End()
	}
	return w
}

var manyLetters = func() string {
	octets := make([]byte, 1024)
	for i := range octets {
		octets[i] = 'a' + byte(i%26)
	}
	return string(octets)
}()

// HonestWorld draws a world in which everyone is honest.
func HonestWorld(_ spec.Draft, t *Tape) FrankingWorld { return drawWorld(t, 4) }

// AttackedWorld draws a world with moves.
func AttackedWorld(d spec.Draft, t *Tape) FrankingWorld {
	w := drawWorld(t, 16)
	w.drawMoves(d, t)
	return w
}

// TwoReadingsWorld draws a world with moves whose receivers read one ambiguity
// in two ways, or all read everything in one.
func TwoReadingsWorld(d spec.Draft, t *Tape) FrankingWorld {
	w := drawWorld(t, 16)
	w.Literal = false
	if t.Bool() {
		var ids []string
		for _, a := range franking.Ambiguities() {
			if a.Drafts.Has(d) {
				ids = append(ids, a.ID)
			}
		}
		w.Reading, w.HubReads = ids[t.Choose(len(ids))], t.Bool()
	}
	w.drawMoves(d, t)
	return w
}

func (w *FrankingWorld) drawMoves(d spec.Draft, t *Tape) {
	for range maxMoves {
		t.Begin()
		if t.Choose(3) == 0 {
			t.End()
			break
		}
		move := FrankingMove{Do: movesBy[d][t.Choose(len(movesBy[d]))], Message: t.Choose(len(w.Messages))}
		move.User, move.With = t.Choose(w.Users), t.Choose(6)
		if t.OneIn(4) {
			move.With += 8 * t.Choose(32)
		}
		w.Moves = append(w.Moves, move)
		t.End()
	}
}

// FrankedContent is a content message with what franking needs.
type FrankedContent struct {
	Salt         []byte
	Sender, Room string
	Text         string
	Framing      bool // in an ApplicationFraming, from protocol-05 on
	Odd          bool // the topic ID is a text, which no draft allows
	Loose        bool // the array has a longer head than it needs, which no draft from protocol-06 on allows
}

// Append appends the message as application_data of a draft.
func (c *FrankedContent) Append(dst []byte, d spec.Draft) []byte {
	var inner []byte
	elements := 7
	if d == spec.Protocol03 {
		elements = 8 // content-05 has the messages last seen
	}
	if c.Loose {
		inner = append(inner, majorArray<<5|24, byte(elements))
	} else {
		inner = appendHead(inner, majorArray, elements)
	}
	inner = appendString(inner, majorBytes, c.Salt)
	topic := byte(majorBytes << 5)
	if c.Odd {
		topic = majorText << 5
	}
	inner = append(inner, 0xf6, topic, 0xf6, 0xf6) // replaces, topicId, expires, inReplyTo
	first, second := c.Sender, c.Room
	if d == spec.Protocol03 {
		first, second = second, first
		inner = append(inner, 0x80) // lastSeen
		inner = append(inner, 0xa1, 0x18, franking.AssertionKey)
	}
	inner = appendString(append(inner, 0xa2, 1), majorText, first)
	inner = appendString(append(inner, 2), majorText, second)
	inner = append(inner, 0x85, 1, 0x60, 1) // SinglePart: render, no language
	inner = appendString(inner, majorText, "text/plain;charset=utf-8")
	inner = appendString(inner, majorBytes, c.Text)
	if !c.Framing || d < spec.Protocol05 {
		return append(dst, inner...)
	}
	dst = appendOpaque(dst, "application/mimi-content")
	dst = append(dst, 0) // parameters
	return appendOpaque(dst, inner)
}

// appendOpaque appends octets behind their length: RFC 9420, section 2.1.2.
func appendOpaque[S ~[]byte | ~string](dst []byte, s S) []byte {
	switch n := len(s); {
	case n < 1<<6:
		dst = append(dst, byte(n))
	case n < 1<<14:
		dst = append(dst, 0x40|byte(n>>8), byte(n))
	default:
		dst = append(dst, 0x80|byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, s...)
}
