package framing

import "github.com/mimifuzz/mimifuzz/models/spec"

// Named is a layout with a name: that of the drafts that have it, or that of
// an alternative that was proposed.
type Named struct {
	Name   string
	Layout Layout
	Drafts spec.Drafts // that hash this layout, empty for an alternative
}

// NamedLayouts returns the layouts of all drafts (draft-ietf-mimi-content,
// section 3.3, of revisions 05 to 09), oldest first, then the alternatives that
// were on the table for revision 08.
func NamedLayouts() []Named {
	return []Named{
		{Name: "content-05", Layout: MustParse("sender room message"), Drafts: spec.DraftsOf(spec.Content05)},
		{Name: "content-06, content-07", Layout: MustParse("sender room message salt"), Drafts: spec.Between(spec.Content06, spec.Content07)},
		{Name: "content-08, content-09", Layout: MustParse("len16(sender) len16(room) message salt"), Drafts: spec.Between(spec.Content08, spec.Content09)},
		{Name: "nul", Layout: MustParse("sender 0x00 room message salt")},
		{Name: "pipe", Layout: MustParse(`sender "|" room message salt`)},
		{Name: "cbor", Layout: MustParse("cbor(sender) cbor(room) cbor(message) cbor(salt)")},
	}
}
