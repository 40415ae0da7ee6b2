package vectors

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mimifuzz/mimifuzz/fuzz/conform/protocol"
	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// addContent takes a message in that is asked under the drafts.
func (c *collection) addContent(drafts spec.Drafts, id, title string, octets []byte, flags ...Flag) {
	if drafts != layout06 {
		id += "/" + drafts.List()[0].String()
	}
	c.add(Vector{ID: "content/" + id, Title: title, Flags: flags, Input: &protocol.ContentInput{Message: octets}}, drafts)
}

// otherItems are items to put in the place of others.
var otherItems = []struct{ name, octets string }{
	{"unsigned", "\x00"}, {"negative", "\x20"}, {"bytes", "\x40"}, {"text", "\x60"}, {"array", "\x80"}, {"map", "\xa0"}, {"tagged", "\xc1\x00"},
	{"false", "\xf4"}, {"true", "\xf5"}, {"null", "\xf6"}, {"undefined", "\xf7"},
	{"double", "\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"}, {"break", "\xff"}, {"reserved", "\x1c"},
}

// contentPlaces puts an item of each type in the place of each item of a
// message. Of the drafts with other layouts only what they have of their own.
func contentPlaces(c *collection) {
	for _, d := range []spec.Draft{spec.Content09, spec.Content05, spec.Content04} {
		message := richMessage(d)
		for _, i := range itemsOf(d, message) {
			own := i.path == "salt" || strings.HasPrefix(i.path, "lastSeen") || d == spec.Content04 &&
				(strings.HasPrefix(i.path, "inReplyTo") || strings.HasPrefix(i.path, "extensions") || strings.HasSuffix(i.path, "partIndex"))
			if d == spec.Content09 || own {
				c.addPlaces(d, i, i.path, message)
			}
		}
		external := externalMessage(d)
		for _, i := range itemsOf(d, external) {
			if _, name, ok := strings.Cut(i.path, "nestedPart."); ok && (d == spec.Content09 || name == "url") && name != "disposition" && name != "language" {
				c.addPlaces(d, i, "external."+name, external)
			}
		}
	}
}

func (c *collection) addPlaces(d spec.Draft, i item, name string, message []byte) {
	for _, other := range otherItems {
		flag := WrongType
		if other.name == "reserved" {
			flag = ReservedHead
		}
		if octets := i.with(message, []byte(other.octets)...); !slices.Equal(octets, message) {
			c.addContent(layoutOf(d), fmt.Sprintf("wrong-type/%s/%s", slug(name), other.name), fmt.Sprintf("%s is replaced by another item: %s.", name, other.name), octets, flag)
		}
	}
	c.addContent(layoutOf(d), "missing/"+slug(name), name+" is not there, and counted.", i.with(message), Truncated)
	c.addContent(layoutOf(d), "twice/"+slug(name), name+" is there twice, and counted once.", i.with(message, slices.Repeat(message[i.start:i.end], 2)...), Trailing)
}

// contentCuts cuts messages off, and puts octets behind them.
func contentCuts(c *collection) {
	d := spec.Content09
	message := plainMessage(d)
	for n := range message {
		c.addContent(layout06, fmt.Sprintf("truncated/plain/%d", n), fmt.Sprintf("The first %d octets of a message of %d.", n, len(message)), message[:n], Truncated)
	}
	for _, e := range content.Examples() {
		for _, i := range itemsOf(d, e.Octets) {
			c.addContent(layout06, fmt.Sprintf("truncated/%s/%s", slug(e.Name), slug(i.path)),
				fmt.Sprintf("The example %q, cut off where %s ends but for its last octet.", e.Name, i.path), e.Octets[:i.end-1], Truncated)
		}
	}
	for _, behind := range []struct{ name, octets string }{
		{"zero", "\x00"}, {"null", "\xf6"}, {"empty-array", "\x80"}, {"break", "\xff"}, {"line-feed", "\n"}, {"itself", string(message)}, {"reserved", "\x1c"}, {"cut-head", "\x59"},
	} {
		c.addContent(layout06, "trailing/"+behind.name, "A message with octets behind it: "+behind.name+".", slices.Concat(message, []byte(behind.octets)), Trailing)
	}
}

// contentHeads writes the heads of a message in other ways.
func contentHeads(c *collection) {
	d := spec.Content09
	message := richMessage(d)
	for _, i := range itemsOf(d, message) {
		shortest, body := i.content-i.start-1, message[i.content:i.end]
		if i.major == majorSimple {
			continue
		}
		for _, width := range []int{1, 2, 4, 8} {
			if width > shortest {
				c.addContent(layout06, fmt.Sprintf("long-head/%s/%d", slug(i.path), width),
					fmt.Sprintf("The head of %s has %d octets behind the first, and needs %d.", i.path, width, shortest),
					i.with(message, slices.Concat(head(i.major, i.argument, width), body)...), LongHead)
			}
		}
		if i.major >= majorBytes && i.major <= majorMap {
			open := []byte{i.major<<5 | 31}
			one := slices.Concat(open, body, []byte{0xff})
			if i.major <= majorText {
				one = slices.Concat(open, message[i.start:i.end], []byte{0xff})
				half := len(body) / 2
				c.addContent(layout06, "indefinite/"+slug(i.path)+"/two-chunks", i.path+" comes in two chunks.",
					i.with(message, slices.Concat(open, encoded(i.major, body[:half]), encoded(i.major, body[half:]), []byte{0xff})...), IndefiniteItem)
				c.addContent(layout06, "indefinite/"+slug(i.path)+"/other-chunk", i.path+" comes in chunks, one of another type.",
					i.with(message, slices.Concat(open, encoded(i.major^1, body[:half]), encoded(i.major, body[half:]), []byte{0xff})...), IndefiniteItem)
			}
			c.addContent(layout06, "indefinite/"+slug(i.path), i.path+" has no length, and a break at its end.", i.with(message, one...), IndefiniteItem)
			c.addContent(layout06, "indefinite/"+slug(i.path)+"/no-break", i.path+" has no length, and no break.", i.with(message, one[:len(one)-1]...), IndefiniteItem)
			for _, huge := range []struct {
				name   string
				length uint64
				width  int
			}{{"2-to-31-less-1", 1<<31 - 1, 4}, {"2-to-32-less-1", 1<<32 - 1, 4}, {"2-to-32", 1 << 32, 8}, {"2-to-63-less-1", 1<<63 - 1, 8}, {"2-to-63", 1 << 63, 8}, {"2-to-64-less-1", 1<<64 - 1, 8}} {
				c.addContent(layout06, fmt.Sprintf("huge-length/%s/%s", slug(i.path), huge.name), fmt.Sprintf("%s announces a length of %d.", i.path, huge.length),
					i.with(message, slices.Concat(head(i.major, huge.length, huge.width), body)...), HugeLength)
			}
		}
	}
	plain := plainMessage(d)
	for _, path := range []string{"message", "salt", "topicId", "extensions.value0"} {
		i := place(d, plain, path)
		for major := range byte(8) {
			for info := byte(28); info <= 31; info++ {
				c.addContent(layout06, fmt.Sprintf("reserved-head/%s/%02x", slug(path), major<<5|info),
					fmt.Sprintf("%s begins with the octet %02x.", path, major<<5|info), i.with(plain, slices.Concat([]byte{major<<5 | info}, plain[i.content:i.end])...), ReservedHead)
			}
		}
	}
}

// partsMessage returns a message whose parts nest to some levels and are so many
// in all. Each multi part has its plain parts first, and the innermost the rest.
func partsMessage(d spec.Draft, levels, parts int) []byte {
	index := uint16(0)
	single := func() content.NestedPart {
		index++
		return content.NestedPart{Disposition: content.Render, Index: index - 1, Body: content.SinglePart{ContentType: "text/plain", Content: []byte("x")}}
	}
	var nest func(levels, parts int) content.NestedPart
	nest = func(levels, parts int) content.NestedPart {
		if levels == 1 {
			return single()
		}
		part := content.NestedPart{Disposition: content.Render, Index: index}
		index++
		body := content.MultiPart{Semantics: content.ProcessAll}
		plain := 1
		if levels == 2 {
			plain = parts - 2
		}
		for range plain {
			body.Parts = append(body.Parts, single())
		}
		body.Parts = append(body.Parts, nest(levels-1, parts-1-plain))
		part.Body = body
		return part
	}
	return encodeMessage(d, &content.Message{Salt: saltOf(d), NestedPart: nest(levels, parts)})
}

// contentLimits nests parts and extensions, and counts parts, around the limits.
func contentLimits(c *collection) {
	for _, d := range []spec.Draft{spec.Content09, spec.Content05, spec.Content04} {
		for levels := 1; levels <= 7; levels++ {
			c.addContent(layoutOf(d), fmt.Sprintf("part-levels/%d", levels), fmt.Sprintf("Parts nest to %d levels.", levels), partsMessage(d, levels, 2*levels-1), Nesting)
			if d == spec.Content04 {
				continue
			}
			for _, by := range []named{{"arrays", "\x81"}, {"tags", "\xd9\x03\xe8"}, {"maps", "\xa1\x00"}} {
				value := slices.Concat(slices.Repeat([]byte(by.octets), levels-1), []byte{0x80})
				c.addContent(layoutOf(d), fmt.Sprintf("extension-levels/%s/%d", by.name, levels+1), fmt.Sprintf("Extensions nest to %d levels, by %s.", levels+1, by.name),
					withElement(d, "extensions.value0", value...), Nesting)
			}
		}
		for _, parts := range []int{1024, 1025} {
			c.addContent(layoutOf(d), fmt.Sprintf("part-count/%d", parts), fmt.Sprintf("The body has %d parts, itself included.", parts), partsMessage(d, 2, parts), Boundary)
		}
	}
	deep := []struct {
		name, unit string
		count      int
	}{{"arrays", "\x81", 1000}, {"arrays", "\x81", 10000}, {"endless-arrays", "\x9f", 1000}, {"maps", "\xa1\x00", 1000}, {"tags", "\xc1", 1000}, {"tags", "\xc1", 10000}, {"endless-maps", "\xbf\x00", 1000}}
	for _, n := range deep {
		c.addContent(layout06, fmt.Sprintf("deep/%s/%d", n.name, n.count), fmt.Sprintf("The value of an extension nests %d levels deep: %s.", n.count, n.name),
			withElement(spec.Content09, "extensions.value0", append(slices.Repeat([]byte(n.unit), n.count), 0)...), Nesting)
		c.addContent(layout06, fmt.Sprintf("deep/%s/%d/whole", n.name, n.count), fmt.Sprintf("Nothing but %s, %d levels deep.", n.name, n.count),
			append(slices.Repeat([]byte(n.unit), n.count), 0), Nesting)
	}
}

// largestDrawn bounds the octets of what is drawn, so that it can be read.
const largestDrawn = 300

// contentFlaws draws messages that break one rule, that are odd, and that are
// hostile, and keeps those that show something new: a rule broken at a place, or
// an oddity, that no message kept before has.
func contentFlaws(c *collection) {
	const draws = 4000
	for _, d := range []spec.Draft{spec.Content09, spec.Content07, spec.Content05, spec.Content04} {
		for n, kind := range []struct {
			name string
			flag Flag
			draw func(spec.Draft, *gen.Tape) ([]byte, string)
		}{
			{"one-rule", RuleBroken, func(d spec.Draft, t *gen.Tape) ([]byte, string) {
				b := gen.OneRuleBroken(d, t)
				return b.Octets, b.Rule
			}},
			{"odd", Oddity, func(d spec.Draft, t *gen.Tape) ([]byte, string) { return gen.Odd(d, t).Octets, "" }},
			{"hostile", Hostile, func(d spec.Draft, t *gen.Tape) ([]byte, string) { return gen.Hostile(d, t).Octets, "" }},
		} {
			seen := map[string]bool{}
			var tape gen.Tape
			tape.Seed(7, uint64(d)<<8|uint64(n))
			for range draws {
				tape.Clear()
				octets, rule := kind.draw(d, &tape)
				if len(octets) > largestDrawn || !newIn(seen, shownBy(d, octets, rule)) {
					continue
				}
				input := &protocol.ContentInput{Message: slices.Clone(octets)}
				v := Vector{Flags: []Flag{kind.flag}, Input: input, Title: "A drawn message."}
				v.ID = fmt.Sprintf("content/drawn/%s/%s/%s", kind.name, d, fingerprint(input))
				if v.Rule = content.RuleByID(rule); v.Rule != nil {
					v.ID = fmt.Sprintf("%s/drawn/%s/%s", rule, d, fingerprint(input))
					v.Title = "A drawn message that breaks the rule alone, in the drafts that have it: " + v.Rule.Statement
					if v.Rule.Level == spec.Should || v.Rule.Level == spec.Legit || !v.Rule.Drafts.Has(d) {
						v.Flags = nil
					}
				}
				c.add(v, layoutOf(d))
			}
		}
	}
}

// newIn reports whether one of the keys is new in a set, and puts all in it.
func newIn(seen map[string]bool, keys []string) (anyNew bool) {
	for _, key := range keys {
		anyNew = anyNew || !seen[key]
		seen[key] = true
	}
	return anyNew
}

// shownBy lists what a message shows: which rules it breaks where, indexes
// aside, and its oddities. Of a message that was drawn to break one rule only
// that counts.
func shownBy(d spec.Draft, octets []byte, rule string) (keys []string) {
	result, err := content.Check(octets, content.Options{Draft: d})
	if err != nil {
		return nil
	}
	for i := range result.Violations {
		if v := &result.Violations[i]; rule == "" || v.Rule.ID == rule {
			path := strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return -1
				}
				return r
			}, v.Path)
			keys = append(keys, v.Rule.ID+"@"+path)
		}
	}
	if rule != "" {
		return append(keys, rule)
	}
	for _, odd := range result.Oddities() {
		keys = append(keys, odd.ID)
	}
	return keys
}
