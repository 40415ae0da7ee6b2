package reports

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

const (
	pageOctets = 4 << 10 // of a value or sentence that are shown
	pageName   = 200     // octets of a name that are shown
	pageFull   = 500     // findings that are shown in full
	pageNew    = 10      // new findings on the first screen
	pageFew    = 5       // findings that need no list
)

// The functions of the template. A string of the record reaches the page
// through one of them, or escaped in the values below.
var pageTmpl = template.Must(template.New("page").Funcs(template.FuncMap{
	"name":     func(s string) string { return clipName(s, pageName) },
	"prose":    func(s string) string { return clipProse(s, pageOctets, "") },
	"number":   number[int],
	"number64": number[int64],
	"duration": duration,
	"cases":    func(n int) string { return plural(n, "case") },
	"refuting": func(n int) string {
		if n == 1 {
			return "1 case refuted it"
		}
		return number(n) + " cases refuted it"
	},
	"drafts":      draftNames,
	"draftRanges": draftRanges,
}).Parse(pageTemplate))

// pageData is what the template gets.
type pageData struct {
	Style           template.CSS
	StyleHash       string
	Script          template.JS
	ScriptHash      string
	Verdict         string
	Mood            mood
	Started         string
	Record          *Record
	Implementations []string
	Models          []*modelSummary
	Defects         []pageDefect
	New             []pageDefect // the first of them, if they are new
	MoreNew         int          // that are not among those
	Index           bool         // whether there are so many that a list helps
	Rest            []pageRest   // defects that are only listed
	Policies        []pagePolicy
	Plots           []plot
	Matrices        []pageMatrix
	Domains         []string // escaped
	Layouts         []pageLayout
	AttackDrafts    []spec.Draft
	Attacks         []pageAttack
	Killed          int
	Conformance     *pageConformance
}

type pageDefect struct {
	Anchor    string
	Mood      mood
	Kind      string
	Drafts    string
	Ranges    string // the drafts, shorter
	Statement string
	Source    string
	First     *Finding
	Witnesses []pageWitness
	Issue     string // the finding in Markdown
}

type pageRest struct {
	Signature string
	Drafts    string
	Kind      string
	Mood      mood
}

type pageWitness struct {
	Finding   *Finding
	Open      bool
	Values    []shownValue
	Detail    string     // escaped
	Notations []Notation // escaped
	Link      string     // to the file of the case, "" if that is no safe link
}

type pageMatrix struct {
	Document spec.Document
	Drafts   []spec.Draft
	Rows     []pageRow
}

type pageRow struct {
	Property, Statement string
	Implementation      string // "" if there is only one
	Cells               []pageCell
}

type pageCell struct {
	Word   string
	Mood   mood
	Anchor string // of the finding
	Result *PropertyResult
}

// pageLayout is a row of the table of layouts: one layout, with bound messages
// or without.
type pageLayout struct {
	Name, Layout string
	Bound        bool
	Cells        []*pageVerdict // one for each domain, nil if there is no verdict
}

type pageVerdict struct {
	Anchor                string
	Word                  string // escaped
	Mood                  mood
	Verdict               *LayoutVerdict
	Witness, WrapsWitness []shownValue
}

// WriteHTML writes the record as one self-contained page: it loads nothing and
// runs no script but its own, which filters tables, and says so in its content
// security policy. What came from an input is escaped.
func (r *Record) WriteHTML(w io.Writer) error {
	page := pageData{
		Style: template.CSS(pageStyle), StyleHash: integrity(pageStyle), Script: template.JS(pageScript), ScriptHash: integrity(pageScript),
		Verdict: r.Verdict(), Mood: r.mood(), Started: r.Started.UTC().Format(time.DateTime) + " UTC",
		Record: r, Implementations: r.implementations(), Models: r.models(), Killed: len(r.Mutants) - len(r.Survivors()),
	}
	for i, d := range r.defects() {
		if i >= pageFull {
			kind, mood := d.kind()
			page.Rest = append(page.Rest, pageRest{Signature: d.first().Signature, Drafts: strings.Join(d.drafts(), ", "), Kind: kind, Mood: mood})
			continue
		}
		page.Defects = append(page.Defects, r.pageDefect(&d, fmt.Sprintf("finding-%d", i+1)))
	}
	page.addNew()
	for _, m := range r.matrices() {
		page.Matrices = append(page.Matrices, pageMatrixOf(&m, page.Defects, len(page.Implementations) > 1))
	}
	page.addConformance(r.Conformance)
	page.addLayouts(r.Layouts)
	page.addPolicies(r.Policies)
	page.addAttacks(r.Attacks)
	var err error
	if page.Plots, err = r.plots(); err != nil {
		return err
	}
	// A page that fails half way is not written at all.
	var out bytes.Buffer
	if err := pageTmpl.Execute(&out, &page); err != nil {
		return fmt.Errorf("the record cannot be written as a page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// addNew lists what is new for the first screen.
func (p *pageData) addNew() {
	p.Index = len(p.Defects) > pageFew
	for i := range p.Models {
		p.MoreNew += p.Models[i].New
	}
	for i := range p.Defects {
		if !p.Defects[i].First.Expected && len(p.New) < pageNew {
			p.New = append(p.New, p.Defects[i])
		}
	}
	p.MoreNew -= len(p.New)
}

// integrity returns what a content security policy calls a text by.
func integrity(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (r *Record) pageDefect(d *defect, anchor string) pageDefect {
	first := d.first()
	kind, mood := d.kind()
	property := r.property(first.Property)
	p := pageDefect{Anchor: anchor, Mood: mood, Kind: kind, First: first, Drafts: strings.Join(d.drafts(), ", "), Ranges: d.ranges(), Statement: property.Statement, Source: property.Source, Issue: r.issue(d)}
	for i, f := range d.findings {
		var annotated []Notation
		for _, n := range f.Notations {
			annotated = append(annotated, Notation{Path: clipName(n.Path, inputName), Text: clipLines(n.Text, pageOctets, f.File)})
		}
		p.Witnesses = append(p.Witnesses, pageWitness{
			Notations: annotated, Finding: f, Open: i == 0 && !f.Expected, Values: showInput(f, pageOctets), Detail: clipProse(f.Detail, pageOctets, f.File), Link: caseLink(f.File),
		})
	}
	return p
}

// caseLink returns the link to the file of a case. A record that was read
// could name any place: only the cases beside the page are linked.
func caseLink(file string) string {
	name, ok := strings.CutPrefix(file, findingsDir+"/")
	if !ok || !filepath.IsLocal(name) || !caseFile.MatchString(name) {
		return ""
	}
	return file
}

func pageMatrixOf(m *matrix, defects []pageDefect, implementations bool) pageMatrix {
	page := pageMatrix{Document: m.document, Drafts: m.drafts}
	for _, row := range m.rows {
		out := pageRow{Property: row.property, Statement: row.statement}
		if implementations {
			out.Implementation = row.implementation
		}
		for _, c := range row.cells {
			out.Cells = append(out.Cells, pageCell{Word: c.word, Mood: c.mood, Result: c.result, Anchor: anchorOf(c.result, defects)})
		}
		page.Rows = append(page.Rows, out)
	}
	return page
}

// anchorOf returns the anchor of the first finding of a property under a
// draft, "" for none.
func anchorOf(p *PropertyResult, defects []pageDefect) string {
	if p == nil {
		return ""
	}
	for _, d := range defects {
		for _, w := range d.Witnesses {
			if w.Finding.Property == p.ID && w.Finding.Draft == p.Draft && w.Finding.Implementation == p.Implementation {
				return d.Anchor
			}
		}
	}
	return ""
}

func (p *pageData) addLayouts(layouts []LayoutResult) {
	var domains []string
	for _, l := range layouts {
		for _, v := range l.Verdicts {
			if !slices.Contains(domains, v.URI) {
				domains = append(domains, v.URI)
				p.Domains = append(p.Domains, clipName(v.URI, pageName))
			}
		}
	}
	for i, l := range layouts {
		for _, bound := range []bool{false, true} {
			row := pageLayout{Name: l.Name, Layout: l.Layout, Bound: bound, Cells: make([]*pageVerdict, len(domains))}
			found := false
			for j := range l.Verdicts {
				v := &l.Verdicts[j]
				if v.Bound != bound {
					continue
				}
				found = true
				row.Cells[slices.Index(domains, v.URI)] = newPageVerdict(v, fmt.Sprintf("layout-%d-%d", i+1, j+1))
			}
			if found {
				p.Layouts = append(p.Layouts, row)
			}
		}
	}
}

func newPageVerdict(v *LayoutVerdict, anchor string) *pageVerdict {
	page := &pageVerdict{Anchor: anchor, Word: clipName(v.Verdict, pageName), Mood: moodUnsure, Verdict: v, Witness: showTuples(v.Witness)}
	switch v.Verdict {
	case "injective":
		page.Mood = moodGood
	case "ambiguous":
		page.Mood = moodBad
	}
	if v.Wraps != nil {
		page.WrapsWitness = showTuples(v.Wraps.Witness)
	}
	return page
}

// showTuples renders the fields of tuples that are hashed to one ID.
func showTuples(tuples []Tuple) []shownValue {
	fields := func(t *Tuple) [4][]byte { return [...][]byte{t.Sender, t.Room, t.Message, t.Salt} }
	var list []shownValue
	for i := range tuples {
		for j, octets := range fields(&tuples[i]) {
			shown := show(string(octets), true, pageOctets, "")
			shown.Path = fmt.Sprintf("%d. %s", i+1, [...]string{"sender", "room", "message", "salt"}[j])
			if i > 0 && len(octets) > 0 && bytes.Equal(fields(&tuples[0])[j], octets) {
				shown.Text, shown.More = "the same as in 1.", ""
			}
			list = append(list, shown)
		}
	}
	return list
}
