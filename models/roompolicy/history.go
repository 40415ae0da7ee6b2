package roompolicy

// HistoryPolicy is the component chat_history_policy: who may show new joiners
// what was said before (room-policy-04 section 6.6). Where sharing is forbidden
// the other fields are zero, and not on the wire.
type HistoryPolicy struct {
	HistorySharing     Optionality
	RolesThatCanShare  []RoleReference // who_can_share before room-policy-03
	AutomaticallyShare bool
	MaxTimePeriod      uint32 // seconds
}
