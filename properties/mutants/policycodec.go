package mutants

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/roompolicy"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
	"github.com/mimifuzz/mimifuzz/properties"
)

// policies reads and judges the components of rooms step by step. Each step can
// be replaced by a faulty one.
type policies struct {
	properties.Reference
	reached func()

	// claims replaces the draft asked for.
	claims func(spec.Draft) spec.Draft
	// mends changes octets that are refused, to read them again; nil refuses them.
	mends func(octets []byte, e *wire.Error) []byte
	// overlooksProblem has octets that are refused for a problem pass as they are.
	overlooksProblem func(*wire.Error) bool
	// refuses is an additional rule on octets; true refuses.
	refuses func(octets []byte) bool
	// roles changes roles that were decoded; false leaves them.
	roles func(*roompolicy.RoleData) bool
	// text changes a JSON form before it is read; false leaves it.
	text func(text []byte) ([]byte, bool)
	// written changes a JSON form that was written; false leaves it.
	written func(text []byte) ([]byte, bool)

	// overlooks holds the rules on structure that are not checked, where it is true.
	overlooks map[string]func(*roompolicy.AppDataDictionary) bool
	// adds finds rules broken that are not; "" is none.
	adds func(*roompolicy.AppDataDictionary) string
}

func (*policies) Name() string { return "mutant" }

func (m *policies) draft(d spec.Draft) spec.Draft {
	if m.claims == nil {
		return d
	}
	m.reached()
	return m.claims(d)
}

func (m *policies) DecodeComponent(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	d = m.draft(d)
	again, err := m.Reference.DecodeComponent(d, structName, octets)
	wrong := (*wire.Error)(nil)
	switch {
	case errors.As(err, &wrong) && m.overlooksProblem != nil && m.overlooksProblem(wrong):
		m.reached()
		return bytes.Clone(octets), nil
	case wrong != nil && m.mends != nil:
		// One octet at a time, as a reader goes on behind each.
		for range 16 {
			mended := m.mends(octets, wrong)
			if mended == nil {
				return nil, err
			}
			m.reached()
			octets = mended
			if again, err = m.Reference.DecodeComponent(d, structName, octets); !errors.As(err, &wrong) {
				break
			}
		}
		return again, err
	case err != nil:
		return nil, err
	}
	if m.refuses != nil && m.refuses(octets) {
		m.reached()
		return nil, errRefused
	}
	if changed, ok := m.changed(structName, again); ok {
		return changed, nil
	}
	return again, nil
}

// changed changes the roles in octets.
func (m *policies) changed(structName string, octets []byte) ([]byte, bool) {
	if m.roles == nil || structName != "RoleData" {
		return nil, false
	}
	codec, err := roompolicy.NewCodec(spec.RoomPolicy04, nil)
	if err != nil {
		return nil, false
	}
	roles, err := roompolicy.Decode[roompolicy.RoleData](codec, octets)
	if err != nil || !m.roles(roles) {
		return nil, false
	}
	m.reached()
	again, err := codec.Encode(roles)
	return again, err == nil
}

func (m *policies) ComponentToJSON(d spec.Draft, structName string, octets []byte) ([]byte, error) {
	if changed, ok := m.changed(structName, octets); ok {
		octets = changed
	}
	text, err := m.Reference.ComponentToJSON(m.draft(d), structName, octets)
	if err == nil && m.written != nil {
		if changed, ok := m.written(text); ok {
			m.reached()
			return changed, nil
		}
	}
	return text, err
}

func (m *policies) ComponentFromJSON(d spec.Draft, structName string, text []byte) ([]byte, error) {
	if m.text != nil {
		if changed, ok := m.text(text); ok {
			m.reached()
			text = changed
		}
	}
	return m.Reference.ComponentFromJSON(m.draft(d), structName, text)
}

func (m *policies) CheckRoom(d spec.Draft, room *roompolicy.AppDataDictionary) ([]string, error) {
	broken, err := m.Reference.CheckRoom(m.draft(d), room)
	if err != nil {
		return nil, err
	}
	broken = slices.DeleteFunc(broken, func(id string) bool {
		overlooked := m.overlooks[id] != nil && m.overlooks[id](room)
		if overlooked {
			m.reached()
		}
		return overlooked
	})
	if m.adds != nil {
		if id := m.adds(room); id != "" {
			m.reached()
			broken = append(broken, id)
		}
	}
	return broken, nil
}

func mutatePolicy(id, fault, property string, d spec.Draft, fill func(*policies)) *Mutant {
	return &Mutant{ID: "roompolicy/" + id, Fault: fault, Property: "roompolicy/" + property, Draft: d,
		plant: func(reached func()) properties.Implementation {
			m := &policies{reached: reached}
			fill(m)
			return m
		}}
}

// pass plants a reader that does not see a problem.
func pass(id, fault, property string, overlooks func(*wire.Error) bool) *Mutant {
	return mutatePolicy(id, fault, property, spec.RoomPolicy04, func(m *policies) { m.overlooksProblem = overlooks })
}

func is(problem wire.Problem) func(*wire.Error) bool {
	return func(e *wire.Error) bool { return e.Problem == problem }
}

// mend plants a reader that takes octets for others.
func mend(id, fault, property string, mends func(octets []byte, e *wire.Error) []byte) *Mutant {
	return mutatePolicy(id, fault, property, spec.RoomPolicy04, func(m *policies) { m.mends = mends })
}

// withOctet returns octets with one replaced.
func withOctet(octets []byte, at int, value byte) []byte {
	octets = bytes.Clone(octets)
	octets[at] = value
	return octets
}

// changeRoles plants a decoder that reads other roles than were written.
func changeRoles(id, fault, property string, roles func(*roompolicy.RoleData) bool) *Mutant {
	return mutatePolicy(id, fault, property, spec.RoomPolicy04, func(m *policies) { m.roles = roles })
}

// readText plants a reader that takes a JSON form for another.
func readText(id, fault, property string, text func([]byte) ([]byte, bool)) *Mutant {
	return mutatePolicy(id, fault, property, spec.RoomPolicy04, func(m *policies) { m.text = text })
}

// rewriting changes each role; false leaves it.
func rewriting(change func(*roompolicy.Role) bool) func(*roompolicy.RoleData) bool {
	return func(d *roompolicy.RoleData) bool {
		any := false
		for i := range d.Roles {
			any = change(&d.Roles[i]) || any
		}
		return any
	}
}

var jsonNumber = regexp.MustCompile(`-?[0-9][0-9.eE+-]*`)

// outsideText replaces numbers of a JSON text, but for those in strings.
func outsideText(text []byte, replace func(number string) string) []byte {
	parts := strings.Split(strings.ReplaceAll(string(text), `\"`, "\x01"), `"`)
	for i := 0; i < len(parts); i += 2 {
		parts[i] = jsonNumber.ReplaceAllStringFunc(parts[i], replace)
	}
	return []byte(strings.ReplaceAll(strings.Join(parts, `"`), "\x01", `\"`))
}

var policyCodecMutants = []*Mutant{
	// Octets that are not refused.
	pass("length-not-minimal", "takes a length in more octets than it needs", "codec-lengths", is(wire.LengthNotMinimal)),
	pass("length-of-8-octets", "reads lengths of 8 octets, as QUIC has them", "codec-lengths", is(wire.LengthPrefix)),
	pass("length-clipped", "takes a length beyond the end for one up to the end", "codec-lengths", is(wire.LengthBeyondEnd)),
	pass("element-cut", "accepts a vector that ends inside an element", "codec-elements", is(wire.ElementCut)),
	pass("presence-octet-2", "reads a presence octet above 1 as present", "codec-presence", is(wire.PresenceOctet)),
	pass("trailing-octets", "ignores octets behind a struct", "codec-trailing-octets", func(e *wire.Error) bool {
		return e.Problem == wire.TrailingOctets && e.Field == ""
	}),
	pass("trailing-in-component", "ignores octets behind a struct in the data of a component", "codec-trailing-octets", func(e *wire.Error) bool {
		return e.Problem == wire.TrailingOctets && e.Field != ""
	}),
	pass("strategy-of-02", "knows the strategies that room-policy-03 dropped", "codec-enums", func(e *wire.Error) bool {
		return e.Problem == wire.UnknownValue && e.Found <= 4 && strings.HasSuffix(e.Field, "pending_proposal_strategy")
	}),
	pass("component-out-of-order", "reads components in any order", "codec-dictionary", is(wire.ElementOutOfOrder)),
	pass("component-twice", "takes the last of two components with one number", "codec-dictionary", is(wire.ElementRepeated)),
	mend("enum-unknown-is-first", "takes an unknown value of an enum for the first", "codec-enums", func(octets []byte, e *wire.Error) []byte {
		if e.Problem != wire.UnknownValue || len(e.Known) == 2 {
			return nil
		}
		return withOctet(octets, e.Offset, byte(e.Known[0]))
	}),
	mend("bool-not-zero", "takes every octet but 0 for true", "codec-enums", func(octets []byte, e *wire.Error) []byte {
		if e.Problem != wire.UnknownValue || !slices.Equal(e.Known, []uint64{0, 1}) {
			return nil
		}
		return withOctet(octets, e.Offset, 1)
	}),
	mend("presence-not-zero", "takes every presence octet but 0 for 1", "codec-canonical", func(octets []byte, e *wire.Error) []byte {
		if e.Problem != wire.PresenceOctet {
			return nil
		}
		return withOctet(octets, e.Offset, 1)
	}),
	mend("end-is-zero", "reads what is missing at the end as zeros", "codec-prefixes", func(octets []byte, e *wire.Error) []byte {
		if e.Problem != wire.Truncated {
			return nil
		}
		return append(bytes.Clone(octets), make([]byte, e.Found-e.Limit)...)
	}),

	// Structs that come back as others.
	mutatePolicy("limit-of-16-kib", "refuses structs of 16 KiB and more", "codec-round-trip", spec.Protocol06, func(m *policies) {
		m.refuses = func(octets []byte) bool { return len(octets) >= 1<<14 }
	}),
	mutatePolicy("draft-02-as-03", "reads the structs of room-policy-02 as room-policy-03 has them", "codec-round-trip", spec.RoomPolicy02, func(m *policies) {
		m.claims = func(spec.Draft) spec.Draft { return spec.RoomPolicy03 }
	}),
	changeRoles("unknown-capability-dropped", "drops capabilities that it does not know", "codec-round-trip", rewriting(func(r *roompolicy.Role) bool {
		before := len(r.RoleCapabilities)
		r.RoleCapabilities = slices.DeleteFunc(r.RoleCapabilities, func(c roompolicy.Capability) bool { return !c.Registered() })
		return len(r.RoleCapabilities) < before
	})),
	changeRoles("capabilities-as-set", "keeps capabilities in a set, by their numbers", "codec-round-trip", rewriting(func(r *roompolicy.Role) bool {
		before := slices.Clone(r.RoleCapabilities)
		slices.Sort(r.RoleCapabilities)
		r.RoleCapabilities = slices.Compact(r.RoleCapabilities)
		return !slices.Equal(before, r.RoleCapabilities)
	})),
	changeRoles("role-index-overwrites", "keeps roles by their index, so that one overwrites another", "codec-round-trip", func(d *roompolicy.RoleData) bool {
		before := len(d.Roles)
		for i := 0; i < len(d.Roles); i++ {
			if first := d.Role(d.Roles[i].RoleIndex); first != &d.Roles[i] {
				*first = d.Roles[i]
				d.Roles = slices.Delete(d.Roles, i, i+1)
				i--
			}
		}
		return len(d.Roles) < before
	}),
	changeRoles("maximum-zero-absent", "keeps a maximum of 0 as no maximum", "codec-round-trip", rewriting(func(r *roompolicy.Role) bool {
		if r.MaximumParticipantsConstraint != roompolicy.Some[uint32](0) {
			return false
		}
		r.MaximumParticipantsConstraint.Present = false
		return true
	})),
	changeRoles("name-as-utf8", "reads names as UTF-8 and puts the replacement character for the rest", "codec-round-trip", rewriting(func(r *roompolicy.Role) bool {
		before := r.RoleName
		r.RoleName = strings.ToValidUTF8(r.RoleName, "\ufffd")
		return r.RoleName != before
	})),
	changeRoles("role-index-little-endian", "reads and writes the index of a role with the least significant octet first", "codec-values", rewriting(func(r *roompolicy.Role) bool {
		before := r.RoleIndex
		r.RoleIndex = bits.ReverseBytes32(r.RoleIndex)
		return r.RoleIndex != before
	})),

	// JSON.
	mutatePolicy("capability-named-after-another", "names canUnBan canBan", "codec-values", spec.RoomPolicy03, func(m *policies) {
		m.written = func(text []byte) ([]byte, bool) {
			return bytes.ReplaceAll(text, []byte(`"canUnBan"`), []byte(`"canBan"`)), bytes.Contains(text, []byte(`"canUnBan"`))
		}
	}),
	readText("number-as-double", "reads numbers of JSON as doubles, which round above 2^53", "codec-json", func(text []byte) ([]byte, bool) {
		changed := outsideText(text, func(number string) string {
			n, err := strconv.ParseUint(number, 10, 64)
			if err != nil || uint64(float64(n/2))*2 == n&^1 {
				return number
			}
			return strconv.FormatUint(n&^0x7ff, 10)
		})
		return changed, !bytes.Equal(changed, text)
	}),
	readText("number-truncated", "drops what comes behind the decimal point of a number", "codec-json-damaged", func(text []byte) ([]byte, bool) {
		changed := outsideText(text, func(number string) string {
			whole, _, _ := strings.Cut(number, ".")
			return whole
		})
		return changed, !bytes.Equal(changed, text)
	}),
	readText("last-field-counts", "takes the last of two fields with one name", "codec-json-damaged", func(text []byte) ([]byte, bool) {
		var value map[string]any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(&value) != nil || decoder.More() {
			return text, false
		}
		changed, err := json.Marshal(value)
		return changed, err == nil && len(changed) < len(text)
	}),
	readText("text-behind", "ignores what comes behind the form", "codec-json-damaged", func(text []byte) ([]byte, bool) {
		var value json.RawMessage
		decoder := json.NewDecoder(bytes.NewReader(text))
		if decoder.Decode(&value) != nil {
			return text, false
		}
		return value, len(value) < len(text)
	}),
}

// judge plants a check that does not see a rule broken, where a condition holds.
func judge(id, fault, property, rule string, where func(*roompolicy.AppDataDictionary) bool) *Mutant {
	return mutatePolicy(id, fault, property, spec.RoomPolicy04, func(m *policies) {
		m.overlooks = map[string]func(*roompolicy.AppDataDictionary) bool{"room-policy/" + rule: where}
	})
}

func always(*roompolicy.AppDataDictionary) bool { return true }

// accuse plants a check that sees a rule broken where it is not.
func accuse(id, fault, rule string, where func(*roompolicy.AppDataDictionary) bool) *Mutant {
	return mutatePolicy(id, fault, "structure-valid", spec.RoomPolicy04, func(m *policies) {
		m.adds = func(room *roompolicy.AppDataDictionary) string {
			if where(room) {
				return "room-policy/" + rule
			}
			return ""
		}
	})
}

// hasRole reports whether a condition is true of a role.
func hasRole(is func(*roompolicy.Role) bool) func(*roompolicy.AppDataDictionary) bool {
	return func(room *roompolicy.AppDataDictionary) bool {
		return room.Roles != nil && slices.ContainsFunc(room.Roles.Roles, func(r roompolicy.Role) bool { return is(&r) })
	}
}

var policyStructureMutants = []*Mutant{
	judge("role-index-not-unique", "does not compare the indexes of roles", "structure-one-rule-broken", "role-index-unique", always),
	judge("banned-anywhere", "takes a role of any index for that of the banned", "structure-one-rule-broken", "banned-index", always),
	judge("open-join-anywhere", "allows canOpenJoin in every role", "structure-one-rule-broken", "open-join-role-zero", always),
	judge("target-undefined", "follows role changes to roles that do not exist", "structure-one-rule-broken", "role-change-target", always),
	judge("preauthorized-undefined", "preauthorizes users for roles that do not exist", "structure-one-rule-broken", "preauth-role", always),
	judge("maximum-zero-none", "takes a maximum of 0 for none", "structure-one-rule-broken", "role-minimum", hasRole(func(r *roompolicy.Role) bool {
		return r.MaximumParticipantsConstraint == roompolicy.Some[uint32](0)
	})),
	judge("provider-by-case", "compares the domains of providers with regard to case", "structure-one-rule-broken", "asset-provider-once", func(room *roompolicy.AppDataDictionary) bool {
		return slices.ContainsFunc(room.Assets.UploadDomains, func(p roompolicy.ProviderAssetUploadDomains) bool { return p.Provider == "A.Example" })
	}),
	judge("default-time-unchecked", "compares the shortest and the longest time, and not the default", "structure-one-rule-broken", "times", func(room *roompolicy.AppDataDictionary) bool {
		o := room.Operational
		return !slices.ContainsFunc([]roompolicy.MinDefaultMaxTime{o.LeafNodeUpdateTime, o.SenderNonceKeypairLifetime, o.BufferIncomingMessageTime}, func(t roompolicy.MinDefaultMaxTime) bool { return t.MinimumTime > t.MaximumTime })
	}),
	judge("reserved-capability", "does not know that capabilities are reserved", "structure-cases", "capability-reserved", always),
	accuse("minimum-equal-refused", "refuses a minimum that is the maximum", "role-minimum", hasRole(func(r *roompolicy.Role) bool {
		return r.MaximumParticipantsConstraint == roompolicy.Some(r.MinimumParticipantsConstraint)
	})),
	accuse("bounds-signed", "compares bounds as numbers of 31 bits with a sign", "role-minimum", hasRole(func(r *roompolicy.Role) bool {
		most := r.MaximumParticipantsConstraint
		return most.Present && int32(r.MinimumParticipantsConstraint) > int32(most.Value)
	})),
	accuse("banned-by-any-case", "compares the name of the banned without regard to case", "banned-index", hasRole(func(r *roompolicy.Role) bool {
		return r.RoleIndex != roompolicy.BannedRole && strings.EqualFold(r.RoleName, roompolicy.BannedName)
	})),
	accuse("private-capability-refused", "refuses capabilities for private use", "capability-unknown", hasRole(func(r *roompolicy.Role) bool {
		return slices.ContainsFunc(r.RoleCapabilities, roompolicy.Capability.Private)
	})),
	accuse("users-by-any-case", "compares users without regard to case", "participant-once", func(room *roompolicy.AppDataDictionary) bool {
		if room.ParticipantList == nil {
			return false
		}
		seen := map[string]bool{}
		for _, p := range room.ParticipantList.Participants {
			if user := strings.ToLower(string(p.User)); seen[user] {
				return true
			} else {
				seen[user] = true
			}
		}
		return false
	}),
	mutatePolicy("rules-of-04-in-02", "judges room-policy-02 by the rules of room-policy-04", "structure-one-rule-broken", spec.RoomPolicy02, func(m *policies) {
		m.claims = func(spec.Draft) spec.Draft { return spec.RoomPolicy04 }
	}),
}
