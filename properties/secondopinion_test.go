package properties

import (
	"bytes"
	"testing"
)

// TestDifferencesAreReal holds that the library still has each of the readings
// that are excused, and that nothing is left of them once they are taken out.
func TestDifferencesAreReal(t *testing.T) {
	for _, difference := range differences {
		octets := []byte(difference.example)
		var item any
		if err := strict.Unmarshal(octets, &item); err == nil {
			if again, err := deterministic.Marshal(item); err == nil && bytes.Equal(again, octets) {
				t.Errorf("%s: the library no longer differs: %s", difference.what, difference.why)
			}
		}
		// Inside other items, and beside octets that only look the same.
		for _, around := range [][2]string{{"\x81", ""}, {"\x82\x41\xf7", ""}, {"\xa1\x01", ""}, {"\xd9\x03\xe8", ""}, {"\x82", "\x44\xc1\x00\xf9\x7e"}} {
			whole := []byte(around[0] + difference.example + around[1])
			if again, err := reencoded(whole); again != nil || err != nil {
				t.Errorf("%s: %x comes back as %x, %v", difference.what, whole, again, err)
			}
		}
	}
}

// TestOnlyDifferencesAreExcused asks about flaws next to what is excused.
func TestOnlyDifferencesAreExcused(t *testing.T) {
	for _, octets := range []string{
		"\x82\xf7\x18\x01", "\x82\xf9\x7e\x01\xfa\x3f\x80\x00\x00", "\xc1\x18\x01", "\xc2\x82\x18\x01\x00",
		"\xc2\x41\x01", "\xd8\x01\x00", "\xa2\x02\xf7\x01\xf7", "\xd8\x50\x82\xf9\x7e\x01\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00",
	} {
		if again, err := reencoded([]byte(octets)); err != nil || again == nil {
			t.Errorf("%x is the same encoded again: %v", octets, err)
		}
	}
}
