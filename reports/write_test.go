package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestWriteDirRoundTrip(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "reports", "latest")
	r := fixture()
	if err := r.WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseRecord(data)
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := back.WriteJSON(&again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, again.Bytes()) {
		t.Error("the record changed on the way")
	}
	for i, f := range back.Findings {
		if f.File != CaseFile(f.Signature, f.Draft) || r.Findings[i].File != f.File {
			t.Errorf("the case is in %q, expected %q", f.File, CaseFile(f.Signature, f.Draft))
		}
		data, err := os.ReadFile(filepath.Join(dir, f.File))
		if err != nil {
			t.Fatal(err)
		}
		var got, want bytes.Buffer
		if json.Compact(&got, data) != nil || json.Compact(&want, r.Findings[i].Case) != nil || got.String() != want.String() {
			t.Errorf("%s holds %s, expected %s", f.File, &got, &want)
		}
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), `href="`+back.Findings[0].File+`"`) {
		t.Error("the page does not link to the case")
	}
}

func TestWriteDirReplaces(t *testing.T) {
	dir := t.TempDir()
	r := fixture()
	if err := r.WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	old := r.Findings[3].File
	for _, other := range []string{"findings/README.md", "findings/mine.json"} {
		if err := os.WriteFile(filepath.Join(dir, other), []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r.Findings = append(r.Findings[:1:1], r.Findings[0])
	if err := r.WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	if r.Findings[0].File == r.Findings[1].File {
		t.Error("two findings have one file")
	}
	var got []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			path, err = filepath.Rel(dir, path)
			got = append(got, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"findings/README.md", "findings/mine.json", "index.html", "run.json", r.Findings[0].File, r.Findings[1].File}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the directory has %v, expected %v; %s is old", got, want, old)
	}
}

func TestWriteDirFailsClearly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := fixture().WriteDir(dir); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(filepath.Join(dir, "findings"))
	if err != nil {
		t.Fatal(err)
	}
	broken := fixture()
	broken.Findings = broken.Findings[:1]
	broken.Findings[0].Case = json.RawMessage("{")
	noDraft := fixture()
	noDraft.Findings = noDraft.Findings[:1]
	noDraft.Properties[0].Draft = 0
	for _, test := range []struct {
		name   string
		record *Record
		dir    string
	}{
		{"a file in the way", fixture(), filepath.Join(file, "latest")},
		{"a case that is not JSON", broken, dir},
		{"no draft", noDraft, dir},
	} {
		err := test.record.WriteDir(test.dir)
		if err == nil || !strings.HasPrefix(err.Error(), "cannot write the report to "+test.dir+": ") {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	after, err := os.ReadDir(filepath.Join(dir, "findings"))
	if err != nil {
		t.Fatal(err)
	}
	if len(after) != len(before) {
		t.Errorf("a failed write left %d cases of %d", len(after), len(before))
	}
}

func TestCaseFileNames(t *testing.T) {
	seen := make(map[string]bool)
	for name, s := range hostile {
		for _, signature := range []string{s, s + "A", s + "a", "../" + s, "." + s} {
			for _, d := range []spec.Draft{spec.Content07, spec.Content08} {
				file := CaseFile(signature, d)
				base := filepath.Base(file)
				if !caseFile.MatchString(base) || file != "findings/"+base || len(base) > 150 || base[0] == '.' {
					t.Errorf("%s: %q", name, file)
				}
				if seen[file] {
					t.Errorf("%s: %q for two findings", name, file)
				}
				seen[file] = true
			}
		}
	}
	if got, want := CaseFile("messageid/injective#sender-room-boundary@reference", spec.Content07), "findings/messageid-injective-sender-room-boundary-reference.content-07-"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, expected %q", got, want)
	}
}
