package franking

import "fmt"

// Outcome is how the steps of a party end.
type Outcome string

// The outcomes. Only Passed is good: whatever is not known counts as a failure.
const (
	Passed    Outcome = "passed"    // every step
	Unfranked Outcome = "unfranked" // there is no frank to make or verify: neither good nor bad
	Failed    Outcome = "failed"    // at a step
)

// Verdict says how the steps of a party ended, and where.
type Verdict struct {
	Outcome Outcome
	Step    Step   // that failed or found no frank; none if every step passed
	Reason  string // what it found, "" if every step passed
	Cause   error  // the error that says so, if there is one
}

var passed = Verdict{Outcome: Passed}

// OK reports whether every step passed.
func (v *Verdict) OK() bool { return v.Outcome == Passed }

// String returns the outcome, the step and the reason.
func (v Verdict) String() string {
	if v.Outcome == Passed {
		return string(v.Outcome)
	}
	return fmt.Sprintf("%s at %s: %s", v.Outcome, v.Step, v.Reason)
}

func failed(step Step, format string, args ...any) Verdict {
	return Verdict{Outcome: Failed, Step: step, Reason: fmt.Sprintf(format, args...)}
}

func failedBy(step Step, err error) Verdict {
	return Verdict{Outcome: Failed, Step: step, Reason: err.Error(), Cause: err}
}

func unfranked(step Step, reason string) Verdict {
	return Verdict{Outcome: Unfranked, Step: step, Reason: reason}
}
