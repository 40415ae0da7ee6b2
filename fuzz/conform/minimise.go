package conform

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// bugs makes the examples of each group small and returns what distinct bugs
// they show.
func (c *checker) bugs() []Bug {
	var list []Bug
	at := map[string]int{}
	groups := c.found.sorted()
	for n, g := range groups {
		c.progress(fmt.Sprintf("making difference %d of %d small", n+1, len(groups)))
		var explained []string // places of bugs of this group
		for i, e := range g.examples {
			if i > 0 && (!c.mayDiffer(g) || slices.ContainsFunc(explained, func(place string) bool { return has(e.request, place) })) {
				continue
			}
			b, rules := c.bug(g, e)
			explained = append(explained, b.Place)
			if rules > 1 && slices.ContainsFunc(list, func(o Bug) bool { return c.explains(&o, &b) }) {
				continue // nothing but what is known
			}
			known, ok := at[b.Signature()]
			switch {
			case !ok:
				at[b.Signature()] = len(list)
				list = append(list, b)
			case i == 0:
				list[known].merge(&b)
			}
		}
	}
	return list
}

// mayDiffer reports whether the examples of a group may have distinct causes.
func (c *checker) mayDiffer(g *group) bool {
	return (g.outcome == Rejects && g.place == "" && g.rule == "" || g.outcome == OtherID || g.outcome == Hang || g.outcome == Memory) && c.user.Err() == nil
}

// merge adds what was seen of the same bug.
func (b *Bug) merge(o *Bug) {
	b.Count += o.Count
	b.After = min(b.After, o.After)
	b.Drafts = append(b.Drafts, o.Drafts...)
	slices.Sort(b.Drafts)
	b.Drafts = slices.Compact(b.Drafts)
}

// explains reports whether a bug that is known is why the example of another one
// is accepted: it breaks a rule that the subject does not check anyway.
func (c *checker) explains(known, b *Bug) bool {
	if known.Outcome != Accepts || b.Outcome != Accepts || known.Op != b.Op || known.Rule == b.Rule {
		return false
	}
	e := c.judge.expect(b.Case.Request)
	return slices.Contains(ruleIDs(e.reasons), known.Rule)
}

// bug makes one example small. It returns the bug and how many rules the
// smallest example breaks.
func (c *checker) bug(g *group, e *example) (Bug, int) {
	b := Bug{Op: g.op, Outcome: g.outcome, Level: g.level, Rule: g.rule, Place: g.place, Drafts: g.drafts.List(), Count: g.count, After: g.after, Detail: e.detail}
	m := minimiser{checker: c, key: g.key, subject: c.subjects[0], asks: budget(g.outcome), octets: largestMinimised}
	if g.level == Information {
		m.octets = largestInformation
	}
	small := m.minimise(e)
	b.Detail = small.detail
	c.blame(&b, small)
	b.Case = c.judge.newCase(&b, small, m.reply)
	return b, small.rules
}

// blame names what in the smallest example it takes, as far as it is not known:
// the rule that speaks for what is refused, and the place.
func (c *checker) blame(b *Bug, small *example) {
	if b.Outcome == Rejects && b.Rule == "" && b.Level == Must {
		for _, odd := range c.judge.oddities(small.request) {
			b.Rule, b.Place, b.Level = odd.rule.ID, odd.place, levelOf(odd.rule)
			b.Detail += fmt.Sprintf("; the message is only unusual by %s: %s", odd.rule.ID, odd.rule.Statement)
			return
		}
	}
	switch b.Outcome {
	case Rejects, OtherID, WrongResult, Hang, Memory:
		if b.Place == "" {
			b.Place = c.agreed.culprit(small.request)
		}
	case Reencodes:
		if culprit := c.agreed.culprit(small.request); culprit != "" && b.Level == Must {
			b.Place = culprit
		}
	}
}

// budget is how many requests it may take to make an example small. Some
// outcomes take their time, or a restart.
func budget(o Outcome) int {
	switch o {
	case Hang:
		return 12
	case Memory:
		return 32
	case Crash, EarlyExit, Protocol:
		return 400
	}
	return 3000
}

const (
	// largestMinimised is how many octets of requests it may take, and
	// largestInformation for what breaks nothing.
	largestMinimised   = 64 << 20
	largestInformation = 4 << 20
	// atOnce is how many smaller requests are asked at a time.
	atOnce = 32
)

// minimiser looks for the smallest request that still shows a difference.
type minimiser struct {
	*checker
	key     key
	subject *asker
	asks    int             // left
	octets  int             // of requests, left
	reply   *protocol.Reply // to the smallest
}

// minimise returns the smallest example that it finds. If the subject does not
// show the difference again, that is e.
func (m *minimiser) minimise(e *example) *example {
	best, ok := m.shows(e.request)
	if !ok {
		return e
	}
	best.testCase = e.testCase
	if e.origin != nil {
		best = m.onTape(best)
	}
	return m.onOctets(best)
}

// shows asks a request, and returns what it shows if that is the difference.
func (m *minimiser) shows(r *protocol.Request) (*example, bool) {
	_, found := m.first([]testCase{{request: r}}, 1<<30)
	return found, found != nil
}

// first asks requests all at once, and returns the first that shows the
// difference and breaks no more than so many rules, nil if none does.
func (m *minimiser) first(cases []testCase, rules int) (int, *example) {
	for _, t := range cases {
		m.asks--
		m.octets -= weight(t.request)
	}
	if m.asks < 0 || m.octets < 0 || m.user.Err() != nil || m.stopped != nil {
		return 0, nil
	}
	replies, err := m.subject.ask(m.user, cases)
	if err != nil {
		m.stop(err)
		return 0, nil
	}
	for i := range cases {
		r := cases[i].request
		e := m.judge.expect(r)
		broken := e.rules()
		if broken > rules {
			continue
		}
		for _, s := range m.judge.sightings(r, &e, &replies[i]) {
			if s.key(r.Op()) == m.key {
				m.reply = &replies[i]
				return i, &example{testCase: testCase{request: r}, sighting: s, rules: broken, size: weight(r)}
			}
		}
	}
	return 0, nil
}

// onTape makes the choices small that an example was drawn from.
func (m *minimiser) onTape(e *example) *example {
	var tape gen.Tape
	best, reply := e, m.reply
	left := m.asks
	m.asks = left / 2 // the rest is for the octets
	gen.Shrink(e.origin.choices, func(choices []uint16) ([]uint16, []gen.Span, bool) {
		if m.asks <= 0 {
			return nil, nil, false
		}
		tape.Rewind(choices)
		inputs := e.origin.generator.inputs(e.request.Draft, &tape)
		drawn := slices.Clone(tape.Choices())
		for _, input := range inputs {
			found, ok := m.shows(&protocol.Request{Draft: e.request.Draft, Input: input})
			if ok && found.rules <= best.rules {
				found.origin = &origin{generator: e.origin.generator, choices: drawn}
				if !best.before(found) {
					best, reply = found, m.reply
				}
				return drawn, tape.Spans(), true
			}
		}
		return drawn, tape.Spans(), false
	})
	m.asks += left - left/2
	m.reply = reply
	return best
}

// onPlain puts the plainest message and URIs in place of others. It reports
// whether the message is the plainest.
func (m *minimiser) onPlain(best *example) (_ *example, plain bool) {
	for i, plainer := range []func(*protocol.MessageIDInput){
		func(in *protocol.MessageIDInput) { in.Message = smallestMessage(best.request.Draft) },
		func(in *protocol.MessageIDInput) { in.Sender = []byte(plainSender) },
		func(in *protocol.MessageIDInput) { in.Room = []byte(plainRoom) },
	} {
		changed, reply := *best.request.Input.(*protocol.MessageIDInput), m.reply
		plainer(&changed)
		if found, ok := m.shows(&protocol.Request{Draft: best.request.Draft, Input: &changed}); ok {
			best, plain = found, plain || i == 0
		} else {
			m.reply = reply
		}
	}
	return best, plain
}

// onOctets makes octets small, along the items that they hold.
func (m *minimiser) onOctets(best *example) *example {
	if _, ok := best.request.Input.(*protocol.MessageIDInput); ok {
		var plain bool
		if best, plain = m.onPlain(best); plain {
			return best
		}
	}
	for progress := true; progress && octetsOf(best.request.Input) != nil; {
		progress = false
		for skip := 0; ; {
			cases, more := m.candidates(best, skip)
			at, found := m.first(cases, best.rules)
			switch {
			case found != nil:
				// Go on at the same place: what worked here mostly works here again.
				best, progress, skip = found, true, skip+at
			case more:
				skip += len(cases)
			}
			if found == nil && !more || m.asks <= 0 || m.octets <= 0 {
				break
			}
		}
	}
	return best
}

// candidates returns the next smaller requests, as many as are asked at once,
// and whether there are more.
func (m *minimiser) candidates(best *example, skip int) (cases []testCase, more bool) {
	octets, most := *octetsOf(best.request.Input), atOnce
	if slices.Contains([]Outcome{Crash, Hang, Memory, EarlyExit, Protocol}, m.key.outcome) {
		most = 1 // each may cost a restart
	}
	for candidate := range smaller(octets) {
		growth := candidate.growth()
		if growth > 0 || growth == 0 && slices.Compare(candidate.apply(octets), octets) >= 0 {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(cases) == most {
			return cases, true
		}
		cases = append(cases, testCase{request: withOctets(best.request, candidate.apply(octets))})
	}
	return cases, false
}

// dismissReadings finds out which other readings the subject does not follow
// after all: it answered some case as the reading in force does, and the other
// one does not. What looked like such a reading is then a plain difference.
func (c *checker) dismissReadings() {
	for _, g := range c.found.sorted() {
		if g.outcome != OtherReading || c.user.Err() != nil || c.stopped != nil {
			continue
		}
		for i := range c.judge.alternatives {
			alt := &c.judge.alternatives[i]
			if alt.ambiguity.ID != g.rule || alt.reading != g.place || alt.dismissed || c.follows(g, alt) {
				continue
			}
			alt.dismissed = true
			c.found.dismiss(c, g)
		}
	}
}

// mostCompared bounds how many directed cases decide whether a reading is
// followed.
const mostCompared = 200

// follows reports whether a subject answers as a reading does wherever the
// readings differ in the directed cases.
func (c *checker) follows(g *group, alt *alternative) bool {
	compared := 0
	for _, t := range c.cases {
		if t.request.Op() != g.op || !alt.concerns(t.request) {
			continue
		}
		in, under := c.judge.expect(t.request), alt.oracle.expect(t.request)
		if in.ok == under.ok && (!in.ok || c.judge.compare(t.request, &in, &protocol.Reply{Answer: *alt.oracle.answer(t.request)}) == Agrees) {
			continue
		}
		reply, err := c.subjects[0].one(c.user, t.request)
		if err != nil {
			return true // it cannot be told
		}
		if c.judge.compare(t.request, &under, &reply) != Agrees {
			return false
		}
		if compared++; compared == mostCompared {
			break
		}
	}
	return true
}

// dismiss takes a group apart: its examples show something else.
func (c *collector) dismiss(k *checker, g *group) {
	delete(c.groups, g.key)
	for _, e := range g.examples {
		reply, err := k.subjects[0].one(k.user, e.request)
		if err != nil {
			return
		}
		expected := k.judge.expect(e.request)
		for _, s := range k.judge.sightings(e.request, &expected, &reply) {
			c.add(e.testCase, s, expected.rules(), g.after)
		}
	}
}
