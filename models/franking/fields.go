package franking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// Structs are the names that [Fields] knows.
func Structs() []string {
	return []string{"frank", "safe-aad", "frank-aad", "franking-agent", "franking-context", "franking-integrity-tbs", "abusive-message", "abuse-report"}
}

// Fields lists the fields of a struct, one of [Structs], as a draft has it, and
// returns the [*wire.Error] that reading ends with: then the fields are those
// before it. It fails as well where a draft has no such struct.
func (s *Scheme) Fields(structName string, octets []byte) ([]wire.Field, error) {
	draft := s.draft
	switch structName {
	case "frank":
		return wire.Walk("Frank", octets, func(r *wire.Reader) { new(Frank).read(r, draft) })
	case "safe-aad":
		return wire.Walk("SafeAAD", octets, func(r *wire.Reader) {
			readSafeAAD(r, s.wideComponents)
			if s.moreAAD {
				r.Octets("non_safe_data", r.Left())
			}
		})
	case "frank-aad":
		return wire.Walk("FrankAAD", octets, func(r *wire.Reader) { r.Octets("franking_tag", MACOctets) })
	case "abusive-message":
		return wire.Walk("AbusiveMessage", octets, func(r *wire.Reader) { new(AbusiveMessage).read(r, draft) })
	case "abuse-report":
		return wire.Walk("AbuseReport", octets, func(r *wire.Reader) { new(AbuseReport).read(r, draft, s.anyReason) })
	case "franking-agent":
		if draft >= spec.Protocol04 {
			return wire.Walk("FrankingAgentData", octets, new(FrankingAgentData).read)
		}
	case "franking-context":
		if draft >= spec.Protocol05 {
			return wire.Walk("ServerFrankingContext", octets, readContext)
		}
	case "franking-integrity-tbs":
		if draft >= spec.Protocol05 {
			return wire.Walk("FrankingIntegrityTBS", octets, func(r *wire.Reader) {
				r.Octets("server_frank", MACOctets)
				r.Uint16("franking_signature_ciphersuite")
				r.Struct("context", func() { readContext(r) })
			})
		}
	}
	if slices.Contains(Structs(), structName) {
		return nil, fmt.Errorf("%s has no struct %q that can be read back", draft, structName)
	}
	return nil, fmt.Errorf("unknown struct %q: expected one of %s", structName, strings.Join(Structs(), ", "))
}

func readContext(r *wire.Reader) {
	r.Struct("sender_uri", func() { r.Opaque("uri") })
	r.Struct("room_uri", func() { r.Opaque("uri") })
	r.Uint64("accepted_timestamp")
}
