package roompolicy

// MessageExpiration is the component message_expiration_policy (room-policy-04
// section 6.8). Durations are in seconds. Where expiring messages are forbidden
// they are zero or absent, and not on the wire.
type MessageExpiration struct {
	ExpiringMessages          Optionality
	MinExpirationDuration     uint32
	MaxExpirationDuration     uint32
	DefaultExpirationDuration Optional[uint32]
}
