package messageid

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Size is the length of a message ID in octets.
const Size = 32

// hashOctets is how many octets of the hash are kept behind the algorithm.
const hashOctets = Size - 1

// ID is a message ID: the hash algorithm, then 31 octets of the hash.
type ID [Size]byte

// String returns the ID in hexadecimal.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText returns the ID in hexadecimal.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads an ID in hexadecimal.
func (id *ID) UnmarshalText(text []byte) error {
	octets, err := hex.DecodeString(string(text))
	if err != nil || len(octets) != Size {
		return fmt.Errorf("a message ID is %d hexadecimal digits, not %q", 2*Size, text)
	}
	*id = ID(octets)
	return nil
}

// Compare orders messages of one hub accepted timestamp: the ID that is lower
// as a string of octets comes first (content-05 to content-09, section 5.11).
// It returns -1, 0 or 1.
func Compare(a, b ID) int { return bytes.Compare(a[:], b[:]) }

// Input is what a message ID is computed from, in octets. The message is taken
// as it was received: it is neither judged nor encoded again.
type Input struct {
	Sender  []byte `json:"sender"`
	Room    []byte `json:"room"`
	Message []byte `json:"message"`
}

// Compute returns the message ID of in under a draft. It fails with a
// [*spec.Violation] if the algorithm gives fewer than 31 octets, if a URI is
// longer than its length field can say, or if the salt cannot be read, and
// with an [*UnsupportedDraftError] if the draft defines no such ID.
//
// Source: content-05 to content-09, section 3.3.
func Compute(d spec.Draft, algorithm HashAlgorithm, in *Input) (ID, error) {
	construction, err := For(d)
	if err != nil {
		return ID{}, err
	}
	return construction.Compute(algorithm, in)
}

// Construction is one way to make a message ID.
type Construction struct {
	Name   string // a draft, or the name of a proposal
	Layout framing.Layout
	Drafts spec.Drafts // that use it; none for a proposal
}

// Compute returns the message ID of in under the construction. It fails like
// the function [Compute].
func (c *Construction) Compute(algorithm HashAlgorithm, in *Input) (ID, error) {
	tuple, err := c.tuple(in)
	if err != nil {
		return ID{}, err
	}
	h, err := algorithm.hasher()
	if err != nil {
		return ID{}, err
	}
	defer algorithm.release(h)
	if err := c.Layout.Hash(h, &tuple); err != nil {
		return ID{}, lengthViolation(err)
	}
	id := ID{byte(algorithm)}
	copy(id[1:], h.Sum(h.output[:0])[:hashOctets])
	return id, nil
}

// AppendHashInput appends the octets that are hashed for in. It fails like
// [Compute].
func (c *Construction) AppendHashInput(dst []byte, in *Input) ([]byte, error) {
	tuple, err := c.tuple(in)
	if err != nil {
		return dst, err
	}
	out, err := c.Layout.Append(dst, &tuple)
	if err != nil {
		return dst, lengthViolation(err)
	}
	return out, nil
}

// tuple completes the input with the message's own salt, where the layout
// needs it.
func (c *Construction) tuple(in *Input) (framing.Tuple, error) {
	t := framing.Tuple{Sender: in.Sender, Room: in.Room, Message: in.Message}
	if !c.Layout.Has(framing.Salt) {
		return t, nil
	}
	salt, err := Salt(in.Message)
	t.Salt = salt
	return t, err
}

// UnsupportedDraftError says that a draft defines no message ID that can be
// computed from the content.
type UnsupportedDraftError struct{ Draft spec.Draft }

func (e *UnsupportedDraftError) Error() string {
	if e.Draft == spec.Content04 {
		return "content-04 hashes the MLS ciphertext: its message IDs cannot be computed from the content; expected one of " + Drafts.String()
	}
	return fmt.Sprintf("%s defines no message IDs: expected one of %s", e.Draft, Drafts)
}
