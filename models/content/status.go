package content

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// StatusMediaType is the media type of a report.
const StatusMediaType = "application/mimi-message-status"

// Status is what became of a message at a receiver.
type Status uint8

// The statuses that the drafts name.
const (
	StatusUnread Status = iota
	StatusDelivered
	StatusRead
	StatusExpired
	StatusDeleted
	StatusHidden
	StatusError
)

var statusNames = [...]string{"unread", "delivered", "read", "expired", "deleted", "hidden", "error"}

// String returns the name of the status, "unknown" if it has none.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// StatusEntry is the status of one message.
type StatusEntry struct {
	ID     MessageID
	Status Status
}

// statusChecker judges reports; both drafts are the same on the wire.
func statusChecker(draft spec.Draft) (*Checker, error) {
	if draft.Document() != spec.MessageStatus {
		return nil, &UnknownDraftError{Draft: draft}
	}
	c := &Checker{options: Options{Draft: draft}}
	for i := range ruleTable {
		c.force[i] = ruleTable[i].Drafts.Has(draft)
	}
	return c, nil
}

// CheckStatus judges a message-status report under a message-status draft. Its
// encoding need not be deterministic.
func CheckStatus(report []byte, draft spec.Draft) (Result, error) {
	c, err := statusChecker(draft)
	if err != nil {
		return Result{}, err
	}
	w := walker{c: c, b: report}
	if w.statusReport() && w.pos < len(w.b) {
		w.reportFound(encTrailing, w.pos, "further octets")
	}
	return w.result(), nil
}

func (w *walker) statusReport() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorArray {
		w.report(statusReportArray, h.at)
		return w.value(h, 0)
	}
	w.push(segIndex, 0)
	for i := 0; h.indefinite() || uint64(i) < h.arg; i++ {
		if w.missing(h) {
			break
		}
		w.step(i)
		if !w.statusEntry() {
			return false
		}
	}
	w.pop()
	return true
}

func (w *walker) statusEntry() bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if h.major != majorArray || !h.indefinite() && h.arg != 2 {
		w.report(statusEntryArity, h.at)
		return w.value(h, 0)
	}
	w.push(segField, int(fieldMessageID))
	if w.missing(h) {
		w.pop()
		w.report(statusEntryArity, h.at)
		return true
	}
	id, ok := w.head()
	if !ok {
		return false
	}
	n := -1
	if id.major == majorBytes {
		n, ok = w.bytes(id)
	} else {
		ok = w.value(id, 0)
	}
	if !ok {
		return false
	}
	if n != messageIDLength {
		w.report(statusEntryMessageID, id.at)
	}
	w.step(int(fieldStatus))
	if w.missing(h) {
		w.pop()
		w.report(statusEntryArity, h.at)
		return true
	}
	code, ok := w.head()
	if !ok || !w.value(code, 0) {
		return false
	}
	if code.major != majorUint || code.arg > 255 {
		w.report(statusCodeRange, code.at)
	} else if int(code.arg) >= len(statusNames) {
		w.odd |= 1 << oddStatus
	}
	w.pop()
	return !h.indefinite() || w.surplus(h, statusEntryArity)
}

// DecodeStatus decodes a report that is accepted. It fails with the
// [spec.Violations] of any other.
func DecodeStatus(report []byte, draft spec.Draft) ([]StatusEntry, error) {
	result, err := CheckStatus(report, draft)
	if err != nil {
		return nil, err
	}
	if result.Verdict != Accept {
		return nil, result.Violations
	}
	d := decoder{walker: walker{b: report}}
	entries := []StatusEntry{}
	h := d.next()
	for i := 0; d.more(h, i); i++ {
		entry := d.next()
		e := StatusEntry{ID: *d.id()}
		e.Status = Status(d.next().arg)
		d.end(entry)
		entries = append(entries, e)
	}
	return entries, nil
}

// EncodeStatus encodes a report deterministically.
func EncodeStatus(entries []StatusEntry) []byte {
	b := AppendHead(nil, majorArray, uint64(len(entries)))
	for i := range entries {
		b = appendBytes(append(b, 0x82), entries[i].ID[:])
		b = AppendHead(b, majorUint, uint64(entries[i].Status))
	}
	return b
}

// JudgeStatus judges what an implementation takes the statuses to be after a
// sequence of reports. The last report on a message counts.
func JudgeStatus(reports [][]StatusEntry, claimed []StatusEntry) spec.Violations {
	last := map[MessageID]Status{}
	for _, report := range reports {
		for _, e := range report {
			last[e.ID] = e.Status
		}
	}
	for _, e := range claimed {
		if status, ok := last[e.ID]; !ok || status != e.Status {
			return spec.Violations{violation(statusUpdate, e.ID.String(), e.Status.String())}
		}
	}
	return nil
}

// JudgeTransitions judges whether the changes of a sequence of reports make
// sense: what was deleted is not delivered, read or unread afterwards.
func JudgeTransitions(reports [][]StatusEntry) spec.Violations {
	last := map[MessageID]Status{}
	for _, report := range reports {
		for _, e := range report {
			if before, ok := last[e.ID]; ok && before == StatusDeleted && e.Status <= StatusRead {
				return spec.Violations{violation(statusTransitions, e.ID.String(), fmt.Sprintf("%s after %s", e.Status, before))}
			}
			last[e.ID] = e.Status
		}
	}
	return nil
}

// JudgeStatusRoom judges whether a report is about messages of its room only.
func JudgeStatusRoom(entries []StatusEntry, room []MessageID) spec.Violations {
	for _, e := range entries {
		if !slices.Contains(room, e.ID) {
			return spec.Violations{violation(statusSameRoom, e.ID.String(), "a message of another room")}
		}
	}
	return nil
}
