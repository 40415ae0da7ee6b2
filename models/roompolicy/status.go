package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// StatusNotificationPolicy is the component status_notification_policy
// (room-policy-04 section 6.1).
type StatusNotificationPolicy struct {
	DeliveryNotifications Optionality
	ReadReceipts          Optionality
}

func (s *StatusNotificationPolicy) describe() (string, spec.Drafts) {
	return "StatusNotificationPolicy", since03
}

func (s *StatusNotificationPolicy) fields(f fields) {
	f.need("delivery_notifications", "read_receipts")
	f.enum("delivery_notifications", (*uint8)(&s.DeliveryNotifications), optionalityNames)
	f.enum("read_receipts", (*uint8)(&s.ReadReceipts), optionalityNames)
}
