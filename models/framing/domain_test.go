package framing

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDomains(t *testing.T) {
	// The widest to the narrowest domain that has the URI as a sender.
	for uri, narrowest := range map[string]Domain{
		"\xff": Octets, "\x87": Octets, "\xc0\x80": Octets, "\xed\xa0\x80": Octets, "\xf4\x90\x80\x80": Octets,
		"": UTF8, "é": UTF8, "\x00": UTF8, "a": UTF8, ":": UTF8, "1a:": UTF8, "a:%": UTF8, "a:%4": UTF8, "a:%4g": UTF8,
		"a:b c": UTF8, "a:[": UTF8, "a://[": UTF8, "a:|": UTF8, "a:é": UTF8, "a://b:c": UTF8, "a#b": UTF8,
		"a://[1::2::3]": UTF8, "a://[1:2:3:4:5:6:7]": UTF8, "a://[1:2:3:4:5:6:7:8:9]": UTF8, "a://[::12345]": UTF8,
		"a://[::1.2.3]": UTF8, "a://[::1.2.3.256]": UTF8, "a://[v1.]": UTF8, "a://[v.a]": UTF8, "a://[1:2:3:4:5:6:7::8]": UTF8,
		"a://b@c@d": UTF8, "a:b#c#d": UTF8, "a:b?#[": UTF8, "a://[::1%25eth0]": UTF8, "mimi//a": UTF8,
		"a:": RFC3986, "a:aa": RFC3986, "A+-.1:": RFC3986, "a:/": RFC3986, "a://": RFC3986, "a:///": RFC3986, "a:?#": RFC3986,
		"a:b//c": RFC3986, "a:%00": RFC3986, "a://b:@c:": RFC3986, "a://[::]": RFC3986, "a://[::1]:1": RFC3986,
		"a://[1:2:3:4:5:6:7:8]": RFC3986, "a://[1:2:3:4:5:6:1.2.3.4]": RFC3986, "a://[1::]": RFC3986, "a://[1:2:3:4:5:6:7::]": RFC3986,
		"a://[::2:3:4:5:6:7:8]": RFC3986, "a://[1:2::3.4.5.6]": RFC3986, "a://[v1a.b:c]": RFC3986, "a://999.999": RFC3986,
		"mimi:": RFC3986, "mimi:/a": RFC3986, "mimi://": RFC3986, "mimi:///r/a": RFC3986, "mimi://u@": RFC3986, "mimi://:1": RFC3986,
		"mim://a": RFC3986, "mimis://a": RFC3986,
		"mimi://a": MIMI, "MiMi://a": MIMI, "mimi://u:p@a:1/b?c#d": MIMI, "mimi://%41": MIMI, "mimi://[::1]": MIMI,
		"mimi://a/u/": MIMI, "mimi://a/u/b/": MIMI, "mimi://a/u/b:c": MIMI, "mimi://a/u/%41": MIMI, "mimi://a:1/u/b": MIMI,
		"mimi://c@a/u/b": MIMI, "MIMI://a/u/b": MIMI, "mimi://a/U/b": MIMI, "mimi://a/u/b?": MIMI, "mimi://a/r/b": MIMI,
		"mimi://a/u/b": MIMIStrict, "mimi://a.b/u/-._~aZ09": MIMIStrict, "mimi://[::1]/u/b": MIMIStrict, "mimi://%41!/u/b": MIMIStrict,
	} {
		for _, d := range Domains() {
			if got, want := d.Contains(Sender, []byte(uri)), d <= narrowest; got != want {
				t.Errorf("%v contains sender %q: %v, want %v", d, uri, got, want)
			}
			room := strings.Replace(uri, "/u/", "/r/", 1)
			if strings.Contains(uri, "/r/") {
				continue
			}
			if got, want := d.Contains(Room, []byte(room)), d <= narrowest; got != want {
				t.Errorf("%v contains room %q: %v, want %v", d, room, got, want)
			}
		}
	}
}

// Every text of up to five of the characters that matter, against the regular
// expression of RFC 3986, appendix B, refined, and against net/netip.
func TestRFC3986AgainstOtherReaders(t *testing.T) {
	const pchar = `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})`
	const regName = `(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*`
	const user = `(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*`
	uri := regexp.MustCompile(`\A[A-Za-z][A-Za-z0-9+.-]*:(?://(?:` + user + `@)?` + regName + `(?::[0-9]*)?(?:/` + pchar + `*)*` +
		`|/(?:` + pchar + `+(?:/` + pchar + `*)*)?|(?:` + pchar + `+(?:/` + pchar + `*)*)?)` +
		`(?:\?(?:` + pchar + `|[/?])*)?(?:#(?:` + pchar + `|[/?])*)?\z`)
	const alphabet = "a1:/?#@%[ +é"
	var grow func(prefix string, n int)
	grow = func(prefix string, n int) {
		if got, want := RFC3986.Contains(Sender, []byte(prefix)), uri.MatchString(prefix); got != want {
			t.Fatalf("rfc3986 contains %q: %v, want %v", prefix, got, want)
		}
		if n == 0 {
			return
		}
		for _, c := range alphabet {
			grow(prefix+string(c), n-1)
		}
	}
	grow("a:", 3)
	grow("a://", 3)
	grow("", 3)

	var groups func(address string, n int)
	groups = func(address string, n int) {
		parsed, err := netip.ParseAddr(address)
		want := err == nil && parsed.Is6()
		if got := RFC3986.Contains(Sender, []byte("a://["+address+"]")); got != want {
			t.Fatalf("rfc3986 contains a://[%s]: %v, want %v", address, got, want)
		}
		if n > 0 {
			groups(address+":", n-1)
			groups(address+"a", n-1)
			if n > 3 {
				groups(address+"1.2.3.4", n-4)
			}
		}
	}
	groups("", 16)
}

func TestUTF8AgainstTheStandardLibrary(t *testing.T) {
	edges := []byte{0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff}
	var grow func(prefix []byte, n int)
	grow = func(prefix []byte, n int) {
		if UTF8.Contains(Room, prefix) != utf8.Valid(prefix) {
			t.Fatalf("%x", prefix)
		}
		if n > 0 {
			for _, o := range edges {
				grow(append(prefix[:len(prefix):len(prefix)], o), n-1)
			}
		}
	}
	grow(nil, 4)
}

func TestParseDomain(t *testing.T) {
	for _, d := range Domains() {
		if got, err := ParseDomain(d.String()); err != nil || got != d {
			t.Errorf("%v: %v, %v", d, got, err)
		}
		text, err := d.MarshalText()
		if err != nil || string(text) != d.String() {
			t.Errorf("%v: %s, %v", d, text, err)
		}
		got := domainEnd
		if err := got.UnmarshalText(text); err != nil || got != d {
			t.Errorf("%v: %v, %v", d, got, err)
		}
	}
	_, err := ParseDomain("uri")
	var unknown *UnknownDomainError
	if !errors.As(err, &unknown) || unknown.Name != "uri" || !strings.Contains(err.Error(), "mimi-strict") {
		t.Errorf("error %v does not list what is expected", err)
	}
	kept := MIMI
	if err := kept.UnmarshalText([]byte("uri")); !errors.As(err, &unknown) || kept != MIMI {
		t.Errorf("%v, %v", kept, err)
	}
}

// A number that is that of no domain, of no field or of no encoding.
func TestNumbersOfNothing(t *testing.T) {
	if d := domainEnd; d.String() != "no domain" || d.Contains(Sender, []byte("mimi://a/u/b")) {
		t.Errorf("%v contains something", d)
	}
	var unknown *UnknownDomainError
	if text, err := domainEnd.MarshalText(); !errors.As(err, &unknown) || text != nil {
		t.Errorf("%s, %v", text, err)
	}
	if fieldEnd.String() != "no field" || encodingEnd.String() != "no encoding" {
		t.Errorf("%v, %v", fieldEnd, encodingEnd)
	}
	if v := Analyse(MustParse("sender room message"), domainEnd, false); v.Outcome != Undecided || !strings.Contains(v.Reason, "domains that Domains lists") {
		t.Errorf("%+v", v)
	}
	var unreadable *UnreadableError
	if _, err := MustParse("sender").Read([]byte("mimi://a/u/b"), domainEnd, false); !errors.As(err, &unreadable) {
		t.Errorf("error %v", err)
	}
}
