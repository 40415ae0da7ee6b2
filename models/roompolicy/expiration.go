package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// MessageExpiration is the component message_expiration_policy (room-policy-04
// section 6.8). Durations are in seconds. Where expiring messages are forbidden
// they are zero or absent, and not on the wire.
type MessageExpiration struct {
	ExpiringMessages          Optionality
	MinExpirationDuration     uint32
	MaxExpirationDuration     uint32
	DefaultExpirationDuration Optional[uint32]
}

func (e *MessageExpiration) describe() (string, spec.Drafts) { return "MessageExpiration", since03 }

func (e *MessageExpiration) fields(f fields) {
	f.need("expiring_messages")
	f.enum("expiring_messages", (*uint8)(&e.ExpiringMessages), optionalityNames)
	f.arm(e.ExpiringMessages != Forbidden, func() {
		f.uint32("min_expiration_duration", &e.MinExpirationDuration)
		f.uint32("max_expiration_duration", &e.MaxExpirationDuration)
		optional(f, "default_expiration_duration", &e.DefaultExpirationDuration, uint32Field)
	})
}
