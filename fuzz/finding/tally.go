package finding

import (
	"sync/atomic"
	"time"
)

// Tally is what a search has come to so far, in memory that the processes of a
// fuzzing engine share with who started it: an engine starts, stops and kills its
// workers as it likes, and nothing that they counted is lost.
type Tally struct {
	words []uint64
	close func() error
}

// The words of a tally: those of the whole search, then some for each mutant.
const (
	wordExecutions = iota // inputs
	wordProcessor         // time of the processes that try inputs, in nanoseconds
	wordTrying            // of that, spent on trying mutants
	searchWords
)

const (
	wordCases    = iota // tried on the mutant
	wordReached         // 1 if the planted code ran
	wordKilledAt        // the case that killed it, 0 if none did
	wordNanos           // what the mutant cost, until it was killed: its own tries and the share of no mutant
	wordOwn             // its own tries, in nanoseconds
	mutantWords
)

// newTally returns a tally of this process alone.
func newTally(mutants int) *Tally {
	return &Tally{words: make([]uint64, tallyWords(mutants)), close: func() error { return nil }}
}

func tallyWords(mutants int) int { return searchWords + mutants*mutantWords }

// Close lets go of the memory.
func (t *Tally) Close() error { return t.close() }

func (t *Tally) add(word int, n uint64) uint64 { return atomic.AddUint64(&t.words[word], n) }

func (t *Tally) load(word int) uint64 { return atomic.LoadUint64(&t.words[word]) }

func (t *Tally) store(word int, n uint64) { atomic.StoreUint64(&t.words[word], n) }

func word(mutant, which int) int { return searchWords + mutant*mutantWords + which }

// Executions returns how many inputs were tried.
func (t *Tally) Executions() uint64 { return t.load(wordExecutions) }

// Kills returns how many mutants were killed.
func (t *Tally) Kills() (n int) {
	for i := range (len(t.words) - searchWords) / mutantWords {
		if t.killed(i) {
			n++
		}
	}
	return n
}

func (t *Tally) killed(mutant int) bool { return t.load(word(mutant, wordKilledAt)) > 0 }

// tried adds one try of a mutant, which took so much time of the processor.
func (t *Tally) tried(mutant int, took time.Duration, reached, killed bool) {
	cases := t.add(word(mutant, wordCases), 1)
	own := t.add(word(mutant, wordOwn), uint64(took))
	t.add(wordTrying, uint64(took))
	if reached {
		t.store(word(mutant, wordReached), 1)
	}
	if killed && atomic.CompareAndSwapUint64(&t.words[word(mutant, wordKilledAt)], 0, cases) {
		t.store(word(mutant, wordNanos), own+t.overhead())
	}
}

// overhead is the time that was spent on no mutant: drawing, mutating, counting.
func (t *Tally) overhead() uint64 {
	all, trying := t.load(wordProcessor), t.load(wordTrying)
	return all - min(all, trying)
}

// trial returns what came of one mutant.
func (t *Tally) trial(mutant int) trial {
	r := trial{reached: t.load(word(mutant, wordReached)) > 0, cases: int64(t.load(word(mutant, wordKilledAt)))}
	r.killed = r.cases > 0
	nanos := t.load(word(mutant, wordNanos))
	if !r.killed {
		r.cases = int64(t.load(word(mutant, wordCases)))
		nanos = t.load(word(mutant, wordOwn)) + t.overhead()
	}
	r.spent = time.Duration(nanos)
	return r
}

// trial is one mutant against one approach from one seed.
type trial struct {
	reached, killed bool
	cases           int64         // to the first kill, or all
	spent           time.Duration // of the processor, until then
}
