package properties

import (
	"bytes"
	"fmt"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

const statusSource = "draft-mahy-mimi-message-status, section "

var statusDrafts = spec.Between(spec.MessageStatus00, spec.MessageStatus01)

// messageStatusProperties are what must hold of decoding message-status
// reports.
var messageStatusProperties = []*Property{
	New(Statement{
		ID: "message-status/round-trip", Source: statusSource + "4", Drafts: statusDrafts, Cost: 2,
		Text:  "A valid report is accepted in any encoding, and encoded again it says the same, deterministically.",
		Rules: contentRules("status/report-array"),
	}, Check[StatusDecoder, gen.Report]{Draw: gen.ValidReport, Try: tryReport}),

	New(Statement{
		ID: "message-status/one-rule-broken", Source: statusSource + "4", Drafts: statusDrafts, Cost: 2,
		Text:  "A report that breaks one rule is rejected for that rule.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[StatusDecoder, gen.Broken]{Draw: gen.BrokenReport, Try: tryBrokenReport}),

	New(Statement{
		ID: "message-status/cases", Source: statusSource + "4", Drafts: statusDrafts,
		Text:  "Each case of the catalog that is a report is accepted or rejected as its side of its rule says.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[StatusDecoder, contentCase]{Known: reportCases, Try: tryReportCase}),

	New(Statement{
		ID: "message-status/prefixes-rejected", Source: statusSource + "4", Drafts: statusDrafts, Cost: 40,
		Text:  "No strict prefix of a report is accepted.",
		Rules: contentRules("content/enc-wellformed"),
	}, Check[StatusDecoder, gen.Cut]{Draw: gen.TruncatedReport, Try: tryReportPrefix}),
}

// reportsAsContent asks for reports what is asked for messages.
type reportsAsContent struct{ StatusDecoder }

func (r reportsAsContent) DecodeContent(d spec.Draft, report []byte) ([]byte, error) {
	return r.DecodeStatus(d, report)
}

func tryReport(impl StatusDecoder, d spec.Draft, r *gen.Report) (Outcome, *Refutation) {
	again, err := impl.DecodeStatus(d, r.Octets)
	if err != nil {
		return Refuted, &Refutation{Class: "valid-report-refused", Detail: fmt.Sprintf("%x is refused: %v", shortened(r.Octets), err)}
	}
	if !bytes.Equal(again, r.Again) {
		return Refuted, &Refutation{Class: "comes-back-changed", Detail: fmt.Sprintf("%x comes back as %x, expected %x", shortened(r.Octets), shortened(again), shortened(r.Again))}
	}
	return Holds, nil
}

func tryBrokenReport(impl StatusDecoder, d spec.Draft, b *gen.Broken) (Outcome, *Refutation) {
	return tryOneRuleBroken(reportsAsContent{impl}, d, b)
}

// reportCases gives the reports of the catalog. Both drafts are the same on the
// wire.
func reportCases(spec.Draft) []contentCase {
	var list []contentCase
	cases := content.Cases()
	for i := range cases {
		if c := &cases[i]; c.Context.Kind == content.KindStatus {
			list = append(list, contentCase{Rule: c.Rule, Name: c.Name, Side: c.Side, Octets: c.Octets})
		}
	}
	return list
}

func tryReportCase(impl StatusDecoder, d spec.Draft, c *contentCase) (Outcome, *Refutation) {
	return tryContentCase(reportsAsContent{impl}, d, c)
}

func tryReportPrefix(impl StatusDecoder, d spec.Draft, c *gen.Cut) (Outcome, *Refutation) {
	return tryPrefix(reportsAsContent{impl}, d, c)
}
