package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// The revisions before and since the policy was split into components.
var (
	before03  = spec.Between(spec.RoomPolicy01, spec.RoomPolicy02)
	since03   = spec.Between(spec.RoomPolicy03, spec.RoomPolicy04)
	allDrafts = spec.Between(spec.RoomPolicy01, spec.RoomPolicy04)
)

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
