package conform

import "github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"

// Outcome is what came of one case.
type Outcome string

// The outcomes.
const (
	Agrees       Outcome = "agrees"                 // with the reference
	Accepts      Outcome = "accepts-forbidden"      // what the draft forbids
	Rejects      Outcome = "rejects-allowed"        // what the draft allows
	WrongReason  Outcome = "wrong-reason"           // refuses what it should, by another rule than those that are broken
	Reencodes    Outcome = "re-encodes-differently" // than deterministic encoding does
	OtherID      Outcome = "other-message-id"       // than that of the draft
	WrongResult  Outcome = "wrong-result"           // another tag or state
	Crash        Outcome = "crash"
	Hang         Outcome = "hang"
	Memory       Outcome = "memory" // more than allowed
	Protocol     Outcome = "protocol-error"
	EarlyExit    Outcome = "early-exit"
	Overwrites   Outcome = "overwrites-input"
	OtherReading Outcome = "other-reading" // agrees with another permitted reading of the draft
	Unsupported  Outcome = "unsupported"   // cannot be asked this, or will not answer
)

// Outcomes returns every outcome, in the order in which they are reported.
func Outcomes() []Outcome {
	return []Outcome{Agrees, Accepts, Rejects, Reencodes, OtherID, WrongResult, Crash, Hang, Memory, Protocol, EarlyExit, Overwrites, WrongReason, OtherReading, Unsupported}
}

// failureOutcome returns the outcome of a request that has no answer.
func failureOutcome(kind protocol.FailureKind) Outcome {
	switch kind {
	case protocol.FailureCrash:
		return Crash
	case protocol.FailureHang:
		return Hang
	case protocol.FailureMemory:
		return Memory
	case protocol.FailureEarlyExit:
		return EarlyExit
	}
	return Protocol
}

// Level says how much a bug weighs.
type Level string

// The levels, from the most to the least serious.
const (
	Must        Level = "MUST"        // breaks the grammar or an absolute demand, is no answer at all, or spoils what is not its own
	Should      Level = "SHOULD"      // breaks a recommendation
	Nonsense    Level = "nonsense"    // is about what the draft says to log and discard
	Information Level = "information" // breaks nothing: another reading, another reason, or what no draft says
)

// Levels returns every level, the most serious first.
func Levels() []Level { return []Level{Must, Should, Nonsense, Information} }
