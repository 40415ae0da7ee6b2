package finding

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// form is how any octets are an input of a property.
type form uint8

const (
	// octetsForm is for what decodes octets: they are those of the message, of
	// the struct, behind one octet that picks it, or the text. What the property
	// wants to know of them besides, such as the rule that they break, the
	// reference tells.
	octetsForm form = iota
	// fieldsForm is for flat values: see [readFields].
	fieldsForm
	// jsonForm is for all other values, such as histories of rooms.
	jsonForm
)

// String returns "octets", "fields" or "JSON".
func (f form) String() string { return [...]string{"octets", "fields", "JSON"}[f] }

// told are the fields of inputs that say something of the octets beside them.
var told = map[string]bool{"Struct": true, "Rule": true, "Paths": true, "Again": true, "Says": true, "Flaw": true, "Length": true, "Behind": true, "Component": true}

// formOf returns the form of the inputs of a property.
func formOf(p *properties.Property) form {
	t := reflect.TypeOf(p.NewInput()).Elem()
	if t == reflect.TypeFor[gen.RoomStructure]() {
		return octetsForm // the JSON form of the components
	}
	if t.Kind() == reflect.Struct && (hasField(t, "Octets") || hasField(t, "Text")) {
		decoded := true
		for i := range t.NumField() {
			name := t.Field(i).Name
			decoded = decoded && (name == "Octets" || name == "Text" || told[name])
		}
		if decoded {
			return octetsForm
		}
	}
	if isFlat(t) {
		return fieldsForm
	}
	return jsonForm
}

// hasStruct reports whether the inputs of a property name a struct.
func hasStruct(p *properties.Property) bool {
	return formOf(p) == octetsForm && hasField(reflect.TypeOf(p.NewInput()).Elem(), "Struct")
}

func hasField(t reflect.Type, name string) bool {
	_, ok := t.FieldByName(name)
	return ok
}

// structNames returns the structs that a draft has for inputs which name one.
func structNames(p *properties.Property, d spec.Draft) []string {
	if p.Model() == "franking" {
		return gen.FrankingStructs(d)
	}
	return gen.ComponentStructs(d)
}

// fill makes an input of octets. It is false if these are none.
func fill(p *properties.Property, d spec.Draft, octets []byte, input any) bool {
	v := reflect.ValueOf(input).Elem()
	switch formOf(p) {
	case fieldsForm:
		readFields(v, octets)
		return true
	case jsonForm:
		return json.Unmarshal(octets, input) == nil && judge(input)
	}
	if room, ok := input.(*gen.RoomStructure); ok {
		if json.Unmarshal(octets, &room.Room) != nil {
			return false
		}
		broken, err := properties.Reference{}.CheckRoom(d, &room.Room)
		room.Breaks = broken
		return err == nil
	}
	return fillOctets(p, d, octets, v)
}

// fillOctets fills an input of the octets form and lets the reference tell the
// rest.
func fillOctets(p *properties.Property, d spec.Draft, octets []byte, v reflect.Value) bool {
	var reference properties.Reference
	var name string
	if f := v.FieldByName("Struct"); f.IsValid() {
		names := structNames(p, d)
		if len(octets) == 0 || len(names) == 0 {
			return false
		}
		name, octets = names[int(octets[0])%len(names)], octets[1:]
		f.SetString(name)
	}
	if f := v.FieldByName("Length"); f.IsValid() && p.Model() != "roompolicy" {
		f.SetInt(gen.EveryLength)
	} else if f.IsValid() {
		if len(octets) == 0 {
			return false
		}
		length := int64(octets[0])
		octets = octets[1:]
		f.SetInt(length % int64(max(1, len(octets))))
	}
	if f := v.FieldByName("Text"); f.IsValid() {
		f.SetBytes(octets)
	} else {
		v.FieldByName("Octets").SetBytes(octets)
	}
	if broken, ok := v.Addr().Interface().(*gen.Broken); ok {
		broken.Rule = brokenRule(p, d, octets)
		return broken.Rule != ""
	}
	if f := v.FieldByName("Flaw"); f.IsValid() {
		if _, err := reference.RecodeFranking(d, name, octets); p.Model() != "franking" || err != nil {
			f.SetString("octets")
		}
	}
	if f := v.FieldByName("Paths"); f.IsValid() {
		paths, err := reference.PartPaths(d, octets)
		f.Set(reflect.ValueOf(paths))
		return err == nil
	}
	if f := v.FieldByName("Again"); f.IsValid() {
		again, err := reference.DecodeStatus(d, octets)
		f.SetBytes(again)
		return err == nil
	}
	if f := v.FieldByName("Says"); f.IsValid() {
		says, err := reference.ComponentToJSON(d, name, octets)
		f.SetBytes(says)
		return err == nil
	}
	return true
}

// judge lets the reference tell which rule a message breaks in its context, if
// the input is one with a context. It is false for an input that is not tried.
func judge(input any) bool {
	c, ok := input.(*content.Case)
	if !ok {
		return true
	}
	broken, err := properties.Reference{}.JudgeInContext(c)
	if c.Side = content.Right; len(broken) > 0 {
		c.Rule, c.Side = broken[0], content.Broken
	}
	return err == nil
}

// brokenRule returns the first rule that the reference says octets break.
func brokenRule(p *properties.Property, d spec.Draft, octets []byte) string {
	var err error
	if p.Model() == "message-status" {
		_, err = properties.Reference{}.DecodeStatus(d, octets)
	} else {
		_, err = properties.Reference{}.DecodeContent(d, octets)
	}
	var violations spec.Violations
	if !errors.As(err, &violations) || len(violations) == 0 {
		return ""
	}
	return violations[0].Rule.ID
}

// asOctets is the inverse of fill, for seeds.
func asOctets(p *properties.Property, d spec.Draft, input any) ([]byte, error) {
	v := reflect.ValueOf(input).Elem()
	switch formOf(p) {
	case fieldsForm:
		return appendFields(nil, v), nil
	case jsonForm:
		return json.Marshal(input)
	}
	if room, ok := input.(*gen.RoomStructure); ok {
		return json.Marshal(&room.Room)
	}
	var octets []byte
	if f := v.FieldByName("Struct"); f.IsValid() {
		for i, name := range structNames(p, d) {
			if name == f.String() {
				octets = append(octets, byte(i))
			}
		}
	}
	if f := v.FieldByName("Length"); f.IsValid() && p.Model() == "roompolicy" {
		octets = append(octets, byte(f.Int()))
	}
	if f := v.FieldByName("Text"); f.IsValid() {
		return append(octets, f.Bytes()...), nil
	}
	return append(octets, v.FieldByName("Octets").Bytes()...), nil
}
