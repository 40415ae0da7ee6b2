package fuzz

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
)

var (
	contentDrafts = spec.Between(spec.Content04, spec.Content09)
	statusDrafts  = spec.Between(spec.MessageStatus00, spec.MessageStatus01)
)

// largestSeed bounds the seeds of the corpus that a fuzzer mutates, in octets.
const largestSeed = 4096

// contentSeeds returns the cases of the catalog and the examples of the drafts.
func contentSeeds() (seeds [][]byte) {
	for _, c := range content.Cases() {
		if c.Context.Kind == content.KindMessage && len(c.Octets) <= largestSeed {
			seeds = append(seeds, c.Octets)
		}
	}
	for _, e := range content.Examples() {
		seeds = append(seeds, e.Octets)
	}
	return seeds
}

// statusSeeds returns the reports of the catalog.
func statusSeeds() (seeds [][]byte) {
	for _, c := range content.Cases() {
		if c.Context.Kind == content.KindStatus {
			seeds = append(seeds, c.Octets)
		}
	}
	return seeds
}

// tryContentOctets decodes any octets under every draft: what is accepted from
// content-08 on comes back as it was, and what is accepted at all is accepted
// in the encoding that it comes back in.
func tryContentOctets(octets []byte) error {
	const target = "ContentOctets"
	var reference properties.Reference
	for _, d := range contentDrafts.List() {
		err := guard(target, d, func() error {
			wrong := func(class, format string, values ...any) error {
				return &Wrong{Property: targetPrefix + target, Class: class, Draft: d, Detail: fmt.Sprintf(format, values...)}
			}
			again, err := reference.DecodeContent(d, octets)
			if err != nil {
				return nil
			}
			if d >= spec.Content08 && !bytes.Equal(again, octets) {
				return wrong("comes-back-changed", "%x comes back as %x", octets, again)
			}
			if _, err := reference.DecodeContent(d, again); err != nil {
				return wrong("comes-back-refused", "%x comes back as %x, which is refused: %v", octets, again, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tryContentBetweenDrafts holds verdicts of different drafts against each
// other: a draft refuses what another accepts only by a rule that the other
// does not have, or whose limit changed; and content-08 and content-09 never
// differ.
func tryContentBetweenDrafts(octets []byte) error {
	const target = "ContentBetweenDrafts"
	wrong := func(d spec.Draft, class, format string, values ...any) error {
		return &Wrong{Property: targetPrefix + target, Class: class, Draft: d, Detail: fmt.Sprintf(format, values...)}
	}
	results := make(map[spec.Draft]content.Result)
	for _, d := range contentDrafts.List() {
		err := guard(target, d, func() error {
			result, err := content.Check(octets, content.Options{Draft: d})
			if err != nil {
				return wrong(d, "unchecked", "%v", err)
			}
			results[d] = result
			return nil
		})
		if err != nil {
			return err
		}
	}
	if eight, nine := results[spec.Content08], results[spec.Content09]; eight.Verdict != nine.Verdict || len(eight.Violations) != len(nine.Violations) {
		return wrong(spec.Content09, "content-08-differs", "%x: content-08 %v, content-09 %v", octets, eight, nine)
	}
	// From content-06 on messages have the same elements.
	for _, d := range []spec.Draft{spec.Content06, spec.Content07, spec.Content08} {
		for _, other := range []spec.Draft{spec.Content06, spec.Content07, spec.Content08} {
			if results[other].Verdict != content.Accept || results[d].Verdict == content.Accept {
				continue
			}
			if !slices.ContainsFunc(results[d].Violations, func(v spec.Violation) bool { return !v.Rule.Drafts.Has(other) }) {
				return wrong(d, "refused-by-a-common-rule", "%x: accepted under %s, and here %v", octets, other, results[d].Violations)
			}
		}
	}
	return nil
}

// tryStatusOctets reads any octets as a message-status report: what is accepted
// and encoded again says the same.
func tryStatusOctets(octets []byte) error {
	const target = "MessageStatusOctets"
	for _, d := range statusDrafts.List() {
		err := guard(target, d, func() error {
			entries, err := content.DecodeStatus(octets, d)
			if err != nil {
				return nil
			}
			again, err := content.DecodeStatus(content.EncodeStatus(entries), d)
			if err != nil || !slices.Equal(entries, again) {
				return &Wrong{Property: targetPrefix + target, Class: "comes-back-changed", Draft: d,
					Detail: fmt.Sprintf("%x says %v, encoded again %v: %v", octets, entries, again, err)}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
