package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// BaseRoomPolicy is the component base_room_policy: what holds for a room as a
// whole (room-policy-04 section 5). Its update has the same form and replaces
// it. In room-policy-01 and -02 it is the start of the struct RoomPolicy, where
// a membership_style stands for the first two fields.
type BaseRoomPolicy struct {
	FixedMembership    bool // no participant but those listed at creation
	ParentDependent    bool // the participants are a strict subset of those of the parent
	ParentRoom         []Uri
	MultiDevice        bool             // a user may have several clients in the MLS group
	MaxClients         Optional[uint32] // since room-policy-03
	MaxUsers           Optional[uint32] // entries of the participant list that are not banned; since room-policy-03
	PseudonymsAllowed  bool             // semi_anonymous_ids or pseudonymous_ids before room-policy-03
	PersistentRoom     bool
	Discoverable       bool
	PolicyComponentIds []ComponentID // since room-policy-03
}

func (b *BaseRoomPolicy) describe() (string, spec.Drafts) { return "BaseRoomPolicy", since03 }

func (b *BaseRoomPolicy) fields(f fields) {
	f.need("multi_device") // as it is true by default, where to leave out is false
	f.boolean("fixed_membership", &b.FixedMembership)
	f.boolean("parent_dependent", &b.ParentDependent)
	uris(f, "parent_room", &b.ParentRoom, f.codec() != nil && f.codec().syntax.singleParentRoom)
	f.boolean("multi_device", &b.MultiDevice)
	optional(f, "max_clients", &b.MaxClients, uint32Field)
	optional(f, "max_users", &b.MaxUsers, uint32Field)
	f.boolean("pseudonyms_allowed", &b.PseudonymsAllowed)
	f.boolean("persistent_room", &b.PersistentRoom)
	f.boolean("discoverable", &b.Discoverable)
	values(f, "policy_component_ids", &b.PolicyComponentIds, componentElement)
}

// The values of membership_style in room-policy-01 and -02.
const (
	ordinaryStyle        uint8 = 1
	fixedMembershipStyle uint8 = 2
	parentDependentStyle uint8 = 3
)

var membershipStyleNames = []string{ordinaryStyle: "ordinary", fixedMembershipStyle: "fixed-membership", parentDependentStyle: "parent-dependent"}

// membershipStyle visits the style that room-policy-01 and -02 have in place of
// two booleans.
func (b *BaseRoomPolicy) membershipStyle(f fields) {
	style := ordinaryStyle
	switch {
	case b.FixedMembership && b.ParentDependent:
		f.refuse("membership_style", "both fixed-membership and parent-dependent")
	case b.FixedMembership:
		style = fixedMembershipStyle
	case b.ParentDependent:
		style = parentDependentStyle
	}
	f.enum("membership_style", &style, membershipStyleNames)
	if f.reading() {
		b.FixedMembership = style == fixedMembershipStyle
		b.ParentDependent = style == parentDependentStyle
	}
}
