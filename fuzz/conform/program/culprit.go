package program

import (
	"context"
	"fmt"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

// search finds out which of the requests in flight the program failed in. That
// need not be the first without an answer: answers before the failure may have
// been lost in the program. So it is started again and asked one request after
// the other, and the one that fails then is asked alone. The replies are those up
// to the one with the failure. If none fails now, the first has the failure,
// beside the answer that it got now.
func (p *Program) search(ctx context.Context, inFlight []*protocol.Request, first *protocol.Failure) ([]protocol.Reply, error) {
	var replies []protocol.Reply
	if err := p.restart(ctx); err != nil {
		return lastly(ctx, replies, first), err
	}
	for i, r := range inFlight {
		reply, err := p.askOne(ctx, r)
		if err != nil {
			return replies, err
		}
		if reply.Failure == nil {
			replies = append(replies, reply)
			continue
		}
		if i == 0 {
			reply.Failure = together(first, reply.Failure)
			return append(replies, reply), nil
		}
		failure := reply.Failure
		if err := p.restart(ctx); err != nil {
			return lastly(ctx, replies, failure), err
		}
		if reply, err = p.askOne(ctx, r); err != nil {
			return replies, err
		}
		reply.Failure = together(failure, reply.Failure)
		return append(replies, reply), nil
	}
	first.Detail += fmt.Sprintf("; not again when the %d requests in flight were asked one by one", len(inFlight))
	replies[0].Failure = first
	return replies, nil
}

// lastly adds a failure that cannot be looked into any more, unless the program
// was only stopped.
func lastly(ctx context.Context, replies []protocol.Reply, failure *protocol.Failure) []protocol.Reply {
	if ctx.Err() != nil {
		return replies
	}
	failure.Detail += "; it could not be asked alone"
	return append(replies, protocol.Reply{Failure: failure})
}

// askOne asks one request of the running program.
func (p *Program) askOne(ctx context.Context, r *protocol.Request) (protocol.Reply, error) {
	alone := []*protocol.Request{r}
	p.running.announce(alone)
	answered, _, failure, err := p.askRunning(ctx, alone)
	if err != nil || failure != nil {
		return protocol.Reply{Failure: failure}, err
	}
	return answered[0], nil
}

// together joins the failure of a request among others with that of the same
// request alone, nil if it does not fail alone.
func together(among, alone *protocol.Failure) *protocol.Failure {
	switch {
	case alone == nil:
		return among
	case alone.Kind != among.Kind:
		among.Detail += fmt.Sprintf("; when asked alone: %s: %s", alone.Kind, alone.Detail)
		among.Alone = true
		return among
	}
	alone.Alone = true
	return alone
}
