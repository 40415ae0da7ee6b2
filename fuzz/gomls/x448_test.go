package gomls

import (
	"encoding/hex"
	"testing"

	x448 "git.schwanenlied.me/yawning/x448.git"
)

func point(t *testing.T, text string) *[56]byte {
	t.Helper()
	octets, err := hex.DecodeString(text)
	if err != nil || len(octets) != 56 {
		t.Fatalf("%q: %d octets, %v", text, len(octets), err)
	}
	return (*[56]byte)(octets)
}

// TestX448 holds the stand-in to the answers of RFC 7748, sections 5.2 and 6.2.
func TestX448(t *testing.T) {
	var got [56]byte
	for _, test := range []struct{ scalar, base, want string }{
		{
			"3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3",
			"06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086",
			"ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f",
		},
		{
			"203d494428b8399352665ddca42f9de8fef600908e0d461cb021f8c538345dd77c3e4806e25f46d3315c44e0a5b4371282dd2c8d5be3095f",
			"0fbcc2f993cd56d3305b0b7d9e55d4c1a8fb5dbb52f8e9a1e9b6201b165d015894e56c4d3570bee52fe205e28a78b91cdfbde71ce8d157db",
			"884a02576239ff7a2f2f63b2db6a9ff37047ac13568e1e30fe63c4a7ad1b3ee3a5700df34321d62077e63633c575c1c954514e99da7c179d",
		},
	} {
		if status := x448.ScalarMult(&got, point(t, test.scalar), point(t, test.base)); status != 0 || got != *point(t, test.want) {
			t.Errorf("the product is %x, status %d", got, status)
		}
	}
	alice := point(t, "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b")
	want := point(t, "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0")
	if status := x448.ScalarBaseMult(&got, alice); status != 0 || got != *want {
		t.Errorf("the public key is %x, status %d", got, status)
	}
	if status := x448.ScalarMult(&got, alice, new([56]byte)); status != -1 || got != [56]byte{} {
		t.Errorf("a base of low order gives %x, status %d", got, status)
	}
}
