package reports

import "strings"

// Verdict says in one sentence what came out of the run. A defect counts once,
// under however many drafts it is.
func (r *Record) Verdict() string {
	if r.Cases() == 0 && len(r.Findings)+len(r.NotFound)+len(r.Layouts)+len(r.Mutants) == 0 {
		return "Nothing was checked."
	}
	found := map[bool]int{} // defects, by whether they are expected
	for _, d := range r.defects() {
		found[d.first().Expected]++
	}
	var parts []string
	if n := found[false]; n > 0 {
		parts = append(parts, plural(n, "new finding"))
	}
	if n := len(r.NotFound); n > 0 {
		parts = append(parts, plural(n, "expected finding")+" not found")
	}
	if n := len(r.Survivors()); n > 0 {
		parts = append(parts, plural(n, "mutant")+" not killed")
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing new")
		if n := found[true]; n > 0 {
			parts[0] += " beside " + plural(n, "expected finding")
		}
	}
	if !r.Complete {
		parts = append(parts, "stopped early")
	}
	sentence := strings.Join(parts, "; ")
	return strings.ToUpper(sentence[:1]) + sentence[1:] + "."
}

// mood is how good the verdict is.
func (r *Record) mood() mood {
	switch {
	case len(r.New()) > 0 || len(r.NotFound) > 0 || len(r.Survivors()) > 0:
		return moodBad
	case !r.Complete || r.Cases() == 0 && len(r.Layouts)+len(r.Mutants) == 0:
		return moodUnsure
	}
	return moodGood
}

// mood is how a cell or sentence is coloured. It never tells what the words
// beside it do not. It is a class of the page's style sheet.
type mood string

const (
	moodNone   mood = ""
	moodGood   mood = "good"
	moodUnsure mood = "unsure" // or known
	moodBad    mood = "bad"
)
