package framing

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// narrate tells how a reader finds the end of each field, for a layout that is
// proved injective.
func (z *puzzle) narrate() (reason string, argument []string) {
	known := fieldSet(0)
	say := func(format string, args ...any) { argument = append(argument, fmt.Sprintf(format, args...)) }
	learnMessage := func() {
		known |= setOf(Message, Salt)
		if z.bound {
			known |= setOf(Sender, Room)
			say("The message holds its salt, and names the sender and the room in its extensions 1 and 2: all fields are known.")
		}
	}
	var open []string // raw URIs whose ends are not found where they stand
	for i, c := range z.layout.Components {
		all := setOf(Sender, Room, Message)
		switch {
		case known&all == all:
			// What is left is known as well.
		case c.Field == Literal:
			if len(open) == 0 {
				say("%s is fixed.", c)
			}
		case known.has(c.Field):
			say("%s is known by now.", c)
		case c.Encoding != Raw && len(open) == 0:
			say("The length before %s says where it ends.", c.Field)
			known |= setOf(c.Field)
			if c.Field == Message {
				learnMessage()
			}
		case c.Field == Message && len(open) == 0:
			say("The message is one CBOR item, which says where it ends (RFC 8949, appendix C): no message begins another.")
			learnMessage()
		case c.Field == Salt && len(open) == 0:
			say("The salt has %d octets.", saltLength)
			known |= setOf(Salt)
		case c.Field == Sender || c.Field == Room:
			end, found := z.endOf(i, c.Field)
			if !found {
				open = append(open, c.String())
				continue
			}
			if len(open) > 0 {
				say("Where %s ends is not seen yet.", strings.Join(open, " and "))
				open = nil
			} else {
				known |= setOf(c.Field)
			}
			say("%s", end)
		}
	}
	switch {
	case len(open) > 0:
		say("Two readings in which %s ends at different places were followed octet by octet, through the automata of the domain and of what follows: "+
			"no such two both reach the end, but for those that agree in the end.", strings.Join(open, " or "))
		reason = "No two readings of the same octets can both reach the end: all pairs were followed."
	default:
		reason = "A reader finds the end of each field."
	}
	if z.bound && known.has(Sender) && known.has(Room) && known.has(Message) {
		reason = "A reader finds the message, and the message names both URIs."
	}
	if z.bound {
		say("URIs in extensions are text, so both are valid UTF-8.")
	}
	return reason, argument
}

// endOf tells how the end of the raw URI in component i is seen from the octet
// that follows, if it is.
func (z *puzzle) endOf(i int, f Field) (string, bool) {
	next := z.firstOctets(i + 1)
	if next == (octetSet{}) {
		return fmt.Sprintf("The rest is the %s.", f), i+1 == len(z.layout.Components)
	}
	a := z.valueAutomaton(f)
	var follow octetSet // what can follow a complete URI within a longer one
	for o := range 256 {
		for q := range a.accept {
			if a.accept[q] && a.step(int16(q), byte(o)) != dead {
				follow.add(byte(o))
			}
		}
	}
	switch {
	case disjoint(next, a.alphabet):
		return fmt.Sprintf("No octet of a %s in %s can be %s, which follows: the first one ends the %s.", f, z.domain, next, f), true
	case disjoint(next, follow):
		return fmt.Sprintf("%s, which follows the %s, cannot follow a complete one within a longer one (%s): it marks the end.", next, f, z.domain), true
	}
	return "", false
}

// firstOctets returns the octets that component i can begin with, none if the
// layout ends there or may go on without it.
func (z *puzzle) firstOctets(i int) (first octetSet) {
	for ; i < len(z.layout.Components); i++ {
		c := z.layout.Components[i]
		a := z.valueAutomaton(c.Field)
		switch {
		case c.Field == Literal && len(c.Literal) == 0:
			continue
		case c.Field == Literal:
			first.add(c.Literal[0])
			return first
		case c.Encoding != Raw:
			a = z.headAutomaton(c)
		}
		for o := range 256 {
			if a.step(0, byte(o)) != dead {
				first.add(byte(o))
			}
		}
		if !a.accept[0] {
			return first
		}
	}
	return first
}

func disjoint(a, b octetSet) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return false
		}
	}
	return true
}

// String names a few octets of the set.
func (s octetSet) String() string {
	var names []string
	for o := range 256 {
		if s.has(byte(o)) {
			names = append(names, fmt.Sprintf("0x%02x", o))
		}
	}
	if len(names) > 4 {
		names = append(names[:3], fmt.Sprintf("… %s", names[len(names)-1]))
	}
	return strings.Join(names, " or ")
}

// witnessReason says in a sentence how two tuples differ.
func witnessReason(w *[2]Tuple) string {
	var parts []string
	for _, f := range []Field{Sender, Room} {
		if a, b := w[0].Field(f), w[1].Field(f); string(a) != string(b) {
			parts = append(parts, fmt.Sprintf("%s %s is also read as %s", f, show(a), show(b)))
		}
	}
	if string(w[0].Message) != string(w[1].Message) {
		parts = append(parts, fmt.Sprintf("a message of %d octets as one of %d", len(w[0].Message), len(w[1].Message)))
	}
	return strings.Join(parts, ", and ") + "."
}

// describeWitness tells what both tuples are.
func describeWitness(w *[2]Tuple, l Layout) []string {
	var steps []string
	for i, name := range []string{"first", "second"} {
		t := &w[i]
		steps = append(steps, fmt.Sprintf("The %s tuple: sender %s, room %s, message of %d octets.", name, show(t.Sender), show(t.Room), len(t.Message)))
	}
	if string(w[0].Message) == string(w[1].Message) {
		steps = append(steps, "Both have the same message.")
	} else {
		for i := range w {
			if strings.HasSuffix(string(w[i].Message), string(w[1-i].Message)) {
				steps = append(steps, "One message ends with the other, in its content.")
			}
		}
	}
	return append(steps, fmt.Sprintf("Both give the same %d octets.", len(l.AppendWrapping(nil, &w[0]))))
}

// show quotes octets for a reader, shortened.
func show(octets []byte) string {
	const most = 40
	switch {
	case len(octets) == 0:
		return `""`
	case len(octets) <= most && utf8.Valid(octets):
		return strconv.QuoteToASCII(string(octets))
	case len(octets) <= most:
		return fmt.Sprintf("0x%x", octets)
	case utf8.Valid(octets[:most/2]):
		return fmt.Sprintf("%s… of %d octets", strconv.QuoteToASCII(string(octets[:most/2])), len(octets))
	}
	return fmt.Sprintf("0x%x… of %d octets", octets[:most/2], len(octets))
}
