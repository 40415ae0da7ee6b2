package seeds

import (
	"bytes"
	"fmt"
)

// token is one entry of the dictionary.
type token struct{ name, octets string }

// tokens are what a fuzzer will hardly come upon by changing octets.
var tokens = []token{
	// Heads of messages and parts (section 4 of the content drafts).
	{"message", "\x87\x50"},
	{"message_05", "\x88\x58\x20"},
	{"array_indefinite", "\x9f"},
	{"map_indefinite", "\xbf"},
	{"bytes_indefinite", "\x5f"},
	{"text_indefinite", "\x7f"},
	{"break", "\xff"},
	{"null", "\xf6"},
	{"undefined", "\xf7"},
	{"empty_bytes", "\x40"},
	{"empty_text", "\x60"},
	{"empty_map", "\xa0"},
	{"empty_array", "\x80"},
	{"part_null", "\x83\x01\x60\x00"},
	{"part_single", "\x85\x01\x60\x01"},
	{"part_external", "\x8f\x01\x60\x02"},
	{"part_multi", "\x85\x01\x60\x03"},
	{"message_id", "\x58\x20\x01"},
	{"salt", "\x50"},
	{"expires_absolute", "\x82\xf4\x1a"},
	{"expires_relative", "\x82\xf5\x1a"},
	{"uri_tag", "\xd8\x20"},

	// Integers and lengths at their edges, and longer than need be.
	{"int_24", "\x18\x18"},
	{"int_255", "\x18\xff"},
	{"int_256", "\x19\x01\x00"},
	{"int_65536", "\x1a\x00\x01\x00\x00"},
	{"int_2_32", "\x1b\x00\x00\x00\x01\x00\x00\x00\x00"},
	{"int_2_53", "\x1b\x00\x20\x00\x00\x00\x00\x00\x00"},
	{"int_2_63", "\x1b\x80\x00\x00\x00\x00\x00\x00\x00"},
	{"int_2_64_less_1", "\x1b\xff\xff\xff\xff\xff\xff\xff\xff"},
	{"negative_2_64", "\x3b\xff\xff\xff\xff\xff\xff\xff\xff"},
	{"int_long_8", "\x18\x01"},
	{"int_long_16", "\x19\x00\x01"},
	{"int_long_32", "\x1a\x00\x00\x00\x01"},
	{"bytes_huge", "\x5b\x7f\xff\xff\xff\xff\xff\xff\xff"},
	{"text_huge", "\x7b\x7f\xff\xff\xff\xff\xff\xff\xff"},
	{"array_huge", "\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"},
	{"map_huge", "\xbb\x7f\xff\xff\xff\xff\xff\xff\xff"},
	{"reserved_28", "\x1c"},

	// Floats, tags and simple values.
	{"half_nan", "\xf9\x7e\x00"},
	{"half_infinity", "\xf9\x7c\x00"},
	{"half_minus_zero", "\xf9\x80\x00"},
	{"float_one_long", "\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"},
	{"bignum", "\xc2\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00"},
	{"bignum_negative", "\xc3\x49\x01\x00\x00\x00\x00\x00\x00\x00\x00"},
	{"tag_embedded", "\xd8\x18"},
	{"tag_self_described", "\xd9\xd9\xf7"},
	{"tag_extended_time", "\xd9\x03\xe9"},
	{"simple_in_two", "\xf8\x18"},

	// Text.
	{"markdown", "text/markdown;variant=GFM-MIMI"},
	{"plain", "text/plain;charset=utf-8"},
	{"html", "text/html"},
	{"vcard", "text/vcard"},
	{"rfc822", "message/rfc822"},
	{"mls", "message/mls"},
	{"status_type", "application/mimi-message-status"},
	{"multipart", "multipart/mixed"},
	{"scheme_mimi", "mimi://"},
	{"scheme_https", "https://"},
	{"scheme_cid", "cid:"},
	{"host", "@local.invalid"},
	{"language", "en-US"},
	{"bidi", "\xe2\x80\xae"},
	{"utf8_overlong", "\xc0\x80"},
	{"utf8_surrogate", "\xed\xa0\x80"},
}

// Dictionary returns the dictionary in the syntax that libFuzzer and AFL read.
func Dictionary() []byte {
	var b bytes.Buffer
	b.WriteString("# MIMI content messages and message status, in CBOR\n")
	for _, t := range tokens {
		fmt.Fprintf(&b, "%s=\"", t.name)
		for _, octet := range []byte(t.octets) {
			switch {
			case octet == '"' || octet == '\\':
				b.WriteByte('\\')
				b.WriteByte(octet)
			case octet >= ' ' && octet <= '~':
				b.WriteByte(octet)
			default:
				fmt.Fprintf(&b, `\x%02x`, octet)
			}
		}
		b.WriteString("\"\n")
	}
	return b.Bytes()
}
