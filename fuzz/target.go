package fuzz

import (
	"fmt"
	"slices"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
	"github.com/mimifuzz/mimifuzz/reports"
)

// costly is the cost from which on a property is left out of a target's batch.
const costly = 100

var ledger = sync.OnceValue(reports.EmbeddedLedger)

// expected reports whether the project's ledger has a defect of the reference.
func expected(property, class string, d spec.Draft) bool {
	signature := reports.Signature(property, class, properties.Reference{}.Name())
	return slices.ContainsFunc(ledger(), func(e reports.Expected) bool {
		return e.Signature == signature && slices.Contains(e.Drafts, d)
	})
}

// TryTape takes a fuzzer's octets for a tape and checks every cheap property of
// the reference under every draft with what it draws. It returns an error that
// says what was refuted, unless that is expected.
func TryTape(octets []byte) error { return tryTape(octets, properties.All()) }

func tryTape(octets []byte, chosen []*properties.Property) error {
	choices := gen.FromOctets(octets)
	var tape gen.Tape
	for _, p := range chosen {
		if p.DrawsNothing() || p.Cost >= costly {
			continue
		}
		for _, d := range p.Drafts.List() {
			tape.Rewind(choices)
			_, refutation := p.Try(properties.Reference{}, d, &tape)
			if refutation != nil && !expected(p.ID, refutation.Class, d) {
				return fmt.Errorf("%s under %s: %s: %s\ncase: %s", p.ID, d, refutation.Class, refutation.Detail, p.Case(d, choices))
			}
		}
	}
	return nil
}

// TryInput checks the reference with any octets for sender, room and message:
// it never panics, and the ID of what it accepts is that of what it says it
// hashes.
func TryInput(in *messageid.Input) error {
	for _, d := range messageid.Drafts.List() {
		var reference properties.Reference
		id, err := reference.MessageID(d, messageid.SHA256, in)
		octets, inputErr := reference.AppendHashInput(nil, d, in)
		if (err == nil) != (inputErr == nil) {
			return fmt.Errorf("%s: the ID fails with %v, its hash input with %v", d, err, inputErr)
		}
		if err != nil {
			continue
		}
		h, err := messageid.SHA256.New()
		if err != nil {
			return err
		}
		h.Write(octets)
		if want := append([]byte{1}, h.Sum(nil)[:31]...); !slices.Equal(id, want) {
			return fmt.Errorf("%s: the ID is %x, that of the hash input %x", d, id, want)
		}
	}
	return nil
}

// SplitInput makes three fields of a fuzzer's octets: the first two octets are
// lengths of the sender and the room.
func SplitInput(octets []byte) messageid.Input {
	if len(octets) < 2 {
		return messageid.Input{Message: octets}
	}
	sender, room, rest := int(octets[0]), int(octets[1]), octets[2:]
	sender = min(sender, len(rest))
	room = min(room, len(rest)-sender)
	return messageid.Input{Sender: rest[:sender], Room: rest[sender : sender+room], Message: rest[sender+room:]}
}
