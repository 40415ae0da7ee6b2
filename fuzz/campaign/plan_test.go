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
		newInputs := 0
		if target == targets[1] {
			newInputs = 1000
		}
		p.spent(target, d, newInputs)
		spent[target.Name] += d
	}
	busy, idle := spent[targets[1].Name], spent[targets[0].Name]
	if idle == 0 || busy < 3*idle || busy > 7*idle {
		t.Errorf("spent %v", spent)
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
