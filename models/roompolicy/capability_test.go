package roompolicy

import (
	"errors"
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func TestRegistry(t *testing.T) {
	reserved := 0
	for _, c := range Capabilities() {
		back, err := ParseCapability(c.String())
		if err != nil || back != c {
			t.Errorf("%s read back as %s, %v", c, back, err)
		}
		if c.Reserved() {
			reserved++
		}
	}
	if len(Capabilities()) != 77 || reserved != 18 {
		t.Errorf("%d capabilities, %d of them reserved, expected 77 and 18", len(Capabilities()), reserved)
	}
}

func TestCapabilityNames(t *testing.T) {
	for _, test := range []struct {
		name string
		want Capability
	}{
		{"canUnban", CanUnBan}, {"canUnBan", CanUnBan}, {"canAddSelf", CanOpenJoin},
		{"0x000a", CanBan}, {"10", CanBan}, {"0xf001", 0xf001}, {"0xFFFF", 0xffff},
	} {
		if got, err := ParseCapability(test.name); err != nil || got != test.want {
			t.Errorf("%s is %s, %v, expected %s", test.name, got, err, test.want)
		}
	}
	for _, name := range []string{"", "canban", "0x10000", "-1", "65536", "0x", "canRevokeVoice"} {
		var unknown *UnknownCapabilityError
		if _, err := ParseCapability(name); !errors.As(err, &unknown) || unknown.Name != name {
			t.Errorf("%q gives the error %v", name, err)
		}
	}
	if got := Capability(0xf001); got.Registered() || got.Reserved() || !got.Private() || got.String() != "0xf001" {
		t.Errorf("0xf001 is %s, registered %v", got, got.Registered())
	}
	if CanOpenJoin.Name(spec.RoomPolicy02) != "canAddSelf" || CanOpenJoin.Name(spec.RoomPolicy03) != "canOpenJoin" {
		t.Error("canOpenJoin is not canAddSelf before room-policy-03 only")
	}
}
