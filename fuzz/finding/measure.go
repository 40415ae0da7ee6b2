//go:build !gofuzz

package finding

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz/process"
	"github.com/mimifuzz/mimifuzz/properties/mutants"
	"github.com/mimifuzz/mimifuzz/reports"
)

// The approaches.
const (
	ApproachProperties  = "properties"
	ApproachTape        = "tape"
	ApproachOctets      = "octets"
	ApproachKnown       = "known"
	ApproachGoFuzz      = "go-fuzz"
	ApproachCombinators = "combinators"
)

// Approaches returns the names and what they are, in the order of the report.
func Approaches() []reports.Approach {
	return []reports.Approach{
		{Name: ApproachProperties, About: "our properties with our generators, in the loop of mimifuzz run"},
		{Name: ApproachTape, About: "our generators on a tape of a fuzzer's octets, under the native engine"},
		{Name: ApproachOctets, About: "the same properties on raw octets, from the same seeds, under the native engine"},
		{Name: ApproachKnown, About: "the same as octets, from every known case as well"},
		{Name: ApproachGoFuzz, About: "the same properties on raw octets, under go-fuzz"},
		{Name: ApproachCombinators, About: "the same properties with plain gopter combinators"},
	}
}

// CheckApproach fails unless there is an approach of that name.
func CheckApproach(name string) error {
	var names []string
	for _, a := range Approaches() {
		if a.Name == name {
			return nil
		}
		names = append(names, a.Name)
	}
	return fmt.Errorf("unknown approach %q: expected one of %s", name, strings.Join(names, ", "))
}

// Options are what is measured.
type Options struct {
	Seeds      int           // how often; each time from another seed
	For        time.Duration // about how long all of it takes, but for building
	Each       time.Duration // of the processor that each mutant gets, instead; then all takes what it takes
	Jobs       int           // at a time
	Approaches []string      // all if nil
	// Progress is called with the parts that are done and there are, and what was
	// done last. It may be nil.
	Progress func(done, total int, last string)
}

const (
	combinatorsShare = 0.15 // the part of the time for plain combinators
	mutantsOfWeight  = 8    // so many mutants are worth as much time as a search without them
)

// Measure tries every approach on every mutant from every seed. It needs the Go
// toolchain, and the source tree as working directory. If the context ends first,
// it fails: a part would be no fair comparison.
func Measure(ctx context.Context, o Options) (*reports.FindingPower, error) {
	source, err := process.Source(ctx)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "mimifuzz-finding-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	m := &measurement{Options: o, scratch: scratch, tallies: make(map[string]map[uint64][]*Tally), seeded: make(map[seededKey]int), started: time.Now()}
	if m.Approaches == nil {
		for _, a := range Approaches() {
			m.Approaches = append(m.Approaches, a.Name)
		}
	}
	if err := m.build(ctx, source); err != nil {
		return nil, err
	}
	if err := m.plan(); err != nil {
		return nil, err
	}
	if err := m.execute(ctx); err != nil {
		return nil, err
	}
	return m.record(ctx, source)
}

// measurement is the state of one measurement.
type measurement struct {
	Options
	started time.Time
	scratch string
	engines []engine
	inside  []part // in this process, one after the other
	outside []part // in processes of an engine

	mutex   sync.Mutex
	done    int
	tallies map[string]map[uint64][]*Tally // by approach and seed
	seeded  map[seededKey]int              // inputs that an engine starts from
}

// seededKey is an approach and the index of a mutant.
type seededKey struct {
	approach string
	mutant   int
}

// part is one search: of one approach from one seed.
type part struct {
	approach string
	seed     uint64
	what     string
	run      func(ctx context.Context) (*Tally, error)
}

func (m *measurement) has(approach string) bool {
	return slices.Contains(m.Approaches, approach)
}

// build builds the engines that are wanted.
func (m *measurement) build(ctx context.Context, source string) error {
	m.tell("building the targets of the engines")
	if m.has(ApproachTape) || m.has(ApproachOctets) || m.has(ApproachKnown) {
		binary, err := buildNative(ctx, source, m.scratch)
		if err != nil {
			return err
		}
		for _, e := range []engine{
			native(ApproachTape, true, sameSeeds, binary), native(ApproachOctets, false, sameSeeds, binary), native(ApproachKnown, false, knownSeeds, binary),
		} {
			if m.has(e.approach) {
				m.engines = append(m.engines, e)
			}
		}
	}
	if m.has(ApproachGoFuzz) {
		built, err := buildGoFuzz(ctx, source, m.scratch)
		if err != nil {
			return err
		}
		m.engines = append(m.engines, goFuzz(built))
	}
	return nil
}

// plan divides the time. That of our own loop is not limited: it ends when the
// mutants do.
func (m *measurement) plan() error {
	all, err := subjects()
	if err != nil {
		return err
	}
	cores := time.Duration(max(1, m.Jobs))
	lists := byProperty(all)
	forCombinators := func(list []*subject) time.Duration {
		if m.Each > 0 {
			return m.Each * time.Duration(len(list))
		}
		return time.Duration(combinatorsShare*float64(m.For)) * cores / time.Duration(len(lists)*m.Seeds)
	}
	for seed := uint64(1); seed <= uint64(m.Seeds); seed++ {
		if m.has(ApproachProperties) {
			m.inside = append(m.inside, part{ApproachProperties, seed, "all mutants", func(ctx context.Context) (*Tally, error) {
				fresh, err := subjects()
				t := newTally(len(fresh))
				if err == nil {
					searchOwn(ctx, fresh, seed, t)
				}
				return t, err
			}})
		}
	}
	for seed := uint64(1); seed <= uint64(m.Seeds) && m.has(ApproachCombinators); seed++ {
		for i := range lists {
			m.inside = append(m.inside, part{ApproachCombinators, seed, lists[i][0].Property, func(ctx context.Context) (*Tally, error) {
				fresh, err := subjects()
				t := newTally(len(fresh))
				if err == nil {
					searchCombinators(ctx, byProperty(fresh)[i], seed, forCombinators(lists[i]), t)
				}
				return t, err
			}})
		}
	}
	return m.planEngines(time.Duration((1-combinatorsShare)*float64(m.For)) * cores)
}

// planEngines divides the time over the engines and what they search: each search
// gets what it needs to start, and of the rest the more the more mutants it has.
func (m *measurement) planEngines(budget time.Duration) error {
	type planned struct {
		part
		weight int
	}
	var list []planned
	weights := 0
	var unit time.Duration // is known when all weights are
	for _, e := range m.engines {
		all, err := e.groups()
		if err != nil {
			return err
		}
		for _, g := range all {
			probe, err := newTarget(g, newTally(len(mutants.All())))
			if err != nil {
				return err
			}
			seeds, err := seedsOf(probe, e.from)
			if err != nil {
				return err
			}
			for _, l := range probe.lanes {
				for _, s := range l.living {
					m.seeded[seededKey{e.approach, s.index}] = l.seeds
				}
			}
			weight := 1 + probe.mutants()/mutantsOfWeight
			for seed := uint64(1); seed <= uint64(m.Seeds); seed++ {
				p := part{e.approach, seed, g.String(), func(ctx context.Context) (*Tally, error) {
					limits := limits{all: time.Duration(weight) * unit}
					if m.Each > 0 { // and all that it takes until each has had that
						limits.each, limits.all = m.Each, patience*m.Each*time.Duration(probe.mutants())
					}
					return e.search(ctx, m.scratch, g, seeds, seed, limits)
				}}
				list = append(list, planned{p, weight})
				weights += weight
				budget -= e.starting
			}
		}
	}
	if weights > 0 {
		unit = max(0, budget) / time.Duration(weights)
	}
	// What takes longest comes first, so that no job is left alone with it.
	slices.SortStableFunc(list, func(a, b planned) int { return b.weight - a.weight })
	for _, p := range list {
		m.outside = append(m.outside, p.part)
	}
	return nil
}

// execute does the parts: those inside this process in one job, which then helps
// the others.
func (m *measurement) execute(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan part, len(m.outside))
	for _, p := range m.outside {
		queue <- p
	}
	close(queue)
	do := func(p part) {
		if ctx.Err() != nil {
			return
		}
		t, err := p.run(ctx)
		if err != nil {
			cancel(err)
			return
		}
		m.finished(p, t)
	}
	var jobs sync.WaitGroup
	for job := range max(1, m.Jobs) {
		jobs.Go(func() {
			if job == 0 {
				for _, p := range m.inside {
					do(p)
				}
			}
			for p := range queue {
				do(p)
			}
		})
	}
	jobs.Wait()
	return context.Cause(ctx)
}

func (m *measurement) finished(p part, t *Tally) {
	m.mutex.Lock()
	if m.tallies[p.approach] == nil {
		m.tallies[p.approach] = make(map[uint64][]*Tally)
	}
	m.tallies[p.approach][p.seed] = append(m.tallies[p.approach][p.seed], t)
	m.done++
	m.mutex.Unlock()
	m.tell(fmt.Sprintf("%s, seed %d, %s: %d killed", p.approach, p.seed, p.what, t.Kills()))
}

func (m *measurement) tell(last string) {
	if m.Progress != nil {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		m.Progress(m.done, len(m.inside)+len(m.outside), last)
	}
}

// record makes the record of what was measured.
func (m *measurement) record(ctx context.Context, source string) (*reports.FindingPower, error) {
	r := &reports.FindingPower{
		Version: reports.FindingPowerVersion, Started: m.started.UTC().Truncate(time.Second), Commit: commitOf(ctx, source),
		Go: runtime.Version(), Cores: runtime.NumCPU(), BudgetSeconds: m.For.Seconds(),
	}
	if m.Each > 0 {
		r.BudgetSeconds, r.EachSeconds = 0, m.Each.Seconds()
	}
	for _, a := range Approaches() {
		if m.has(a.Name) {
			r.Approaches = append(r.Approaches, a)
		}
	}
	for seed := uint64(1); seed <= uint64(m.Seeds); seed++ {
		r.Seeds = append(r.Seeds, seed)
	}
	for i, mutant := range mutants.All() {
		result := reports.MutantPower{ID: mutant.ID, Property: mutant.Property, Draft: mutant.Draft}
		for _, a := range r.Approaches {
			trials := reports.Trials{Approach: a.Name, SeedInputs: m.seeded[seededKey{a.Name, i}]}
			for _, seed := range r.Seeds {
				one := m.trial(a.Name, seed, i)
				trials.Reached = append(trials.Reached, one.reached)
				trials.Killed = append(trials.Killed, one.killed)
				trials.Cases = append(trials.Cases, one.cases)
				trials.Seconds = append(trials.Seconds, one.spent.Round(time.Microsecond).Seconds())
			}
			result.Trials = append(result.Trials, trials)
		}
		r.Mutants = append(r.Mutants, result)
	}
	var closing error
	for _, bySeed := range m.tallies {
		for _, list := range bySeed {
			for _, t := range list {
				closing = errors.Join(closing, t.Close())
			}
		}
	}
	return r, closing
}

// trial finds what came of a mutant: one part has tried it, or none.
func (m *measurement) trial(approach string, seed uint64, mutant int) trial {
	for _, t := range m.tallies[approach][seed] {
		if t.load(word(mutant, wordCases)) > 0 {
			return t.trial(mutant)
		}
	}
	return trial{}
}

// commitOf names the commit of the source tree, "" if git does not know.
func commitOf(ctx context.Context, source string) string {
	c := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD")
	c.Dir = source
	out, err := c.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
