package conform

import (
	"context"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
)

const (
	batchCases  = 512
	batchOctets = 1 << 20
	// ahead is how many batches are made before the first of them is judged. A
	// source learns from a batch that many batches later, so that what it makes
	// does not depend on how fast anything is.
	ahead = 4
	// traitEvery is how many agreeing cases of a search come to one whose traits
	// are remembered.
	traitEvery = 32
)

// batch returns the next cases, fewer if they are large.
func (s *source) batch(count int) []testCase {
	list := make([]testCase, 0, count)
	octets := 0
	for len(list) < count && octets < batchOctets {
		c := s.next()
		if octetsOf(c.request.Input) != nil {
			octets += weight(c.request)
		}
		list = append(list, c)
	}
	return list
}

// batch is cases on their way.
type batch struct {
	cases        []testCase
	requests     []*protocol.Request // numbered
	expectations []expectation
	replies      []protocol.Reply
}

// pipeline makes and judges batches while others are asked. It ends when there are
// no more cases, the context ends, or the subject cannot be asked any more. Making
// and judging share a goroutine: with one each they would now and then take the
// processor that a subject runs on, which is mostly what there is to wait for. The
// source may be nil.
func (c *checker) pipeline(ctx context.Context, subject *asker, next func() []testCase, from *source, known *collector, everyTrait bool) {
	made, answered := make(chan *batch, ahead), make(chan *batch, ahead)
	go func() {
		defer close(answered)
		var announced []*batch
		for {
			// One batch more than is asked is announced, if it is there.
			for len(announced) < 2 && ctx.Err() == nil {
				b := take(made, len(announced) == 0)
				if b == nil {
					break
				}
				b.requests = subject.announce(b.cases)
				announced = append(announced, b)
			}
			if len(announced) == 0 {
				return
			}
			b := announced[0]
			announced = announced[1:]
			var err error
			b.replies, err = subject.askNumbered(c.user, b.requests)
			answered <- b
			if err != nil {
				c.stop(err)
				return
			}
		}
	}()
	fill := func() bool {
		cases := next()
		if len(cases) == 0 || ctx.Err() != nil {
			close(made)
			return false
		}
		made <- c.batchOf(cases)
		return true
	}
	more := true
	for n := 0; more && n < ahead; n++ {
		more = fill()
	}
	t := newTally(known)
	stage := "searching"
	if everyTrait {
		stage = "directed cases"
	}
	for b := range answered {
		learned := t.judge(c, b, everyTrait)
		c.progress(stage)
		if from != nil {
			from.learn(learned)
		}
		more = more && fill()
	}
	if more {
		close(made)
	}
	c.add(t)
}

// take takes a batch, nil if there are no more, or if none is there and it need not
// wait.
func take(made <-chan *batch, wait bool) *batch {
	if wait {
		return <-made
	}
	select {
	case b := <-made:
		return b
	default:
		return nil
	}
}

// batchOf returns a batch of cases with what is expected of them.
func (c *checker) batchOf(cases []testCase) *batch {
	b := &batch{cases: cases, expectations: make([]expectation, len(cases))}
	for i := range cases {
		b.expectations[i] = c.judge.expect(cases[i].request)
	}
	return b
}

// stop notes that a subject cannot be asked any more.
func (c *checker) stop(err error) {
	if c.user.Err() != nil {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.stopped == nil {
		c.stopped = err
	}
}
