package rooms

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
)

func explore(t testing.TB, room Room, limits Limits) *Space {
	t.Helper()
	m, err := Compile(&room)
	if err != nil {
		t.Fatal(err)
	}
	return Explore(t.Context(), m, limits)
}

// TestFoldingLosesNothing holds a search that folds users together against one
// that does not: the same states, up to the order of users who are alike, each
// as far from the start.
func TestFoldingLosesNothing(t *testing.T) {
	rooms := smallRooms()
	for name, users := range map[string]int{"cooperative": 3, "strict": 3, "moderated": 3, "odd": 4} {
		room := rooms[name]
		room.Users = users
		m, err := Compile(&room)
		if err != nil {
			t.Fatal(err)
		}
		folded := Explore(t.Context(), m, Limits{})
		apart := *m
		apart.alike = 0
		all := Explore(t.Context(), &apart, Limits{})
		if all.States() <= folded.States() {
			t.Errorf("%s: %d states apart, %d folded", name, all.States(), folded.States())
		}
		distances := map[state]int{}
		for at, s := range all.states {
			s = s.canonical(len(m.users), m.alike)
			if _, ok := distances[s]; !ok { // breadth first: the nearest comes first
				distances[s] = len(all.to(at).moves)
			}
		}
		if len(distances) != folded.States() {
			t.Errorf("%s: %d states when folded afterwards, %d when folded", name, len(distances), folded.States())
		}
		for at, s := range folded.states {
			if got := len(folded.to(at).moves); got != distances[s] {
				t.Errorf("%s: %s is %d steps away, folded %d", name, m.concrete(s), distances[s], got)
				break
			}
		}
	}
}

func TestTheSearchIsTheSameWithAnyWorkers(t *testing.T) {
	one := explore(t, exampleRoom("moderated", 6), Limits{Workers: 1})
	many := explore(t, exampleRoom("moderated", 6), Limits{Workers: 5})
	if !slices.Equal(one.states, many.states) || !slices.Equal(one.via, many.via) || !slices.Equal(one.parent, many.parent) ||
		one.decisions != many.decisions || one.coverage.used != many.coverage.used || one.coverage.swallowed != many.coverage.swallowed {
		t.Error("one worker and five find another thing")
	}
	if !one.Exhausted() || one.States() < 1000 {
		t.Errorf("%d states, exhausted %v", one.States(), one.Exhausted())
	}
}

func TestASearchStopsAtItsMemory(t *testing.T) {
	whole := explore(t, exampleRoom("moderated", 6), Limits{})
	const bound = 100 << 10
	s := explore(t, exampleRoom("moderated", 6), Limits{Memory: bound})
	var stopped *MemoryError
	if !errors.As(s.Stopped(), &stopped) || stopped.Octets != bound || s.Exhausted() {
		t.Fatalf("it stopped with %v", s.Stopped())
	}
	if s.States() == 0 || s.Memory() > bound || !slices.Equal(s.states, whole.states[:s.States()]) {
		t.Errorf("%d states in %d octets", s.States(), s.Memory())
	}
}

func TestASearchStopsWithItsContext(t *testing.T) {
	room := exampleRoom("multi-org", 6)
	m, err := Compile(&room)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s := Explore(ctx, m, Limits{Progress: func(p Progress) {
		if p.States > 100 {
			stop()
		}
	}})
	if !errors.Is(s.Stopped(), context.Canceled) || s.States() <= 100 {
		t.Errorf("%v after %d states", s.Stopped(), s.States())
	}
}

func TestRoomsThatMakeNoSense(t *testing.T) {
	for name, change := range map[string]func(*Room){
		"Users":         func(r *Room) { r.Users = MaxUsers + 1 },
		"Policy":        func(r *Room) { r.Policy = nil },
		"Preauthorized": func(r *Room) { r.Preauthorized = []uint32{1, 2, 3, 4} },
	} {
		room := exampleRoom("strict", 3)
		change(&room)
		_, err := Compile(&room)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAGivenListPreauthorizes holds that users are preauthorized by the list of
// the policy where it has one, an entry that matches everyone included.
func TestAGivenListPreauthorizes(t *testing.T) {
	room := smallRooms()["everyone"]
	for role, good := range map[uint32]bool{0: true, 2: true, 3: false} {
		room.Preauthorized = []uint32{role}
		m, err := Compile(&room)
		if (err == nil) != good {
			t.Errorf("role %d: %v", role, err)
		}
		if err == nil && m.pre[0] != (preauthorization{0, m.slots[2]}) {
			t.Errorf("role %d: the first that match are %+v", role, m.pre[0])
		}
	}
}

// BenchmarkExplore reports states, decisions and memory against the number of
// users, and how many decisions a second a core takes.
func BenchmarkExplore(b *testing.B) { benchmarkExplore(b, 8, nil) }

// BenchmarkExploreApart is BenchmarkExplore with users of whom no two are alike,
// the worst case.
func BenchmarkExploreApart(b *testing.B) {
	benchmarkExplore(b, 6, func(m *Machine) { m.alike = 0 })
}

func benchmarkExplore(b *testing.B, most int, change func(*Machine)) {
	for _, name := range []string{"cooperative", "strict", "moderated", "multi-org"} {
		for users := 3; users <= most; users++ {
			b.Run(fmt.Sprintf("%s/users=%d", name, users), func(b *testing.B) {
				room := exampleRoom(name, users)
				m, err := Compile(&room)
				if err != nil {
					b.Fatal(err)
				}
				if change != nil {
					change(m)
				}
				var s *Space
				b.ReportAllocs()
				for b.Loop() {
					s = Explore(b.Context(), m, Limits{})
				}
				b.ReportMetric(float64(s.States()), "states")
				b.ReportMetric(float64(s.Decisions()), "decisions")
				b.ReportMetric(float64(s.Memory()), "octets")
				b.ReportMetric(float64(s.Decisions())*float64(b.N)/b.Elapsed().Seconds()/float64(runtime.GOMAXPROCS(0)), "decisions/s/core")
			})
		}
	}
}
