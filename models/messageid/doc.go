// Package messageid computes MIMI message IDs under every draft that defines
// them from the content: content-05 to content-09, section 3.3. (content-04
// hashed the MLS ciphertext instead, which the content alone does not give.)
//
// A message ID has 32 octets: the identifier of a hash algorithm in the IANA
// Named Information registry, then the first 31 octets of that hash over the
// sender URI, the room URI, the message and, from content-06 on, its salt.
// How the four are laid out is the whole difference between the drafts, and
// is held as a [framing.Layout], so that what package framing proves of a
// layout is what is hashed here.
//
// Start at [Compute]. [Constructions] lists the layouts of the drafts and of
// the proposals that were on the table.
package messageid
