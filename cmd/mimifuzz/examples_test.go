package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/mimifuzz/mimifuzz/reports"
)

// TestExamplesWorkAsTyped runs the examples of every command's help from the
// top of the repository.
func TestExamplesWorkAsTyped(t *testing.T) {
	t.Chdir("../..")
	// Reports go to a directory of the test, and the ledger that is edited is a copy.
	out := t.TempDir()
	ledger := filepath.Join(out, "ledger.json")
	if err := reports.EmbeddedLedger().WriteFile(ledger); err != nil {
		t.Fatal(err)
	}
	if status := run(t.Context(), []string{"run", "--seed", "1", "--cases", "50", "--out", out}, nil, io.Discard, io.Discard); status != exitNothingNew {
		t.Fatalf("the run that the examples speak of ended with %d", status)
	}
	var commands []*cobra.Command
	var collect func(*cobra.Command)
	collect = func(c *cobra.Command) {
		commands = append(commands, c)
		for _, sub := range c.Commands() {
			collect(sub)
		}
	}
	collect(rootCommand())
	tried := 0
	for _, c := range commands {
		if c.Runnable() && c.Example == "" && c.HasParent() && !c.HasSubCommands() {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			args, input := exampleWords(t, line)
			if args[0] == "run" && !strings.Contains(line, "--cases") {
				args = append(args, "--cases", "50")
			}
			if i := slices.Index(args, "--out"); i >= 0 && args[i+1] != "-" {
				args[i+1] = filepath.Join(out, strconv.Itoa(tried))
			} else if args[0] == "run" {
				args = append(args, "--out", out)
			}
			if args[0] == "conform" {
				args = slices.Insert(args, slices.Index(args, "--"), "--for", "1s", "--out", filepath.Join(out, strconv.Itoa(tried)))
			}
			if args[0] == "bench" && args[1] == "scale" {
				continue // it builds for the engines, which takes minutes
			}
			if args[0] == "bench" {
				// Building for the engines takes minutes; the last flag counts.
				args = append(args, "--seeds", "1", "--approach", "combinators")
				if slices.Contains(args, "--each") {
					args = append(args, "--each", "1s", "--approach", "properties")
				} else {
					args = append(args, "--for", "1s")
				}
			}
			if args[0] == "fuzz" {
				args = append(args, "--for", "1s", "--cases", "50", "--state", filepath.Join(out, "campaign"))
			}
			for i, arg := range args {
				if arg == "reports/ledger.json" {
					args[i] = ledger
				} else if file, ok := strings.CutPrefix(arg, "reports/latest"); ok {
					args[i] = out + file
				}
			}
			stdin, err := os.Open(input)
			if err != nil {
				t.Errorf("%s: %v", line, err)
				continue
			}
			var stderr strings.Builder
			if status := run(t.Context(), args, stdin, io.Discard, &stderr); status == exitCannotRun {
				t.Errorf("%s: %s", line, stderr.String())
			}
			stdin.Close()
			tried++
		}
	}
	if tried == 0 {
		t.Error("no example was tried")
	}
}

// exampleWords splits an example line as a shell does, as far as the examples
// need it, and returns the file for standard input.
func exampleWords(t *testing.T, line string) (args []string, input string) {
	t.Helper()
	input = os.DevNull
	rest := strings.TrimSpace(line)
	for rest != "" {
		var word string
		if quoted, ok := strings.CutPrefix(rest, "'"); ok {
			word, rest, _ = strings.Cut(quoted, "'")
		} else {
			word, rest, _ = strings.Cut(rest, " ")
		}
		rest = strings.TrimSpace(rest)
		if file, ok := strings.CutPrefix(word, "<"); ok {
			input = file
			continue
		}
		args = append(args, word)
	}
	if len(args) < 2 || args[0] != "mimifuzz" {
		t.Fatalf("%q is no example", line)
	}
	return args[1:], input
}
