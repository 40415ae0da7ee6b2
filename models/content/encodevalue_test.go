package content

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestAppendValue(t *testing.T) {
	for value, want := range map[string]string{
		"\x18\x01":                                         "\x01",
		"\x3b\x00\x00\x00\x00\x00\x00\x01\x00":             "\x39\x01\x00",
		"\x9f\x18\x01\x9f\xff\xff":                         "\x82\x01\x80",
		"\xbf\x02\x00\x01\x00\xff":                         "\xa2\x01\x00\x02\x00",
		"\xa2\x02\x00\x18\x01\x00":                         "\xa2\x01\x00\x02\x00", // equal heads decide, not those that came
		"\xa3\x02\x00\x01\x05\x01\x04":                     "\xa3\x01\x05\x01\x04\x02\x00",
		"\xa1\x01\xa2\x01\x00\x01\x00":                     "\xa1\x01\xa2\x01\x00\x01\x00",
		"\xa2\x82\x02\x01\x00\x81\x02\x00":                 "\xa2\x81\x02\x00\x82\x02\x01\x00",
		"\x5f\x41a\x40\x42bc\xff":                          "\x43abc",
		"\x7f\xff":                                         "\x60",
		"\x78\x01\xff":                                     "\x61\xff",
		"\xd8\x01\x18\x01":                                 "\xc1\x01",
		"\xc2\x5f\x41\x00\x41\x05\xff":                     "\x05",
		"\xc3\x40":                                         "\x20",
		"\xc2\x4a\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00": "\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00",
		"\xc2\x18\x01":                                     "\xc2\x01",
		"\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00":             "\xf9\x3c\x00",
		"\xfb\x40\xf8\x6a\x00\x00\x00\x00\x00":             "\xfa\x47\xc3\x50\x00",
		"\xfa\x33\x80\x00\x00":                             "\xf9\x00\x01",
		"\xfa\xb8\x7f\xc0\x00":                             "\xf9\x83\xff",
		"\xfa\xff\x80\x00\x00":                             "\xf9\xfc\x00",
		"\xfa\x80\x00\x00\x00":                             "\xf9\x80\x00",
		"\xfa\x7f\xc0\x00\x01":                             "\xfa\x7f\xc0\x00\x01",
		"\xf7":                                             "\xf7",
		"\xc2\x42\x01\x02":                                 "\x19\x01\x02",
		"\xc2\x48\xff\xff\xff\xff\xff\xff\xff\xff":         "\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
		"\xc3\x49\x01\xff\xff\xff\xff\xff\xff\xff\xff":     "\xc3\x49\x01\xff\xff\xff\xff\xff\xff\xff\xff",
		"\xfa\xbf\x80\x00\x00":                             "\xf9\xbc\x00",
		"\xfa\x3f\xc0\x00\x00":                             "\xf9\x3e\x00",
		"\xfa\xc7\x7f\xe0\x00":                             "\xf9\xfb\xff",
		"\xfa\x38\x80\x00\x00":                             "\xf9\x04\x00", // 2^-14, the smallest that is normal
		"\xfa\x38\x7f\xc0\x00":                             "\xf9\x03\xff",
		// What lies below level 16 stays as it came, whichever way it got there.
		strings.Repeat("\xa1", 17) + "\x18\x01" + strings.Repeat("\x00", 17): strings.Repeat("\xa1", 17) + "\x18\x01" + strings.Repeat("\x00", 17),
		strings.Repeat("\xa1\x00", 17) + "\x18\x01":                          strings.Repeat("\xa1\x00", 17) + "\x18\x01",
		strings.Repeat("\xc1", 17) + "\x18\x01":                              strings.Repeat("\xc1", 17) + "\x18\x01",
		strings.Repeat("\x81", 16) + "\xd8\x01\x00":                          strings.Repeat("\x81", 16) + "\xd8\x01\x00",
		strings.Repeat("\x81", 15) + "\xd8\x01\x18\x01":                      strings.Repeat("\x81", 15) + "\xc1\x01",
		strings.Repeat("\x81", 16) + "\x18\x01":                              strings.Repeat("\x81", 16) + "\x01",
		strings.Repeat("\x9f", 40) + strings.Repeat("\xff", 40):              strings.Repeat("\x81", 16) + strings.Repeat("\x9f", 24) + strings.Repeat("\xff", 24),
	} {
		got, err := appendValue([]byte("before"), []byte(value))
		if err != nil || string(got) != "before"+want {
			t.Errorf("%x is encoded as %x, expected %x: %v", value, got, "before"+want, err)
		}
	}
	for _, value := range []string{"", "\x00\x00", "\x81", "\xff", "\x1c", "\x5f\x61a\xff"} {
		if got, err := appendValue(nil, []byte(value)); err == nil {
			t.Errorf("%x is encoded as %x, expected an error", value, got)
		}
	}
}

// otherwise reports whether an octet may begin what the library reads in its own
// way: bignums and times, undefined, and floats, for their NaN.
func otherwise(o byte) bool {
	return o>>5 == majorTag || o == 0xf7 || o >= 0xf9 && o <= 0xfb
}

// TestAppendValueAgreesWithTheLibrary compares with the library where it reads
// a value as the model does, and has the encoding be one that stays.
func TestAppendValueAgreesWithTheLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	compared := 0
	for _, seed := range seeds() {
		for range 30 {
			value := mutate(r, seed)
			ours, err := appendValue(nil, value)
			if (err == nil) != (secondOpinion.Wellformed(value) == nil) {
				t.Fatalf("%x: %v", value, err)
			}
			if err != nil {
				continue
			}
			if again, err := appendValue(nil, ours); err != nil || !bytes.Equal(again, ours) {
				t.Fatalf("%x is encoded as %x, and that as %x: %v", value, ours, again, err)
			}
			var item any
			if slices.ContainsFunc(value, otherwise) || secondOpinion.Unmarshal(value, &item) != nil {
				continue // what the library may read otherwise, or not at all
			}
			if theirs, err := valueEncoding.Marshal(item); err == nil {
				compared++
				if !bytes.Equal(ours, theirs) {
					t.Fatalf("%x is encoded as %x, by the library as %x", value, ours, theirs)
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d values were compared", compared)
	}
}
