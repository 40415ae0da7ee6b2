package campaign

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// Engine names what follows coverage.
type Engine string

// The engines.
const (
	Native Engine = "go"      // that of the Go toolchain
	GoFuzz Engine = "go-fuzz" // github.com/dvyukov/go-fuzz
)

// Options are what a campaign does.
type Options struct {
	State   *State
	For     time.Duration
	Targets []*fuzz.Target // all if nil
	Jobs    int            // how much runs at a time; one of them searches in process. One if zero.
	Engine  Engine         // Native if empty
	Seed    uint64         // of the first round in process, if the state is fresh
	Cases   int            // of a round in process, for each property and draft; fuzz.DefaultCases if zero
	// Progress is called now and then. It may be nil.
	Progress func(Status)
	// Found is called with each finding once it is kept. It may be nil.
	Found func(Kept)
	// Warn is called with sentences about what could not be done. It may be nil.
	Warn func(string)
	// Tell is called with sentences about what takes long before the search
	// begins. It may be nil.
	Tell func(string)
}

// Status is how far a campaign has come.
type Status struct {
	Elapsed, Left time.Duration
	Target        string // that the engine searched last, "" for none
	Totals        Totals // of the state, this campaign included
	Executions    int64  // of Target in its present or last search
	PerSecond     float64
	Findings      int // new ones, that the ledger does not expect
	Memory        reports.MemorySample
}

// saveInterval is how often totals are written: a campaign that is killed loses
// no more of them.
const saveInterval = 3 * time.Second

// shortest and longest are how long an engine stays with a target.
const (
	shortestSearch = 5 * time.Second
	longestSearch  = time.Minute
)

// Run searches until the time is up or the context ends, and returns the record
// of everything in the state. The record is not complete if the context ended
// first. The record is not yet compared with a ledger.
//
// It fails if the state cannot be written. Findings that could not be written
// are in the error.
func Run(ctx context.Context, o Options) (*reports.Record, error) {
	if o.Targets == nil {
		o.Targets = fuzz.Targets()
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	if o.Progress == nil {
		o.Progress = func(Status) {}
	}
	if o.Found == nil {
		o.Found = func(Kept) {}
	}
	if o.Cases == 0 {
		o.Cases = fuzz.DefaultCases
	}
	c := &campaign{Options: o, outer: ctx, rounds: &rounds{}, ledger: reports.EmbeddedLedger(), newEngine: o.newEngine}
	return c.search()
}

// newEngine makes and builds what follows coverage, nil if there can be none.
func (o *Options) newEngine(ctx context.Context) engine {
	source, err := process.Source(ctx)
	if err == nil {
		var e engine = &nativeEngine{state: o.State}
		if o.Engine == GoFuzz {
			e = &goFuzzEngine{state: o.State}
		}
		o.Tell("building the fuzz targets, which takes a while the first time")
		if err = e.build(ctx, source); err == nil {
			return e
		}
	}
	if ctx.Err() == nil {
		o.Warn(fmt.Sprintf("only the search in process runs: %v", err))
	}
	return nil
}

func (c *campaign) search() (*reports.Record, error) {
	if err := c.tryKeptAgain(); err != nil {
		return nil, err
	}
	engine := c.newEngine(c.outer)
	c.started = time.Now() // what is built is not searched
	c.State.update(func(t *Totals) {
		if t.Rounds == 0 {
			t.Seed = c.Seed
		}
		t.Campaigns++
		c.before = t.DurationMS
	})
	limited, cancel := context.WithTimeout(c.outer, c.For)
	defer cancel()
	c.ctx, c.stop = context.WithCancel(limited)
	defer c.stop()
	c.run(engine)
	c.tick()
	c.State.note(c.started)
	if err := c.State.Save(); err != nil {
		c.fail(fmt.Errorf("cannot write the totals: %w", err))
	}
	return c.record(), c.failure
}

type campaign struct {
	Options
	outer   context.Context // of the caller
	ctx     context.Context // also ends when the time is up or something failed
	stop    context.CancelFunc
	started time.Time
	before  int64 // milliseconds that earlier campaigns searched
	rounds  *rounds
	ledger  reports.Ledger
	// newEngine returns nil if there is no engine.
	newEngine func(context.Context) engine

	mutex   sync.Mutex
	failure error
	current searching
	fresh   map[string]bool // signatures that this campaign found
	memory  []reports.MemorySample
}

// searching is the search that runs or ran last.
type searching struct {
	target     string
	executions int64
	memory     int64 // octets that the engine holds
	started    time.Time
	ended      time.Time // zero while it runs
}

// fail ends the campaign.
func (c *campaign) fail(err error) {
	c.mutex.Lock()
	c.failure = errors.Join(c.failure, err)
	c.mutex.Unlock()
	c.stop()
}

// tryKeptAgain retires the findings of earlier campaigns that are mended.
func (c *campaign) tryKeptAgain() error {
	for _, k := range c.State.Findings() {
		kept, err := properties.ParseCase(k.Finding.Case)
		if err != nil || strings.HasPrefix(k.Finding.Class, processDied) {
			continue // it is listed until someone has looked at it
		}
		if outcome, _, err := fuzz.Replay(properties.Reference{}, &kept); err != nil || outcome == properties.Refuted {
			continue
		}
		if err := c.State.Retire(&k); err != nil {
			return err
		}
		c.Warn(fmt.Sprintf("%s under %s is no longer found with its input: it was moved to %q", k.Finding.Signature, k.Finding.Draft, goneDir))
	}
	return c.State.writeSkipped()
}

func (c *campaign) run(engine engine) {
	var parts sync.WaitGroup
	switch {
	case c.ctx.Err() != nil:
	case engine == nil:
		parts.Go(func() { c.searchInProcess(max(1, c.Jobs)) })
	case c.Jobs > 1:
		parts.Go(func() { c.follow(engine, c.Jobs-1) })
		parts.Go(func() { c.searchInProcess(1) })
	default:
		parts.Go(func() { c.alternate(engine) })
	}
	ended := make(chan struct{})
	go func() { parts.Wait(); close(ended) }()
	ticker := time.NewTicker(saveInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ticker.C:
			c.tick()
			if err := c.State.Save(); err != nil {
				c.fail(fmt.Errorf("cannot write the totals: %w", err))
			}
		}
	}
}

// tick notes how far the campaign is.
func (c *campaign) tick() {
	elapsed := time.Since(c.started)
	c.State.update(func(t *Totals) { t.DurationMS = c.before + elapsed.Milliseconds() })
	memory := reports.MemorySample{AtMS: elapsed.Milliseconds(), Own: fuzz.Memory()}
	c.mutex.Lock()
	s := Status{Elapsed: elapsed, Left: max(0, c.For-elapsed), Target: c.current.target, Executions: c.current.executions, Findings: len(c.fresh)}
	end := c.current.ended
	if end.IsZero() {
		end = time.Now()
		memory.Engine = c.current.memory
	}
	c.memory = reports.Thin(append(c.memory, memory))
	s.Memory = memory
	if spent := end.Sub(c.current.started).Seconds(); spent > 0 && c.current.target != "" {
		s.PerSecond = float64(c.current.executions) / spent
	}
	c.mutex.Unlock()
	s.Totals = c.State.Totals()
	c.Progress(s)
}

// follow lets the engine search one target after the other.
func (c *campaign) follow(e engine, workers int) {
	plan := newPlan(c.Targets, c.For)
	for c.ctx.Err() == nil {
		if !c.followOnce(e, plan, workers) {
			return
		}
	}
}

// alternate gives the engine and the search in process turns.
func (c *campaign) alternate(e engine) {
	plan := newPlan(c.Targets, c.For)
	for c.ctx.Err() == nil {
		follows := c.followOnce(e, plan, 1)
		if c.ctx.Err() == nil {
			c.round(1)
		}
		if !follows {
			c.searchInProcess(1)
			return
		}
	}
}

// followOnce lets the engine search the target whose turn it is. It returns
// false if no target is left.
func (c *campaign) followOnce(e engine, plan *plan, workers int) bool {
	target, spend := plan.next(c.For - time.Since(c.started))
	if target == nil {
		return false
	}
	start := time.Now()
	c.mutex.Lock()
	c.current = searching{target: target.Name, started: start}
	c.mutex.Unlock()
	var base TargetTotals
	c.State.update(func(t *Totals) { base = *t.target(target.Name) })
	reached := progress{}
	note := func() {
		c.State.update(func(t *Totals) {
			now := t.target(target.Name)
			now.Executions = base.Executions + reached.executions
			now.NewInputs = base.NewInputs + reached.newInputs
			now.Corpus = max(now.Corpus, reached.corpus)
			now.DurationMS = base.DurationMS + time.Since(start).Milliseconds()
		})
	}
	crashers, err := e.search(c.ctx, target, spend, workers, func(p progress) {
		reached = p
		c.mutex.Lock()
		c.current.executions, c.current.memory = p.executions, p.memory
		c.mutex.Unlock()
		note()
	})
	took := time.Since(start) // what is kept takes time as well, which is not the target's
	note()
	c.mutex.Lock()
	c.current.ended = time.Now()
	c.mutex.Unlock()
	c.State.update(func(t *Totals) {
		now := t.target(target.Name)
		now.Crashes += len(crashers)
		now.Samples = reports.Thin(append(now.Samples, reports.Sample{AtMS: c.before + time.Since(c.started).Milliseconds(), Executions: now.Executions, Corpus: now.Corpus}))
	})
	known := 0
	for _, crash := range crashers {
		isNew, err := c.keepCrasher(e.name(), target, crash)
		if err == nil && crash.letGo != nil {
			err = crash.letGo()
		}
		if err != nil {
			c.fail(err)
			return false
		}
		if !isNew {
			known++
		}
	}
	if err != nil {
		c.Warn(err.Error())
		plan.park(target)
	} else if known > 0 && known == len(crashers) && took < shortestSearch {
		// It cannot be passed over, so that every search would end at once.
		c.Warn(fmt.Sprintf("%s stops at a known defect at once: it is left out from here on", target.Name))
		plan.park(target)
	}
	plan.spent(target, took, reached)
	return true
}

// processDied begins the class of an input that ended the process.
const processDied = "process-died-"

var unsafeInClass = regexp.MustCompile(`[^a-z0-9]+`)

// keepCrasher names what is wrong with an input, makes the input small and
// keeps it.
func (c *campaign) keepCrasher(engine string, t *fuzz.Target, crash crasher) (isNew bool, err error) {
	var wrong *fuzz.Wrong
	octets := crash.octets
	if crash.died != "" {
		// Trying it here would end this process too.
		wrong = &fuzz.Wrong{Property: t.Property(), Draft: newest(t.Drafts), Detail: crash.died,
			Class: processDied + unsafeInClass.ReplaceAllString(crash.died[:min(len(crash.died), 40)], "-")}
	} else {
		found := t.Try(octets)
		if !errors.As(found, &wrong) {
			// It failed there and not here: that is a defect too, of the target or of the machine.
			wrong = &fuzz.Wrong{Property: t.Property(), Class: "not-repeated", Draft: newest(t.Drafts), Detail: "it failed once and not when it was tried again"}
		} else {
			octets = t.Shrink(octets, wrong.Signature())
			if err := t.Try(octets); err != nil {
				errors.As(err, &wrong)
			}
		}
	}
	kept := t.Case(wrong, octets)
	return c.keep(Kept{Engine: engine, Target: t.Name, Found: time.Now().UTC(), Finding: reports.Finding{
		Signature: wrong.Signature(), Property: wrong.Property, Draft: wrong.Draft, Implementation: properties.Reference{}.Name(),
		Class: wrong.Class, Detail: wrong.Detail, Refutations: 1, FoundAfter: 1, Case: []byte(kept.String()), Notations: fuzz.Notations(kept.Input),
	}})
}

// keep writes a finding, and lets native targets pass over it from now on.
func (c *campaign) keep(kept Kept) (isNew bool, err error) {
	if p, err := properties.ByID(kept.Finding.Property); err == nil {
		kept.Finding.Rule = p.Rule(kept.Finding.Draft)
	}
	if c.State.lacks(&kept.Finding) {
		kept.Finding.Mending = fuzz.Mending(kept.Finding.Case)
	}
	kept.Finding.Repeat = "go run ./cmd/mimifuzz replay " + c.State.findingPath(&kept.Finding)
	isNew, err = c.State.Keep(kept)
	if err != nil || !isNew {
		return isNew, err
	}
	if !kept.Finding.Expected {
		c.mutex.Lock()
		if c.fresh == nil {
			c.fresh = map[string]bool{}
		}
		c.fresh[kept.Finding.Signature] = true
		c.mutex.Unlock()
	}
	c.Found(kept)
	return true, c.State.writeSkipped()
}

// newest returns the newest of some drafts.
func newest(drafts spec.Drafts) spec.Draft {
	list := drafts.List()
	return list[len(list)-1]
}

// record makes the record of the state.
func (c *campaign) record() *reports.Record {
	totals := c.State.Totals()
	r := c.rounds.record()
	r.Version, r.Seed, r.Started = reports.RecordVersion, totals.Seed, c.started.UTC()
	r.DurationMS = time.Since(c.started).Milliseconds()
	r.Complete = c.outer.Err() == nil && c.failure == nil
	r.Layouts = fuzz.KnownLayouts()
	engine := c.Engine
	if engine == "" {
		engine = Native
	}
	for _, t := range fuzz.Targets() {
		if spent, ok := totals.Targets[t.Name]; ok {
			r.Targets = append(r.Targets, reports.TargetResult{
				Name: t.Name, About: t.About, Engine: string(engine), Executions: spent.Executions, NewInputs: spent.NewInputs,
				Corpus: spent.Corpus, Crashes: spent.Crashes, DurationMS: spent.DurationMS, Samples: spent.Samples,
			})
		}
	}
	r.Rules, r.Earlier, r.Memory = fuzz.RuleResults(nil), totals.History, c.memory
	r.Findings = nil
	for _, k := range c.State.Findings() {
		r.Findings = append(r.Findings, k.Finding)
	}
	return r
}
