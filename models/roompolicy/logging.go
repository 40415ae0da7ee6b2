package roompolicy

// LoggingPolicy is the component logging_policy (room-policy-04 section 6.5).
// Where logging is forbidden the other fields are empty, and not on the wire.
type LoggingPolicy struct {
	Logging               Optionality
	Enabled               bool // room-policy-01 and -02, in their appendix only
	LoggingClients        []Uri
	MachineReadablePolicy Uri // may be empty
	HumanReadablePolicy   Uri // may be empty
}
