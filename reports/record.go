package reports

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// RecordVersion is the version of the record's format. It changes when a field
// changes its meaning or goes.
const RecordVersion = 1

// Record is what a run did and found.
type Record struct {
	Version    int       `json:"version"`
	Seed       uint64    `json:"seed"` // below 2^53, so that every JSON reader keeps it
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"durationMs"` // milliseconds
	Complete   bool      `json:"complete"`   // false if the run was stopped before its end

	Properties []PropertyResult `json:"properties"`
	Findings   []Finding        `json:"findings"`
	// NotFound are the expected findings that this run should have made and
	// did not.
	NotFound []Expected     `json:"notFound"`
	Layouts  []LayoutResult `json:"layouts"`
	Mutants  []MutantResult `json:"mutants"`
	// Targets are what a campaign spent on its fuzz targets.
	Targets []TargetResult `json:"targets,omitempty"`
	// Rules are those of the models, with what there is to show them.
	Rules []RuleResult `json:"rules,omitempty"`
	// Policies are the room policies that were searched.
	Policies []PolicyResult `json:"policies,omitempty"`
	// Attacks are what attacks on franking come to.
	Attacks []AttackResult `json:"attacks,omitempty"`
	// Conformance is how an implementation compares with the reference models.
	Conformance *Conformance `json:"conformance,omitempty"`
	// Earlier are the campaigns before this one in the same state, and it.
	Earlier []EarlierRun `json:"earlier,omitempty"`
	// Memory is what the run held over its time.
	Memory []MemorySample `json:"memory,omitempty"`
}

// RuleResult is a rule of a draft and what was tried about it.
type RuleResult struct {
	ID        string       `json:"id"`
	Level     string       `json:"level"`
	Section   string       `json:"section"`
	Drafts    []spec.Draft `json:"drafts"` // in which it is in force
	Statement string       `json:"statement"`
	Broken    int          `json:"broken"`  // cases that break it
	Right     int          `json:"right"`   // cases on its right side
	Mutants   int          `json:"mutants"` // of properties that rest on it
	Killed    int          `json:"killed"`  // of the mutants, in this run
}

// EarlierRun is what a campaign did.
type EarlierRun struct {
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"durationMs"` // milliseconds
	Cases      int64     `json:"cases"`      // in process
	Executions int64     `json:"executions"` // of the engine
	Corpus     int       `json:"corpus"`     // inputs kept for further search, at its end
	Findings   int       `json:"findings"`   // in the state at its end
}

// Notation is a part of an input in a notation that a reader of the draft
// knows.
type Notation struct {
	Path string `json:"path"`
	Text string `json:"text"` // several lines
}

// The outcomes of a property.
const (
	OutcomeHolds   = "holds"   // no case refuted it
	OutcomeRefuted = "refuted" // at least one did
	OutcomeUntried = "untried" // the run was stopped before a case was tried
)

// PropertyResult is what a run found out about one property under one draft.
type PropertyResult struct {
	ID             string     `json:"id"`
	Draft          spec.Draft `json:"draft"`
	Implementation string     `json:"implementation"`
	Statement      string     `json:"statement"`
	Source         string     `json:"source"`
	Rule           string     `json:"rule"`
	Outcome        string     `json:"outcome"`
	Cases          int        `json:"cases"`      // that were checked
	Skipped        int        `json:"skipped"`    // that the property says nothing about
	Known          int        `json:"known"`      // of the cases, those from the corpus and the drafts
	DurationMS     int64      `json:"durationMs"` // milliseconds

	// Partial says that each check of the property may have been stopped early, so
	// that a finding which is not there cannot be missed.
	Partial bool `json:"partial,omitempty"`
}

// Finding is one defect: a property that an implementation refutes under a
// draft, with the smallest input that was found to show it.
type Finding struct {
	Signature      string          `json:"signature"` // the same for the same defect in every run, whatever the draft
	Property       string          `json:"property"`
	Draft          spec.Draft      `json:"draft"`
	Implementation string          `json:"implementation"`
	Rule           string          `json:"rule"`
	Class          string          `json:"class"` // tells defects of one property apart
	Detail         string          `json:"detail"`
	FoundAfter     int             `json:"foundAfter"` // cases, the refuting one included
	Refutations    int             `json:"refutations"`
	Expected       bool            `json:"expected"`
	Explanation    string          `json:"explanation,omitempty"` // of an expected finding
	Fix            string          `json:"fix,omitempty"`
	Case           json.RawMessage `json:"case"`           // replays
	File           string          `json:"file,omitempty"` // of the case, beside the record
	Repeat         string          `json:"repeat"`         // a command
	Notations      []Notation      `json:"notations,omitempty"`
	// Mending are the readings of ambiguous texts under which the case does
	// not refute the property. It was found under the other one of each.
	Mending []MendingReading `json:"mending,omitempty"`
}

// MendingReading is another reading of an ambiguous text than a finding was
// found under.
type MendingReading struct {
	Ambiguity string `json:"ambiguity"` // its ID
	Section   string `json:"section"`
	Question  string `json:"question"`
	Found     string `json:"found"`     // what the reading says under which it was found
	Name      string `json:"name"`      // of the other
	Statement string `json:"statement"` // what that says
}

// LayoutResult is what was proved of one hash-input layout.
type LayoutResult struct {
	Name     string          `json:"name"`
	Layout   string          `json:"layout"`
	Verdicts []LayoutVerdict `json:"verdicts"`
}

// LayoutVerdict is the verdict on a layout for URIs of one domain.
type LayoutVerdict struct {
	URI     string `json:"uri"`
	Bound   bool   `json:"bound"` // whether the messages carry the URIs
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	// Argument is the proof, step by step, or how the two tuples collide.
	Argument []string     `json:"argument,omitempty"`
	Wraps    *WrapVerdict `json:"wraps,omitempty"`
	Witness  []Tuple      `json:"witness,omitempty"` // two, if the layout is ambiguous
}

// WrapVerdict is what happens to an implementation that writes a length modulo
// what its field can hold.
type WrapVerdict struct {
	Verdict string  `json:"verdict"`
	Reason  string  `json:"reason"`
	Witness []Tuple `json:"witness,omitempty"`
}

// Tuple is what a message ID is computed from, in octets.
type Tuple struct {
	Sender  []byte `json:"sender"`
	Room    []byte `json:"room"`
	Message []byte `json:"message"`
	Salt    []byte `json:"salt"`
}

// MutantResult is whether a planted fault was found.
type MutantResult struct {
	ID       string     `json:"id"`
	Fault    string     `json:"fault"`
	Property string     `json:"property"` // that must catch it
	Draft    spec.Draft `json:"draft"`
	Reached  bool       `json:"reached"`
	Killed   bool       `json:"killed"`
	Cases    int        `json:"cases"` // until it was killed, or tried
}

// TargetResult is what campaigns spent on a fuzz target, and what came of it.
type TargetResult struct {
	Name       string   `json:"name"`
	About      string   `json:"about"`
	Engine     string   `json:"engine"`
	Executions int64    `json:"executions"`
	NewInputs  int      `json:"newInputs"` // that reached something new
	Corpus     int      `json:"corpus"`    // inputs that are kept for further search
	Crashes    int      `json:"crashes"`   // inputs that failed, known defects included
	DurationMS int64    `json:"durationMs"`
	Samples    []Sample `json:"samples"` // over time
}

// Sample is what had been spent on a target at some time.
type Sample struct {
	AtMS       int64 `json:"atMs"` // milliseconds of searching, of earlier campaigns too
	Executions int64 `json:"executions"`
	Corpus     int   `json:"corpus"`
}

// MemorySample is how many octets of memory a run held at some time.
type MemorySample struct {
	AtMS   int64 `json:"atMs"` // milliseconds since its start
	Own    int64 `json:"own"`
	Engine int64 `json:"engine"` // of all processes of a fuzzing engine; 0 if none runs, or where it cannot be told
}

// largestSamples bounds the samples that are kept of one thing.
const largestSamples = 512

// Thin leaves out every second sample but the last if there are too many.
func Thin[S any](samples []S) []S {
	if len(samples) <= largestSamples {
		return samples
	}
	kept := samples[:0]
	for i, s := range samples {
		if i%2 == 0 || i == len(samples)-1 {
			kept = append(kept, s)
		}
	}
	return kept
}

// New returns the findings that are not expected.
func (r *Record) New() []Finding {
	var list []Finding
	for _, f := range r.Findings {
		if !f.Expected {
			list = append(list, f)
		}
	}
	return list
}

// Survivors returns the mutants that were not killed.
func (r *Record) Survivors() []MutantResult {
	var list []MutantResult
	for _, m := range r.Mutants {
		if !m.Killed {
			list = append(list, m)
		}
	}
	return list
}

// Cases returns the number of cases checked.
func (r *Record) Cases() int {
	total := 0
	for _, p := range r.Properties {
		total += p.Cases
	}
	return total
}

// ParseRecord reads a record. It fails on one of another version.
func ParseRecord(data []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not the record of a run: %w", err)
	}
	if r.Version != RecordVersion {
		return nil, fmt.Errorf("a record of version %d: this program reads version %d", r.Version, RecordVersion)
	}
	return &r, nil
}
