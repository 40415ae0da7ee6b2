package properties

import (
	"bytes"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// weakSignature is one that verifies for any octets with the weak key, the
// neutral element of Ed25519.
var (
	weakKey       = append([]byte{1}, make([]byte, 31)...)
	weakSignature = append([]byte{1}, make([]byte, 63)...)
)

// plantAgents makes what members do to the group: it stays for the messages
// that follow.
func (g *frankingGame) plantAgents(message int, m *playedMessage) {
	for at := range message + 1 {
		g.moves(gen.Member, at, func(move *gen.FrankingMove) {
			m.planted = move.Do
			own := publicKey(m.suite, theHub, m.generation)
			switch move.Do {
			case "shares-secret":
				m.shared = true
			case "plants-agent":
				m.agent = agentData(publicKey(m.suite, theAttacker, 0), hubURI)
			case "plants-weak-agent":
				m.agent = agentData(weakKey, hubURI)
			case "plants-bare-name":
				m.agent = agentData(own, "hub.example")
			case "plants-other-name":
				m.agent = agentData(publicKey(m.suite, theAttacker, 0), "mimi://other.example/hub.example")
			case "removes-agent":
				m.agent = nil
			}
		})
	}
}

// tagOf is HMAC-SHA256, written out.
func tagOf(salt, data []byte) []byte {
	h := hmac.New(sha256.New, salt)
	h.Write(data)
	return h.Sum(nil)
}

// safeAAD writes items of component 0x0020.
func safeAAD(items ...[]byte) []byte {
	var octets []byte
	for _, item := range items {
		octets = append(append(octets, 0, 0x20, byte(len(item))), item...)
	}
	if len(octets) < 1<<6 {
		return append([]byte{byte(len(octets))}, octets...)
	}
	return append([]byte{0x40, byte(len(octets))}, octets...)
}

// cheatAsSender makes the moves of the sender's client. It is false if there
// are none: then the client is honest.
func (g *frankingGame) cheatAsSender(message int, m *playedMessage) bool {
	var tagged, behind []byte
	tags, short := 1, 0
	cheats := g.moves(gen.Sender, message, func(move *gen.FrankingMove) {
		switch move.Do {
		case "claims-sender":
			m.content.Sender = worldUsers[g.user(move.With)]
		case "claims-room":
			m.content.Room = worldRooms[g.room(move.With)]
		case "respells-sender":
			m.content.Sender = respelled[m.Sender]
		case "tags-other":
			other := m.content
			other.Text += "!"
			tagged = other.Append(nil, g.draft)
		case "omits-tag":
			tags = 0
		case "doubles-tag":
			tags = 2
		case "shortens-tag":
			short = 1
		case "pads-aad":
			behind = []byte{0}
		case "odd-content":
			m.content.Odd = true
		case "short-salt":
			m.content.Salt = m.content.Salt[:len(m.content.Salt)-1]
		}
	})
	if !cheats {
		return false
	}
	m.data = m.content.Append(nil, g.draft)
	if tagged == nil {
		tagged = m.data
	}
	tag := tagOf(m.content.Salt, tagged)
	m.aad = append(safeAAD(slices.Repeat([][]byte{tag[:len(tag)-short]}, tags)...), behind...)
	m.client = franking.Verdict{Outcome: franking.Passed}
	return true
}

// cheatAsProvider makes the moves of the provider that submits. It returns when
// the message is submitted again.
func (g *frankingGame) cheatAsProvider(message int, m *playedMessage) (again []uint64) {
	g.moves(gen.Provider, message, func(move *gen.FrankingMove) {
		switch move.Do {
		case "submits-as":
			m.as = []byte(worldUsers[g.user(move.With)])
		case "submits-respelled":
			m.as = []byte(respelled[m.Sender])
		case "resubmits":
			again = []uint64{timeOf(message) + worldStep/4}
		}
	})
	return again
}

// cheatAsFollower makes the moves of the provider of a receiver.
func (g *frankingGame) cheatAsFollower(m *playedMessage, d *delivery) {
	g.moves(gen.Follower, d.message, func(move *gen.FrankingMove) {
		if g.user(move.User) != d.user {
			return
		}
		d.altered = true
		swapped := lastFranked(&g.messages[within(move.With, len(g.messages))])
		frank, err := franking.ReadFrank(d.Frank, g.draft)
		switch {
		case move.Do == "strips":
			d.Frank = nil
		case move.Do == "swaps-frank" && swapped != nil:
			d.Frank, d.Timestamp = swapped.Frank, swapped.Timestamp
		case move.Do == "swaps-frank-only" && swapped != nil:
			d.Frank = swapped.Frank
		case move.Do == "shifts-time":
			d.Timestamp++
		case move.Do == "forges-frank":
			d.Timestamp++
			d.Frank = g.forged(m, d, move.With)
		case len(d.Frank) == 0:
			return // there is nothing to change
		case move.Do == "alters-frank":
			d.Frank = bytes.Clone(d.Frank)
			d.Frank[within(move.With, len(d.Frank))] ^= 1 << within(move.With, 8)
		case move.Do == "cuts-frank":
			d.Frank = d.Frank[:len(d.Frank)-1]
		case move.Do == "extends-frank":
			d.Frank = append(bytes.Clone(d.Frank), 0)
		case err != nil:
			return // another move left no Frank
		case move.Do == "changes-suite":
			frank.Suite = franking.CipherSuite(uint(move.With) % 9)
			d.Frank = g.written(frank)
		case move.Do == "mirrors-signature":
			frank.Integrity = mirrored(m.suite, frank.Integrity)
			d.Frank = g.written(frank)
		}
	})
}

// lastFranked returns what the hub made last of a message, nil if it did not
// frank it.
func lastFranked(m *playedMessage) *franking.Accepted {
	if last := len(m.accepted) - 1; last >= 0 && m.accepted[last].Frank != nil {
		return m.accepted[last]
	}
	return nil
}

func (g *frankingGame) written(frank *franking.Frank) []byte {
	octets, err := frank.Append(nil, g.draft)
	if err != nil {
		return nil
	}
	return octets
}

// forged returns a Frank for a message as it is delivered, of another cipher
// suite than the group if one is asked for.
func (g *frankingGame) forged(m *playedMessage, d *delivery, suite int) []byte {
	context := franking.Context{SenderURI: []byte(m.content.Sender), RoomURI: []byte(m.content.Room), AcceptedTimestamp: d.Timestamp}
	octets, err := context.Append(nil, g.draft)
	if err != nil {
		return nil
	}
	keys := franking.Hub{Suite: m.suite, IntegritySecret: derived(32, theAttacker)}
	if m.shared {
		keys.IntegritySecret = d.IntegritySecret
	}
	if m.suite.Known() {
		keys.PrivateKey = privateKey(m.suite, theAttacker, 0)
	}
	frank := franking.Frank{ServerFrank: bytes.Repeat([]byte{0x66}, franking.MACOctets), Suite: m.suite}
	if suite != 0 {
		frank.Suite = franking.CipherSuite(uint(suite) % 9)
	}
	if frank.Integrity, err = g.scheme.Protect(&frank, octets, &keys); err != nil {
		return nil
	}
	if m.planted == "plants-weak-agent" {
		frank.Integrity = weakSignature
	}
	return g.written(&frank)
}

var curves = map[string]elliptic.Curve{"ECDSA P-256": elliptic.P256(), "ECDSA P-384": elliptic.P384(), "ECDSA P-521": elliptic.P521()}

// mirrored returns the other signature of the same octets that every ECDSA
// signature has. That of EdDSA comes back as it is.
func mirrored(suite franking.CipherSuite, signature []byte) []byte {
	curve := curves[suite.Algorithm()]
	if curve == nil {
		return signature
	}
	var value struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(signature, &value); err != nil || len(rest) > 0 {
		return signature
	}
	value.S.Sub(curve.Params().N, value.S)
	again, err := asn1.Marshal(value)
	if err != nil {
		return signature
	}
	return again
}

// reportFalsely makes the moves of a reporter and of a provider that makes a
// message up.
func (g *frankingGame) reportFalsely(move *gen.FrankingMove) {
	kind := gen.FrankingMoveOf(move.Do)
	if kind == nil || !kind.Drafts.Has(g.draft) || len(g.messages) == 0 {
		return
	}
	m := &g.messages[within(move.Message, len(g.messages))]
	user := g.user(move.User)
	if kind.Do == "makes-up" {
		g.makeUp(m, user, g.user(move.With))
		return
	}
	if kind.Actor != gen.Reporter {
		return
	}
	i := slices.IndexFunc(g.deliveries, func(d delivery) bool { return &g.messages[d.message] == m && d.user == user })
	if i < 0 {
		return // it did not receive the message
	}
	d := g.deliveries[i].Delivery
	r := falseReport{room: m.Room, accused: worldUsers[m.Sender], reporter: worldUsers[user], source: worldHosts[user]}
	content := m.content
	switch move.Do {
	case "reports-altered":
		content.Text += "!"
		d.ApplicationData = content.Append(nil, g.draft)
	case "reports-reencoded":
		content.Loose = true
		d.ApplicationData = content.Append(nil, g.draft)
	case "reports-later":
		d.Timestamp++
	case "reports-frank-of":
		if other := lastFranked(&g.messages[within(move.With, len(g.messages))]); other != nil {
			d.Frank, d.Timestamp = other.Frank, other.Timestamp
		}
	case "reports-claims":
		r.accused = content.Sender
		r.room = max(slices.Index(worldRooms[:g.rooms()], content.Room), 0)
	case "accuses":
		r.accused = worldUsers[g.user(move.With)]
	case "reports-elsewhere":
		r.room = g.room(move.With)
	case "reports-as":
		r.reporter = worldUsers[g.user(move.With)]
	}
	if message, err := g.scheme.AbusiveMessage(&d); err == nil {
		r.AbusiveMessage = *message
		g.report(&r, m)
	}
}

// makeUp submits the tag of a message that its alleged sender never sent, and
// reports that message. The provider of a user does both.
func (g *frankingGame) makeUp(m *playedMessage, user, victim int) {
	content := gen.FrankedContent{Salt: derived(saltOctets(g.draft), "made up"), Sender: worldUsers[victim], Room: worldRooms[m.Room], Text: "made up"}
	data := content.Append(nil, g.draft)
	submission := franking.Submission{
		AuthenticatedData: safeAAD(tagOf(content.Salt, data)), SendingURI: []byte(worldUsers[victim]), Source: worldHosts[user], Epoch: g.now.epoch,
	}
	last := g.messages[len(g.messages)-1]
	timestamp := timeOf(len(g.messages))
	last.Room = m.Room
	accepted, verdict := g.AcceptFranked(g.atHub, g.hub(m.Room, &last), &submission, timestamp)
	if !verdict.OK() || accepted == nil {
		g.madeUp = &verdict
		return
	}
	frank, err := franking.ReadFrank(accepted.Frank, g.draft)
	if err != nil {
		return
	}
	g.report(&falseReport{
		AbusiveMessage: franking.AbusiveMessage{MessageContent: data, Frank: *frank, AcceptedTimestamp: timestamp},
		room:           m.Room, accused: worldUsers[victim], reporter: worldUsers[user], source: worldHosts[user],
	}, &last)
}
