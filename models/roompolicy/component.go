package roompolicy

import (
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

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

var componentByName = map[string]ComponentID{}

func init() {
	for id, name := range componentNames {
		componentByName[name] = id
	}
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

func (u *AppDataUpdate) describe() (string, spec.Drafts) { return "AppDataUpdate", since03 }

func (u *AppDataUpdate) fields(f fields) {
	f.need("component_id", "op")
	f.number("component_id", (*uint16)(&u.ComponentID), componentNumbers{})
	f.enum("op", (*uint8)(&u.Op), appDataUpdateOperationNames)
	f.arm(u.Op == UpdateComponent, func() { f.octets("update", (*string)(&u.Update)) })
}

// slot is the place of one component in a dictionary.
type slot struct {
	id   ComponentID
	get  func(d *AppDataDictionary) Struct // nil where it is not there
	make func(d *AppDataDictionary) Struct // puts a zero one there
	move func(to, from *AppDataDictionary)
}

func slotOf[T any, P interface {
	*T
	Struct
}](id ComponentID, at func(d *AppDataDictionary) **T) slot {
	return slot{
		id: id,
		get: func(d *AppDataDictionary) Struct {
			if component := *at(d); component != nil {
				return P(component)
			}
			return nil
		},
		make: func(d *AppDataDictionary) Struct {
			component := new(T)
			*at(d) = component
			return P(component)
		},
		move: func(to, from *AppDataDictionary) { *at(to) = *at(from) },
	}
}

// slots are the modelled components, ordered by number.
var slots = []slot{
	slotOf(ParticipantListID, func(d *AppDataDictionary) **ParticipantListData { return &d.ParticipantList }),
	slotOf(RoomMetadataID, func(d *AppDataDictionary) **RoomMetaData { return &d.RoomMetaData }),
	slotOf(MlsOperationalPolicyID, func(d *AppDataDictionary) **OperationalParameters { return &d.Operational }),
	slotOf(RolesListID, func(d *AppDataDictionary) **RoleData { return &d.Roles }),
	slotOf(PreauthListID, func(d *AppDataDictionary) **PreAuthData { return &d.PreAuth }),
	slotOf(BaseRoomPolicyID, func(d *AppDataDictionary) **BaseRoomPolicy { return &d.Base }),
	slotOf(StatusNotificationPolicyID, func(d *AppDataDictionary) **StatusNotificationPolicy { return &d.StatusNotifications }),
	slotOf(JoinLinkPolicyID, func(d *AppDataDictionary) **JoinLinkPolicy { return &d.JoinLinkPolicy }),
	slotOf(JoinLinksID, func(d *AppDataDictionary) **JoinLinksData { return &d.JoinLinks }),
	slotOf(LinkPreviewPolicyID, func(d *AppDataDictionary) **LinkPreviewPolicy { return &d.LinkPreview }),
	slotOf(AssetPolicyID, func(d *AppDataDictionary) **AssetPolicy { return &d.Assets }),
	slotOf(LoggingPolicyID, func(d *AppDataDictionary) **LoggingPolicy { return &d.Logging }),
	slotOf(ChatHistoryPolicyID, func(d *AppDataDictionary) **HistoryPolicy { return &d.History }),
	slotOf(BotPolicyID, func(d *AppDataDictionary) **BotPolicy { return &d.Bots }),
	slotOf(MessageExpirationPolicyID, func(d *AppDataDictionary) **MessageExpiration { return &d.Expiration }),
}

func slotByID(id ComponentID) (slot, bool) {
	at := int(id) - int(ParticipantListID) // the numbers have no gap
	if at < 0 || at >= len(slots) {
		return slot{}, false
	}
	return slots[at], true
}

// Component returns the component with the number, nil if it is not there or
// not modelled. It is a pointer to its struct, such as [*RoleData].
func (d *AppDataDictionary) Component(id ComponentID) Struct {
	if s, ok := slotByID(id); ok {
		return s.get(d)
	}
	return nil
}

// dataOf returns a zero component with the number, nil if it is not modelled.
func dataOf(id ComponentID) Struct {
	if s, ok := slotByID(id); ok {
		return s.make(new(AppDataDictionary))
	}
	return nil
}

// updateOf returns a zero update struct of a component, nil if it is not
// modelled. It differs from the data of two components only.
func updateOf(id ComponentID) Struct {
	switch id {
	case ParticipantListID:
		return new(ParticipantListUpdate)
	case JoinLinksID:
		return new(JoinLinksUpdate)
	}
	return dataOf(id)
}

func (d *AppDataDictionary) describe() (string, spec.Drafts) { return "AppDataDictionary", since03 }

func (d *AppDataDictionary) fields(f fields) {
	f.only(before03, func() { d.extensions(f) })
	if f.codec() == nil {
		d.named(f, slots)
		list(f, "others", &d.Others, func(f fields, c *ComponentData) {
			f.need("component_id", "data")
			f.number("component_id", (*uint16)(&c.ComponentID), componentNumbers{})
			f.octets("data", (*string)(&c.Data))
		})
		return
	}
	f.dictionary("component_data", d)
}

// named visits components as fields with their names.
func (d *AppDataDictionary) named(f fields, slots []slot) {
	for _, s := range slots {
		component := s.get(d)
		present := component != nil
		if !present && !f.reading() {
			continue
		}
		f.optional(s.id.String(), &present, func() {
			if component == nil {
				component = s.make(d)
			}
			f.structure(s.id.String(), func() { component.fields(f) })
		})
	}
}
