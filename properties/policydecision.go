package properties

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/oracle"
)

// policyDecisionProperties are what must hold of deciding who may do what. The
// readings under which they are claimed are the defaults, unless their text
// names others. Known rooms under another reading show that it matters.
var policyDecisionProperties = []*Property{
	New(Statement{
		ID: "roompolicy/decision-table", Source: policySource + "section 8.1", Drafts: policyDrafts, Cost: 4,
		Text:  "A membership or role action is allowed just if every condition of a table, made apart from the model, holds.",
		Rules: policyRules("room-policy/undefined-is-denied"),
	}, Check[RoomDecisions, gen.RoomAction]{Draw: gen.AnyRoomAction, Known: knownDecisions, Try: tryDecisionTable}),

	New(Statement{
		ID: "roompolicy/capability-never-denies", Source: policySource + "section 8", Drafts: policyDrafts, Cost: 8,
		Text:  "No action that is allowed is denied once a role has one more capability.",
		Rules: policyRules("room-policy/capability-unknown-grants-nothing"),
	}, Check[RoomDecisions, grant]{Draw: drawGrant, Try: tryGrant}),

	New(Statement{
		ID: "roompolicy/names-and-order", Source: policySource + "section 3", Drafts: policyDrafts, Cost: 12,
		Text:  "The names of roles and users, and the order of roles, capabilities, role changes and participants, decide nothing; role 1 named banned apart. It holds where the targets of role changes from one role are united.",
		Rules: policyRules("room-policy/undefined-is-denied"),
	}, Check[RoomDecisions, shuffled]{Draw: drawShuffled, Known: knownShuffled, Try: tryShuffled}),

	New(Statement{
		ID: "roompolicy/fails-closed", Source: policySource + "section 8.7", Drafts: policyDrafts, Cost: 10,
		Text:  "Nothing is allowed to unknown users, from unknown or reserved capabilities and undefined roles, to an undefined role, or by an unknown kind of action.",
		Rules: policyRules("room-policy/undefined-is-denied"),
	}, Check[RoomDecisions, damaged]{Draw: drawDamaged, Try: tryDamaged}),

	New(Statement{
		ID: "roompolicy/message-capabilities", Source: policySource + "section 8.3 and 8.4", Drafts: policyDrafts, Cost: 60,
		Text:  "A message is allowed to who has each capability that it needs, and denied without any one of them; a message without special fields needs canSendMessage only.",
		Rules: policyRules("room-policy/message-send"),
	}, Check[RoomMessages, gen.RoomMessage]{Draw: gen.AnyRoomMessage, Try: tryMessageCapabilities}),

	New(Statement{
		ID: "roompolicy/between-drafts", Source: policySource + "section 7 and 8.1", Drafts: spec.Between(spec.RoomPolicy02, spec.RoomPolicy04), Cost: 20,
		Text:  "What one draft allows and its neighbour denies differs only by what changed between them.",
		Rules: policyRules("room-policy/undefined-is-denied"),
	}, Check[RoomDecisions, changedDecision]{Draw: drawChangedDecision, Known: changedDecisions, Try: tryChangedDecision}),
}

// verdict says in a word what was decided.
func verdict(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "denied"
}

// ask asks about an action and makes a refutation of an error.
func ask(impl RoomDecisions, d spec.Draft, q *gen.RoomAction) (allowed bool, refutation *Refutation) {
	allowed, err := impl.DecideAction(d, q.Readings, q.Policy, q.State, q.Action)
	if err != nil {
		return false, &Refutation{Class: "no-decision", Detail: fmt.Sprintf("%s: %s: no decision: %v", q.State, q.Action, err)}
	}
	return allowed, nil
}

// otherReading is for known rooms under a reading under which a property does
// not hold: it turns the outcome round.
func otherReading(outcome Outcome, refutation *Refutation, r *gen.Room) (Outcome, *Refutation) {
	switch {
	case !r.Refuting:
		return outcome, refutation
	case outcome == Refuted:
		return Holds, nil
	}
	return Refuted, &Refutation{Class: "reading-makes-no-difference", Detail: fmt.Sprintf(
		"under %q this room is known to refute the property, but does not: %s", r.Readings, r.State)}
}

// knownDecisions gives the actions that show the rules of the model, in policies
// that are small to read.
func knownDecisions(d spec.Draft) []gen.RoomAction {
	var list []gen.RoomAction
	cases := roompolicy.DecisionCases()
	for i := range cases {
		c := &cases[i]
		if c.Commit == nil && c.Judge.Draft() == d && c.Judge.Readings() == (roompolicy.Readings{}) && c.Action.Kind != roompolicy.ActionUse &&
			c.Policy.Roles != nil && len(c.Policy.Roles.Roles) <= 5 {
			list = append(list, gen.RoomAction{Room: gen.Room{Policy: c.Policy, State: c.State}, Action: c.Action})
		}
	}
	for _, c := range changedDecisions(d) {
		list = append(list, c.RoomAction)
	}
	// Active participants are users, however many clients they have (section 3).
	return append(list, knownAction(`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user", "maximum_active_participants_constraint": 2, "role_capabilities": ["canAddParticipant"], "authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2]}]}]}}`,
		"a=2+2", "a add b 2 with 1 client"))
}

func tryDecisionTable(impl RoomDecisions, d spec.Draft, q *gen.RoomAction) (Outcome, *Refutation) {
	if q.Action.Kind == roompolicy.ActionUse || q.Readings != (roompolicy.Readings{}) {
		return Skipped, nil // not in the table
	}
	got, refutation := ask(impl, d, q)
	if refutation != nil {
		return Refuted, refutation
	}
	want, against := oracle.Allows(d, q.Policy, q.State, q.Action)
	if got == want {
		return Holds, nil
	}
	detail := fmt.Sprintf("%s: %s: expected to be %s, is %s", q.State, q.Action, verdict(want), verdict(got))
	if against != "" {
		detail += ": does not hold: " + against
	}
	return Refuted, &Refutation{Class: string(q.Action.Kind) + "-" + verdict(got), Detail: detail}
}

// grant is an action, and a capability that one role has more.
type grant struct {
	gen.RoomAction
	Role       uint32                `json:"role"`
	Capability roompolicy.Capability `json:"capability"`
}

func drawGrant(d spec.Draft, t *gen.Tape) grant {
	g := grant{RoomAction: gen.AnyRoomAction(d, t)}
	roles := g.Policy.Roles.Roles
	g.Role = roles[t.Choose(len(roles))].RoleIndex
	all := roompolicy.Capabilities()
	if g.Capability = 0x7fff; t.Choose(4) > 0 {
		g.Capability = all[t.Choose(len(all))]
	}
	return g
}

// changedRoles returns a copy of a policy whose roles can be changed.
func changedRoles(policy *roompolicy.Policy, change func(*roompolicy.Role)) *roompolicy.Policy {
	changed := *policy
	changed.Roles = &roompolicy.RoleData{Roles: slices.Clone(policy.Roles.Roles)}
	for i := range changed.Roles.Roles {
		change(&changed.Roles.Roles[i])
	}
	return &changed
}

func tryGrant(impl RoomDecisions, d spec.Draft, g *grant) (Outcome, *Refutation) {
	if before, refutation := ask(impl, d, &g.RoomAction); refutation != nil {
		return Refuted, refutation
	} else if !before {
		return Skipped, nil
	}
	more := g.RoomAction
	more.Policy = changedRoles(g.Policy, func(r *roompolicy.Role) {
		if r.RoleIndex == g.Role {
			r.RoleCapabilities = append([]roompolicy.Capability{g.Capability}, r.RoleCapabilities...)
		}
	})
	after, refutation := ask(impl, d, &more)
	if refutation == nil && !after {
		refutation = &Refutation{Class: "capability-denies", Detail: fmt.Sprintf(
			"%s: %s: allowed, but denied once role %d has %s as well", g.State, g.Action, g.Role, g.Capability)}
	}
	if refutation != nil {
		return Refuted, refutation
	}
	return Holds, nil
}

// shuffled is an action, and how far each list of the room is turned.
type shuffled struct {
	gen.RoomAction
	Turn int `json:"turn"`
}

func drawShuffled(d spec.Draft, t *gen.Tape) shuffled {
	return shuffled{RoomAction: gen.AnyRoomAction(d, t), Turn: t.Choose(3)}
}

// knownShuffled gives a room in which it matters that the targets of role
// changes from one role are not united.
func knownShuffled(spec.Draft) []shuffled {
	readings, err := roompolicy.ParseReadings("repeated-from=first")
	if err != nil {
		panic(err)
	}
	q := knownAction(`{"roles_list": {"roles": [{"role_index": 2, "role_name": "admin", "role_capabilities": ["canRemoveParticipant"], "authorized_role_changes": [`+
		`{"from_role_index": 2, "target_role_indexes": [3]}, {"from_role_index": 2, "target_role_indexes": [0]}]}, {"role_index": 3, "role_name": "user"}]}}`, "a=2+ b=2+", "a remove b")
	united := shuffled{RoomAction: q}
	q.Readings, q.Refuting = readings, true
	return []shuffled{united, {RoomAction: q}}
}

// knownAction makes an action in a room of their text forms.
func knownAction(policy, state, action string) gen.RoomAction {
	p, err := roompolicy.DecodePolicyJSON([]byte(policy))
	if err != nil {
		panic(err)
	}
	s, err := roompolicy.ParseState(state)
	if err != nil {
		panic(err)
	}
	a, err := roompolicy.ParseAction(action, p.Roles)
	if err != nil {
		panic(err)
	}
	return gen.RoomAction{Room: gen.Room{Policy: p, State: s}, Action: a}
}

// turned returns a copy of a list that is turned round: reversed, and begun
// elsewhere.
func turned[T any](list []T, turn int) []T {
	if len(list) == 0 {
		return list
	}
	turned := slices.Clone(list)
	slices.Reverse(turned)
	at := turn % len(turned)
	return slices.Concat(turned[at:], turned[:at])
}

// renamed gives users other names, no two of them the same.
func renamed(user roompolicy.User) roompolicy.User {
	if user == "" {
		return user
	}
	return "user " + user
}

func (s *shuffled) turn() gen.RoomAction {
	q := s.RoomAction
	policy := changedRoles(s.Policy, func(r *roompolicy.Role) {
		if r.RoleIndex != roompolicy.BannedRole {
			r.RoleName = fmt.Sprintf("role %d", r.RoleIndex)
		}
		r.RoleDescription += "."
		r.RoleCapabilities = turned(r.RoleCapabilities, s.Turn)
		r.AuthorizedRoleChanges = turned(r.AuthorizedRoleChanges, s.Turn)
		for i := range r.AuthorizedRoleChanges {
			r.AuthorizedRoleChanges[i].TargetRoleIndexes = turned(r.AuthorizedRoleChanges[i].TargetRoleIndexes, s.Turn)
		}
	})
	policy.Roles.Roles = turned(policy.Roles.Roles, s.Turn)
	state := s.State.Clone()
	state.Participants = turned(state.Participants, s.Turn)
	for i := range state.Participants {
		state.Participants[i].User = renamed(state.Participants[i].User)
	}
	for i := range state.Credentials {
		state.Credentials[i].User = renamed(state.Credentials[i].User)
		state.Credentials[i].Claims = turned(state.Credentials[i].Claims, s.Turn)
	}
	for _, users := range [][]roompolicy.User{state.ExternalSenders, state.Removing, state.ParentParticipants} {
		for i := range users {
			users[i] = renamed(users[i])
		}
	}
	q.Policy, q.State = policy, state
	q.Action.Actor, q.Action.Target = renamed(s.Action.Actor), renamed(s.Action.Target)
	return q
}

func tryShuffled(impl RoomDecisions, d spec.Draft, s *shuffled) (Outcome, *Refutation) {
	before, refutation := ask(impl, d, &s.RoomAction)
	if refutation != nil {
		return Refuted, refutation
	}
	other := s.turn()
	after, refutation := ask(impl, d, &other)
	if refutation != nil {
		return Refuted, refutation
	}
	if before == after {
		return otherReading(Holds, nil, &s.Room)
	}
	return otherReading(Refuted, &Refutation{Class: "order-or-name-decides", Detail: fmt.Sprintf(
		"%s: %s: %s, but %s with other names and in another order: %s: %s", s.State, s.Action, verdict(before), verdict(after), other.State, other.Action)}, &s.Room)
}

// damaged is an action, and what of it is unknown.
type damaged struct {
	gen.RoomAction
	Unknown string `json:"unknown"`
}

// grantsNothing are the capabilities that are reserved, and some that are
// unknown or private.
var grantsNothing = func() []roompolicy.Capability {
	list := []roompolicy.Capability{0x0012, 0x0112, 0x0700, 0x7fff, roompolicy.PrivateUse, 0xffff}
	return append(list, slices.DeleteFunc(roompolicy.Capabilities(), func(c roompolicy.Capability) bool { return !c.Reserved() })...)
}()

// unknowns are what can be unknown, and what is done to an action to make it so.
// They report whether nothing may be allowed then.
var unknowns = []struct {
	name   string
	damage func(*gen.RoomAction) bool
}{
	{"capabilities", func(q *gen.RoomAction) bool {
		q.Policy = changedRoles(q.Policy, func(r *roompolicy.Role) {
			r.RoleCapabilities = grantsNothing
		})
		return true
	}},
	{"actor", func(q *gen.RoomAction) bool {
		q.Action.Actor = "stranger"
		return !joins(q.Action.Kind)
	}},
	{"roles of participants", func(q *gen.RoomAction) bool {
		q.State = q.State.Clone()
		for i := range q.State.Participants {
			q.State.Participants[i].Role = 99
		}
		return q.State.Lists(q.Action.Actor)
	}},
	{"new role", func(q *gen.RoomAction) bool {
		q.Policy = changedRoles(q.Policy, func(r *roompolicy.Role) {
			changes := slices.Clone(r.AuthorizedRoleChanges)
			for from := range uint32(10) {
				changes = append(changes, roompolicy.SingleSourceRoleChangeTargets{FromRoleIndex: from, TargetRoleIndexes: []uint32{99}})
			}
			r.AuthorizedRoleChanges = changes
		})
		q.Action.Role = 99
		switch q.Action.Kind {
		case roompolicy.ActionAdd, roompolicy.ActionOpenJoin, roompolicy.ActionChangeRole, roompolicy.ActionUnban:
			return true
		}
		return false
	}},
	{"target", func(q *gen.RoomAction) bool {
		q.Action.Target = "stranger"
		switch q.Action.Kind {
		case roompolicy.ActionRemove, roompolicy.ActionKick, roompolicy.ActionChangeRole, roompolicy.ActionUnban, roompolicy.ActionAddClient:
			return true
		}
		return false
	}},
	{"kind", func(q *gen.RoomAction) bool {
		q.Action.Kind = "promote"
		return true
	}},
	{"roles", func(q *gen.RoomAction) bool {
		policy := *q.Policy
		policy.Roles = nil
		q.Policy = &policy
		return true
	}},
}

// joins reports whether an action lets its actor in.
func joins(kind roompolicy.ActionKind) bool {
	switch kind {
	case roompolicy.ActionOpenJoin, roompolicy.ActionJoinPreauthorized, roompolicy.ActionJoinCode:
		return true
	}
	return false
}

func drawDamaged(d spec.Draft, t *gen.Tape) damaged {
	return damaged{RoomAction: gen.AnyRoomAction(d, t), Unknown: unknowns[t.Choose(len(unknowns))].name}
}

func tryDamaged(impl RoomDecisions, d spec.Draft, damaged *damaged) (Outcome, *Refutation) {
	q := damaged.RoomAction
	for _, u := range unknowns {
		if u.name != damaged.Unknown {
			continue
		}
		if !u.damage(&q) {
			return Skipped, nil
		}
		allowed, refutation := ask(impl, d, &q)
		if refutation == nil && allowed {
			refutation = &Refutation{Class: "unknown-" + u.name, Detail: fmt.Sprintf("%s: %s: allowed, with unknown %s", q.State, q.Action, u.name)}
		}
		if refutation != nil {
			return Refuted, refutation
		}
		return Holds, nil
	}
	return Skipped, nil
}

// senders gives the only role of a room some capabilities.
func senders(capabilities []roompolicy.Capability) *roompolicy.Policy {
	return &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: []roompolicy.Role{{RoleIndex: 2, RoleName: "user", RoleCapabilities: capabilities}}}}
}

func tryMessageCapabilities(impl RoomMessages, d spec.Draft, m *gen.RoomMessage) (Outcome, *Refutation) {
	state := &roompolicy.State{Participants: []roompolicy.Participant{{User: "a", Role: 2, Clients: 1}, {User: "b", Role: 2, Clients: 1}}}
	with := func(capabilities []roompolicy.Capability, want bool, class, because string) *Refutation {
		allowed, err := impl.DecideMessage(d, senders(capabilities), state, m.Sender, m.Message, m.Earlier)
		if err != nil {
			return &Refutation{Class: "no-decision", Detail: fmt.Sprintf("message %x: no decision: %v", shortened(m.Message), err)}
		}
		if allowed != want {
			return &Refutation{Class: class, Detail: fmt.Sprintf("message %x with %v is %s: %s", shortened(m.Message), capabilities, verdict(allowed), because)}
		}
		return nil
	}
	all := slices.Concat(m.Needs, m.Others)
	if refutation := with(all, true, "needed-are-not-enough", fmt.Sprintf("it needs only %v", m.Needs)); refutation != nil {
		return Refuted, refutation
	}
	for _, need := range m.Needs {
		without := slices.DeleteFunc(slices.Clone(all), func(c roompolicy.Capability) bool { return c == need })
		if refutation := with(without, false, "needless-"+need.String(), "it needs "+need.String()+" as well"); refutation != nil {
			return Refuted, refutation
		}
	}
	return Holds, nil
}
