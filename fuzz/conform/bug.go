package conform

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Bug is one difference of an implementation, whatever the number of cases that
// show it.
type Bug struct {
	Op      protocol.Op
	Outcome Outcome
	Level   Level
	Rule    string       // ID, "" if none is known
	Place   string       // in the request or the result, "" for no place
	Drafts  []spec.Draft // under which it was seen
	Count   int          // of the cases that show it
	After   int          // how many cases came before the first of them, and it
	Detail  string       // what the smallest case shows
	Case    *Case        // the smallest one that was found
}

// Signature names the bug. It is the same in every run.
func (b *Bug) Signature() string {
	return signatureOf(b.Op, b.Outcome, b.Rule, b.Place)
}

func signatureOf(op protocol.Op, outcome Outcome, rule, place string) string {
	parts := []string{string(op), string(outcome), cmp.Or(rule, "-")}
	if place != "" {
		parts = append(parts, strings.ReplaceAll(place, " ", "_"))
	}
	return strings.Join(parts, ":")
}

// testCase is a request with where it comes from.
type testCase struct {
	request *protocol.Request
	about   string // the rule that it was made for, "" for none
	origin  *origin
}

// origin is how a request was drawn.
type origin struct {
	generator *generator
	choices   []uint16
}

// example is a case that shows a difference.
type example struct {
	testCase
	sighting
	rules int // that it breaks
	size  int
}

func (e *example) before(o *example) bool {
	return cmp.Or(cmp.Compare(e.rules, o.rules), cmp.Compare(e.size, o.size)) < 0
}

// group is the cases that show one kind of difference.
type group struct {
	key
	level    Level
	drafts   spec.Drafts
	count    int
	after    int
	examples []*example // the best few, best first
}

// The bounds of what is kept.
const (
	maxGroups   = 1000
	maxExamples = 8
)

// collector groups what was seen. It is not for concurrent use.
type collector struct {
	groups  map[key]*group
	further int // differences that are of no group, since there are too many
}

func newCollector() collector { return collector{groups: map[key]*group{}} }

// add notes a difference that case number after showed.
func (c *collector) add(t testCase, s sighting, rules, after int) {
	g := c.group(s.key(t.request.Op()), s.level, after)
	if g == nil {
		c.further++
		return
	}
	g.count++
	g.after = min(g.after, after)
	g.drafts |= spec.DraftsOf(t.request.Draft)
	g.keep(&example{testCase: t, sighting: s, rules: rules, size: weight(t.request)})
}

// group returns a group, a new one if there is none yet, and nil if there are too
// many.
func (c *collector) group(k key, level Level, after int) *group {
	g := c.groups[k]
	if g == nil && len(c.groups) < maxGroups {
		g = &group{key: k, level: level, after: after}
		c.groups[k] = g
	}
	return g
}

// settled reports whether an example would change nothing but numbers.
func (c *collector) settled(e *example) bool {
	g := c.groups[e.key(e.request.Op())]
	return g != nil && g.full(e)
}

func (c *collector) clone() *collector {
	copied := newCollector()
	copied.merge(c)
	return &copied
}

// merge adds what another collector has.
func (c *collector) merge(o *collector) {
	c.further += o.further
	for _, from := range slices.SortedFunc(maps.Values(o.groups), func(a, b *group) int { return cmp.Compare(a.after, b.after) }) {
		g := c.group(from.key, from.level, from.after)
		if g == nil {
			c.further += from.count
			continue
		}
		g.count += from.count
		g.after = min(g.after, from.after)
		g.drafts |= from.drafts
		for _, e := range from.examples {
			g.keep(e)
		}
	}
}

// full reports whether an example is no better than those that are kept.
func (g *group) full(e *example) bool {
	return len(g.examples) == maxExamples && !e.before(g.examples[maxExamples-1])
}

// keep keeps an example that is among the best few.
func (g *group) keep(e *example) {
	if g.full(e) {
		return
	}
	at, _ := slices.BinarySearchFunc(g.examples, e, func(a, b *example) int {
		if b.before(a) {
			return 1
		}
		return -1
	})
	if at > 0 && g.examples[at-1].size == e.size && sameRequest(g.examples[at-1].request, e.request) {
		return
	}
	g.examples = slices.Insert(g.examples, at, e)
	g.examples = g.examples[:min(len(g.examples), maxExamples)]
}

// sorted returns the groups in the order in which they are made small: what
// breaks one rule alone comes first, so that it can explain what breaks more.
func (c *collector) sorted() []*group {
	var list []*group
	for _, g := range c.groups {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.examples[0].rules, b.examples[0].rules), cmp.Compare(a.op, b.op), cmp.Compare(a.outcome, b.outcome),
			cmp.Compare(a.rule, b.rule), cmp.Compare(a.place, b.place), cmp.Compare(a.words, b.words))
	})
	return list
}

// weight returns about how large a request is.
func weight(r *protocol.Request) int {
	switch in := r.Input.(type) {
	case *protocol.ContentInput:
		return len(in.Message)
	case *protocol.StatusInput:
		return len(in.Report)
	case *protocol.MessageIDInput:
		return len(in.Sender) + len(in.Room) + len(in.Message)
	case *protocol.TagInput:
		return len(in.Salt) + len(in.ApplicationData)
	}
	line, err := protocol.AppendRequest(nil, r)
	if err != nil {
		return 1 << 30
	}
	return len(line)
}

// sameRequest reports whether two requests ask the same, whatever their IDs.
func sameRequest(a, b *protocol.Request) bool {
	x, y := protocol.Request{Draft: a.Draft, Input: a.Input}, protocol.Request{Draft: b.Draft, Input: b.Input}
	first, err := protocol.AppendRequest(nil, &x)
	if err != nil {
		return false
	}
	second, err := protocol.AppendRequest(nil, &y)
	return err == nil && string(first) == string(second)
}
