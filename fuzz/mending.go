package fuzz

import (
	"maps"
	"strings"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/reports"
)

// Mending returns the readings of ambiguous texts under which a case that the
// reference refutes does not refute its property. It tries nothing for a
// property that only has known values: those of rooms are searches, which would
// take longer than the run.
func Mending(kept []byte) []reports.MendingReading {
	c, err := properties.ParseCase(kept)
	if err != nil {
		return nil
	}
	p, err := properties.ByID(c.Property)
	if err != nil || p.DrawsNothing() {
		return nil
	}
	var list []reports.MendingReading
	for _, a := range properties.Ambiguities() {
		document, _, _ := strings.Cut(a.ID, "/")
		if strings.ReplaceAll(document, "room-policy", "roompolicy") != p.Model() || !a.Drafts.Has(c.Draft) {
			continue
		}
		taken := readingNamed(a, c.Readings[a.ID])
		for _, other := range a.Readings {
			if other.Name == taken.Name {
				continue
			}
			tried := c
			tried.Readings = maps.Clone(c.Readings)
			if tried.Readings == nil {
				tried.Readings = map[string]string{}
			}
			tried.Readings[a.ID] = other.Name
			impl, err := properties.WithReadings(tried.Readings)
			if err != nil {
				continue // a test holds that every reading can be taken
			}
			if outcome, _, err := Replay(impl, &tried); err != nil || outcome != properties.Holds {
				continue
			}
			list = append(list, reports.MendingReading{Ambiguity: a.ID, Section: a.Section, Question: a.Question, Found: taken.Statement, Name: other.Name, Statement: other.Statement})
		}
	}
	return list
}

// readingNamed returns a reading, the default for "".
func readingNamed(a *spec.Ambiguity, name string) spec.Reading {
	for _, r := range a.Readings {
		if r.Name == name {
			return r
		}
	}
	return a.Readings[0]
}
