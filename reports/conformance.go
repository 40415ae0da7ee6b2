package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Conformance is how an implementation compares with the reference models. Its
// bugs are among the findings of the record as well.
type Conformance struct {
	Implementation string            `json:"implementation"`
	Version        string            `json:"version"`            // of the implementation, as it says
	Detail         string            `json:"detail"`             // "verdict" or "rule": what it tells of what it refuses
	Readings       map[string]string `json:"readings,omitempty"` // that it follows instead of the defaults
	Cases          int               `json:"cases"`
	Directed       int               `json:"directed"`          // of the cases, those that are asked in every run
	Stopped        string            `json:"stopped,omitempty"` // why it could not be asked to the end
	Further        int               `json:"further"`           // differences that belong to no bug, for there are too many
	Rows           []ConformanceRow  `json:"rows"`
	Bugs           []ConformanceBug  `json:"bugs"`
}

// ConformanceRow is how often cases about a rule had an outcome.
type ConformanceRow struct {
	Rule    string `json:"rule"` // "" for cases that are about none
	Level   string `json:"level"`
	Outcome string `json:"outcome"` // such as "agrees" or "accepts-forbidden"
	Cases   int    `json:"cases"`
}

// ConformanceBug is one difference, whatever the number of cases that show it.
type ConformanceBug struct {
	Signature string       `json:"signature"` // as expectations have it
	Op        string       `json:"op"`
	Outcome   string       `json:"outcome"`
	Level     string       `json:"level"` // "MUST", "SHOULD", "nonsense" or "information"
	Rule      string       `json:"rule"`
	Place     string       `json:"place"`
	Drafts    []spec.Draft `json:"drafts"`
	Cases     int          `json:"cases"`
	Expected  bool         `json:"expected"`
	Detail    string       `json:"detail"`
}

// informs reports whether the bug breaks nothing.
func (b *ConformanceBug) informs() bool { return b.Level == "information" }

// onlyConformance reports whether the record tells of nothing else.
func (r *Record) onlyConformance() bool {
	return r.Conformance != nil && !slices.ContainsFunc(r.Properties, func(p PropertyResult) bool { return !strings.HasPrefix(p.ID, conformPrefix) })
}

// conformPrefix is what the properties of a conformance begin with; the op
// follows.
const conformPrefix = "conform/"

// mark is what stands before a bug.
func (b *ConformanceBug) mark() (string, mood) {
	switch {
	case b.informs():
		return "-", moodNone
	case b.Expected:
		return markExpected, moodUnsure
	}
	return markNew, moodBad
}

const (
	outcomeAgrees      = "agrees"
	outcomeUnsupported = "unsupported"
)

// ofRule is the cases about one rule, by outcome.
type ofRule struct {
	rule, level string
	outcomes    map[string]int
	cases       int
}

// agrees reports whether every case that was answered agrees.
func (r *ofRule) agrees() bool {
	return r.outcomes[outcomeAgrees]+r.outcomes[outcomeUnsupported] == r.cases
}

// byRule returns the rows rule by rule, and the outcomes that there are.
func (c *Conformance) byRule() (rules []ofRule, outcomes []string) {
	for _, row := range c.Rows {
		at := slices.IndexFunc(rules, func(r ofRule) bool { return r.rule == row.Rule })
		if at < 0 {
			at = len(rules)
			rules = append(rules, ofRule{rule: row.Rule, level: row.Level, outcomes: map[string]int{}})
		}
		rules[at].outcomes[row.Outcome] += row.Cases
		rules[at].cases += row.Cases
		if !slices.Contains(outcomes, row.Outcome) {
			outcomes = append(outcomes, row.Outcome)
		}
	}
	slices.SortStableFunc(outcomes, func(a, b string) int { return cmp.Compare(outcomeOrder(a), outcomeOrder(b)) })
	return rules, outcomes
}

// outcomeColumns are the outcomes in the order of their columns, with what
// stands above them.
var outcomeColumns = []struct{ outcome, head string }{
	{outcomeAgrees, "agrees"}, {"accepts-forbidden", "accepts"}, {"rejects-allowed", "rejects"}, {"re-encodes-differently", "encodes"},
	{"other-message-id", "ID"}, {"wrong-result", "result"}, {"crash", "crash"}, {"hang", "hang"}, {"memory", "memory"}, {"protocol-error", "protocol"},
	{"early-exit", "exit"}, {"overwrites-input", "input"}, {"wrong-reason", "reason"}, {"other-reading", "reading"}, {outcomeUnsupported, "no answer"},
}

func outcomeOrder(outcome string) int {
	for i, column := range outcomeColumns {
		if column.outcome == outcome {
			return i
		}
	}
	return len(outcomeColumns)
}

// outcomeHead returns what stands above the column of an outcome.
func outcomeHead(outcome string) string {
	if i := outcomeOrder(outcome); i < len(outcomeColumns) {
		return outcomeColumns[i].head
	}
	return fit(clipName(outcome, 20), 9)
}

// ruleName names a row.
func ruleName(rule string) string {
	if rule == "" {
		return "no rule broken"
	}
	return name(rule)
}

// draftSpan lists drafts in short: revisions of one document in a row are told
// by the first and the last.
func draftSpan(drafts []spec.Draft) string {
	var parts []string
	for _, row := range draftRows(drafts) {
		if len(row) > 2 {
			parts = append(parts, row[0].String()+" to "+row[len(row)-1].String())
			continue
		}
		for _, d := range row {
			parts = append(parts, d.String())
		}
	}
	return strings.Join(parts, ", ")
}

// bugGroups are the headings under which bugs are told, and their levels.
var bugGroups = []struct{ title, level string }{
	{"Breaks what the drafts demand", "MUST"},
	{"Apart: breaks what the drafts recommend (SHOULD)", "SHOULD"},
	{"Apart: takes what the drafts say to log and discard", "nonsense"},
	{"For information: another reading, another reason, or what no draft says", "information"},
}

// bugsOf returns the bugs of a level. Those of an unknown level are of the
// first.
func (c *Conformance) bugsOf(level string) []*ConformanceBug {
	var list []*ConformanceBug
	for i := range c.Bugs {
		b := &c.Bugs[i]
		known := slices.ContainsFunc(bugGroups, func(g struct{ title, level string }) bool { return g.level == b.Level })
		if b.Level == level || !known && level == bugGroups[0].level {
			list = append(list, b)
		}
	}
	return list
}

// conformance writes how an implementation compares with the reference.
func (t *textWriter) conformance() {
	c := t.record.Conformance
	t.prose(0, fmt.Sprintf("Asked %s %s %s, %s of them in every run, in %s, seed %d.", name(c.Implementation), name(c.Version),
		plural(c.Cases, "case"), number(c.Directed), duration(t.record.DurationMS), t.record.Seed))
	if c.Stopped != "" {
		t.prose(0, t.paint("It could not be asked to the end: "+clipProse(c.Stopped, textProse, ""), moodBad))
	} else if !t.record.Complete {
		t.prose(0, t.paint("The run was stopped before its end.", moodUnsure))
	}
	t.ruleTable()
	for _, group := range bugGroups {
		bugs := c.bugsOf(group.level)
		if len(bugs) == 0 {
			continue
		}
		t.line("")
		t.line(fmt.Sprintf("%s: %s", group.title, number(len(bugs))))
		for _, b := range bugs {
			mark, mood := b.mark()
			for i, line := range wrap(clipName(b.Signature, 200), textColumns-2) {
				t.line(t.paint(map[bool]string{true: mark + " ", false: "  "}[i == 0]+line, mood))
			}
			for _, line := range wrap(fmt.Sprintf("%s under %s: %s", plural(b.Cases, "case"), draftSpan(b.Drafts), clipProse(b.Detail, 300, "")), textColumns-6) {
				t.line("      " + line)
			}
		}
	}
	if c.Further > 0 {
		t.line("")
		t.prose(0, fmt.Sprintf("%s belong to no bug, for there are too many.", plural(c.Further, "further difference")))
	}
	if slices.ContainsFunc(c.Bugs, func(b ConformanceBug) bool { return b.Expected }) {
		t.line("")
		t.line(markExpected + " expected   " + markNew + " new")
	}
}

// ruleTable writes the rules about which not every case agrees.
func (t *textWriter) ruleTable() {
	rules, outcomes := t.record.Conformance.byRule()
	shown := slices.DeleteFunc(slices.Clone(rules), func(r ofRule) bool { return r.agrees() })
	total := ofRule{rule: "every case", outcomes: map[string]int{}}
	for _, r := range rules {
		for outcome, n := range r.outcomes {
			total.outcomes[outcome] += n
		}
	}
	if len(rules) == 0 {
		return
	}
	t.line("")
	const rule = 42
	head := pad("", rule)
	for _, outcome := range outcomes {
		head += " " + lpad(outcomeHead(outcome), 9)
	}
	t.line(head)
	for _, r := range append(shown, total) {
		label := ruleName(r.rule)
		if r.level != "" && r.level != "MUST" && r.rule != "" {
			label += " (" + clipName(r.level, 12) + ")"
		}
		line := pad(fit(label, rule), rule)
		for _, outcome := range outcomes {
			cell := ""
			if n := r.outcomes[outcome]; n > 0 {
				cell = number(n)
			}
			line += " " + lpad(cell, 9)
		}
		t.line(line)
	}
	if n := len(rules) - len(shown); n > 0 {
		t.line(fmt.Sprintf("%s about which every case agrees, not shown", plural(n, "rule")))
	}
}

// lpad fills s with spaces on the left.
func lpad(s string, width int) string {
	return strings.Repeat(" ", max(0, width-columns(s))) + s
}

// pageRule is a row of the table of rules on the page.
type pageRule struct {
	Rule, Level string
	Mood        mood
	Cells       []int
	Cases       int
}

// pageBugs are the bugs of one level on the page.
type pageBugs struct {
	Title string
	Bugs  []pageBug
}

type pageBug struct {
	Mood   mood
	Anchor string
	Drafts string
	Bug    *ConformanceBug
}

// pageConformance is what the page shows of a conformance.
type pageConformance struct {
	Of       *Conformance
	Outcomes []string // the heads of the columns
	Rules    []pageRule
	Groups   []pageBugs
}

func (p *pageData) addConformance(c *Conformance) {
	if c == nil {
		return
	}
	page := &pageConformance{Of: c}
	rules, outcomes := c.byRule()
	for _, outcome := range outcomes {
		page.Outcomes = append(page.Outcomes, outcomeHead(outcome))
	}
	for _, r := range rules {
		row := pageRule{Rule: ruleName(r.rule), Level: clipName(r.level, pageName), Cases: r.cases, Mood: moodGood}
		if !r.agrees() {
			row.Mood = moodBad
		}
		for _, outcome := range outcomes {
			row.Cells = append(row.Cells, r.outcomes[outcome])
		}
		page.Rules = append(page.Rules, row)
	}
	for _, group := range bugGroups {
		var bugs []pageBug
		for _, b := range c.bugsOf(group.level) {
			_, mood := b.mark()
			bugs = append(bugs, pageBug{Mood: mood, Anchor: p.anchorOfBug(b), Drafts: draftSpan(b.Drafts), Bug: b})
		}
		if bugs != nil {
			page.Groups = append(page.Groups, pageBugs{Title: group.title, Bugs: bugs})
		}
	}
	p.Conformance = page
}

// anchorOfBug returns the anchor of the finding of a bug, "" if it is not shown.
func (p *pageData) anchorOfBug(b *ConformanceBug) string {
	for _, d := range p.Defects {
		if property, class, _ := cutSignature(d.First.Signature); property == conformPrefix+b.Op && b.Op+":"+class == b.Signature {
			return d.Anchor
		}
	}
	return ""
}

// outcomeOfBugs returns the mark of an op under a draft that has bugs.
func (c *Conformance) outcomeOfBugs(property string, d spec.Draft) (string, mood) {
	mark, found := markExpected, moodUnsure
	for i := range c.Bugs {
		b := &c.Bugs[i]
		if conformPrefix+b.Op == property && !b.informs() && !b.Expected && slices.Contains(b.Drafts, d) {
			mark, found = markNew, moodBad
		}
	}
	return mark, found
}
