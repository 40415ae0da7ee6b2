// Package adapters_test asks the adapters for examples.
package adapters_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/program"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/conform/serve"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// adapter is how an example is run.
type adapter struct {
	folder   string
	source   string   // the program, in the folder
	language string   // the program that runs or builds it
	built    string   // what make adapters leaves, in the folder
	command  []string // to run in the folder
}

var adapters = []adapter{
	{folder: "go", source: "main.go", command: []string{"./adapter"}},
	{folder: "python", source: "adapter.py", language: "python3", built: ".venv/installed", command: []string{".venv/bin/python", "adapter.py"}},
	{folder: "javascript", source: "adapter.js", language: "npm", built: "node_modules/.package-lock.json", command: []string{"node", "adapter.js"}},
	{folder: "rust", source: "src/main.rs", language: "cargo", built: "target/release/adapter", command: []string{"target/release/adapter"}},
}

// run starts an adapter. It skips the test where there is none, but not where
// CI has its language.
func (a *adapter) run(t testing.TB) *program.Program {
	t.Helper()
	command, o := slices.Clone(a.command), program.Options{Dir: a.folder}
	if a.folder == "go" {
		command[0] = filepath.Join(t.TempDir(), "adapter")
		if out, err := exec.Command("go", "build", "-o", command[0], "./go").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	} else if _, err := exec.LookPath(a.language); err != nil {
		t.Skipf("SKIPPED: no %s here, so that the adapter in %s was not asked", a.language, a.folder)
	} else if _, err := os.Stat(filepath.Join(a.folder, a.built)); errors.Is(err, fs.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is here, but the adapter in %s is not built: run make adapters first", a.language, a.folder)
		}
		t.Skipf("SKIPPED: the adapter in %s is not built; make adapters does it", a.folder)
	}
	if strings.Contains(command[0], "/") && !filepath.IsAbs(command[0]) {
		var err error
		if command[0], err = filepath.Abs(filepath.Join(a.folder, command[0])); err != nil {
			t.Fatal(err)
		}
	}
	p, err := program.Start(t.Context(), command, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// requests returns what every implementation must get right, and then the rest
// of the cases.
func requests() (plain, all []*protocol.Request) {
	add := func(list *[]*protocol.Request, d spec.Draft, input protocol.Input) {
		*list = append(*list, &protocol.Request{ID: uint64(len(plain) + len(all) + 1), Draft: d, Input: input})
	}
	for _, d := range []spec.Draft{spec.Content08, spec.Content09} {
		for _, known := range corpus.KnownAnswers(d) {
			add(&plain, d, &protocol.MessageIDInput{Sender: known.Sender, Room: known.Room, Message: known.Message})
		}
	}
	for _, c := range content.Cases() {
		if c.Draft == spec.Content08 || c.Draft == spec.Content09 {
			add(&all, c.Draft, &protocol.ContentInput{Message: c.Octets})
		}
	}
	return plain, all
}

func TestAdaptersAnswer(t *testing.T) {
	for _, a := range adapters {
		t.Run(a.folder, func(t *testing.T) {
			p := a.run(t)
			hello := p.Hello()
			if !strings.HasPrefix(hello.Name, a.folder+"-") || len(hello.Drafts) != 2 || len(hello.Ops) != 2 {
				t.Errorf("%+v", hello)
			}
			plain, all := requests()
			plain = append(plain, &protocol.Request{ID: 1 << 40, Draft: spec.Content04, Input: &protocol.ContentInput{}}, &protocol.Request{ID: 1 << 41, Draft: spec.Protocol06, Input: &protocol.TagInput{}})
			replies, err := p.Ask(t.Context(), plain)
			if err != nil {
				t.Fatal(err)
			}
			for i, reply := range replies {
				want := serve.Answer(properties.Reference{}, plain[i])
				if plain[i].ID >= 1<<40 {
					want = protocol.Answer{ID: plain[i].ID, Unsupported: true}
				}
				if reply.Failure != nil || reply.Answer.OK != want.OK || reply.Answer.Unsupported != want.Unsupported || !bytes.Equal(reply.Answer.MessageID, want.MessageID) {
					t.Errorf("%s of %+v: answered %+v, %v, expected %+v", plain[i].Op(), plain[i].Input, reply.Answer, reply.Failure, want)
				}
			}
			replies, err = p.Ask(t.Context(), all)
			if err != nil {
				t.Fatal(err)
			}
			agrees, accepts, refuses := 0, 0, 0
			for i, reply := range replies {
				if reply.Failure != nil {
					t.Errorf("%x: %v", all[i].Input.(*protocol.ContentInput).Message, reply.Failure)
					continue
				}
				want := serve.Answer(properties.Reference{}, all[i])
				switch {
				case reply.Answer.OK != want.OK && want.OK:
					refuses++
					t.Logf("refuses %x: %s", all[i].Input.(*protocol.ContentInput).Message, reply.Answer.Reason)
				case reply.Answer.OK != want.OK:
					accepts++
				case bytes.Equal(reply.Answer.Reencoded, want.Reencoded):
					agrees++
				}
			}
			t.Logf("of %d cases, %d agree with the reference, %d are accepted wrongly, %d refused wrongly", len(all), agrees, accepts, refuses)
			// A first implementation has flaws, but knows a message when it sees one.
			if agrees < len(all)/2 {
				t.Errorf("of %d cases only %d agree with the reference", len(all), agrees)
			}
		})
	}
}

// TestReadmesShowHowToRun holds that the command that is tested is the one that
// users are told.
func TestReadmesShowHowToRun(t *testing.T) {
	for _, a := range adapters {
		readme, err := os.ReadFile(filepath.Join(a.folder, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		command := strings.Join(a.command, " ")
		for _, line := range []string{"mimifuzz conform -- " + command, command + " <../session.jsonl"} {
			if !strings.Contains(string(readme), line) {
				t.Errorf("%s/README.md does not say %q", a.folder, line)
			}
		}
	}
}

// TestAdaptersAreShort holds that an adapter is no more work than the protocol
// promises.
func TestAdaptersAreShort(t *testing.T) {
	for _, a := range adapters {
		program, err := os.ReadFile(filepath.Join(a.folder, a.source))
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(program, []byte("\n")); lines > 150 {
			t.Errorf("%s has %d lines, of at most 150", a.folder, lines)
		}
	}
}
