package properties

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/rooms"
)

// policySearchProperties hold the fast decisions of a search against the
// readable ones.
var policySearchProperties = []*Property{
	New(Statement{
		ID: "roompolicy/search-decides-alike", Source: policySource + "section 8.1", Drafts: policyDrafts, Cost: 400,
		Text:  "In every state of a small room a search allows the actions that the definition allows, and takes each to the same state, under every reading that it follows.",
		Rules: policyRules("room-policy/undefined-is-denied"),
	}, Check[RoomSearch, gen.Room]{Draw: drawSearched, Known: knownSearched, Try: trySearchDecidesAlike}),
}

// searchReadings are the readings, other than the defaults, under which rooms
// can be searched.
var searchReadings = func() (list []roompolicy.Readings) {
	for _, a := range roompolicy.Ambiguities() {
		for _, r := range a.Readings[1:] {
			if readings, err := (roompolicy.Readings{}).WithReading(a.ID, r.Name); err == nil && rooms.Follows(a.ID, r.Name) {
				list = append(list, readings)
			}
		}
	}
	return list
}()

func drawSearched(d spec.Draft, t *gen.Tape) gen.Room {
	room := gen.AnyRoom(d, t)
	t.Begin()
	if t.OneIn(3) {
		room.Readings = searchReadings[t.Choose(len(searchReadings))]
	}
	t.End()
	return searched(room)
}

// The bounds of a room of which every state is looked at.
const (
	mostSearched      = 2  // users
	mostSearchedRoles = 16 // more than any room has that is drawn
)

// searched returns a room for two users, of whom every state is looked at, and
// with a join code for every role.
func searched(room gen.Room) gen.Room {
	state := *room.State
	state.Participants, state.Removing, state.JoinCodes = nil, nil, []roompolicy.JoinCode{}
	for i := range room.Policy.Roles.Roles {
		if role := &room.Policy.Roles.Roles[i]; role.RoleIndex != roompolicy.NoRole {
			state.JoinCodes = append(state.JoinCodes, roompolicy.JoinCode{Code: fmt.Sprintf("code-for-%d", role.RoleIndex), Role: role.RoleIndex})
			if state.Participants == nil {
				state.Participants = []roompolicy.Participant{{User: "a", Role: role.RoleIndex}, {User: "b", Role: role.RoleIndex}}
			}
		}
	}
	room.State = &state
	return room
}

// knownSearched gives the rooms in which the rules of the model show, under the
// readings under which they do, those in which drafts differ, and those of the
// example policies.
func knownSearched(d spec.Draft) (list []gen.Room) {
	seen := map[string]bool{}
	add := func(room gen.Room) {
		room = searched(room)
		if _, err := rooms.Compile(searchRoom(d, &room)); err != nil {
			return // such as two roles with one index
		}
		key, err := json.Marshal(room)
		if err != nil {
			panic(err) // the rooms of the model can be written
		}
		if !seen[string(key)] { // many cases are of one room
			seen[string(key)] = true
			list = append(list, room)
		}
	}
	cases := roompolicy.DecisionCases()
	for i := range cases {
		c := &cases[i]
		own := c.Judge.Draft() == d || c.Judge.Readings() == (roompolicy.Readings{})
		if own && c.Policy.Roles != nil && len(c.Policy.Roles.Roles) <= 5 {
			add(gen.Room{Readings: c.Judge.Readings(), Policy: c.Policy, State: c.State})
		}
	}
	for _, c := range changedDecisions(d) {
		add(c.Room)
	}
	add(twicePreauthorized.Room)
	for _, e := range roompolicy.Examples() {
		add(gen.Room{Policy: e.Policy, State: new(roompolicy.State)})
	}
	return list
}

// twicePreauthorized is an action of someone whom two entries match.
var twicePreauthorized = knownAction(`{"roles_list": {"roles": [{"role_index": 2, "role_name": "user", "role_capabilities": ["canJoinIfPreauthorized"]}, {"role_index": 3, "role_name": "guest"}]}, `+
	`"preauth_list": {"preauthorized_entries": [{"claimset": [], "target_role": 2}, {"claimset": [], "target_role": 3}]}}`, "b=3+", "a join-preauthorized")

// searchRoom returns a room as a search takes it.
func searchRoom(d spec.Draft, r *gen.Room) *rooms.Room {
	return &rooms.Room{Draft: d, Policy: r.Policy, Readings: r.Readings, Users: len(r.State.Participants), From: r.State}
}

func trySearchDecidesAlike(impl RoomSearch, d spec.Draft, r *gen.Room) (Outcome, *Refutation) {
	judge, err := roompolicy.NewJudge(d, r.Readings)
	if err != nil || r.Policy == nil || r.Policy.Roles == nil || r.State == nil || len(r.Policy.Roles.Roles) > mostSearchedRoles {
		return Skipped, nil
	}
	if users := len(r.State.Participants); users == 0 || users > mostSearched { // none stands for the usual number
		return Skipped, nil
	}
	answers, err := impl.SearchAnswers(searchRoom(d, r))
	if err != nil {
		if wrong := (*rooms.Error)(nil); errors.As(err, &wrong) {
			return Skipped, nil // such as two roles with one index
		}
		return Refuted, &Refutation{Class: "not-searched", Detail: err.Error()}
	}
	state := *r.State
	for a := range answers {
		state.Participants = a.Participants
		decision := judge.Decide(r.Policy, &state, a.Action)
		change := &decision.Change
		switch {
		case a.Allowed != decision.Allowed:
			return Refuted, &Refutation{Class: string(a.Action.Kind) + "-" + verdict(a.Allowed), Detail: fmt.Sprintf(
				"%s: %s: the search says %s, the definition %s", &state, a.Action, verdict(a.Allowed), decision)}
		case a.Allowed && (a.User != change.User || a.Role != change.To || a.Client != (change.ClientsAfter > 0)):
			return Refuted, &Refutation{Class: string(a.Action.Kind) + "-leads-elsewhere", Detail: fmt.Sprintf(
				"%s: %s: the search leaves %s with role %d, client %v; the definition %s with role %d, client %v",
				&state, a.Action, a.User, a.Role, a.Client, change.User, change.To, change.ClientsAfter > 0)}
		}
	}
	return Holds, nil
}
