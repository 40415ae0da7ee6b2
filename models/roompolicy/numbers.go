package roompolicy

// capabilityNumbers names capabilities in JSON.
type capabilityNumbers struct{}

func (capabilityNumbers) name(value uint16) (string, bool) {
	c := Capability(value)
	return c.String(), c.Registered()
}

func (capabilityNumbers) value(name string) (uint16, bool) {
	c, err := ParseCapability(name)
	return uint16(c), err == nil
}

// componentNumbers names components in JSON.
type componentNumbers struct{}

func (componentNumbers) name(value uint16) (string, bool) {
	name, ok := componentNames[ComponentID(value)]
	return name, ok
}

func (componentNumbers) value(name string) (uint16, bool) {
	id, ok := componentByName[name]
	return uint16(id), ok
}
