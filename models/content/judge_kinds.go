package content

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

var judges map[Kind]func(*Case) (spec.Violations, error)

func init() {
	judges = map[Kind]func(*Case) (spec.Violations, error){
		KindMessage: judgeMessage, KindVerdict: judgeVerdictCase,
		KindHistory:    withMessage(judgeHistory),
		KindAction:     withMessage(judgeAction),
		KindOrder:      withMessage(judgeOrder),
		KindGrouping:   withMessage(judgeGrouping),
		KindExpiry:     withMessage(judgeExpiryCase),
		KindDisplay:    withMessage(judgeDisplay),
		KindOutcomes:   judgeOutcomes,
		KindNames:      judgeNames,
		KindIndex:      withMessage(judgeIndexCase),
		KindProcessing: withMessage(judgeProcessing),
		KindReferences: withMessage(func(c *Case, checker *Checker, m *Message) (spec.Violations, error) {
			return checker.CheckReferences(m), nil
		}),
		KindReencoding: judgeReencoding,
		KindSalt: func(c *Case) (spec.Violations, error) {
			return JudgeSalt(c.Draft, c.Context.Claim.Secret, c.Context.Claim.Nonce, c.Octets), nil
		},
		KindSupport: func(c *Case) (spec.Violations, error) {
			return JudgeSupport(c.Context.Claim.Support, c.Draft), nil
		},
		KindMarkdown: func(c *Case) (spec.Violations, error) { return CheckMarkdown(c.Octets, c.Draft), nil },
		KindRendering: func(c *Case) (spec.Violations, error) {
			return JudgeRendering(c.Octets, c.Context.Claim.Name, c.Draft), nil
		},
		KindPlain: func(c *Case) (spec.Violations, error) {
			return refused(gfmPlainOK, c.Context.Claim.Verdict), nil
		},
		KindWarning: func(c *Case) (spec.Violations, error) {
			return JudgeWarning(c.Octets, c.Context.Claim.Yes), nil
		},
		KindDerived: func(c *Case) (spec.Violations, error) {
			checker, err := NewChecker(c.Context.Options(c.Draft))
			if err != nil {
				return nil, err
			}
			return checker.CheckDerived(c.Octets).Violations, nil
		},
		KindStatus: func(c *Case) (spec.Violations, error) {
			result, err := CheckStatus(c.Octets, c.Draft)
			return result.Violations, err
		},
		KindStatusName: judgeStatusName,
		KindStatuses:   judgeStatuses,
		KindTransition: func(c *Case) (spec.Violations, error) {
			reports, err := c.reports()
			return JudgeTransitions(reports), err
		},
		KindStatusRoom: func(c *Case) (spec.Violations, error) {
			entries, err := DecodeStatus(c.Octets, c.Draft)
			return JudgeStatusRoom(entries, c.Context.Claim.IDs), err
		},
		KindStatusType: func(c *Case) (spec.Violations, error) {
			if c.Context.Claim.Name == StatusMediaType {
				return nil, nil
			}
			return spec.Violations{violation(statusMediaType, "", strconv.Quote(c.Context.Claim.Name))}, nil
		},
		KindStatusOdd: func(c *Case) (spec.Violations, error) {
			result, err := CheckStatus(c.Octets, c.Draft)
			if err != nil || len(result.Oddities()) == 0 {
				return nil, err
			}
			return refused(statusUnknownCode, c.Context.Claim.Verdict), nil
		},
	}
}

func refused(r rule, verdict Verdict) spec.Violations {
	if verdict == Accept {
		return nil
	}
	return spec.Violations{violation(r, "", string(verdict))}
}

// withMessage decodes the octets of a case.
func withMessage(judge func(*Case, *Checker, *Message) (spec.Violations, error)) func(*Case) (spec.Violations, error) {
	return func(c *Case) (spec.Violations, error) {
		checker, err := NewChecker(c.Context.Options(c.Draft))
		if err != nil {
			return nil, err
		}
		var m *Message
		if len(c.Octets) > 0 {
			if m, err = checker.Decode(c.Octets); err != nil {
				return nil, fmt.Errorf("the octets of the case: %w", err)
			}
		}
		return judge(c, checker, m)
	}
}

// history decodes what came before.
func (c *Case) history(checker *Checker) (History, error) {
	var h History
	for _, past := range c.Context.History {
		m, err := checker.Decode(past.Octets)
		if err != nil {
			return nil, fmt.Errorf("message %s of the history: %w", past.ID, err)
		}
		h = append(h, Event{ID: past.ID, TimestampMs: past.TimestampMs, Sender: past.Sender, Message: m})
	}
	return h, nil
}

func judgeHistory(c *Case, checker *Checker, m *Message) (spec.Violations, error) {
	h, err := c.history(checker)
	if err != nil {
		return nil, err
	}
	e := Event{ID: c.Context.ID, TimestampMs: c.Context.TimestampMs, Sender: c.Context.Sender, Message: m}
	return checker.CheckEvent(h, &e), nil
}

func judgeAction(c *Case, _ *Checker, m *Message) (spec.Violations, error) {
	if len(c.Context.Claim.IDs) != 1 {
		return nil, fmt.Errorf("%s: an action has one target", c.Rule)
	}
	return JudgeAction(c.Context.Claim.Action, c.Context.Claim.IDs[0], m), nil
}

func judgeOrder(c *Case, checker *Checker, _ *Message) (spec.Violations, error) {
	h, err := c.history(checker)
	return h.JudgeOrder(c.Context.Claim.IDs), err
}

func judgeGrouping(c *Case, checker *Checker, m *Message) (spec.Violations, error) {
	h, err := c.history(checker)
	if err != nil || len(h) != 1 || SameTopic(m, h[0].Message) == c.Context.Claim.Yes {
		return nil, err
	}
	return spec.Violations{violation(topicidEmptyNone, fieldNames[fieldTopicID], fmt.Sprintf("grouped: %v", c.Context.Claim.Yes))}, nil
}

func judgeExpiryCase(c *Case, checker *Checker, m *Message) (spec.Violations, error) {
	if checker.ExpiredAt(m, uint64(c.Context.NowMs), c.Context.ReadMs) == c.Context.Claim.Yes {
		return nil, nil
	}
	return spec.Violations{violation(expiresSemantics, fieldNames[fieldExpires], fmt.Sprintf("deleted: %v", c.Context.Claim.Yes))}, nil
}

// judgeDisplay judges whether the first message of a history is marked.
func judgeDisplay(c *Case, checker *Checker, _ *Message) (spec.Violations, error) {
	h, err := c.history(checker)
	if err != nil {
		return nil, err
	}
	for _, item := range checker.Fold(h) {
		if item.Edited && !c.Context.Claim.Yes {
			return spec.Violations{violation(editIndicated, item.First.ID.String(), "not marked")}, nil
		}
	}
	return nil, nil
}

func judgeOutcomes(c *Case) (spec.Violations, error) {
	if names := slices.Compact(slices.Clone(c.Context.Claim.Names)); len(names) > 1 {
		return spec.Violations{violation(editAfterDelete, "", fmt.Sprintf("%q", names))}, nil
	}
	return nil, nil
}

func judgeNames(c *Case) (spec.Violations, error) {
	if len(c.Octets) != 1 || Disposition(c.Octets[0]).String() == c.Context.Claim.Name {
		return nil, nil
	}
	return spec.Violations{violation(partDispositionNames, "", strconv.Quote(c.Context.Claim.Name))}, nil
}

func judgeStatusName(c *Case) (spec.Violations, error) {
	if len(c.Octets) != 1 || Status(c.Octets[0]).String() == c.Context.Claim.Name {
		return nil, nil
	}
	return spec.Violations{violation(statusCodes, "", strconv.Quote(c.Context.Claim.Name))}, nil
}

func judgeIndexCase(c *Case, _ *Checker, m *Message) (spec.Violations, error) {
	return JudgeIndex(m, c.Context.Claim.Names), nil
}

func judgeProcessing(c *Case, checker *Checker, m *Message) (spec.Violations, error) {
	return checker.JudgeProcessing(m, c.Context.Claim.Names, c.Context.Claim.Indexes), nil
}

func judgeReencoding(c *Case) (spec.Violations, error) {
	result, err := Check(c.Octets, c.Context.Options(c.Draft))
	if err != nil || result.Verdict != Accept || !encRoundtrip.in(c.Draft) || bytes.Equal(c.Octets, c.Context.Claim.Octets) {
		return nil, err
	}
	return spec.Violations{violation(encRoundtrip, "", fmt.Sprintf("%d other octets", len(c.Context.Claim.Octets)))}, nil
}

// reports decodes the reports of a claim.
func (c *Case) reports() ([][]StatusEntry, error) {
	var reports [][]StatusEntry
	for _, octets := range c.Context.Claim.Reports {
		entries, err := DecodeStatus(octets, c.Draft)
		if err != nil {
			return nil, err
		}
		reports = append(reports, entries)
	}
	return reports, nil
}

// judgeStatuses judges what is made of the reports of a claim, or of the
// example that the draft prints.
func judgeStatuses(c *Case) (spec.Violations, error) {
	claimed, err := DecodeStatus(c.Octets, c.Draft)
	if err != nil {
		return nil, err
	}
	if len(c.Context.Claim.Reports) == 0 {
		var names []string
		for _, e := range claimed {
			names = append(names, e.Status.String())
		}
		if !slices.Equal(names, c.Context.Claim.Names) {
			return spec.Violations{violation(statusExample, "", fmt.Sprintf("%q", c.Context.Claim.Names))}, nil
		}
		return nil, nil
	}
	reports, err := c.reports()
	return JudgeStatus(reports, claimed), err
}
