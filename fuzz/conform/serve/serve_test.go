package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// realRequests returns requests with what the models' own cases have.
func realRequests(t *testing.T) []*protocol.Request {
	t.Helper()
	var inputs []*protocol.Request
	add := func(d spec.Draft, input protocol.Input) {
		inputs = append(inputs, &protocol.Request{ID: uint64(len(inputs)), Draft: d, Input: input})
	}
	for i, c := range content.Cases() {
		switch {
		case i%10 != 0:
		case c.Draft.Document() == spec.MessageStatus:
			add(c.Draft, &protocol.StatusInput{Report: c.Octets})
		default:
			add(c.Draft, &protocol.ContentInput{Message: c.Octets})
		}
	}
	for _, known := range corpus.KnownAnswers(spec.Content09) {
		add(spec.Content09, &protocol.MessageIDInput{Sender: known.Sender, Room: known.Room, Message: known.Message})
		add(spec.MessageStatus01, &protocol.StatusInput{Report: known.Message})
		add(spec.Protocol06, &protocol.TagInput{Salt: known.Room[:min(16, len(known.Room))], ApplicationData: known.Message})
		add(spec.Protocol06, &protocol.ReceiverInput{Role: protocol.RoleReceiver, ApplicationData: known.Message, Frank: known.Message})
		add(spec.Protocol06, &protocol.HubInput{Role: protocol.RoleHub, Report: known.Message})
	}
	for i, c := range roompolicy.DecisionCases() {
		if i%10 != 0 {
			continue
		}
		if c.Commit != nil {
			add(c.Judge.Draft(), &protocol.ApplyInput{Policy: c.Policy, State: c.State, Commit: c.Commit})
		} else {
			add(c.Judge.Draft(), &protocol.DecideInput{Policy: c.Policy, State: c.State, Action: c.Action})
		}
	}
	return inputs
}

// TestServedAnswersAreThoseOfTheReference holds that nothing is lost on the way
// of the lines, and that all lines fit the schema.
func TestServedAnswersAreThoseOfTheReference(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(protocol.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	fits := func(line []byte) {
		t.Helper()
		if document, err := jsonschema.UnmarshalJSON(bytes.NewReader(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		} else if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	requests := realRequests(t)
	input := protocol.AppendHelloRequest(nil)
	for _, r := range requests {
		line, err := protocol.AppendRequest(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		fits(line)
		input = append(input, line...)
	}
	var out bytes.Buffer
	if err := Serve(t.Context(), properties.Reference{}, bytes.NewReader(input), &out); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	if len(lines) != len(requests)+1 {
		t.Fatalf("%d lines to %d requests and a hello", len(lines), len(requests))
	}
	fits(lines[0])
	if hello, err := protocol.ParseHello(lines[0]); err != nil || len(hello.Ops) != len(protocol.Ops()) || hello.Detail != protocol.DetailRule {
		t.Errorf("%s: %+v, %v", lines[0], hello, err)
	}
	accepted, seen := map[protocol.Op]int{}, map[protocol.Op]bool{}
	for i, r := range requests {
		line := lines[i+1]
		fits(line)
		got, err := protocol.ParseAnswer(line, r)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		want := Answer(properties.Reference{}, r)
		a, err1 := protocol.AppendAnswer(nil, r.Op(), &got)
		b, err2 := protocol.AppendAnswer(nil, r.Op(), &want)
		if err := errors.Join(err1, err2); err != nil || !bytes.Equal(a, b) {
			t.Errorf("answered %s, expected %s, %v", a, b, err)
		}
		if got.Unsupported {
			t.Errorf("unsupported: %+v", r)
		}
		seen[r.Op()] = true
		if got.OK {
			accepted[r.Op()]++
		}
	}
	for _, op := range protocol.Ops() {
		if !seen[op] {
			t.Errorf("%s was not asked", op)
		}
	}
	for _, op := range []protocol.Op{protocol.ContentDecode, protocol.MessageIDCompute, protocol.PolicyDecide, protocol.PolicyApply} {
		if accepted[op] == 0 {
			t.Errorf("%s never said yes", op)
		}
	}
}

func TestLinesThatCannotBeReadAreAnswered(t *testing.T) {
	long := strings.Repeat("x", protocol.MaxLine+1)
	input := "nonsense\n\n" + `{"id":3,"op":"content.sing","draft":"content-09"}` + "\n" + `{"op":"hello","protocol":2}` + "\n" + long + "\n" + `{"id":4,"op":"content.decode","draft":"content-09","message":"!"}` + "\n" +
		`{"id":5,"op":"content.decode","draft":"protocol-06","message":""}` // without an end of line
	var out bytes.Buffer
	if err := Serve(t.Context(), properties.Reference{}, strings.NewReader(input), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	want := []string{
		`{"id":null,"unsupported":true,"reason":"syntax: `,
		`{"id":3,"unsupported":true,"reason":"unknown op \"content.sing\": expected one of `,
		`{"id":null,"unsupported":true,"reason":"protocol 2: this speaks protocol 1"}`,
		fmt.Sprintf(`{"id":null,"unsupported":true,"reason":"a line of more than %d octets"}`, protocol.MaxLine),
		`{"id":4,"unsupported":true,"reason":"base64 \"message\": `,
		`{"id":5,"unsupported":true}`,
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines, expected %d:\n%s", len(lines), len(want), out.String())
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d: %s, expected %s…", i, lines[i], want[i])
		}
	}
}

// TestAnswersComeAtOnce asks as a person does: the next request is written when
// the answer to the last one has been read.
func TestAnswersComeAtOnce(t *testing.T) {
	requests, ours := io.Pipe()
	answers, theirs := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(t.Context(), properties.Reference{}, requests, theirs) }()
	lines := protocol.NewLineReader(answers, protocol.MaxLine)
	for id := range uint64(3) {
		r := &protocol.Request{ID: id, Draft: spec.Content09, Input: &protocol.ContentInput{}}
		line, err := protocol.AppendRequest(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ours.Write(line); err != nil {
			t.Fatal(err)
		}
		answer, err := lines.Next()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := protocol.ParseAnswer(answer, r); err != nil {
			t.Error(err)
		}
	}
	ours.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	silent, ours := io.Pipe()
	defer ours.Close()
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, properties.Reference{}, silent, io.Discard) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestHelloTellsReadingsAndCapabilities(t *testing.T) {
	impl, err := properties.WithReadings(map[string]string{"content/part-count": "leaves"})
	if err != nil {
		t.Fatal(err)
	}
	if hello := Hello(impl); hello.Readings["content/part-count"] != "leaves" {
		t.Errorf("%+v", hello)
	}
	hello := Hello(onlyStatus{})
	if !slices.Equal(hello.Ops, []protocol.Op{protocol.StatusDecode}) || len(hello.Drafts) != 2 {
		t.Errorf("%+v", hello)
	}
}

// onlyStatus decodes reports, and misbehaves at some.
type onlyStatus struct{ hang chan struct{} }

func (onlyStatus) Name() string { return "only-status" }

func (s onlyStatus) DecodeStatus(_ spec.Draft, report []byte) ([]byte, error) {
	switch string(report) {
	case "panic":
		panic("at this report")
	case "hang":
		<-s.hang
	}
	return report, nil
}

func TestInProcessFailures(t *testing.T) {
	impl := onlyStatus{hang: make(chan struct{})}
	defer close(impl.hang)
	subject := NewInProcess(impl, 300*time.Millisecond)
	defer subject.Close()
	var _ protocol.Subject = subject
	var requests []*protocol.Request
	for i, report := range []string{"a", "panic", "b", "hang", "c", "panic"} {
		requests = append(requests, &protocol.Request{ID: uint64(i), Draft: spec.MessageStatus01, Input: &protocol.StatusInput{Report: []byte(report)}})
	}
	requests = append(requests, &protocol.Request{ID: 6, Draft: spec.Content09, Input: &protocol.ContentInput{}})
	replies, err := subject.Ask(t.Context(), requests)
	if err != nil || len(replies) != len(requests) {
		t.Fatalf("%d replies, %v", len(replies), err)
	}
	kinds := map[int]protocol.FailureKind{1: protocol.FailureCrash, 3: protocol.FailureHang, 5: protocol.FailureCrash}
	for i, reply := range replies {
		switch kind, fails := kinds[i]; {
		case fails && (reply.Failure == nil || reply.Failure.Kind != kind || !reply.Failure.Alone):
			t.Errorf("request %d: %+v, expected a %s", i, reply, kind)
		case !fails && (reply.Failure != nil || reply.Answer.ID != uint64(i)):
			t.Errorf("request %d: %+v", i, reply)
		}
	}
	if !strings.Contains(replies[1].Failure.Detail, "at this report") || !strings.Contains(replies[1].Failure.Stderr, "DecodeStatus") {
		t.Errorf("%+v", replies[1].Failure)
	}
	if !replies[6].Answer.Unsupported {
		t.Errorf("%+v", replies[6])
	}
	many := slices.Repeat(requests[3:4], 20)
	replies, err = subject.Ask(t.Context(), many)
	var hangs *TooManyHangsError
	if !errors.As(err, &hangs) || len(replies) >= len(many) {
		t.Errorf("%d replies, %v", len(replies), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewInProcess(impl, 0).Ask(ctx, requests[3:4]); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
