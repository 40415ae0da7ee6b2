package rooms

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

func vet(t *testing.T, room Room) *Report {
	t.Helper()
	report, err := Vet(t.Context(), &room, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// change returns the room of an example whose policy was changed.
func change(name string, users int, edit func(p *roompolicy.Policy)) Room {
	room := exampleRoom(name, users)
	octets, err := roompolicy.EncodeJSON(room.Policy)
	if err != nil {
		panic(err)
	}
	policy, err := roompolicy.DecodePolicyJSON(octets)
	if err != nil {
		panic(err)
	}
	edit(policy)
	room.Policy = policy
	return room
}

func without(role uint32, capabilities ...roompolicy.Capability) func(*roompolicy.Policy) {
	return func(p *roompolicy.Policy) {
		r := p.Roles.Role(role)
		r.RoleCapabilities = slices.DeleteFunc(r.RoleCapabilities, func(c roompolicy.Capability) bool { return slices.Contains(capabilities, c) })
	}
}

// inside returns the room without external senders.
func inside(room Room) Room {
	room.Senders = nil
	return room
}

func preauthorized(room Room, roles ...uint32) Room {
	room.Preauthorized = roles
	return room
}

func reading(room Room, text string) Room {
	var err error
	if room.Readings, err = roompolicy.ParseReadings(text); err != nil {
		panic(err)
	}
	return room
}

func based(room Room, base roompolicy.BaseRoomPolicy) Room {
	policy := *room.Policy
	policy.Base = &base
	room.Policy = &policy
	return room
}

// checkCases shows each check a room in which it finds something and one in
// which it finds nothing. Steps is how long the shortest history is, and rule
// what is at fault.
var checkCases = []struct {
	check, rule string
	steps       int
	summary     string // a part of it
	found       Room
	sound       Room
}{
	{"ban-sticks", "remove-banned-user", 4, `policy_enforcer (5) ends the ban by "remove"`, exampleRoom("cooperative", 3), inside(exampleRoom("cooperative", 3))},
	{"ban-sticks", "change-own-role-capability", 3, "in: it ends the ban",
		reading(preauthorized(inside(exampleRoom("strict", 3)), 2), "own-role-holder=target-role"), preauthorized(inside(exampleRoom("strict", 3)), 2)},
	{"ban-outranks", "change-role-capability", 3, "super_admin (4) is undone by group_admin (3)",
		inside(exampleRoom("cooperative", 3)), inside(exampleRoom("multi-org", 3))},
	{"out-of-reach", "kick-capability", 2, "group_admin (3) on super_admin (4)", exampleRoom("cooperative", 3),
		change("cooperative", 3, without(3, roompolicy.CanKick))},
	{"escalation", "change-own-role-capability", 2, "ordinary_user (2) come to the role super_admin (4)",
		preauthorized(exampleRoom("strict", 3), 4), exampleRoom("strict", 3)},
	{"demotion-lasts", "change-own-role-capability", 4, "group_admin (3)", preauthorized(exampleRoom("strict", 3), 3), exampleRoom("strict", 3)},
	{"administrable", "remove-self-capability", 2, "no participant can give roles", exampleRoom("cooperative", 3), exampleRoom("multi-org", 3)},
	{"removal-lasts", "join-code-holder", 3, `comes back alone, by "join-code"`, exampleRoom("strict", 3),
		change("strict", 3, func(p *roompolicy.Policy) {
			without(0, roompolicy.CanUseJoinCode)(p)
			without(3, roompolicy.CanAddParticipant)(p)
			without(5, roompolicy.CanRemoveParticipant)(p)
		})},
	{"can-return", "add-own-client", 2, "the role guest (2)", exampleRoom("moderated", 3), exampleRoom("strict", 3)},
	{"can-leave", "remove-self-minima", 1, "group_admin (3) cannot leave", exampleRoom("cooperative", 3),
		change("cooperative", 3, func(p *roompolicy.Policy) { p.Roles.Role(3).MinimumParticipantsConstraint = 0 })},
	{"unremovable", "remove-capability", 2, "super_admin (4) makes itself", inside(exampleRoom("strict", 3)),
		change("strict", 3, func(p *roompolicy.Policy) { p.Roles.Role(3).MinimumParticipantsConstraint = 0 })},
	{"unremovable", "remove-capability", 1, "No one else can ever remove or ban a participant with the role member (2)",
		change("cooperative", 3, func(p *roompolicy.Policy) { *p = *plainRoom().Policy; without(2, roompolicy.CanRemoveParticipant)(p) }), plainRoom()},
	{"bounds-hold", "add-own-client", 2, "maximum of active participants",
		change("strict", 3, func(p *roompolicy.Policy) {
			p.Roles.Role(4).MaximumActiveParticipantsConstraint = roompolicy.Some[uint32](1)
		}), exampleRoom("strict", 3)},
	{"base-limits-bind", "change-role-capability", 3, "max_users", reading(based(exampleRoom("cooperative", 3),
		roompolicy.BaseRoomPolicy{MultiDevice: true, MaxUsers: roompolicy.Some[uint32](2)}), "max-users=additions"),
		based(exampleRoom("cooperative", 3), roompolicy.BaseRoomPolicy{MultiDevice: true, MaxUsers: roompolicy.Some[uint32](2)})},
	{"dead-role", "", 0, "the role policy_enforcer (5)", inside(exampleRoom("strict", 3)),
		change("strict", 3, func(p *roompolicy.Policy) {
			p.Roles.Roles = slices.DeleteFunc(p.Roles.Roles, func(r roompolicy.Role) bool { return r.RoleIndex == 5 })
		})},
	{"dead-capability", "capability-unknown-grants-nothing", 0, "canChangeOwnName", exampleRoom("cooperative", 3), plainRoom()},
	{"dead-role-change", "", 0, "ordinary_user (2) from 0 to 2", exampleRoom("strict", 3), plainRoom()},
	{"capability-swallowed", "", 0, "canUnBan", inside(exampleRoom("strict", 3)), plainRoom()},
}

// plainRoom has a policy of which every word is of use.
func plainRoom() Room {
	return Room{Draft: exampleRoom("strict", 3).Draft, Users: 3, Policy: &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: []roompolicy.Role{
		{RoleIndex: 2, RoleName: "member", RoleCapabilities: []roompolicy.Capability{
			roompolicy.CanRemoveSelf, roompolicy.CanAddParticipant, roompolicy.CanAddOwnClient, roompolicy.CanRemoveParticipant, roompolicy.CanSendMessage},
			AuthorizedRoleChanges: []roompolicy.SingleSourceRoleChangeTargets{{FromRoleIndex: 0, TargetRoleIndexes: []uint32{2}}, {FromRoleIndex: 2, TargetRoleIndexes: []uint32{0}}}},
	}}}}
}

func TestNothingIsFoundInAPlainRoom(t *testing.T) {
	for _, f := range vet(t, plainRoom()).Findings {
		t.Errorf("%s: %s", f.Property, f.Summary)
	}
}

func TestEachCheckFindsAndIsSilent(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range checkCases {
		id := "roompolicy/" + c.check
		seen[id] = true
		at := slices.IndexFunc(vet(t, c.found).Findings, func(f Finding) bool { return f.Property == id && strings.Contains(f.Summary, c.summary) })
		if at < 0 {
			t.Errorf("%s finds no %q: %s", id, c.summary, summaries(t, c.found, id))
			continue
		}
		f := vet(t, c.found).Findings[at]
		if len(f.Trace) != c.steps || strings.TrimPrefix(f.Rule, "room-policy/") != c.rule {
			t.Errorf("%s takes %d steps and is for %q, expected %d for %q", id, len(f.Trace), f.Rule, c.steps, c.rule)
		}
		for _, f := range vet(t, c.sound).Findings {
			if f.Property == id && (strings.Contains(f.Summary, c.summary) || c.check != "can-leave" && c.check != "unremovable") {
				t.Errorf("%s finds in a sound room: %s", id, f.Summary)
			}
		}
	}
	for _, c := range Checks() {
		if !seen[c.ID] {
			t.Errorf("%s has no case", c.ID)
		}
		if c.Statement == "" || c.Source == "" || !slices.Contains(severities, c.Severity) {
			t.Errorf("%s says too little of itself", c.ID)
		}
	}
}

func summaries(t *testing.T, room Room, id string) (list []string) {
	for _, f := range vet(t, room).Findings {
		if f.Property == id {
			list = append(list, f.Summary+" by "+f.Rule)
		}
	}
	return list
}

// TestWhoEndsABan holds who can end a ban against the actions that the
// definition allows in one state with a banned user.
func TestWhoEndsABan(t *testing.T) {
	for _, end := range vet(t, exampleRoom("cooperative", 3)).BanEnds {
		for _, kind := range []roompolicy.ActionKind{roompolicy.ActionRemove, roompolicy.ActionUnban, roompolicy.ActionChangeRole} {
			state, err := roompolicy.ParseState("alice=2+ bob=1")
			if err != nil {
				t.Fatal(err)
			}
			state.Participants = append(state.Participants, roompolicy.Participant{User: "carol", Role: end.Role, Clients: uint32(oneIf(end.Role != 5))})
			allowed := roompolicy.Decide(roompolicy.ExampleByName("cooperative"), state, roompolicy.Action{Actor: "carol", Kind: kind, Target: "bob", Role: 2}).Allowed
			if allowed != slices.Contains(end.Actions, kind) {
				t.Errorf("%s ends a ban by %v, %s is allowed: %v", end.Name, end.Actions, kind, allowed)
			}
		}
	}
	if n := len(vet(t, exampleRoom("cooperative", 3)).BanEnds); n != 3 {
		t.Errorf("%d roles end bans", n)
	}
}

// TestHistoriesAreReal plays the history of every finding in the examples again,
// by its text alone.
func TestHistoriesAreReal(t *testing.T) {
	played := 0
	for _, example := range roompolicy.Examples() {
		for _, users := range []int{2, 4} {
			room := preauthorized(exampleRoom(example.Name, users), 2)
			report := vet(t, room)
			if !report.Exhausted {
				t.Fatalf("%s stopped: %s", example.Name, report.Stopped)
			}
			policy, state, _, err := room.concrete()
			if err != nil {
				t.Fatal(err)
			}
			judge, err := roompolicy.NewJudge(room.Draft, room.Readings)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				if f.Initial == "" || f.Property == "roompolicy/escalation" {
					continue // escalation starts from another state
				}
				at, err := roompolicy.ParseState(f.Initial)
				if err != nil {
					t.Fatal(err)
				}
				for _, step := range f.Trace {
					action, err := roompolicy.ParseAction(step.Text, policy.Roles)
					if err != nil {
						t.Fatal(err)
					}
					now := *state
					now.Participants = at.Participants
					if decision := judge.Decide(policy, &now, action); !decision.Allowed || decision.Rule.ID != step.Rule {
						t.Errorf("%s in %s: %s: %s", f.Property, at, step.Text, decision)
					}
					if at, err = roompolicy.ParseState(step.State); err != nil {
						t.Fatal(err)
					}
					played++
				}
			}
		}
	}
	if played == 0 {
		t.Error("no step was played")
	}
}

// TestFoldingHidesNoFinding holds what is found where users who are alike are
// folded together against what is found where they are not.
func TestFoldingHidesNoFinding(t *testing.T) {
	rooms := smallRooms()
	for _, name := range []string{"cooperative", "strict", "moderated", "odd", "limits"} {
		room := rooms[name]
		room.Users = 3 + len(room.Preauthorized)/2 // two alike at least
		folded := vet(t, room)
		m, err := Compile(&room)
		if err != nil {
			t.Fatal(err)
		}
		m.alike = 0
		apart, err := m.vet(t.Context(), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if apart.States <= folded.States {
			t.Errorf("%s: %d states apart, %d folded", name, apart.States, folded.States)
		}
		if diff := cmp.Diff(told(apart), told(folded)); diff != "" {
			t.Errorf("%s, apart and folded:\n%s", name, diff)
		}
	}
}

// TestAnInterruptedVetSaysSo holds that nothing is said of what never happens
// where the search did not come to its end.
func TestAnInterruptedVetSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	room := exampleRoom("cooperative", 4)
	report, err := Vet(ctx, &room, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Exhausted || report.Stopped == "" {
		t.Errorf("exhausted %v, stopped %q", report.Exhausted, report.Stopped)
	}
	room = exampleRoom("moderated", 5)
	report, err = Vet(t.Context(), &room, Limits{Memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	if report.Exhausted || report.States == 0 {
		t.Errorf("%d states, exhausted %v", report.States, report.Exhausted)
	}
	for _, f := range report.Findings {
		if f.Initial == "" || f.Property == "roompolicy/administrable" {
			t.Errorf("found without the whole search: %s", f.Summary)
		}
	}
}

func TestTheDrawingIsXML(t *testing.T) {
	room := change("strict", 3, func(p *roompolicy.Policy) { p.Roles.Role(3).RoleName = `<b>&"` })
	m, err := Compile(&room)
	if err != nil {
		t.Fatal(err)
	}
	drawing := string(m.Matrix().SVG())
	decoder := xml.NewDecoder(strings.NewReader(drawing))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(drawing, "<b>") || !strings.Contains(drawing, "role→") {
		t.Error("the drawing shows no role changes, or a name is not escaped")
	}
}

func TestTextShowsNoControls(t *testing.T) {
	room := change("strict", 3, func(p *roompolicy.Policy) { p.Roles.Role(3).RoleName = "a\x1b[31m\nb" })
	var b strings.Builder
	if err := vet(t, room).WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("a terminal escape is shown")
	}
}

// TestVetStopsWhenTheTimeIsUp holds that a search without time says so, and says
// nothing of what never happens.
func TestVetStopsWhenTheTimeIsUp(t *testing.T) {
	room := exampleRoom("strict", 4)
	report, err := Vet(t.Context(), &room, Limits{Time: 1})
	if err != nil {
		t.Fatal(err)
	}
	if report.AllStates || report.Exhausted || report.Stopped != "the time is up" || report.States != 1 || len(report.Unfinished) != len(checks) {
		t.Errorf("%d states, all %v, exhausted %v, %q, unfinished %v", report.States, report.AllStates, report.Exhausted, report.Stopped, report.Unfinished)
	}
}

// TestUnfinishedChecksAreNamed stops a search when all states are found and some
// of what is looked for is done.
func TestUnfinishedChecksAreNamed(t *testing.T) {
	room := exampleRoom("strict", 4)
	whole := vet(t, room)
	ctx, stop := context.WithCancel(t.Context())
	report, err := Vet(ctx, &room, Limits{Workers: 1, Progress: func(p Progress) {
		if p.Checked == 3 {
			stop()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !report.AllStates || report.Exhausted || report.States != whole.States || len(report.Unfinished) == 0 || len(report.Unfinished) == len(checks) {
		t.Fatalf("%d states, all %v, exhausted %v, unfinished %v", report.States, report.AllStates, report.Exhausted, report.Unfinished)
	}
	for _, c := range checks {
		got, want := report.byProperty()[c.ID], whole.byProperty()[c.ID]
		if !slices.Contains(report.Unfinished, c.ID) && !slices.Equal(got, want) {
			t.Errorf("%s is not named unfinished, and finds %q in place of %q", c.ID, got, want)
		}
	}
	var b strings.Builder
	if err := report.WriteText(&b); err != nil || !strings.Contains(b.String(), "NOT LOOKED AT TO THE END: "+report.Unfinished[0]) {
		t.Errorf("the text does not say what is unfinished: %v", err)
	}
}

// TestChecksKeepToTheirMemory holds that a check stops at its share of the
// memory, with the shortest histories up to there.
func TestChecksKeepToTheirMemory(t *testing.T) {
	room := exampleRoom("multi-org", 5)
	whole, err := Vet(t.Context(), &room, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := Vet(t.Context(), &room, Limits{Memory: whole.Octets + 1<<20})
	if err != nil {
		t.Fatal(err)
	}
	if !report.AllStates || report.Exhausted || !slices.Contains(report.Unfinished, "roompolicy/ban-sticks") {
		t.Fatalf("all states %v, exhausted %v, unfinished %v: %s", report.AllStates, report.Exhausted, report.Unfinished, report.Stopped)
	}
	if !whole.Exhausted || len(whole.Unfinished) > 0 {
		t.Errorf("with memory for all: %v, %s", whole.Unfinished, whole.Stopped)
	}
}

// BenchmarkVet is a search with all that is looked for, against the number of
// users.
func BenchmarkVet(b *testing.B) {
	for _, example := range roompolicy.Examples() {
		for users := 3; users <= 6; users++ {
			b.Run(fmt.Sprintf("%s/users=%d", example.Name, users), func(b *testing.B) {
				room := exampleRoom(example.Name, users)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Vet(b.Context(), &room, Limits{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
