package conform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// DefaultFor is how long a search goes on if neither a time nor a number of
// cases is given.
const DefaultFor = 20 * time.Second

// Options are what is checked, and for how long.
type Options struct {
	Ops    []protocol.Op // all that the subject has if nil
	Drafts spec.Drafts   // all that the subject has if zero
	Seed   uint64
	// Cases is how many cases the search makes; as many as there is time for if
	// zero. Directed cases come before them and are not counted.
	Cases int
	// For is how long the search goes on, once the directed cases are done.
	// Without it the search ends after Cases, and after [DefaultFor] if these
	// are not given either.
	For time.Duration
	// Jobs is how many subjects are asked at a time; one if zero. The same
	// number of jobs gives the same cases.
	Jobs int
	// Progress is called now and then with what is done, and the number of
	// cases asked so far, one call at a time. It may be nil.
	Progress func(stage string, cases int)
}

// Result is what came of a check.
type Result struct {
	Options
	Hello    *protocol.Hello
	Started  time.Time
	Duration time.Duration
	// Complete is false if the check was stopped before its end, and Stopped
	// says why if it was the subject that ended it.
	Complete bool
	Stopped  string
	// Restricted says that less was asked than the subject can be asked.
	Restricted bool
	Cases      int // asked, without those that made bugs small
	Directed   int // of the cases, those that are asked in every run
	Table      []Row
	Bugs       []Bug
	// Further is the number of differences that belong to no bug, since there
	// are too many.
	Further int

	asked    map[opDraft]int
	judge    *judge
	exercise map[exercised]int
}

// opDraft is an op under a draft.
type opDraft struct {
	op    protocol.Op
	draft spec.Draft
}

// exercised is what cases were there for: an op, and a rule that they break, ""
// for those that break none.
type exercised struct {
	op   protocol.Op
	rule string
}

// Row is how often cases about a rule had an outcome.
type Row struct {
	Rule    string // ID, "" for cases that are about none
	Level   Level
	Outcome Outcome
	Cases   int
}

// BrokenAdapterError says that a subject cannot even answer plain cases, so that
// nothing can be said about the implementation behind it.
type BrokenAdapterError struct {
	Op     protocol.Op
	Drafts []spec.Draft // under which it was asked
	Detail string       // of the first case
}

func (e *BrokenAdapterError) Error() string {
	names := make([]string, len(e.Drafts))
	for i, d := range e.Drafts {
		names[i] = d.String()
	}
	return fmt.Sprintf("the adapter is broken: it gives no usable answer to any plain %s under %s: %s", e.Op, strings.Join(names, ", "), e.Detail)
}

// NothingToAskError says that the subject can be asked nothing of what is
// wanted.
type NothingToAskError struct{ Hello *protocol.Hello }

func (e *NothingToAskError) Error() string {
	return fmt.Sprintf("nothing to ask: %s has the ops %v under %s", e.Hello.Name, e.Hello.Ops, spec.DraftsOf(e.Hello.Drafts...))
}

// Check asks subjects, which start makes, and returns where they differ from
// the reference models. If the context ends first, the result is not complete,
// and holds what was found; its bugs are not all as small as they get. It fails
// with [*BrokenAdapterError] or [*NothingToAskError], or if a subject cannot be
// started or says hello with a reading that there is not.
func Check(ctx context.Context, start func() (protocol.Subject, error), o Options) (*Result, error) {
	c := newChecker(ctx, o)
	defer c.close()
	for range c.Jobs {
		subject, err := start()
		if err != nil {
			return nil, err
		}
		c.subjects = append(c.subjects, &asker{subject: subject})
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	if err := c.smoke(); err != nil {
		return nil, err
	}
	c.directed()
	c.search()
	c.finish()
	return c.Result, nil
}

// checker is the state of one check.
type checker struct {
	*Result
	user     context.Context
	subjects []*asker
	asks     *asks
	cases    []testCase // directed
	agreed   agreements
	number   atomic.Int64 // of cases
	mutex    sync.Mutex   // guards what follows, and what is summed up in the result
	found    collector
	rows     map[rowKey]int
	readings map[readingRow]int // cases of the rows that may follow another reading
	stopped  error
}

type rowKey struct {
	rule    string
	level   Level
	outcome Outcome
}

// readingRow is the cases of a row that are in a group of another reading.
type readingRow struct {
	group key
	row   rowKey
}

func newChecker(ctx context.Context, o Options) *checker {
	o.Jobs = max(1, o.Jobs)
	if o.For == 0 && o.Cases == 0 {
		o.For = DefaultFor
	}
	return &checker{Result: &Result{Options: o, Started: time.Now(), asked: map[opDraft]int{}, exercise: map[exercised]int{}}, user: ctx}
}

func (c *checker) close() {
	for _, s := range c.subjects {
		_ = s.subject.Close() // what it did wrong was seen when it was asked
	}
}

// prepare finds out what is to be asked.
func (c *checker) prepare() error {
	c.Hello = c.subjects[0].subject.Hello()
	var err error
	if c.judge, err = newJudge(c.Hello); err != nil {
		return fmt.Errorf("the adapter says hello with what there is not: %w", err)
	}
	c.asks = &asks{ops: map[protocol.Op]bool{}, drafts: spec.DraftsOf(c.Hello.Drafts...)}
	if c.Drafts != 0 {
		c.Restricted = c.Restricted || c.asks.drafts&^c.Drafts != 0
		c.asks.drafts &= c.Drafts
	}
	for _, op := range c.Hello.Ops {
		if c.Ops != nil && !slices.Contains(c.Ops, op) {
			c.Restricted = true
			continue
		}
		if op.Drafts()&c.asks.drafts != 0 {
			c.asks.ops[op] = true
		}
	}
	if len(c.asks.ops) == 0 {
		return &NothingToAskError{c.Hello}
	}
	c.found, c.rows, c.readings = newCollector(), map[rowKey]int{}, map[readingRow]int{}
	c.agreed.traits, c.agreed.drafts = map[protocol.Op]map[trait]bool{}, map[protocol.Op]spec.Drafts{}
	c.cases = c.asks.directed()
	return nil
}

// smokeCases is how many plain cases each op gets under each draft.
const smokeCases = 5

// smoke asks a few plain cases, and fails if none of an op is answered.
func (c *checker) smoke() error {
	c.progress("smoke test")
	type tried struct {
		drafts   []spec.Draft
		detail   string
		answered bool
	}
	all := map[protocol.Op]*tried{}
	counts := map[opDraft]int{}
	for _, t := range c.cases {
		at := opDraft{t.request.Op(), t.request.Draft}
		if counts[at] == smokeCases || weight(t.request) > 1<<14 {
			continue
		}
		if e := c.judge.expect(t.request); !e.ok {
			continue
		}
		counts[at]++
		op := all[at.op]
		if op == nil {
			op = &tried{}
			all[at.op] = op
		}
		if !slices.Contains(op.drafts, at.draft) {
			op.drafts = append(op.drafts, at.draft)
		}
		reply, err := c.subjects[0].one(c.user, t.request)
		switch {
		case err != nil:
			if c.user.Err() != nil {
				return nil
			}
			return err
		case usable(at.op, &reply):
			op.answered = true
		case op.detail == "":
			op.detail = unusable(&reply)
		}
	}
	for _, op := range protocol.Ops() {
		if t := all[op]; t != nil && !t.answered {
			return &BrokenAdapterError{Op: op, Drafts: t.drafts, Detail: t.detail}
		}
	}
	return nil
}

// usable reports whether a plain case was answered, rightly or wrongly.
func usable(op protocol.Op, reply *protocol.Reply) bool {
	a := &reply.Answer
	if reply.Failure != nil || !a.OK {
		return false
	}
	switch op {
	case protocol.ContentDecode, protocol.StatusDecode:
		return a.Reencoded != nil
	case protocol.MessageIDCompute:
		return a.MessageID != nil
	case protocol.FrankingTag:
		return a.FrankingTag != nil
	case protocol.PolicyDecide:
		return a.Allowed != nil
	case protocol.PolicyApply:
		return a.State != nil
	}
	return true
}

func unusable(reply *protocol.Reply) string {
	switch {
	case reply.Failure != nil && reply.Failure.Stderr != "":
		return reply.Failure.Error() + "; its standard error ends with " + fmt.Sprintf("%q", clip(reply.Failure.Stderr))
	case reply.Failure != nil:
		return reply.Failure.Error()
	case reply.Answer.Unsupported:
		return "it says that this is not supported, and said hello with it"
	case !reply.Answer.OK:
		return fmt.Sprintf("it refuses it: %q", clip(reply.Answer.Reason))
	}
	return "the answer is ok, but the result of the op is not there"
}

func (c *checker) progress(stage string) {
	if c.Progress != nil {
		c.mutex.Lock()
		defer c.mutex.Unlock()
		c.Progress(stage, int(c.number.Load()))
	}
}

// directed asks the cases that are asked in every run.
func (c *checker) directed() {
	var work sync.WaitGroup
	known := c.found.clone()
	for job, subject := range c.subjects {
		work.Go(func() {
			at := job * batchCases
			c.pipeline(c.user, subject, func() []testCase {
				if at >= len(c.cases) {
					return nil
				}
				batch := c.cases[at:min(at+batchCases, len(c.cases))]
				at += batchCases * len(c.subjects)
				return batch
			}, nil, known, true)
		})
	}
	work.Wait()
	c.Directed = int(c.number.Load())
	c.dismissReadings()
}

// search asks drawn cases until the time or the cases are up.
func (c *checker) search() {
	ctx := c.user
	if c.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.For)
		defer cancel()
	}
	var work sync.WaitGroup
	known := c.found.clone()
	for job, subject := range c.subjects {
		left := -1
		if c.Options.Cases > 0 {
			left = c.Options.Cases / len(c.subjects)
			if job < c.Options.Cases%len(c.subjects) {
				left++
			}
		}
		work.Go(func() {
			from := newSource(c.asks, c.Seed, job)
			c.pipeline(ctx, subject, func() []testCase {
				if left < 0 {
					return from.batch(batchCases)
				}
				batch := from.batch(min(batchCases, left)) // fewer if they are large
				left -= len(batch)
				return batch
			}, from, known, false)
		})
	}
	work.Wait()
}

// finish makes the bugs small and sorts what was seen.
func (c *checker) finish() {
	c.dismissReadings()
	c.moveReadings()
	c.Bugs = c.bugs()
	slices.SortFunc(c.Bugs, func(a, b Bug) int {
		return cmp.Or(cmp.Compare(slices.Index(Levels(), a.Level), slices.Index(Levels(), b.Level)),
			cmp.Compare(slices.Index(protocol.Ops(), a.Op), slices.Index(protocol.Ops(), b.Op)),
			cmp.Compare(slices.Index(Outcomes(), a.Outcome), slices.Index(Outcomes(), b.Outcome)),
			cmp.Compare(a.Signature(), b.Signature()))
	})
	for k, n := range c.rows {
		c.Table = append(c.Table, Row{Rule: k.rule, Level: k.level, Outcome: k.outcome, Cases: n})
	}
	slices.SortFunc(c.Table, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(slices.Index(Outcomes(), a.Outcome), slices.Index(Outcomes(), b.Outcome)))
	})
	c.Result.Cases, c.Further = int(c.number.Load()), c.found.further
	c.Complete = c.user.Err() == nil && c.stopped == nil
	if c.stopped != nil {
		c.Stopped = c.stopped.Error()
	}
	c.Duration = time.Since(c.Started)
}

// asker asks one subject, and gives the requests their IDs.
type asker struct {
	subject protocol.Subject
	id      uint64
}

// number gives requests their IDs, and returns them as a list.
func (a *asker) number(cases []testCase) []*protocol.Request {
	requests := make([]*protocol.Request, len(cases))
	for i := range cases {
		a.id++
		cases[i].request.ID = a.id
		requests[i] = cases[i].request
	}
	return requests
}

// announce numbers requests, and tells the subject that it will be asked them.
func (a *asker) announce(cases []testCase) []*protocol.Request {
	requests := a.number(cases)
	if announcer, ok := a.subject.(protocol.Announcer); ok {
		announcer.Announce(requests)
	}
	return requests
}

func (a *asker) ask(ctx context.Context, cases []testCase) ([]protocol.Reply, error) {
	return a.askNumbered(ctx, a.number(cases))
}

func (a *asker) askNumbered(ctx context.Context, requests []*protocol.Request) ([]protocol.Reply, error) {
	replies, err := a.subject.Ask(ctx, requests)
	if err == nil && len(replies) != len(requests) {
		err = errors.New("the subject gives another number of replies than it gets requests")
	}
	return replies, err
}

// one asks a copy of a request.
func (a *asker) one(ctx context.Context, r *protocol.Request) (protocol.Reply, error) {
	again := *r
	replies, err := a.ask(ctx, []testCase{{request: &again}})
	if err != nil {
		return protocol.Reply{}, err
	}
	return replies[0], nil
}
