package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Commit is an MLS commit, as far as it concerns the room: who sends it and the
// proposals in it, in their order.
type Commit struct {
	Committer User `json:"committer"`
	// External is set for an external commit, which adds a client of the committer.
	External bool `json:"external,omitempty"`
	// JoinCode is what the committer joins with, if anything.
	JoinCode  string     `json:"joinCode,omitempty"`
	Proposals []Proposal `json:"proposals,omitempty"`
}

// Proposal is one proposal. One of the fields other than Sender is set.
type Proposal struct {
	// Sender is who proposed it, empty for the committer.
	Sender User `json:"sender,omitempty"`
	// ParticipantList and JoinLinks are AppDataUpdate proposals that change a component.
	ParticipantList *ParticipantListUpdate `json:"participantList,omitempty"`
	JoinLinks       *JoinLinksUpdate       `json:"joinLinks,omitempty"`
	// Metadata and Replace are AppDataUpdate proposals with a new value. Each
	// component that is there in Replace is one proposal.
	Metadata *RoomMetaData `json:"metadata,omitempty"`
	Replace  *Policy       `json:"replace,omitempty"`
	// RemoveComponent is an AppDataUpdate proposal that removes a component.
	RemoveComponent *ComponentID `json:"removeComponent,omitempty"`
	// Add and Remove are MLS proposals for clients of one user.
	Add    *Clients `json:"add,omitempty"`
	Remove *Clients `json:"remove,omitempty"`
	// Use is a proposal that needs a capability and nothing else, such as ReInit.
	Use *Capability `json:"use,omitempty"`
}

// Clients is how many clients of a user are added or removed.
type Clients struct {
	User    User   `json:"user"`
	Clients uint32 `json:"clients"`
}

// Outcome is what an accepted commit leaves, and the decisions that allowed its
// actions, in their order.
type Outcome struct {
	Policy    *Policy
	State     *State
	Decisions []Decision
}

// CommitError says why a commit is refused.
type CommitError struct {
	Rule   *spec.Rule
	Place  string // such as "proposals[0].removedIndices[1]"; "" is the commit as a whole
	Reason string
	// Decision is the one that denied an action; nil where no action was denied.
	Decision *Decision
}

func (e *CommitError) Error() string {
	place := "the commit"
	if e.Place != "" {
		place = e.Place
	}
	return fmt.Sprintf("%s at %s: %s", e.Rule.ID, place, e.Reason)
}
