// Package franking is the reference model of message franking in
// draft-ietf-mimi-protocol, revisions 03 to 06 (sections 5.4.1 and 5.9): what
// the client makes, what the hub makes of it, what the receiver verifies, and
// how the hub validates a report of abuse.
//
// Start with [NewScheme]. A [Scheme] is franking under one draft and one set of
// readings, and goes through the steps of one party in one call:
// [Scheme.Send], [Scheme.Accept], [Scheme.Verify] and [Scheme.ValidateReport].
// Everything that comes from elsewhere is octets, so that any octet can be
// altered. Each returns a [Verdict]: the first [Step] that failed, and why.
//
// The values that the steps are about can be made one by one: [FrankingTag],
// [Context.Append], [ServerFrank], [AppendTBS], [AppendSignedOctets],
// [IntegrityCheck], [CipherSuite.Sign] and [CipherSuite.Verify]; and the structs
// read and written: [Frank], [SafeAAD], [FrankingAgentData], [AbuseReport].
// [Scheme.Fields] lists the fields of any of them with their places.
//
// # Modes
//
// The text is silent about much that a franking scheme needs. [Literal] makes
// only the checks that it names; [Default] makes those as well that are needed
// for franking to keep what it promises. [Ambiguities] lists each place where
// the two differ; [Options] chooses a mode, and any reading by itself.
//
// # What is not modelled
//
// Keys, times, salts and the identity in a leaf are arguments. MLS itself is
// not here: it is taken for granted that a message was decrypted, that it is a
// PrivateMessage with content_type application, and that the authenticated_data
// of its group is a SafeAAD. Certificate chains are not verified, as that takes
// a clock and trust anchors; a certificate is compared with the key beside it.
package franking
