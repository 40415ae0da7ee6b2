package roompolicy

// StatusNotificationPolicy is the component status_notification_policy
// (room-policy-04 section 6.1).
type StatusNotificationPolicy struct {
	DeliveryNotifications Optionality
	ReadReceipts          Optionality
}
