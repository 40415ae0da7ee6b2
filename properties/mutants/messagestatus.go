package mutants

import (
	"bytes"
	"errors"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// statuses decodes message-status reports step by step. Each step can be
// replaced by a faulty one.
type statuses struct {
	properties.Reference
	reached func()

	// overlooks is a rule that is not checked.
	overlooks string
	// reads changes the octets before they are read; false leaves them.
	reads func(d spec.Draft, report []byte) ([]byte, bool)
	// refuses is an additional rule; true refuses.
	refuses func(report []byte, entries []content.StatusEntry) bool
	// decodes changes what was decoded; false leaves it.
	decodes func([]content.StatusEntry) ([]content.StatusEntry, bool)
}

func (*statuses) Name() string { return "mutant" }

func (m *statuses) DecodeStatus(d spec.Draft, report []byte) ([]byte, error) {
	if m.reads != nil {
		if changed, ok := m.reads(d, report); ok {
			m.reached()
			report = changed
		}
	}
	entries, err := content.DecodeStatus(report, d)
	var violations spec.Violations
	if errors.As(err, &violations) && m.overlooks != "" {
		seen := slices.DeleteFunc(slices.Clone(violations), func(v spec.Violation) bool { return v.Rule.ID == m.overlooks })
		if len(seen) == 0 {
			m.reached()
			return bytes.Clone(report), nil
		}
	}
	if err != nil {
		return nil, err
	}
	if m.refuses != nil && m.refuses(report, entries) {
		m.reached()
		return nil, errRefused
	}
	if m.decodes != nil {
		if changed, ok := m.decodes(entries); ok {
			m.reached()
			entries = changed
		}
	}
	return content.EncodeStatus(entries), nil
}

func mutateStatus(id, fault, property string, d spec.Draft, fill func(*statuses)) *Mutant {
	return &Mutant{ID: "message-status/" + id, Fault: fault, Property: "message-status/" + property, Draft: d,
		plant: func(reached func()) properties.Implementation {
			m := &statuses{reached: reached}
			fill(m)
			return m
		}}
}

// overlookStatus plants a parser of reports that does not check a rule.
func overlookStatus(id, fault, property, rule string) *Mutant {
	mutant := mutateStatus(id, fault, property, spec.MessageStatus01, func(m *statuses) { m.overlooks = rule })
	mutant.Rules = []string{rule}
	return mutant
}

// changeStatus plants a parser of reports that reads other statuses than were
// written.
func changeStatus(id, fault string, changed func(content.Status) content.Status) *Mutant {
	return mutateStatus(id, fault, "round-trip", spec.MessageStatus01, func(m *statuses) {
		m.decodes = func(entries []content.StatusEntry) ([]content.StatusEntry, bool) {
			any := false
			for i := range entries {
				if status := changed(entries[i].Status); status != entries[i].Status {
					entries[i].Status, any = status, true
				}
			}
			return entries, any
		}
	})
}

// completed reads a report that becomes valid by octets behind it as if they
// were there.
func completed(behind string) func(*statuses) {
	return func(m *statuses) {
		m.reads = func(d spec.Draft, report []byte) ([]byte, bool) {
			if _, err := content.DecodeStatus(report, d); err == nil {
				return nil, false
			}
			whole := append(bytes.Clone(report), behind...)
			_, err := content.DecodeStatus(whole, d)
			return whole, err == nil
		}
	}
}

var messageStatusMutants = []*Mutant{
	overlookStatus("id-of-any-length", "takes a message ID of any length", "one-rule-broken", "status/entry-messageid"),
	overlookStatus("status-of-any-size", "takes a status of more than one octet", "one-rule-broken", "status/code-range"),
	overlookStatus("surplus-in-entry", "ignores surplus elements of an entry", "one-rule-broken", "status/entry-arity"),
	overlookStatus("trailing-ignored", "ignores octets behind the report", "one-rule-broken", "content/enc-trailing"),
	overlookStatus("anything-is-a-report", "takes what is no array for an empty report", "cases", "status/report-array"),
	changeStatus("unknown-status-as-error", "reads a status that it does not know as an error", func(s content.Status) content.Status { return min(s, content.StatusError) }),
	changeStatus("status-signed", "keeps statuses in 7 bits", func(s content.Status) content.Status { return s & 0x7f }),
	changeStatus("hidden-as-deleted", "takes hidden for deleted", func(s content.Status) content.Status {
		if s == content.StatusHidden {
			return content.StatusDeleted
		}
		return s
	}),
	mutateStatus("second-entry-lost", "keeps one entry for each message", "round-trip", spec.MessageStatus00, func(m *statuses) {
		m.decodes = func(entries []content.StatusEntry) ([]content.StatusEntry, bool) {
			var kept []content.StatusEntry
			for _, e := range entries {
				if !slices.ContainsFunc(kept, func(k content.StatusEntry) bool { return k.ID == e.ID }) {
					kept = append(kept, e)
				}
			}
			return kept, len(kept) < len(entries)
		}
	}),
	mutateStatus("count-in-the-head", "reads at most 23 entries", "round-trip", spec.MessageStatus00, func(m *statuses) {
		m.decodes = func(entries []content.StatusEntry) ([]content.StatusEntry, bool) {
			return entries[:min(len(entries), 23)], len(entries) > 23
		}
	}),
	mutateStatus("only-deterministic", "refuses encodings that are not deterministic", "round-trip", spec.MessageStatus01, func(m *statuses) {
		m.refuses = func(report []byte, entries []content.StatusEntry) bool {
			return !bytes.Equal(report, content.EncodeStatus(entries))
		}
	}),
	mutateStatus("empty-report-refused", "refuses a report without entries", "cases", spec.MessageStatus01, func(m *statuses) {
		m.refuses = func(_ []byte, entries []content.StatusEntry) bool { return len(entries) == 0 }
	}),
	mutateStatus("missing-status-is-unread", "takes a missing last status for unread", "prefixes-rejected", spec.MessageStatus00, completed("\x00")),
	mutateStatus("open-report-ends", "takes the end of the octets for the end of a report without length", "prefixes-rejected", spec.MessageStatus01, completed("\xff")),
}
