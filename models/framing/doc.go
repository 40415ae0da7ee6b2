// Package framing decides whether the input of a hash can be read back.
//
// A MIMI message ID is a hash over a [Layout] of the sender's URI, the room's
// URI, the message and its salt (draft-ietf-mimi-content, section 3.3, of
// revisions 05 to 09). If two different [Tuple] values lay out to the same
// octets, two different messages have one ID, whatever the hash function.
//
// Start with [Analyse], which proves a layout injective over a [Domain] of URIs
// or shows two tuples that collide. [Parse] reads a layout as people write it,
// [NamedLayouts] lists those of the drafts and the alternatives to them,
// [Layout.Append] and [Layout.Hash] lay a tuple out, and [Layout.Read] is their
// left inverse.
//
// The message is a content message of revision 09 in deterministic CBOR. It is
// read only as far as a layout needs: where it ends, what its salt is and which
// URIs its extensions name. Whether it keeps all rules of the drafts is not
// decided here.
package framing
