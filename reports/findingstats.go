package reports

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// never stands for a kill that did not happen: it comes after all that did.
var never = math.Inf(1)

// sample returns the cases to the first kill of each trial, [never] where there
// was none.
func (t *Trials) sample() []float64 {
	list := make([]float64, len(t.Cases))
	for i, cases := range t.Cases {
		if list[i] = float64(cases); !t.Killed[i] {
			list[i] = never
		}
	}
	return list
}

func count(list []bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// median returns the middle of a sample, the mean of both if it has two.
func median(list []float64) float64 {
	if len(list) == 0 {
		return never
	}
	sorted := slices.Sorted(slices.Values(list))
	low, high := sorted[(len(sorted)-1)/2], sorted[len(sorted)/2]
	if low == high {
		return low
	}
	return (low + high) / 2
}

// contrast compares two samples of cases to the first kill.
type contrast struct {
	a12 float64 // how likely the first needs fewer cases, half of the ties counted
	p   float64 // of the Mann-Whitney U test, two-sided; 1 if all are equal
}

// compareSamples compares two samples, neither empty.
func compareSamples(first, second []float64) contrast {
	test, err := stats.MannWhitneyUTest(first, second, stats.LocationDiffers)
	if err != nil { // all are equal
		return contrast{a12: 0.5, p: 1}
	}
	// U counts the pairs in which the first is greater.
	return contrast{a12: 1 - test.U/float64(test.N1*test.N2), p: test.P}
}

// pairOfApproaches is how two approaches compare over all mutants.
type pairOfApproaches struct {
	first, second string
	pooled        contrast // over all trials
	better, worse int      // mutants for which the first needs fewer or more cases, p < 0.05
	ratio         float64  // median over mutants that both kill in most trials: the cases of the second by those of the first
	both          int      // those mutants
}

// significant is the level of the tests.
const significant = 0.05

// pairs compares each pair of approaches.
func (r *FindingPower) pairs() (list []pairOfApproaches) {
	for i := range r.Approaches {
		for j := i + 1; j < len(r.Approaches); j++ {
			p := pairOfApproaches{first: r.Approaches[i].Name, second: r.Approaches[j].Name}
			var first, second, ratios []float64
			for m := range r.Mutants {
				a, b := r.Mutants[m].Trials[i].sample(), r.Mutants[m].Trials[j].sample()
				first, second = append(first, a...), append(second, b...)
				if c := compareSamples(a, b); c.p < significant && c.a12 > 0.5 {
					p.better++
				} else if c.p < significant {
					p.worse++
				}
				if x, y := median(a), median(b); x < never && y < never {
					ratios = append(ratios, y/x)
				}
			}
			p.pooled, p.ratio, p.both = compareSamples(first, second), median(ratios), len(ratios)
			list = append(list, p)
		}
	}
	return list
}

// against is how the cases of another approach compare with those of the first,
// over the mutants that the other one kills in some trial.
type against struct {
	mutants int
	ratio   float64 // of its cases to those of the first, at the median
	most    float64 // what the ratio would be if the first needed one case for each
}

// against compares with another approach. With searched, mutants that one of its
// seeds kills are left out. It is false if there is no such mutant.
func (r *FindingPower) against(other string, searched bool) (against, bool) {
	at := slices.IndexFunc(r.Approaches, func(a Approach) bool { return a.Name == other })
	if at <= 0 {
		return against{}, false
	}
	var ratios, cases []float64
	for m := range r.Mutants {
		own, its := &r.Mutants[m].Trials[0], &r.Mutants[m].Trials[at]
		sample := its.sample()
		if count(its.Killed) == 0 || searched && slices.Min(sample) <= float64(its.SeedInputs) {
			continue
		}
		if its, own := median(sample), median(own.sample()); own < never {
			ratios, cases = append(ratios, its/own), append(cases, its)
		}
	}
	return against{len(ratios), median(ratios), median(cases)}, len(ratios) > 0
}

// powerOf is what one approach came to over all mutants.
type powerOf struct {
	approach         Approach
	reached, killed  int     // mutants, in every trial
	ever             int     // mutants, in some trial
	median           float64 // cases of the median mutant, by the median of its trials
	lowest, highest  float64 // the same by the best and the worst of each mutant's trials
	seconds, longest float64 // of the processor for all mutants together: median and largest over the seeds
}

func (r *FindingPower) powers() (list []powerOf) {
	for i, a := range r.Approaches {
		p := powerOf{approach: a}
		var medians, lowest, highest []float64
		totals := make([]float64, len(r.Seeds))
		for m := range r.Mutants {
			t := &r.Mutants[m].Trials[i]
			sample := t.sample()
			medians = append(medians, median(sample))
			lowest, highest = append(lowest, slices.Min(sample)), append(highest, slices.Max(sample))
			if count(t.Reached) == len(r.Seeds) {
				p.reached++
			}
			if n := count(t.Killed); n == len(r.Seeds) {
				p.killed++
			}
			if count(t.Killed) > 0 {
				p.ever++
			}
			for s := range totals {
				totals[s] += t.Seconds[s]
			}
		}
		p.median, p.lowest, p.highest = median(medians), median(lowest), median(highest)
		p.seconds, p.longest = median(totals), slices.Max(totals)
		list = append(list, p)
	}
	return list
}

// survival returns the share of trials of an approach that have not killed their
// mutant within so many cases, or seconds. A trial that never does counts to the
// end: it is not dropped.
func (r *FindingPower) survival(approach int, within float64, seconds bool) float64 {
	alive, all := 0, 0
	for m := range r.Mutants {
		t := &r.Mutants[m].Trials[approach]
		for s := range r.Seeds {
			took := float64(t.Cases[s])
			if seconds {
				took = t.Seconds[s]
			}
			all++
			if !t.Killed[s] || took > within {
				alive++
			}
		}
	}
	return float64(alive) / float64(max(1, all))
}
