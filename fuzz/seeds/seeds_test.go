package seeds

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/content"
)

func TestAll(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`)
	sides := map[string]bool{}
	seen := map[string]bool{}
	for _, s := range All(false) {
		if !name.MatchString(s.Name) || seen[s.Name] {
			t.Errorf("the name %q is odd or taken", s.Name)
		}
		seen[s.Name] = true
		sides[s.Rule+string(s.Side)] = true
		if len(s.Octets) == 0 || len(s.Octets) > Huge {
			t.Errorf("%s has %d octets", s.Name, len(s.Octets))
		}
	}
	if !seen["content.salt-length.broken"] || !seen["content.salt-length.right"] || !seen["example.original"] {
		t.Error("well-known seeds are missing")
	}
	all := All(true)
	if len(all) <= len(seen) {
		t.Errorf("%d seeds with the huge ones, %d without", len(all), len(seen))
	}
	for _, c := range content.Cases() {
		if c.Context.Kind == content.KindMessage && len(c.Octets) > 0 && len(c.Octets) <= Huge && !sides[c.Rule+string(c.Side)] {
			t.Errorf("no seed is %s of %s", c.Side, c.Rule)
		}
	}
}

// TestExport reads back what each format holds.
func TestExport(t *testing.T) {
	list := All(false)
	for _, test := range []struct {
		format Format
		corpus string
	}{{Raw, "."}, {Go, "."}, {LibFuzzer, "corpus"}, {GoFuzz, "corpus"}} {
		dir := filepath.Join(t.TempDir(), "out")
		if err := Export(dir, test.format, list, false); err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			data, err := os.ReadFile(filepath.Join(dir, test.corpus, s.Name))
			if err != nil {
				t.Fatal(err)
			}
			if test.format == Go {
				quoted, ok := strings.CutPrefix(string(data), "go test fuzz v1\n[]byte(")
				text, err := strconv.Unquote(strings.TrimSuffix(quoted, ")\n"))
				if !ok || err != nil {
					t.Fatalf("%s: %q", s.Name, data)
				}
				data = []byte(text)
			}
			if !bytes.Equal(data, s.Octets) {
				t.Errorf("%s under %s: %x, want %x", s.Name, test.format, data, s.Octets)
			}
		}
		if err := Export(dir, test.format, list, false); err == nil {
			t.Error("a directory with files was written to")
		}
		if err := Export(dir, test.format, list, true); err != nil {
			t.Error(err)
		}
	}
}

func TestDictionary(t *testing.T) {
	line := regexp.MustCompile(`^([a-z0-9_]+)="((?:[^"\\]|\\x[0-9a-f]{2}|\\["\\])+)"$`)
	seen := map[string]bool{}
	lines := strings.Split(strings.TrimSuffix(string(Dictionary()), "\n"), "\n")
	for _, l := range lines[1:] {
		m := line.FindStringSubmatch(l)
		if m == nil {
			t.Fatalf("not an entry: %s", l)
		}
		if seen[m[1]] || seen["="+m[2]] {
			t.Errorf("twice: %s", l)
		}
		seen[m[1]], seen["="+m[2]] = true, true
	}
	if len(lines)-1 != len(tokens) {
		t.Errorf("%d entries, want %d", len(lines)-1, len(tokens))
	}
}
