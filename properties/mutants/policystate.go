package mutants

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// left plants a fault in what a commit leaves.
func left(id, fault, property string, leaves func(q *asked, state *roompolicy.State) bool) *Mutant {
	return mutateRooms(id, fault, property, spec.RoomPolicy04, func(m *roomJudge) { m.leaves = leaves })
}

// eachList plants a fault in how updates of the participant list are read; false
// leaves an update.
func eachList(id, fault, property string, change func(*roompolicy.ParticipantListUpdate) bool) *Mutant {
	return mistaken(id, fault, property, func(q *asked) bool {
		if q.commit == nil {
			return false
		}
		commit, any := *q.commit, false
		commit.Proposals = slices.Clone(q.commit.Proposals)
		for i := range commit.Proposals {
			if list := commit.Proposals[i].ParticipantList; list != nil {
				changed := *list
				any = change(&changed) || any
				commit.Proposals[i].ParticipantList = &changed
			}
		}
		q.commit = &commit
		return any
	})
}

// policyStateMutants apply commits wrongly.
var policyStateMutants = []*Mutant{
	takesReading("commit-bounds-before", "compares bounds with the counts before each action of a commit", "bounds-kept", "bounds=pre-state"),
	takesReading("commit-on-snapshot", "judges each action of a commit on the state before the commit", "bounds-kept-if-checked", "joint-commit=snapshot"),
	takesReading("own-client-unchecked", "lets own clients pass the active maximum though it is to be checked", "bounds-kept-if-checked", "addown-max=literal"),
	takesReading("commit-ignores-readings", "orders actions in one way only, whatever reading is asked for", "commit-in-order", "joint-commit=in-order"),
	mutateRooms("denied-part-dropped", "leaves a denied proposal out of a commit and applies the rest", "commit-in-order", spec.RoomPolicy04, func(m *roomJudge) {
		m.retries = func(q *asked) bool {
			if q.commit == nil || len(q.commit.Proposals) < 2 {
				return false
			}
			commit := *q.commit
			commit.Proposals = commit.Proposals[:1]
			q.commit = &commit
			return true
		}
	}),
	left("ban-leaves-clients", "leaves the clients of who is banned in the group", "commit-as-decided", func(q *asked, state *roompolicy.State) bool {
		any := false
		for i := range state.Participants {
			p := &state.Participants[i]
			if was := q.state.Participant(p.User); p.Role == roompolicy.BannedRole && was != nil && was.Clients > p.Clients {
				p.Clients, any = was.Clients, true
			}
		}
		return any
	}),
	left("removed-keeps-its-place", "keeps the entry of who is removed, without clients", "commit-as-decided", func(q *asked, state *roompolicy.State) bool {
		any := false
		for _, p := range q.state.Participants {
			if !state.Lists(p.User) {
				p.Clients, any = 0, true
				state.Participants = append(state.Participants, p)
			}
		}
		return any
	}),
	left("clients-outlive-roles", "keeps the clients of who gets a role without any", "participants-have-roles", func(q *asked, state *roompolicy.State) bool {
		any := false
		for i := range state.Participants {
			p := &state.Participants[i]
			if was := q.state.Participant(p.User); was != nil && was.Role != p.Role && was.Clients > p.Clients {
				p.Clients, any = was.Clients, true
			}
		}
		return any
	}),
	takesReading("dropped-role-stays", "keeps participants in a role that new roles leave out", "participants-have-roles", "role-update-dropped=accepted"),
	takesReading("indices-shift", "counts the indices of removed users anew after each removal", "list-indices", "list-index=shifting"),
	takesReading("indices-from-one", "counts participants from 1", "list-indices", "list-base=one"),
	takesReading("second-update-on-first", "counts the indices of a second update in the list that the first left", "list-indices", "second-update=running-list"),
	eachList("removed-twice", "passes over an index that is removed a second time", "list-indices", func(u *roompolicy.ParticipantListUpdate) bool {
		var once []uint32
		for _, index := range u.RemovedIndices {
			if !slices.Contains(once, index) {
				once = append(once, index)
			}
		}
		twice := len(once) < len(u.RemovedIndices)
		u.RemovedIndices = once
		return twice
	}),
	eachList("added-first", "puts added users before the others of an update", "list-indices", func(u *roompolicy.ParticipantListUpdate) bool {
		turned := len(u.AddedParticipants) > 1
		u.AddedParticipants = slices.Clone(u.AddedParticipants)
		slices.Reverse(u.AddedParticipants)
		return turned
	}),
	takesReading("same-role-changes", "lets a role be changed to itself where an entry allows it", "no-op", "same-role=needs-entry"),
	left("list-sorted", "sorts the participant list, so that indices are others afterwards", "no-op", func(_ *asked, state *roompolicy.State) bool {
		before := slices.Clone(state.Participants)
		slices.SortFunc(state.Participants, func(a, b roompolicy.Participant) int { return int(b.Role) - int(a.Role) })
		return !slices.Equal(before, state.Participants)
	}),
}
