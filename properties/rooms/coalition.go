package rooms

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// Reach is what a coalition can come to: participants of one role, with whoever
// they bring, and no one else in the room.
type Reach struct {
	Role     uint32   `json:"role"`
	Name     string   `json:"name"`
	Reaches  []uint32 `json:"reaches"` // the roles that one of them can come to have
	Complete bool     `json:"exhausted"`
}

// coalition explores the room of a query from participants of one role alone. It
// is nil where they cannot be in a room.
func coalition(q *query, slot int) *Space {
	m := q.m
	if slot == m.bannedAt || !m.roles[slot].active || m.roles[slot].max == 0 {
		return nil
	}
	room := *m.room
	from := *m.start
	from.ExternalSenders = nil
	from.Participants = nil
	// Two where there is room for another user, and where the role lets two.
	size := max(1, min(2, len(m.users)-1, m.roles[slot].max, m.roles[slot].maxActive))
	for _, user := range m.users[:size] {
		from.Participants = append(from.Participants, roompolicy.Participant{User: user, Role: m.roles[slot].index, Clients: 1})
	}
	room.From, room.Users, room.Policy = &from, len(m.users), m.policy
	room.Preauthorized, room.Senders = nil, nil
	sub, err := Compile(&room)
	if err != nil {
		return nil // the room was compiled before: only its first state is another
	}
	return Explore(q.ctx, sub, Limits{Memory: q.memory / 2, Workers: 1})
}

// reach returns what the coalition of a role can come to, whose space is given.
func reach(m *Machine, slot int, s *Space) Reach {
	r := Reach{Role: m.roles[slot].index, Name: m.roles[slot].name, Complete: s.Exhausted()}
	held := s.coverage.held | 1<<slot
	for to := 1; to < len(m.roles); to++ {
		if held>>to&1 == 1 {
			r.Reaches = append(r.Reaches, m.roles[to].index)
		}
	}
	return r
}

// escalation looks for coalitions that come to roles above their own which none
// of their roles may give.
var escalation = Check{
	ID: "roompolicy/escalation", Severity: Medium, Source: "room-policy-04 sections 3, 4 and 8.1",
	Statement: "Participants come to a role above their own only by someone whose authorized role changes lead to it.",
	find: func(q *query) []hit {
		var hits []hit
		for slot := 1; slot < len(q.m.roles); slot++ {
			s := coalition(q, slot)
			if s == nil {
				continue
			}
			*q.reach = append(*q.reach, reach(q.m, slot, s))
			q.stop(s.stopped)
			var above uint32
			w := watch{phases: 1, step: func(e *event, p phase) (phase, class) {
				to := e.is.slot()
				if !e.was.listed() || to == e.was.slot() || !e.is.listed() || !q.m.outranks(to, slot) || !q.m.outranks(to, e.was.slot()) {
					return 0, noClass
				}
				if !e.mv.kind.own() && q.m.roles[e.slot].targets[e.was.slot()]>>to&1 == 1 {
					return 0, noClass
				}
				above |= 1 << to
				return 0, 1
			}}
			found := q.follow(s, &w)
			for _, c := range sharpest(found) {
				h := found[c]
				hits = append(hits, hit{history: &h, in: s.m, summary: fmt.Sprintf(
					"Participants with the role %s come to the role %s, which no authorized role change gives them.", q.m.name(slot), q.m.rolesIn(above, "and"))})
			}
		}
		// One story for all coalitions is enough: the shortest.
		slices.SortStableFunc(hits, func(a, b hit) int { return len(a.history.moves) - len(b.history.moves) })
		return hits[:min(len(hits), 1)]
	},
}
