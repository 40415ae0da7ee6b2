package protocol

import (
	"context"
	"fmt"
	"strings"
)

// Subject is something that answers requests.
type Subject interface {
	// Hello returns what the subject said of itself. It is not changed.
	Hello() *Hello
	// Ask answers requests in order; replies are as many as requests. A subject
	// that misbehaves fails single requests; an error says that it cannot be
	// asked any more, or that the context has ended. The replies before that
	// are returned beside the error.
	Ask(ctx context.Context, requests []*Request) ([]Reply, error)
	// Close ends the subject.
	Close() error
}

// Announcer is a [Subject] that can be told ahead what it will be asked, so that it
// need not wait for the next requests when it has answered some.
type Announcer interface {
	Subject
	// Announce says what a later call of Ask will ask: those of the lists that are
	// announced are asked in order, and nothing else before them. The lists are not
	// changed until then.
	Announce(requests []*Request)
}

// Reply is what a request led to: an answer, unless there is a failure.
type Reply struct {
	Answer  Answer
	Failure *Failure
	// Overwritten is the member of the input that an implementation in this
	// process wrote into, "" if there is none.
	Overwritten string
	// OtherHello says in what the hello of a program differs from its first, "" if it
	// does not. The program was started again for this request, or for one that was
	// asked together with it.
	OtherHello string
}

// FailureKind says how a subject failed to answer.
type FailureKind string

// The kinds of failure.
const (
	FailureCrash     FailureKind = "crash"          // ended by a signal, by an exit status other than 0, or by a panic
	FailureHang      FailureKind = "hang"           // no answer in time
	FailureMemory    FailureKind = "memory"         // more memory than allowed
	FailureProtocol  FailureKind = "protocol-error" // something that is not the answer
	FailureEarlyExit FailureKind = "early-exit"     // ended, or closed its output, as if there were no more requests
)

// FailureKinds returns every kind of failure.
func FailureKinds() []FailureKind {
	return []FailureKind{FailureCrash, FailureHang, FailureMemory, FailureProtocol, FailureEarlyExit}
}

// Failure says why a request has no answer.
type Failure struct {
	Kind   FailureKind `json:"kind"`
	Detail string      `json:"detail"` // what happened, in one sentence
	// ExitStatus is that of a process that exited, and -1 otherwise.
	ExitStatus int `json:"exitStatus"`
	// Signal is the name of the signal that ended a process, "" otherwise.
	Signal string `json:"signal,omitempty"`
	// Stderr is the end of what the process wrote to its standard error.
	Stderr string `json:"stderr,omitempty"`
	// Alone says that the request fails as well when it is the first and only
	// one. Otherwise the failure may come from earlier requests.
	Alone bool `json:"alone"`
}

// Error tells the failure in one line. It makes a Failure usable as an error.
func (f *Failure) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Kind, f.Detail)
	if !f.Alone {
		b.WriteString(" (not seen when asked alone: it may depend on earlier requests)")
	}
	return b.String()
}
