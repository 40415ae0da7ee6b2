package reports

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestShowInput(t *testing.T) {
	for _, test := range []struct{ name, data, want string }{
		{"text", `{"input":{"a":"bWltaTovL2E="}}`, `a|8 octets|"mimi://a"|`},
		{"quoted text", `{"input":{"a":"ImEiXBs9PT09PT0="}}`, `a|11 octets|"\"a\"\\\x1b======"|`},
		{"hex", `{"input":{"a":"h1D/"}}`, `a|3 octets|8750ff|`},
		{"empty", `{"input":{"a":""}}`, `a|0 octets|(empty)|`},
		{"one octet", `{"input":{"a":"YQ=="}}`, `a|1 octet|"a"|`},
		{"word that could pass for base64", `{"input":{"name":"original"}}`, `name||original|`},
		{"not base64", `{"input":{"a":"\u001b!"}}`, `a||\x1b!|`},
		{"base64 with stray bits", `{"input":{"a":"YR=="}}`, `a||YR==|`},
		{"numbers", `{"input":{"a":12345678901234567890,"b":true,"c":null,"d":[]}}`, "a||12345678901234567890|\nb||true|\nc||null|"},
		{"nested", `{"input":{"a":{"b":[{"c":1},2]}}}`, "a.b[0].c||1|\na.b[1]||2|"},
		{"the same again", `{"input":{"first":{"m":"AAAA"},"second":{"m":"AAAA"}}}`, "first.m|3 octets|000000|\nsecond.m|3 octets|the same as first.m|"},
		{"array of octets", `{"input":[[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,255]]}`, "[0]|16 octets|000102030405060708090a0b0c0d0eff|"},
		{"array of numbers", `{"input":[256,1]}`, "[0]||256|\n[1]||1|"},
		{"no case", `"AAAA"`, `|3 octets|000000|`},
		{"hostile name", `{"input":{"\u001b<b>":1}}`, `\x1b<b>||1|`},
		{"cut", `{"input":{"a":"YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"}}`, `a|27 octets|"aaaaaaaaaaaaaaaaaaaa"|… and 7 octets more: whole in findings/x.json`},
		{"nothing", ``, ``},
	} {
		var lines []string
		for _, v := range showInput(&Finding{Case: json.RawMessage(test.data), File: "findings/x.json"}, 20) {
			lines = append(lines, strings.Join([]string{v.Path, v.Size, v.Text, v.More}, "|"))
		}
		if got := strings.Join(lines, "\n"); got != test.want {
			t.Errorf("%s: got\n%s\nexpected\n%s", test.name, got, test.want)
		}
	}
	broken := showInput(&Finding{Case: json.RawMessage(`{"input":`)}, 20)
	if len(broken) != 1 || broken[0].Path != "unreadable" {
		t.Errorf("broken JSON is shown as %v", broken)
	}
}
