package rooms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
)

// Finding is something that can go wrong in a room.
type Finding struct {
	Property string            `json:"property"`
	Severity Severity          `json:"severity"`
	Readings map[string]string `json:"readings"` // those that are not the default
	// Initial and Trace are the shortest history that shows it; there is none for
	// what never happens.
	Initial string          `json:"initial,omitempty"`
	Focus   roompolicy.User `json:"focus,omitempty"` // the user it is about, if it is about one
	Trace   []Step          `json:"trace"`
	// Rule is the one of the draft that lets it happen, and Denied the action after
	// the history that is denied where this is the point.
	Rule      string `json:"rule"`
	Denied    string `json:"denied,omitempty"`
	Summary   string `json:"summary"`
	Statement string `json:"statement"` // what one would have expected
	Source    string `json:"source"`
	// GoneUnder are other readings under which the property is not refuted, filled in
	// by [Report.TellOtherReadings].
	GoneUnder []string `json:"goneUnder,omitempty"`
}

// Report is what [Vet] found.
type Report struct {
	Policy    string            `json:"policy"` // its name, filled in by the caller
	Draft     string            `json:"draft"`
	Readings  map[string]string `json:"readings"`
	Users     int               `json:"users"`
	Initial   string            `json:"initial"`
	Senders   []string          `json:"externalSenders"`
	States    int               `json:"states"`
	Decisions uint64            `json:"decisions"`
	Octets    int64             `json:"memory"`            // that the states take
	AllStates bool              `json:"allStates"`         // there are no others
	Exhausted bool              `json:"exhausted"`         // nor is there more to be found in them
	Stopped   string            `json:"stopped,omitempty"` // why the search did not go on
	// Unfinished are the properties that were not looked at to the end.
	Unfinished []string `json:"unfinished"`
	// Violations are the rules on structure that the policy breaks, filled in by the
	// caller.
	Violations []Violation `json:"violations"`
	Findings   []Finding   `json:"findings"`
	Coverage   *Coverage   `json:"coverage"`
	Reach      []Reach     `json:"reach"`
	BanEnds    []BanEnd    `json:"banEnds"`
	Matrix     *Matrix     `json:"matrix,omitempty"`
	// OtherReadings are filled in by [Report.TellOtherReadings].
	OtherReadings []OtherReading `json:"otherReadings,omitempty"`
}

// Vet explores a room and looks for what can go wrong in it. It fails with
// [*Error] where the room cannot be explored, and with [*Disagreement] where
// the search allowed what the definition does not. A search that stops early is
// no failure: its report says so.
func Vet(ctx context.Context, room *Room, limits Limits) (*Report, error) {
	m, err := Compile(room)
	if err != nil {
		return nil, err
	}
	return m.vet(ctx, limits)
}

func (m *Machine) vet(ctx context.Context, limits Limits) (*Report, error) {
	room := m.room
	started := time.Now()
	space := exploreWithin(ctx, m, limits)
	if limits.Time > 0 {
		within, stop := context.WithDeadline(ctx, started.Add(limits.Time))
		defer stop()
		ctx = within
	}
	q := &query{ctx: ctx, m: m, space: space, reach: &[]Reach{}}
	report := &Report{
		Draft: room.Draft.String(), Readings: chosen(room.Readings), Users: len(m.users), Initial: m.concrete(m.unsorted()).String(),
		States: space.States(), Decisions: space.Decisions(), Octets: space.Memory(), AllStates: space.Exhausted(),
		Violations: []Violation{}, Findings: []Finding{}, Senders: []string{}, Unfinished: []string{},
	}
	for _, s := range m.senders {
		if s.slot > 0 {
			report.Senders = append(report.Senders, fmt.Sprintf("%s as %s", plain(string(s.name)), m.name(s.slot)))
		}
	}
	found, stopped := q.findAll(limits.workers())
	for i, hits := range found {
		if stopped[i] != nil {
			report.Unfinished = append(report.Unfinished, checks[i].ID)
		}
		for _, h := range hits {
			finding, err := q.tell(&checks[i], &h)
			if err != nil {
				return nil, err
			}
			report.Findings = append(report.Findings, *finding)
		}
	}
	slices.SortStableFunc(report.Findings, func(a, b Finding) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
	report.Coverage, report.Reach, report.BanEnds, report.Matrix = space.Coverage(), *q.reach, space.banEnds(), m.Matrix()
	err := cmp.Or(append([]error{space.stopped}, stopped...)...)
	if report.Exhausted = err == nil; err != nil {
		report.Stopped = stopReason(err)
	}
	return report, nil
}

// exploreWithin is [Explore] in half of the time that there is.
func exploreWithin(ctx context.Context, m *Machine, limits Limits) *Space {
	if limits.Time > 0 {
		within, stop := context.WithTimeout(ctx, limits.Time/2)
		defer stop()
		ctx = within
	}
	return Explore(ctx, m, limits)
}

// maxShares is how many checks work at a time at most, each with its share of the
// memory.
const maxShares = 4

// minShare is the memory that a check has in any case.
const minShare = 1 << 18

// share returns the query of one of several pieces of work that are left, with
// its share of the memory and, if there is a deadline, of the time.
func (q *query) share(left, workers int) (*query, context.CancelFunc) {
	s := *q
	s.memory = max((q.space.limits.memory()-q.space.Memory())/maxShares, minShare)
	deadline, ok := q.ctx.Deadline()
	if !ok {
		return &s, func() {}
	}
	time := time.Until(deadline) * time.Duration(min(left, workers)) / time.Duration(left)
	within, stop := context.WithTimeout(q.ctx, time)
	s.ctx = within
	return &s, stop
}

// findAll returns what each check finds, and why it did not come to its end.
// Those that remember nothing of a history are one piece of work.
func (q *query) findAll(workers int) (found [][]hit, stopped []error) {
	found, stopped = make([][]hit, len(checks)), make([]error, len(checks))
	workers = min(workers, maxShares)
	var work []func(q *query)
	work = append(work, func(q *query) {
		var watches []*watch
		var tell []func(map[class]history)
		for i := range checks {
			if checks[i].look == nil {
				continue
			}
			for _, l := range checks[i].look(q) {
				watches = append(watches, l.watch)
				tell = append(tell, func(histories map[class]history) { found[i] = append(found[i], l.tell(histories)...) })
			}
		}
		for i, histories := range q.space.sweep(q.ctx, watches) {
			tell[i](histories)
		}
		for i := range checks {
			if checks[i].look != nil {
				stopped[i] = q.ctx.Err()
			}
		}
	})
	for i := range checks {
		if checks[i].find != nil {
			work = append(work, func(q *query) {
				found[i] = checks[i].find(q)
				stopped[i] = cmp.Or(q.ctx.Err(), q.stopped)
			})
		}
	}
	done := 0
	var one sync.Mutex
	eachParallel(len(work), workers, func(i int) {
		share, stop := q.share(len(work)-i, workers)
		work[i](share)
		stop()
		one.Lock()
		defer one.Unlock()
		if done++; q.space.limits.Progress != nil {
			q.space.limits.Progress(Progress{States: len(q.space.states), Decisions: q.space.decisions, Checked: done, Checks: len(work)})
		}
	})
	return found, stopped
}

// eachParallel calls do with 0 to n-1, as many at a time as there are workers.
func eachParallel(n, workers int, do func(int)) {
	var wait sync.WaitGroup
	tickets := make(chan struct{}, workers)
	for i := range n {
		tickets <- struct{}{}
		wait.Go(func() {
			do(i)
			<-tickets
		})
	}
	wait.Wait()
}

// chosen returns the readings that are not the default.
func chosen(r roompolicy.Readings) map[string]string {
	names := map[string]string{}
	for part := range strings.SplitSeq(r.String(), ",") {
		if name, reading, ok := strings.Cut(part, "="); ok {
			names[name] = reading
		}
	}
	return names
}

// tell makes a finding of a hit, with the definition's reasons.
func (q *query) tell(c *Check, h *hit) (*Finding, error) {
	f := &Finding{
		Property: c.ID, Severity: h.severity, Readings: chosen(q.m.room.Readings), Trace: []Step{},
		Rule: h.keyRule, Summary: h.summary, Statement: c.Statement, Source: c.Source,
	}
	if f.Severity == "" {
		f.Severity = c.Severity
	}
	if h.history == nil {
		return f, nil
	}
	m := q.m
	if h.in != nil {
		m = h.in
	}
	t, err := m.trace(*h.history)
	if err != nil {
		return nil, err
	}
	f.Initial, f.Focus = t.initial, t.focus
	if t.steps != nil {
		f.Trace = t.steps
	}
	if h.denied == nil {
		if len(t.steps) > h.key {
			f.Rule = t.steps[len(t.steps)-1-h.key].Rule
		}
		return f, nil
	}
	judge, err := roompolicy.NewJudge(m.room.Draft, m.room.Readings)
	if err != nil {
		return nil, err
	}
	action := roompolicy.Action{Actor: t.focus, Kind: kinds[h.denied.kind].action}
	if h.denied.another {
		action.Target = t.focus
		for _, p := range t.final.Participants {
			if p.User != t.focus && p.Active() {
				action.Actor = p.User
				break
			}
		}
	}
	if h.denied.kind == addOwnClient {
		action.Clients = 1
	}
	decision := judge.Decide(m.policy, t.final, action)
	if decision.Allowed {
		return nil, &Disagreement{t.final, action, decision, "denied"}
	}
	f.Rule = decision.Rule.ID
	f.Denied = fmt.Sprintf("%s is denied by %s: %s", action.Describe(m.policy.Roles), decision.Rule.ID, decision.Reason)
	return f, nil
}
