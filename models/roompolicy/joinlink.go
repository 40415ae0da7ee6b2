package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// JoinLinkPolicy is the component join_link_policy: how new join links behave
// (room-policy-04 section 6.2), LinkPolicy in room-policy-01 and -02.
type JoinLinkPolicy struct {
	OnRequest  bool   // at most one link is kept; before room-policy-03 none is
	JoinLink   Uri    // before room-policy-03, a link that can be used
	Multiuser  bool   // a link works for several users
	Expiration uint32 // seconds from creation; before room-policy-03, seconds since 1970

	LinkRequests Uri // where to ask for a code; before room-policy-03 only
}

// JoinLink is one link with which a room can be joined.
type JoinLink struct {
	JoinLink Octets
}

// JoinLinksData is the component join_links: the active links (section 6.2).
type JoinLinksData struct {
	JoinLinks []JoinLink
}

// JoinLinksUpdate changes the component join_links.
type JoinLinksUpdate struct {
	RemovedIndices []uint32 // into the links before the update
	AddedLinks     []JoinLink
}

func (p *JoinLinkPolicy) describe() (string, spec.Drafts) { return "JoinLinkPolicy", allDrafts }

func (p *JoinLinkPolicy) fields(f fields) {
	f.boolean("on_request", &p.OnRequest)
	f.opaque("join_link", (*string)(&p.JoinLink))
	f.boolean("multiuser", &p.Multiuser)
	f.uint32("expiration", &p.Expiration)
	f.only(before03, func() { f.opaque("link_requests", (*string)(&p.LinkRequests)) })
}

func (l *JoinLink) fields(f fields) {
	f.need("join_link")
	if c := f.codec(); c != nil && c.syntax.oneOctetJoinLink {
		f.fixed("join_link", (*string)(&l.JoinLink), 1)
		return
	}
	f.opaque("join_link", (*string)(&l.JoinLink))
}

func (d *JoinLinksData) describe() (string, spec.Drafts) { return "JoinLinksData", since03 }

func (d *JoinLinksData) fields(f fields) {
	list(f, "join_links", &d.JoinLinks, func(f fields, l *JoinLink) { l.fields(f) })
}

func (u *JoinLinksUpdate) describe() (string, spec.Drafts) { return "JoinLinksUpdate", since03 }

func (u *JoinLinksUpdate) fields(f fields) {
	values(f, "removedIndices", &u.RemovedIndices, uint32Element)
	list(f, "added_links", &u.AddedLinks, func(f fields, l *JoinLink) { l.fields(f) })
}
