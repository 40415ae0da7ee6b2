package conform

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// trait is something that a request has, by which it can be told from others:
// a place, and what kind of thing stands there, such as "extensions.value=float".
type trait string

// traitsOf returns the traits of a request, in the order of what it holds.
func traitsOf(r *protocol.Request) []trait {
	switch in := r.Input.(type) {
	case *protocol.ContentInput:
		return messageTraits(nil, r.Draft, in.Message)
	case *protocol.StatusInput:
		w := traitWalker{octets: in.Report}
		w.walk(parseItem(in.Report), "report", statusNames)
		return w.traits
	case *protocol.MessageIDInput:
		var list []trait
		for _, uri := range []struct {
			name   string
			octets []byte
		}{{"sender", in.Sender}, {"room", in.Room}} {
			list = append(list, trait(uri.name+"="+uriShape(uri.octets)))
		}
		return messageTraits(list, r.Draft, in.Message)
	case *protocol.TagInput:
		return []trait{trait(fmt.Sprintf("salt=%d-octets", len(in.Salt))), trait("application_data=" + sizeOf(len(in.ApplicationData)))}
	case *protocol.ReceiverInput:
		return []trait{trait("suite=" + fmt.Sprint(uint16(in.Suite)))}
	case *protocol.HubInput:
		return []trait{trait("suite=" + fmt.Sprint(uint16(in.Suite)))}
	case *protocol.ApplyInput:
		var list []trait
		for i := range in.Commit.Proposals {
			p := &in.Commit.Proposals[i]
			for _, part := range []struct {
				name string
				has  bool
			}{
				{"participant_list", p.ParticipantList != nil}, {"join_links", p.JoinLinks != nil}, {"room_metadata", p.Metadata != nil}, {"replace", p.Replace != nil},
				{"remove_component", p.RemoveComponent != nil}, {"add", p.Add != nil}, {"remove", p.Remove != nil}, {"use", p.Use != nil}, {"sender", p.Sender != ""},
			} {
				if part.has {
					list = append(list, trait("proposals."+part.name))
				}
			}
		}
		if in.Commit.External {
			list = append(list, "external")
		}
		return list
	}
	return nil
}

func uriShape(octets []byte) string {
	for _, c := range octets {
		switch {
		case c >= 0x80:
			return "beyond-ascii"
		case c >= 'A' && c <= 'Z':
			return "upper-case"
		}
	}
	return sizeOf(len(octets))
}

func sizeOf(n int) string {
	switch {
	case n == 0:
		return "empty"
	case n < 256:
		return "below-256-octets"
	case n < 1<<15:
		return "below-32768-octets"
	}
	return "32768-octets-or-more"
}

// The names of the elements of arrays, by the array that they are in.
var (
	statusNames = names{"report": {"entry"}, "report.entry": {"messageId", "status"}}
	partNames   = []string{"disposition", "language", "cardinality"}
	bodyNames   = map[uint64][]string{
		1: {"contentType", "content"},
		2: {"contentType", "url", "expires", "size", "encAlg", "key", "nonce", "aad", "hashAlg", "contentHash", "description", "filename"},
		3: {"partSemantics", "parts"},
	}
)

type names map[string][]string

func messageTraits(list []trait, d spec.Draft, message []byte) []trait {
	w := traitWalker{octets: message, traits: list}
	top := parseItem(message)
	if top == nil || top.major != 4 {
		return list
	}
	w.add("message", top)
	names := content.ElementNames(d)
	for n, element := range top.items {
		switch {
		case n >= len(names):
			w.add("behind", element)
		case names[n] == "nestedPart":
			w.part(element, d)
		case names[n] == "extensions":
			w.extensions(element)
		default:
			w.walk(element, names[n], nil)
		}
	}
	return w.traits
}

type traitWalker struct {
	octets []byte
	traits []trait
}

func (w *traitWalker) add(place string, i *item) {
	shape := i.shape(w.octets)
	if i.major == 0 && i.argument < 24 && i.content == i.start+1 {
		switch place {
		case "nestedPart.disposition", "nestedPart.cardinality", "nestedPart.partSemantics", "nestedPart.encAlg", "nestedPart.hashAlg", "report.entry.status":
			shape = fmt.Sprint(i.argument)
		}
	}
	w.traits = append(w.traits, trait(place+"="+shape))
}

// walk adds the traits of an item and of what is in it.
func (w *traitWalker) walk(i *item, place string, inside names) {
	if i == nil {
		return
	}
	w.add(place, i)
	for n, child := range i.items {
		name := place
		if list := inside[place]; len(list) > 0 {
			name += "." + list[min(n, len(list)-1)]
		}
		w.walk(child, name, inside)
	}
}

func (w *traitWalker) extensions(i *item) {
	w.add("extensions", i)
	for n, child := range i.items {
		if n%2 == 0 {
			w.add("extensions.key", child)
		} else {
			w.walk(child, "extensions.value", nil)
		}
	}
}

func (w *traitWalker) part(i *item, d spec.Draft) {
	const place = "nestedPart"
	w.add(place, i)
	head := len(partNames)
	if d == spec.Content04 {
		head++
	}
	var cardinality uint64
	for n, child := range i.items {
		switch {
		case d == spec.Content04 && n == 2:
			w.add(place+".partIndex", child)
		case n < head-1:
			w.add(place+"."+partNames[n], child)
		case n == head-1:
			cardinality = child.argument
			w.add(place+".cardinality", child)
		default:
			fields := bodyNames[cardinality]
			if n-head >= len(fields) {
				w.add(place+".behind", child)
				continue
			}
			w.add(place+"."+fields[n-head], child)
			if fields[n-head] == "parts" {
				for _, part := range child.items {
					w.part(part, d)
				}
			}
		}
	}
}
