package explain

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Form is how the octets of an input are written.
type Form string

// The forms.
const (
	Raw    Form = "raw"
	Hex    Form = "hex"
	Base64 Form = "base64"
	Auto   Form = "auto" // hex or base64 if the input looks like it, else raw
)

// ParseForm returns the form with the given name.
func ParseForm(name string) (Form, error) {
	switch f := Form(name); f {
	case Raw, Hex, Base64, Auto:
		return f, nil
	}
	return "", fmt.Errorf("unknown form %q: expected raw, hex, base64 or auto", name)
}

// Guess returns the form that an input looks like. A message in raw octets
// looks like neither of the texts, since its first octet is not ASCII.
func Guess(data []byte) Form {
	if bytes.ContainsFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return Raw
	}
	if octets, err := Read(data, Hex); err == nil && len(octets) > 0 {
		return Hex
	}
	if octets, err := Read(data, Base64); err == nil && len(octets) > 0 {
		return Base64
	}
	return Raw
}

// Read returns the octets that data writes in a form.
func Read(data []byte, form Form) ([]byte, error) {
	switch form {
	case Raw:
		return data, nil
	case Auto:
		return Read(data, Guess(data))
	case Hex:
		text := bytes.Join(bytes.Fields(data), nil)
		octets := make([]byte, hex.DecodedLen(len(text)))
		n, err := hex.Decode(octets, text)
		if err != nil {
			return nil, fmt.Errorf("not hex: %w; expected pairs of hex digits, with blanks between them or none", err)
		}
		return octets[:n], nil
	case Base64:
		// Padding and the choice of alphabet are left open.
		text := strings.TrimRight(string(bytes.Join(bytes.Fields(data), nil)), "=")
		encoding := base64.RawStdEncoding
		if strings.ContainsAny(text, "-_") {
			encoding = base64.RawURLEncoding
		}
		octets, err := encoding.DecodeString(text)
		if err != nil {
			return nil, errors.New("not base64: expected the alphabet of RFC 4648, with or without padding")
		}
		return octets, nil
	}
	return nil, fmt.Errorf("unknown form %q", string(form))
}
