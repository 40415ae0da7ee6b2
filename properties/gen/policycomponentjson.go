package gen

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// DamagedText is a text that would be the JSON form of a struct but for one
// flaw.
type DamagedText struct {
	Struct string `json:"struct"`
	Flaw   string `json:"flaw"` // such as "field-repeated"
	Text   []byte `json:"text"`
}

// jsonPlace is where a value, or the start of an object, stands in a text.
type jsonPlace struct {
	token      json.Token
	key        bool
	start, end int
}

// jsonPlaces returns the places of a JSON text.
func jsonPlaces(text []byte) []jsonPlace {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var places []jsonPlace
	var objects, keys []bool // for each object or array around
	for {
		start := int(decoder.InputOffset())
		token, err := decoder.Token()
		if err != nil {
			return places
		}
		for start < len(text) && strings.IndexByte(" ,:\n", text[start]) >= 0 {
			start++
		}
		p := jsonPlace{token: token, start: start, end: int(decoder.InputOffset())}
		last := len(objects) - 1
		switch token {
		case json.Delim('{'), json.Delim('['):
			if last >= 0 {
				keys[last] = true
			}
			objects, keys = append(objects, token == json.Delim('{')), append(keys, true)
		case json.Delim('}'), json.Delim(']'):
			objects, keys = objects[:last], keys[:last]
		default:
			p.key = objects[last] && keys[last]
			keys[last] = !p.key
		}
		places = append(places, p)
	}
}

// jsonFlaw is one way to damage a text at a place.
type jsonFlaw struct {
	name string
	fits func(p *jsonPlace) bool
	with func(t *Tape, text []byte, at int, places []jsonPlace) string
}

func isNumber(p *jsonPlace) bool {
	_, number := p.token.(json.Number)
	return number
}

func isObject(p *jsonPlace) bool { return p.token == json.Delim('{') }

func isText(p *jsonPlace) bool {
	_, text := p.token.(string)
	return text && !p.key
}

// insideText puts something after the opening quotation mark.
func insideText(inserted string) func(*Tape, []byte, int, []jsonPlace) string {
	return func(_ *Tape, text []byte, at int, places []jsonPlace) string {
		return `"` + inserted + string(text[places[at].start+1:places[at].end])
	}
}

// insteadOf replaces a value.
func insteadOf(choices ...string) func(*Tape, []byte, int, []jsonPlace) string {
	return func(t *Tape, _ []byte, _ int, _ []jsonPlace) string { return choices[t.Choose(len(choices))] }
}

var jsonFlaws = []jsonFlaw{
	{"number-out-of-range", isNumber, insteadOf("18446744073709551616", "-1", "1e400", "36893488147419103233")},
	{"number-not-whole", isNumber, insteadOf("1.5", "0.1", "1e1", "-0.0")},
	{"number-as-text", isNumber, insteadOf(`"1.0"`, `"-1"`, "true", "[]")},
	{"text-not-utf8", isText, insideText("\xff")},
	{"half-surrogate", isText, insideText(`\ud800`)},
	{"name-unknown", func(p *jsonPlace) bool { return isText(p) && isEnumName(p.token.(string)) }, insideText("x")},
	{"field-unknown", isObject, func(_ *Tape, _ []byte, at int, places []jsonPlace) string {
		if places[at+1].key {
			return `{"unknown":null,`
		}
		return `{"unknown":null`
	}},
	{"field-repeated", isObject, func(_ *Tape, text []byte, at int, places []jsonPlace) string {
		if next := &places[at+1]; next.key {
			return "{" + string(text[next.start:next.end]) + ":null,"
		}
		return `{"unknown":null,"unknown":null`
	}},
	{"list-in-list", func(p *jsonPlace) bool { return p.token == json.Delim('[') }, func(_ *Tape, _ []byte, at int, places []jsonPlace) string {
		if places[at+1].token == json.Delim(']') {
			return "[[[]]"
		}
		return "[[[]],"
	}},
	{"cut", nil, func(t *Tape, text []byte, _ int, _ []jsonPlace) string {
		return string(text[:t.Choose(min(len(text), 1<<16))])
	}},
	{"followed", nil, func(t *Tape, text []byte, _ int, _ []jsonPlace) string {
		return string(text) + [...]string{"{}", "0", "]", "}", ",", "\x00"}[t.Choose(6)]
	}},
}

func isEnumName(text string) bool {
	for _, names := range [][]string{optionalityValues, uploadLocationValues, downloadValues, extTypeValues, operationValues, strategyValues} {
		if text != "" && slices.Contains(names, text) {
			return true
		}
	}
	return strings.HasPrefix(text, "can")
}

// DamagedJSON draws the JSON form of a struct with one flaw.
func DamagedJSON(d spec.Draft, t *Tape) DamagedText {
	f := &jsonFlaws[len(jsonFlaws)-1-t.Choose(len(jsonFlaws))]
	c := SaidComponent(d, t)
	damaged := DamagedText{Struct: c.Struct, Flaw: f.name, Text: c.Says}
	if f.fits == nil {
		damaged.Text = []byte(f.with(t, c.Says, 0, nil))
		return damaged
	}
	places := jsonPlaces(c.Says)
	var fit []int
	for i := range places {
		if f.fits(&places[i]) {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		damaged.Flaw, damaged.Text = "followed", append(damaged.Text, '0')
		return damaged
	}
	at := fit[t.Choose(len(fit))]
	damaged.Text = slices.Concat(c.Says[:places[at].start], []byte(f.with(t, c.Says, at, places)), c.Says[places[at].end:])
	return damaged
}
