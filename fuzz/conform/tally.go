package conform

import (
	"slices"
	"sync"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/fuzz/vectors"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// tally is what came of the cases of one pipeline.
type tally struct {
	kinds     kinds
	known     *collector // what was found before; it does not change
	found     collector
	rows      map[countKey]int
	asked     map[opDraft]int
	exercised map[exercisedKey]int
	readings  map[readingKey]int
	likely    map[key]*alternative // that was followed where there seemed to be such a difference
	turn      int
}

// readingKey is a row of cases that follow another reading, if the subject
// follows it throughout.
type readingKey struct {
	group key
	row   countKey
}

// countKey is a row of the table by what is quick to compare.
type countKey struct {
	rule    *spec.Rule
	about   string
	outcome Outcome
}

type exercisedKey struct {
	op   protocol.Op
	rule *spec.Rule // nil if none is broken
}

// newTally returns an empty tally of cases that come after what is known.
func newTally(known *collector) *tally {
	return &tally{
		kinds: kinds{seen: map[string]bool{}}, known: known, found: newCollector(),
		rows: map[countKey]int{}, likely: map[key]*alternative{},
		asked: map[opDraft]int{}, exercised: map[exercisedKey]int{}, readings: map[readingKey]int{},
	}
}

// judge judges the cases that were answered, and returns those that are worth
// changing further.
func (t *tally) judge(c *checker, b *batch, everyTrait bool) (learned []testCase) {
	first := int(c.number.Add(int64(len(b.replies)))) - len(b.replies)
	for i := range b.replies {
		r, e, reply := b.cases[i].request, &b.expectations[i], &b.replies[i]
		op := r.Op()
		outcome := c.judge.compare(r, e, reply)
		row := countKey{outcome: outcome}
		if len(e.reasons) > 0 {
			row.rule = e.reasons[0].rule
		} else {
			row.about = b.cases[i].about
		}
		if outcome == Agrees && reply.Overwritten != "" {
			row.outcome = Overwrites
		}
		t.rows[row]++
		if outcome != Agrees && outcome != Unsupported {
			t.see(c.judge, outcome, row, b.cases[i], e, reply, first+i+1)
		}
		for _, s := range beside(reply) {
			t.found.add(b.cases[i], s, e.rules(), first+i+1)
		}
		if reply.Failure != nil { // it is started again, and says hello
			t.exercised[exercisedKey{protocol.HelloOp, nil}]++
		}
		t.asked[opDraft{op, r.Draft}]++
		t.exercise(op, e, outcome)
		if t.kinds.isNew(r, e, reply, outcome) {
			learned = append(learned, b.cases[i])
		}
		if outcome == Agrees && e.ok {
			if t.turn++; everyTrait || t.turn%traitEvery == 0 {
				c.agreed.add(r)
			}
		}
	}
	return learned
}

// exercise notes what an answered case could show.
func (t *tally) exercise(op protocol.Op, e *expectation, outcome Outcome) {
	if outcome == Unsupported {
		return
	}
	if e.ok {
		t.exercised[exercisedKey{op, nil}]++
	}
	for i := range e.reasons {
		if !e.ok || op == protocol.PolicyDecide {
			t.exercised[exercisedKey{op, e.reasons[i].rule}]++
		}
	}
}

// see notes the differences that a case shows. Whether it follows another reading
// is dear to tell, and is not asked of a case that is like those that are known,
// and larger.
func (t *tally) see(j *judge, outcome Outcome, row countKey, about testCase, e *expectation, reply *protocol.Reply, number int) {
	rules, size := e.rules(), weight(about.request)
	list := j.differences(outcome, about.request, e, reply)
	isNew := func(s sighting) bool {
		e := &example{testCase: about, sighting: s, rules: rules, size: size}
		return !t.known.settled(e) && !t.found.settled(e)
	}
	if slices.ContainsFunc(list, isNew) {
		first := list[0].key(about.request.Op())
		if alt := j.otherReading(outcome, about.request, reply, t.likely[first]); alt != nil {
			t.likely[first] = alt
			s := alt.sighting()
			t.readings[readingKey{s.key(about.request.Op()), row}]++
			list = []sighting{s}
		}
	}
	for _, s := range list {
		t.found.add(about, s, rules, number)
	}
}

// row is the row of the table.
func (k countKey) row() rowKey {
	row := rowKey{rule: k.about, level: Must, outcome: k.outcome}
	rule := k.rule
	if rule == nil {
		rule = vectors.RuleByID(k.about)
	}
	if rule != nil {
		row.rule, row.level = rule.ID, levelOf(rule)
	}
	return row
}

// moveReadings counts the cases that follow another reading as such, now that it
// is known which of these the subject follows throughout.
func (c *checker) moveReadings() {
	for k, n := range c.readings {
		if c.found.groups[k.group] == nil {
			continue
		}
		if c.rows[k.row] -= n; c.rows[k.row] == 0 {
			delete(c.rows, k.row)
		}
		k.row.outcome = OtherReading
		c.rows[k.row] += n
	}
}

// add adds what one pipeline counted.
func (c *checker) add(t *tally) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.found.merge(&t.found)
	for k, n := range t.rows {
		c.rows[k.row()] += n
	}
	for k, n := range t.readings {
		c.readings[readingRow{k.group, k.row.row()}] += n
	}
	for k, n := range t.asked {
		c.asked[k] += n
	}
	for k, n := range t.exercised {
		id := ""
		if k.rule != nil {
			id = k.rule.ID
		}
		c.exercise[exercised{k.op, id}] += n
	}
}

// agreements are the traits of requests that a subject accepts as it should.
// They are for concurrent use.
type agreements struct {
	mutex  sync.Mutex
	traits map[protocol.Op]map[trait]bool
	drafts map[protocol.Op]spec.Drafts // under which anything is accepted
}

func (a *agreements) add(r *protocol.Request) {
	traits := traitsOf(r)
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.drafts[r.Op()] |= spec.DraftsOf(r.Draft)
	known := a.traits[r.Op()]
	if known == nil {
		known = map[trait]bool{}
		a.traits[r.Op()] = known
	}
	for _, one := range traits {
		known[one] = true
	}
}

// culprit returns the first trait of a request that no accepted one has, "" if
// there is none, or if nothing is accepted under the draft.
func (a *agreements) culprit(r *protocol.Request) string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if !a.drafts[r.Op()].Has(r.Draft) {
		return ""
	}
	for _, one := range traitsOf(r) {
		if !a.traits[r.Op()][one] {
			return string(one)
		}
	}
	return ""
}

// has reports whether a request has a trait.
func has(r *protocol.Request, one string) bool { return slices.Contains(traitsOf(r), trait(one)) }
