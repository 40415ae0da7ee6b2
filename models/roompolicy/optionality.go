package roompolicy

import "fmt"

// Optionality says whether something is left to the client, demanded or not
// allowed (room-policy-04 section 6.1). Where a select prints mandatory, it is
// Required.
type Optionality uint8

// The values of Optionality.
const (
	OptionalUse Optionality = 0
	Required    Optionality = 1
	Forbidden   Optionality = 2
)

var optionalityNames = enumNames[Optionality]{OptionalUse: "optional", Required: "required", Forbidden: "forbidden"}

// String returns the name, such as "required".
func (o Optionality) String() string { return optionalityNames.of(o) }

// enumNames are the names of an enum, by its values.
type enumNames[T ~uint8] []string

func (names enumNames[T]) of(value T) string {
	if int(value) < len(names) && names[value] != "" {
		return names[value]
	}
	return fmt.Sprintf("%d", uint8(value))
}
