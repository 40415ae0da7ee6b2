package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// HistoryPolicy is the component chat_history_policy: who may show new joiners
// what was said before (room-policy-04 section 6.6). Where sharing is forbidden
// the other fields are zero, and not on the wire.
type HistoryPolicy struct {
	HistorySharing     Optionality
	RolesThatCanShare  []RoleReference // who_can_share before room-policy-03
	AutomaticallyShare bool
	MaxTimePeriod      uint32 // seconds
}

func (p *HistoryPolicy) describe() (string, spec.Drafts) { return "HistoryPolicy", allDrafts }

func (p *HistoryPolicy) fields(f fields) {
	f.need("history_sharing")
	f.enum("history_sharing", (*uint8)(&p.HistorySharing), optionalityNames)
	f.arm(p.HistorySharing != Forbidden || inOneStruct(f), func() {
		values(f, "roles_that_can_share", &p.RolesThatCanShare, func(f fields, r *RoleReference) { r.fields(f, "") })
		f.boolean("automatically_share", &p.AutomaticallyShare)
		f.uint32("max_time_period", &p.MaxTimePeriod)
	})
}
