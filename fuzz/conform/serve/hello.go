package serve

import (
	"runtime/debug"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

// Hello returns what an implementation says of itself: the ops are those that
// it has the capability for, under every draft that they can be asked under.
func Hello(impl properties.Implementation) *protocol.Hello {
	hello := &protocol.Hello{
		Protocol: protocol.Version, Name: impl.Name(), Version: version(),
		Detail: protocol.DetailRule, Readings: properties.Readings(impl),
	}
	var drafts spec.Drafts
	for _, op := range protocol.Ops() {
		if can(impl, op) {
			hello.Ops = append(hello.Ops, op)
			drafts |= op.Drafts()
		}
	}
	hello.Drafts = drafts.List()
	return hello
}

// can reports whether an implementation has the capability for an op.
func can(impl properties.Implementation, op protocol.Op) (ok bool) {
	switch op {
	case protocol.ContentDecode:
		_, ok = impl.(properties.ContentDecoder)
	case protocol.MessageIDCompute:
		_, ok = impl.(properties.MessageIDs)
	case protocol.FrankingTag:
		_, ok = impl.(properties.FrankingTags)
	case protocol.FrankingVerify:
		_, ok = impl.(properties.FrankReceiver)
		if !ok {
			_, ok = impl.(properties.ReportHub)
		}
	case protocol.PolicyDecide:
		_, ok = impl.(properties.RoomDecisions)
	case protocol.PolicyApply:
		_, ok = impl.(properties.RoomCommits)
	case protocol.StatusDecode:
		_, ok = impl.(properties.StatusDecoder)
	}
	return ok
}

// version returns the version of the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
