package protocol

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestRequestsRoundTrip(t *testing.T) {
	policy, err := roompolicy.DecodePolicyJSON([]byte(`{"roles_list":{"roles":[{"role_index":1,"role_name":"a"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	state := &roompolicy.State{Participants: []roompolicy.Participant{{User: "a", Role: 1, Clients: 1}}}
	seen := map[Op]bool{}
	for _, input := range []Input{
		&ContentInput{Message: []byte{0x88}},
		&MessageIDInput{Sender: []byte("mimi://a.example/u/a"), Room: []byte{}, Message: []byte{0xff}},
		&TagInput{Salt: []byte{1}, ApplicationData: []byte{2}},
		&ReceiverInput{Role: RoleReceiver, ApplicationData: []byte{1}, Frank: []byte{2}, Timestamp: 3, Suite: 1},
		&HubInput{Role: RoleHub, Report: []byte{1}, Source: "a.example", HubKeys: []HubKey{{Key: []byte{1}, NotAfter: 2}}, PublicKeys: []PublicKey{{Suite: 2, Key: []byte{3}}}},
		&DecideInput{Policy: policy, State: state, Action: roompolicy.Action{Actor: "a", Kind: roompolicy.ActionLeave}},
		&ApplyInput{Policy: policy, State: state, Commit: &roompolicy.Commit{Committer: "a"}},
		&StatusInput{Report: []byte{0x80}},
	} {
		request := &Request{ID: 7, Draft: input.Op().Drafts().List()[0], Input: input}
		seen[request.Op()] = true
		line, err := json.Marshal(request)
		if err != nil {
			t.Fatalf("%s: %v", request.Op(), err)
		}
		var back Request
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		again, err := json.Marshal(&back)
		if err != nil || string(again) != string(line) {
			t.Errorf("%s comes back as %s, %v", line, again, err)
		}
		if diff := cmp.Diff(request.ID, back.ID); diff != "" || back.Draft != request.Draft {
			t.Errorf("%s: another request: %s", line, diff)
		}
	}
	for _, op := range Ops() {
		if !seen[op] {
			t.Errorf("%s has no input here", op)
		}
		if op.Drafts() == 0 {
			t.Errorf("%s has no drafts", op)
		}
	}
}

func TestUnknownOpKeepsItsID(t *testing.T) {
	var r Request
	err := json.Unmarshal([]byte(`{"id":9,"op":"content.sing","draft":"content-09"}`), &r)
	var unknown *UnknownOpError
	if !errors.As(err, &unknown) || unknown.Op != "content.sing" || r.ID != 9 || r.Draft != spec.Content09 {
		t.Errorf("read %+v, %v", r, err)
	}
}
