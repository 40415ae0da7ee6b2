package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// Codec reads and writes structs as one revision of the room policy has them on
// the wire. Those of the protocol are the same in every revision.
type Codec struct {
	draft  spec.Draft
	syntax syntax
}

// NewCodec returns the codec of a revision of the room policy. The readings
// choose from [SyntaxAmbiguities], by the names of both; what is not named
// takes the first reading. It fails with [*DraftError] or
// [*UnknownSyntaxError].
func NewCodec(draft spec.Draft, readings map[string]string) (*Codec, error) {
	c := &Codec{draft: draft}
	if !allDrafts.Has(draft) {
		return nil, &DraftError{Draft: draft, Drafts: allDrafts}
	}
	for id, reading := range readings {
		if err := c.syntax.choose(draft, id, reading); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Draft returns the revision that the codec speaks.
func (c *Codec) Draft() spec.Draft { return c.draft }

// DraftError says that a draft has no room policy, or not the struct that is
// asked for.
type DraftError struct {
	Struct string // "" for a whole policy
	Draft  spec.Draft
	Drafts spec.Drafts // that have it
}

func (e *DraftError) Error() string {
	name := e.Struct
	if name == "" {
		name = "room policy"
	}
	return fmt.Sprintf("%s has no %s: expected one of %s", e.Draft, name, e.Drafts)
}

// UnknownComponentError says that a component is not modelled.
type UnknownComponentError struct{ ComponentID ComponentID }

func (e *UnknownComponentError) Error() string {
	return fmt.Sprintf("component %s is not modelled", e.ComponentID)
}

// Decode reads one struct, such as Decode[RoleData](codec, octets). It fails
// with [*wire.Error], which names struct, field, octet and value, and with
// [*DraftError]; then it returns nil.
//
// [Policy] is the struct RoomPolicy of room-policy-01 and -02, without roles and
// preauthorized users, which are structs of their own. Since room-policy-03
// policies are in an [AppDataDictionary].
func Decode[T any, P interface {
	*T
	Struct
}](c *Codec, octets []byte) (*T, error) {
	value := new(T)
	if err := c.decode(P(value), octets); err != nil {
		return nil, err
	}
	return value, nil
}

// DecodeComponent reads the data of a component. It fails like [Decode], and
// with [*UnknownComponentError].
func (c *Codec) DecodeComponent(id ComponentID, octets []byte) (Struct, error) {
	return c.decodeOne(id, dataOf(id), octets)
}

// DecodeUpdate reads the update of a component: [*ParticipantListUpdate] and
// [*JoinLinksUpdate], and what [Codec.DecodeComponent] returns for others. It
// fails like that.
func (c *Codec) DecodeUpdate(id ComponentID, octets []byte) (Struct, error) {
	return c.decodeOne(id, updateOf(id), octets)
}

func (c *Codec) decodeOne(id ComponentID, s Struct, octets []byte) (Struct, error) {
	if s == nil {
		return nil, &UnknownComponentError{ComponentID: id}
	}
	if err := c.decode(s, octets); err != nil {
		return nil, err
	}
	return s, nil
}

// check returns the name of a struct that the revision has.
func (c *Codec) check(s Struct) (string, error) {
	name, drafts := s.describe()
	if !drafts.Has(c.draft) {
		return name, &DraftError{Struct: name, Draft: c.draft, Drafts: drafts}
	}
	return name, nil
}

// bare reports whether the octets of a struct are those of a vector without its
// length.
func (c *Codec) bare(s Struct) bool {
	_, links := s.(*JoinLinksData)
	return links && c.syntax.bareJoinLinks
}

// decode reads into a zero struct.
func (c *Codec) decode(s Struct, octets []byte) error {
	name, err := c.check(s)
	if err != nil {
		return err
	}
	r := wire.NewReader(name, octets)
	s.fields(&tlsReader{Reader: r, c: c, bare: c.bare(s)})
	return r.Done()
}

// Walk reads into a zero struct like [Decode], and lists the fields with their
// places, up to the first that fails.
func (c *Codec) Walk(s Struct, octets []byte) ([]wire.Field, error) {
	name, err := c.check(s)
	if err != nil {
		return nil, err
	}
	return wire.Walk(name, octets, func(r *wire.Reader) {
		s.fields(&tlsReader{Reader: r, c: c, bare: c.bare(s)})
	})
}

// Append appends a struct to dst. It fails with [*DraftError], with
// [*EncodeError] where a value has no place in the encoding, and with
// [*wire.Error] where one is too long; then it returns dst as it was.
func (c *Codec) Append(dst []byte, s Struct) ([]byte, error) {
	name, err := c.check(s)
	if err != nil {
		return dst, err
	}
	w := &tlsWriter{Writer: wire.NewWriter(name, dst), c: c, structName: name}
	s.fields(w)
	octets, err := w.Done()
	if w.err != nil {
		return octets[:len(dst)], w.err
	}
	if err == nil && c.bare(s) {
		return append(dst, wire.NewReader(name, octets[len(dst):]).Opaque("")...), nil
	}
	return octets, err
}

// Encode returns the octets of a struct. It fails like [Codec.Append].
func (c *Codec) Encode(s Struct) ([]byte, error) {
	octets, err := c.Append(nil, s)
	if err != nil {
		return nil, err
	}
	return octets, nil
}

// EncodeError says that a value has no place in the encoding of a draft.
type EncodeError struct {
	Struct string // the outermost struct, such as "RoomPolicy"
	Field  string // the way to the field, such as "allowed_bots[1].can_read"
	Draft  spec.Draft
	Why    string
}

func (e *EncodeError) Error() string {
	return fmt.Sprintf("%s.%s cannot be written for %s: %s", e.Struct, e.Field, e.Draft, e.Why)
}
