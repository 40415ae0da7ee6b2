package reports

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

func html(t *testing.T, r *Record) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.WriteHTML(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// elements lists the tags of a page with the names of their attributes, and
// returns its text. It fails if the page is not well-formed XML, which every
// page that the template makes is.
func elements(t *testing.T, page string) (tags []string, text string) {
	t.Helper()
	var all strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return tags, all.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			tag := token.Name.Local
			for _, a := range token.Attr {
				tag += " " + a.Name.Local
				if a.Name.Local == "href" {
					tag += "=" + a.Value
				}
				checkHarmless(t, "attribute "+a.Name.Local, a.Value)
			}
			tags = append(tags, tag)
		case xml.CharData:
			all.Write(token)
		}
	}
}

func TestHTMLKeepsHostileStringsText(t *testing.T) {
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) {
			// As long as the hostile string, so that the same is cut, and
			// no base64 either.
			harmless := filled(strings.Repeat("~", len(s)))
			want, _ := elements(t, html(t, harmless))
			page := html(t, filled(s))
			got, text := elements(t, page)
			if len(got) != len(want) {
				t.Errorf("%d elements, expected %d", len(got), len(want))
			} else {
				for i := range got {
					if got[i] != want[i] {
						t.Errorf("element %d is %q, expected %q", i, got[i], want[i])
					}
				}
			}
			checkHarmless(t, name, text)
			checkHarmless(t, name, page)
			if len(page) > 2<<20 {
				t.Errorf("the page has %d octets", len(page))
			}
			if name == "script" && !strings.Contains(text, s) {
				t.Error("the string cannot be read on the page")
			}
		})
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	page := html(t, fixture())
	if strings.Count(page, "<script>"+pageScript+"</script>") != 1 || !strings.Contains(strings.ReplaceAll(page, "&#43;", "+"), integrity(pageScript)) {
		t.Error("the script is not the one that its hash is made of")
	}
	rest := strings.ReplaceAll(strings.Replace(page, "<script>"+pageScript, "", 1), `src="data:image/svg`, "")
	for _, wrong := range []string{"<script", "src=", "url(", "@import", "http://", "https://", `style="`} {
		if strings.Contains(rest, wrong) {
			t.Errorf("the page has %s", wrong)
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		anchor, ok := strings.CutPrefix(link[1], "#")
		if ok && strings.Count(page, `id="`+anchor+`"`) != 1 {
			t.Errorf("the anchor %s occurs %d times", anchor, strings.Count(page, `id="`+anchor+`"`))
		}
		if !ok && link[1] != "run.json" && caseLink(link[1]) == "" {
			t.Errorf("the page links to %s", link[1])
		}
	}
	if !strings.Contains(page, "<style>"+pageStyle+"</style>") {
		t.Error("the style differs from what its hash is made of")
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") && !strings.Contains(page, "default-src 'none'") {
		t.Error("there is no content security policy")
	}
}

func TestHTMLTellsEverything(t *testing.T) {
	r := fixture()
	if err := r.WriteDir(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	_, text := elements(t, html(t, r))
	last := -1
	for _, want := range []string{
		"1 new finding; 1 expected finding not found; 2 mutants not killed.", "6,175,835", "12.3 s", "42", "messageid", "1 of 3",
		"New findings:", "not-total", "New:", "draft-ietf-mimi-content, section 5.11", "From which end are IDs compared?", "From the first octet.", "It holds under last", `"\x1b[31m <script>"`, "mimifuzz replay", "The same in Markdown", "- refuted: From the first octet", "Expected:", "content-05, content-06, content-07", "Hash the length",
		`"mimi://a/u/a"`, "the same as first.message", "Not found:", "messageid/order#wrong-end@reference", "holds", "1,234,567 cases",
		"ambiguous", "Nothing ends the sender.", "Move its last octet.", "If lengths wrap: ambiguous",
		"passed / passed", "default:", "failed at receiver-frank / no report", "literal:", "breaks franking/context-integrity", "1 of 3", "Leaves the salt out.",
	} {
		at := strings.Index(text[last+1:], want)
		if at < 0 {
			t.Errorf("%q is not on the page, or too early", want)
			continue
		}
		last += 1 + at
	}
}

func TestHTMLCutsLongValues(t *testing.T) {
	r := filled(strings.Repeat("~", 5000))
	if err := r.WriteDir(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	_, text := elements(t, html(t, r))
	for _, want := range []string{
		"904 octets more: whole in " + r.Findings[0].File,
		"904 octets more: whole in run.json",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

func TestHTMLOfEmptyRecord(t *testing.T) {
	_, text := elements(t, html(t, &Record{Version: RecordVersion}))
	if !strings.Contains(text, "Nothing was checked.") {
		t.Error("the page does not say that nothing was checked")
	}
}

func TestCaseLink(t *testing.T) {
	for file, want := range map[string]bool{
		"findings/a.content-07-01234567.json":          true,
		"findings/../../a-01234567.json":               false,
		"findings//a-01234567.json":                    false,
		"/findings/a-01234567.json":                    false,
		"https://example.com/findings/a-01234567.json": false,
		"javascript:alert(1)":                          false,
		"":                                             false,
	} {
		if got := caseLink(file) != ""; got != want {
			t.Errorf("caseLink(%q): %t, expected %t", file, got, want)
		}
	}
}

func TestVerdict(t *testing.T) {
	holds := []PropertyResult{{Outcome: OutcomeHolds, Cases: 1}}
	missed := []Expected{{Drafts: fixture().NotFound[0].Drafts}}
	for _, test := range []struct {
		record Record
		want   string
		mood   mood
	}{
		{Record{Complete: true}, "Nothing was checked.", moodUnsure},
		{Record{Complete: true, Properties: holds}, "Nothing new.", moodGood},
		{Record{Properties: holds}, "Nothing new; stopped early.", moodUnsure},
		{Record{Complete: true, Properties: holds, Findings: []Finding{{Expected: true}}}, "Nothing new beside 1 expected finding.", moodGood},
		{Record{Complete: true, Properties: holds, Findings: []Finding{{Signature: "a"}, {Signature: "b"}, {Signature: "a"}}}, "2 new findings.", moodBad},
		{Record{Properties: holds, Findings: make([]Finding, 1), NotFound: missed}, "1 new finding; 1 expected finding not found; stopped early.", moodBad},
		{Record{Complete: true, Mutants: make([]MutantResult, 1)}, "1 mutant not killed.", moodBad},
	} {
		if got := test.record.Verdict(); got != test.want || test.record.mood() != test.mood {
			t.Errorf("got %q, %s, expected %q, %s", got, test.record.mood(), test.want, test.mood)
		}
	}
}

func ExampleEscape() {
	fmt.Println(Escape("mimi://a\x1b[31m\u202e"))
	// Output: mimi://a\x1b[31m\u{202e}
}
