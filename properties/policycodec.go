package properties

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// ComponentDecoder is the capability to decode the structs of room policies and
// of the components around them, by their names in the drafts, such as
// "RoleData" or "ParticipantListUpdate".
type ComponentDecoder interface {
	// DecodeComponent decodes the octets of a struct and returns it encoded
	// again. It fails where they are no such struct. They are not kept or changed.
	DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error)
}

// ComponentJSON is the capability to turn structs of room policies into the JSON
// form of package roompolicy and back.
type ComponentJSON interface {
	// ComponentToJSON returns what the octets of a struct say. It fails as
	// [ComponentDecoder] does.
	ComponentToJSON(d spec.Draft, structName string, octets []byte) ([]byte, error)
	// ComponentFromJSON returns the octets of a struct. It fails where the text is
	// not its JSON form, and where the draft has no place for what it says.
	ComponentFromJSON(d spec.Draft, structName string, text []byte) ([]byte, error)
}

// DecodeComponent implements [ComponentDecoder].
func (Reference) DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	codec, value, err := decodeStruct(d, structName, octets)
	if err != nil {
		return nil, err
	}
	return codec.Encode(value)
}

// ComponentToJSON implements [ComponentJSON].
func (Reference) ComponentToJSON(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	_, value, err := decodeStruct(d, structName, octets)
	if err != nil {
		return nil, err
	}
	return roompolicy.EncodeJSON(value)
}

// ComponentFromJSON implements [ComponentJSON].
func (Reference) ComponentFromJSON(d spec.Draft, structName string, text []byte) ([]byte, error) {
	codec, form, err := policyForm(d, structName)
	if err != nil {
		return nil, err
	}
	value, err := form.read(text)
	if err != nil {
		return nil, err
	}
	return codec.Encode(value)
}

const (
	policySource = "draft-ietf-mimi-room-policy, "
	vectorSource = "; RFC 9420, section 2.1.2"
)

var (
	// codecDrafts are those with structs of their own.
	codecDrafts = policyDrafts | spec.Between(spec.Protocol04, spec.Protocol06)
	// dictionaryDrafts are those with a dictionary of components.
	dictionaryDrafts = codecDrafts &^ spec.Between(spec.RoomPolicy01, spec.RoomPolicy02)
)

// policyRules are rules on the structure of room policies.
func policyRules(ids ...string) []*spec.Rule {
	rules := make([]*spec.Rule, len(ids))
	for i, id := range ids {
		if rules[i] = policyRule(id); rules[i] == nil {
			panic("no rule " + id)
		}
	}
	return rules
}

func policyRule(id string) *spec.Rule {
	list := structureRules()
	if i := slices.IndexFunc(list, func(r *spec.Rule) bool { return r.ID == id }); i >= 0 {
		return list[i]
	}
	return nil
}

var structureRules = sync.OnceValue(roompolicy.StructureRules)

// policyCodecProperties are what must hold of the encodings of room policies and
// of the components around them. Their oracle is what the generators know of
// what they drew.
var policyCodecProperties = []*Property{
	New(Statement{
		ID: "roompolicy/codec-round-trip", Source: policySource + "appendix B; draft-ietf-mimi-protocol, sections 7.5 and 7.6", Drafts: codecDrafts, Cost: 16,
		Text: "The octets of a struct are accepted, and encoded again they are the same: unknown capabilities and components are kept.",
	}, Check[ComponentDecoder, gen.Component]{Draw: gen.ValidComponent, Try: tryComponent}),

	New(Statement{
		ID: "roompolicy/codec-canonical", Source: policySource + "appendix B; RFC 9420, section 2.1", Drafts: codecDrafts, Cost: 16,
		Text: "Whatever octets come: if they are accepted, they are the only encoding of what they say.",
	}, Check[ComponentDecoder, gen.Component]{Draw: gen.HostileComponent, Try: tryCanonicalComponent}),

	New(Statement{
		ID: "roompolicy/codec-prefixes", Source: policySource + "appendix B", Drafts: codecDrafts, Cost: 20,
		Text: "No strict prefix of a struct is accepted.",
	}, Check[ComponentDecoder, gen.CutComponent]{Draw: gen.TruncatedComponent, Try: tryComponentPrefix}),

	flawed("codec-trailing-octets", "Neither a struct nor the data of a component is accepted with octets behind it.",
		policySource+"appendix B; draft-ietf-mls-extensions, section 4.6", codecDrafts, gen.TrailingFlaw),
	flawed("codec-lengths", "A length is accepted only in the fewest octets, and only up to the end of what is around it.",
		policySource+"appendix B"+vectorSource, codecDrafts, gen.LengthFlaw),
	flawed("codec-elements", "No vector is accepted that ends inside an element.",
		policySource+"appendix B"+vectorSource, codecDrafts, gen.ElementFlaw),
	flawed("codec-presence", "The octet before an optional value is 0 or 1.",
		policySource+"appendix B; RFC 9420, section 2.1.1", codecDrafts, gen.PresenceFlaw),
	flawed("codec-enums", "An enum has one of the values that the draft gives it; so has a bool.",
		policySource+"appendix B", codecDrafts, gen.EnumFlaw, "room-policy/enum-known"),
	flawed("codec-dictionary", "A dictionary has its components once, in the order of their numbers.",
		"draft-ietf-mls-extensions, section 4.6", dictionaryDrafts, gen.DictionaryFlaw),

	New(Statement{
		ID: "roompolicy/codec-values", Source: policySource + "appendix B and section 10", Drafts: codecDrafts, Cost: 80,
		Text: "The JSON form says what the octets say: each number, name and text, and unknown values as numbers.",
	}, Check[ComponentJSON, gen.SayingComponent]{Draw: gen.SaidComponent, Try: tryValues}),

	New(Statement{
		ID: "roompolicy/codec-json", Source: policySource + "appendix B and section 10", Drafts: codecDrafts, Cost: 80,
		Text: "What the JSON form says is encoded in the octets that say it; from octets by way of JSON come the same octets.",
	}, Check[ComponentJSON, gen.SayingComponent]{Draw: gen.SaidComponent, Try: tryJSON}),

	New(Statement{
		ID: "roompolicy/codec-json-damaged", Source: policySource + "appendix B; the JSON form of this project", Drafts: codecDrafts, Cost: 80,
		Text: "No JSON form is accepted that was damaged: cut, with an unknown or repeated field, or with a number, name or text that is none.",
	}, Check[ComponentJSON, gen.DamagedText]{Draw: gen.DamagedJSON, Try: tryDamagedJSON}),
}

// flawed makes a property that structs with a flaw are refused.
func flawed(name, text, source string, drafts spec.Drafts, draw func(spec.Draft, *gen.Tape) gen.FlawedComponent, rules ...string) *Property {
	return New(Statement{ID: "roompolicy/" + name, Text: text, Source: source, Drafts: drafts, Rules: policyRules(rules...), Cost: 32},
		Check[ComponentDecoder, gen.FlawedComponent]{Draw: draw, Try: tryFlawed})
}

func tryComponent(impl ComponentDecoder, d spec.Draft, c *gen.Component) (Outcome, *Refutation) {
	again, err := impl.DecodeComponent(d, c.Struct, c.Octets)
	if err != nil {
		return Refuted, &Refutation{Class: "valid-struct-refused", Detail: fmt.Sprintf("%s %x is refused: %v", c.Struct, shortened(c.Octets), err)}
	}
	return cameBack(c, again)
}

// cameBack refutes if a struct came back as other octets.
func cameBack(c *gen.Component, again []byte) (Outcome, *Refutation) {
	if !bytes.Equal(again, c.Octets) {
		return Refuted, &Refutation{Class: "comes-back-changed", Detail: fmt.Sprintf("%s %x comes back as %x", c.Struct, shortened(c.Octets), shortened(again))}
	}
	return Holds, nil
}

func tryCanonicalComponent(impl ComponentDecoder, d spec.Draft, c *gen.Component) (Outcome, *Refutation) {
	again, err := impl.DecodeComponent(d, c.Struct, c.Octets)
	if err != nil {
		return Holds, nil
	}
	return cameBack(c, again)
}

// refusedComponent refutes with the class if a struct is accepted.
func refusedComponent(impl ComponentDecoder, d spec.Draft, c *gen.Component, class string) (Outcome, *Refutation) {
	if again, err := impl.DecodeComponent(d, c.Struct, c.Octets); err == nil {
		return Refuted, &Refutation{Class: class, Detail: fmt.Sprintf("%s %x is accepted, as %x", c.Struct, shortened(c.Octets), shortened(again))}
	}
	return Holds, nil
}

func tryComponentPrefix(impl ComponentDecoder, d spec.Draft, c *gen.CutComponent) (Outcome, *Refutation) {
	cut := gen.Component{Struct: c.Struct, Octets: c.Octets[:min(max(c.Length, 0), len(c.Octets))]}
	return refusedComponent(impl, d, &cut, "prefix-accepted")
}

func tryFlawed(impl ComponentDecoder, d spec.Draft, c *gen.FlawedComponent) (Outcome, *Refutation) {
	return refusedComponent(impl, d, &c.Component, c.Flaw)
}

func tryValues(impl ComponentJSON, d spec.Draft, c *gen.SayingComponent) (Outcome, *Refutation) {
	text, err := impl.ComponentToJSON(d, c.Struct, c.Octets)
	if err != nil {
		return Refuted, &Refutation{Class: "valid-struct-refused", Detail: fmt.Sprintf("%s %x is refused: %v", c.Struct, shortened(c.Octets), err)}
	}
	got, gotErr := parsedJSON(text)
	want, wantErr := parsedJSON(c.Says)
	if gotErr != nil || wantErr != nil {
		return Refuted, &Refutation{Class: "no-json", Detail: fmt.Sprintf("%s is no JSON: %v", shortened(text), gotErr)}
	}
	if !reflect.DeepEqual(withoutZeros(got), withoutZeros(want)) {
		return Refuted, &Refutation{Class: "says-something-else", Detail: fmt.Sprintf("%s %x says %s, expected %s", c.Struct, shortened(c.Octets), shortened(text), shortened(c.Says))}
	}
	return Holds, nil
}

func parsedJSON(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}

// withoutZeros drops the fields that are zero, empty or absent, which a form may
// leave out. It returns nil for a value that is.
func withoutZeros(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			if field = withoutZeros(field); field == nil {
				delete(v, name)
			} else {
				v[name] = field
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = withoutZeros(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case json.Number:
		if v == "0" {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return value
}

func tryJSON(impl ComponentJSON, d spec.Draft, c *gen.SayingComponent) (Outcome, *Refutation) {
	for _, way := range []struct {
		name string
		text func() ([]byte, error)
	}{
		{"says", func() ([]byte, error) { return c.Says, nil }},
		{"turned-into", func() ([]byte, error) { return impl.ComponentToJSON(d, c.Struct, c.Octets) }},
	} {
		text, err := way.text()
		if err != nil {
			return Refuted, &Refutation{Class: "valid-struct-refused", Detail: fmt.Sprintf("%s %x is refused: %v", c.Struct, shortened(c.Octets), err)}
		}
		again, err := impl.ComponentFromJSON(d, c.Struct, text)
		if err != nil {
			return Refuted, &Refutation{Class: "valid-json-refused", Detail: fmt.Sprintf("%s is refused as %s: %v", shortened(text), c.Struct, err)}
		}
		if !bytes.Equal(again, c.Octets) {
			return Refuted, &Refutation{Class: way.name + "-other-octets", Detail: fmt.Sprintf("%s %s is encoded as %x, expected %x", c.Struct, shortened(text), shortened(again), shortened(c.Octets))}
		}
	}
	return Holds, nil
}

func tryDamagedJSON(impl ComponentJSON, d spec.Draft, c *gen.DamagedText) (Outcome, *Refutation) {
	if octets, err := impl.ComponentFromJSON(d, c.Struct, c.Text); err == nil {
		return Refuted, &Refutation{Class: c.Flaw, Detail: fmt.Sprintf("%s is accepted as %s %x", shortened(c.Text), c.Struct, shortened(octets))}
	}
	return Holds, nil
}

// policyStruct reads a struct from TLS and from JSON.
type policyStruct struct {
	decode func(c *roompolicy.Codec, octets []byte) (roompolicy.Struct, error)
	read   func(text []byte) (roompolicy.Struct, error)
}

func policyStructOf[T any, P interface {
	*T
	roompolicy.Struct
}]() policyStruct {
	return policyStruct{
		decode: func(c *roompolicy.Codec, octets []byte) (roompolicy.Struct, error) {
			value, err := roompolicy.Decode[T, P](c, octets)
			if err != nil {
				return nil, err
			}
			return P(value), nil
		},
		read: func(text []byte) (roompolicy.Struct, error) {
			value, err := roompolicy.DecodeJSON[T, P](text)
			if err != nil {
				return nil, err
			}
			return P(value), nil
		},
	}
}

// policyStructs are the structs by their names in the drafts, and updates that
// have the form of another struct.
var policyStructs = map[string]policyStruct{
	"AppDataDictionary":        policyStructOf[roompolicy.AppDataDictionary](),
	"AppDataUpdate":            policyStructOf[roompolicy.AppDataUpdate](),
	"AssetPolicy":              policyStructOf[roompolicy.AssetPolicy](),
	"BaseRoomPolicy":           policyStructOf[roompolicy.BaseRoomPolicy](),
	"BotPolicy":                policyStructOf[roompolicy.BotPolicy](),
	"HistoryPolicy":            policyStructOf[roompolicy.HistoryPolicy](),
	"JoinLinkPolicy":           policyStructOf[roompolicy.JoinLinkPolicy](),
	"JoinLinksData":            policyStructOf[roompolicy.JoinLinksData](),
	"JoinLinksUpdate":          policyStructOf[roompolicy.JoinLinksUpdate](),
	"LinkPreviewPolicy":        policyStructOf[roompolicy.LinkPreviewPolicy](),
	"LoggingPolicy":            policyStructOf[roompolicy.LoggingPolicy](),
	"MessageExpiration":        policyStructOf[roompolicy.MessageExpiration](),
	"OperationalParameters":    policyStructOf[roompolicy.OperationalParameters](),
	"ParticipantListData":      policyStructOf[roompolicy.ParticipantListData](),
	"ParticipantListUpdate":    policyStructOf[roompolicy.ParticipantListUpdate](),
	"PreAuthData":              policyStructOf[roompolicy.PreAuthData](),
	"PreAuthUpdate":            policyStructOf[roompolicy.PreAuthData](),
	"RoleData":                 policyStructOf[roompolicy.RoleData](),
	"RoleUpdate":               policyStructOf[roompolicy.RoleData](),
	"RoomMetaData":             policyStructOf[roompolicy.RoomMetaData](),
	"RoomMetaUpdate":           policyStructOf[roompolicy.RoomMetaData](),
	"RoomPolicy":               policyStructOf[roompolicy.Policy](),
	"StatusNotificationPolicy": policyStructOf[roompolicy.StatusNotificationPolicy](),
}

// policyCodecs holds a codec for each draft. The structs of the protocol are the
// same in every revision of the room policy.
var policyCodecs = sync.OnceValue(func() map[spec.Draft]*roompolicy.Codec {
	codecs := map[spec.Draft]*roompolicy.Codec{}
	for _, d := range codecDrafts.List() {
		revision := d
		if !policyDrafts.Has(d) {
			revision = spec.RoomPolicy04
		}
		codec, err := roompolicy.NewCodec(revision, nil)
		if err != nil {
			panic(err) // every draft is one of the model
		}
		codecs[d] = codec
	}
	return codecs
})

// policyForm returns how a struct of a draft is read and written.
func policyForm(d spec.Draft, structName string) (*roompolicy.Codec, policyStruct, error) {
	codec, form := policyCodecs()[d], policyStructs[structName]
	if codec == nil || form.decode == nil {
		return nil, form, &roompolicy.DraftError{Struct: structName, Draft: d, Drafts: codecDrafts}
	}
	return codec, form, nil
}

func decodeStruct(d spec.Draft, structName string, octets []byte) (*roompolicy.Codec, roompolicy.Struct, error) {
	codec, form, err := policyForm(d, structName)
	if err != nil {
		return nil, nil, err
	}
	value, err := form.decode(codec, octets)
	return codec, value, err
}
