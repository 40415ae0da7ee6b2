package rooms

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// banSticks follows a banned user. Whoever could unban may do so; everyone else
// may not let the user back in.
var banSticks = Check{
	ID: "roompolicy/ban-sticks", Severity: High, Source: "room-policy-04 sections 2.1, 8.1.2 and 8.1.3",
	Statement: "A banned user stays out until someone who can unban lets it in.",
	find: func(q *query) []hit {
		const lifted = 2 // and the kind that lifted the ban
		m := q.m
		var lifters, returns [numKinds]uint32
		w := watch{phases: lifted + int(numKinds), focus: true, step: func(e *event, p phase) (phase, class) {
			if !e.onFocus() {
				return p, noClass
			}
			switch {
			case e.is.slot() == m.bannedAt:
				return 1, noClass
			case p == 0:
				return 0, noClass
			case p == 1:
				if !e.byFocus() && m.unbans(e.slot) {
					return dead, noClass
				}
				lifters[e.mv.kind] |= 1 << e.slot
				p = lifted + phase(e.mv.kind)
			case !e.byFocus() && m.unbans(e.slot):
				return dead, noClass // who could unban lets the user in knowingly
			}
			if e.is.active() {
				by := p - lifted
				returns[by] |= 1 << e.mv.kind
				return dead, class(by) + 1
			}
			return p, noClass
		}}
		found := q.follow(q.space, &w)
		var hits []hit
		for _, c := range sharpest(found) {
			h, by := found[c], kind(c-1)
			key := 0
			for key < len(h.moves) && h.moves[len(h.moves)-1-key].move().kind != by {
				key++
			}
			who := "it"
			if !by.own() {
				who = m.rolesIn(lifters[by], "or")
			}
			hits = append(hits, hit{history: &h, key: key, summary: fmt.Sprintf(
				"A banned user takes part again though no one who can unban let it in: %s ends the ban by %q, and the user comes back by %s.",
				who, kinds[by].action, kindsIn(returns[by]))})
		}
		return hits
	},
}

// kindsIn lists the kinds of a mask.
func kindsIn(mask uint32) string {
	var names []string
	for _, action := range actionsIn(mask) {
		names = append(names, fmt.Sprintf("%q", action))
	}
	return list(names, "or")
}

func actionsIn(mask uint32) (actions []roompolicy.ActionKind) {
	for k := range numKinds {
		if mask>>k&1 == 1 {
			actions = append(actions, kinds[k].action)
		}
	}
	return actions
}

// BanEnd is how the holders of a role can end a ban.
type BanEnd struct {
	Role    uint32                  `json:"role"`
	Name    string                  `json:"name"`
	Actions []roompolicy.ActionKind `json:"actions"`
}

// banEnds returns who can end a ban, and how.
func (s *Space) banEnds() []BanEnd {
	ends := []BanEnd{}
	for slot, lifted := range s.coverage.lifted {
		if lifted != 0 {
			ends = append(ends, BanEnd{s.m.roles[slot].index, s.m.roles[slot].name, actionsIn(lifted)})
		}
	}
	return ends
}

// banOutranks follows a ban and looks at who ends it.
var banOutranks = Check{
	ID: "roompolicy/ban-outranks", Severity: Medium, Source: "room-policy-04 section 8.1.3",
	Statement: "A ban is not undone by someone whom the one who banned outranks.",
	find: func(q *query) []hit {
		m := q.m
		if m.bannedAt < 0 {
			return nil
		}
		undone, by := pairs{}, uint32(0)
		w := watch{phases: 1 + len(m.roles), focus: true, step: func(e *event, p phase) (phase, class) {
			if !e.onFocus() {
				return p, noClass
			}
			if e.is.slot() == m.bannedAt {
				return 1 + phase(e.slot), noClass
			}
			if banner := int(p) - 1; p > 0 && !e.byFocus() && m.outranks(banner, e.slot) {
				undone[[2]int{banner, e.slot}] = true
				by |= 1 << e.mv.kind
				return 0, 1
			}
			return 0, noClass
		}}
		found := q.follow(q.space, &w)
		var hits []hit
		for _, c := range sharpest(found) {
			h := found[c]
			hits = append(hits, hit{history: &h, summary: fmt.Sprintf(
				"A ban is undone, by %s, by someone whom the one who banned can remove or ban, and who cannot do so in turn. A ban by %s.",
				kindsIn(by), undone.text(m, "is undone by"))})
		}
		return hits
	},
}
