package framing

// Outcome is the answer to whether a layout is injective.
type Outcome string

// The outcomes.
const (
	Injective Outcome = "injective" // proved for every tuple of the domain
	Ambiguous Outcome = "ambiguous" // two different tuples with the same octets are at hand
	Undecided Outcome = "undecided" // neither
)

// Verdict says whether a layout tells all tuples of a domain apart.
type Verdict struct {
	Outcome  Outcome
	Reason   string    // one or two sentences
	Argument []string  // the steps of the proof, or how the two tuples come to collide
	Witness  *[2]Tuple // two different tuples with the same octets; nil unless ambiguous
	Wrap     *Wrap     // nil if no length of the layout can wrap
}

// Wrap says what becomes of an implementation that lets lengths wrap where the
// layout makes them errors: see [Layout.AppendWrapping].
type Wrap struct {
	Outcome Outcome
	Reason  string
	Witness *[2]Tuple // may be over 100 kB; nil unless ambiguous
}

// Analyse decides whether l is injective on the tuples whose URIs lie in d and
// whose lengths fit the length fields. With bound, the message names both URIs
// in its extensions 1 and 2.
func Analyse(l Layout, d Domain, bound bool) Verdict {
	return Verdict{Outcome: Undecided, Reason: "the analyser is not written yet"}
}
