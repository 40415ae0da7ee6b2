package fuzz

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/properties"
)

// tryMessageIDOctets checks the reference with any octets for sender, room and
// message: it never panics, and the ID of what it accepts is that of what it
// says it hashes.
func tryMessageIDOctets(octets []byte) error {
	in := splitInput(octets)
	for _, d := range messageid.Drafts.List() {
		wrong := func(class, format string, values ...any) error {
			return &Wrong{Property: targetPrefix + "MessageIDOctets", Class: class, Draft: d, Detail: fmt.Sprintf(format, values...)}
		}
		var reference properties.Reference
		id, err := reference.MessageID(d, messageid.SHA256, &in)
		hashed, inputErr := reference.AppendHashInput(nil, d, &in)
		if (err == nil) != (inputErr == nil) {
			return wrong("hash-input-differs", "the ID fails with %v, its hash input with %v", err, inputErr)
		}
		if err != nil {
			continue
		}
		h, err := messageid.SHA256.New()
		if err != nil {
			return wrong("no-hash", "%v", err)
		}
		h.Write(hashed)
		if want := append([]byte{1}, h.Sum(nil)[:31]...); !slices.Equal(id, want) {
			return wrong("other-id", "the ID is %x, that of the hash input %x", id, want)
		}
	}
	return nil
}

// splitInput makes three fields of a fuzzer's octets: the first four octets are
// the lengths of the sender and the room.
func splitInput(octets []byte) messageid.Input {
	if len(octets) < 4 {
		return messageid.Input{Message: octets}
	}
	sender, room, rest := int(binary.BigEndian.Uint16(octets)), int(binary.BigEndian.Uint16(octets[2:])), octets[4:]
	sender = min(sender, len(rest))
	room = min(room, len(rest)-sender)
	return messageid.Input{Sender: rest[:sender], Room: rest[sender : sender+room], Message: rest[sender+room:]}
}

// messageIDSeeds returns the known answers as [splitInput] reads them.
func messageIDSeeds() (seeds [][]byte) {
	for _, d := range messageid.Drafts.List() {
		for _, answer := range corpus.KnownAnswers(d) {
			octets := binary.BigEndian.AppendUint16(nil, uint16(len(answer.Sender)))
			octets = binary.BigEndian.AppendUint16(octets, uint16(len(answer.Room)))
			seeds = append(seeds, slices.Concat(octets, []byte(answer.Sender), []byte(answer.Room), []byte(answer.Message)))
		}
	}
	return seeds
}
