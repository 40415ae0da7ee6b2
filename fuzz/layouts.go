package fuzz

import (
	"sync"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/reports"
)

// maxWrapWitness is how long a pair of tuples that collide by wrapping may be,
// in octets, to be part of a result.
const maxWrapWitness = 1 << 20

// Layouts decides the layouts for URIs of the domains. bound says that the
// messages carry the URIs. The witnesses of wrapping lengths, which are long,
// are left out unless they are asked for.
func Layouts(layouts []framing.Named, domains []framing.Domain, bound, wrapWitnesses bool) []reports.LayoutResult {
	results := []reports.LayoutResult{}
	for _, named := range layouts {
		result := reports.LayoutResult{Name: named.Name, Layout: named.Layout.String()}
		for _, domain := range domains {
			verdict := framing.Analyse(named.Layout, domain, bound)
			if verdict.Wrap != nil && !wrapWitnesses {
				verdict.Wrap.Witness = nil
			}
			result.Verdicts = append(result.Verdicts, layoutVerdict(&verdict, domain, bound))
		}
		results = append(results, result)
	}
	return results
}

func layoutVerdict(v *framing.Verdict, domain framing.Domain, bound bool) reports.LayoutVerdict {
	result := reports.LayoutVerdict{
		URI: domain.String(), Bound: bound, Verdict: string(v.Outcome), Reason: v.Reason, Argument: v.Argument, Witness: tuples(v.Witness),
	}
	if v.Wrap != nil {
		result.Wraps = &reports.WrapVerdict{Verdict: string(v.Wrap.Outcome), Reason: v.Wrap.Reason}
		if witness := tuples(v.Wrap.Witness); octets(witness) <= maxWrapWitness {
			result.Wraps.Witness = witness
		}
	}
	return result
}

func tuples(pair *[2]framing.Tuple) []reports.Tuple {
	if pair == nil {
		return nil
	}
	var list []reports.Tuple
	for _, t := range pair {
		list = append(list, reports.Tuple{Sender: t.Sender, Room: t.Room, Message: t.Message, Salt: t.Salt})
	}
	return list
}

func octets(list []reports.Tuple) int {
	n := 0
	for _, t := range list {
		n += len(t.Sender) + len(t.Room) + len(t.Message) + len(t.Salt)
	}
	return n
}

// KnownLayouts returns the verdicts on the layouts that a draft has or that were
// proposed.
var KnownLayouts = sync.OnceValue(func() []reports.LayoutResult {
	return Layouts(framing.NamedLayouts(), framing.Domains(), false, false)
})
