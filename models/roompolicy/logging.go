package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// LoggingPolicy is the component logging_policy (room-policy-04 section 6.5).
// Where logging is forbidden the other fields are empty, and not on the wire.
type LoggingPolicy struct {
	Logging               Optionality
	Enabled               bool // room-policy-01 and -02, in their appendix only
	LoggingClients        []Uri
	MachineReadablePolicy Uri // may be empty
	HumanReadablePolicy   Uri // may be empty
}

func (p *LoggingPolicy) describe() (string, spec.Drafts) { return "LoggingPolicy", allDrafts }

func (p *LoggingPolicy) fields(f fields) {
	f.need("logging")
	f.enum("logging", (*uint8)(&p.Logging), optionalityNames)
	f.only(before03, func() {
		if c := f.codec(); c == nil || !c.syntax.bySections {
			f.boolean("enabled", &p.Enabled)
		}
	})
	f.arm(p.Logging != Forbidden || inOneStruct(f), func() {
		values(f, "logging_clients", &p.LoggingClients, uriElement)
		f.opaque("machine_readable_policy", (*string)(&p.MachineReadablePolicy))
		f.opaque("human_readable_policy", (*string)(&p.HumanReadablePolicy))
	})
}
