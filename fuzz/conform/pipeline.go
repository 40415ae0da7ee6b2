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
	traitEvery = 8
)

// batch returns the next cases, fewer if they are large.
func (s *source) batch(count int) []testCase {
	var list []testCase
	octets := 0
	for len(list) < count && octets < batchOctets {
		c := s.next()
		if at := octetsOf(c.request.Input); at != nil {
			octets += len(*at)
		}
		list = append(list, c)
	}
	return list
}

// batch is cases on their way.
type batch struct {
	cases        []testCase
	expectations []expectation
	replies      []protocol.Reply
}

// pipeline makes, asks and judges batches, each at the same time as the others.
// It ends when there are no more cases, the context ends, or the subject cannot
// be asked any more. The source may be nil.
func (c *checker) pipeline(ctx context.Context, subject *asker, next func() []testCase, from *source, everyTrait bool) {
	made, answered, lessons := make(chan *batch, ahead), make(chan *batch, ahead), make(chan []testCase, ahead)
	stop := make(chan struct{})
	go func() {
		defer close(made)
		for n := 0; ctx.Err() == nil; n++ {
			if n >= ahead {
				select {
				case learned := <-lessons:
					if from != nil {
						from.learn(learned)
					}
				case <-stop:
					return
				}
			}
			cases := next()
			if len(cases) == 0 {
				return
			}
			b := &batch{cases: cases, expectations: make([]expectation, len(cases))}
			for i := range cases {
				b.expectations[i] = c.judge.expect(cases[i].request)
			}
			select {
			case made <- b:
			case <-stop:
				return
			}
		}
	}()
	go func() {
		defer close(answered)
		defer close(stop)
		for b := range made {
			if ctx.Err() != nil {
				return
			}
			var err error
			b.replies, err = subject.ask(c.user, b.cases)
			answered <- b
			if err != nil {
				c.stop(err)
				return
			}
		}
	}()
	var t tally
	t.init()
	for b := range answered {
		lessons <- t.judge(c, b, everyTrait)
		if everyTrait {
			c.progress("directed cases")
		} else {
			c.progress("searching")
		}
	}
	c.add(&t)
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
