package reports

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FindingPowerVersion is the version of [FindingPower].
const FindingPowerVersion = 1

// FindingPower is what was measured of how soon planted faults are found: every
// mutant against every approach from every seed.
type FindingPower struct {
	Version       int           `json:"version"`
	Started       time.Time     `json:"started"`
	Commit        string        `json:"commit,omitempty"`
	Go            string        `json:"go"`
	Cores         int           `json:"cores"`
	BudgetSeconds float64       `json:"budgetSeconds"`         // for all
	EachSeconds   float64       `json:"eachSeconds,omitempty"` // of the processor for each mutant, if that was the budget
	Seeds         []uint64      `json:"seeds"`
	Approaches    []Approach    `json:"approaches"`
	Mutants       []MutantPower `json:"mutants"`
	Scale         []ScaleResult `json:"scale,omitempty"`
}

// Approach is one way to look for faults.
type Approach struct {
	Name  string `json:"name"`
	About string `json:"about"`
}

// MutantPower is what came of one mutant.
type MutantPower struct {
	ID       string     `json:"id"`
	Property string     `json:"property"`
	Draft    spec.Draft `json:"draft"`
	Trials   []Trials   `json:"trials"` // one for each approach, in their order
}

// Trials are those of one approach, one for each seed, in their order. A trial
// that did not kill the mutant is censored: it has all its cases and seconds.
// Without cases the approach has no place for the mutant.
type Trials struct {
	Approach string `json:"approach"`
	// SeedInputs is how many inputs an engine starts from; they are tried first.
	SeedInputs int       `json:"seedInputs,omitempty"`
	Reached    []bool    `json:"reached"` // the planted code ran
	Killed     []bool    `json:"killed"`
	Cases      []int64   `json:"cases"`   // to the first kill
	Seconds    []float64 `json:"seconds"` // of the processor, until then
}

// ScaleResult is one search with a number of workers.
type ScaleResult struct {
	Engine            string  `json:"engine"` // such as "go-fuzz"
	Workers           int     `json:"workers"`
	Seconds           float64 `json:"seconds"` // by the clock
	Executions        uint64  `json:"executions"`
	Kills             int     `json:"kills"`
	Mutants           int     `json:"mutants"` // that it tried
	SecondsToLastKill float64 `json:"secondsToLastKill"`
}

//go:embed findingpower.schema.json
var findingPowerSchema []byte

// FindingPowerSchema returns the JSON Schema (2020-12) of [FindingPower].
func FindingPowerSchema() []byte { return bytes.Clone(findingPowerSchema) }

// ReadFindingPower reads a record. It fails for one of another version, or whose
// lists do not fit together.
func ReadFindingPower(data []byte) (*FindingPower, error) {
	var r FindingPower
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return nil, fmt.Errorf("not a record of finding power: %w", err)
	}
	if r.Version != FindingPowerVersion {
		return nil, fmt.Errorf("a record of finding power of version %d: expected %d", r.Version, FindingPowerVersion)
	}
	for _, m := range r.Mutants {
		if len(m.Trials) != len(r.Approaches) {
			return nil, fmt.Errorf("the mutant %s has trials of %d approaches, expected %d", m.ID, len(m.Trials), len(r.Approaches))
		}
		for i, t := range m.Trials {
			n := len(r.Seeds)
			if t.Approach != r.Approaches[i].Name || len(t.Reached) != n || len(t.Killed) != n || len(t.Cases) != n || len(t.Seconds) != n {
				return nil, fmt.Errorf("the trials of the mutant %s by %s do not fit %d seeds", m.ID, t.Approach, n)
			}
		}
	}
	return &r, nil
}

// Format returns the record as JSON with a line for each mutant.
func (r *FindingPower) Format() ([]byte, error) {
	head := *r
	head.Mutants = nil
	text, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return nil, err
	}
	var list bytes.Buffer
	for i := range r.Mutants {
		line, err := json.Marshal(r.Mutants[i])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			list.WriteString(",")
		}
		fmt.Fprintf(&list, "\n    %s", line)
	}
	return append(bytes.Replace(text, []byte(`"mutants": null`), []byte(`"mutants": [`+list.String()+"\n  ]"), 1), '\n'), nil
}
