package framing

import "errors"

// Read is the left inverse of [Layout.Append].
func (l Layout) Read(octets []byte, d Domain, bound bool) (Tuple, error) {
	return Tuple{}, errors.New("the reader is not written yet")
}
