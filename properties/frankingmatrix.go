package properties

import (
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FrankingVerdict is what an attack on franking comes to under one draft, read
// in one mode.
type FrankingVerdict struct {
	Attacker string // whom the attacker owns, such as "follower-and-member"; "nobody" for an honest world
	Moves    string // the names of the moves
	About    string // what the moves are, in words
	Draft    spec.Draft
	Mode     franking.Mode
	Receiver string   // what the receiver makes of the message that is attacked
	Hub      string   // what the hub makes of the last report of it
	Breaks   []string // the IDs of the properties that the world breaks
}

// FrankingMatrix tries every known attack under every one of the drafts, in
// both modes, against an implementation.
func FrankingMatrix(impl Implementation, drafts spec.Drafts) []FrankingVerdict {
	var list []FrankingVerdict
	for i := range attacks {
		a := &attacks[i]
		for _, d := range (drafts & franking.Drafts).List() {
			if !a.inDraft(d) {
				continue
			}
			for _, mode := range []franking.Mode{franking.Default, franking.Literal} {
				list = append(list, a.verdict(impl, d, mode))
			}
		}
	}
	return list
}

func (a *attack) verdict(impl Implementation, d spec.Draft, mode franking.Mode) FrankingVerdict {
	w := a.world(mode == franking.Literal)
	g := playFranking(impl, d, &w)
	g.sendReports()
	v := FrankingVerdict{Attacker: actorsOf(&w), Moves: a.words(), About: movesOf(&w), Draft: d, Mode: mode, Hub: "no report"}
	switch m := &g.messages[0]; {
	case len(m.accepted) == 0:
		v.Receiver = "not sent on, " + inWords(&m.hub)
	case len(g.deliveries) == 0:
		v.Receiver = "not delivered"
	default:
		v.Receiver = inWords(&g.deliveries[0].verdict)
	}
	switch last := len(g.reports) - 1; {
	case g.madeUp != nil:
		v.Hub = "not franked, " + inWords(g.madeUp)
	case last >= 0:
		report := &g.reports[last].verdict
		v.Hub = inWords(&report.Report)
		if report.Report.OK() && len(report.Messages) > 0 {
			v.Hub = inWords(&report.Messages[0])
		}
	}
	for id, find := range map[string]judge{
		"franking/sender-binding": bindSender, "franking/receiver-binding": bindReceiver, "franking/context-integrity": keepContext,
	} {
		if find(playFranking(impl, d, &w)).what != "" {
			v.Breaks = append(v.Breaks, id)
		}
	}
	slices.Sort(v.Breaks)
	return v
}

// inWords puts a verdict into a few words, without its reason.
func inWords(v *franking.Verdict) string {
	if v.OK() {
		return string(v.Outcome)
	}
	return string(v.Outcome) + " at " + v.Step.String()
}

// words names the moves of an attack.
func (a *attack) words() string {
	if len(a.moves) == 0 {
		return "none"
	}
	var names []string
	for _, move := range a.moves {
		names = append(names, move.Do)
	}
	text := strings.Join(names, " + ")
	if a.note != "" {
		text += " (" + a.note + ")"
	}
	return text
}
