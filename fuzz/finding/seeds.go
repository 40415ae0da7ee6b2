//go:build !gofuzz

package finding

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/fuzz"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// largestSeed bounds the seeds, in octets.
const largestSeed = 4096

// seedsOf returns what an engine starts from. Cases that are kept for mutants are
// none of it: they would kill them at once.
//
// On a tape these are the kept regressions and a tape of zeros. As octets they are
// the seeds of the fuzz targets that take octets, the known cases of the
// properties, and what their generators draw from a tape of zeros.
func seedsOf(t *target) ([][]byte, error) {
	var seeds [][]byte
	for i, l := range t.lanes {
		var ofLane [][]byte
		for _, s := range l.living {
			list, err := seedsFor(s, t.tape)
			if err != nil {
				return nil, err
			}
			ofLane = append(ofLane, list...)
		}
		slices.SortFunc(ofLane, bytes.Compare)
		for _, octets := range slices.CompactFunc(ofLane, bytes.Equal) {
			switch {
			case len(octets) > largestSeed:
				continue
			case len(t.lanes) == 1:
			case t.tape:
				octets = append(gen.ToOctets([]uint16{uint16(i)}), octets...)
			default:
				octets = append([]byte{byte(i)}, octets...)
			}
			l.seeds++
			seeds = append(seeds, octets)
		}
	}
	return seeds, nil
}

func seedsFor(s *subject, tape bool) (seeds [][]byte, err error) {
	if tape {
		seeds = [][]byte{{0, 0}}
		for _, file := range corpus.Cases("regressions") {
			c, err := properties.ParseCase(file.JSON)
			if err != nil {
				return nil, err
			}
			if c.Property == s.Property && len(c.Tape) > 0 {
				seeds = append(seeds, c.Tape)
			}
		}
		return seeds, nil
	}
	cases := s.property.Known(s.Draft)
	if !s.property.DrawsNothing() {
		cases = append(cases, s.property.Case(s.Draft, nil))
	}
	for _, c := range cases {
		input := s.property.NewInput()
		if err := json.Unmarshal(c.Input, input); err != nil {
			return nil, err
		}
		octets, err := asOctets(s.property, s.Draft, input)
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, octets)
	}
	if formOf(s.property) != octetsForm {
		return seeds, nil
	}
	list, err := octetSeeds(s.property)
	if err != nil {
		return nil, err
	}
	for _, octets := range list {
		if hasStruct(s.property) {
			seeds = append(seeds, namedStructs(s.property, s.Draft, octets)...)
		} else {
			seeds = append(seeds, octets)
		}
	}
	return seeds, nil
}

// octetSeeds returns the seeds of the fuzz target that takes the octets of a
// property.
func octetSeeds(p *properties.Property) ([][]byte, error) {
	name := map[string]string{
		"content": "ContentOctets", "message-status": "MessageStatusOctets", "franking": "FrankingStructs", "roompolicy": "PolicyOctets",
	}[p.Model()]
	switch p.NewInput().(type) {
	case *gen.RoomStructure, *gen.DamagedText:
		name = "PolicyJSON"
	}
	t, err := fuzz.TargetByName(name)
	if err != nil {
		return nil, err
	}
	return t.Seeds(), nil
}
