package messageid

import "github.com/mimifuzz/mimifuzz/models/spec"

// since04 has content-04 as well, where a message ID is a value like any other,
// but is not computed from the content.
var since04 = Drafts | spec.DraftsOf(spec.Content04)

// The rules of section 3.3 that this package implements.
var (
	RuleConstruction05 = spec.Rule{
		ID: "content/msgid-construction-05", Level: spec.Must, Section: "3.3", Drafts: spec.DraftsOf(spec.Content05),
		Statement: "The hash covers the sender URI, the room URI and the message, one right after the other.",
	}
	RuleConstruction07 = spec.Rule{
		ID: "content/msgid-construction-07", Level: spec.Must, Section: "3.3", Drafts: spec.Between(spec.Content06, spec.Content07),
		Statement: "The hash covers the sender URI, the room URI, the message and once more its salt, one right after the other.",
	}
	RuleConstruction08 = spec.Rule{
		ID: "content/msgid-construction-08", Level: spec.Must, Section: "3.3", Drafts: spec.Between(spec.Content08, spec.Content09),
		Statement: "The hash covers the length and octets of the sender URI, the length and octets of the room URI, the message and once more its salt.",
	}
	RuleHashAlgorithm = spec.Rule{
		ID: "content/msgid-hash-alg-octet", Level: spec.Must, Section: "3.3", Drafts: Drafts,
		Statement: "The first octet of a message ID names its hash algorithm in the Named Information registry; it is SHA-256 by default.",
	}
	RuleHashLength = spec.Rule{
		ID: "content/msgid-size", Level: spec.Syntax, Section: "4.1", Drafts: since04,
		Statement: "A message ID has exactly 32 octets, so that its hash needs at least 31.",
	}
	RuleReceivedOctets = spec.Rule{
		ID: "content/msgid-hash-received-octets", Level: spec.Must, Section: "3.3", Drafts: Drafts,
		Statement: "The message that is hashed is the one that was sent, octet for octet.",
	}
	RuleURILength = spec.Rule{
		ID: "content/msgid-uri-length-u16", Level: spec.Must, Section: "3.3", Drafts: spec.Between(spec.Content08, spec.Content09),
		Statement: "The lengths of the URIs are 16-bit big-endian numbers, so a URI has at most 65535 octets.",
	}
	RuleURILengthOctets = spec.Rule{
		ID: "content/msgid-uri-length-octets", Level: spec.Must, Section: "3.3", Drafts: spec.Between(spec.Content08, spec.Content09),
		Statement: "The length of a URI counts octets, not characters.",
	}
	RuleSalt = spec.Rule{
		ID: "content/msgid-salt-repeated", Level: spec.Must, Section: "3.3", Drafts: spec.Between(spec.Content06, spec.Content09),
		Statement: "The salt of the message is hashed once more behind the message.",
	}
	RuleInjective = spec.Rule{
		ID: "content/msgid-injective", Level: spec.Must, Section: "3.3", Drafts: Drafts,
		Statement: "Two messages that differ in sender, room or content differ in what is hashed.",
	}
	RuleOrder = spec.Rule{
		ID: "content/sort-tiebreak", Level: spec.Must, Section: "5.11", Drafts: since04,
		Statement: "Among messages of one timestamp, the one with the lexically lower message ID comes first.",
	}
)

// Rules returns the rules that this package implements.
func Rules() []*spec.Rule {
	return []*spec.Rule{
		&RuleConstruction05, &RuleConstruction07, &RuleConstruction08, &RuleHashAlgorithm, &RuleHashLength,
		&RuleReceivedOctets, &RuleURILength, &RuleURILengthOctets, &RuleSalt, &RuleInjective, &RuleOrder,
	}
}
