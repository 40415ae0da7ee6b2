package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mimifuzz/mimifuzz/fuzz/seeds"
)

// TestContentScripts runs the commands about message content.
func TestContentScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/content"})
}

// TestContentExitStatus tells apart the statuses that are not zero, which
// scripts cannot.
func TestContentExitStatus(t *testing.T) {
	dir := t.TempDir()
	if err := seeds.Export(dir, seeds.Raw, seeds.All(false), false); err != nil {
		t.Fatal(err)
	}
	good, bad := filepath.Join(dir, "example.original"), filepath.Join(dir, "content.salt-length.broken")
	for _, test := range []struct {
		args string
		want int
	}{
		{"explain " + good, exitNothingNew},
		{"explain " + good + " " + bad, exitFound},
		{"explain --json " + bad, exitFound},
		{"explain --json " + bad + " " + dir + "/none", exitCannotRun},
		{"explain " + dir, exitCannotRun},
		{"explain", exitCannotRun},
		{"explain --draft x " + good, exitCannotRun},
		{"explain --no-such-flag " + good, exitCannotRun},
		{"rules", exitNothingNew},
		{"rules --draft x", exitCannotRun},
		{"corpus list", exitNothingNew},
		{"corpus", exitCannotRun},
		{"corpus export --out " + dir, exitCannotRun},
	} {
		var stdout, stderr bytes.Buffer
		got := run(t.Context(), strings.Fields(test.args), strings.NewReader(""), &stdout, &stderr)
		if got != test.want {
			t.Errorf("mimifuzz %s: exit status %d, want %d\n%s", test.args, got, test.want, &stderr)
		}
		if got == exitCannotRun && strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("mimifuzz %s: not one line: %s", test.args, &stderr)
		}
		if got == exitCannotRun && strings.Contains(test.args, "--json") && stdout.Len() > 0 {
			t.Errorf("mimifuzz %s: half a document: %s", test.args, &stdout)
		}
	}
}

// TestExplainHundreds explains every seed in one call, in the order given.
func TestExplainHundreds(t *testing.T) {
	dir := t.TempDir()
	if err := seeds.Export(dir, seeds.Raw, seeds.All(false), false); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(entries)
	args := []string{"explain", "--json"}
	for _, e := range entries {
		args = append(args, filepath.Join(dir, e.Name()))
	}
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); got != exitFound {
		t.Fatalf("exit status %d: %s", got, &stderr)
	}
	var document struct {
		Files []struct {
			File     string
			Verdicts []struct {
				Violations *[]json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Files) != len(entries) || len(entries) < 200 {
		t.Fatalf("%d files of %d", len(document.Files), len(entries))
	}
	for i, f := range document.Files {
		if f.File != args[i+2] || len(f.Verdicts) != 6 {
			t.Errorf("file %d is %s with %d verdicts, want %s with 6", i, f.File, len(f.Verdicts), args[i+2])
		}
		for _, v := range f.Verdicts {
			if v.Violations == nil {
				t.Errorf("%s: no list of violations", f.File)
			}
		}
	}
}
