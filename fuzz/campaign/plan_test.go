package campaign

import (
	"testing"
	"time"

	"github.com/mimifuzz/mimifuzz/fuzz"
)

func TestPlanGivesMoreToWhatReachesSomethingNew(t *testing.T) {
	targets := fuzz.Targets()[:3]
	p := newPlan(targets, 30*time.Minute)
	spent := map[string]time.Duration{}
	for range 60 {
		target, d := p.next(time.Hour)
		reached := progress{executions: 1000}
		if target == targets[1] {
			reached.newInputs = 1000
		}
		p.spent(target, d, reached)
		spent[target.Name] += d
	}
	busy, idle := spent[targets[1].Name], spent[targets[0].Name]
	if idle == 0 || busy < 3*idle || busy > 7*idle {
		t.Errorf("spent %v", spent)
	}
}

// A search that was over before its first execution would be so every time.
func TestPlanGivesLongerToWhatStartsSlowly(t *testing.T) {
	p := newPlan(fuzz.Targets()[:2], time.Minute)
	first, d := p.next(time.Hour)
	p.spent(first, d, progress{})
	second, same := p.next(time.Hour)
	p.spent(second, same, progress{executions: 1})
	if same != d || p.entries[0].length != 2*d || p.entries[1].length != d {
		t.Errorf("%v and %v, then %v and %v", d, same, p.entries[0].length, p.entries[1].length)
	}
}

func TestPlanEnds(t *testing.T) {
	targets := fuzz.Targets()[:2]
	p := newPlan(targets, time.Minute)
	if _, d := p.next(3 * time.Second); d != 3*time.Second {
		t.Errorf("%v of 3s", d)
	}
	p.park(targets[0])
	if next, _ := p.next(time.Minute); next != targets[1] {
		t.Errorf("next is %v", next)
	}
	p.park(targets[1])
	if next, _ := p.next(time.Minute); next != nil {
		t.Errorf("next is %v", next)
	}
	if _, d := newPlan(targets[:1], time.Hour).next(time.Hour); d != time.Hour {
		t.Errorf("one target is left after %v", d)
	}
}
