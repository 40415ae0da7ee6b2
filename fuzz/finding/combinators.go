//go:build !gofuzz

package finding

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/leanovate/gopter"
	gopterGen "github.com/leanovate/gopter/gen"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// Plain gopter combinators, as one writes them who meets gopter for the first
// time: a combinator for each kind of value, natural ranges and lists of names
// where a field has them, nothing at the boundaries, and no second input that is
// derived from the first. Structs are encoded by the reference, and one octet of
// some is replaced.

// combinators are the generators for the inputs of one property under one draft.
type combinators struct {
	property *properties.Property
	draft    spec.Draft
	octets   gopter.Gen // of the octets form, nil if there is none
	value    gopter.Gen // of the input
}

func newCombinators(p *properties.Property, d spec.Draft) *combinators {
	c := &combinators{property: p, draft: d}
	if formOf(p) == octetsForm {
		c.octets = c.changed(c.encoded())
	} else {
		c.value = c.of(reflect.TypeOf(p.NewInput()).Elem())
	}
	return c
}

// draw draws one input, as a function that writes it.
func (c *combinators) draw(p *gopter.GenParameters) func(input any) bool {
	if c.octets != nil {
		octets, ok := c.octets(p).Retrieve()
		return func(input any) bool { return ok && fill(c.property, c.draft, octets.([]byte), input) }
	}
	value, ok := c.value(p).Retrieve()
	if !ok {
		return func(any) bool { return false }
	}
	// Each try gets a copy of its own.
	text, err := json.Marshal(value)
	return func(input any) bool { return err == nil && json.Unmarshal(text, input) == nil && judge(input) }
}

// fewElements is how many elements a list of structs has at most.
const fewElements = 4

// few makes the lists of a generator short.
func few(g gopter.Gen) gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		limited := *p
		limited.MaxSize = fewElements + 1
		return g(&limited)
	}
}

// of returns a generator for a type.
func (c *combinators) of(t reflect.Type) gopter.Gen {
	g := c.natural(t)
	if g == nil {
		g = c.plain(t)
	}
	if t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer {
		return g
	}
	return func(p *gopter.GenParameters) *gopter.GenResult {
		value, _ := g(p).Retrieve()
		made := reflect.New(t).Elem()
		set(made, value)
		return gopter.NewGenResult(made.Interface(), gopter.NoShrinker)
	}
}

// plain returns a generator for a kind of values.
func (c *combinators) plain(t reflect.Type) gopter.Gen {
	switch t.Kind() {
	case reflect.Bool:
		return gopterGen.Bool()
	case reflect.Int, reflect.Int64:
		return gopterGen.IntRange(0, 100)
	case reflect.Uint8:
		return gopterGen.UInt8()
	case reflect.Uint16:
		return gopterGen.UInt16()
	case reflect.Uint32:
		return gopterGen.UInt32()
	case reflect.Uint64:
		return gopterGen.UInt64()
	case reflect.String:
		return gopterGen.AnyString()
	case reflect.Pointer:
		return gopterGen.PtrOf(c.of(t.Elem()))
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return gopterGen.SliceOf(gopterGen.UInt8())
		}
		return few(gopterGen.SliceOf(c.of(t.Elem())))
	case reflect.Array:
		return gopterGen.SliceOfN(t.Len(), c.of(t.Elem()))
	case reflect.Struct:
		return c.structOf(t)
	}
	return gopterGen.Const(reflect.Zero(t).Interface()) // maps of readings: the defaults
}

// structOf combines the generators of the fields.
func (c *combinators) structOf(t reflect.Type) gopter.Gen {
	var fields []int
	var gens []gopter.Gen
	for i := range t.NumField() {
		f := t.Field(i)
		g := c.field(t, f)
		if g == nil {
			g = c.of(f.Type)
		}
		fields, gens = append(fields, i), append(gens, g)
	}
	all := gopter.CombineGens(gens...)
	return func(p *gopter.GenParameters) *gopter.GenResult {
		made := reflect.New(t).Elem()
		if values, ok := all(p).Retrieve(); ok {
			for i, value := range values.([]any) {
				set(made.Field(fields[i]), value)
			}
		}
		c.related(made)
		return gopter.NewGenResult(made.Interface(), gopter.NoShrinker)
	}
}

// set stores what a combinator gave, which may be of a plain type where the field
// has a named one.
func set(field reflect.Value, value any) {
	v := reflect.ValueOf(value)
	switch {
	case !v.IsValid(): // a pointer to nothing
	case field.Kind() == reflect.Array:
		for i := range field.Len() {
			set(field.Index(i), v.Index(i).Interface())
		}
	case v.Type().AssignableTo(field.Type()):
		field.Set(v)
	case field.Kind() == reflect.Slice && v.Kind() == reflect.Slice && !v.Type().ConvertibleTo(field.Type()):
		field.Set(reflect.MakeSlice(field.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			set(field.Index(i), v.Index(i).Interface())
		}
	default:
		field.Set(v.Convert(field.Type()))
	}
}

// mapped lifts a function of what g gives.
func mapped[T any](g gopter.Gen, f func(value any) T) gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		value, _ := g(p).Retrieve()
		return gopter.NewGenResult(f(value), gopter.NoShrinker)
	}
}

// changed leaves octets as they are, replaces one, cuts them off, or draws any.
func (c *combinators) changed(octets gopter.Gen) gopter.Gen {
	all := gopter.CombineGens(octets, gopterGen.IntRange(0, 3), gopterGen.Int(), gopterGen.UInt8(), gopterGen.SliceOf(gopterGen.UInt8()))
	return mapped(all, func(value any) []byte {
		v := value.([]any)
		drawn, what, at, with, others := v[0].([]byte), v[1].(int), v[2].(int), v[3].(byte), v[4].([]byte)
		if len(drawn) == 0 {
			return drawn
		}
		at = int(uint(at) % uint(len(drawn)))
		switch what {
		case 1:
			drawn[at] = with
		case 2:
			return drawn[:at]
		case 3:
			return others
		}
		return drawn
	})
}

// encoded generates what the property decodes, as the reference encodes it.
func (c *combinators) encoded() gopter.Gen {
	switch {
	case c.property.Model() == "content":
		return c.message()
	case c.property.Model() == "message-status":
		return mapped(c.of(reflect.TypeFor[[]content.StatusEntry]()), func(value any) []byte { return content.EncodeStatus(value.([]content.StatusEntry)) })
	case c.property.Model() == "franking":
		return c.frankingStruct()
	}
	room := c.of(reflect.TypeFor[roompolicy.AppDataDictionary]())
	input := reflect.TypeOf(c.property.NewInput()).Elem()
	if input == reflect.TypeFor[gen.RoomStructure]() {
		return mapped(room, func(value any) []byte { return jsonOf(value) })
	}
	return c.component(room, hasField(input, "Text"))
}

func jsonOf(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		return nil // what a draft has no place for
	}
	return text
}

// component generates one component of a room, as octets or as JSON, behind the
// octet that names its struct.
func (c *combinators) component(room gopter.Gen, text bool) gopter.Gen {
	draft := c.draft
	if draft.Document() != spec.RoomPolicy {
		draft = spec.RoomPolicy04 // the components of the protocol are the same
	}
	codec, err := roompolicy.NewCodec(draft, nil)
	if err != nil {
		panic(fmt.Sprintf("%s is claimed under %s: %v", c.property.ID, draft, err)) // a test tries every property
	}
	return mapped(gopter.CombineGens(room, gopterGen.IntRange(0, 100)), func(value any) []byte {
		v := value.([]any)
		dictionary := v[0].(roompolicy.AppDataDictionary)
		var components []roompolicy.Struct
		for id := roompolicy.ParticipantListID; id <= roompolicy.MessageExpirationPolicyID; id++ {
			if component := dictionary.Component(id); component != nil {
				components = append(components, component)
			}
		}
		if len(components) == 0 {
			return nil
		}
		chosen := components[v[1].(int)%len(components)]
		var octets []byte
		if text {
			octets = jsonOf(chosen)
		} else if octets, err = codec.Encode(chosen); err != nil {
			return nil
		}
		named := namedStructs(c.property, c.draft, octets)
		if len(named) == 0 {
			return nil
		}
		return named[0]
	})
}

// namedStructs puts before octets, or a text, what names each struct as which the
// reference reads them.
func namedStructs(p *properties.Property, d spec.Draft, octets []byte) (named [][]byte) {
	var reference properties.Reference
	input := reflect.TypeOf(p.NewInput()).Elem()
	for i, name := range structNames(p, d) {
		var err error
		switch {
		case p.Model() == "franking":
			_, err = reference.RecodeFranking(d, name, octets)
		case hasField(input, "Text"):
			_, err = reference.ComponentFromJSON(d, name, octets)
		default:
			_, err = reference.DecodeComponent(d, name, octets)
		}
		if err != nil {
			continue
		}
		head := []byte{byte(i)}
		if hasField(input, "Length") {
			head = append(head, byte(len(octets)/2))
		}
		named = append(named, append(head, octets...))
	}
	return named
}
