package reports

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The files of [FindingPower.WriteDir].
const (
	findingRecord   = "finding.json"
	findingReport   = "finding.md"
	findingCases    = "finding-cases.svg"
	findingSeconds  = "finding-seconds.svg"
	findingContrast = "finding-contrasts.csv"
)

// WriteDir writes the record, the report with its curves, and the tests of each
// mutant for each pair of approaches into a directory.
func (r *FindingPower) WriteDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	record, err := r.Format()
	if err != nil {
		return err
	}
	cases, err := r.survivalPlot(false)
	if err != nil {
		return err
	}
	seconds, err := r.survivalPlot(true)
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		findingRecord: record, findingReport: []byte(r.Markdown()), findingCases: cases, findingSeconds: seconds, findingContrast: []byte(r.contrasts()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// ReadFindingPowerDir reads the record of a directory that [FindingPower.WriteDir]
// wrote.
func ReadFindingPowerDir(dir string) (*FindingPower, error) {
	data, err := os.ReadFile(filepath.Join(dir, findingRecord))
	if err != nil {
		return nil, err
	}
	return ReadFindingPower(data)
}

// casesText writes a number of cases, which may be [never].
func casesText(n float64) string {
	if math.IsInf(n, 1) {
		return "never"
	}
	if n != math.Trunc(n) {
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	return number(int64(n))
}

// rangeText writes a median with its range, if it has one.
func rangeText(median, least, most float64) string {
	if least == most {
		return casesText(median)
	}
	return fmt.Sprintf("%s (%s–%s)", casesText(median), casesText(least), casesText(most))
}

func secondsText(s float64) string { return strconv.FormatFloat(s, 'g', 3, 64) }

func probability(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// Summary returns the main numbers as lines of text.
func (r *FindingPower) Summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s.\n\n", plural(len(r.Mutants), "mutant"), plural(len(r.Approaches), "way"), plural(len(r.Seeds), "seed"))
	for _, p := range r.powers() {
		fmt.Fprintf(&b, "%-12s kills %3d of %d in every trial, %3d in some; the median mutant after %s cases; %s s of the processor for all\n",
			p.approach.Name, p.killed, len(r.Mutants), p.ever, casesText(p.median), secondsText(p.seconds))
	}
	return b.String()
}

// Markdown returns the report.
func (r *FindingPower) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Finding power\n\n%s, each with %s, by every approach; %s, %d cores, %s.", plural(len(r.Mutants), "planted fault"), plural(len(r.Seeds), "seed"), r.Go, r.Cores, r.budget())
	if r.Commit != "" {
		fmt.Fprintf(&b, " Commit %s.", r.Commit)
	}
	fmt.Fprintf(&b, " Measure again with `%s`; package `fuzz/finding` says how.\n\n", r.again())
	r.writeSummary(&b)
	fmt.Fprintf(&b, "![Trials that have not killed their mutant, by cases](%s)\n\n![The same, by seconds of the processor](%s)\n\n", findingCases, findingSeconds)
	r.writeGoals(&b)
	r.writePairs(&b)
	r.writeScale(&b)
	r.writeMutants(&b)
	return b.String()
}

// budget says how much time there was.
func (r *FindingPower) budget() string {
	if r.EachSeconds > 0 {
		return secondsText(r.EachSeconds) + " s of the processor for each"
	}
	return duration(int64(r.BudgetSeconds*1000)) + " for all"
}

// again is the command that measures the same.
func (r *FindingPower) again() string {
	if r.EachSeconds == 0 {
		return "make bench-finding"
	}
	var names []string
	for _, a := range r.Approaches {
		names = append(names, a.Name)
	}
	return fmt.Sprintf("mimifuzz bench finding --each %gs --seeds %d --approach %s", r.EachSeconds, len(r.Seeds), strings.Join(names, ","))
}

func (r *FindingPower) writeSummary(b *strings.Builder) {
	b.WriteString("| approach | | reached | killed in every trial | in some | cases of the median mutant (best–worst trials) | seconds for all mutants, median and largest |\n|---|---|--:|--:|--:|--:|--:|\n")
	for _, p := range r.powers() {
		fmt.Fprintf(b, "| %s | %s | %d | %d | %d | %s | %s, %s |\n", p.approach.Name, p.approach.About, p.reached, p.killed, p.ever,
			rangeText(p.median, p.lowest, p.highest), secondsText(p.seconds), secondsText(p.longest))
	}
	b.WriteString("\nSeconds are of the processor that tries cases; what an engine spends beside that is not counted. A trial that does\nnot kill its mutant within its time is censored: it is not dropped, and counts as later than all that do (never).\n\n")
}

// The goals of the project for its own approach, the first of a record.
const (
	goalSeconds = 60  // of the processor for all mutants together
	goalCases   = 200 // of the median mutant
	goalRatio   = 100 // of the cases on raw octets to ours
)

// goalAgainst are the approaches on raw octets: from the seeds that ours have under
// an engine, and from every known case.
var goalAgainst = []string{"octets", "known"}

func (r *FindingPower) writeGoals(b *strings.Builder) {
	if len(r.Approaches) == 0 || len(r.Mutants) == 0 {
		return
	}
	met := map[bool]string{true: "met", false: "not met"}
	own := r.powers()[0]
	fmt.Fprintf(b, "## Goals of the approach %q\n\n| goal | measured | |\n|---|---|---|\n", own.approach.Name)
	fmt.Fprintf(b, "| every mutant is killed in every trial, all of them within %d s | %d of %d, within %s s | %s |\n", goalSeconds,
		own.killed, len(r.Mutants), secondsText(own.longest), met[own.killed == len(r.Mutants) && own.longest <= goalSeconds])
	fmt.Fprintf(b, "| the median mutant is killed within %d cases | %s | %s |\n", goalCases, casesText(own.median), met[own.median <= goalCases])
	for _, other := range goalAgainst {
		for _, searched := range []bool{false, true} {
			its, ok := r.against(other, searched)
			if !ok {
				continue
			}
			what := fmt.Sprintf("%d times fewer cases than %q, at the median over the mutants that it finds", goalRatio, other)
			if searched {
				what = "the same over those that none of its seeds kills"
			}
			fmt.Fprintf(b, "| %s | %s times, over %s; %s times if each took us one case | %s |\n",
				what, secondsText(its.ratio), plural(its.mutants, "mutant"), secondsText(its.most), met[its.ratio >= goalRatio])
		}
	}
	b.WriteString("\n")
}

func (r *FindingPower) writePairs(b *strings.Builder) {
	b.WriteString("## Each pair of approaches\n\nA12 is how likely the first needs fewer cases than the second (Vargha and Delaney), p that of the Mann-Whitney U test;\nboth over all trials. Better and worse are mutants for which the first needs fewer or more cases, with p < 0.05 for\nthat mutant alone. The ratio is of the cases of the second to those of the first: its median over the mutants that both\nkill in most trials.\n\n| first | second | A12 | p | better | worse | ratio | of mutants |\n|---|---|--:|--:|--:|--:|--:|--:|\n")
	for _, p := range r.pairs() {
		fmt.Fprintf(b, "| %s | %s | %.3f | %s | %d | %d | %s | %d |\n", p.first, p.second, p.pooled.a12, probability(p.pooled.p), p.better, p.worse, secondsText(p.ratio), p.both)
	}
	fmt.Fprintf(b, "\nThe tests of each mutant are in [%s](%s).\n\n", findingContrast, findingContrast)
}

func (r *FindingPower) writeScale(b *strings.Builder) {
	if len(r.Scale) == 0 {
		return
	}
	b.WriteString("## Workers\n\n| engine | workers | executions a second | kills a minute | killed | last kill after |\n|---|--:|--:|--:|--:|--:|\n")
	for _, s := range r.Scale {
		fmt.Fprintf(b, "| %s | %d | %s | %s | %d of %d | %s s |\n", s.Engine, s.Workers, number(int64(float64(s.Executions)/s.Seconds)), secondsText(60*float64(s.Kills)/s.Seconds), s.Kills, s.Mutants, secondsText(s.SecondsToLastKill))
	}
	b.WriteString("\n")
}

func (r *FindingPower) writeMutants(b *strings.Builder) {
	b.WriteString("## Each mutant\n\nCases to the first kill: the median of the trials (their range), and in how many the planted code ran and the mutant was\nkilled where that is not all of them.\n\n| mutant | property |")
	for _, a := range r.Approaches {
		fmt.Fprintf(b, " %s |", a.Name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("--:|", len(r.Approaches)) + "\n")
	for i := range r.Mutants {
		m := &r.Mutants[i]
		fmt.Fprintf(b, "| %s | %s |", m.ID, m.Property)
		for j := range m.Trials {
			fmt.Fprintf(b, " %s |", m.Trials[j].cell())
		}
		b.WriteString("\n")
	}
}

// cell tells of the trials in few words.
func (t *Trials) cell() string {
	sample, n := t.sample(), len(t.Killed)
	least, most := never, 0.0
	tried := false
	for i := range sample {
		least, most = min(least, sample[i]), max(most, sample[i])
		tried = tried || t.Cases[i] > 0
	}
	if !tried {
		return "no place"
	}
	text := rangeText(median(sample), least, most)
	if killed := count(t.Killed); killed < n {
		text += fmt.Sprintf("; reached %d, killed %d of %d", count(t.Reached), killed, n)
	}
	return text
}

// contrasts returns the tests of each mutant for each pair of approaches as CSV.
func (r *FindingPower) contrasts() string {
	var b strings.Builder
	b.WriteString("mutant,first,second,a12,p\n")
	for m := range r.Mutants {
		for i := range r.Approaches {
			for j := i + 1; j < len(r.Approaches); j++ {
				c := compareSamples(r.Mutants[m].Trials[i].sample(), r.Mutants[m].Trials[j].sample())
				fmt.Fprintf(&b, "%s,%s,%s,%.2f,%.4f\n", r.Mutants[m].ID, r.Approaches[i].Name, r.Approaches[j].Name, c.a12, c.p)
			}
		}
	}
	return b.String()
}
