package franking

import (
	"bytes"
	"encoding/hex"
)

// smallOrder holds the encodings of the points of small order, those that are
// not canonical included, without the sign of x. A signature with such a key
// does not bind what is signed: some signatures verify for many messages.
var smallOrder = map[*algorithm][][]byte{
	&algEd25519: points(
		"0100000000000000000000000000000000000000000000000000000000000000", // y = 1
		"0000000000000000000000000000000000000000000000000000000000000000", // y = 0
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = -1
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p, for 0
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 1, for 1
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // of order 8
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // of order 8
	),
	&algEd448: points(
		"010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", // y = 1
		"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", // y = 0
		"fefffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffff00", // y = -1
		"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffff00", // y = p, for 0
		"00000000000000000000000000000000000000000000000000000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff00", // y = p + 1, for 1
	),
}

func points(encoded ...string) [][]byte {
	var list [][]byte
	for _, text := range encoded {
		point, err := hex.DecodeString(text)
		if err != nil {
			panic(err)
		}
		list = append(list, point)
	}
	return list
}

// hasSmallOrder reports whether a public key of the right length is a point of
// small order. The NIST curves have none.
func hasSmallOrder(a *algorithm, key []byte) bool {
	for _, point := range smallOrder[a] {
		last := len(point) - 1
		if bytes.Equal(point[:last], key[:last]) && key[last]&0x7f == point[last] {
			return true
		}
	}
	return false
}
