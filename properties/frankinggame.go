package properties

import (
	"math"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// players make the steps of the parties of franking. Those that an
// implementation cannot make, the reference makes.
type players struct {
	FrankClient
	FrankHub
	FrankReceiver
	ReportHub
}

func playersOf(impl any) players {
	p := players{Reference{}, Reference{}, Reference{}, Reference{}}
	if c, ok := impl.(FrankClient); ok {
		p.FrankClient = c
	}
	if h, ok := impl.(FrankHub); ok {
		p.FrankHub = h
	}
	if r, ok := impl.(FrankReceiver); ok {
		p.FrankReceiver = r
	}
	if h, ok := impl.(ReportHub); ok {
		p.ReportHub = h
	}
	return p
}

// The URIs of a world. The last user and the last room are such that the last
// user in the second room has the same octets, one URI behind the other, as the
// first user in the last room.
var (
	worldUsers = [gen.MaxFrankingUsers]string{"mimi://b.example/u/alice", "mimi://c.example/u/bob", "mimi://b.example/u/carol", "mimi://b.example/u/alice" + "mimi://hub.example/r/one"}
	worldHosts = [gen.MaxFrankingUsers]string{"b.example", "c.example", "b.example", "b.example"}
	worldRooms = [gen.MaxFrankingRooms]string{"mimi://hub.example/r/one", "mimi://hub.example/r/two", "mimi://hub.example/r/one" + "mimi://hub.example/r/two"}
)

// respelled is how an attacker spells a user URI otherwise.
var respelled = [gen.MaxFrankingUsers]string{"mimi://B.example/u/alice", "mimi://C.example/u/bob", "mimi://B.example/u/carol", "mimi://B.example/u/alice" + "mimi://hub.example/r/one"}

const (
	hubURI = "mimi://hub.example"

	// worldStart is when a world begins, in milliseconds of the Unix epoch;
	// its messages come worldStep apart.
	worldStart = 1_750_000_000_000
	worldStep  = 1000
)

// frankingGame is a world as it is played.
type frankingGame struct {
	players
	draft  spec.Draft
	world  *gen.FrankingWorld
	usual  franking.Options // how everyone reads the draft
	other  franking.Options // how every second receiver does
	atHub  franking.Options
	scheme *franking.Scheme // of the attacker

	now        groupState
	hubKeys    []franking.HubKey
	publicKeys []franking.PublicKey

	messages   []playedMessage
	deliveries []delivery
	reports    []playedReport
	madeUp     *franking.Verdict // of the hub on a message that a provider made up, nil if it was franked or there is none
}

// groupState is what the members and the hub have in common.
type groupState struct {
	suite      franking.CipherSuite
	epoch      uint64
	generation int // of groups, by ReInit
}

// playedMessage is a message with what became of it.
type playedMessage struct {
	gen.FrankedMessage
	groupState
	content  gen.FrankedContent
	data     []byte // application_data
	aad      []byte // authenticated_data
	agent    []byte // franking_agent
	planted  string // the move that made it, "" for that of the hub
	shared   bool   // whether the attacker has the franking_integrity_secret
	client   franking.Verdict
	as       []byte // the sendingUri
	hub      franking.Verdict
	accepted []*franking.Accepted // the first and, if it was submitted again, the second
}

// delivery is a message as one receiver got it.
type delivery struct {
	message, user int
	altered       bool // by the provider of the receiver
	franking.Delivery
	verdict franking.Verdict
	report  *franking.ReportVerdict // on the honest report of the receiver, nil unless it verified the frank
}

// playedReport is a report that was sent.
type playedReport struct {
	content   []byte
	accused   string
	room      int
	timestamp uint64
	verdict   franking.ReportVerdict
}

// playFranking plays a world up to the reports.
func playFranking(impl any, d spec.Draft, w *gen.FrankingWorld) *frankingGame {
	g := &frankingGame{players: playersOf(impl), draft: d, world: w, usual: franking.Options{Draft: d}}
	if w.Literal {
		g.usual.Mode = franking.Literal
	}
	g.other, g.atHub = g.usual, g.usual
	for _, a := range franking.Ambiguities() {
		if a.ID == w.Reading {
			g.other.Readings = map[string]string{a.ID: a.Readings[len(a.Readings)-1].Name}
			if w.HubReads {
				g.atHub = g.other
			}
		}
	}
	scheme, err := frankingScheme(franking.Options{Draft: d, Mode: franking.Literal})
	if err != nil {
		panic(err) // the properties of franking are claimed of its drafts only
	}
	g.scheme = scheme
	g.now = groupState{suite: w.Suite, epoch: 1}
	g.newHubKey(0)
	g.newFrankingKey()
	for i := range w.Messages {
		g.send(i)
	}
	for i := range g.messages {
		for user := range g.users() {
			g.deliver(i, user)
		}
	}
	return g
}

// sendReports has every receiver report what it verified, and makes the false
// reports.
func (g *frankingGame) sendReports() {
	for i := range g.deliveries {
		if d := &g.deliveries[i]; d.verdict.OK() {
			g.reportHonestly(d)
		}
	}
	for i := range g.world.Moves {
		g.reportFalsely(&g.world.Moves[i])
	}
}

func (g *frankingGame) users() int { return min(max(g.world.Users, 2), gen.MaxFrankingUsers) }
func (g *frankingGame) rooms() int { return min(max(g.world.Rooms, 1), gen.MaxFrankingRooms) }

// within counts a number from zero again where it is too great.
func within(number, count int) int { return int(uint(number) % uint(count)) }

func (g *frankingGame) user(number int) int { return within(number, g.users()) }
func (g *frankingGame) room(number int) int { return within(number, g.rooms()) }

// timeOf is when the hub accepts a message.
func timeOf(message int) uint64 { return worldStart + worldStep*uint64(message+1) }

func (g *frankingGame) newHubKey(message int) {
	start := timeOf(message) - worldStep/2
	if last := len(g.hubKeys) - 1; last >= 0 {
		g.hubKeys[last].NotAfter = start - 1
	}
	g.hubKeys = append(g.hubKeys, franking.HubKey{Key: derived(32, "hub_key", len(g.hubKeys)), NotBefore: start, NotAfter: math.MaxUint64})
}

func (g *frankingGame) newFrankingKey() {
	if key := publicKey(g.now.suite, theHub, g.now.generation); key != nil {
		g.publicKeys = append(g.publicKeys, franking.PublicKey{Suite: g.now.suite, Key: key})
	}
}

func (g *frankingGame) change(before gen.FrankingChange, message int) {
	switch before {
	case gen.NewHubKey:
		g.newHubKey(message)
	case gen.NewEpoch:
		g.now.epoch++
	case gen.NewGroup, gen.OtherSuite:
		g.now.epoch = 1
		g.now.generation++
		if before == gen.OtherSuite {
			g.now.suite = otherSuite(g.now.suite)
		}
		g.newFrankingKey()
	}
}

// otherSuite returns a suite of another signature algorithm.
func otherSuite(suite franking.CipherSuite) franking.CipherSuite {
	if suite == franking.P256AES128P256 {
		return franking.X25519AES128Ed25519
	}
	return franking.P256AES128P256
}

// integritySecret returns the franking_integrity_secret of protocol-03.
func (g *frankingGame) integritySecret(state groupState, room int) []byte {
	if g.draft != spec.Protocol03 {
		return nil
	}
	return derived(32, "franking_integrity", state.generation, int(state.epoch), room)
}

// hub returns what the hub knows of a room when a message comes in.
func (g *frankingGame) hub(room int, m *playedMessage) *franking.Hub {
	h := &franking.Hub{
		RoomURI: []byte(worldRooms[room]), Epoch: g.now.epoch, OldestEpoch: g.now.epoch,
		HubKeys: g.hubKeys, Suite: m.suite, Agent: m.agent, PublicKeys: g.publicKeys,
	}
	if m.suite.Known() {
		h.PrivateKey = privateKey(m.suite, theHub, m.generation)
	}
	for user := range g.users() {
		h.Participants = append(h.Participants, []byte(worldUsers[user]))
	}
	h.Reporters = h.Participants
	// The hub has the secret of the present epoch only.
	if m.groupState == g.now {
		h.IntegritySecret = g.integritySecret(m.groupState, room)
	}
	return h
}

// moves calls make for every move of a kind of actor with a message.
func (g *frankingGame) moves(actor gen.Actor, message int, make func(*gen.FrankingMove)) (any bool) {
	for i := range g.world.Moves {
		move := &g.world.Moves[i]
		kind := gen.FrankingMoveOf(move.Do)
		if kind == nil || kind.Actor != actor || !kind.Drafts.Has(g.draft) || within(move.Message, len(g.world.Messages)) != message {
			continue
		}
		any = true
		make(move)
	}
	return any
}

// saltOctets is the length of salts.
func saltOctets(d spec.Draft) int {
	if d == spec.Protocol03 {
		return 32
	}
	return 16
}

func (g *frankingGame) send(i int) {
	m := playedMessage{FrankedMessage: g.world.Messages[i]}
	g.change(m.Before, i)
	m.Sender, m.Room, m.groupState = g.user(m.Sender), g.room(m.Room), g.now
	if g.draft != spec.Protocol03 {
		m.agent = agentData(publicKey(m.suite, theHub, m.generation), hubURI)
	}
	g.plantAgents(i, &m)
	m.content = gen.FrankedContent{
		Salt: derived(saltOctets(g.draft), "salt", i), Sender: worldUsers[m.Sender], Room: worldRooms[m.Room], Text: m.Text, Framing: g.world.Framing,
	}
	m.as = []byte(worldUsers[m.Sender])
	if !g.cheatAsSender(i, &m) {
		m.data = m.content.Append(nil, g.draft)
		sent, verdict := g.SendFranked(g.usual, &franking.Sending{ApplicationData: m.data, SendingURI: m.as, RoomURI: []byte(m.content.Room)})
		if m.client = verdict; verdict.OK() && sent != nil {
			m.aad = sent.AuthenticatedData
		}
	}
	again := g.cheatAsProvider(i, &m)
	hub := g.hub(m.Room, &m)
	submission := franking.Submission{AuthenticatedData: m.aad, SendingURI: m.as, Source: worldHosts[m.Sender], Epoch: m.epoch}
	for _, timestamp := range append([]uint64{timeOf(i)}, again...) {
		accepted, verdict := g.AcceptFranked(g.atHub, hub, &submission, timestamp)
		if len(m.accepted) == 0 {
			m.hub = verdict
		}
		if accepted == nil {
			break
		}
		m.accepted = append(m.accepted, accepted)
	}
	g.messages = append(g.messages, m)
}

func (g *frankingGame) deliver(message, user int) {
	m := &g.messages[message]
	if user == m.Sender || len(m.accepted) == 0 {
		return
	}
	d := delivery{message: message, user: user, Delivery: franking.Delivery{
		ApplicationData: m.data, AuthenticatedData: m.aad, Frank: m.accepted[0].Frank, Timestamp: m.accepted[0].Timestamp,
		Suite: m.suite, Agent: m.agent, IntegritySecret: g.integritySecret(m.groupState, m.Room),
		SenderURI: []byte(worldUsers[m.Sender]), RoomURI: []byte(worldRooms[m.Room]),
	}}
	g.cheatAsFollower(m, &d)
	reading := g.usual
	if user%2 == 1 {
		reading = g.other
	}
	d.verdict = g.VerifyFrank(reading, &d.Delivery)
	g.deliveries = append(g.deliveries, d)
}

// reportHonestly sends the report of a receiver.
func (g *frankingGame) reportHonestly(d *delivery) {
	m := &g.messages[d.message]
	message, err := g.scheme.AbusiveMessage(&d.Delivery)
	if err != nil {
		d.report = &franking.ReportVerdict{Report: noScheme(franking.ReportFormat, err)}
		return
	}
	r := falseReport{AbusiveMessage: *message, room: m.Room, accused: worldUsers[m.Sender], reporter: worldUsers[d.user], source: worldHosts[d.user]}
	d.report = g.report(&r, m)
}

// falseReport is a report before it is written.
type falseReport struct {
	franking.AbusiveMessage
	room              int
	accused, reporter string
	source            string
}

func (g *frankingGame) report(r *falseReport, m *playedMessage) *franking.ReportVerdict {
	report := franking.AbuseReport{
		ReportingUser: []byte(r.reporter), AllegedAbuserURI: []byte(r.accused), Messages: []franking.AbusiveMessage{r.AbusiveMessage},
	}
	octets, err := report.Append(nil, g.draft)
	if err != nil {
		return &franking.ReportVerdict{Report: noScheme(franking.ReportFormat, err)}
	}
	verdict := g.ValidateReport(g.atHub, g.hub(r.room, m), &franking.Reporting{Report: octets, Source: r.source})
	g.reports = append(g.reports, playedReport{content: r.MessageContent, accused: r.accused, room: r.room, timestamp: r.AcceptedTimestamp, verdict: verdict})
	return &verdict
}
