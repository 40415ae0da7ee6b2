package roompolicy

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// TestInputsTellWhereRulesAreBroken reads one room in each form.
func TestInputsTellWhereRulesAreBroken(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	roles := &RoleData{Roles: []Role{{RoleIndex: 2, RoleName: "a", AuthorizedRoleChanges: []SingleSourceRoleChangeTargets{{TargetRoleIndexes: []uint32{2, 7}}}}}}
	const path = "roles_list.roles[0].authorized_role_changes[0].target_role_indexes[1]"
	encode := func(s Struct) []byte {
		octets, err := c.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		return octets
	}
	rolesTLS := encode(roles)
	dictionary := encode(&AppDataDictionary{Policy: Policy{Roles: roles}, Others: []ComponentData{{ComponentID: 1}}})
	text := []byte(`  {"roles_list": {"roles": [{"role_index": 2, "role_name": "a",
		"authorized_role_changes": [{"from_role_index": 0, "target_role_indexes": [2, 7]}]}]}}`)
	for _, test := range []struct {
		form   Form
		octets []byte
		at     []byte // what stands at the offset
	}{
		{RoleDataForm, rolesTLS, []byte{0, 0, 0, 7}},
		{DictionaryForm, dictionary, []byte{0, 0, 0, 7}},
		{JSONForm, text, []byte("7]}]}]}}")},
	} {
		in, err := c.ReadInput(test.octets)
		if err != nil || in.Form != test.form {
			t.Errorf("%s: %+v, %v", test.form, in, err)
			continue
		}
		violations, err := in.Check(spec.RoomPolicy04)
		if err != nil || len(violations) != 1 || violations[0].Path != path {
			t.Errorf("%s: %v, %v", test.form, violations, err)
			continue
		}
		if got := violations[0].Offset; !bytes.HasPrefix(test.octets[got:], test.at) {
			t.Errorf("%s: octet %d has %q", test.form, got, test.octets[got:])
		}
	}
}

// TestOffsetsOfWhatIsLeftOut holds that a field without a place has that of the
// field around it.
func TestOffsetsOfWhatIsLeftOut(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	in, err := c.ReadInput([]byte(`{"logging_policy": {"logging": "required"}}`))
	if err != nil {
		t.Fatal(err)
	}
	violations, err := in.Check(spec.RoomPolicy04)
	if err != nil || len(violations) != 1 || violations[0].Rule != ruleLoggingRequired || violations[0].Offset != 19 {
		t.Errorf("%v, %v", violations, err)
	}
}

func TestInputsThatAreNone(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	var json *JSONError
	if in, err := c.ReadInput([]byte(`{"roles": []}`)); in != nil || !errors.As(err, &json) || json.Path != "roles" {
		t.Errorf("unknown JSON gives %v, %v", in, err)
	}
	var tls *wire.Error
	if in, err := c.ReadInput([]byte{4, 0, 0}); in != nil || !errors.As(err, &tls) || tls.Problem != wire.LengthBeyondEnd {
		t.Errorf("cut octets give %v, %v", in, err)
	}
	if in, err := c.ReadInput([]byte{6, 0, 0, 0, 2, 4, 'a'}); in != nil || !errors.As(err, &tls) || tls.Struct != "RoleData" || tls.Offset != 5 {
		t.Errorf("a cut role gives %v, %v", in, err)
	}
	if in, err := c.ReadInput([]byte{5, 0, 0x28, 2, 0, 3}); in != nil || !errors.As(err, &tls) || tls.Struct != "AppDataDictionary" || tls.Offset != 5 {
		t.Errorf("a wrong component gives %v, %v", in, err)
	}
	if in, err := c.ReadInput([]byte{1, 0}); in != nil || !errors.As(err, &tls) || tls.Struct != "RoleData" {
		t.Errorf("half a number gives %v, %v", in, err)
	}
	if in, err := c.ReadInput(nil); in != nil || !errors.As(err, &tls) {
		t.Errorf("nothing gives %v, %v", in, err)
	}
	old := mustCodec(t, spec.RoomPolicy01)
	if in, err := old.ReadInput([]byte{0}); err != nil || in.Form != RoleDataForm {
		t.Errorf("no roles of room-policy-01 give %v, %v", in, err)
	}
}

// TestAcceptedOctetsAreWrittenAgain changes encodings, and writes what is still
// read.
func TestAcceptedOctetsAreWrittenAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	accepted := 0
	for _, v := range vectors {
		c := mustCodec(t, v.draft, v.readings...)
		octets := octetsOf(t, v.octets)
		for range 300 {
			changed := bytes.Clone(octets)
			for range 1 + r.IntN(3) {
				switch at := r.IntN(len(changed) + 1); {
				case at == len(changed):
					changed = append(changed, byte(r.IntN(4)))
				case r.IntN(4) == 0:
					changed = append(changed[:at], changed[at+1:]...)
				default:
					changed[at] ^= 1 << r.IntN(8)
				}
			}
			s := newLike(v.value)
			if c.decode(s, changed) != nil {
				continue
			}
			accepted++
			again, err := c.Encode(s)
			if err != nil || !bytes.Equal(changed, again) {
				t.Fatalf("%s: %x was read and written as %x, %v", v.name, changed, again, err)
			}
			if d, ok := s.(*AppDataDictionary); ok {
				if _, err := CheckDictionary(d, c.draft); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if accepted < 500 {
		t.Errorf("only %d changed encodings were read", accepted)
	}
}

// TestChangedJSONIsReadOrRefused changes texts: nothing panics, and what is read
// is written so that it is read again.
func TestChangedJSONIsReadOrRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	var text []byte
	for _, v := range vectors {
		if d, ok := v.value.(*Policy); ok {
			var err error
			if text, err = EncodeJSON(d); err != nil {
				t.Fatal(err)
			}
		}
	}
	accepted := 0
	const characters = `{}[]",:0123456789-.eE\utfnhx `
	for range 4000 {
		changed := bytes.Clone(text)
		for range 1 + r.IntN(2) {
			changed[r.IntN(len(changed))] = characters[r.IntN(len(characters))]
		}
		p, err := DecodePolicyJSON(changed)
		if err != nil {
			var wrong *JSONError
			if !errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > len(changed) {
				t.Fatalf("%s: %v", changed, err)
			}
			continue
		}
		accepted++
		again, err := EncodeJSON(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodePolicyJSON(again); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
	}
	if accepted < 20 {
		t.Errorf("only %d changed texts were read", accepted)
	}
}
