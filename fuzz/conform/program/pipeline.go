package program

import (
	"sync/atomic"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

// maxUnwritten is how many octets of requests are gathered before they are
// written.
const maxUnwritten = 32 << 10

// feed writes requests ahead of their answers.
type feed struct {
	sent     atomic.Int64 // requests that the program may have seen
	answered atomic.Int64
	news     chan struct{} // that answered has changed
	stop     chan struct{}
	done     chan struct{}
	err      error // a request that cannot be written down; read it after done
}

// ask asks requests, of which at most window are in flight, and returns the
// answers up to the first failure. Then the program has ended, and sent is how
// many requests it may have seen. An error is about a request that cannot be
// written down.
func (p *run) ask(requests []*protocol.Request, window int) (replies []protocol.Reply, sent int, failure *protocol.Failure, err error) {
	replies = make([]protocol.Reply, 0, len(requests))
	f := &feed{news: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
	p.expect(true)
	go f.write(p, requests, window)
	for len(replies) < len(requests) {
		var line []byte
		var answer protocol.Answer
		if line, err = p.next(); err == nil {
			answer, err = protocol.ParseAnswer(line, requests[len(replies)])
		}
		if err != nil {
			break
		}
		replies = append(replies, protocol.Reply{Answer: answer})
		if !p.lines.Waiting() { // the rest can be told of at once
			p.signs.Add(1)
			f.answered.Store(int64(len(replies)))
			select {
			case f.news <- struct{}{}:
			default:
			}
		}
	}
	p.expect(false)
	if err != nil {
		close(f.stop)
		failure = p.end(err)
	}
	<-f.done
	return replies, int(f.sent.Load()), failure, f.err
}

// write writes requests until all are written or the feed is stopped.
func (f *feed) write(p *run, requests []*protocol.Request, window int) {
	defer close(f.done)
	lines := p.written[:0]
	defer func() { p.written = lines }()
	flush := func(upTo int) bool {
		f.sent.Store(int64(upTo))
		_, err := p.stdin.Write(lines) // the reader will see why it fails
		lines = lines[:0]
		return err == nil
	}
	for i, r := range requests {
		for int64(i)-f.answered.Load() >= int64(window) {
			if len(lines) > 0 && !flush(i) {
				return
			}
			select {
			case <-f.news:
			case <-f.stop:
				return
			}
		}
		next, err := protocol.AppendRequest(lines, r)
		if err != nil {
			f.err = err
			p.kill()
			return
		}
		if lines = next; len(lines) >= maxUnwritten && !flush(i+1) {
			return
		}
	}
	flush(len(requests))
}
