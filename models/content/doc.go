// Package content is the reference model of MIMI content messages: the
// container format of draft-ietf-mimi-content, revisions 04 to 09, and the
// reports of draft-mahy-mimi-message-status.
//
// Start with [NewChecker] and [Checker.Check], which judge the octets of a
// message in one pass and return every violation with its rule, offset, path,
// what was found and what is allowed. [Rules] lists the rules, [Cases] shows
// each of them from both sides, and [Ambiguities] lists where the drafts can be
// read in two ways; [Options] choose among the readings.
//
// # What is modelled
//
// content-08 and content-09 are the same on the wire. content-06 and -07 have
// neither deterministic encoding nor the restrictions of section 6. content-05
// is modelled in part: 8 elements with a salt of 32 octets and lastSeen, the
// expiry and the reply as its text has them, since its grammar contradicts
// itself. content-04 is modelled in part as well: no salt, a bare expiry, a
// reply with the hash of its target, extensions with text keys and byte
// strings, a part index in each part and no file name. How message IDs are
// computed is the business of the package messageid.
//
// Each flaw is told of once, under the rule that fits it most closely: a salt
// that is a text breaks content/salt-type and not content/salt-length as well.
// Where an array has a wrong number of elements, it is not known which is
// which, and they are judged as mere CBOR.
//
// # Limits
//
// The package never panics, does no I/O and reads no clock. Memory is bounded
// by 64 KiB and 32 times the length of the input, and time is linear in it. A
// result keeps 48 violations and the first of each further rule, and counts
// the others in [Result.Dropped].
// Containers that nest more than 16 levels deep are judged for
// well-formedness and the encoding of each item, but not for their keys;
// parts below level 8 are judged as mere CBOR. Inputs of 2 GiB and more are
// not supported.
package content
