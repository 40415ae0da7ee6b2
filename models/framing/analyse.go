package framing

import (
	"fmt"
	"math"
	"slices"
)

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

// Analyse decides whether l is injective on the tuples whose URIs lie in d,
// whose message is any valid message of content-09, whose salt is that of the
// message, and whose lengths fit the length fields. With bound, the message
// names both URIs in its extensions 1 and 2.
//
// Injective is a proof. The witness of Ambiguous has been checked with
// [Layout.Append]. Undecided says what stopped the search.
func Analyse(l Layout, d Domain, bound bool) Verdict {
	if len(l.Components) > maxComponents || d >= domainEnd {
		return Verdict{Outcome: Undecided, Reason: fmt.Sprintf("The analyser takes layouts of up to %d components, and the domains that Domains lists.", maxComponents)}
	}
	z := newPuzzle(l, d, bound, false, math.MaxUint64)
	v := z.verdict()
	if slices.ContainsFunc(l.Components, Component.wraps) {
		v.Wrap = z.wrapping(&v)
	}
	return v
}

func (z *puzzle) verdict() Verdict {
	if f, missing := z.missing(); missing {
		w := z.missingWitness(f)
		return Verdict{
			Outcome:  Ambiguous,
			Reason:   fmt.Sprintf("Nothing that is hashed depends on the %s.", f),
			Argument: describeWitness(w, z.layout),
			Witness:  w,
		}
	}
	if z.provesInjective() {
		reason, argument := z.narrate()
		return Verdict{Outcome: Injective, Reason: reason, Argument: z.addMeasure(argument)}
	}
	if w := z.findWitness(); w != nil {
		return Verdict{Outcome: Ambiguous, Reason: witnessReason(w), Argument: describeWitness(w, z.layout), Witness: w}
	}
	if y := z.counted(); y.provesInjective() {
		reason, argument := z.narrate()
		return Verdict{Outcome: Injective, Reason: reason, Argument: append(y.addMeasure(argument),
			fmt.Sprintf("The length before a URI counts here: one of %d or more needs as many octets of a URI after it.", longURI))}
	}
	reason, argument := z.obstacle()
	return Verdict{Outcome: Undecided, Reason: reason, Argument: argument}
}

// addMeasure tells of the arithmetic of clash.go, if the proof needed it.
func (z *puzzle) addMeasure(argument []string) []string {
	if !z.measured {
		return argument
	}
	return append(argument, "A reading whose message begins later reads the length of it in the length or in the first octets of the other message. "+
		"Both messages end at the same offset, so the two lengths differ by as much as the messages begin apart: no lengths do.")
}

// missing returns a field that the layout neither has nor implies.
func (z *puzzle) missing() (Field, bool) {
	for _, f := range []Field{Message, Sender, Room} {
		if !z.layout.Has(f) && (f == Message || !z.bound) {
			return f, true
		}
	}
	return Literal, false
}

// missingWitness returns two tuples that differ in f alone. The message of a
// bound tuple differs with the URIs, so there f is the message.
func (z *puzzle) missingWitness(f Field) *[2]Tuple {
	var w [2]Tuple
	for i := range w {
		p := plan{z: z, shape: shape{sender: z.shortest(Sender), room: z.shortest(Room)}}
		switch {
		case i == 0:
		case f == Message:
			p.shape.content++
		default:
			p.shape.set(f, p.shape.size(f)+1)
		}
		u := newUnifier(p.variables())
		q := plan{z: z, shape: p.shape}
		// The order of the word does not matter: any layout fills all URIs.
		all := &puzzle{layout: Layout{[]Component{{Field: Sender}, {Field: Room}}}, domain: z.domain, bound: z.bound}
		p.z, q.z = all, all
		p.lay(2, false)
		q.lay(2, false)
		u.fillURIs(&p, &q)
		w[i] = u.tuple(&p)
	}
	return &w
}

// wrapping answers what happens when lengths wrap, given the verdict for when
// they do not.
func (z *puzzle) wrapping(v *Verdict) *Wrap {
	if v.Outcome == Ambiguous {
		return &Wrap{Outcome: Ambiguous, Reason: "The layout is ambiguous before any length wraps.", Witness: v.Witness}
	}
	y := newPuzzle(z.layout, z.domain, z.bound, true, math.MaxUint64)
	if y.provesInjective() {
		return &Wrap{Outcome: Injective, Reason: "Also with lengths that wrap, no two tuples have the same octets: " +
			"the proof needs no more of a length than how many octets it takes."}
	}
	var least uint64 = math.MaxUint64
	var first Component
	for _, c := range z.layout.Components {
		if c.wraps() && c.Encoding.max() < least {
			least, first = c.Encoding.max(), c
		}
	}
	if least >= maxWitness {
		return &Wrap{Outcome: Undecided, Reason: fmt.Sprintf(
			"No proof holds once the length in %s wraps, at %d octets, and tuples of that size are too long to write out.", first, least+1)}
	}
	if w := y.findWitness(); w != nil {
		return &Wrap{Outcome: Ambiguous, Witness: w, Reason: fmt.Sprintf(
			"An implementation that lets lengths wrap collides: %s", witnessReason(w))}
	}
	return &Wrap{Outcome: Undecided, Reason: fmt.Sprintf(
		"No proof holds once the length in %s wraps, at %d octets, and no two tuples that collide were found.", first, least+1)}
}

// obstacle says why there is neither a proof nor a witness. Often two tuples
// can collide only if one of them is too long to write out.
func (z *puzzle) obstacle() (string, []string) {
	shortLengths := func(limit uint64) bool {
		return newPuzzle(z.layout, z.domain, z.bound, false, limit).provesInjective()
	}
	const enough = 1 << 16
	if !shortLengths(enough) {
		return "Automata do not exclude that two tuples have the same octets, and none were found.", []string{
			"The proof looks at each octet, adds up the lengths only of messages that end at one offset, and does not remember what a field held: it may miss a reason.",
			fmt.Sprintf("The search tried tuples of up to %d octets whose messages carry others in their topic or content: it may miss a shape.", maxWitness),
		}
	}
	// The greatest limit for which the proof holds, by bisection.
	lo, hi := uint64(enough), uint64(math.MaxUint64)
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; shortLengths(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return fmt.Sprintf("No two tuples collide while no value with a length is longer than %d octets. "+
			"Beyond that the head of a length can be read as part of a URI, and tuples of that size are too long to write out.", lo),
		[]string{"The proof holds with every length limited to that many octets, and not with one octet more."}
}
