package conform

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

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

// collector groups what was seen. It is for concurrent use.
type collector struct {
	mutex   sync.Mutex
	groups  map[key]*group
	further int // differences that are of no group, since there are too many
}

// add notes a difference that case number after showed.
func (c *collector) add(t testCase, s sighting, rules, after int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	k := s.key(t.request.Op())
	g := c.groups[k]
	if g == nil {
		if len(c.groups) >= maxGroups {
			c.further++
			return
		}
		g = &group{key: k, level: s.level, after: after}
		c.groups[k] = g
	}
	g.count++
	g.after = min(g.after, after)
	g.drafts |= spec.DraftsOf(t.request.Draft)
	e := &example{testCase: t, sighting: s, rules: rules, size: weight(t.request)}
	last := len(g.examples) - 1
	if last+1 == maxExamples && !e.before(g.examples[last]) {
		return
	}
	at, _ := slices.BinarySearchFunc(g.examples, e, func(a, b *example) int {
		if b.before(a) {
			return 1
		}
		return -1
	})
	if at > 0 && g.examples[at-1].size == e.size && sameRequest(g.examples[at-1].request, t.request) {
		return
	}
	g.examples = slices.Insert(g.examples, at, e)
	g.examples = g.examples[:min(len(g.examples), maxExamples)]
}

// sorted returns the groups in the order in which they are made small: what
// breaks one rule alone comes first, so that it can explain what breaks more.
func (c *collector) sorted() []*group {
	c.mutex.Lock()
	defer c.mutex.Unlock()
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

// position writes which of how many something is.
func position(n, of int) string { return strconv.Itoa(n+1) + " of " + strconv.Itoa(of) }
