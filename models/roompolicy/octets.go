package roompolicy

// Octets are octets that need not be text. They are a string, so that values
// that hold them can be compared; a nil slice and an empty one are the same.
type Octets string

// Uri is a URI, as the octets that stand on the wire. Empty, it is absent.
type Uri string

// DomainName is a domain name in ASCII, compared without regard to case.
type DomainName string
