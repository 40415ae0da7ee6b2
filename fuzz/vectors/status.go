package vectors

import (
	"fmt"
	"slices"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// statusReports makes message-status reports that are valid, cut off, followed
// by something, or wrong in one place.
func statusReports(c *collection) {
	add := func(id, title string, octets []byte, flags ...Flag) {
		c.add(Vector{ID: "status/" + id, Title: title, Flags: flags, Input: &protocol.StatusInput{Report: octets}}, protocol.StatusDecode.Drafts())
	}
	entry := func(id, status string) []byte { return []byte("\x82" + id + status) }
	whole := func(entries ...[]byte) []byte {
		return slices.Concat(content.AppendHead(nil, majorArray, uint64(len(entries))), slices.Concat(entries...))
	}
	two := whole(entry(anID(1), "\x02"), entry(anID(2), "\x01"))
	for n := range two {
		add(fmt.Sprintf("truncated/%d", n), fmt.Sprintf("The first %d octets of a report of %d.", n, len(two)), two[:n], Truncated)
	}
	for _, behind := range []named{{"zero", "\x00"}, {"null", "\xf6"}, {"break", "\xff"}, {"line-feed", "\n"}, {"itself", string(two)}} {
		add("trailing/"+behind.name, "A report with octets behind it: "+behind.name+".", slices.Concat(two, []byte(behind.octets)), Trailing)
	}
	for _, n := range []int{0, 1, 23, 24, 255, 256, 300} {
		add(fmt.Sprintf("entries/%d", n), fmt.Sprintf("A report of %d entries.", n), whole(slices.Repeat([][]byte{entry(anID(1), "\x01")}, n)...), Boundary)
	}
	for _, n := range []uint64{0, 1, 2, 3, 4, 5, 6, 7, 23, 24, 127, 128, 254, 255, 256, 65535, 65536, 1 << 32, 1<<64 - 1} {
		for _, width := range []int{0, 1, 2, 4, 8} {
			if width == 0 && n >= 24 || width > 0 && width < 8 && n>>(8*width) > 0 || width > 0 && n > 24 && len(content.AppendHead(nil, 0, n)) != width+1 {
				continue
			}
			add(fmt.Sprintf("code/%d-in-%d", n, width), fmt.Sprintf("The status is %d, with %d octets behind its first.", n, width), whole(entry(anID(1), string(head(majorUint, n, width)))), Boundary)
		}
	}
	for _, id := range idItems() {
		add("id/"+id.name, "The message ID is special: "+id.name+".", whole(entry(id.octets, "\x01")), Boundary)
	}
	for _, other := range otherItems {
		add("wrong-type/report/"+other.name, "The report is of another kind: "+other.name+".", []byte(other.octets), WrongType)
		add("wrong-type/entry/"+other.name, "An entry is of another kind: "+other.name+".", whole(entry(anID(1), "\x01"), []byte(other.octets)), WrongType)
		add("wrong-type/id/"+other.name, "A message ID is of another kind: "+other.name+".", whole(entry(other.octets, "\x01")), WrongType)
		add("wrong-type/status/"+other.name, "A status is of another kind: "+other.name+".", whole(entry(anID(1), other.octets)), WrongType)
	}
	for _, n := range []named{
		{"one-element", "\x81\x81" + anID(1)}, {"three-elements", "\x81\x83" + anID(1) + "\x01\x00"}, {"no-elements", "\x81\x80"}, {"other-order", "\x81\x82\x01" + anID(1)},
		{"map-of-ids", "\xa1" + anID(1) + "\x01"}, {"entry-alone", "\x82" + anID(1) + "\x01"}, {"count-too-small", "\x81\x82" + anID(1) + "\x01\x82" + anID(2) + "\x01"}, {"count-too-large", "\x82\x82" + anID(1) + "\x01"},
		{"endless", "\x9f\x82" + anID(1) + "\x01\xff"}, {"endless-entry", "\x81\x9f" + anID(1) + "\x01\xff"}, {"endless-entry-of-three", "\x81\x9f" + anID(1) + "\x01\x00\xff"}, {"endless-empty", "\x9f\xff"}, {"endless-without-end", "\x9f\x82" + anID(1) + "\x01"},
		{"id-in-chunks", "\x81\x82\x5f\x41\x01\x58\x1f" + string(counted(1, 31)) + "\xff\x01"}, {"id-in-long-head", "\x81\x82\x59\x00\x20" + anID(1)[2:] + "\x01"}, {"long-head", "\x98\x01\x82" + anID(1) + "\x01"},
		{"same-id-twice", "\x82\x82" + anID(1) + "\x01\x82" + anID(1) + "\x02"}, {"read-after-deleted", "\x82\x82" + anID(1) + "\x04\x82" + anID(1) + "\x02"}, {"tagged", "\xd9\xd9\xf7\x80"},
		{"huge-count-32", "\x9a\xff\xff\xff\xff\x82" + anID(1) + "\x01"}, {"huge-count-64", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x82" + anID(1) + "\x01"}, {"huge-id", "\x81\x82\x5b\x7f\xff\xff\xff\xff\xff\xff\xff\x01"}, {"deep", string(slices.Repeat([]byte{0x81}, 10000)) + "\x00"},
	} {
		add("shape/"+n.name, "The report has a special shape: "+n.name+".", []byte(n.octets), Hostile)
	}
	seen := map[string]bool{}
	var tape gen.Tape
	tape.Seed(7, 1)
	for range 2000 {
		tape.Clear()
		b := gen.BrokenReport(spec.MessageStatus01, &tape)
		result, err := content.CheckStatus(b.Octets, spec.MessageStatus01)
		if err != nil || len(result.Violations) == 0 || len(b.Octets) > 1024 {
			continue
		}
		if key := b.Rule + result.Violations[0].Found; !seen[key] {
			seen[key] = true
			input := &protocol.StatusInput{Report: slices.Clone(b.Octets)}
			rule := content.RuleByID(b.Rule)
			c.add(Vector{ID: "status/drawn/" + slug(b.Rule) + "/" + fingerprint(input), Rule: rule, Title: "A drawn report that breaks the rule alone: " + rule.Statement, Flags: []Flag{RuleBroken}, Input: input,
				claims: []claim{{draft: spec.MessageStatus01, rule: b.Rule}}}, protocol.StatusDecode.Drafts())
		}
	}
}
