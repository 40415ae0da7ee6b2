package protocol

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled are the schemas of definitions.
var compiled = map[string]*jsonschema.Schema{}

// compile returns the schema of one definition.
func compile(t *testing.T, definition string) *jsonschema.Schema {
	t.Helper()
	if s, ok := compiled[definition]; ok {
		return s
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.AssertContent()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("schema.json#/$defs/" + definition)
	if err != nil {
		t.Fatal(err)
	}
	compiled[definition] = s
	return s
}

// validate holds a line against a schema.
func validate(s *jsonschema.Schema, line []byte) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
	if err != nil {
		return err
	}
	return s.Validate(document)
}

// definitions are those of requests and of answers, by op.
var definitions = map[Op]struct{ request, answer string }{
	ContentDecode:    {"contentDecodeRequest", "contentDecodeAnswer"},
	MessageIDCompute: {"messageIdComputeRequest", "messageIdComputeAnswer"},
	FrankingTag:      {"frankingTagRequest", "frankingTagAnswer"},
	FrankingVerify:   {"frankingVerifyReceiverRequest", "frankingVerifyAnswer"},
	PolicyDecide:     {"policyDecideRequest", "policyDecideAnswer"},
	PolicyApply:      {"policyApplyRequest", "policyApplyAnswer"},
	StatusDecode:     {"statusDecodeRequest", "statusDecodeAnswer"},
}

func TestRequestsFitTheSchema(t *testing.T) {
	if err := validate(compile(t, "helloRequest"), AppendHelloRequest(nil)); err != nil {
		t.Error(err)
	}
	all := compile(t, "request")
	for _, r := range someRequests(t) {
		line, err := AppendRequest(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(all, line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		definition := definitions[r.Op()].request
		if _, ok := r.Input.(*HubInput); ok {
			definition = "frankingVerifyHubRequest"
		}
		if err := validate(compile(t, definition), line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestAnswersFitTheSchema(t *testing.T) {
	all := compile(t, "answer")
	for _, r := range someRequests(t) {
		own := compile(t, definitions[r.Op()].answer)
		for _, a := range someAnswers(r) {
			line, err := AppendAnswer(nil, r.Op(), &a)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []*jsonschema.Schema{all, own} {
				if err := validate(s, line); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
	if err := validate(all, AppendNotAnswered(nil, nil, "nonsense")); err != nil {
		t.Error(err)
	}
	line, err := AppendHello(nil, &Hello{Protocol: Version, Detail: DetailVerdict})
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(compile(t, "hello"), line); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}

// TestSchemaRefusesWhatTheReaderRefuses holds both against the same lines.
func TestSchemaRefusesWhatTheReaderRefuses(t *testing.T) {
	checked := 0
	for _, test := range wrongAnswers {
		if test.onlyReader {
			continue
		}
		checked++
		if err := validate(compile(t, definitions[test.op].answer), []byte(test.line)); err == nil {
			t.Errorf("the schema accepts %s as an answer to %s", test.line, test.op)
		}
	}
	request := compile(t, "request")
	for _, test := range wrongMessages {
		if test.onlyReader {
			continue
		}
		checked++
		if err := validate(request, []byte(test.line)); err == nil {
			t.Errorf("the schema accepts %s as a request", test.line)
		}
	}
	hello := compile(t, "hello")
	for _, test := range wrongHellos {
		if test.onlyReader {
			continue
		}
		checked++
		if err := validate(hello, []byte(test.line)); err == nil {
			t.Errorf("the schema accepts %s as a hello", test.line)
		}
	}
	if checked < 30 {
		t.Errorf("%d lines were checked", checked)
	}
}
