package fuzz

import (
	"bytes"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/messageid"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// TestWitnessesAreValidMessages asks the content model, which package framing
// does not know, about the messages of witnesses.
func TestWitnessesAreValidMessages(t *testing.T) {
	checker, err := content.NewChecker(content.Options{Draft: spec.Content09})
	if err != nil {
		t.Fatal(err)
	}
	layouts := framing.NamedLayouts()
	for _, text := range []string{
		"len16(sender) room message salt", "sender room len16(message)",
		"room sender message", "message sender room", "sender sender message salt", "len16(sender) message salt", "message salt",
		"sender len8(room) message", `sender "/" room message salt`, "varint(sender) room message", "room message sender",
		"sender cbor(room) message", "len8(sender) len8(room) message salt",
	} {
		layouts = append(layouts, framing.Named{Layout: framing.MustParse(text)})
	}
	checked := 0
	for _, named := range layouts {
		for _, domain := range framing.Domains() {
			for _, bound := range []bool{false, true} {
				verdict := framing.Analyse(named.Layout, domain, bound)
				if verdict.Outcome == framing.Undecided && verdict.Reason == "" {
					t.Errorf("%s, %s, bound %v: undecided for no reason", named.Layout, domain, bound)
				}
				if (verdict.Outcome == framing.Ambiguous) != (verdict.Witness != nil) {
					t.Fatalf("%s, %s, bound %v: %s without a witness, or with one", named.Layout, domain, bound, verdict.Outcome)
				}
				if verdict.Witness == nil {
					continue
				}
				checked++
				var octets [2][]byte
				for i := range verdict.Witness {
					w := &verdict.Witness[i]
					for _, violation := range checker.Check(w.Message).Violations {
						// What is bound in octets and utf8 need not be a URI.
						if domain <= framing.UTF8 && violation.Rule.ID == "content/ext-senderuri-roomuri-are-uris" {
							continue
						}
						if violation.Rule.Level == spec.Syntax || violation.Rule.Level == spec.Must {
							t.Errorf("%s, %s, bound %v: message %x is no valid message: %v", named.Layout, domain, bound, w.Message, &violation)
						}
					}
					if salt, err := messageid.Salt(w.Message); err != nil || !bytes.Equal(salt, w.Salt) {
						t.Errorf("%s, %s, bound %v: salt %x, the message's is %x, %v", named.Layout, domain, bound, w.Salt, salt, err)
					}
					if !domain.Contains(framing.Sender, w.Sender) || !domain.Contains(framing.Room, w.Room) {
						t.Errorf("%s, %s, bound %v: %q or %q is not in the domain", named.Layout, domain, bound, w.Sender, w.Room)
					}
					if bound {
						checkBound(t, w)
					}
					var err error
					if octets[i], err = named.Layout.Append(nil, w); err != nil {
						t.Error(err)
					}
				}
				if !bytes.Equal(octets[0], octets[1]) || verdict.Witness[0].Equal(&verdict.Witness[1]) {
					t.Errorf("%s, %s, bound %v: the witness shows nothing", named.Layout, domain, bound)
				}
			}
		}
	}
	if checked == 0 {
		t.Error("no witness was checked")
	}
}

// checkBound holds that the message names the URIs in extensions 1 and 2.
func checkBound(t *testing.T, w *framing.Tuple) {
	t.Helper()
	var elements []cbor.RawMessage
	var extensions map[int]string
	if err := cbor.Unmarshal(w.Message, &elements); err != nil {
		t.Error(err)
	} else if err := cbor.Unmarshal(elements[5], &extensions); err != nil || extensions[1] != string(w.Sender) || extensions[2] != string(w.Room) {
		t.Errorf("the message names %v, the tuple is (%q, %q): %v", extensions, w.Sender, w.Room, err)
	}
}
