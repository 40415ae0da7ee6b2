package framing

import (
	"fmt"
	"math"
	"regexp"
	"testing"
)

// words returns all words of up to n letters.
func words(letters string, n int) (all []string) {
	all = []string{""}
	for begin := 0; n > 0; n-- {
		end := len(all)
		for _, w := range all[begin:end] {
			for _, c := range letters {
				all = append(all, w+string(c))
			}
		}
		begin = end
	}
	return all
}

// Automata accept what regular expressions match, know how long the rest of a
// word can be, and have no state too many.
func TestAutomataAgainstRegularExpressions(t *testing.T) {
	a, b, c := text("a"), text("b"), text("c")
	for name, test := range map[string]struct {
		e *expr
		// states is how many a minimal automaton has, without a dead one.
		states int
	}{
		`a`:                  {a, 2},
		``:                   {cat(), 1},
		`abc`:                {text("abc"), 4},
		`a|bc`:               {alt(a, text("bc")), 3},
		`[ab]c`:              {cat(between('a', 'b'), c), 3},
		`[ac]b?`:             {cat(oneOf("ac"), opt(b)), 3},
		`[abc]+`:             {plus(union(oneOf("ab"), oneOf("c"))), 2},
		`(ab)*c`:             {cat(star(text("ab")), c), 3},
		`(a|ab)(c|bc)`:       {cat(alt(a, text("ab")), alt(c, text("bc"))), 5},
		`(a*b)*`:             {star(cat(star(a), b)), 2},
		`(a*)*`:              {star(star(a)), 1},
		`(a|b)*abb`:          {cat(star(alt(a, b)), text("abb")), 4},
		`a{2,4}`:             {times(a, 2, 4), 5},
		`(ab?){0,2}c`:        {cat(times(cat(a, opt(b)), 0, 2), c), 6},
		`b|a|b`:              {alt(b, a, b), 2},
		`a(b|)(b|)c`:         {cat(a, opt(b), opt(b), c), 5},
		`(a|b)?(a|c)?(b|c)?`: {cat(opt(alt(a, b)), opt(alt(a, c)), opt(alt(b, c))), 4},
		// "[^\x00-\xff]" matches nothing, and what leads there is dropped.
		`a|b[^\x00-\x{10ffff}]`:     {alt(a, cat(b, alt())), 2},
		`(b[^\x00-\x{10ffff}]|a)*c`: {cat(star(alt(cat(b, alt()), a)), c), 2},
	} {
		want := regexp.MustCompile(`\A(?:` + name + `)\z`)
		d := compile(test.e)
		if len(d.accept) != test.states || len(d.next) != test.states*d.classes {
			t.Errorf("%s: %d states, want %d", name, len(d.accept), test.states)
		}
		const longest = 5
		shortest := -1
		var alphabet octetSet
		for _, w := range words("abcd", longest) {
			if got := d.matches([]byte(w)); got != want.MatchString(w) {
				t.Fatalf("%s accepts %q: %v", name, w, got)
			} else if got {
				if shortest < 0 {
					shortest = len(w)
				}
				for i := range len(w) {
					alphabet.add(w[i])
				}
			}
		}
		if d.shortest != shortest || d.alphabet != alphabet {
			t.Errorf("%s: shortest word %d, want %d; alphabet %v, want %v", name, d.shortest, shortest, d.alphabet, alphabet)
		}
		for _, begin := range words("abc", 2) {
			q := int16(0)
			for i := 0; i < len(begin) && q != dead; i++ {
				q = d.step(q, begin[i])
			}
			lengths := map[int]bool{}
			for _, w := range words("abc", longest) {
				if want.MatchString(begin + w) {
					lengths[len(w)] = true
				}
			}
			for n := 0; n <= longest && q != dead; n++ {
				if got := d.canFinish(q, n); got != lengths[n] {
					t.Errorf("%s: after %q, %d octets can follow: %v", name, begin, n, got)
				}
			}
			if (q == dead) != (len(lengths) == 0) && len(begin)+longest > 6 {
				t.Errorf("%s: after %q the state is %d, and words of %v octets follow", name, begin, q, lengths)
			}
		}
	}
}

// The lengths of words may be periodic, and what is known of them ends somewhere.
func TestPeriodicLengths(t *testing.T) {
	d := compile(star(text("ab")))
	if len(d.finish) != 4096 {
		t.Fatalf("%d lengths are known", len(d.finish))
	}
	for n := range len(d.finish) {
		if got := fmt.Sprint(d.canFinish(0, n), d.canFinish(1, n)); got != fmt.Sprint(n%2 == 0, n%2 == 1) {
			t.Fatalf("%d octets: %s", n, got)
		}
	}
}

// Octets that no part of an expression tells apart share a class.
func TestOctetClasses(t *testing.T) {
	for _, test := range []struct {
		e       *expr
		classes int
	}{{text("a"), 2}, {anyOctet, 1}, {text("abca"), 4}, {cat(between('a', 'f'), between('c', 'z')), 4}, {cat(), 1}} {
		if d := compile(test.e); d.classes != test.classes {
			t.Errorf("%d classes, want %d", d.classes, test.classes)
		}
	}
	// The automata of the domains, and the octets that they tell apart.
	got := ""
	for _, d := range Domains() {
		for _, f := range []Field{Sender, Room} {
			a := d.automaton(f)
			got += fmt.Sprintf("%v of a %v: %d states, %d classes, at least %d octets, all lengths from %d, octets %v\n",
				d, f, len(a.accept), a.classes, a.shortest, len(a.finish)-1, a.alphabet)
		}
	}
	for _, d := range Domains() {
		if d.automaton(Sender).alphabet != d.automaton(Room).alphabet {
			t.Errorf("%v: senders and rooms are made of different octets", d)
		}
		z := newPuzzle(Layout{}, d, false, false, math.MaxUint64)
		got += fmt.Sprintf("%v: URIs are made of %q\n", d, z.letters())
	}
	golden(t, "domains.txt", got)
}
