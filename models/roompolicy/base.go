package roompolicy

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
