package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// Policy is the policy components of a room. A nil component is not there.
type Policy struct {
	Roles               *RoleData
	PreAuth             *PreAuthData
	Base                *BaseRoomPolicy
	StatusNotifications *StatusNotificationPolicy
	JoinLinkPolicy      *JoinLinkPolicy
	JoinLinks           *JoinLinksData
	LinkPreview         *LinkPreviewPolicy
	Assets              *AssetPolicy
	Logging             *LoggingPolicy
	History             *HistoryPolicy
	Bots                *BotPolicy
	Expiration          *MessageExpiration
	Operational         *OperationalParameters

	// Extensions are for room-policy-01 and -02 only.
	Extensions []PolicyExtension
}

// PolicyExtension is a policy by name, in room-policy-01 and -02.
type PolicyExtension struct {
	Name  string
	Type  ExtType
	Value Octets
}

// ExtType is the type of the value of a PolicyExtension.
type ExtType uint8

// The values of ExtType.
const (
	ExtNull       ExtType = 0
	ExtBoolean    ExtType = 1
	ExtNumber     ExtType = 2
	ExtString     ExtType = 3
	ExtJSONObject ExtType = 4
)

var extTypeNames = enumNames[ExtType]{
	ExtNull: "null", ExtBoolean: "boolean", ExtNumber: "number", ExtString: "string", ExtJSONObject: "jsonObject",
}

// String returns the name, such as "boolean".
func (t ExtType) String() string { return extTypeNames.of(t) }

func (p *Policy) describe() (string, spec.Drafts) { return "RoomPolicy", before03 }

func (p *Policy) fields(f fields) {
	if f.codec() != nil {
		p.oneStruct(f)
		return
	}
	d := AppDataDictionary{Policy: *p}
	d.named(f, policySlots)
	if f.reading() {
		*p = d.Policy
	}
	f.only(before03, func() { p.extensions(f) })
}

// policySlots are the components of a policy.
var policySlots = slots[2:]

func (p *Policy) extensions(f fields) {
	list(f, "policy_extensions", &p.Extensions, func(f fields, e *PolicyExtension) {
		f.need("name", "type", "value")
		f.opaque("name", &e.Name)
		f.enum("type", (*uint8)(&e.Type), extTypeNames)
		f.opaque("value", (*string)(&e.Value))
	})
}

// oneStruct visits the struct RoomPolicy of room-policy-01 and -02, as their
// appendix B has it or as their sections do.
func (p *Policy) oneStruct(f fields) {
	draft, bySections := f.codec().draft, f.codec().syntax.bySections
	withAssets := draft == spec.RoomPolicy02 && bySections
	withOperational := draft == spec.RoomPolicy02 && !bySections
	if f.reading() {
		p.Base = new(BaseRoomPolicy)
		p.StatusNotifications = new(StatusNotificationPolicy)
		p.JoinLinkPolicy = new(JoinLinkPolicy)
		p.Logging = new(LoggingPolicy)
		p.History = new(HistoryPolicy)
		p.Bots = new(BotPolicy)
		if withAssets {
			p.Assets = new(AssetPolicy)
		}
		if withOperational {
			p.Operational = new(OperationalParameters)
		}
	} else if !p.fitsOneStruct(f, withAssets, withOperational) {
		return
	}
	p.Base.membershipStyle(f)
	if bySections {
		uris(f, "parent_room_uri", &p.Base.ParentRoom, false)
		f.boolean("multi_device", &p.Base.MultiDevice)
	} else {
		f.boolean("multi_device", &p.Base.MultiDevice)
		uris(f, "parent_room_uri", &p.Base.ParentRoom, true)
	}
	f.boolean("persistent_room", &p.Base.PersistentRoom)
	p.StatusNotifications.fields(f)
	f.boolean("semi_anonymous_ids", &p.Base.PseudonymsAllowed)
	f.boolean("discoverable", &p.Base.Discoverable)
	f.structure("link_policy", func() { p.JoinLinkPolicy.fields(f) })
	if withAssets {
		f.structure("asset_policy", func() { p.Assets.fields(f) })
	}
	f.structure("logging_policy", func() { p.Logging.fields(f) })
	f.structure("history_sharing", func() { p.History.fields(f) })
	bots(f, &p.Bots.AllowedBots)
	if withOperational {
		f.structure("operational_parameters", func() { p.Operational.fields(f) })
	}
	p.extensions(f)
	f.only(since03, func() {
		optional(f, "max_clients", &p.Base.MaxClients, uint32Field)
		optional(f, "max_users", &p.Base.MaxUsers, uint32Field)
		values(f, "policy_component_ids", &p.Base.PolicyComponentIds, componentElement)
	})
}

// fitsOneStruct refuses a policy that lacks a part of the struct, or has a
// component that is no part of it. Roles and preauthorized users are components
// of their own in every draft.
func (p *Policy) fitsOneStruct(f fields, withAssets, withOperational bool) bool {
	for _, part := range []struct {
		id       ComponentID
		is, want bool
	}{
		{BaseRoomPolicyID, p.Base != nil, true},
		{StatusNotificationPolicyID, p.StatusNotifications != nil, true},
		{JoinLinkPolicyID, p.JoinLinkPolicy != nil, true},
		{LoggingPolicyID, p.Logging != nil, true},
		{ChatHistoryPolicyID, p.History != nil, true},
		{BotPolicyID, p.Bots != nil, true},
		{AssetPolicyID, p.Assets != nil, withAssets},
		{MlsOperationalPolicyID, p.Operational != nil, withOperational},
		{JoinLinksID, p.JoinLinks != nil, false},
		{LinkPreviewPolicyID, p.LinkPreview != nil, false},
		{MessageExpirationPolicyID, p.Expiration != nil, false},
	} {
		switch {
		case part.want && !part.is:
			f.refuse(part.id.String(), "absent, where the struct has it")
			return false
		case part.is && !part.want:
			f.refuse(part.id.String(), "there, where the struct has none")
			return false
		}
	}
	return true
}
