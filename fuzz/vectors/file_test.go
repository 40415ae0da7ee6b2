package vectors

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// largestFolder bounds what all files have together, in octets.
const largestFolder = 11 << 20

func filesOf(t *testing.T, s Selection) []File {
	t.Helper()
	files, err := Files(s)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFilesFitTheSchema(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(SchemaName, document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(SchemaName)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, f := range filesOf(t, Selection{}) {
		total += len(f.JSON)
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(f.JSON))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if err := compiled.Validate(instance); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		// The schema is not one that anything fits.
		file := instance.(map[string]any)
		test := file["tests"].([]any)[0].(map[string]any)
		test["input"].(map[string]any)["another"] = true
		if compiled.Validate(instance) == nil {
			t.Errorf("%s: an input with another member fits the schema", f.Name)
		}
		delete(test["input"].(map[string]any), "another")
		delete(test, "expected")
		if compiled.Validate(instance) == nil {
			t.Errorf("%s: a test without what is expected fits the schema", f.Name)
		}
	}
	if total > largestFolder {
		t.Errorf("the files have %d octets, expected at most %d", total, largestFolder)
	}
}

// readTest is a test as it is read from a file by who has nothing but it.
type readTest struct {
	ID       string
	Title    string
	Rule     string
	Flags    []string
	Input    json.RawMessage
	Expected []json.RawMessage
}

type readFile struct {
	Op               protocol.Op
	Drafts           []spec.Draft
	NumberOfTests    int
	NumberOfVerdicts map[Result]int
	Digest           string
	Flags            map[string]string
	Rules            map[string]json.RawMessage
	Ambiguities      map[string]json.RawMessage
	Tests            []readTest
}

func read(t *testing.T, f *File) *readFile {
	t.Helper()
	var file readFile
	if err := json.Unmarshal(f.JSON, &file); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return &file
}

type readExpected struct {
	Drafts   []spec.Draft
	Result   Result
	Answer   json.RawMessage
	Rules    []string
	Readings []struct {
		Readings map[string]string
		Result   Result
		Answer   json.RawMessage
		Rules    []string
	}
}

// TestFilesReplay reads the files back, and asks the reference what they say.
func TestFilesReplay(t *testing.T) {
	tests := 0
	for _, f := range filesOf(t, Selection{}) {
		file := read(t, &f)
		if len(file.Tests) != file.NumberOfTests {
			t.Errorf("%s: %d tests, and %d in its head", f.Name, len(file.Tests), file.NumberOfTests)
		}
		tests += len(file.Tests)
		verdicts := map[Result]int{}
		for i := range file.Tests {
			test := &file.Tests[i]
			for _, flag := range test.Flags {
				if file.Flags[flag] == "" {
					t.Errorf("%s: the flag %s has no note", test.ID, flag)
				}
			}
			if file.Rules[test.Rule] == nil && test.Rule != "" {
				t.Errorf("%s: the rule %s is not in the head", test.ID, test.Rule)
			}
			for _, text := range test.Expected {
				var e readExpected
				if err := json.Unmarshal(text, &e); err != nil {
					t.Fatal(err)
				}
				verdicts[e.Result] += len(e.Drafts)
				for _, d := range e.Drafts {
					replay(t, file, test, d, &e)
				}
			}
		}
		if !maps.Equal(verdicts, file.NumberOfVerdicts) {
			t.Errorf("%s: %v verdicts, and %v in its head", f.Name, verdicts, file.NumberOfVerdicts)
		}
	}
	if tests < leastVectors {
		t.Errorf("%d tests, expected at least %d", tests, leastVectors)
	}
}

func replay(t *testing.T, file *readFile, test *readTest, d spec.Draft, e *readExpected) {
	t.Helper()
	head, err := json.Marshal(map[string]any{"id": 1, "op": file.Op, "draft": d})
	if err != nil {
		t.Fatal(err)
	}
	var r protocol.Request
	if err := json.Unmarshal(slices.Concat(head[:len(head)-1], []byte{','}, test.Input[1:]), &r); err != nil {
		t.Fatalf("%s: %v", test.ID, err)
	}
	check := func(readings map[string]string, result Result, answer json.RawMessage, rules []string) {
		impl, err := properties.WithReadings(readings)
		if err != nil {
			t.Fatalf("%s: %v", test.ID, err)
		}
		got := serve.Answer(impl, &r)
		accepted := got.OK && (got.Allowed == nil || *got.Allowed)
		if accepted != (result == Valid || result == Acceptable) || !accepted && len(rules) == 0 {
			t.Errorf("%s under %s read by %v: %s for %v, and the reference answers %+v", test.ID, d, readings, result, rules, got)
		}
		for _, id := range rules {
			if file.Rules[id] == nil {
				t.Errorf("%s: the rule %s is not in the head", test.ID, id)
			}
		}
		if len(answer) == 0 {
			return
		}
		var want protocol.Answer
		if err := json.Unmarshal(answer, &want); err != nil {
			t.Fatal(err)
		}
		want.ID, want.OK = 1, true
		if want.Policy == nil {
			want.Policy = got.Policy
		}
		first, _ := json.Marshal(want)
		second, _ := json.Marshal(got)
		if !bytes.Equal(first, second) {
			t.Errorf("%s under %s read by %v: the reference answers %s, expected %s", test.ID, d, readings, second, first)
		}
	}
	if e.Result != Ambiguous {
		check(nil, e.Result, e.Answer, e.Rules)
		return
	}
	for _, reading := range e.Readings {
		check(reading.Readings, reading.Result, reading.Answer, reading.Rules)
		for id := range reading.Readings {
			if file.Ambiguities[id] == nil {
				t.Errorf("%s: the ambiguity %s is not in the head", test.ID, id)
			}
		}
	}
}

// TestSourcesAreOfTheirRules holds that a section is one of the document that its
// rule comes from.
func TestSourcesAreOfTheirRules(t *testing.T) {
	documents := map[string]spec.Document{"franking": spec.Protocol, "status": spec.MessageStatus, "moreext": "more-extensions"}
	shared := 0
	for _, v := range All() {
		if v.Rule == nil || strings.HasPrefix(v.Rule.ID, "room-policy/") { // some of these come from the protocol
			continue
		}
		model, _, _ := strings.Cut(v.Rule.ID, "/")
		document, other := documents[model]
		if !other {
			document = spec.Document(model)
		}
		if from := source(v.Rule); !strings.HasPrefix(from, string(document)+"-0") {
			t.Errorf("%s: %s comes from %s", v.ID, v.Rule.ID, from)
		}
		if document != v.Drafts().List()[0].Document() {
			shared++
		}
	}
	if shared == 0 {
		t.Error("no rule of one document is in force for another")
	}
}

func TestSameVersionSameOctets(t *testing.T) {
	again, err := gather().files(Selection{})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range filesOf(t, Selection{}) {
		if !bytes.Equal(f.JSON, again[i].JSON) {
			t.Errorf("%s is another one when it is made again", f.Name)
		}
	}
}

func TestSelectionsAreSubsets(t *testing.T) {
	whole := map[string]map[string]readTest{}
	for _, f := range filesOf(t, Selection{}) {
		whole[f.Name] = map[string]readTest{}
		for _, test := range read(t, &f).Tests {
			whole[f.Name][test.ID] = test
		}
	}
	for _, s := range []Selection{{Draft: spec.Content09}, {Draft: spec.Content05, Model: "messageid"}, {Model: "message-status"}, {Draft: spec.RoomPolicy02}} {
		files := filesOf(t, s)
		for _, f := range files {
			if s.Model != "" && f.Summary.Model != s.Model {
				t.Errorf("%+v has a file of %s", s, f.Summary.Model)
			}
			file := read(t, &f)
			if s.Draft != 0 && !slices.Equal(file.Drafts, []spec.Draft{s.Draft}) {
				t.Errorf("%+v has a file of %v", s, file.Drafts)
			}
			for _, test := range file.Tests {
				of, there := whole[f.Name][test.ID]
				if !there || !bytes.Equal(of.Input, test.Input) {
					t.Fatalf("%+v: %s is none of all, or another one", s, test.ID)
				}
				if s.Draft != 0 {
					var one, all readExpected
					if err := json.Unmarshal(test.Expected[0], &one); err != nil {
						t.Fatal(err)
					}
					for _, text := range of.Expected {
						if err := json.Unmarshal(text, &all); err != nil {
							t.Fatal(err)
						}
						if slices.Contains(all.Drafts, s.Draft) {
							break
						}
					}
					all.Drafts = one.Drafts
					if diff := cmp.Diff(all.Result, one.Result); diff != "" || len(test.Expected) != 1 {
						t.Errorf("%+v: %s: %s", s, test.ID, diff)
					}
				}
			}
		}
	}
	for _, s := range []Selection{{Model: "contents"}, {Draft: spec.Content09, Model: "franking"}} {
		if _, err := Files(s); err == nil {
			t.Errorf("%+v has files", s)
		}
	}
}

func TestWriteLeavesOthersAlone(t *testing.T) {
	files := filesOf(t, Selection{Model: "message-status"})
	dir := filepath.Join(t.TempDir(), "vectors")
	if err := Write(dir, files, false); err != nil {
		t.Fatal(err)
	}
	// What was written before is replaced, and what is no longer there removed.
	stale := filepath.Join(dir, "content.decode.json")
	if err := os.WriteFile(stale, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, files, false); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("a file of another selection is left")
	}
	for name, want := range map[string][]byte{SchemaName: Schema(), files[0].Name: files[0].JSON, readmeName: folderReadme} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what was written: %v", name, err)
		}
	}
	for _, name := range []string{"notes.txt", "README.md"} {
		other := t.TempDir()
		foreign := filepath.Join(other, name)
		if err := os.WriteFile(foreign, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		var refused *ForeignFileError
		if err := Write(other, files, false); !errors.As(err, &refused) || refused.Name != name {
			t.Errorf("a directory with %s: %v", name, err)
		}
		if entries, _ := os.ReadDir(other); len(entries) != 1 {
			t.Errorf("something was written beside %s", name)
		}
		if err := Write(other, files, true); err != nil {
			t.Error(err)
		}
		if kept, err := os.ReadFile(foreign); name == "notes.txt" && (err != nil || string(kept) != "mine") {
			t.Errorf("%s is no longer what it was: %v", name, err)
		}
	}
}

// TestRequestsFitTheProtocol holds each input against the schema of the lines
// that adapters read.
func TestRequestsFitTheProtocol(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(protocol.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("protocol", document); err != nil {
		t.Fatal(err)
	}
	request, err := compiler.Compile("protocol#/$defs/request")
	if err != nil {
		t.Fatal(err)
	}
	for i := range All() {
		v := &All()[i]
		line, err := json.Marshal(v.Request(v.Drafts().List()[0]))
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := request.Validate(instance); err != nil {
			t.Errorf("%s: %v", v.ID, err)
		}
	}
}
