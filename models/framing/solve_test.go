package framing

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A unifier knows what follows from equations, and finds those that contradict
// each other.
func TestUnifier(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	contradictions := 0
	for range 2000 {
		const variables = 6
		u := newUnifier(variables)
		var class [variables]int
		value := map[int]int{} // of a class
		for i := range class {
			class[i] = i
		}
		for range 12 {
			v, w := r.IntN(variables), r.IntN(variables)
			var got, want bool
			if r.IntN(3) == 0 {
				octet := r.IntN(3)
				known, ok := value[class[v]]
				want = !ok || known == octet
				if !ok {
					value[class[v]] = octet
				}
				got = u.assign(int32(v), byte(octet))
			} else {
				a, okA := value[class[v]]
				b, okB := value[class[w]]
				want = !okA || !okB || a == b
				if from, to := class[w], class[v]; from != to {
					for i := range class {
						if class[i] == from {
							class[i] = to
						}
					}
					if okB && !okA {
						value[to] = b
					}
				}
				got = u.unite(int32(v), int32(w))
			}
			if got != want {
				t.Fatalf("an equation holds: %v, want %v", got, want)
			}
			if !want {
				contradictions++
				break // nothing is asked after that
			}
			for i := range class {
				known, ok := value[class[i]]
				if got := u.value[u.root(int32(i))]; ok && int(got) != known || !ok && got != unset {
					t.Fatalf("variable %d is %d, want %d, %v", i, got, known, ok)
				}
				for j := range class {
					if (u.root(int32(i)) == u.root(int32(j))) != (class[i] == class[j]) {
						t.Fatalf("variables %d and %d are equal: %v", i, j, class[i] != class[j])
					}
				}
			}
		}
	}
	if contradictions < 500 || contradictions > 1900 {
		t.Errorf("%d contradictions in 2000: the test is blind", contradictions)
	}
}

// What solves two plans is two tuples of their shapes with the same octets.
func TestSolve(t *testing.T) {
	shapes := []shape{{}, {sender: 1}, {room: 1}, {sender: 2, room: 1}, {sender: 1, room: 2}, {sender: 3}, {room: 40, content: 1}, {sender: 39, content: 2, topic: 1}, {sender: 27, room: 2, content: 10}}
	solved := 0
	for _, text := range []string{"sender room message", "sender message room", "sender 0x7c room message salt", "room sender room message", "len8(sender) room message"} {
		for _, d := range Domains() {
			for _, bound := range []bool{false, true} {
				z := newPuzzle(MustParse(text), d, bound, false, math.MaxUint64)
				for _, a := range shapes {
					for _, b := range shapes {
						p, q := &plan{z: z, shape: a}, &plan{z: z, shape: b}
						q.base = int32(p.variables())
						p.lay(len(z.layout.Components), false)
						q.lay(len(z.layout.Components), false)
						if p.at != q.at {
							continue
						}
						w, tried := solve(p, q)
						if (w != nil || tried > 0) && !agree(p, q) {
							t.Fatalf("%s: %+v and %+v do not agree, and %d octets were tried", text, a, b, tried)
						}
						if w == nil {
							continue
						}
						solved++
						x, y := z.layout.AppendWrapping(nil, &w[0]), z.layout.AppendWrapping(nil, &w[1])
						if string(x) != string(y) || len(x) != p.at || a != b && !z.verifies(w) || a == b && !w[0].Equal(&w[1]) {
							t.Errorf("%s in %v, bound %v, %+v and %+v: %q and %q", text, d, bound, a, b, w[0], w[1])
						}
					}
				}
			}
		}
	}
	if solved < 100 {
		t.Errorf("%d solutions: the test is blind", solved)
	}
}
