package protocol

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Message is what an adapter reads from one line: one of the two is set.
type Message struct {
	Hello   *HelloRequest
	Request *Request
}

// ParseMessage reads a line that an adapter gets. It fails with [*LineError]
// or [*UnknownOpError]. The id of a request
// that cannot be read is returned if at least that can; otherwise it is nil.
func ParseMessage(line []byte) (message Message, id *uint64, err error) {
	if request, ok := parsePlainRequest(line); ok {
		return Message{Request: request}, &request.ID, nil
	}
	message, id, err = parseMessage(line)
	return message, id, in(line, err)
}

// parsePlainRequest reads what most lines are.
func parsePlainRequest(line []byte) (*Request, bool) {
	var f flat
	if !f.read(line) || f.count < 4 || string(f.members[0].name) != "id" || string(f.members[1].name) != "op" || string(f.members[2].name) != "draft" {
		return nil, false
	}
	id, ok := f.members[0].integer()
	op, isText := f.members[1].text()
	name, alsoText := f.members[2].text()
	if !ok || !isText || !alsoText {
		return nil, false
	}
	draft, err := spec.ParseDraft(name)
	if err != nil {
		return nil, false
	}
	inputs := f.members[3:f.count]
	octets := func(i int, name string) (value []byte) {
		if ok = ok && i < len(inputs) && string(inputs[i].name) == name; ok {
			value, ok = inputs[i].octets()
		}
		return value
	}
	r := &Request{ID: id, Draft: draft}
	expected := 1
	switch Op(op) {
	case ContentDecode:
		r.Input = &ContentInput{Message: octets(0, "message")}
	case StatusDecode:
		r.Input = &StatusInput{Report: octets(0, "report")}
	case MessageIDCompute:
		r.Input = &MessageIDInput{Sender: octets(0, "sender"), Room: octets(1, "room"), Message: octets(2, "message")}
		expected = 3
	default:
		return nil, false
	}
	return r, ok && len(inputs) == expected
}

// parseMessage is [ParseMessage] for every line.
func parseMessage(line []byte) (message Message, id *uint64, err error) {
	members, err := readLine(line)
	if err != nil {
		return Message{}, nil, err
	}
	if n, err := strconv.ParseUint(string(find(members, "id")), 10, 64); err == nil {
		id = &n
	}
	if op := find(members, "op"); op != nil && string(op) == strconv.Quote(string(HelloOp)) {
		message.Hello = new(HelloRequest)
		return message, id, readStruct("", members, reflect.ValueOf(message.Hello).Elem())
	}
	message.Request = new(Request)
	return message, id, message.Request.read(members)
}

// read fills a request. The ID and the draft are there if it fails with
// [*UnknownOpError].
func (r *Request) read(members []member) error {
	var head requestHead
	var heads, inputs []member
	for _, m := range members {
		switch m.name {
		case "id", "op", "draft":
			heads = append(heads, m)
		default:
			inputs = append(inputs, m)
		}
	}
	if err := readStruct("", heads, reflect.ValueOf(&head).Elem()); err != nil {
		return err
	}
	var role string
	if head.Op == FrankingVerify {
		value := find(inputs, "role")
		if value == nil {
			return &LineError{Problem: ProblemMissing, Member: "role"}
		}
		role, _ = readString("role", value)
		if role != RoleReceiver && role != RoleHub {
			return wrongType("role", fmt.Sprintf("%q or %q", RoleReceiver, RoleHub), value)
		}
	}
	*r = Request{ID: head.ID, Draft: head.Draft, Input: newInput(head.Op, role)}
	if r.Input == nil {
		return &UnknownOpError{Op: head.Op}
	}
	return readStruct("", inputs, reflect.ValueOf(r.Input).Elem())
}

// UnmarshalJSON reads a request. It fails with [*LineError], or with
// [*UnknownOpError], and then the ID is there.
func (r *Request) UnmarshalJSON(line []byte) error {
	members, err := readLine(line)
	if err != nil {
		return err
	}
	return r.read(members)
}

// ParseHello reads what an adapter answers to a [HelloRequest]. It fails with
// [*LineError], also for another version of the protocol.
func ParseHello(line []byte) (*Hello, error) {
	hello, err := parseHello(line)
	return hello, in(line, err)
}

func parseHello(line []byte) (*Hello, error) {
	members, err := readLine(line)
	if err != nil {
		return nil, err
	}
	if err := notAnswered(members); err != nil {
		return nil, err
	}
	hello := new(Hello)
	// Another version may have other members.
	if version := find(members, "protocol"); version != nil {
		if err := readValue("protocol", version, reflect.ValueOf(&hello.Protocol).Elem()); err != nil {
			return nil, err
		}
		if hello.Protocol != Version {
			return nil, &LineError{Problem: ProblemVersion, Member: "protocol", Detail: fmt.Sprintf("the adapter speaks version %d, this is version %d", hello.Protocol, Version)}
		}
	}
	if err := readStruct("", members, reflect.ValueOf(hello).Elem()); err != nil {
		return nil, err
	}
	for i, op := range hello.Ops {
		if op.Drafts() == 0 {
			return nil, &LineError{Problem: ProblemType, Member: fmt.Sprintf("ops[%d]", i), Detail: (&UnknownOpError{op}).Error()}
		}
	}
	if hello.Detail != DetailVerdict && hello.Detail != DetailRule {
		return nil, &LineError{Problem: ProblemType, Member: "detail", Detail: fmt.Sprintf("expected %q or %q, not %q", DetailVerdict, DetailRule, hello.Detail)}
	}
	return hello, nil
}

// ParseAnswer reads the answer to a request. It fails with [*LineError].
func ParseAnswer(line []byte, r *Request) (Answer, error) {
	if a, ok := parsePlainAnswer(line, r); ok {
		return a, nil
	}
	a, err := parseAnswer(line, r)
	return a, in(line, err)
}

// parsePlainAnswer reads what most lines are.
func parsePlainAnswer(line []byte, r *Request) (a Answer, ok bool) {
	var f flat
	if !f.read(line) || f.count < 3 {
		return Answer{}, false
	}
	seen := 0 // a bit for each member
	for i := range f.count {
		m := &f.members[i]
		bit := 0
		ok = true
		switch string(m.name) {
		case "id":
			bit = 1
			a.ID, ok = m.integer()
		case "ok":
			bit = 2
			a.OK, ok = m.kind == 't', m.kind == 't' || m.kind == 'f'
		case "reason":
			bit = 4
			a.Reason, ok = m.text()
		case "rules":
			bit = 8
			a.Rules, ok = m.list()
		case "reencoded":
			bit = 16
			a.Reencoded, ok = m.octets()
		case "messageId":
			bit = 32
			a.MessageID, ok = m.octets()
		case "frankingTag":
			bit = 64
			a.FrankingTag, ok = m.octets()
		}
		if !ok || bit == 0 || seen&bit != 0 {
			return Answer{}, false
		}
		seen |= bit
	}
	expected := 0
	if a.OK {
		switch r.Input.(type) {
		case *ContentInput, *StatusInput:
			expected = 1 | 2 | 16
		case *MessageIDInput:
			expected = 1 | 2 | 32
		case *TagInput:
			expected = 1 | 2 | 64
		}
	} else {
		expected = 1 | 2 | 4 | seen&8
	}
	return a, a.ID == r.ID && seen == expected
}

// parseAnswer is [ParseAnswer] for every line.
func parseAnswer(line []byte, r *Request) (Answer, error) {
	members, err := readLine(line)
	if err != nil {
		return Answer{}, err
	}
	if err := notAnswered(members); err != nil {
		return Answer{}, err
	}
	var a Answer
	if err := readStruct("", members, reflect.ValueOf(&a).Elem()); err != nil {
		return Answer{}, err
	}
	if a.ID != r.ID {
		return Answer{}, &LineError{Problem: ProblemID, Member: "id", Detail: fmt.Sprintf("expected %d, the id of the request, not %d", r.ID, a.ID)}
	}
	need, may := []string{"ok"}, []string{}
	verdict := "ok is true"
	switch {
	case a.Unsupported:
		need, may = []string{"unsupported"}, []string{"reason"}
		verdict = "unsupported is true"
	case a.OK:
		fields, optional := answerFields(r.Op())
		need, may = append(need, fields...), optional
	case find(members, "ok") != nil:
		need, may = append(need, "reason"), []string{"rules"}
		verdict = "ok is false"
	}
	for _, name := range need {
		if find(members, name) == nil {
			return Answer{}, &LineError{Problem: ProblemMissing, Member: name, Detail: "of an answer to " + string(r.Op())}
		}
	}
	for _, m := range members {
		if m.name != "id" && !slices.Contains(need, m.name) && !slices.Contains(may, m.name) {
			return Answer{}, &LineError{Problem: ProblemUnknown, Member: m.name, Detail: fmt.Sprintf("of an answer to %s where %s", r.Op(), verdict)}
		}
	}
	return a, nil
}

// answerFields returns the members of an answer to an op beside id and ok,
// where ok is true.
func answerFields(op Op) (need, may []string) {
	switch op {
	case ContentDecode, StatusDecode:
		return []string{"reencoded"}, nil
	case MessageIDCompute:
		return []string{"messageId"}, nil
	case FrankingTag:
		return []string{"frankingTag"}, nil
	case PolicyDecide:
		return []string{"allowed"}, nil
	case PolicyApply:
		return []string{"state"}, []string{"policy"}
	}
	return nil, nil // franking.verify
}

// notAnswered returns an error for the line of an adapter that could not read
// its own, which has null for an id: see [AppendNotAnswered].
func notAnswered(members []member) error {
	if id := find(members, "id"); id == nil || id.Kind() != 'n' {
		return nil
	}
	reason, _ := jsontext.AppendUnquote(nil, find(members, "reason"))
	return &LineError{Problem: ProblemRefused, Detail: string(reason)}
}
