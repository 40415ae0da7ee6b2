package explain

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

func keysOfCorpus(t *testing.T) *Keys {
	t.Helper()
	data, err := os.ReadFile("../../corpus/franking/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys(data)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func inspectAs(t *testing.T, kindName string, octets []byte, keys *Keys) *File {
	t.Helper()
	kind, err := ParseKind(kindName)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Inspect("input", octets, Options{Kind: kind, Drafts: []spec.Draft{spec.Protocol06}, Chosen: spec.Protocol06, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// failing returns the steps that did not pass, each with the path before it.
func failing(f *File) []string {
	list := []string{}
	for _, s := range f.Verdicts[0].Steps {
		if s.Outcome != franking.Passed {
			list = append(list, s.Path+s.Step)
		}
	}
	return list
}

func TestFrankingSteps(t *testing.T) {
	a := corpus.FrankingAnswers(spec.Protocol06)[0]
	flipped := func(octets []byte, at int) []byte {
		octets = bytes.Clone(octets)
		octets[at] ^= 1
		return octets
	}
	for _, test := range []struct {
		name, kind string
		octets     []byte
		change     func(*Keys)
		steps      int
		failing    []string
	}{
		{"known Frank", "frank", a.Frank, nil, 10, nil},
		{"known SafeAAD", "safe-aad", a.AuthenticatedData, nil, 10, nil},
		{"known report", "abuse-report", a.AbuseReport, nil, 9, nil},
		{"other server_frank", "frank", flipped(a.Frank, 0), nil, 10, []string{"receiver-integrity"}},
		{"other suite", "frank", flipped(a.Frank, 33), nil, 10, []string{"receiver-suite", "receiver-integrity"}},
		{"other tag", "safe-aad", flipped(a.AuthenticatedData, 35), nil, 10, []string{"receiver-tag"}},
		{"other room and sender", "frank", a.Frank, func(k *Keys) { k.RoomURI, k.SenderURI = "mimi://hub.example/r/x", "mimi://b.example/u/x" }, 10, []string{"receiver-sender", "receiver-room"}},
		{"other content in a report", "abuse-report", flipped(a.AbuseReport, 164), nil, 9, []string{"messages[0]report-frank"}},
		{"no hub key, and no such reporter", "abuse-report", a.AbuseReport, func(k *Keys) { k.HubKeys, k.Source = nil, "d.example" }, 9, []string{"report-reporter", "messages[0]report-key", "messages[0]report-frank"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			keys := keysOfCorpus(t)
			if test.change != nil {
				test.change(keys)
			}
			f := inspectAs(t, test.kind, test.octets, keys)
			if got := failing(f); !slices.Equal(got, test.failing) || len(f.Verdicts[0].Steps) != test.steps {
				t.Errorf("of %d steps %v do not pass, expected of %d %v", len(f.Verdicts[0].Steps), got, test.steps, test.failing)
			}
			if f.Accepted() != (test.failing == nil) || len(f.Verdicts[0].Violations) != len(test.failing) {
				t.Errorf("accepted %v, %v", f.Accepted(), f.Verdicts[0].Violations)
			}
		})
	}
}

func TestFrankingFields(t *testing.T) {
	a := corpus.FrankingAnswers(spec.Protocol06)[0]
	f := inspectAs(t, "abuse-report", a.AbuseReport, nil)
	if v := f.Verdicts[0]; v.Verdict != content.Accept || v.Steps != nil || len(v.Fields) != 11 {
		t.Errorf("%s, %d steps, %d fields", v.Verdict, len(v.Steps), len(v.Fields))
	}
	var text strings.Builder
	if err := WriteText(&text, f); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"mimi://b.example/u/alice"`, "  265  AbuseReport.messages[0].accepted_timestamp: 1750000000123"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in:\n%s", want, text.String())
		}
	}
	cut := inspectAs(t, "abuse-report", a.AbuseReport[:100], nil)
	if v := cut.Verdicts[0]; v.Verdict != content.Reject || len(v.Violations) != 1 || v.Violations[0].Offset != 32 || v.Violations[0].Path != "AbuseReport.messages" || len(v.Fields) == 0 {
		t.Errorf("%+v", v)
	}
	if _, err := json.Marshal(cut.Summary()); err != nil {
		t.Error(err)
	}
}

func TestDamagedKeysAreRefused(t *testing.T) {
	for data, want := range map[string]string{
		``:                               "there is no JSON",
		`{"suite":1,`:                    "unexpected EOF",
		`[]`:                             "found JSON array, expected an object",
		`{"hubkey":"00"}`:                `unknown field "hubkey": expected some of literal, suite, agent, `,
		`{"hubKeys":[{"keys":"00"}]}`:    `unknown field "keys": expected some of literal, `,
		`{"agent":"0"}`:                  `octets "0"`,
		`{"agent":7}`:                    "found JSON number as agent, expected octets in hex",
		`{"agent":"00"} {}`:              "something follows the object at octet 15",
		`{"suite":-1}`:                   "found JSON number -1 as suite, expected a number from 0 to 65535",
		`{"publicKeys":[{"suite":"1"}]}`: "found JSON string as publicKeys.suite, expected a number from 0 to 65535",
		`{"timestamp":"1"}`:              "expected a number from 0 to 18446744073709551615",
		`{"participants":{}}`:            "found JSON object as participants, expected a list",
		`{"hubKeys":["00"]}`:             "found JSON string as hubKeys, expected an object",
		`{"literal":1}`:                  "expected true or false",
		`{"source":1}`:                   "found JSON number as source, expected a string",
	} {
		if _, err := ParseKeys([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", data, err, want)
		}
	}
	// Any keys get verdicts.
	for _, data := range []string{`{}`, `{"suite":9,"agent":"ff","timestamp":18446744073709551615,"hubKeys":[{}],"publicKeys":[{}]}`, `{"literal":true,"suite":2}`} {
		keys, err := ParseKeys([]byte(data))
		if err != nil {
			t.Fatal(err)
		}
		a := corpus.FrankingAnswers(spec.Protocol06)[0]
		for kind, octets := range map[string][]byte{"frank": a.Frank, "safe-aad": a.AuthenticatedData, "abuse-report": a.AbuseReport} {
			if f := inspectAs(t, kind, octets, keys); f.Accepted() {
				t.Errorf("%s as %s: accepted", data, kind)
			}
		}
	}
}
