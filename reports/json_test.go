package reports

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func compileSchema(t *testing.T) *jsonschema.Schema { return compileSchemaOf(t, RunSchema()) }

func compileSchemaOf(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiler.AssertContent()
	if err := compiler.AddResource("run.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("run.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// written returns the record as a JSON reader sees it.
func written(t *testing.T, r *Record) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	return document.(map[string]any)
}

func TestSchemaAcceptsRecords(t *testing.T) {
	schema := compileSchema(t)
	sparse := fixture()
	sparse.Layouts = []LayoutResult{{}, {Verdicts: []LayoutVerdict{{URI: "octets", Verdict: "ambiguous", Witness: make([]Tuple, 2)}}}}
	sparse.NotFound = []Expected{{Signature: "a#b@c"}}
	withFiles := fixture()
	if err := withFiles.WriteDir(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*Record{
		"full": fixture(), "empty": {Version: RecordVersion}, "nil lists within": sparse, "with files": withFiles,
	} {
		if err := schema.Validate(written(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every field that is always written is required, at every depth, and no
// other field is allowed.
func TestSchemaRefusesMissingAndUnknownFields(t *testing.T) {
	schema := compileSchema(t)
	document := written(t, fixture())
	optional := map[string]bool{"explanation": true, "fix": true, "file": true}
	refused := 0
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case []any:
			for _, e := range value {
				walk(path+"[]", e)
			}
		case map[string]any:
			if strings.HasSuffix(path, ".case") || strings.HasSuffix(path, ".readings") {
				return // of the property's own making, or by any name
			}
			for key, kept := range value {
				mayMiss := path == "" && slices.Contains([]string{"targets", "rules", "attacks", "policies", "earlier", "memory", "conformance"}, key) ||
					path == ".conformance" && (key == "readings" || key == "stopped") ||
					key == "breaks" || key == "notations" || key == "mending" || optional[key] && strings.HasPrefix(path, ".findings") || key == "wraps" || key == "argument" ||
					key == "witness" && strings.HasSuffix(path, ".wraps")
				delete(value, key)
				if err := schema.Validate(document); (err == nil) != mayMiss {
					t.Errorf("without %s.%s: %v", path, key, err)
				}
				refused++
				for _, wrong := range []any{nil, []any{1}, -1.5} {
					value[key] = wrong
					if schema.Validate(document) == nil {
						t.Errorf("%s.%s may be %v", path, key, wrong)
					}
				}
				value[key] = kept
				walk(path+"."+key, kept)
			}
			value["unknown"] = 1
			if schema.Validate(document) == nil {
				t.Errorf("%s may have an unknown field", path)
			}
			delete(value, "unknown")
		}
	}
	walk("", document)
	if refused < 100 {
		t.Errorf("only %d fields were tried", refused)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("the test changed the record: %v", err)
	}
}

func TestSchemaRefusesWrongValues(t *testing.T) {
	schema := compileSchema(t)
	for name, change := range map[string]func(*Record){
		"version":                     func(r *Record) { r.Version++ },
		"seed from 2^53 on":           func(r *Record) { r.Seed = 1 << 53 },
		"negative duration":           func(r *Record) { r.DurationMS = -1 },
		"unknown outcome":             func(r *Record) { r.Properties[0].Outcome = "fine" },
		"negative cases":              func(r *Record) { r.Properties[0].Cases = -1 },
		"unknown verdict":             func(r *Record) { r.Layouts[0].Verdicts[1].Verdict = "fine" },
		"ambiguous without a witness": func(r *Record) { r.Layouts[0].Verdicts[0].Witness = nil },
		"injective with a witness": func(r *Record) {
			r.Layouts[0].Verdicts[1].Witness = r.Layouts[0].Verdicts[0].Witness
		},
		"half a witness": func(r *Record) { r.Layouts[0].Verdicts[0].Witness = r.Layouts[0].Verdicts[0].Witness[:1] },
		"case that is no object": func(r *Record) {
			r.Findings[0].Case = json.RawMessage(`[]`)
		},
		"no case": func(r *Record) { r.Findings[0].Case = nil },
	} {
		r := fixture()
		change(r)
		if schema.Validate(written(t, r)) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	document := written(t, fixture())
	document["layouts"].([]any)[0].(map[string]any)["verdicts"].([]any)[0].(map[string]any)["witness"].([]any)[0].(map[string]any)["sender"] = "not base64!"
	if schema.Validate(document) == nil {
		t.Error("octets that are not base64: accepted")
	}
}

func TestSchemaKnowsEveryDraft(t *testing.T) {
	var schema struct {
		Defs struct {
			Draft struct {
				Enum []spec.Draft `json:"enum"`
			} `json:"draft"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(RunSchema(), &schema); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(schema.Defs.Draft.Enum, spec.AllDrafts.List()) {
		t.Errorf("the schema has the drafts %v, expected %s", schema.Defs.Draft.Enum, spec.AllDrafts)
	}
}

func TestRecordRoundTrip(t *testing.T) {
	var first, second bytes.Buffer
	if err := fixture().WriteJSON(&first); err != nil {
		t.Fatal(err)
	}
	r, err := ParseRecord(first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteJSON(&second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("read and written again it is\n%s\nexpected\n%s", &second, &first)
	}
}

func TestParseRecordRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"nothing": "", "another version": `{"version":2}`, "unknown draft": `{"version":1,"properties":[{"draft":"content-99"}]}`,
	} {
		if _, err := ParseRecord([]byte(data)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestWriteJSONIsHarmless(t *testing.T) {
	for name, s := range hostile {
		s = s[:min(len(s), 4096)] // it is written whole, dozens of times
		var out bytes.Buffer
		if err := filled(s).WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		checkHarmless(t, name, out.String())
		r, err := ParseRecord(out.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := r.Layouts[0].Verdicts[0].Reason; utf8.ValidString(s) && got != s {
			t.Errorf("%s: read back as %.100q", name, got)
		}
		if string(r.Layouts[0].Verdicts[0].Witness[0].Sender) != s {
			t.Errorf("%s: octets were not read back", name)
		}
	}
}
