package reports

import "strings"

// Signature names a defect. It does not depend on the draft or the input.
func Signature(property, class, implementation string) string {
	return property + "#" + class + "@" + implementation
}

// cutSignature takes a signature apart.
func cutSignature(signature string) (property, class, implementation string) {
	property, rest, _ := strings.Cut(signature, "#")
	class, implementation, _ = strings.Cut(rest, "@")
	return property, class, implementation
}
