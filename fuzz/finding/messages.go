//go:build !gofuzz

package finding

import (
	"cmp"
	"slices"

	"github.com/leanovate/gopter"
	gopterGen "github.com/leanovate/gopter/gen"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// message generates an encoded message of the draft, or of content-09 if the
// draft is not one of content.
func (c *combinators) message() gopter.Gen {
	draft := c.draft
	if draft.Document() != spec.Content {
		draft = spec.Content09
	}
	salt := gopterGen.SliceOfN(16, gopterGen.UInt8())
	if draft == spec.Content05 {
		salt = gopterGen.SliceOfN(32, gopterGen.UInt8())
	}
	id := mapped(gopterGen.SliceOfN(31, gopterGen.UInt8()), func(value any) content.MessageID {
		var id content.MessageID
		id[0] = 1
		copy(id[1:], value.([]byte))
		return id
	})
	expires := gopter.CombineGens(gopterGen.Bool(), gopterGen.UInt32Range(1, 30*24*3600))
	all := gopter.CombineGens(salt, gopterGen.PtrOf(id), gopterGen.SliceOf(gopterGen.UInt8()), expires, gopterGen.PtrOf(id),
		extensions(), gopterGen.UInt8Range(0, uint8(content.Preview)), oneOf("", "en", "de-AT"), body(draft, 2))
	return mapped(all, func(value any) []byte {
		v := value.([]any)
		m := content.Message{TopicID: v[2].([]byte), Extensions: v[5].([]content.Extension)}
		m.Replaces, _ = v[1].(*content.MessageID)
		m.InReplyTo, _ = v[4].(*content.MessageID)
		if e := v[3].([]any); e[0].(bool) {
			m.Expires = &content.Expiration{Relative: true, Seconds: e[1].(uint32)}
		}
		if draft == spec.Content04 {
			m.Expires, m.Extensions = nil, nil
			if m.InReplyTo != nil {
				m.ReplyHash = new(content.ReplyHash)
			}
		} else {
			m.Salt = v[0].([]byte)
		}
		m.NestedPart = content.NestedPart{Disposition: content.Disposition(v[6].(uint8)), Language: v[7].(string)}
		m.NestedPart.Body, _ = v[8].(content.Body)
		octets, err := content.Encode(&m, draft)
		if err != nil {
			return nil
		}
		return octets
	})
}

// extensions generates a map of names to a few kinds of values.
func extensions() gopter.Gen {
	entry := drawn(gopter.CombineGens(gopterGen.Identifier(), gopterGen.OneGenOf(gopterGen.Int64(), gopterGen.AlphaString(), gopterGen.Bool())))
	return mapped(few(gopterGen.SliceOf(entry)), func(value any) []content.Extension {
		var list []content.Extension
		for _, drawn := range value.([][]any) {
			octets, err := content.EncodeValue(drawn[1])
			if err == nil {
				list = append(list, content.Extension{Key: content.Key{Kind: content.TextKey, Text: drawn[0].(string)}, Value: octets})
			}
		}
		slices.SortFunc(list, func(a, b content.Extension) int {
			return cmp.Or(cmp.Compare(len(a.Key.Text), len(b.Key.Text)), cmp.Compare(a.Key.Text, b.Key.Text))
		})
		return slices.CompactFunc(list, func(a, b content.Extension) bool { return a.Key == b.Key })
	})
}

// drawn drops the filters of what is combined: a list applies those of its first
// element to all of them.
func drawn(g gopter.Gen) gopter.Gen {
	return mapped(g, func(value any) []any { return value.([]any) })
}

// body generates the body of a part, with parts within parts up to a depth.
func body(draft spec.Draft, depth int) gopter.Gen {
	single := mapped(gopter.CombineGens(oneOf("text/plain;charset=utf-8", "text/markdown"), gopterGen.AnyString()), func(value any) any {
		v := value.([]any)
		return content.SinglePart{ContentType: v[0].(string), Content: []byte(v[1].(string))}
	})
	external := mapped(gopter.CombineGens(oneOf("image/png", "video/mp4"), gopterGen.Identifier(), gopterGen.UInt32(), gopterGen.UInt64(), gopterGen.AlphaString()), func(value any) any {
		v := value.([]any)
		return content.ExternalPart{ContentType: v[0].(string), URL: "https://example.com/" + v[1].(string), Expires: v[2].(uint32), Size: v[3].(uint64), Description: v[4].(string)}
	})
	bodies := []gopter.Gen{single, external}
	if depth > 0 {
		part := drawn(gopter.CombineGens(body(draft, depth-1), gopterGen.UInt8Range(0, uint8(content.Preview)), oneOf("", "en")))
		bodies = append(bodies, mapped(gopter.CombineGens(gopterGen.UInt8Range(0, 2), part, part, few(gopterGen.SliceOf(part))), func(value any) any {
			v := value.([]any)
			multi := content.MultiPart{Semantics: content.Semantics(v[0].(uint8))}
			for i, drawn := range append([][]any{v[1].([]any), v[2].([]any)}, v[3].([][]any)...) {
				nested := content.NestedPart{Disposition: content.Disposition(drawn[1].(uint8)), Language: drawn[2].(string)}
				nested.Body, _ = drawn[0].(content.Body)
				if draft == spec.Content04 {
					nested.Index = uint16(i + 1)
				}
				multi.Parts = append(multi.Parts, nested)
			}
			return multi
		}))
	}
	return gopterGen.OneGenOf(bodies...)
}
