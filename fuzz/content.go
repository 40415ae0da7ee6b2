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

// TryContent decodes any octets under every draft: what is accepted from
// content-08 on comes back as it was, and what is accepted at all is accepted
// in the encoding that it comes back in.
func TryContent(octets []byte) error {
	var reference properties.Reference
	for _, d := range contentDrafts.List() {
		again, err := reference.DecodeContent(d, octets)
		if err != nil {
			continue
		}
		if d >= spec.Content08 && !bytes.Equal(again, octets) {
			return fmt.Errorf("%s: %x comes back as %x", d, octets, again)
		}
		if _, err := reference.DecodeContent(d, again); err != nil {
			return fmt.Errorf("%s: %x comes back as %x, which is refused: %w", d, octets, again, err)
		}
	}
	return nil
}

// TryContentTape takes a fuzzer's octets for a tape and checks every cheap
// property of content of the reference with what it draws.
func TryContentTape(octets []byte) error {
	ofContent, err := properties.OfModel("content")
	if err != nil {
		return err
	}
	return tryTape(octets, ofContent)
}

// TryContentBetweenDrafts holds verdicts of different drafts against each
// other: a draft refuses what another accepts only by a rule that the other
// does not have, or whose limit changed; and content-08 and content-09 never
// differ.
func TryContentBetweenDrafts(octets []byte) error {
	results := make(map[spec.Draft]content.Result)
	for _, d := range contentDrafts.List() {
		result, err := content.Check(octets, content.Options{Draft: d})
		if err != nil {
			return err
		}
		results[d] = result
	}
	if eight, nine := results[spec.Content08], results[spec.Content09]; eight.Verdict != nine.Verdict || len(eight.Violations) != len(nine.Violations) {
		return fmt.Errorf("%x: content-08 %v, content-09 %v", octets, eight, nine)
	}
	// From content-06 on messages have the same elements.
	for _, d := range []spec.Draft{spec.Content06, spec.Content07, spec.Content08} {
		for _, other := range []spec.Draft{spec.Content06, spec.Content07, spec.Content08} {
			if results[other].Verdict != content.Accept || results[d].Verdict == content.Accept {
				continue
			}
			if !slices.ContainsFunc(results[d].Violations, func(v spec.Violation) bool { return !v.Rule.Drafts.Has(other) }) {
				return fmt.Errorf("%x: accepted under %s, and under %s %w", octets, other, d, results[d].Violations)
			}
		}
	}
	return nil
}

// TryStatus reads any octets as a message-status report: what is accepted and
// encoded again says the same.
func TryStatus(octets []byte) error {
	for _, d := range statusDrafts.List() {
		entries, err := content.DecodeStatus(octets, d)
		if err != nil {
			continue
		}
		again, err := content.DecodeStatus(content.EncodeStatus(entries), d)
		if err != nil || !slices.Equal(entries, again) {
			return fmt.Errorf("%s: %x says %v, encoded again %v: %w", d, octets, entries, again, err)
		}
	}
	return nil
}

// TryStatusTape takes a fuzzer's octets for a tape and checks every property of
// message-status reports of the reference with what it draws.
func TryStatusTape(octets []byte) error {
	ofStatus, err := properties.OfModel("message-status")
	if err != nil {
		return err
	}
	return tryTape(octets, ofStatus)
}
