package conform

import (
	"bytes"
	"slices"
	"testing"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// TestSmaller holds that an item loses each of its parts in some candidate,
// with a head that counts what is left.
func TestSmaller(t *testing.T) {
	for _, test := range []struct {
		name             string
		octets           []byte
		wanted, unwanted [][]byte
	}{
		{"array", []byte{0x82, 0x01, 0x02}, [][]byte{{0x81, 0x02}, {0x81, 0x01}, {0xf6}, {0x82, 0x00, 0x02}}, nil},
		{"map", []byte{0xa2, 0x01, 0x02, 0x03, 0x04}, [][]byte{{0xa1, 0x03, 0x04}, {0xa1, 0x01, 0x02}}, [][]byte{{0xa1, 0x02, 0x03, 0x04}}},
		{"indefinite array", []byte{0x9f, 0x01, 0x02, 0xff}, [][]byte{{0x9f, 0x02, 0xff}}, nil},
		{"tag", []byte{0xc1, 0x19, 0x01, 0x00}, [][]byte{{0x19, 0x01, 0x00}}, nil},
		{"string", []byte{0x44, 1, 2, 3, 4}, [][]byte{{0x42, 1, 2}, {0x41, 1}, {0x40}, {0x43, 1, 2, 3}, {0x44, 0, 0, 0, 0}}, nil},
		{"with octets behind", []byte{0x01, 0x02}, [][]byte{{0x01}}, nil},
		{"cut short", []byte{0x44, 1, 2}, [][]byte{{0x44}, {0x44, 1}}, nil},
	} {
		var all [][]byte
		for candidate := range smaller(test.octets) {
			all = append(all, candidate.apply(test.octets))
		}
		has := func(octets []byte) bool {
			return slices.ContainsFunc(all, func(c []byte) bool { return bytes.Equal(c, octets) })
		}
		for _, octets := range test.wanted {
			if !has(octets) {
				t.Errorf("%s: no %x among %x", test.name, octets, all)
			}
		}
		for _, octets := range test.unwanted {
			if has(octets) {
				t.Errorf("%s: %x", test.name, octets)
			}
		}
	}
}

// TestAnyOctetsHaveSmallerOnes holds that nothing that a decoder may meet makes
// the search for smaller octets or traits panic or run on.
func TestAnyOctetsHaveSmallerOnes(t *testing.T) {
	try := func(octets []byte) {
		count := 0
		for range smaller(octets) {
			if count++; count > 50 {
				break
			}
		}
		traitsOf(&protocol.Request{Draft: spec.Content09, Input: &protocol.ContentInput{Message: octets}})
		traitsOf(&protocol.Request{Draft: spec.MessageStatus01, Input: &protocol.StatusInput{Report: octets}})
	}
	for _, c := range content.Cases() {
		try(c.Octets)
	}
	for _, bomb := range gen.LargestBombs(spec.Content09) {
		try(bomb.Octets())
	}
	var tape gen.Tape
	tape.Seed(1, 1)
	for range 2000 {
		tape.Clear()
		try(gen.Hostile(spec.Content09, &tape).Octets)
	}
}

func TestTraits(t *testing.T) {
	for _, test := range []struct {
		input protocol.Input
		draft spec.Draft
		want  []trait
	}{
		{&protocol.ContentInput{Message: []byte("\x87\x41\x00\xf6\x40\xf6\xf6\xa1\x20\xfb\x00\x00\x00\x00\x00\x00\x00\x00\x85\x01\x60\x01\x60\x40")}, spec.Content09, []trait{
			"message=array", "salt=octets", "replaces=null", "topicId=octets-empty", "expires=null", "inReplyTo=null",
			"extensions=map", "extensions.key=negative", "extensions.value=float",
			"nestedPart=array", "nestedPart.disposition=1", "nestedPart.language=text-empty", "nestedPart.cardinality=1", "nestedPart.contentType=text-empty", "nestedPart.content=octets-empty",
		}},
		{&protocol.StatusInput{Report: []byte("\x9f\x82\x41\x00\x18\x02\xff")}, spec.MessageStatus01, []trait{
			"report=indefinite-array", "report.entry=array", "report.entry.messageId=octets", "report.entry.status=long-head-uint",
		}},
		{&protocol.ContentInput{Message: nil}, spec.Content09, nil},
	} {
		if got := traitsOf(&protocol.Request{Draft: test.draft, Input: test.input}); !slices.Equal(got, test.want) {
			t.Errorf("%q, expected %q", got, test.want)
		}
	}
}
