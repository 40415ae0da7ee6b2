package fuzz

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

// DefaultCases is how many fresh cases a property gets under each draft,
// divided by what one of its cases costs.
const DefaultCases = 100_000

// MaxSeed bounds seeds, so that every JSON reader keeps them.
const MaxSeed = 1<<53 - 1

// Options are what a run does.
type Options struct {
	Implementation properties.Implementation // the reference models if nil
	Seed           uint64                    // at most MaxSeed; the same seed gives the same cases
	Cases          int                       // fresh cases for each property and draft; DefaultCases if zero
	Jobs           int                       // at a time; one if zero. The cases do not depend on it.
	Properties     []*properties.Property    // all if nil
	Drafts         spec.Drafts               // all if zero
	Mutants        bool                      // whether to try the mutants as well
	// Brief leaves out of the record what the cases do not change: layouts, rules,
	// attacks, policies, and the readings that mend a finding.
	Brief bool
	// For is how long to go on with further cases once each property has had
	// its Cases; not at all if zero. The same seed still gives the same cases,
	// but how many of them depends on the machine.
	For time.Duration
	// Found is called with each refutation once its input is small, by any of
	// the jobs. What it gets is not yet compared with a ledger. It may be nil.
	Found func(reports.Finding)
	// Progress is called now and then with the number of cases done and to
	// do. It may be nil.
	Progress func(done, total int)
}

// Run checks properties and returns what it did and found. If the context ends
// first, the record is not complete but holds what was found. The record is
// not yet compared with a ledger.
func Run(ctx context.Context, o Options) *reports.Record {
	if o.Implementation == nil {
		o.Implementation = properties.Reference{}
	}
	if o.Cases == 0 {
		o.Cases = DefaultCases
	}
	if o.Properties == nil {
		o.Properties = properties.All()
	}
	if o.Drafts == 0 {
		o.Drafts = spec.AllDrafts
	}
	r := &run{Options: o, started: time.Now()}
	for _, p := range o.Properties {
		if !p.Able(o.Implementation) {
			continue
		}
		for _, d := range (p.Drafts & o.Drafts).List() {
			r.tasks = append(r.tasks, &task{property: p, draft: d, fresh: max(1, o.Cases/max(1, p.Cost))})
		}
	}
	if o.Mutants {
		for _, m := range mutants.All() {
			if o.Drafts.Has(m.Draft) && slices.ContainsFunc(o.Properties, func(p *properties.Property) bool { return p.ID == m.Property }) {
				r.mutants = append(r.mutants, m)
			}
		}
	}
	for _, t := range r.tasks {
		r.total += t.fresh
	}
	stop := r.watchMemory()
	r.execute(ctx)
	r.goOn(ctx)
	stop()
	return r.record(ctx)
}

// run is the state of one run.
type run struct {
	Options
	started time.Time
	tasks   []*task
	mutants []*mutants.Mutant
	killed  []reports.MutantResult
	hunted  []bool // which of the mutants were tried to the end
	memory  []reports.MemorySample

	mutex sync.Mutex // guards done
	done  int
	total int
}

// task is one property under one draft, and what came of it.
type task struct {
	property *properties.Property
	draft    spec.Draft
	fresh    int // how many fresh cases it gets

	tape                  *gen.Tape // from which fresh cases go on, nil before the first
	cases, skipped, known int
	duration              time.Duration
	refuted               []*refuted // by class, in the order in which they were found
	told                  int        // of them were made small
}

// refuted is one class of refutation.
type refuted struct {
	class   string
	detail  string
	after   int
	count   int
	choices []uint16         // of a fresh case
	kept    *properties.Case // of a known one
}

// maxClasses bounds how many classes of refutation a task keeps apart.
const maxClasses = 64

func (r *run) execute(ctx context.Context) {
	var work []func()
	for _, t := range r.tasks {
		work = append(work, func() { r.check(ctx, t) })
	}
	r.killed, r.hunted = make([]reports.MutantResult, len(r.mutants)), make([]bool, len(r.mutants))
	for i, m := range r.mutants {
		r.killed[i] = reports.MutantResult{ID: m.ID, Fault: m.Fault, Property: m.Property, Draft: m.Draft}
		work = append(work, func() { r.hunted[i] = r.hunt(ctx, m, &r.killed[i]) })
	}
	r.inJobs(work)
}

// goOn gives every property further cases until the time is up.
func (r *run) goOn(ctx context.Context) {
	ctx, cancel := context.WithDeadline(ctx, r.started.Add(r.For))
	defer cancel()
	for ctx.Err() == nil {
		var work []func()
		for _, t := range r.tasks {
			if !t.property.DrawsNothing() {
				work = append(work, func() { r.draw(ctx, t) })
			}
		}
		if len(work) == 0 {
			return
		}
		r.inJobs(work)
	}
}

// inJobs does the work, as much at a time as there are jobs.
func (r *run) inJobs(work []func()) {
	queue := make(chan func())
	var workers sync.WaitGroup
	for range max(1, r.Jobs) {
		workers.Go(func() {
			for job := range queue {
				job()
			}
		})
	}
	for _, job := range work {
		queue <- job
	}
	close(queue)
	workers.Wait()
}

// stream derives a stream of choices from what is checked, so that neither the
// other properties nor the number of jobs change the cases.
func stream(name string, d spec.Draft) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %s", name, d)
	return h.Sum64()
}

// batch is how many cases are checked between looks at the context.
const batch = 256

// check checks a property with its known cases and the fresh ones it gets.
func (r *run) check(ctx context.Context, t *task) {
	start := time.Now()
	for _, c := range knownCases(t.property, t.draft) {
		if ctx.Err() != nil {
			break // some take a second
		}
		outcome, refutation, err := t.property.Replay(r.Implementation, &c)
		if err != nil {
			// A kept case that does not fit its property any more is a finding: nothing is passed over.
			outcome, refutation = properties.Refuted, &properties.Refutation{Class: "kept-case-unreadable", Detail: err.Error()}
		}
		t.known++
		t.count(outcome, refutation, func(f *refuted) { f.kept = &c })
	}
	t.duration += time.Since(start)
	if t.property.DrawsNothing() {
		r.progress(t.fresh)
		r.tell(ctx, t)
		return
	}
	r.draw(ctx, t)
}

// draw checks a property with fresh cases.
func (r *run) draw(ctx context.Context, t *task) {
	start := time.Now()
	defer func() { t.duration += time.Since(start) }()
	if t.tape == nil {
		t.tape = new(gen.Tape)
		t.tape.Seed(r.Seed, stream(t.property.ID, t.draft))
	}
	// A tape grows to the largest value ever drawn from it, and there is one
	// for every task: what a run holds would go on growing with them.
	defer t.tape.Release()
	for done := 0; done < t.fresh && ctx.Err() == nil; {
		n := min(batch, t.fresh-done)
		for range n {
			t.tape.Clear()
			outcome, refutation := t.property.Try(r.Implementation, t.draft, t.tape)
			t.count(outcome, refutation, func(f *refuted) { f.choices = slices.Clone(t.tape.Choices()) })
		}
		done += n
		r.progress(n)
	}
	r.tell(ctx, t)
}

// tell makes the inputs of new refutations small, unless the context has ended,
// and tells of them.
func (r *run) tell(ctx context.Context, t *task) {
	var tape gen.Tape
	for ; t.told < len(t.refuted); t.told++ {
		f := t.refuted[t.told]
		if f.choices != nil && ctx.Err() == nil {
			r.shrink(t, f, &tape)
		}
		if r.Found != nil {
			r.Found(r.finding(t, f))
		}
	}
}

func (r *run) shrink(t *task, f *refuted, tape *gen.Tape) {
	f.choices = t.property.Shrink(r.Implementation, t.draft, f.choices, f.class)
	tape.Rewind(f.choices)
	if _, refutation := t.property.Try(r.Implementation, t.draft, tape); refutation != nil {
		f.detail = refutation.Detail
	}
}

// count adds one outcome. keep is called for the first of its class.
func (t *task) count(outcome properties.Outcome, refutation *properties.Refutation, keep func(*refuted)) {
	if outcome == properties.Skipped {
		t.skipped++
		return
	}
	t.cases++
	if refutation == nil {
		return
	}
	for _, f := range t.refuted {
		if f.class == refutation.Class {
			f.count++
			return
		}
	}
	if len(t.refuted) == maxClasses {
		return
	}
	f := &refuted{class: refutation.Class, detail: refutation.Detail, after: t.cases, count: 1}
	keep(f)
	t.refuted = append(t.refuted, f)
}

func (r *run) progress(n int) {
	if r.Progress == nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.done += n
	r.Progress(r.done, max(r.done, r.total))
}

// hunt tries to kill a mutant with no fewer cases than the default: most are
// killed soon. It returns false if the context ended first.
func (r *run) hunt(ctx context.Context, m *mutants.Mutant, result *reports.MutantResult) bool {
	planted := m.Plant()
	result.Killed = Hunt(ctx, planted, m, r.Seed, max(r.Cases, DefaultCases), func(outcome properties.Outcome) {
		if outcome != properties.Skipped {
			result.Cases++
		}
	})
	result.Reached = planted.Reached()
	return result.Killed || ctx.Err() == nil
}

// Hunt tries the property of a mutant on it, with the known cases of the property,
// in the order of the seed, and fresh ones in turn, until it is killed, and reports
// whether it was. It calls tried for each case, and tries as many fresh cases as
// most allows for the cost of one. Kept cases are left out: they would kill it at
// once.
func Hunt(ctx context.Context, planted *mutants.Planted, m *mutants.Mutant, seed uint64, most int, tried func(properties.Outcome)) (killed bool) {
	p, err := properties.ByID(m.Property)
	if err != nil {
		return false // a test holds that every mutant names a property
	}
	known := p.Known(m.Draft)
	rand.New(rand.NewPCG(seed, stream(m.ID, m.Draft))).Shuffle(len(known), func(i, j int) { known[i], known[j] = known[j], known[i] })
	fresh := 0
	if !p.DrawsNothing() {
		fresh = most / max(1, p.Cost)
	}
	var tape gen.Tape
	tape.Seed(seed, stream(m.ID, m.Draft))
	for i := range max(fresh, len(known)) {
		if ctx.Err() != nil {
			return false
		}
		if i < len(known) {
			outcome, _ := planted.Replay(p, &known[i])
			tried(outcome)
			if outcome == properties.Refuted {
				return true
			}
		}
		if i < fresh {
			tape.Clear()
			outcome, _ := planted.Try(p, m.Draft, &tape)
			tried(outcome)
			if outcome == properties.Refuted {
				return true
			}
		}
	}
	return false
}

// knownCases returns what a property checks in every run: its own known
// values and the kept cases of the corpus.
func knownCases(p *properties.Property, d spec.Draft) []properties.Case {
	cases := p.Known(d)
	for _, c := range keptCases() {
		if c.Property == p.ID && c.Draft == d {
			cases = append(cases, c)
		}
	}
	return cases
}

var keptCases = sync.OnceValue(func() []properties.Case {
	var cases []properties.Case
	for _, file := range corpus.Cases("") {
		c, err := properties.ParseCase(file.JSON)
		if err != nil {
			panic(fmt.Sprintf("the embedded case %s is damaged: %v", file.Name, err))
		}
		cases = append(cases, c)
	}
	return cases
})
