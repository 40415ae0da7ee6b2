package protocol

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// someRequests returns requests of every kind.
func someRequests(t testing.TB) []*Request {
	t.Helper()
	policy, err := roompolicy.DecodePolicyJSON([]byte(`{"roles_list":{"roles":[{"role_index":1,"role_name":"a"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	state := &roompolicy.State{Participants: []roompolicy.Participant{{User: "a", Role: 1, Clients: 1}}, Metadata: &roompolicy.RoomMetaData{}}
	component := roompolicy.RolesListID
	var requests []*Request
	for _, input := range []Input{
		&ContentInput{Message: []byte{0x88}},
		&ContentInput{},
		&MessageIDInput{Sender: []byte("mimi://a.example/u/a"), Room: []byte{}, Message: []byte{0xff}},
		&TagInput{Salt: []byte{1}, ApplicationData: []byte{2}},
		&ReceiverInput{Role: RoleReceiver, ApplicationData: []byte{1}, Frank: []byte{2}, Timestamp: 1<<64 - 1, Suite: 1},
		&ReceiverInput{Role: RoleReceiver},
		&HubInput{Role: RoleHub, Report: []byte{1}, Source: "a.example", HubKeys: []HubKey{{Key: []byte{1}, NotAfter: 2}, {}}, PublicKeys: []PublicKey{{Suite: 2, Key: []byte{3}}}, Participants: [][]byte{nil, {1}}},
		&HubInput{Role: RoleHub},
		&DecideInput{Policy: policy, State: state, Action: roompolicy.Action{Actor: "a", Kind: roompolicy.ActionLeave}},
		&ApplyInput{Policy: policy, State: state, Commit: &roompolicy.Commit{Committer: "\xff", Proposals: []roompolicy.Proposal{{RemoveComponent: &component}, {Add: &roompolicy.Clients{User: "b", Clients: 1}}}}},
		&StatusInput{Report: []byte{0x80}},
	} {
		requests = append(requests, &Request{ID: 7, Draft: input.Op().Drafts().List()[0], Input: input})
	}
	seen := map[Op]bool{}
	for _, r := range requests {
		seen[r.Op()] = true
	}
	for _, op := range Ops() {
		if !seen[op] {
			t.Errorf("%s has no input here", op)
		}
		if op.Drafts() == 0 {
			t.Errorf("%s has no drafts", op)
		}
	}
	return requests
}

// someAnswers returns answers to a request.
func someAnswers(r *Request) []Answer {
	allowed := false
	return []Answer{
		{ID: r.ID, Unsupported: true},
		{ID: r.ID, Unsupported: true, Reason: "no \"such\" op"},
		{ID: r.ID, Reason: "because it is \x01 «wrong»\\", Rules: []string{"content/salt-length", "content/enc-wellformed"}},
		{ID: r.ID},
		{
			ID: r.ID, OK: true, Reencoded: []byte{}, MessageID: []byte{1, 2}, FrankingTag: []byte{3}, Allowed: &allowed,
			State: &roompolicy.State{Destroyed: true}, Policy: &roompolicy.Policy{},
		},
		{ID: r.ID, OK: true, State: &roompolicy.State{}},
	}
}

func TestRequestsRoundTrip(t *testing.T) {
	for _, request := range someRequests(t) {
		line, err := json.Marshal(request)
		if err != nil {
			t.Fatalf("%s: %v", request.Op(), err)
		}
		allowed := strings.NewReplacer(`"frank":null`, "", `"agent":null`, "", `participants_constraint":null`, "")
		if strings.Contains(allowed.Replace(string(line)), "null") {
			t.Errorf("null where there is none: %s", line)
		}
		var back Request
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if diff := cmp.Diff(request, &back, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: another request:\n%s", line, diff)
		}
		message, id, err := ParseMessage(line)
		if err != nil || id == nil || *id != request.ID || message.Hello != nil {
			t.Fatalf("%s: %+v, %v", line, message, err)
		}
		if diff := cmp.Diff(&back, message.Request); diff != "" {
			t.Errorf("%s: read otherwise:\n%s", line, diff)
		}
	}
}

func TestAnswersRoundTrip(t *testing.T) {
	for _, r := range someRequests(t) {
		for _, a := range someAnswers(r) {
			line, err := AppendAnswer(nil, r.Op(), &a)
			if err != nil {
				t.Fatal(err)
			}
			back, err := ParseAnswer(line, r)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			again, err := AppendAnswer(nil, r.Op(), &back)
			if err != nil || string(again) != string(line) {
				t.Errorf("%s comes back as %s, %v", line, again, err)
			}
		}
	}
}

func TestHellosRoundTrip(t *testing.T) {
	message, _, err := ParseMessage(AppendHelloRequest(nil))
	if err != nil || message.Hello == nil || message.Hello.Op != HelloOp || message.Hello.Protocol != Version {
		t.Errorf("%+v, %v", message, err)
	}
	hello := &Hello{
		Protocol: Version, Name: "ä", Version: "1", Drafts: []spec.Draft{spec.Content09}, Ops: []Op{ContentDecode},
		Detail: DetailRule, Readings: map[string]string{"content/part-count": "leaves"},
	}
	line, err := AppendHello(nil, hello)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseHello(line)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(hello, back); diff != "" {
		t.Errorf("%s: another hello: %s", line, diff)
	}
}

func TestUnknownOpKeepsItsID(t *testing.T) {
	var r Request
	line := []byte(`{"id":9,"op":"content.sing","draft":"content-09"}`)
	err := json.Unmarshal(line, &r)
	var unknown *UnknownOpError
	if !errors.As(err, &unknown) || unknown.Op != "content.sing" || r.ID != 9 || r.Draft != spec.Content09 {
		t.Errorf("read %+v, %v", r, err)
	}
	if _, id, err := ParseMessage(line); !errors.As(err, &unknown) || id == nil || *id != 9 {
		t.Errorf("%v", err)
	}
}

// wrong is a line that must be refused.
type wrong struct {
	op         Op
	line       string
	problem    Problem
	member     string
	onlyReader bool // a JSON Schema cannot tell
}

var wrongAnswers = []wrong{
	{ContentDecode, `x`, ProblemSyntax, "", true},
	{ContentDecode, ``, ProblemSyntax, "", true},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":""`, ProblemSyntax, "", true},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"` + "\xff" + `"}`, ProblemSyntax, "", true},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":""}}`, ProblemTrailing, "", true},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":""} {"id":8,"ok":true,"reencoded":""}`, ProblemTrailing, "", true},
	{ContentDecode, `{"id":7,"id":7,"ok":true,"reencoded":""}`, ProblemDuplicate, "", true},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"","reencoded":""}`, ProblemDuplicate, "", true},
	{PolicyApply, `{"id":7,"ok":true,"state":{"destroyed":true,"destroyed":false}}`, ProblemDuplicate, "", true},
	{ContentDecode, `[]`, ProblemType, "", false},
	{ContentDecode, `7`, ProblemType, "", false},
	{ContentDecode, `{}`, ProblemMissing, "id", false},
	{ContentDecode, `{"ok":true,"reencoded":""}`, ProblemMissing, "id", false},
	{ContentDecode, `{"id":7}`, ProblemMissing, "ok", false},
	{ContentDecode, `{"id":7,"ok":true}`, ProblemMissing, "reencoded", false},
	{StatusDecode, `{"id":7,"ok":true}`, ProblemMissing, "reencoded", false},
	{MessageIDCompute, `{"id":7,"ok":true}`, ProblemMissing, "messageId", false},
	{FrankingTag, `{"id":7,"ok":true}`, ProblemMissing, "frankingTag", false},
	{PolicyDecide, `{"id":7,"ok":true}`, ProblemMissing, "allowed", false},
	{PolicyApply, `{"id":7,"ok":true}`, ProblemMissing, "state", false},
	{ContentDecode, `{"id":7,"ok":false}`, ProblemMissing, "reason", false},
	{ContentDecode, `{"id":8,"ok":true,"reencoded":""}`, ProblemID, "id", true},
	{ContentDecode, `{"id":null,"ok":true,"reencoded":""}`, ProblemRefused, "", false},
	{ContentDecode, `{"id":null,"unsupported":true,"reason":"what?"}`, ProblemRefused, "", false},
	{ContentDecode, `{"id":"7","ok":true,"reencoded":""}`, ProblemType, "id", false},
	{ContentDecode, `{"id":-7,"ok":true,"reencoded":""}`, ProblemType, "id", false},
	{ContentDecode, `{"id":7.5,"ok":true,"reencoded":""}`, ProblemType, "id", false},
	{ContentDecode, `{"id":18446744073709551616,"ok":true,"reencoded":""}`, ProblemType, "id", false},
	{ContentDecode, `{"id":7,"ok":"true","reencoded":""}`, ProblemType, "ok", false},
	{ContentDecode, `{"id":7,"ok":1,"reencoded":""}`, ProblemType, "ok", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":null}`, ProblemType, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":[]}`, ProblemType, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":false,"reason":null}`, ProblemType, "reason", false},
	{ContentDecode, `{"id":7,"ok":false,"reason":"","rules":"content/salt-length"}`, ProblemType, "rules", false},
	{ContentDecode, `{"id":7,"ok":false,"reason":"","rules":[1]}`, ProblemType, "rules[0]", false},
	{PolicyDecide, `{"id":7,"ok":true,"allowed":"no"}`, ProblemType, "allowed", false},
	{PolicyApply, `{"id":7,"ok":true,"state":[]}`, ProblemType, "state", false},
	{PolicyApply, `{"id":7,"ok":true,"state":{"destroyed":1}}`, ProblemType, "state", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"AA"}`, ProblemBase64, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"AA=="}}`, ProblemTrailing, "", true},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"_w=="}`, ProblemBase64, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"AB=="}`, ProblemBase64, "reencoded", true}, // bits left over
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"AA==\n"}`, ProblemBase64, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"AA= ="}`, ProblemBase64, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"","note":1}`, ProblemUnknown, "note", false},
	{ContentDecode, `{"id":7,"ok":true,"Reencoded":""}`, ProblemUnknown, "Reencoded", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"","messageId":""}`, ProblemUnknown, "messageId", false},
	{ContentDecode, `{"id":7,"ok":true,"reencoded":"","reason":""}`, ProblemUnknown, "reason", false},
	{ContentDecode, `{"id":7,"ok":false,"reason":"","reencoded":""}`, ProblemUnknown, "reencoded", false},
	{ContentDecode, `{"id":7,"ok":false,"unsupported":true}`, ProblemUnknown, "ok", false},
	{ContentDecode, `{"id":7,"ok":false,"unsupported":false,"reason":""}`, ProblemUnknown, "unsupported", false},
	{FrankingVerify, `{"id":7,"ok":true,"reencoded":""}`, ProblemUnknown, "reencoded", false},
}

var wrongMessages = []wrong{
	{"", `{"id":7,"op":"content.decode","draft":"content-09","message":""`, ProblemSyntax, "", true},
	{"", `{"id":7,"op":"content.decode","draft":"content-09","message":"","message":""}`, ProblemDuplicate, "", true},
	{"", `{"id":7,"op":"content.decode","draft":"content-09"}`, ProblemMissing, "message", false},
	{"", `{"id":7,"draft":"content-09","message":""}`, ProblemMissing, "op", false},
	{"", `{"op":"content.decode","draft":"content-09","message":""}`, ProblemMissing, "id", false},
	{"", `{"id":7,"op":"content.decode","message":""}`, ProblemMissing, "draft", false},
	{"", `{"id":7,"op":"content.decode","draft":"content-99","message":""}`, ProblemType, "draft", false},
	{"", `{"id":7,"op":"content.decode","draft":"content-09","message":null}`, ProblemType, "message", false},
	{"", `{"id":7,"op":"content.decode","draft":"content-09","message":"A"}`, ProblemBase64, "message", false},
	{"", `{"id":7,"op":"content.decode","draft":"content-09","message":"","room":""}`, ProblemUnknown, "room", false},
	{"", `{"id":7,"op":"franking.verify","draft":"protocol-06"}`, ProblemMissing, "role", false},
	{"", `{"id":7,"op":"franking.verify","draft":"protocol-06","role":"sender"}`, ProblemType, "role", false},
	{"", `{"id":7,"op":"franking.verify","draft":"protocol-06","role":"hub","hubKeys":[{"key":"","notBefore":1}]}`, ProblemMissing, "hubKeys[0].notAfter", false},
	{"", `{"id":7,"op":"policy.decide","draft":"room-policy-04","policy":{"x":1},"state":{},"action":{"actor":"a","kind":"leave"}}`, ProblemType, "policy", false},
	{"", `{"op":"hello","protocol":1,"id":1}`, ProblemUnknown, "id", false},
	{"", `{"op":"hello","protocol":"1"}`, ProblemType, "protocol", false},
	{"", `{"op":"hello"}`, ProblemMissing, "protocol", false},
}

var wrongHellos = []wrong{
	{"", `hello`, ProblemSyntax, "", true},
	{"", `{"protocol":2,"name":"a","new":1}`, ProblemVersion, "protocol", false},
	{"", `{"protocol":"1","name":"a","version":"1","drafts":[],"ops":[],"detail":"rule"}`, ProblemType, "protocol", false},
	{"", `{"name":"a","version":"1","drafts":[],"ops":[],"detail":"rule"}`, ProblemMissing, "protocol", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":[],"ops":[]}`, ProblemMissing, "detail", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":["content-99"],"ops":[],"detail":"rule"}`, ProblemType, "drafts[0]", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":[],"ops":["content.sing"],"detail":"rule"}`, ProblemType, "ops[0]", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":[],"ops":[],"detail":"much"}`, ProblemType, "detail", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":[],"ops":[],"detail":""}`, ProblemType, "detail", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":[],"ops":[],"detail":"rule","readings":{"a":1}}`, ProblemType, "readings.a", false},
	{"", `{"protocol":1,"name":"a","version":"1","drafts":[],"ops":[],"detail":"rule","extra":1}`, ProblemUnknown, "extra", false},
	{"", `{"id":null,"unsupported":true,"reason":"protocol 1: this speaks protocol 2"}`, ProblemRefused, "", false},
}

func (w *wrong) check(t *testing.T, err error) {
	t.Helper()
	var lineError *LineError
	if !errors.As(err, &lineError) || lineError.Problem != w.problem || lineError.Member != w.member {
		t.Errorf("%s: %v, expected %s of %q", w.line, err, w.problem, w.member)
		return
	}
	if w.line != "" && lineError.Line == "" {
		t.Errorf("%s: not in %v", w.line, err)
	}
}

func TestWrongLinesAreRefused(t *testing.T) {
	for _, test := range wrongAnswers {
		request := &Request{ID: 7}
		for _, r := range someRequests(t) {
			if r.Op() == test.op {
				request = r
			}
		}
		_, err := ParseAnswer([]byte(test.line), request)
		test.check(t, err)
	}
	for _, test := range wrongMessages {
		_, id, err := ParseMessage([]byte(test.line))
		test.check(t, err)
		if strings.HasPrefix(test.line, `{"id":7`) && test.problem != ProblemSyntax && test.problem != ProblemDuplicate && (id == nil || *id != 7) {
			t.Errorf("%s: the id is lost", test.line)
		}
	}
	for _, test := range wrongHellos {
		_, err := ParseHello([]byte(test.line))
		test.check(t, err)
	}
}

func TestExcerptsAreShort(t *testing.T) {
	long := strings.Repeat("ä", 1000)
	if got := Excerpt([]byte(long + "\r\n")); len(got) > maxShown+len("…") || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) {
		t.Errorf("%q", got)
	}
	if got := Excerpt([]byte("short\n")); got != "short" {
		t.Errorf("%q", got)
	}
}
