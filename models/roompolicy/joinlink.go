package roompolicy

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
