package conform

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

// Expectations are the bugs of an implementation that are known.
type Expectations []Expectation

// Expectation is one bug that is known, and a comment on it.
type Expectation struct {
	Signature string
	Comment   string
}

// ExpectationError says what is wrong with a line of expectations.
type ExpectationError struct {
	Line    int // from 1
	Text    string
	Problem string
}

func (e *ExpectationError) Error() string {
	return fmt.Sprintf("line %d, %q: %s", e.Line, e.Text, e.Problem)
}

// ParseExpectations reads expectations: one signature a line, with a comment
// behind a # if there is one. Empty lines, and those that are only a comment, are
// passed over. It fails with [*ExpectationError] for a line that is no signature
// or comes twice.
func ParseExpectations(data []byte) (Expectations, error) {
	var list Expectations
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		text, comment, _ := strings.Cut(line, "#")
		text, comment = strings.TrimSpace(text), strings.TrimSpace(comment)
		if text == "" {
			continue
		}
		problem := signatureProblem(text)
		if slices.ContainsFunc(list, func(e Expectation) bool { return e.Signature == text }) {
			problem = "this signature comes twice"
		}
		if problem != "" {
			return nil, &ExpectationError{Line: number, Text: text, Problem: problem}
		}
		list = append(list, Expectation{Signature: text, Comment: comment})
	}
	return list, nil
}

func signatureProblem(text string) string {
	op, outcome, _, ok := cutSignature(text)
	switch {
	case !ok || strings.ContainsAny(text, " \t"):
		return "expected the signature of a bug, such as content.decode:accepts-forbidden:content/salt-length:salt"
	case op != protocol.HelloOp && !slices.Contains(protocol.Ops(), op):
		return fmt.Sprintf("unknown op %q: expected one of %v", op, protocol.Ops())
	case !slices.Contains(Outcomes(), outcome):
		return fmt.Sprintf("unknown outcome %q: expected one of %v", outcome, Outcomes())
	}
	return ""
}

// cutSignature takes a signature apart. A rule of "" is none.
func cutSignature(signature string) (op protocol.Op, outcome Outcome, rule string, ok bool) {
	parts := strings.SplitN(signature, ":", 4)
	if len(parts) < 3 {
		return "", "", "", false
	}
	return protocol.Op(parts[0]), Outcome(parts[1]), strings.TrimPrefix(parts[2], "-"), true
}

// Comparison is how the bugs of a result compare with those that are expected.
type Comparison struct {
	Unexpected []Bug         // that break something, and are not expected
	Gone       []Expectation // whose cases were asked, and did not show it
	Untried    []Expectation // of which no case was asked
}

// Compare compares a result with what is expected. What only informs need not
// be expected. In a result that is not complete nothing is missed.
func (l Expectations) Compare(r *Result) *Comparison {
	c := new(Comparison)
	for _, b := range r.Bugs {
		if b.Level != Information && !l.Expects(&b) {
			c.Unexpected = append(c.Unexpected, b)
		}
	}
	if !r.Complete {
		return c
	}
	for _, e := range l {
		switch {
		case slices.ContainsFunc(r.Bugs, func(b Bug) bool { return b.Signature() == e.Signature }):
		case r.exercised(e.Signature):
			c.Gone = append(c.Gone, e)
		default:
			c.Untried = append(c.Untried, e)
		}
	}
	return c
}

// Expects reports whether a bug is expected.
func (l Expectations) Expects(b *Bug) bool { return l.find(b.Signature()) != nil }

func (l Expectations) find(signature string) *Expectation {
	for i := range l {
		if l[i].Signature == signature {
			return &l[i]
		}
	}
	return nil
}

// exercised reports whether a case was asked that could show a bug: one that
// breaks its rule, or for a bug that shows in what is accepted, one that is.
func (r *Result) exercised(signature string) bool {
	op, outcome, rule, _ := cutSignature(signature)
	if outcome == Accepts {
		return r.exercise[exercised{op, rule}] > 0
	}
	for k, n := range r.exercise {
		if k.op == op && n > 0 {
			return true
		}
	}
	return false
}

// PartialError says why expectations are not made of a result.
type PartialError struct{ Why string }

func (e *PartialError) Error() string {
	return "the expectations are left as they are: " + e.Why
}

// Update returns expectations of what a result has, with the comments of l. It
// fails with [*PartialError] if the result does not tell of everything.
func (l Expectations) Update(r *Result) (Expectations, error) {
	switch {
	case r.Stopped != "":
		return nil, &PartialError{"the subject could not be asked to the end: " + r.Stopped}
	case !r.Complete:
		return nil, &PartialError{"the run was stopped before its end"}
	case r.Restricted:
		return nil, &PartialError{"not every op and draft of the subject was asked"}
	case r.Further > 0:
		return nil, &PartialError{fmt.Sprintf("%d differences belong to no bug, for there are too many", r.Further)}
	}
	var list Expectations
	for i := range r.Bugs {
		b := &r.Bugs[i]
		if b.Level == Information {
			continue
		}
		e := Expectation{Signature: b.Signature(), Comment: strings.ReplaceAll(clip(b.Detail), "\n", " ")}
		if known := l.find(e.Signature); known != nil {
			e.Comment = known.Comment
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b Expectation) int { return strings.Compare(a.Signature, b.Signature) })
	return list, nil
}

// Format writes the expectations as [ParseExpectations] reads them.
func (l Expectations) Format(name string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What is known to differ in %s: the signature of a bug, and why it is there.\n", strings.ReplaceAll(name, "\n", " "))
	for _, e := range l {
		b.WriteString(e.Signature)
		if e.Comment != "" {
			b.WriteString("  # " + e.Comment)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}
