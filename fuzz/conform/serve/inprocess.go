package serve

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/properties"
)

// maxHangs bounds how many requests an implementation in this process may hang
// in: each goes on in the background for ever.
const maxHangs = 8

// InProcess asks an implementation in this process. A panic fails the request
// that it comes from, as a crash. A request that takes longer than the time for
// one case fails as a hang; it cannot be stopped, and goes on in the background.
// Memory is not watched. An InProcess is not for concurrent use, and neither
// need the implementation be, unless it hangs.
type InProcess struct {
	impl     properties.Implementation
	hello    *protocol.Hello
	caseTime time.Duration
	hangs    int
}

// NewInProcess returns a subject that asks an implementation, with the time
// that one case may take; 0 is without limit.
func NewInProcess(impl properties.Implementation, caseTime time.Duration) *InProcess {
	return &InProcess{impl: impl, hello: Hello(impl), caseTime: caseTime}
}

// Hello implements [protocol.Subject].
func (s *InProcess) Hello() *protocol.Hello { return s.hello }

// Close implements [protocol.Subject].
func (s *InProcess) Close() error { return nil }

// TooManyHangsError says that an implementation hangs too often to be asked in
// this process.
type TooManyHangsError struct{ Hangs int }

func (e *TooManyHangsError) Error() string {
	return fmt.Sprintf("the implementation hung in %d requests, which all go on in the background", e.Hangs)
}

// Ask implements [protocol.Subject]. It fails with [*TooManyHangsError].
func (s *InProcess) Ask(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	replies := make([]protocol.Reply, 0, len(requests))
	for len(replies) < len(requests) {
		if s.hangs >= maxHangs {
			return replies, &TooManyHangsError{s.hangs}
		}
		batch := &batch{requests: requests[len(replies):], done: make(chan struct{})}
		batch.replies = make([]protocol.Reply, len(batch.requests))
		go batch.run(s.impl)
		count, hung, err := batch.wait(ctx, s.caseTime)
		replies = append(replies, batch.replies[:count]...)
		if err != nil {
			return replies, err
		}
		if hung {
			s.hangs++
			replies = append(replies, protocol.Reply{Failure: &protocol.Failure{
				Kind: protocol.FailureHang, Detail: fmt.Sprintf("no answer within %s", s.caseTime), ExitStatus: -1, Alone: true,
			}})
		}
	}
	return replies, nil
}

// batch is a list of requests that a goroutine answers one after the other.
type batch struct {
	requests []*protocol.Request
	replies  []protocol.Reply
	count    atomic.Int64 // of the replies that are there
	stopped  atomic.Bool
	done     chan struct{}
}

func (b *batch) run(impl properties.Implementation) {
	defer close(b.done)
	for i, r := range b.requests {
		if b.stopped.Load() {
			return
		}
		b.replies[i] = ask(impl, r)
		b.count.Store(int64(i + 1))
	}
}

// wait returns how many requests are answered when all are, or when the next one
// takes too long. The goroutine then ends after the request that it is in.
func (b *batch) wait(ctx context.Context, caseTime time.Duration) (count int64, hung bool, err error) {
	var ticks <-chan time.Time
	if caseTime > 0 {
		ticker := time.NewTicker(max(caseTime/8, time.Millisecond))
		defer ticker.Stop()
		ticks = ticker.C
	}
	since := time.Now()
	for {
		select {
		case <-b.done:
			return b.count.Load(), false, nil
		case <-ctx.Done():
			b.stopped.Store(true)
			return b.count.Load(), false, ctx.Err()
		case <-ticks:
			if now := b.count.Load(); now != count {
				count, since = now, time.Now()
			} else if time.Since(since) > caseTime {
				b.stopped.Store(true)
				return count, true, nil
			}
		}
	}
}

// ask asks for one answer, with a copy of the request: an implementation that
// writes into what it is given spoils nothing, and is told of. A panic becomes a
// failure.
func ask(impl properties.Implementation, r *protocol.Request) (reply protocol.Reply) {
	defer func() {
		if cause := recover(); cause != nil {
			reply = protocol.Reply{Failure: &protocol.Failure{
				Kind: protocol.FailureCrash, Detail: fmt.Sprintf("panic: %v", cause), ExitStatus: -1,
				Stderr: strings.ToValidUTF8(string(debug.Stack()), "?"), Alone: true,
			}}
		}
	}()
	given := r.Clone()
	reply.Answer = Answer(impl, given)
	reply.Overwritten = protocol.Changed(r.Input, given.Input)
	return reply
}
