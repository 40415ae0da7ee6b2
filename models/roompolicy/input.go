package roompolicy

import (
	"bytes"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Form is the form in which the components of a room are given.
type Form string

// The forms.
const (
	JSONForm       Form = "JSON"
	DictionaryForm Form = "AppDataDictionary" // TLS, since room-policy-03
	RoleDataForm   Form = "RoleData"          // TLS
)

// Input is the components of a room, and where they stand in the octets that
// they were read from.
type Input struct {
	Form Form
	Room *AppDataDictionary
	// offsets of fields by their paths in the JSON form, in octets from the start.
	offsets map[string]int
}

// ReadInput reads the components of a room in whichever form they have: JSON of
// a [Policy] or an [AppDataDictionary], or TLS of an AppDataDictionary or of
// [RoleData] alone. Octets that begin with a brace, blanks aside, are JSON. It
// fails with [*JSONError], or with [*wire.Error] for the form that the octets
// look like: a dictionary has no component 0, and roles begin with an index.
func (c *Codec) ReadInput(octets []byte) (*Input, error) {
	if text := bytes.TrimLeft(octets, " \t\r\n"); len(text) > 0 && text[0] == '{' {
		room, err := DecodeJSON[AppDataDictionary](octets)
		if err != nil {
			return nil, err
		}
		root, err := parseJSON(octets)
		if err != nil {
			return nil, err
		}
		in := &Input{Form: JSONForm, Room: room, offsets: map[string]int{}}
		in.placeJSON("", root)
		return in, nil
	}
	if room, err := Decode[AppDataDictionary](c, octets); err == nil {
		in := &Input{Form: DictionaryForm, Room: room}
		return in, in.placeTLS(c, octets)
	}
	roles, err := Decode[RoleData](c, octets)
	if err != nil {
		if fields, dictionaryErr := c.Walk(new(AppDataDictionary), octets); len(fields) > 1 && fields[1].Number != 0 {
			err = dictionaryErr
		}
		return nil, err
	}
	in := &Input{Form: RoleDataForm, Room: &AppDataDictionary{Policy: Policy{Roles: roles}}}
	return in, in.placeTLS(c, octets)
}

// placeJSON notes the offsets of a JSON value and of what it holds.
func (in *Input) placeJSON(path string, n *node) {
	in.offsets[path] = n.offset
	switch value := n.value.(type) {
	case *jsonObject:
		for name, field := range value.values {
			in.placeJSON(way{{path, -1}}.to(name), field)
		}
	case []*node:
		for i, item := range value {
			in.placeJSON(way{{path, i}}.to(""), item)
		}
	}
}

// placeTLS notes the offsets of the fields of TLS.
func (in *Input) placeTLS(c *Codec, octets []byte) error {
	var s Struct = new(AppDataDictionary)
	if in.Form == RoleDataForm {
		s = new(RoleData)
	}
	fields, err := c.Walk(s, octets)
	if err != nil {
		return err
	}
	in.offsets = make(map[string]int, len(fields))
	for _, f := range fields {
		path := f.Path
		if in.Form == RoleDataForm {
			path = RolesListID.String() + strings.TrimPrefix(path, "RoleData")
		} else if _, inComponent, ok := strings.Cut(path, "]."); ok {
			path = inComponent // behind AppDataDictionary.component_data[…]
		}
		if _, there := in.offsets[path]; !there {
			in.offsets[path] = f.Offset
		}
	}
	return nil
}

// Check is [CheckDictionary] with the offsets of what breaks a rule: of the
// field, or of the innermost one around it that has a place.
func (in *Input) Check(draft spec.Draft) (spec.Violations, error) {
	violations, err := CheckDictionary(in.Room, draft)
	for i := range violations {
		violations[i].Offset = in.offset(violations[i].Path)
	}
	return violations, err
}

func (in *Input) offset(path string) int {
	for {
		if offset, ok := in.offsets[path]; ok || path == "" {
			return offset
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}
