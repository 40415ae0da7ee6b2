package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Commit is an MLS commit, as far as it concerns the room: who sends it and the
// proposals in it, in their order.
type Commit struct {
	Committer User
	// External is set for an external commit, which adds a client of the committer.
	External bool
	// JoinCode is what the committer joins with, instead of other rights that it has.
	JoinCode  string
	Proposals []Proposal
}

// Proposal is one proposal. One of the fields other than Sender is set.
type Proposal struct {
	// Sender is who proposed it, empty for the committer.
	Sender User
	// ParticipantList and JoinLinks are AppDataUpdate proposals that change a component.
	ParticipantList *ParticipantListUpdate
	JoinLinks       *JoinLinksUpdate
	// Metadata and Replace are AppDataUpdate proposals with a new value. Each
	// component that is there in Replace is one proposal.
	Metadata *RoomMetaData
	Replace  *Policy
	// RemoveComponent is an AppDataUpdate proposal that removes a component.
	RemoveComponent *ComponentID
	// Add and Remove are MLS proposals for clients of one user.
	Add    *Clients
	Remove *Clients
	// Use is a proposal that needs a capability and nothing else, such as ReInit.
	Use *Capability
}

// Clients is how many clients of a user are added or removed.
type Clients struct {
	User    User
	Clients uint32
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

func (c *Commit) describe() (string, spec.Drafts) { return "Commit", 0 }

func (c *Commit) fields(f fields) {
	f.need("committer")
	f.opaque("committer", (*string)(&c.Committer))
	f.boolean("external", &c.External)
	f.opaque("join_code", &c.JoinCode)
	list(f, "proposals", &c.Proposals, func(f fields, p *Proposal) {
		f.opaque("sender", (*string)(&p.Sender))
		pointer(f, "participant_list", &p.ParticipantList)
		pointer(f, "join_links", &p.JoinLinks)
		pointer(f, "room_metadata", &p.Metadata)
		pointer(f, "replace", &p.Replace)
		pointer(f, "add", &p.Add)
		pointer(f, "remove", &p.Remove)
		registeredNumber(f, "remove_component", &p.RemoveComponent, componentNumbers{})
		registeredNumber(f, "use", &p.Use, capabilityNumbers{})
	})
}

func (c *Clients) describe() (string, spec.Drafts) { return "Clients", 0 }

func (c *Clients) fields(f fields) {
	f.need("user", "clients")
	f.opaque("user", (*string)(&c.User))
	f.uint32("clients", &c.Clients)
}

// registeredNumber visits a number of a registry that is not there where the
// pointer is nil.
func registeredNumber[T ~uint16](f fields, name string, at **T, names registryNames) {
	present := *at != nil
	if !present && !f.reading() {
		return
	}
	f.optional(name, &present, func() {
		var value uint16
		if *at != nil {
			value = uint16(**at)
		}
		f.number(name, &value, names)
		if f.reading() {
			*at = new(T)
			**at = T(value)
		}
	})
}

// MarshalJSON returns the JSON form. It fails like [EncodeJSON].
func (c Commit) MarshalJSON() ([]byte, error) { return EncodeJSON(&c) }

// UnmarshalJSON reads the JSON form. It fails like [DecodeJSON].
func (c *Commit) UnmarshalJSON(text []byte) error { return unmarshalJSON(c, text) }
