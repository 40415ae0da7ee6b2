package rooms

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// Disagreement is a state and an action on which a machine and the definition
// differ.
type Disagreement struct {
	State    *roompolicy.State
	Action   roompolicy.Action
	Decision roompolicy.Decision // of the definition
	Machine  string              // what the machine says
}

func (d *Disagreement) Error() string {
	return fmt.Sprintf("in %s, %s: the definition says %s; the search says %s", d.State, d.Action, d.Decision, d.Machine)
}

// Disagreements holds the machine of a room against the definition, on every
// action in every state of its users, those that cannot be reached included,
// and returns up to limit differences. It also returns how many decisions were
// compared. It fails as [Compile] does.
func Disagreements(r *Room, limit int) (found []*Disagreement, compared int, err error) {
	m, err := Compile(r)
	if err != nil {
		return nil, 0, err
	}
	judge, err := roompolicy.NewJudge(r.Draft, r.Readings)
	if err != nil {
		return nil, 0, err
	}
	found, compared = m.disagreements(judge, limit)
	return found, compared, nil
}

func (m *Machine) disagreements(judge roompolicy.Judge, limit int) (found []*Disagreement, compared int) {
	m.eachDecision(func(s state, concrete *roompolicy.State, action roompolicy.Action, next state, allowed bool) bool {
		compared++
		decision := judge.Decide(m.policy, concrete, action)
		if allowed != decision.Allowed || allowed && next != m.changed(s, &decision.Change) {
			said := "denied"
			if allowed {
				said = m.concrete(next).String()
			}
			found = append(found, &Disagreement{concrete, action, decision, said})
		}
		return len(found) < limit
	})
	return found, compared
}

// Answer is what a search says of one action in one state.
type Answer struct {
	Participants []roompolicy.Participant // the state; all else is as the room has it
	Action       roompolicy.Action
	Allowed      bool
	// What an allowed action leaves: the user whom it changes, its role, which is
	// [roompolicy.NoRole] for one who is no longer in the list, and whether a client
	// of it is in the group.
	User   roompolicy.User
	Role   uint32
	Client bool
}

// Answers goes through every action in every state of the users of a room,
// those that cannot be reached included, each with what a search says of it. It
// fails as [Compile] does.
func Answers(r *Room) (iter.Seq[Answer], error) {
	m, err := Compile(r)
	if err != nil {
		return nil, err
	}
	return func(yield func(Answer) bool) {
		m.eachDecision(func(_ state, concrete *roompolicy.State, action roompolicy.Action, next state, allowed bool) bool {
			answer := Answer{Participants: concrete.Participants, Action: action, Allowed: allowed}
			if allowed {
				answer.User = cmp.Or(action.Target, action.Actor)
				after := next.of(slices.Index(m.users, answer.User))
				answer.Role, answer.Client = m.roles[after.slot()].index, after.active()
			}
			return yield(answer)
		})
	}, nil
}

// eachDecision calls visit with every action in every state and with what the
// machine decides, until it returns false.
func (m *Machine) eachDecision(visit func(s state, concrete *roompolicy.State, action roompolicy.Action, next state, allowed bool) bool) {
	m.eachState(func(s state) bool {
		c := m.count(s)
		concrete := m.concrete(s)
		more := true
		m.everyMove(func(mv move) {
			action, ok := m.action(mv)
			if second := mv.kind == addOwnClient || mv.kind == addClient; !ok || second && s.of(int(mv.subject)).active() {
				return // a second client is not modelled
			}
			if more {
				next, allowed := m.next(s, &c, mv)
				more = visit(s, concrete, action, next, allowed)
			}
		})
		return more
	})
}

// eachState calls visit with every state, until it returns false.
func (m *Machine) eachState(visit func(state) bool) {
	var octets []octet
	for slot := range m.roles {
		octets = append(octets, octetOf(slot, false))
		if slot > 0 {
			octets = append(octets, octetOf(slot, true))
		}
	}
	digits := make([]int, len(m.users))
	for {
		var s state
		for i, d := range digits {
			s = s.with(i, octets[d])
		}
		if !visit(s) {
			return
		}
		i := 0
		for ; i < len(digits); i++ {
			if digits[i]++; digits[i] < len(octets) {
				break
			}
			digits[i] = 0
		}
		if i == len(digits) {
			return
		}
	}
}

// everyMove calls try with every move of every user and sender, whether or not
// others are alike.
func (m *Machine) everyMove(try func(move)) {
	for who := range m.actors() {
		mv := move{actor: uint8(who), subject: uint8(who)}
		if who < len(m.users) {
			for mv.kind = openJoin; mv.kind < add; mv.kind++ {
				m.eachRole(mv, try)
			}
		}
		for on := range m.users {
			mv.subject = uint8(on)
			for mv.kind = add; mv.kind < numKinds; mv.kind++ {
				m.eachRole(mv, try)
			}
		}
	}
}

// eachRole calls try with a move for every role that it can name, and with and
// without clients where that is a choice.
func (m *Machine) eachRole(mv move, try func(move)) {
	if !mv.kind.names() {
		try(mv)
		return
	}
	for slot := 1; slot < len(m.roles); slot++ {
		mv.slot = uint8(slot)
		mv.clients = false
		try(mv)
		if mv.kind == add {
			mv.clients = true
			try(mv)
		}
	}
}

// concrete returns a state as the definition takes it.
func (m *Machine) concrete(s state) *roompolicy.State {
	concrete := *m.start
	concrete.Participants = []roompolicy.Participant{}
	for i, user := range m.users {
		if o := s.of(i); o.listed() {
			concrete.Participants = append(concrete.Participants,
				roompolicy.Participant{User: user, Role: m.roles[o.slot()].index, Clients: uint32(o & 1)})
		}
	}
	return &concrete
}

// changed returns a state with a change of the definition.
func (m *Machine) changed(s state, c *roompolicy.Change) state {
	return s.with(slices.Index(m.users, c.User), octetOf(m.slots[c.To], c.ClientsAfter > 0))
}

// action returns a move as the definition takes it; false if there is no such
// action, for want of a join code.
func (m *Machine) action(mv move) (roompolicy.Action, bool) {
	a := roompolicy.Action{Kind: kinds[mv.kind].action}
	if int(mv.actor) < len(m.users) {
		a.Actor = m.users[mv.actor]
	} else {
		a.Actor = m.senders[int(mv.actor)-len(m.users)].name
	}
	if !mv.kind.own() {
		a.Target = m.users[mv.subject]
	}
	if mv.kind.names() {
		a.Role = m.roles[mv.slot].index
	}
	switch mv.kind {
	case add:
		a.Clients = uint32(oneIf(mv.clients))
	case addClient, addOwnClient, removeOwnClient, kick:
		a.Clients = 1
	case joinCode:
		at := slices.IndexFunc(m.start.JoinCodes, func(c roompolicy.JoinCode) bool { return c.Role == a.Role })
		if at < 0 {
			return a, false
		}
		a.Role, a.Code = 0, m.start.JoinCodes[at].Code
	}
	return a, true
}
