package protocol

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestClonesShareNothing(t *testing.T) {
	fresh := func() *Request {
		return &Request{ID: 1, Draft: spec.RoomPolicy04, Input: &ApplyInput{
			Policy: &roompolicy.Policy{Roles: &roompolicy.RoleData{Roles: []roompolicy.Role{{RoleIndex: 1, RoleCapabilities: []roompolicy.Capability{roompolicy.CanBan}}}}},
			State:  &roompolicy.State{Participants: []roompolicy.Participant{{User: "a", Role: 1}}},
			Commit: &roompolicy.Commit{Committer: "a", Proposals: []roompolicy.Proposal{{Remove: &roompolicy.Clients{User: "b", Clients: 1}}}},
		}}
	}
	r := fresh()
	c := r.Clone()
	if diff := cmp.Diff(r, c); diff != "" {
		t.Fatal(diff)
	}
	in := c.Input.(*ApplyInput)
	in.Policy.Roles.Roles[0].RoleCapabilities[0] = roompolicy.CanKick
	in.State.Participants[0].Role = 9
	in.Commit.Proposals[0].Remove.Clients = 9
	if diff := cmp.Diff(fresh(), r); diff != "" {
		t.Errorf("writing into the clone changes the request:\n%s", diff)
	}
	content := &Request{Draft: spec.Content09, Input: &ContentInput{Message: []byte{1, 2}}}
	content.Clone().Input.(*ContentInput).Message[0] = 9
	hub := &Request{Draft: spec.Protocol06, Input: &HubInput{Role: RoleHub, Participants: [][]byte{{1}}, HubKeys: []HubKey{{Key: []byte{1}}}}}
	h := hub.Clone().Input.(*HubInput)
	h.Participants[0][0], h.HubKeys[0].Key[0] = 9, 9
	if content.Input.(*ContentInput).Message[0] != 1 || hub.Input.(*HubInput).Participants[0][0] != 1 || hub.Input.(*HubInput).HubKeys[0].Key[0] != 1 {
		t.Error("octets are shared")
	}
}

func TestChangedNamesTheMember(t *testing.T) {
	r := &Request{Draft: spec.RoomPolicy04, Input: &ApplyInput{
		Policy: &roompolicy.Policy{}, State: &roompolicy.State{Participants: []roompolicy.Participant{{User: "a", Role: 1}}}, Commit: &roompolicy.Commit{},
	}}
	c := r.Clone()
	if name := Changed(r.Input, c.Input); name != "" {
		t.Errorf("a clone differs in %q", name)
	}
	c.Input.(*ApplyInput).State.Participants[0].Role = 2
	if name := Changed(r.Input, c.Input); name != "state" {
		t.Errorf("the state differs, not %q", name)
	}
	if name := Changed(&MessageIDInput{Room: []byte{1}}, &MessageIDInput{Room: []byte{2}}); name != "room" {
		t.Errorf("the room differs, not %q", name)
	}
}
