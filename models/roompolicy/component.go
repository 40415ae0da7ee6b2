package roompolicy

import "fmt"

// ComponentID is the number of a component in an app data dictionary
// (mls-extensions section 4.6). Numbers that are not modelled are kept.
type ComponentID uint16

// The components that are modelled. The values of the room policy are those
// that the draft suggests.
const (
	ParticipantListID          ComponentID = 0x0022
	RoomMetadataID             ComponentID = 0x0023
	MlsOperationalPolicyID     ComponentID = 0x0024
	RolesListID                ComponentID = 0x0025
	PreauthListID              ComponentID = 0x0026
	BaseRoomPolicyID           ComponentID = 0x0027
	StatusNotificationPolicyID ComponentID = 0x0028
	JoinLinkPolicyID           ComponentID = 0x0029
	JoinLinksID                ComponentID = 0x002a
	LinkPreviewPolicyID        ComponentID = 0x002b
	AssetPolicyID              ComponentID = 0x002c
	LoggingPolicyID            ComponentID = 0x002d
	ChatHistoryPolicyID        ComponentID = 0x002e
	BotPolicyID                ComponentID = 0x002f
	MessageExpirationPolicyID  ComponentID = 0x0030
)

var componentNames = map[ComponentID]string{
	ParticipantListID:          "participant_list",
	RoomMetadataID:             "room_metadata",
	MlsOperationalPolicyID:     "mls_operational_policy",
	RolesListID:                "roles_list",
	PreauthListID:              "preauth_list",
	BaseRoomPolicyID:           "base_room_policy",
	StatusNotificationPolicyID: "status_notification_policy",
	JoinLinkPolicyID:           "join_link_policy",
	JoinLinksID:                "join_links",
	LinkPreviewPolicyID:        "link_preview_policy",
	AssetPolicyID:              "asset_policy",
	LoggingPolicyID:            "logging_policy",
	ChatHistoryPolicyID:        "chat_history_policy",
	BotPolicyID:                "bot_policy",
	MessageExpirationPolicyID:  "message_expiration_policy",
}

// String returns the registered name, such as "roles_list", or the value, such
// as "0x0031".
func (id ComponentID) String() string {
	if name, ok := componentNames[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", uint16(id))
}

// AppDataUpdate is a proposal that changes or removes one component
// (mls-extensions section 4.7).
type AppDataUpdate struct {
	ComponentID ComponentID
	Op          AppDataUpdateOperation
	Update      Octets // the update struct of the component; empty for a removal
}

// AppDataUpdateOperation is what an AppDataUpdate does.
type AppDataUpdateOperation uint8

// The values of AppDataUpdateOperation.
const (
	UpdateComponent AppDataUpdateOperation = 1
	RemoveComponent AppDataUpdateOperation = 2
)

var appDataUpdateOperationNames = enumNames[AppDataUpdateOperation]{UpdateComponent: "update", RemoveComponent: "remove"}

// String returns the name, "update" or "remove".
func (o AppDataUpdateOperation) String() string { return appDataUpdateOperationNames.of(o) }

// ComponentData is the data of one component as it stands on the wire.
type ComponentData struct {
	ComponentID ComponentID
	Data        Octets
}

// AppDataDictionary is the application state of a room: its policy, its
// participants, its metadata, and what else its GroupContext carries
// (mls-extensions section 4.6). A nil component is not there.
type AppDataDictionary struct {
	Policy
	ParticipantList *ParticipantListData
	RoomMetaData    *RoomMetaData
	Others          []ComponentData // that are not modelled, ordered by number
}
