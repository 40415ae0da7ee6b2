package gomls

import "github.com/cisco/go-mls"

// schemes are the signature schemes that the first octet of an input chooses
// from. The last is not one that go-mls has.
var schemes = []mls.SignatureScheme{mls.Ed25519, mls.ECDSA_SECP256R1_SHA256, mls.ECDSA_SECP521R1_SHA512, 0x0808}

// cut splits octets at a length, or at their end.
func cut(octets []byte, length byte) (before, after []byte) {
	n := min(int(length), len(octets))
	return octets[:n], octets[n:]
}

// tryVerify verifies a signature. The first octets say which scheme it is, and
// the lengths of the public key and of the signature; then come these two, and
// the message.
func tryVerify(octets []byte) error {
	if len(octets) < 3 {
		return nil
	}
	key, rest := cut(octets[3:], octets[1])
	signature, message := cut(rest, octets[2])
	schemes[int(octets[0])%len(schemes)].Verify(&mls.SignaturePublicKey{Data: key}, message, signature)
	return nil
}

func seedVerify() ([][]byte, error) {
	key, err := mls.Ed25519.Derive([]byte("a key"))
	if err != nil {
		return nil, err
	}
	message := []byte("a message")
	signature, err := mls.Ed25519.Sign(&key, message)
	if err != nil {
		return nil, err
	}
	seeds := [][]byte{joinVerify(0, key.PublicKey.Data, signature, message)}
	for i, scheme := range []mls.SignatureScheme{mls.ECDSA_SECP256R1_SHA256, mls.ECDSA_SECP521R1_SHA512} {
		key, err := scheme.Derive([]byte("a key"))
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, joinVerify(byte(i+1), key.PublicKey.Data, []byte{0x30, 6, 2, 1, 1, 2, 1, 1}, message))
	}
	return seeds, nil
}

// joinVerify makes an input of target Verify.
func joinVerify(scheme byte, key, signature, message []byte) []byte {
	octets := []byte{scheme, byte(len(key)), byte(len(signature))}
	return append(append(append(octets, key...), signature...), message...)
}

// trySign signs a message with a private key: the octets after the first, which
// says which scheme it is.
func trySign(octets []byte) error {
	if len(octets) == 0 {
		return nil
	}
	_, _ = schemes[int(octets[0])%len(schemes)].Sign(&mls.SignaturePrivateKey{Data: octets[1:]}, []byte("a message"))
	return nil
}

func seedSign() ([][]byte, error) {
	key, err := mls.Ed25519.Derive([]byte("a key"))
	return [][]byte{append([]byte{0}, key.Data...)}, err
}
