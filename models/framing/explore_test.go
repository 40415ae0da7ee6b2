package framing

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// proofLayouts have fields again, heads of all kinds after URIs without one, and
// salts before messages.
var proofLayouts = []string{
	"sender room message", "sender message message room", "sender message room message", "message sender message room", "salt room salt sender message",
	"room len8(sender) len8(room) message", "sender len8(room) len8(sender) message", "sender len16(sender) room len8(room) message", "sender varint(sender) room message",
	"message cbor(room) sender varint(sender)", "sender room sender message", "sender sender room message", "sender room room message", "room sender len8(sender) room message",
	"sender cbor(room) cbor(message)", "sender cbor(message) cbor(room)", "sender cbor(salt) cbor(message) room", "sender cbor(message) cbor(salt) room",
	"sender len8(salt) len8(message) room", "sender salt salt message room", "sender salt message room", "sender room salt message", "room salt sender salt message",
	"sender len8(room) message", "sender len16(room) message salt", "sender len32(room) message", "sender len64(room) message", "sender varint(room) message salt",
	"sender room len8(message)", "sender room len16(message)", "sender room len32(message)", "sender room len64(message)", "sender room varint(message)", "sender room cbor(message)",
	"sender len8(room) len8(message)", "sender len16(room) len32(message)", "sender varint(room) varint(message)", "sender len8(message) len8(room)", "sender 0x81 len16(message) room",
	`sender "|" room "|" message`, `sender "aa" room message`, "sender 0x00 0x00 room message",
	"room varint(room) varint(room) message", "room varint(room) varint(room) len8(message)",
}

// How many pairs of readings a proof follows, in step and apart, and what comes
// of it: e if a pair escapes, m if lengths of messages are added up.
func TestGoldenProofs(t *testing.T) {
	golden(t, "proofs.txt", proofs(proofLayouts))
}

func proofs(layouts []string) string {
	var out strings.Builder
	for _, text := range layouts {
		l := MustParse(text)
		for _, d := range Domains() {
			fmt.Fprintf(&out, "%s in %s:", text, d)
			for _, bound := range []bool{false, true} {
				for _, wrap := range []bool{false, true} {
					z := newPuzzle(l, d, bound, wrap, math.MaxUint64)
					x := z.explore()
					fmt.Fprintf(&out, " %d+%d", x.pairsInStep(), x.pairsApart())
					if x.escaped {
						out.WriteString("e")
					}
					if x.measured {
						out.WriteString("m")
					}
				}
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

// Automata that count the first octets of URIs prove more.
func TestGoldenCountingProofs(t *testing.T) {
	var got strings.Builder
	for _, text := range []string{
		"sender len16(room) message salt", "sender len32(room) message", "sender varint(room) cbor(message)", "cbor(sender) room cbor(room) message", "len8(sender) room len8(sender) message",
		"room len8(sender) len8(room) message", "sender len8(room) len8(salt) message",
		"len8(room) len16(message)", "cbor(message) len8(sender)",
	} {
		for _, d := range []Domain{UTF8, RFC3986} {
			for _, bound := range []bool{false, true} {
				z := newPuzzle(MustParse(text), d, bound, false, math.MaxUint64).counted()
				x := z.explore()
				fmt.Fprintf(&got, "%s in %s, bound %v: %d pieces, %d pairs in step and %d apart, escaped %v, measured %v\n",
					text, d, bound, len(z.pieces), x.pairsInStep(), x.pairsApart(), x.escaped, x.measured)
			}
		}
	}
	golden(t, "counting.txt", got.String())
}
