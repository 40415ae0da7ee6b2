package gen

import (
	"encoding/binary"

	"github.com/mimifuzz/mimifuzz/models/spec"
)

// Report is a valid message-status report.
type Report struct {
	Octets []byte `json:"octets"`
	Again  []byte `json:"again"` // the same in deterministic encoding
}

// entryMarks are where an entry of a report and its items begin and end.
type entryMarks struct{ start, id, code, codeEnd, end int }

// reportWriter draws a report and writes it octet by octet. Both drafts are the
// same on the wire.
type reportWriter struct {
	t       *Tape
	b       []byte
	again   []byte
	loose   bool // the encoding need not be deterministic
	entries []entryMarks
}

// ValidReport draws a valid report. A tape of zeros is the empty one.
func ValidReport(_ spec.Draft, t *Tape) Report {
	w := reportWriter{t: t}
	w.report(0)
	return Report{Octets: w.b, Again: w.again}
}

// report writes a report of at least some entries.
func (w *reportWriter) report(least int) {
	w.loose = w.t.OneIn(3)
	n := least + w.t.Choose(4)
	if w.t.OneIn(32) {
		n = [...]int{22, 23, 24, 25, 255, 256}[w.t.Choose(6)]
	}
	w.b, w.again = w.t.Octets(4+44*n), w.t.Octets(4+44*n)
	closed := w.head(majorArray, n)
	w.again = appendHead(w.again, majorArray, n)
	for range n {
		w.entry()
	}
	w.b = append(w.b, closed...)
}

// head writes the head of an item, shortest unless the encoding is loose. It
// returns what closes the item.
func (w *reportWriter) head(major byte, argument int) (closed string) {
	if !w.loose {
		w.b = appendHead(w.b, major, argument)
		return ""
	}
	switch form := w.t.Choose(6); {
	case form == 1 && major == majorArray:
		w.b = append(w.b, major<<5|31)
		return "\xff"
	case form == 2 && argument < 1<<8:
		w.b = append(w.b, major<<5|24, byte(argument))
	case form == 3:
		w.b = binary.BigEndian.AppendUint16(append(w.b, major<<5|25), uint16(argument))
	case form == 4:
		w.b = binary.BigEndian.AppendUint32(append(w.b, major<<5|26), uint32(argument))
	case form == 5:
		w.b = binary.BigEndian.AppendUint64(append(w.b, major<<5|27), uint64(argument))
	default:
		w.b = appendHead(w.b, major, argument)
	}
	return ""
}

func (w *reportWriter) entry() {
	w.t.Begin()
	defer w.t.End()
	var m entryMarks
	m.start = len(w.b)
	closed := w.head(majorArray, 2)
	// Few IDs, so that a report has several entries on one message.
	var id [32]byte
	id[0], id[31] = 1, byte(w.t.Choose(4))
	m.id = len(w.b)
	if w.loose && w.t.OneIn(4) {
		cut := w.t.Choose(len(id) + 1)
		w.b = append(w.b, majorBytes<<5|31)
		w.b = appendString(w.b, majorBytes, id[:cut])
		w.b = append(appendString(w.b, majorBytes, id[cut:]), 0xff)
	} else {
		w.head(majorBytes, len(id))
		w.b = append(w.b, id[:]...)
	}
	status := w.t.Choose(8)
	if status == 7 {
		status = [...]int{7, 23, 24, 127, 128, 254, 255}[w.t.Choose(7)]
	}
	m.code = len(w.b)
	w.head(0, status)
	m.codeEnd = len(w.b)
	w.b = append(w.b, closed...)
	m.end = len(w.b)
	w.entries = append(w.entries, m)
	w.again = appendString(append(w.again, 0x82), majorBytes, id[:])
	w.again = appendHead(w.again, 0, status)
}

// reportPlace says which item of a report is replaced.
type reportPlace uint8

const (
	reportWhole reportPlace = iota
	reportEntry
	reportID
	reportCode
)

// reportFlaw is one way to break a rule on reports.
type reportFlaw struct {
	rule string
	at   reportPlace
	with func(t *Tape, item []byte) []byte
}

func anyOf(choices ...string) func(*Tape, []byte) []byte {
	return func(t *Tape, _ []byte) []byte { return []byte(choices[t.Choose(len(choices))]) }
}

// ofOctets replaces an ID by a string of another length or type.
func ofOctets(major byte, lengths ...int) func(*Tape, []byte) []byte {
	return func(t *Tape, _ []byte) []byte {
		octets := make([]byte, lengths[t.Choose(len(lengths))])
		for i := range octets {
			octets[i] = 1
		}
		return appendString(nil, major, octets)
	}
}

var someID = string(ofOctets(majorBytes, 32)(nil, nil))

// reportFlaws holds ways to break rules and nothing else.
var reportFlaws = []reportFlaw{
	{"status/report-array", reportWhole, anyOf("\xa0", "\xf6", "\x00", "\x40", "\x60", "\xf7", "\xa1"+someID+"\x02")},
	{"status/report-array", reportWhole, func(_ *Tape, item []byte) []byte { return append([]byte{0xd9, 0xd9, 0xf7}, item...) }},
	{"status/entry-arity", reportEntry, anyOf("\x80", "\x81"+someID, "\x83"+someID+"\x02\xf6", "\x9f"+someID+"\xff", "\x9f\xff", "\x9f"+someID+"\x02\x00\xff")},
	{"status/entry-arity", reportEntry, anyOf("\xa1"+someID+"\x02", "\xf6", "\x02", someID, "\xc1\x82"+someID+"\x02")},
	{"status/entry-messageid", reportID, ofOctets(majorBytes, 31, 33, 0, 1, 16, 64, 255, 256)},
	{"status/entry-messageid", reportID, ofOctets(majorText, 32, 0)},
	{"status/entry-messageid", reportID, anyOf("\xf6", "\x00", "\x80", "\xc1"+someID, "\x5f\xff")},
	{"status/code-range", reportCode, anyOf("\x19\x01\x00", "\x19\x01\x02", "\x1a\x00\x01\x00\x02", "\x1b\x00\x00\x00\x01\x00\x00\x00\x02", "\x1b\x80\x00\x00\x00\x00\x00\x00\x02")},
	{"status/code-range", reportCode, anyOf("\x20", "\x38\xff", "\x60", "\x64read", "\xf6", "\xf5", "\xf9\x40\x00", "\xc1\x02", "\x80")},
	{"content/enc-wellformed", reportCode, anyOf("\x1c", "\xf8\x00", "\x5b\xff\xff\xff\xff\xff\xff\xff\xff")},
	{"content/enc-wellformed", reportWhole, anyOf("", "\x9a\xff\xff\xff\xff", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", "\x9f", "\xff")},
	{"content/enc-trailing", reportWhole, func(t *Tape, item []byte) []byte {
		return []byte(string(item) + [...]string{"\x00", "\xf6", "\x80", "\xff", string(item)}[t.Choose(5)])
	}},
}

// BrokenReport draws a report that breaks one rule.
func BrokenReport(_ spec.Draft, t *Tape) Broken {
	f := &reportFlaws[t.Choose(len(reportFlaws))]
	w := reportWriter{t: t}
	least := 1
	if f.at == reportWhole {
		least = 0
	}
	w.report(least)
	start, end := 0, len(w.b)
	if f.at != reportWhole {
		m := w.entries[t.Choose(len(w.entries))]
		switch f.at {
		case reportEntry:
			start, end = m.start, m.end
		case reportID:
			start, end = m.id, m.code
		default:
			start, end = m.code, m.codeEnd
		}
	}
	flawed := f.with(t, w.b[start:end])
	octets := t.Octets(len(w.b) + len(flawed))
	octets = append(append(octets, w.b[:start]...), flawed...)
	return Broken{Rule: f.rule, Octets: append(octets, w.b[end:]...)}
}

// TruncatedReport draws a report and where it is cut off.
func TruncatedReport(d spec.Draft, t *Tape) Cut { return cutAnywhere(t, ValidReport(d, t).Octets) }
