package mutants

import (
	"bytes"
	"maps"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// keys reports whether a message has an extension key of a kind.
func keys(is func(content.Key) bool) func(*content.Message) bool {
	return func(m *content.Message) bool {
		return slices.ContainsFunc(m.Extensions, func(e content.Extension) bool { return is(e.Key) })
	}
}

// depth returns how many levels of parts there are.
func depth(p *content.NestedPart) int {
	deepest := 0
	if multi, ok := p.Body.(content.MultiPart); ok {
		for i := range multi.Parts {
			deepest = max(deepest, depth(&multi.Parts[i]))
		}
	}
	return deepest + 1
}

// nesting are options that take any depth.
var nesting, _ = cbor.DecOptions{MaxNestedLevels: 65535}.DecMode()

// containers returns how deep the containers and tags of an item nest.
func containers(item []byte) int {
	var tag cbor.RawTag
	var list []cbor.RawMessage
	var entries map[any]cbor.RawMessage
	switch {
	case nesting.Unmarshal(item, &list) == nil:
	case nesting.Unmarshal(item, &entries) == nil:
		list = slices.Collect(maps.Values(entries))
	case nesting.Unmarshal(item, &tag) == nil:
		list = append(list, tag.Content)
	default:
		return 0
	}
	deepest := 0
	for _, inner := range list {
		deepest = max(deepest, containers(inner))
	}
	return deepest + 1
}

// keyIsNew reports whether the octets of the key that is there twice stand
// nowhere before.
func keyIsNew(message []byte, violations spec.Violations) bool {
	for _, v := range violations {
		if v.Rule.ID == "content/ext-key-duplicate" {
			var key cbor.RawMessage
			_, err := cbor.UnmarshalFirst(message[v.Offset:], &key)
			return err == nil && !bytes.Contains(message[:v.Offset], key)
		}
	}
	return false
}

// limits plants a fault in the limits of the base policy that are there.
func limits(id, fault string, change func(*roompolicy.BaseRoomPolicy) bool) *Mutant {
	return mistaken(id, fault, "decision-table", func(q *asked) bool {
		if q.policy.Base == nil {
			return false
		}
		policy, base := *q.policy, *q.policy.Base
		changed := change(&base)
		if policy.Base = &base; changed {
			q.policy = &policy
		}
		return changed
	})
}

func oneMore(limit *roompolicy.Optional[uint32]) bool {
	limit.Value++
	return limit.Present
}

// narrow plants a reader of roles that keeps a number in fewer bits.
func narrow(id, fault string, number func(*roompolicy.Role) *uint32, mask uint32) *Mutant {
	return changeRoles(id, fault, "codec-round-trip", rewriting(func(r *roompolicy.Role) bool {
		n := number(r)
		was := *n
		*n &= mask
		return *n != was
	}))
}

// boundaryMutants are off by one at limits, and keep numbers in fewer bits than
// they have, or with a sign.
var boundaryMutants = []*Mutant{
	refuse("key-text-limit-off-by-one", "refuses text keys of 255 octets", "cases", keys(func(k content.Key) bool { return len(k.Text) == 255 })),
	refuse("key-range-off-by-one", "refuses the integer key 2^53-1", "round-trip", keys(func(k content.Key) bool { return k.Kind == content.UnsignedKey && k.Number == 1<<53-1 })),
	refuse("negative-key-range-off-by-one", "refuses the integer key -(2^53-1)", "round-trip", keys(func(k content.Key) bool { return k.Kind == content.NegativeKey && k.Number == 1<<53-2 })),
	refuse("part-depth-off-by-one", "refuses parts of 4 levels", "depth-and-count-limits", func(m *content.Message) bool { return depth(&m.NestedPart) == 4 }),
	change("size-signed", "reads a size of 2^63 and more as negative, and clamps it", externals(func(p *content.ExternalPart) bool {
		negative := p.Size >= 1<<63
		if negative {
			p.Size = 0
		}
		return negative
	})),
	change("last-time-is-none", "takes the largest time for none", func(m *content.Message) bool {
		none := m.Expires != nil && m.Expires.Seconds == 1<<32-1
		if none {
			m.Expires = nil
		}
		return none
	}),
	change("length-of-23-in-the-head", "loses the last octet of content of 24 octets, the first length behind the head", parts(func(b content.Body) content.Body {
		if single, ok := b.(content.SinglePart); ok && len(single.Content) == 24 {
			single.Content = single.Content[:23]
			return single
		}
		return nil
	})),
	change("key-of-32-bits", "keeps integer keys in 32 bits", func(m *content.Message) bool {
		any := false
		for i := range m.Extensions {
			if k := &m.Extensions[i].Key; k.Kind != content.TextKey && k.Number > 1<<32-1 {
				k.Number, any = k.Number&(1<<32-1), true
			}
		}
		return any
	}),
	refuse("disposition-signed", "takes dispositions from 128 on for negative, and refuses them", "legitimate-oddities", func(m *content.Message) bool {
		return walkParts(m, func(p *content.NestedPart) bool { return p.Disposition >= 128 })
	}),

	mutateContent("depth-of-8-bits", "counts levels in 8 bits", "depth-and-count-limits", spec.Content09, func(m *contents) {
		m.overlooks = []string{"content/part-depth", "content/ext-depth", "content/ext-depth-tags"}
		m.overlooksIn = func(message []byte, _ spec.Violations) bool {
			levels := containers(message)
			return levels > 0xff && levels&0xff <= 4
		}
	}),
	mutateContent("keys-by-their-octets", "takes one key in two encodings for two", "one-rule-broken", spec.Content07, func(m *contents) {
		m.overlooks, m.overlooksIn = []string{"content/ext-key-duplicate"}, keyIsNew
	}),

	mutateStatus("count-of-8-bits", "counts entries in 8 bits", "round-trip", spec.MessageStatus01, func(m *statuses) {
		m.decodes = func(entries []content.StatusEntry) ([]content.StatusEntry, bool) {
			return entries[:len(entries)&0xff], len(entries) > 0xff
		}
	}),
	mutateStatus("count-off-by-one", "loses the last of 24 entries", "round-trip", spec.MessageStatus01, func(m *statuses) {
		m.decodes = func(entries []content.StatusEntry) ([]content.StatusEntry, bool) {
			return entries[:len(entries)-len(entries)/24%2], len(entries) == 24
		}
	}),
	mutateStatus("last-status-refused", "refuses the status 255", "round-trip", spec.MessageStatus01, func(m *statuses) {
		m.refuses = func(_ []byte, entries []content.StatusEntry) bool {
			return slices.ContainsFunc(entries, func(e content.StatusEntry) bool { return e.Status == 255 })
		}
	}),

	mutateFranking("length-of-one-octet", "reads lengths of one octet only: refuses notes of 64 octets and more", "codec", spec.Protocol06, func(m *frankings) {
		m.refuses = func(d spec.Draft, structName string, octets []byte) bool {
			return structName == "abuse-report" && noteOctets(d, octets) >= 64
		}
	}),
	mutateFranking("length-of-63-in-two", "refuses a note of 63 octets, the greatest length that fits in one", "codec", spec.Protocol06, func(m *frankings) {
		m.refuses = func(d spec.Draft, structName string, octets []byte) bool {
			return structName == "abuse-report" && noteOctets(d, octets) == 63
		}
	}),

	limits("max-users-off-by-one", "lets one user more than max_users in", func(b *roompolicy.BaseRoomPolicy) bool { return oneMore(&b.MaxUsers) }),
	limits("max-clients-off-by-one", "lets one client more than max_clients in", func(b *roompolicy.BaseRoomPolicy) bool { return oneMore(&b.MaxClients) }),
	eachRole("active-maximum-off-by-one", "lets one active participant more than the maximum into a role", "decision-table", func(r *roompolicy.Role) bool {
		return r.MaximumActiveParticipantsConstraint.Value > 0 && oneMore(&r.MaximumActiveParticipantsConstraint)
	}),
	eachRole("active-minimum-off-by-one", "lets one active participant fewer than the minimum remain in a role", "decision-table", func(r *roompolicy.Role) bool {
		if r.MinimumActiveParticipantsConstraint == 0 {
			return false
		}
		r.MinimumActiveParticipantsConstraint--
		return true
	}),
	mistaken("clients-of-8-bits", "counts the clients of a user in 8 bits", "decision-table", func(q *asked) bool {
		wide := func(p roompolicy.Participant) bool { return p.Clients > 0xff }
		return slices.ContainsFunc(q.state.Participants, wide) && q.change(func(s *roompolicy.State) {
			for i := range s.Participants {
				s.Participants[i].Clients &= 0xff
			}
		})
	}),
	mistaken("clients-signed", "takes numbers of clients from 2^31 on for negative, and so for none", "decision-table", func(q *asked) bool {
		negative := func(p roompolicy.Participant) bool { return p.Clients >= 1<<31 }
		return slices.ContainsFunc(q.state.Participants, negative) && q.change(func(s *roompolicy.State) {
			for i := range s.Participants {
				if negative(s.Participants[i]) {
					s.Participants[i].Clients = 0
				}
			}
		})
	}),
	narrow("role-index-of-16-bits", "keeps the index of a role in 16 bits", func(r *roompolicy.Role) *uint32 { return &r.RoleIndex }, 0xffff),
	narrow("role-index-of-31-bits", "keeps the index of a role in 31 bits", func(r *roompolicy.Role) *uint32 { return &r.RoleIndex }, 1<<31-1),
	narrow("minimum-of-8-bits", "keeps a minimum in 8 bits", func(r *roompolicy.Role) *uint32 { return &r.MinimumParticipantsConstraint }, 0xff),
	changeRoles("capability-of-15-bits", "keeps capabilities in 15 bits, with a sign in the sixteenth", "codec-round-trip", rewriting(func(r *roompolicy.Role) bool {
		any := false
		for i, c := range r.RoleCapabilities {
			if c >= 0x8000 {
				r.RoleCapabilities[i], any = c&0x7fff, true
			}
		}
		return any
	})),
}

// noteOctets returns the length of the note of a report, 0 if it is none.
func noteOctets(d spec.Draft, octets []byte) int {
	s, err := franking.NewScheme(franking.Options{Draft: d})
	if err != nil {
		return 0
	}
	report, err := s.ReadAbuseReport(octets)
	if err != nil {
		return 0
	}
	return len(report.Note)
}
