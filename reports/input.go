package reports

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// inputField is one value in the input of a case.
type inputField struct {
	path  string // such as "first.sender"
	isRaw bool   // octets, else a word or number
	value string
}

// wordFields are the names of strings in an input that are words. All others
// are octets in base64, and some words could pass for base64.
var wordFields = []string{"name", "op", "role", "source", "domain", "note", "draft", "property"}

// inputFields lists the values in the input of a case, in their order there.
// JSON that is not a case is listed as a whole.
func inputFields(data json.RawMessage) []inputField {
	var c struct {
		Input   json.RawMessage `json:"input"`
		Request json.RawMessage `json:"request"` // of a case of mimifuzz conform
	}
	if json.Unmarshal(data, &c) == nil {
		switch {
		case len(c.Input) > 0:
			data = c.Input
		case len(c.Request) > 0:
			data = c.Request
		}
	}
	if len(data) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var fields []inputField
	if err := appendFields(&fields, decoder, "", ""); err != nil {
		fields = append(fields, inputField{path: "unreadable", value: err.Error()})
	}
	return fields
}

func appendFields(fields *[]inputField, decoder *json.Decoder, path, name string) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		before := len(*fields)
		for i := 0; decoder.More(); i++ {
			at, key := fmt.Sprintf("%s[%d]", path, i), name
			if token == '{' {
				next, err := decoder.Token()
				if err != nil {
					return err
				}
				key = fmt.Sprint(next)
				at = strings.TrimPrefix(path+"."+key, ".")
			}
			if err := appendFields(fields, decoder, at, key); err != nil {
				return err
			}
		}
		if _, err := decoder.Token(); err != nil {
			return err
		}
		if token == '[' {
			if octets, ok := octetArray((*fields)[before:]); ok {
				*fields = append((*fields)[:before], inputField{path: path, isRaw: true, value: octets})
			}
		}
	case string:
		octets, err := base64.StdEncoding.Strict().DecodeString(token)
		if err != nil || slices.Contains(wordFields, name) {
			*fields = append(*fields, inputField{path: path, value: token})
		} else {
			*fields = append(*fields, inputField{path: path, isRaw: true, value: string(octets)})
		}
	case nil:
		*fields = append(*fields, inputField{path: path, value: "null"})
	default:
		*fields = append(*fields, inputField{path: path, value: fmt.Sprint(token)})
	}
	return nil
}

// octetArray joins the elements of an array of octets, which is how
// encoding/json writes arrays of fixed length such as message IDs. Arrays of
// a few small numbers are taken for numbers.
func octetArray(elements []inputField) (string, bool) {
	if len(elements) < 16 {
		return "", false
	}
	octets := make([]byte, len(elements))
	for i, e := range elements {
		n, err := strconv.ParseUint(e.value, 10, 8)
		if err != nil || e.isRaw {
			return "", false
		}
		octets[i] = byte(n)
	}
	return string(octets), true
}

// inputName is how many octets of a value's path are shown.
const inputName = 60

// shownValue is a value as a reader sees it, escaped.
type shownValue struct {
	Path string
	Size string // such as "19 octets", "" for words and numbers
	Text string // quoted text, hex, or a word
	More string // what was cut from Text and where it is, "" for nothing
}

// showInput renders the input of a finding with at most limit octets of each
// value. A value that has occurred under the same name is not repeated.
func showInput(f *Finding, limit int) []shownValue {
	var list []shownValue
	fields := inputFields(f.Case)
	for i, field := range fields {
		shown := show(field.value, field.isRaw, limit, f.File)
		shown.Path = clipName(field.path, inputName)
		for _, earlier := range fields[:i] {
			if field.isRaw && len(field.value) > 0 && earlier.isRaw && earlier.value == field.value && lastName(earlier.path) == lastName(field.path) {
				shown.Text, shown.More = "the same as "+clipName(earlier.path, inputName), ""
				break
			}
		}
		list = append(list, shown)
	}
	return list
}

func lastName(path string) string {
	return path[strings.LastIndexByte(path, '.')+1:]
}

// show renders a value: words as they are, octets as quoted text if most of
// them are text, else as hex. File is what holds the whole.
func show(value string, isRaw bool, limit int, file string) shownValue {
	kept, more := clip(value, limit)
	shown := shownValue{Text: Escape(kept)}
	if isRaw {
		shown.Size = plural(len(value), "octet")
		switch {
		case value == "":
			shown.Text = "(empty)"
		case textLike(kept):
			shown.Text = quote(kept)
		default:
			kept, more = value[:min(limit, len(value))], max(0, len(value)-limit)
			shown.Text = hex.EncodeToString([]byte(kept))
		}
	}
	shown.More = moreNote(more, file)
	return shown
}

// textLike reports whether s is better read as text: it is UTF-8, and at least
// three quarters of it can be shown.
func textLike(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	hidden := 0
	for _, r := range s {
		if !showable(r) {
			hidden += utf8.RuneLen(r)
		}
	}
	return 4*hidden <= len(s)
}

// clipName renders a name of the record with at most limit octets of it.
func clipName(s string, limit int) string {
	kept, more := clip(s, limit)
	if more > 0 {
		return Escape(kept) + "…"
	}
	return Escape(kept)
}

// clipProse renders a sentence of the record with at most limit octets of it.
func clipProse(s string, limit int, file string) string {
	kept, more := clip(s, limit)
	if more == 0 {
		return prose(kept)
	}
	return prose(kept) + " " + moreNote(more, file)
}

// clipLines renders lines of the record with at most limit octets of them.
func clipLines(s string, limit int, file string) string {
	kept, more := clip(s, limit)
	lines := strings.Split(strings.TrimSuffix(kept, "\n"), "\n")
	for i, line := range lines {
		lines[i] = prose(line)
	}
	if more > 0 {
		lines = append(lines, moreNote(more, file))
	}
	return strings.Join(lines, "\n")
}

// moreNote says what was cut, and which file beside the record, or the record
// itself, has the whole.
func moreNote(more int, file string) string {
	if more == 0 {
		return ""
	}
	if file == "" {
		file = recordFile
	}
	file, _ = clip(file, 200)
	return fmt.Sprintf("… and %s more: whole in %s", plural(more, "octet"), prose(file))
}
