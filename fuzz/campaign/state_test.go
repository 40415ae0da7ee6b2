package campaign

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/reports"
)

// warnings collects what a state warns of.
type warnings []string

func (w *warnings) add(s string) { *w = append(*w, s) }

func open(t *testing.T, dir string, w *warnings) *State {
	t.Helper()
	s, err := OpenState(dir, w.add)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func finding(class, input string) Kept {
	return Kept{Engine: "test", Found: time.Now().UTC(), Finding: reports.Finding{
		Signature: reports.Signature("content/canonical", class, "reference"), Property: "content/canonical", Draft: spec.Content08,
		Implementation: "reference", Class: class, Case: json.RawMessage(`{"property":"content/canonical","draft":"content-08","input":"` + input + `"}`),
	}}
}

func TestStateGoesOn(t *testing.T) {
	dir, w := filepath.Join(t.TempDir(), "state"), warnings{}
	s := open(t, dir, &w)
	s.update(func(t *Totals) { t.Cases = 12; t.target("ContentOctets").Executions = 7 })
	if isNew, err := s.Keep(finding("a", "AAAA")); !isNew || err != nil {
		t.Fatalf("%v, %v", isNew, err)
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, dir, &w)
	if totals := s.Totals(); totals.Cases != 12 || totals.Targets["ContentOctets"].Executions != 7 {
		t.Errorf("totals %+v", totals)
	}
	if list := s.Findings(); len(list) != 1 || list[0].Finding.Class != "a" {
		t.Errorf("findings %+v", list)
	}
	// The same defect with a shorter input takes the place of the longer, not the reverse.
	for _, input := range []string{"AA==", "AAAAAAAA"} {
		if isNew, err := s.Keep(finding("a", input)); isNew || err != nil {
			t.Errorf("%v, %v", isNew, err)
		}
	}
	if list := s.Findings(); len(list) != 1 || !strings.Contains(string(list[0].Finding.Case), "AA==") {
		t.Errorf("findings %+v", list)
	}
	if err := s.writeSkipped(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, skipFile)); err != nil || string(data) != "content/canonical#a@reference\n" {
		t.Errorf("%q, %v", data, err)
	}
	if len(w) > 0 {
		t.Errorf("warned of %v", w)
	}
}

func TestStateSetsAsideWhatIsDamaged(t *testing.T) {
	dir, w := t.TempDir(), warnings{}
	s := open(t, dir, &w)
	if _, err := s.Keep(finding("a", "AA==")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	damage := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	damage(totalsFile, `{"version":1,"cas`)
	damage(findingsDir+"/half.json", `{"finding":{"sig`)
	damage(corpusDir+"/FuzzContentOctets/00", "go test fuzz v1\n[]byte(\"unfinished")
	damage(corpusDir+"/FuzzContentOctets/01", "go test fuzz v1\n[]byte(\"whole\")\n")
	damage(damagedDir+"/campaign.json", "from an earlier time")
	s = open(t, dir, &w)
	if len(w) != 3 {
		t.Errorf("warned of %q", w)
	}
	for _, name := range []string{"campaign.json", "campaign.json.2", "findings-half.json", "corpus-FuzzContentOctets-00"} {
		if _, err := os.Stat(filepath.Join(dir, damagedDir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, corpusDir, "FuzzContentOctets", "01")); err != nil {
		t.Error(err)
	}
	if len(s.Findings()) != 1 {
		t.Errorf("findings %+v", s.Findings())
	}
}

func TestStateRefuses(t *testing.T) {
	w := warnings{}
	inUse := t.TempDir()
	open(t, inUse, &w)
	_, err := OpenState(inUse, w.add)
	if target := (*DirectoryInUseError)(nil); !errors.As(err, &target) {
		t.Errorf("a state in use: %v", err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "thesis.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenState(foreign, w.add); err == nil || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("a directory with something else: %v", err)
	}
	newer := t.TempDir()
	if err := os.WriteFile(filepath.Join(newer, totalsFile), []byte(`{"version":99}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenState(newer, w.add); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("a state of another version: %v", err)
	}
	if _, err := OpenState(filepath.Join(foreign, "thesis.txt", "state"), w.add); err == nil {
		t.Error("a directory that cannot be made is opened")
	}
}

func TestFindingThatCannotBeWrittenIsInTheError(t *testing.T) {
	dir, w := t.TempDir(), warnings{}
	s := open(t, dir, &w)
	if err := os.RemoveAll(filepath.Join(dir, findingsDir)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, findingsDir), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keep(finding("a", "cHJlY2lvdXM=")); err == nil || !strings.Contains(err.Error(), "cHJlY2lvdXM=") {
		t.Errorf("got %v", err)
	}
}

func TestParseNativeInput(t *testing.T) {
	for text, want := range map[string]string{
		"go test fuzz v1\n[]byte(\"a\\x00b\")\n": "a\x00b",
		"go test fuzz v1\n[]byte(\"\")\n":        "",
		"go test fuzz v1\r\n[]byte(`raw`)\r\n":   "raw",
	} {
		if got, err := parseNativeInput([]byte(text)); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "go test fuzz v1", "go test fuzz v2\n[]byte(\"a\")", "go test fuzz v1\nstring(\"a\")", "go test fuzz v1\n[]byte(1)",
		"go test fuzz v1\n[]byte(\"a\")\n[]byte(\"b\")", "go test fuzz v1\n[]byte(\"a", "\x00\x01",
	} {
		if got, err := parseNativeInput([]byte(text)); err == nil {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}
