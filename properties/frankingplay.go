package properties

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// breach is how a world breaks a property.
type breach struct {
	what   string // the same for the same defect, "" for none
	detail string
	anyone bool // whether it does not matter through whom
}

// judge looks for a breach in a world that was played.
type judge func(*frankingGame) breach

// tryWorld plays a world and looks for a breach. Its class says what was
// broken, through whom, and whether only the literal mode lets it happen.
func tryWorld[I any](find judge) func(I, spec.Draft, *gen.FrankingWorld) (Outcome, *Refutation) {
	return func(impl I, d spec.Draft, w *gen.FrankingWorld) (Outcome, *Refutation) {
		if len(w.Messages) == 0 {
			return Skipped, nil
		}
		found := find(playFranking(impl, d, w))
		if found.what == "" {
			return Holds, nil
		}
		breaks := func(w *gen.FrankingWorld) bool { return find(playFranking(impl, d, w)).what == found.what }
		small := fewestMoves(w, breaks)
		class := found.what
		if !found.anyone {
			class += "-through-" + actorsOf(small)
		}
		if small.Literal {
			small.Literal = false
			if !breaks(small) {
				class += "-literally"
			}
			small.Literal = true
		}
		return Refuted, &Refutation{Class: class, Detail: find(playFranking(impl, d, small)).detail + "; " + movesOf(small)}
	}
}

// fewestMoves drops one move or two, as long as the world still breaks. Two may
// need each other, so that neither can go alone. A move that makes a message seem
// another's, or of another room, goes as well if it may be so in truth.
func fewestMoves(w *gen.FrankingWorld, breaks func(*gen.FrankingWorld) bool) *gen.FrankingWorld {
	small := *w
	without := func(i, j int) bool {
		fewer := small
		fewer.Moves = nil
		for at, move := range small.Moves {
			if at != i && at != j {
				fewer.Moves = append(fewer.Moves, move)
			}
		}
		if !breaks(&fewer) && !(i == j && makeTrue(&fewer, &small.Moves[i]) && breaks(&fewer)) {
			return false
		}
		small = fewer
		return true
	}
again:
	for i := range small.Moves {
		if without(i, i) {
			goto again
		}
	}
	for i := range small.Moves {
		for j := range i {
			if without(i, j) {
				goto again
			}
		}
	}
	return &small
}

// makeTrue changes a world such that a message is what a move makes it seem. It
// is false of a move that does something else.
func makeTrue(w *gen.FrankingWorld, move *gen.FrankingMove) bool {
	messages := slices.Clone(w.Messages)
	m := &messages[within(move.Message, len(messages))]
	switch move.Do {
	case "submits-as", "claims-sender":
		m.Sender = move.With
	case "claims-room":
		m.Room = move.With
	default:
		return false
	}
	w.Messages = messages
	return true
}

// actorsOf names whom the attacker owns.
func actorsOf(w *gen.FrankingWorld) string {
	var actors []string
	for _, move := range w.Moves {
		if kind := gen.FrankingMoveOf(move.Do); kind != nil && !slices.Contains(actors, string(kind.Actor)) {
			actors = append(actors, string(kind.Actor))
		}
	}
	if actors == nil {
		return "nobody"
	}
	slices.Sort(actors)
	return strings.Join(actors, "-and-")
}

// movesOf says what the attacker does.
func movesOf(w *gen.FrankingWorld) string {
	var list []string
	for _, move := range w.Moves {
		if kind := gen.FrankingMoveOf(move.Do); kind != nil {
			list = append(list, fmt.Sprintf("the %s %s", kind.Actor, kind.Text))
		}
	}
	if list == nil {
		return "everyone is honest"
	}
	return strings.Join(list, "; ")
}

// complete finds a step that fails where everyone is honest.
func complete(g *frankingGame) breach {
	g.sendReports()
	for i := range g.messages {
		m := &g.messages[i]
		switch {
		case !m.client.OK():
			return breach{what: "refused-at-" + m.client.Step.String(), detail: fmt.Sprintf("the client refuses its own message %d: %v", i, m.client)}
		case !m.hub.OK():
			return breach{what: "refused-at-" + m.hub.Step.String(), detail: fmt.Sprintf("the hub does not frank message %d: %v", i, m.hub)}
		}
	}
	for i := range g.deliveries {
		d := &g.deliveries[i]
		switch {
		case !d.verdict.OK():
			return breach{what: "refused-at-" + d.verdict.Step.String(), detail: fmt.Sprintf("user %d does not verify message %d: %v", d.user, d.message, d.verdict)}
		case d.report == nil || !d.report.OK():
			return breach{what: "refused-at-" + stepOf(d.report).String(), detail: fmt.Sprintf("the hub refuses the report of message %d by user %d: %s", d.message, d.user, reportVerdictOf(d.report))}
		}
	}
	return breach{}
}

func stepOf(v *franking.ReportVerdict) franking.Step {
	if v != nil && v.Report.OK() {
		for _, message := range v.Messages {
			if !message.OK() {
				return message.Step
			}
		}
	}
	if v == nil {
		return 0
	}
	return v.Report.Step
}

// reportVerdictOf puts a verdict on a report of one message into words.
func reportVerdictOf(v *franking.ReportVerdict) string {
	switch {
	case v == nil:
		return "no verdict"
	case !v.Report.OK():
		return v.Report.String()
	case len(v.Messages) == 0:
		return "no message"
	}
	return v.Messages[0].String()
}

// bindSender finds a message that a receiver verified and cannot report.
func bindSender(g *frankingGame) breach {
	g.sendReports()
	for i := range g.deliveries {
		if d := &g.deliveries[i]; d.verdict.OK() && (d.report == nil || !d.report.OK()) {
			return breach{what: "not-reportable", detail: fmt.Sprintf("user %d verifies message %d, and the hub refuses the report of it: %s", d.user, d.message, reportVerdictOf(d.report))}
		}
	}
	return breach{}
}

// bindReceiver finds a report that the hub accepts although the accused did not
// send what is reported in the room to which it is reported.
func bindReceiver(g *frankingGame) breach {
	g.sendReports()
	for i := range g.reports {
		r := &g.reports[i]
		if !r.verdict.OK() || len(r.verdict.Messages) == 0 {
			continue
		}
		if what := g.falseIn(r); what != "" {
			claims, err := g.scheme.Claims(r.content)
			if err != nil {
				claims = new(franking.Claims)
			}
			return breach{what: what, anyone: what == "other-accused" || what == "other-room", detail: fmt.Sprintf("the hub accepts a report about %s in %s at %d, who did not send that there and then; the content names %s in %s", r.accused, worldRooms[r.room], r.timestamp, claims.SenderURI, claims.RoomURI)}
		}
	}
	return breach{}
}

// falseIn returns what is not true in a report, "" if it is true.
func (g *frankingGame) falseIn(r *playedReport) string {
	i := slices.IndexFunc(g.messages, func(m playedMessage) bool { return string(m.data) == string(r.content) })
	if i < 0 {
		return "never-sent"
	}
	m := &g.messages[i]
	switch claims, err := g.scheme.Claims(r.content); {
	case err == nil && string(claims.SenderURI) != r.accused:
		return "other-accused"
	case err == nil && string(claims.RoomURI) != worldRooms[r.room]:
		return "other-room"
	case worldUsers[m.Sender] != r.accused || m.Room != r.room:
		return "sent-by-another"
	case !slices.ContainsFunc(m.accepted, func(a *franking.Accepted) bool { return a.Timestamp == r.timestamp }):
		return "other-time"
	}
	return ""
}

// keepContext finds a receiver that takes something else for what the hub
// recorded than what the hub recorded.
func keepContext(g *frankingGame) breach {
	for i := range g.deliveries {
		d := &g.deliveries[i]
		m := &g.messages[d.message]
		franked := m.accepted[0].Frank != nil
		who := fmt.Sprintf("user %d takes message %d ", d.user, d.message)
		switch {
		case d.verdict.Outcome == franking.Unfranked && franked && m.aad != nil:
			return breach{what: "stripped", detail: who + "for one without a frank, and the hub franked it"}
		case !d.verdict.OK():
			continue
		case !franked:
			return breach{what: "franked-by-another", detail: who + "for franked, and the hub did not frank it"}
		}
		differs := compareFranks(g, d, m.accepted[0])
		again := slices.ContainsFunc(m.accepted[1:], func(a *franking.Accepted) bool { return compareFranks(g, d, a).what == "" })
		if differs.what != "" && !again {
			return breach{what: differs.what, detail: who + differs.detail}
		}
		if string(m.as) != worldUsers[m.Sender] {
			return breach{what: "other-sender", detail: fmt.Sprintf("%sfor one by %s, and the hub recorded %s", who, worldUsers[m.Sender], m.as)}
		}
	}
	return breach{}
}

func compareFranks(g *frankingGame, d *delivery, accepted *franking.Accepted) breach {
	got, err := franking.ReadFrank(d.Frank, g.draft)
	if err != nil {
		return breach{what: "unreadable-frank", detail: "for franked, and its Frank cannot be read: " + err.Error()}
	}
	made, err := franking.ReadFrank(accepted.Frank, g.draft)
	switch {
	case err != nil:
		return breach{what: "unreadable-frank", detail: "for franked, and the Frank of the hub cannot be read: " + err.Error()}
	case string(got.ServerFrank) != string(made.ServerFrank):
		return breach{what: "other-frank", detail: fmt.Sprintf("for accepted at %d with the server_frank %x, and the hub made %x at %d", d.Timestamp, got.ServerFrank, made.ServerFrank, accepted.Timestamp)}
	case d.Timestamp != accepted.Timestamp:
		return breach{what: "other-time", detail: fmt.Sprintf("for accepted at %d, and the hub accepted it at %d", d.Timestamp, accepted.Timestamp)}
	case got.Suite != made.Suite:
		return breach{what: "other-suite", detail: fmt.Sprintf("for franked with %s, and the hub used %s", got.Suite, made.Suite)}
	case string(got.Integrity) != string(made.Integrity):
		return breach{what: "other-signature", detail: fmt.Sprintf("with the integrity value %x, and the hub made %x", got.Integrity, made.Integrity)}
	}
	return breach{}
}

// agree finds a message on which honest receivers that got the same come to
// different verdicts.
func agree(g *frankingGame) breach {
	for i := range g.deliveries {
		for j := range i {
			a, b := &g.deliveries[j], &g.deliveries[i]
			if a.message != b.message || a.altered || b.altered || a.verdict.Outcome == b.verdict.Outcome {
				continue
			}
			what := "verdicts-differ"
			if g.world.Reading != "" {
				_, name, _ := strings.Cut(g.world.Reading, "/")
				what = "two-readings-of-" + name
			}
			return breach{what: what, anyone: g.world.Reading != "", detail: fmt.Sprintf("of message %d user %d says %v, user %d %v", a.message, a.user, a.verdict, b.user, b.verdict)}
		}
	}
	return breach{}
}
