// Package gomls runs github.com/cisco/go-mls, an MLS library of 2020, beside the
// models.
//
// [NewRoom] makes a room whose members send each other franked messages in a
// real MLS group, which [NewGroup] makes; [Compare] asks go-mls for a second
// opinion on signatures; the [Targets] hand octets to the parsers and verifiers
// of go-mls. What is known to be wrong with go-mls is in [Findings], [Hangs],
// [WrongAnswers] and [Differences].
//
// The package is in a module of its own, so that the dependencies of go-mls
// are those of nobody else. go-mls follows draft-ietf-mls-protocol-09 and not
// RFC 9420: its encodings, its key schedule and its HPKE say nothing about those
// of the RFC. Signatures, HMAC and the numbers of cipher suites are the same.
package gomls
