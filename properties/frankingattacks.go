package properties

import (
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// attack is a small world with the moves of one attack.
type attack struct {
	note     string // what the moves do not say
	users    int
	rooms    int
	messages []gen.FrankedMessage
	suite    franking.CipherSuite // that of Ed25519 if zero
	moves    []gen.FrankingMove
}

func by(sender, room int) gen.FrankedMessage { return gen.FrankedMessage{Sender: sender, Room: room} }

var (
	oneMessage  = []gen.FrankedMessage{by(0, 0)}
	twoMessages = []gen.FrankedMessage{by(0, 0), by(0, 0)}
)

// one is an attack of one move on one message of user 0 to user 1.
func one(do string, with int) attack {
	return attack{users: 2, rooms: 1, messages: oneMessage, moves: []gen.FrankingMove{{Do: do, With: with, User: 1}}}
}

func both(first, second attack) attack {
	first.moves = append(first.moves[:len(first.moves):len(first.moves)], second.moves...)
	first.users, first.rooms = max(first.users, second.users), max(first.rooms, second.rooms)
	if len(second.messages) > len(first.messages) {
		first.messages = second.messages
	}
	return first
}

func (a attack) of(users, rooms int, messages ...gen.FrankedMessage) attack {
	a.users, a.rooms = users, rooms
	if len(messages) > 0 {
		a.messages = messages
	}
	return a
}

func (a attack) noted(note string) attack {
	a.note = note
	return a
}

// attacks are the attacks that every run tries, each as small as can be. The
// moves that need others are only there with them.
var attacks = []attack{
	{users: 2, rooms: 1, messages: oneMessage},

	one("claims-sender", 1),
	one("claims-room", 1).of(2, 2),
	one("respells-sender", 0),
	one("tags-other", 0),
	one("omits-tag", 0),
	one("shortens-tag", 0),
	one("doubles-tag", 0),
	one("pads-aad", 0),
	one("odd-content", 0),
	one("short-salt", 0),
	both(one("tags-other", 0), one("reports-altered", 0)).noted("the report is of the content that was tagged"),
	both(both(one("claims-sender", 0), one("claims-room", 2)), one("reports-claims", 0)).of(4, 3, by(3, 1)).noted("the URIs of sender and room are other parts of the same octets"),
	both(both(one("claims-sender", 0), one("claims-room", 2)), one("reports-claims", 0)).of(4, 3, by(3, 1), gen.FrankedMessage{Before: gen.NewEpoch}).noted("the same in the next epoch"),

	{users: 2, rooms: 1, messages: oneMessage, moves: []gen.FrankingMove{{Do: "makes-up", With: 0, User: 0}}, note: "for a user of its own"},
	{users: 2, rooms: 1, messages: oneMessage, moves: []gen.FrankingMove{{Do: "makes-up", With: 0, User: 1}}, note: "for a user of another provider"},
	one("submits-as", 1),
	one("submits-respelled", 0),
	one("resubmits", 0),
	both(both(one("respells-sender", 0), one("submits-respelled", 0)), one("reports-claims", 0)),
	both(both(one("claims-sender", 0), one("submits-as", 0)), one("reports-claims", 0)).of(3, 1, by(2, 0)).noted("a user of the same provider"),
	both(both(one("claims-sender", 1), one("submits-as", 1)), one("reports-claims", 0)).noted("a user of another provider"),

	both(one("shares-secret", 0), one("forges-frank", 0)),
	both(one("plants-agent", 0), one("forges-frank", 0)),
	both(one("plants-agent", 0), one("forges-frank", 3)).noted("of another cipher suite"),
	both(both(one("claims-room", 1).of(2, 2), one("plants-agent", 0)), one("forges-frank", 0)),
	both(one("plants-weak-agent", 0), one("forges-frank", 0)),
	both(one("plants-other-name", 0), one("forges-frank", 0)),
	both(one("removes-agent", 0), one("forges-frank", 0)),
	one("plants-agent", 0),
	one("plants-bare-name", 0),
	one("plants-other-name", 0),
	one("removes-agent", 0),

	one("strips", 0),
	one("swaps-frank", 1).of(2, 1, twoMessages...),
	one("swaps-frank", 1).of(2, 2, by(0, 0), by(0, 1)).noted("of another room"),
	one("swaps-frank", 1).of(3, 1, by(0, 0), by(2, 0)).noted("of another sender"),
	one("swaps-frank-only", 1).of(2, 1, twoMessages...),
	both(one("resubmits", 0), one("swaps-frank", 0)).noted("of the same message"),
	one("shifts-time", 0),
	one("alters-frank", 3).noted("in server_frank"),
	one("alters-frank", 45).noted("in the integrity value"),
	one("cuts-frank", 0),
	one("extends-frank", 0),
	one("changes-suite", 3),
	func() attack {
		a := one("mirrors-signature", 0)
		a.suite = franking.P256AES128P256
		return a
	}(),
	one("forges-frank", 0),

	one("reports-altered", 0),
	one("reports-reencoded", 0),
	one("reports-later", 0),
	one("reports-frank-of", 1).of(2, 1, twoMessages...),
	one("accuses", 2).of(3, 1),
	one("reports-elsewhere", 1).of(2, 2),
	one("reports-elsewhere", 1).of(2, 2, by(0, 0), gen.FrankedMessage{Sender: 0, Before: gen.NewEpoch}).noted("in the next epoch"),
	one("reports-as", 2).of(3, 1),
}

// inDraft reports whether every move can be made in a draft.
func (a *attack) inDraft(d spec.Draft) bool {
	for _, move := range a.moves {
		if kind := gen.FrankingMoveOf(move.Do); kind == nil || !kind.Drafts.Has(d) {
			return false
		}
	}
	return true
}

func (a *attack) world(literal bool) gen.FrankingWorld {
	suite := a.suite
	if suite == 0 {
		suite = franking.X25519AES128Ed25519
	}
	return gen.FrankingWorld{Literal: literal, Suite: suite, Users: a.users, Rooms: a.rooms, Messages: a.messages, Moves: a.moves}
}

// attackedWorlds returns the worlds of the attacks, in both modes.
func attackedWorlds(d spec.Draft) []gen.FrankingWorld {
	var list []gen.FrankingWorld
	for i := range attacks {
		if a := &attacks[i]; a.inDraft(d) {
			list = append(list, a.world(false), a.world(true))
		}
	}
	return list
}

// disagreeingWorlds returns worlds in which two readings of one ambiguity make
// a difference, and worlds in which all read the same.
func disagreeingWorlds(d spec.Draft) []gen.FrankingWorld {
	var list []gen.FrankingWorld
	for _, split := range []struct {
		reading  string
		hubReads bool
		move     string
	}{
		{"franking/component-id", false, ""},
		{"franking/stripped-frank", false, "plants-agent"},
		{"franking/agent-domain", false, "plants-bare-name"},
		{"franking/content-validity", false, "odd-content"},
		{"franking/octets-behind-safe-aad", true, "pads-aad"},
	} {
		for _, reading := range []string{split.reading, ""} {
			w := gen.FrankingWorld{Suite: franking.X25519AES128Ed25519, Users: 3, Rooms: 1, Messages: oneMessage, Reading: reading, HubReads: reading != "" && split.hubReads}
			if split.move != "" {
				w.Moves = []gen.FrankingMove{{Do: split.move}}
			}
			list = append(list, w)
		}
	}
	return list
}

// honestWorlds returns a world for every suite and every change.
func honestWorlds(spec.Draft) []gen.FrankingWorld {
	var list []gen.FrankingWorld
	for _, literal := range []bool{false, true} {
		for _, suite := range franking.CipherSuites() {
			list = append(list, gen.FrankingWorld{Literal: literal, Suite: suite, Framing: suite%2 == 0, Users: 2, Rooms: 1, Messages: oneMessage})
		}
		for _, change := range []gen.FrankingChange{gen.NewHubKey, gen.NewEpoch, gen.NewGroup, gen.OtherSuite} {
			list = append(list, gen.FrankingWorld{
				Literal: literal, Suite: franking.X25519AES128Ed25519, Users: 2, Rooms: 1,
				Messages: []gen.FrankedMessage{by(0, 0), {Sender: 1, Before: change}},
			})
		}
	}
	return list
}
