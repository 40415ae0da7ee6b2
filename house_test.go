// Package mimifuzz_test holds the rules of the house that no single package
// can hold.
package mimifuzz_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mimifuzz/mimifuzz/"

// modelOrder is the order of the models: each imports only those before it.
var modelOrder = []string{"spec", "framing", "wire", "messageid", "content", "franking", "roompolicy"}

// mayImport says what the packages below a folder may import of the module, by
// folder. The first entry that fits counts.
var mayImport = []struct {
	folder  string
	allowed []string
}{
	{"properties/gen", []string{"models"}},
	{"properties/mutants", []string{"models", "corpus", "properties"}},
	{"properties/rooms", []string{"models"}},
	{"properties/oracle", []string{"models"}},
	{"properties", []string{"models", "corpus", "properties/gen", "properties/oracle", "properties/rooms"}},
	{"corpus", []string{"models"}},
	{"reports", []string{"models/spec", "reports/draw"}},
	{"fuzz", []string{"models", "corpus", "properties", "reports", "fuzz"}},
	{"cmd", []string{"models", "corpus", "properties", "reports", "fuzz"}},
}

// below reports whether a path lies in or below a folder.
func below(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// allowed reports whether the package in folder may import the other one.
func allowed(folder, imported string) bool {
	if model, ok := strings.CutPrefix(folder, "models/"); ok {
		other, ok := strings.CutPrefix(imported, "models/")
		mine, its := slices.Index(modelOrder, path.Dir(model+"/x")), slices.Index(modelOrder, other)
		return ok && its >= 0 && its < mine
	}
	for _, rule := range mayImport {
		if below(folder, rule.folder) {
			return slices.ContainsFunc(rule.allowed, func(a string) bool { return below(imported, a) })
		}
	}
	return false
}

func TestImportsPointDown(t *testing.T) {
	for _, test := range []struct {
		folder, imported string
		want             bool
	}{
		{"models/messageid", "models/framing", true},
		{"models/framing", "models/messageid", false},
		{"models/spec", "models/framing", false},
		{"models/content", "properties", false},
		{"reports", "models/spec", true},
		{"reports", "models/content", false},
		{"properties", "properties/mutants", false},
		{"fuzz", "cmd/mimifuzz", false},
		{"cmd/mimifuzz", "fuzz", true},
	} {
		if got := allowed(test.folder, test.imported); got != test.want {
			t.Errorf("%s importing %s: allowed %v, expected %v", test.folder, test.imported, got, test.want)
		}
	}
	checked := 0
	eachImport(t, ".", func(name, target string) {
		imported, ours := strings.CutPrefix(target, module)
		if !ours {
			return
		}
		checked++
		if !allowed(path.Dir(name), imported) {
			t.Errorf("%s imports %s: imports point down only", name, imported)
		}
	})
	if checked == 0 {
		t.Error("no import was checked")
	}
}

// eachImport calls visit for every import of the Go files below a folder,
// tests left out.
func eachImport(t *testing.T, folder string, visit func(name, target string)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			visit(filepath.ToSlash(name), target)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoPackageIsNamedForNothing(t *testing.T) {
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && (entry.Name() == "node_modules" || entry.Name() == ".venv") { // not ours
			return filepath.SkipDir
		}
		if err == nil && entry.IsDir() && slices.Contains([]string{"util", "utils", "common", "helpers", "types"}, entry.Name()) {
			t.Errorf("%s: name the package for what it provides", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestGoFuzzCanCopyWhatIsEmbedded holds that what go-fuzz-build builds embeds
// its files by their names: it takes each pattern for the name of a file.
func TestGoFuzzCanCopyWhatIsEmbedded(t *testing.T) {
	output, err := exec.Command("go", "list", "-deps", "-tags", "gofuzz", "-f", `{{range .EmbedPatterns}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}`, "./fuzz", "./fuzz/finding").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(output))
	if len(names) == 0 {
		t.Fatal("no package embeds anything")
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is embedded, and is not the name of a file", name)
		}
	}
}

// TestModelsArePure holds that models import nothing with a clock, randomness,
// files or logging.
func TestModelsArePure(t *testing.T) {
	impure := []string{"os", "log", "log/slog", "math/rand", "math/rand/v2", "crypto/rand", "net", "net/http", "io/fs", "os/exec"}
	eachImport(t, "models", func(name, target string) {
		if slices.Contains(impure, target) {
			t.Errorf("%s imports %s", name, target)
		}
	})
}
