package properties

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/commands"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

const historyDraft = spec.RoomPolicy04

// roomState is a room between two commits, as gopter keeps it. It is not
// changed. The room that the implementation has is compared with it.
type roomState struct{ gen.Room }

func (s *roomState) String() string { return s.State.String() }

// roomUnderTest is the room of an implementation.
type roomUnderTest struct {
	impl RoomCommits
	room gen.Room
}

// commitCommand applies a commit of some actions.
type commitCommand struct{ actions []roompolicy.Action }

func (c *commitCommand) String() string {
	var texts []string
	for _, a := range c.actions {
		texts = append(texts, a.String())
	}
	return "[" + strings.Join(texts, "; ") + "]"
}

func applyActions(impl RoomCommits, r *gen.Room, actions []roompolicy.Action) (gen.Room, error) {
	judge, err := roompolicy.NewJudge(historyDraft, r.Readings)
	if err != nil || len(actions) == 0 {
		return *r, err
	}
	policy, state, err := impl.ApplyCommit(historyDraft, r.Readings, r.Policy, r.State, commitOf(judge, r.Policy, r.State, actions))
	if err != nil {
		return *r, err // refused: the room stays as it is
	}
	return gen.Room{Readings: r.Readings, Policy: policy, State: state}, nil
}

func (c *commitCommand) Run(under commands.SystemUnderTest) commands.Result {
	u := under.(*roomUnderTest)
	u.room, _ = applyActions(u.impl, &u.room, c.actions)
	return u.room
}

func (c *commitCommand) NextState(s commands.State) commands.State {
	before := s.(*roomState)
	after, _ := applyActions(Reference{}, &before.Room, c.actions)
	return &roomState{Room: after}
}

// PreCondition lets only those commits through that are not refused.
func (c *commitCommand) PreCondition(s commands.State) bool {
	_, err := applyActions(Reference{}, &s.(*roomState).Room, c.actions)
	return err == nil
}

// PostCondition holds the invariants after a step; gopter gives it the state
// that the step leads to.
func (c *commitCommand) PostCondition(s commands.State, result commands.Result) *gopter.PropResult {
	want, got := s.(*roomState), result.(gen.Room)
	switch refutation := badParticipant(got.Policy, got.State); {
	case refutation != nil:
		return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{refutation.Detail}}
	case !slices.Equal(want.State.Participants, got.State.Participants):
		return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{fmt.Sprintf("expected %s, got %s", want.State, got.State)}}
	}
	for _, b := range roomBounds(historyDraft, got.Policy, got.State) {
		if !b.holds() && !b.least {
			return &gopter.PropResult{Status: gopter.PropFalse, Labels: []string{fmt.Sprintf("%s is %d, and counts are %d", b.name, b.bound, b.counts)}}
		}
	}
	return &gopter.PropResult{Status: gopter.PropTrue}
}

// startingRoom draws a room whose participants keep every maximum, under the
// readings that let no action pass one.
func startingRoom(t *gen.Tape) *roomState {
	r := gen.AnyRoom(historyDraft, t)
	r.Readings = checkedReadings
	return &roomState{Room: r}
}

func keepsMaxima(r *gen.Room) bool {
	for _, b := range roomBounds(historyDraft, r.Policy, r.State) {
		if !b.holds() && !b.least {
			return false
		}
	}
	return badParticipant(r.Policy, r.State) == nil
}

var genStartingRoom = gen.Lift(startingRoom)

// roomCommands are random rooms, and commits that they accept.
func roomCommands(impl RoomCommits) commands.Commands {
	return &commands.ProtoCommands{
		InitialStateGen: genStartingRoom.Map(func(d *gen.Drawn[*roomState]) *roomState { return d.Value }),
		InitialPreConditionFunc: func(s commands.State) bool {
			return keepsMaxima(&s.(*roomState).Room)
		},
		NewSystemUnderTestFunc: func(s commands.State) commands.SystemUnderTest {
			return &roomUnderTest{impl: impl, room: s.(*roomState).Room}
		},
		GenCommandFunc: func(s commands.State) gopter.Gen { return genCommit(&s.(*roomState).Room) },
	}
}

// genCommit generates commits that a room accepts, or one that changes nothing
// if it finds none.
func genCommit(r *gen.Room) gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		var t gen.Tape
		t.Seed(p.Rng.Uint64(), p.Rng.Uint64())
		c := new(commitCommand)
		for range 60 {
			t.Clear()
			c.actions = nil
			for range 1 + t.Choose(2) {
				c.actions = append(c.actions, gen.DrawAction(r.Policy, &t))
			}
			if c.PreCondition(&roomState{Room: *r}) {
				return gopter.NewGenResult(c, gopter.NoShrinker)
			}
		}
		c.actions = nil
		return gopter.NewGenResult(c, gopter.NoShrinker)
	}
}

// TestHistoriesUnderCommands holds the invariants after every step of random
// histories in random rooms.
func TestHistoriesUnderCommands(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests, parameters.MaxSize = 300, 6
	parameters.MaxDiscardRatio = 20
	if result := commands.Prop(roomCommands(Reference{})).Check(parameters); !result.Passed() {
		t.Errorf("%v: %v", result.Status, result.Args)
	}
}

// clientsStay is an implementation that bans users and leaves their clients in
// the group.
type clientsStay struct{ Reference }

func (c clientsStay) ApplyCommit(d spec.Draft, readings roompolicy.Readings, policy *roompolicy.Policy, state *roompolicy.State, commit *roompolicy.Commit) (*roompolicy.Policy, *roompolicy.State, error) {
	newPolicy, newState, err := c.Reference.ApplyCommit(d, readings, policy, state, commit)
	if err != nil {
		return nil, nil, err
	}
	newState = newState.Clone()
	for i := range newState.Participants {
		if p := &newState.Participants[i]; p.Role == roompolicy.BannedRole {
			if was := state.Participant(p.User); was != nil {
				p.Clients = was.Clients
			}
		}
	}
	return newPolicy, newState, nil
}

// TestCommandsShrinkToTheShortestHistory holds that a fault is found, and shown
// by the one commit that it takes.
func TestCommandsShrinkToTheShortestHistory(t *testing.T) {
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests, parameters.MaxSize = 2000, 6
	parameters.MaxDiscardRatio = 20
	result := commands.Prop(roomCommands(clientsStay{})).Check(parameters)
	if result.Status != gopter.TestFailed {
		t.Fatalf("the fault is not found: %v", result.Status)
	}
	shown := fmt.Sprint(result.Args[0].Arg)
	if n := strings.Count(shown, "["); n != 2 { // that of the sequence, and one commit
		t.Errorf("a history of %d commits, expected 1: %s", n-1, shown)
	}
}

// TestHistoryShrinksToTheSmallestPolicy holds that the tape shrinks the policy
// as well: one commit, by a role that may do nothing else.
func TestHistoryShrinksToTheSmallestPolicy(t *testing.T) {
	p, err := ByID("roompolicy/bounds-kept")
	if err != nil {
		t.Fatal(err)
	}
	var tape gen.Tape
	tape.Seed(1, 1)
	for range 20_000 {
		tape.Clear()
		_, refutation := p.Try(Reference{}, historyDraft, &tape)
		if refutation == nil || refutation.Class != "own-client-passes-active-maximum" {
			continue
		}
		small := p.Case(historyDraft, p.Shrink(Reference{}, historyDraft, slices.Clone(tape.Choices()), refutation.Class))
		var h gen.RoomHistory
		if err := json.Unmarshal(small.Input, &h); err != nil {
			t.Fatal(err)
		}
		capabilities := 0
		for _, r := range h.Policy.Roles.Roles {
			capabilities += len(r.RoleCapabilities)
		}
		if len(h.Commits) != 1 || len(h.Commits[0]) != 1 || len(h.State.Participants) > 2 || len(h.Policy.Roles.Roles) > 2 || capabilities > 1 {
			t.Errorf("not the smallest: %s", small)
		}
		return
	}
	t.Error("no history was found that passes an active maximum")
}
