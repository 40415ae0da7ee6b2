package fuzz

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

var (
	roomPolicyDrafts = spec.Between(spec.RoomPolicy01, spec.RoomPolicy04)
	policyDrafts     = roomPolicyDrafts | spec.Between(spec.Protocol04, spec.Protocol06)
)

// policyWires are the drafts that differ on the wire: room-policy-03 is the same
// as -04, and so are the revisions of the protocol.
var policyWires = spec.DraftsOf(spec.RoomPolicy01, spec.RoomPolicy02, spec.RoomPolicy04, spec.Protocol06)

// tryPolicyOctets reads octets as every struct of every draft: what is read is
// written again as the same octets, and so is its JSON form.
func tryPolicyOctets(octets []byte) error {
	const target = "PolicyOctets"
	var reference properties.Reference
	for _, d := range policyWires.List() {
		for _, name := range gen.ComponentStructs(d) {
			err := guard(target, d, func() error {
				wrong := func(class, format string, values ...any) error {
					return &Wrong{Property: targetPrefix + target, Class: name + "-" + class, Draft: d, Detail: fmt.Sprintf(format, values...)}
				}
				again, err := reference.DecodeComponent(d, name, octets)
				if err != nil {
					return nil
				}
				if !bytes.Equal(again, octets) {
					return wrong("comes-back-changed", "%x comes back as %x", octets, again)
				}
				text, err := reference.ComponentToJSON(d, name, octets)
				if err != nil {
					return wrong("has-no-json", "%x has no JSON form: %v", octets, err)
				}
				if again, err = reference.ComponentFromJSON(d, name, text); err != nil || !bytes.Equal(again, octets) {
					return wrong("json-comes-back-changed", "%x comes back from %s as %x: %v", octets, text, again, err)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// tryPolicyJSON reads any text as the components of a room: what is read is
// written as a text that says the same, and its structure can be judged. Where
// it has TLS, that says the same as well.
func tryPolicyJSON(text []byte) error {
	const target = "PolicyJSON"
	newest := spec.RoomPolicy04
	wrong := func(d spec.Draft, class, format string, values ...any) error {
		return &Wrong{Property: targetPrefix + target, Class: class, Draft: d, Detail: fmt.Sprintf(format, values...)}
	}
	return guard(target, newest, func() error {
		room, err := roompolicy.DecodeJSON[roompolicy.AppDataDictionary](text)
		if err != nil {
			return nil
		}
		written, err := roompolicy.EncodeJSON(room)
		if err != nil {
			return wrong(newest, "not-written", "%s is read and not written: %v", text, err)
		}
		if err := comesBack(written); err != nil {
			return wrong(newest, "comes-back-changed", "%s: %v", text, err)
		}
		for _, d := range roomPolicyDrafts.List() {
			if _, err := roompolicy.CheckDictionary(room, d); err != nil {
				return wrong(d, "not-judged", "%s: %v", written, err)
			}
		}
		codec, err := roompolicy.NewCodec(newest, nil)
		if err != nil {
			return wrong(newest, "no-codec", "%v", err)
		}
		octets, err := codec.Encode(room)
		if err != nil {
			return nil // the draft has no place for it
		}
		back, err := roompolicy.Decode[roompolicy.AppDataDictionary](codec, octets)
		if err != nil {
			return wrong(newest, "octets-refused", "%s is encoded as %x, which is refused: %v", written, octets, err)
		}
		again, err := roompolicy.EncodeJSON(back)
		if err != nil || !bytes.Equal(again, written) {
			return wrong(newest, "octets-say-something-else", "%s is encoded as %x, which says %s: %v", written, octets, again, err)
		}
		return nil
	})
}

// comesBack fails unless a text is read and written as it is.
func comesBack(text []byte) error {
	room, err := roompolicy.DecodeJSON[roompolicy.AppDataDictionary](text)
	if err != nil {
		return fmt.Errorf("%s is refused: %w", text, err)
	}
	if again, err := roompolicy.EncodeJSON(room); err != nil || !bytes.Equal(again, text) {
		return fmt.Errorf("%s comes back as %s: %v", text, again, err)
	}
	return nil
}

// seedRooms returns the rooms of the catalog and the example policies.
func seedRooms() (rooms []*roompolicy.AppDataDictionary) {
	for _, c := range roompolicy.StructureCases() {
		rooms = append(rooms, &c.Room)
	}
	for _, e := range roompolicy.Examples() {
		rooms = append(rooms, &roompolicy.AppDataDictionary{Policy: *e.Policy})
	}
	return rooms
}

// policyOctetSeeds returns the seed rooms and each of their components as
// octets, Rooms that the draft has no place for
// have none.
func policyOctetSeeds() (seeds [][]byte) {
	codec, err := roompolicy.NewCodec(spec.RoomPolicy04, nil)
	if err != nil {
		panic(err) // a draft of the model
	}
	add := func(s roompolicy.Struct) {
		if octets, err := codec.Encode(s); err == nil && len(octets) <= largestSeed {
			seeds = append(seeds, octets)
		}
	}
	for _, room := range seedRooms() {
		add(room)
		for id := roompolicy.ParticipantListID; id <= roompolicy.MessageExpirationPolicyID; id++ {
			if component := room.Component(id); component != nil {
				add(component)
			}
		}
	}
	slices.SortFunc(seeds, bytes.Compare)
	return slices.CompactFunc(seeds, bytes.Equal)
}

// policyJSONSeeds returns the seed rooms as texts.
func policyJSONSeeds() (seeds [][]byte) {
	for _, room := range seedRooms() {
		text, err := roompolicy.EncodeJSON(room)
		if err != nil {
			panic(err) // the embedded rooms were read from JSON
		}
		seeds = append(seeds, text)
	}
	return seeds
}
