package content

import (
	"fmt"
	"time"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

const (
	daySeconds = 24 * 60 * 60
	// firstSyntaxMs is when the first revision with a concrete (CBOR)
	// syntax appeared: draft-ietf-mimi-content-03, of 23 April 2024.
	firstSyntaxMs = 1713830400000
)

// judgeExpiry judges the time of an expiry, in seconds. A relative one needs
// no clock: a message can be read right away.
func (w *walker) judgeExpiry(at int, relative bool, seconds uint64) {
	year := int64(366 * daySeconds)
	if w.c.year365 {
		year = 365 * daySeconds
	}
	if relative {
		if int64(seconds) > year {
			w.reportFound(expiresYearFuture, at, fmt.Sprintf("%d seconds after reading", seconds))
		}
		return
	}
	if w.c.options.NowMs == 0 {
		return
	}
	ahead := int64(seconds)*1000 - w.c.options.NowMs
	switch {
	case ahead > year*1000:
		w.reportFound(expiresYearFuture, at, dateOf(int64(seconds)*1000))
	case ahead < -year*1000:
		w.reportFound(expiresYearPast, at, dateOf(int64(seconds)*1000))
	}
}

func dateOf(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

// judgeDelivery judges how the message came.
func (w *walker) judgeDelivery() {
	d := w.c.options.Delivery
	if d == nil {
		return
	}
	w.depth = 0
	if d.Stranger {
		w.reportFound(senderMember, 0, "a sender who is not a member")
	}
	if !d.Stamped {
		w.reportFound(acceptedTimestamp, 0, "no timestamp")
		return
	}
	minutes := int64(5)
	if w.c.fifteenMinutes {
		minutes = 15
	}
	found := dateOf(int64(d.AcceptedMs))
	switch {
	case d.AcceptedMs < firstSyntaxMs:
		w.reportFound(timestampBeforeSyntax, 0, found)
	case d.AcceptedMs < d.RoomCreatedMs:
		w.reportFound(timestampBeforeRoom, 0, found)
	case w.c.options.NowMs > 0 && (d.AcceptedMs > 1<<62 || int64(d.AcceptedMs)-w.c.options.NowMs > minutes*60*1000):
		w.reportFound(timestampFuture, 0, found)
	}
}

// oddities is the set of legitimate oddities of a message.
type oddities uint16

const (
	oddReference = iota
	oddLastSeen
	oddLargeValue
	oddExtension
	oddDepth
	oddNaN
	oddBignum
	oddDisposition
	oddLanguage
	oddContentType
	oddAnyValue
	oddStatus
)

// maxPlainValue is the largest size of an extension value before content-08.
const maxPlainValue = 4096

var oddityRules = [...]rule{
	oddReference: refUnknownLegit, oddLastSeen: lastSeenLegit, oddLargeValue: extValueUnlimited,
	oddExtension: extUnknownIgnored, oddDepth: extDepthDraftExample, oddNaN: extNaNTypedArray,
	oddBignum: extBigintOptional, oddDisposition: partDispositionUnknownLegit,
	oddLanguage: partLanguageUnknownLegit, oddContentType: contentTypeUnknownLegit,
	oddAnyValue: extValueAny, oddStatus: statusUnknownCode,
}

// Oddities returns the rules of level legit that protect the message: what it
// has that a receiver might take for an error, and should not.
func (r Result) Oddities() []*spec.Rule {
	var rules []*spec.Rule
	for i, rule := range oddityRules {
		if r.odd>>i&1 == 1 {
			rules = append(rules, &ruleTable[rule])
		}
	}
	return rules
}
