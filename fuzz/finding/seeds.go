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

// seeding is what an engine starts from. Cases that are kept for mutants are
// never part of it: they would kill them at once.
type seeding uint8

const (
	// sameSeeds are a tape of zeros and the kept regressions; as octets, what they
	// draw.
	sameSeeds seeding = iota
	// knownSeeds are, beside these, the seeds of the fuzz targets that take octets
	// and the known cases of the properties, which break each rule.
	knownSeeds
)

// seedsOf returns what an engine starts from.
func seedsOf(t *target, from seeding) ([][]byte, error) {
	var seeds [][]byte
	for i, l := range t.lanes {
		var ofLane [][]byte
		for _, s := range l.living {
			list, err := seedsFor(s, t.tape, from)
			if err != nil {
				return nil, err
			}
			ofLane = append(ofLane, list...)
		}
		slices.SortFunc(ofLane, bytes.Compare)
		for _, octets := range slices.CompactFunc(ofLane, bytes.Equal) {
			if len(octets) > largestSeed {
				continue
			}
			if t.tape {
				tape := gen.Fuzzed{Choices: gen.FromOctets(octets)}
				if len(t.lanes) > 1 {
					tape.Choices = append([]uint16{uint16(i)}, tape.Choices...)
				}
				octets = tape.Octets()
			}
			l.seeds++
			seeds = append(seeds, octets)
		}
	}
	return seeds, nil
}

func seedsFor(s *subject, tape bool, from seeding) (seeds [][]byte, err error) {
	cases, err := regressions(s.Property)
	if err != nil {
		return nil, err
	}
	if tape {
		seeds = [][]byte{{0, 0}}
		for _, c := range cases {
			if len(c.Tape) > 0 {
				seeds = append(seeds, c.Tape)
			}
		}
		return seeds, nil
	}
	switch {
	case from == knownSeeds:
		cases = append(cases, s.property.Known(s.Draft)...)
	case s.property.DrawsNothing():
		// It has nothing but its known cases: one of them is where to start.
		cases = append(cases, s.property.Known(s.Draft)[:1]...)
	}
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
	if from != knownSeeds || formOf(s.property) != octetsForm {
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

// regressions returns the cases of a property that are kept since they once
// failed.
func regressions(property string) (cases []properties.Case, err error) {
	for _, file := range corpus.Cases("regressions") {
		c, err := properties.ParseCase(file.JSON)
		if err != nil {
			return nil, err
		}
		if c.Property == property {
			cases = append(cases, c)
		}
	}
	return cases, nil
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
