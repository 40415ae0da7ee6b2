//go:build !gofuzz

package finding

import (
	"reflect"

	"github.com/leanovate/gopter"
	gopterGen "github.com/leanovate/gopter/gen"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/framing"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// oneOf gives each of the values alike.
func oneOf[T any](values ...T) gopter.Gen {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return gopterGen.OneConstOf(list...)
}

// natural returns a generator for a type that has names or a natural range, nil
// for any other.
func (c *combinators) natural(t reflect.Type) gopter.Gen {
	switch t {
	case reflect.TypeFor[spec.Draft]():
		return gopterGen.Const(c.draft)
	case reflect.TypeFor[content.Status]():
		return gopterGen.UInt8Range(0, 6)
	case reflect.TypeFor[roompolicy.User]():
		return oneOf[roompolicy.User]("a", "b", "c", gen.Hub)
	case reflect.TypeFor[roompolicy.Capability]():
		return oneOf(roompolicy.Capabilities()...)
	case reflect.TypeFor[roompolicy.ComponentID]():
		return gopterGen.UInt16Range(uint16(roompolicy.ParticipantListID), uint16(roompolicy.MessageExpirationPolicyID))
	case reflect.TypeFor[roompolicy.ActionKind]():
		return oneOf(roompolicy.ActionKinds()...)
	case reflect.TypeFor[roompolicy.Optionality](), reflect.TypeFor[roompolicy.AssetUploadLocation](), reflect.TypeFor[roompolicy.DownloadPrivacyType]():
		return gopterGen.UInt8Range(0, 2)
	case reflect.TypeFor[*roompolicy.Policy]():
		var policies []*roompolicy.Policy
		for _, e := range roompolicy.Examples() {
			policies = append(policies, e.Policy)
		}
		return oneOf(policies...)
	case reflect.TypeFor[*roompolicy.State](), reflect.TypeFor[*roompolicy.Commit]():
		return mapped(c.structOf(t.Elem()), func(value any) any {
			p := reflect.New(t.Elem())
			p.Elem().Set(reflect.ValueOf(value))
			return p.Interface()
		})
	case reflect.TypeFor[franking.CipherSuite]():
		return oneOf(franking.CipherSuites()...)
	case reflect.TypeFor[gen.FrankingChange]():
		return oneOf(gen.NoChange, gen.NewHubKey, gen.NewEpoch)
	case reflect.TypeFor[gen.Keys]():
		return oneOf(gen.NoKeys, gen.AscendingKeys)
	}
	return nil
}

// field returns a generator for a field with names or a natural range of its own,
// nil for any other.
func (c *combinators) field(t reflect.Type, f reflect.StructField) gopter.Gen {
	switch t.Name() + "." + f.Name {
	case "Role.RoleName":
		return gopterGen.AlphaString()
	case "Framed.Domain":
		var names []string
		for _, d := range framing.Domains() {
			names = append(names, d.String())
		}
		return oneOf(names...)
	case "FrankingMove.Do":
		var names []string
		for _, m := range gen.FrankingMoves {
			names = append(names, m.Do)
		}
		return oneOf(names...)
	case "FrankingWorld.Users", "FrankingWorld.Rooms":
		return gopterGen.IntRange(1, 3)
	case "FrankingWorld.Reading":
		return gopterGen.Const("")
	case "FrankedMessage.Sender", "FrankedMessage.Room", "FrankingMove.Message", "FrankingMove.With", "FrankingMove.User":
		return gopterGen.IntRange(0, 2)
	case "Case.Kind", "Context.Kind":
		return oneOf(content.KindMessage, content.KindHistory)
	case "Case.Rule", "contentCase.Rule":
		var ids []string
		for _, r := range content.Rules() {
			ids = append(ids, r.ID)
		}
		return oneOf(ids...)
	case "Case.Side", "contentCase.Side":
		return oneOf(content.Broken, content.Right)
	case "Context.NowMs":
		return gopterGen.Int64Range(1_700_000_000_000, 1_800_000_000_000)
	case "Participant.Role", "Action.Role", "JoinCode.Role", "Role.RoleIndex", "grant.Role":
		return gopterGen.UInt32Range(0, 6)
	case "Participant.Clients", "Action.Clients", "Clients.Count":
		return gopterGen.UInt32Range(0, 3)
	case "State.Destroyed":
		return gopterGen.Const(false)
	case "State.Metadata":
		return gopterGen.Const((*roompolicy.RoomMetaData)(nil))
	case "Room.Refuting":
		return gopterGen.Const(false)
	case "noOp.What":
		return oneOf("empty update", "same role", "same roles", "same preauthorized users", "same base policy")
	case "damaged.Unknown":
		return oneOf("capabilities", "actor", "roles of participants", "new role", "target", "kind", "roles")
	case "TaggedContents.Salt":
		if c.draft == spec.Protocol03 {
			return gopterGen.SliceOfN(32, gopterGen.UInt8())
		}
		return gopterGen.SliceOfN(16, gopterGen.UInt8())
	case "TaggedContents.First", "TaggedContents.Second":
		return gopterGen.AlphaString()
	case "changedDecision.Now":
		return gopterGen.Const("")
	case "Encodings.Received":
		return gopterGen.Const([]byte(nil)) // see [combinators.related]
	case "vetted.Room":
		names := []string{"plain"}
		for _, e := range roompolicy.Examples() {
			names = append(names, e.Name, "alone with "+e.Name)
		}
		return oneOf(names...)
	case "vetted.Nth":
		return gopterGen.IntRange(0, 2)
	}
	switch f.Name {
	case "Sender", "Room", "SenderURI", "RoomURI":
		if f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.String && f.Type == reflect.TypeFor[string]() {
			return mapped(gopterGen.Identifier(), func(value any) []byte {
				return []byte("mimi://example.com/" + map[bool]string{true: "r/", false: "u/"}[f.Name[0] == 'R'] + value.(string))
			})
		}
	case "Message", "Canonical", "Received", "First", "Second":
		if f.Type.Kind() == reflect.Slice {
			return c.message()
		}
	}
	if t.Name() == "Case" && f.Name == "Octets" || t.Name() == "PastEvent" && f.Name == "Octets" {
		return c.message()
	}
	return nil
}

// related makes fields of an input agree that are of no use otherwise.
func (c *combinators) related(input reflect.Value) {
	switch v := input.Addr().Interface().(type) {
	case *gen.Encodings:
		v.Received = v.Canonical
	case *gen.TaggedContents:
		first := gen.FrankedContent{Salt: v.Salt, Sender: v.Sender, Room: v.Room, Text: string(v.First)}
		second := first
		second.Text = string(v.Second)
		v.First, v.Second = first.Append(nil, c.draft), second.Append(nil, c.draft)
	}
}

// frankingStruct generates a struct of franking behind the octet that names it.
func (c *combinators) frankingStruct() gopter.Gen {
	frank, agent, report := c.of(reflect.TypeFor[franking.Frank]()), c.of(reflect.TypeFor[franking.FrankingAgentData]()), c.of(reflect.TypeFor[franking.AbuseReport]())
	first := func(octets []byte, err error) []byte {
		if named := namedStructs(c.property, c.draft, octets); err == nil && len(named) > 0 {
			return named[0]
		}
		return nil
	}
	return gopterGen.OneGenOf(
		mapped(gopter.CombineGens(frank, gopterGen.SliceOfN(franking.MACOctets, gopterGen.UInt8()), gopterGen.SliceOfN(64, gopterGen.UInt8())), func(value any) []byte {
			v := value.([]any)
			f := v[0].(franking.Frank)
			f.ServerFrank, f.Integrity = v[1].([]byte), v[2].([]byte)
			if c.draft == spec.Protocol03 {
				f.Integrity = f.Integrity[:franking.MACOctets]
			}
			return first(f.Append(nil, c.draft))
		}),
		mapped(agent, func(value any) []byte { a := value.(franking.FrankingAgentData); return first(a.Append(nil)) }),
		mapped(report, func(value any) []byte { a := value.(franking.AbuseReport); return first(a.Append(nil, c.draft)) }),
	)
}
