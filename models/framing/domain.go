package framing

import (
	"fmt"
	"strings"
)

// Domain is a set of sender URIs and a set of room URIs. The zero value is
// Octets.
type Domain uint8

// The domains, each within the one before it.
const (
	Octets     Domain = iota // any octets, also none
	UTF8                     // any valid UTF-8, also none
	RFC3986                  // any URI: RFC 3986, appendix A, rule URI
	MIMI                     // any URI with scheme mimi, in any case, and a host of at least one character
	MIMIStrict               // mimi://HOST/u/NAME for senders, mimi://HOST/r/NAME for rooms, as documented at [Domain.Contains]
	domainEnd
)

var domainNames = [domainEnd]string{"octets", "utf8", "rfc3986", "mimi", "mimi-strict"}

// Domains returns all domains, widest first.
func Domains() []Domain { return []Domain{Octets, UTF8, RFC3986, MIMI, MIMIStrict} }

// String returns the name of the domain.
func (d Domain) String() string {
	if d >= domainEnd {
		return "no domain"
	}
	return domainNames[d]
}

// UnknownDomainError says that a name is not that of a domain.
type UnknownDomainError struct{ Name string }

func (e *UnknownDomainError) Error() string {
	return fmt.Sprintf("unknown URI domain %q: expected one of %s", e.Name, strings.Join(domainNames[:], ", "))
}

// ParseDomain returns the domain with the given name. It fails with
// [*UnknownDomainError].
func ParseDomain(name string) (Domain, error) {
	for d, known := range domainNames {
		if known == name {
			return Domain(d), nil
		}
	}
	return 0, &UnknownDomainError{Name: name}
}

// MarshalText returns the name of the domain. It fails with
// [*UnknownDomainError].
func (d Domain) MarshalText() ([]byte, error) {
	if d >= domainEnd {
		return nil, &UnknownDomainError{Name: d.String()}
	}
	return []byte(domainNames[d]), nil
}

// UnmarshalText reads the name of a domain. It fails with
// [*UnknownDomainError].
func (d *Domain) UnmarshalText(text []byte) error {
	parsed, err := ParseDomain(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Contains reports whether uri is in the set for f, which is Sender or Room.
// The two sets differ only in MIMIStrict. There the scheme is in lower case,
// HOST is a host of RFC 3986 with at least one character, and NAME is one or
// more unreserved characters.
func (d Domain) Contains(f Field, uri []byte) bool {
	return d < domainEnd && d.automaton(f).matches(uri)
}

// automaton returns the automaton of the set for f.
func (d Domain) automaton(f Field) *dfa {
	switch d {
	case Octets:
		return octetsAutomaton()
	case UTF8:
		return utf8Automaton()
	case RFC3986:
		return rfc3986Automaton()
	case MIMI:
		return mimiAutomaton()
	}
	if f == Room {
		return strictRoomAutomaton()
	}
	return strictSenderAutomaton()
}
