package vectors

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// The major types of CBOR: RFC 8949, section 3.1.
const (
	majorUint = iota
	majorNegative
	majorBytes
	majorText
	majorArray
	majorMap
	majorTag
	majorSimple
)

// item is a CBOR item of a message, which starts and ends at octets, and where
// the content behind its head begins.
type item struct {
	path                string // such as "nestedPart.parts[1].url"
	start, content, end int
	major               byte
	argument            uint64
}

// itemsOf returns every item of a valid message whose strings, arrays and maps
// have definite lengths, each before those in it.
func itemsOf(d spec.Draft, message []byte) []item {
	w := itemWalker{draft: d, octets: message}
	w.item("message", messageElements)
	return w.items
}

// elements names the elements of an array, or what is in each of them.
type elements uint8

const (
	plainElements elements = iota
	messageElements
	partElements
	partsElements
)

type itemWalker struct {
	draft  spec.Draft
	octets []byte
	at     int
	items  []item
}

func (w *itemWalker) item(path string, kind elements) {
	first := w.octets[w.at]
	i := item{path: path, start: w.at, major: first >> 5, argument: uint64(first & 31)}
	w.at++
	if width := headWidth(first); width > 0 {
		var octets [8]byte
		copy(octets[8-width:], w.octets[w.at:w.at+width])
		i.argument = binary.BigEndian.Uint64(octets[:])
		w.at += width
	}
	i.content = w.at
	index := len(w.items)
	w.items = append(w.items, i)
	switch i.major {
	case majorBytes, majorText:
		w.at += int(i.argument)
	case majorArray:
		for n := range int(i.argument) {
			name, inner := w.element(path, kind, n, int(i.argument))
			w.item(name, inner)
		}
	case majorMap:
		for n := range int(i.argument) {
			w.item(fmt.Sprintf("%s.key%d", path, n), plainElements)
			w.item(fmt.Sprintf("%s.value%d", path, n), plainElements)
		}
	case majorTag:
		w.item(path+".tagged", plainElements)
	}
	w.items[index].end = w.at
}

// headWidth is how many octets follow the first one of a head.
func headWidth(first byte) int {
	if info := first & 31; info >= 24 && info <= 27 {
		return 1 << (info - 24)
	}
	return 0
}

var partNames = map[int][]string{ // by the number of elements, without part index
	3: {"disposition", "language", "cardinality"},
	5: {"disposition", "language", "cardinality", "contentType", "content"},
	15: {"disposition", "language", "cardinality", "contentType", "url", "expires", "size", "encAlg", "key", "nonce", "aad",
		"hashAlg", "contentHash", "description", "filename"},
}

// element names an element of an array of n.
func (w *itemWalker) element(path string, kind elements, index, n int) (string, elements) {
	switch kind {
	case messageElements:
		name := content.ElementNames(w.draft)[index]
		if name == "nestedPart" {
			return name, partElements
		}
		return name, plainElements
	case partElements:
		if w.draft == spec.Content04 { // which has the index, and no filename
			if n--; n == 14 {
				n = 15
			}
			if index == 2 {
				return path + ".partIndex", plainElements
			} else if index > 2 {
				index--
			}
		}
		if index == 3 && w.multi(path) {
			return path + ".partSemantics", plainElements
		} else if index == 4 && w.multi(path) {
			return path + ".parts", partsElements
		}
		return path + "." + partNames[n][index], plainElements
	case partsElements:
		return fmt.Sprintf("%s[%d]", path, index), partElements
	}
	return fmt.Sprintf("%s[%d]", path, index), plainElements
}

// multi reports whether the part at a path is a multi part, by the cardinality
// that was walked last.
func (w *itemWalker) multi(path string) bool {
	i := slices.IndexFunc(w.items, func(i item) bool { return i.path == path+".cardinality" })
	return i >= 0 && w.items[i].argument == 3
}

// with returns octets with an item replaced.
func (i *item) with(octets []byte, by ...byte) []byte {
	return slices.Concat(octets[:i.start], by, octets[i.end:])
}

// head returns a head with its argument in some octets behind the first one, 0
// for the first octet alone.
func head(major byte, argument uint64, width int) []byte {
	switch width {
	case 0:
		return []byte{major<<5 | byte(argument)}
	case 1:
		return []byte{major<<5 | 24, byte(argument)}
	case 2:
		return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(argument))
	case 4:
		return binary.BigEndian.AppendUint32([]byte{major<<5 | 26}, uint32(argument))
	}
	return binary.BigEndian.AppendUint64([]byte{major<<5 | 27}, argument)
}

// encoded returns a string with its shortest head.
func encoded[S ~[]byte | ~string](major byte, octets S) []byte {
	return append(content.AppendHead(nil, major, uint64(len(octets))), octets...)
}
