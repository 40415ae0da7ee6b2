// Package x448 stands in for git.schwanenlied.me/yawning/x448.git, which can no
// longer be fetched and which go-hpke imports. It has the two functions that
// go-hpke calls, on github.com/cloudflare/circl. X448 is that of RFC 7748,
// section 5.
package x448

import "github.com/cloudflare/circl/dh/x448"

// ScalarMult sets dst to the product of the scalar and the u-coordinate base,
// 56 octets each. It returns 0, or -1 when base has a low order, for which dst
// is all zeros.
func ScalarMult(dst, scalar, base *[56]byte) int {
	if !x448.Shared((*x448.Key)(dst), (*x448.Key)(scalar), (*x448.Key)(base)) {
		return -1
	}
	return 0
}

// ScalarBaseMult sets dst to the product of the scalar and the base point, 56
// octets each. It returns 0.
func ScalarBaseMult(dst, scalar *[56]byte) int {
	x448.KeyGen((*x448.Key)(dst), (*x448.Key)(scalar))
	return 0
}
