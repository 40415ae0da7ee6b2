package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	markdown "github.com/yuin/goldmark/text"
)

// records are what every format must be able to say, by name.
func records() map[string]*Record {
	list := map[string]*Record{"full": fixture(), "empty": {Version: RecordVersion}}
	stopped := fixture()
	stopped.Complete = false
	stopped.Properties[0].Outcome = OutcomeUntried
	list["stopped early"] = stopped
	for name, s := range hostile {
		list["hostile: "+name] = filled(s)
	}
	return list
}

func TestWriteFormats(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	files, err := fixture().WriteFormats(dir, Formats())
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(Formats()) {
		t.Errorf("wrote %v", files)
	}
	for _, file := range files {
		if data, err := os.ReadFile(file); err != nil || len(data) == 0 {
			t.Errorf("%s: %d octets, %v", file, len(data), err)
		}
	}
	if _, err := ParseFormat("pdf"); err == nil || !strings.Contains(err.Error(), "sarif") {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestSARIFFollowsItsSchema(t *testing.T) {
	for name, r := range records() {
		var out bytes.Buffer
		if err := r.WriteSARIF(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := sarif.FromBytes(out.Bytes(), sarif.WithStrictValidation()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if i := bytes.IndexFunc(out.Bytes(), func(r rune) bool { return !showable(r) && r != '\n' }); i >= 0 {
			t.Errorf("%s: octet %d is not shown as itself", name, i)
		}
	}
}

func TestSARIFTellsNewFromExpected(t *testing.T) {
	var out bytes.Buffer
	if err := fixture().WriteSARIF(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Runs []struct {
			Results []struct {
				RuleID              string
				Level               string
				PartialFingerprints map[string]string
				Suppressions        []struct{ Justification string }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	levels, suppressed := map[string]int{}, 0
	for _, result := range got.Runs[0].Results {
		levels[result.RuleID+" "+result.Level]++
		suppressed += len(result.Suppressions)
		if len(result.PartialFingerprints) != 1 {
			t.Errorf("%s has no fingerprint", result.RuleID)
		}
	}
	want := map[string]int{"messageid/injective note": 3, "messageid/order error": 1, "ledger/not-found error": 1, "mutants/survived error": 2}
	if fmt.Sprint(levels) != fmt.Sprint(want) || suppressed != 3 {
		t.Errorf("got %v and %d suppressed, want %v and 3", levels, suppressed, want)
	}
}

// junitGrammar is what readers of JUnit XML know: the elements, each with its
// attributes (those with ! must be there) and children. It says what version 10
// of the schema says that Jenkins checks files by, for those who have no xmllint.
var junitGrammar = map[string]struct{ attributes, children string }{
	"testsuites": {"name time tests failures errors", "testsuite"},
	"testsuite":  {"name! tests! failures! errors! time skipped timestamp hostname id package file", "properties testcase system-out system-err"},
	"properties": {"", "property"},
	"property":   {"name! value!", ""},
	"testcase":   {"name! time classname", "skipped error failure system-out system-err"},
	"skipped":    {"type message", ""},
	"error":      {"type message", ""},
	"failure":    {"type message", ""},
	"system-out": {"", ""},
	"system-err": {"", ""},
}

var surefireTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$`)

func checkJUnit(document []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	var open []string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			element := token.Name.Local
			grammar, ok := junitGrammar[element]
			if !ok {
				return fmt.Errorf("element %s is unknown", element)
			}
			if len(open) == 0 && element != "testsuites" || len(open) > 0 && !slices.Contains(strings.Fields(junitGrammar[open[len(open)-1]].children), element) {
				return fmt.Errorf("element %s within %v", element, open)
			}
			open = append(open, element)
			var seen []string
			for _, a := range token.Attr {
				seen = append(seen, a.Name.Local)
				if a.Name.Local == "time" && !surefireTime.MatchString(a.Value) {
					return fmt.Errorf("%s takes %q", element, a.Value)
				}
			}
			for _, a := range strings.Fields(grammar.attributes) {
				if bare, must := strings.CutSuffix(a, "!"); must && !slices.Contains(seen, bare) {
					return fmt.Errorf("element %s lacks %s", element, bare)
				}
			}
			for _, a := range seen {
				if !slices.Contains(strings.Fields(strings.ReplaceAll(grammar.attributes, "!", "")), a) {
					return fmt.Errorf("element %s has %s", element, a)
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// notJUnit are documents that are none.
var notJUnit = []string{"<x/>", "<testsuites><testcase/></testsuites>", `<testsuites><testsuite name="a"/></testsuites>`, `<testsuites skipped="1"/>`}

func TestJUnitFollowsItsGrammar(t *testing.T) {
	for name, r := range records() {
		var out bytes.Buffer
		if err := r.WriteJUnit(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := checkJUnit(out.Bytes()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, wrong := range notJUnit {
		if checkJUnit([]byte(wrong)) == nil {
			t.Errorf("the grammar takes %s", wrong)
		}
	}
}

// TestJUnitIsValid has xmllint hold the documents against testdata/junit.xsd.
func TestJUnitIsValid(t *testing.T) {
	const linter = "testdata/xmllint"
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no node here, which runs xmllint: TestJUnitFollowsItsGrammar checks less")
	}
	if _, err := os.Stat(linter + "/node_modules"); err != nil {
		t.Skip("xmllint is not installed: make xmllint does it")
	}
	dir := t.TempDir()
	args := []string{linter + "/validate.mjs", "testdata/junit.xsd"}
	var want strings.Builder
	add := func(name, verdict string, document []byte) {
		file := filepath.Join(dir, name+".xml")
		if err := os.WriteFile(file, document, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
		fmt.Fprintf(&want, "%s %s\n", verdict, file)
	}
	for name, r := range records() {
		var out bytes.Buffer
		if err := r.WriteJUnit(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		add(strings.ReplaceAll(name, " ", "-"), "valid", out.Bytes())
	}
	for i, wrong := range append(notJUnit, `<testsuites><testsuite name="a" tests="1" failures="0" errors="-1"/></testsuites>`, `<testsuites time="1,000"/>`) {
		add(fmt.Sprintf("wrong-%d", i), "invalid", []byte(wrong))
	}
	var complaints strings.Builder
	c := exec.CommandContext(t.Context(), "node", args...)
	c.Stderr = &complaints
	got, err := c.Output()
	if err != nil || string(got) != want.String() {
		t.Errorf("%v: got\n%s, want\n%s\n%s", err, got, want.String(), complaints.String())
	}
}

func TestJUnitFailsOnWhatIsNew(t *testing.T) {
	var out bytes.Buffer
	if err := fixture().WriteJUnit(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string    `xml:"name,attr"`
				Failure *struct{} `xml:"failure"`
				Out     string    `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var failed []string
	known := 0
	for _, s := range got.Suites {
		for _, c := range s.Cases {
			if c.Failure != nil {
				failed = append(failed, c.Name)
			}
			if strings.Contains(c.Out, "expected finding") {
				known++
			}
		}
	}
	want := []string{"messageid/order under content-09", "messageid/order#wrong-end@reference", "messageid/no-salt", "messageid/wraps"}
	if !slices.Equal(failed, want) || got.Failures != len(want) || got.Tests != 12 || known != 3 {
		t.Errorf("%d of %d tests failed: %v, want %v; %d known", got.Failures, got.Tests, failed, want, known)
	}
}

// markdownParser reads what GitHub shows.
var markdownParser = goldmark.New(goldmark.WithExtensions(extension.GFM))

func TestMarkdownStaysText(t *testing.T) {
	for name, r := range records() {
		var out bytes.Buffer
		if err := r.WriteMarkdown(&out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		document := markdownParser.Parser().Parse(markdown.NewReader(out.Bytes()))
		err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch n.Kind() {
			case ast.KindRawHTML, ast.KindHTMLBlock, ast.KindLink, ast.KindAutoLink, ast.KindImage, ast.KindEmphasis, ast.KindBlockquote:
				return ast.WalkStop, fmt.Errorf("an input became %s", n.Kind())
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if i := bytes.IndexFunc(out.Bytes(), func(r rune) bool { return !showable(r) && r != '\n' }); i >= 0 {
			t.Errorf("%s: octet %d is not shown as itself", name, i)
		}
		if out.Len() > 1<<20 {
			t.Errorf("%s: %d octets, more than a job summary holds", name, out.Len())
		}
	}
}

func TestMarkdownTells(t *testing.T) {
	var out bytes.Buffer
	if err := fixture().WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## New findings", "### `messageid/order#not-total`", "## Expected findings", "## Expected and not found", "## Mutants: 1 of 3 killed",
		"| `messageid/injective` | refuted\\* |", "| `len16(sender) len16(room) message salt` | octets | injective |", "mimifuzz replay reports/latest/",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, out.String())
		}
	}
}

// manyFindings is a record with more findings than anyone reads.
func manyFindings() *Record {
	r := fixture()
	for i := range 10_000 {
		f := r.Findings[3]
		f.Signature = Signature(f.Property, fmt.Sprint("class-", i), "reference")
		r.Findings = append(r.Findings, f)
	}
	return r
}

func TestManyFindingsStaySmall(t *testing.T) {
	r := manyFindings()
	var page bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if page.Len() > 20<<20 || !strings.Contains(page.String(), "class-9999") {
		t.Errorf("the page has %d octets", page.Len())
	}
	var out bytes.Buffer
	if err := r.WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 1<<20 || !strings.Contains(out.String(), "more, in `run.json`") {
		t.Errorf("%d octets", out.Len())
	}
}
