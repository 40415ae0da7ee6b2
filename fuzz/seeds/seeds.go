// Package seeds makes the seed corpus for fuzzers from the models: for each
// rule messages on both sides of it, and the messages that the drafts print,
// in the formats that fuzzers read, with a dictionary.
//
// Start at [All] and [Export].
package seeds

import (
	"fmt"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/content"
)

// Huge is the length in octets from which on a seed slows a fuzzer down.
const Huge = 64 << 10

// Seed is one input.
type Seed struct {
	Name   string       `json:"name"` // that of its file
	Rule   string       `json:"rule,omitempty"`
	Side   content.Side `json:"side,omitempty"`
	Octets []byte       `json:"-"`
}

// All returns the seeds in a fixed order. Cases that are more than octets, such
// as a history or a claim of an implementation, are left out, and so are those
// above [Huge] unless they are asked for.
func All(huge bool) []Seed {
	var list []Seed
	taken := map[string]int{}
	add := func(name string, s Seed) {
		if len(s.Octets) == 0 || len(s.Octets) > Huge && !huge {
			return
		}
		taken[name]++
		if n := taken[name]; n > 1 {
			name = fmt.Sprintf("%s.%d", name, n)
		}
		s.Name = name
		list = append(list, s)
	}
	for _, c := range content.Cases() {
		switch c.Context.Kind {
		case content.KindMessage, content.KindStatus, content.KindDerived:
			name := fileName(c.Rule) + "." + string(c.Side)
			if c.Name != "" {
				name += "." + fileName(c.Name)
			}
			add(name, Seed{Rule: c.Rule, Side: c.Side, Octets: c.Octets})
		}
	}
	for _, e := range content.Examples() {
		add("example."+fileName(e.Name), Seed{Octets: e.Octets})
	}
	return list
}

// fileName writes a name with letters, digits, hyphens and dots only.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '/':
			return '.'
		}
		return '-'
	}, s)
}
