package roompolicy

import (
	"testing"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

func BenchmarkDecodeRoles(b *testing.B) {
	c := mustCodec(b, spec.RoomPolicy04)
	octets, err := c.Encode(ExampleByName("multi-org").Roles)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(octets)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode[RoleData](c, octets); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeRoles(b *testing.B) {
	c := mustCodec(b, spec.RoomPolicy04)
	roles := ExampleByName("multi-org").Roles
	var octets []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if octets, err = c.Append(octets[:0], roles); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(octets)))
}

func BenchmarkDecodeParticipantListUpdate(b *testing.B) {
	c := mustCodec(b, spec.RoomPolicy04)
	octets, err := c.Encode(&ParticipantListUpdate{
		ChangedRoleParticipants: []UserindexRolePair{{1, 2}}, RemovedIndices: []uint32{3, 4},
		AddedParticipants: []UserRolePair{{"mimi://a.example/u/a", 2}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode[ParticipantListUpdate](c, octets); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodePolicyJSON(b *testing.B) {
	b.SetBytes(int64(len(multiOrgJSON)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodePolicyJSON(multiOrgJSON); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodePolicyJSON(b *testing.B) {
	policy := ExampleByName("multi-org")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := EncodeJSON(policy); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	policy := ExampleByName("multi-org")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Check(policy, spec.RoomPolicy04); err != nil {
			b.Fatal(err)
		}
	}
}
