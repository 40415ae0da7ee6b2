package program

import (
	"sync/atomic"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

const (
	// maxUnwritten is how many octets of requests are gathered before they are
	// written.
	maxUnwritten = 32 << 10
	// maxFeeds bounds the lists of requests that are announced, and the one that is
	// asked.
	maxFeeds = 8
)

// feed is requests that are written ahead of their answers.
type feed struct {
	requests []*protocol.Request
	sent     atomic.Int64 // requests that the program may have seen
	answered atomic.Int64
	news     chan struct{} // that answered has changed
	done     chan struct{} // closed when all are written
	asked    atomic.Bool   // somebody waits for the answers
	broken   atomic.Bool   // err is set
	err      error         // a request that cannot be written down
}

func newFeed(requests []*protocol.Request) *feed {
	return &feed{requests: requests, news: make(chan struct{}, 1), done: make(chan struct{})}
}

// announce writes down requests that will be asked once those are answered that
// were announced before. It reports whether there was room for them.
func (p *run) announce(requests []*protocol.Request) bool {
	if len(p.announced) == maxFeeds {
		return false
	}
	f := newFeed(requests)
	p.announced = append(p.announced, f)
	p.feeds <- f
	return true
}

// ask asks the requests that were announced first, which requests are, and returns
// the answers up to the first failure. Then the program has ended, and seen are the
// other requests that it may have seen, of all that were announced. An error is about
// a request that cannot be written down.
func (p *run) ask(requests []*protocol.Request) (replies []protocol.Reply, seen []*protocol.Request, failure *protocol.Failure, err error) {
	replies = make([]protocol.Reply, 0, len(requests))
	p.expect(true)
	f := p.announced[0]
	if f.asked.Store(true); f.broken.Load() {
		p.kill()
	}
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
	if err == nil {
		<-f.done
		p.announced = append(p.announced[:0], p.announced[1:]...)
		return replies, nil, nil, nil
	}
	failure = p.end(err)
	<-p.written
	for i, one := range p.announced {
		sent := int(one.sent.Load())
		if i == 0 {
			sent = max(sent, len(replies)+1)
			seen = append(seen, requests[len(replies):sent]...)
		} else {
			seen = append(seen, one.requests[:sent]...)
		}
	}
	return replies, seen, failure, f.err
}

// write writes what is fed until the program has ended.
func (p *run) write() {
	defer close(p.written)
	var lines []byte
	for {
		select {
		case f := <-p.feeds:
			lines = p.writeOne(f, lines[:0])
		case <-p.ended:
			return
		}
	}
}

// writeOne writes the requests of a feed. It returns a buffer for the next.
func (p *run) writeOne(f *feed, lines []byte) []byte {
	defer close(f.done)
	flush := func(upTo int) bool {
		f.sent.Store(int64(upTo))
		_, err := p.stdin.Write(lines) // the reader will see why it fails
		lines = lines[:0]
		return err == nil
	}
	for i, r := range f.requests {
		for int64(i)-f.answered.Load() >= int64(p.window) {
			if len(lines) > 0 && !flush(i) {
				return lines
			}
			select {
			case <-f.news:
			case <-p.ended:
				return lines
			}
		}
		next, err := protocol.AppendRequest(lines, r)
		if err != nil {
			f.err = err
			if f.broken.Store(true); f.asked.Load() {
				p.kill()
			}
			return lines
		}
		if lines = next; len(lines) >= maxUnwritten && !flush(i+1) {
			return lines
		}
	}
	flush(len(f.requests))
	return lines
}
