package gen

import (
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// OctetTriple are inputs of a decoder, asked about one after the other. Each may be
// one that is refused.
type OctetTriple struct {
	Struct string `json:"struct,omitempty"` // what they are decoded as, where there are several
	First  []byte `json:"first"`
	Second []byte `json:"second"`
	Third  []byte `json:"third"` // the first with one octet changed, mostly
}

// triple makes the third input of the first.
func triple(t *Tape, structName string, first, second []byte) OctetTriple {
	third := slices.Clone(first)
	if len(third) > 0 {
		third[position(t, len(third))] ^= 1
	}
	return OctetTriple{structName, first, second, third}
}

// either draws a valid input or one that may be refused.
func either[V any](d spec.Draft, t *Tape, valid, hostile func(spec.Draft, *Tape) V) V {
	if t.OneIn(3) {
		return hostile(d, t)
	}
	return valid(d, t)
}

// ContentTriple draws messages.
func ContentTriple(d spec.Draft, t *Tape) OctetTriple {
	first, second := either(d, t, ValidContent, Hostile), either(d, t, ValidContent, Hostile)
	return triple(t, "", first.Octets, second.Octets)
}

// ReportTriple draws message-status reports.
func ReportTriple(d spec.Draft, t *Tape) OctetTriple {
	broken := func(d spec.Draft, t *Tape) Report { return Report{Octets: BrokenReport(d, t).Octets} }
	first, second := either(d, t, ValidReport, broken), either(d, t, ValidReport, broken)
	return triple(t, "", first.Octets, second.Octets)
}

// FrankingStructTriple draws encodings, mostly of one struct of franking.
func FrankingStructTriple(d spec.Draft, t *Tape) OctetTriple {
	first, second := FrankingStructOf(d, t), FrankingStructOf(d, t)
	return triple(t, first.Struct, first.Octets, second.Octets)
}

// ComponentTriple draws encodings, mostly of one struct of room policies.
func ComponentTriple(d spec.Draft, t *Tape) OctetTriple {
	first, second := either(d, t, ValidComponent, HostileComponent), either(d, t, ValidComponent, HostileComponent)
	return triple(t, first.Struct, first.Octets, second.Octets)
}
