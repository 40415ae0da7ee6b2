package roompolicy

import (
	"strings"
	"testing"
)

func TestMediaTypesMatch(t *testing.T) {
	gfm := Parameter{"variant", "GFM"}
	utf8 := Parameter{"charset", "utf-8"}
	for _, test := range []struct {
		name         string
		entry, other MediaType
		want         bool
	}{
		{"the same", MediaType{MediaType: "image/png"}, MediaType{MediaType: "image/png"}, true},
		{"another subtype", MediaType{MediaType: "image/png"}, MediaType{MediaType: "image/pn"}, false},
		{"another case", MediaType{MediaType: "Image/PNG"}, MediaType{MediaType: "image/png"}, true},
		{"no parameters match any", MediaType{MediaType: "text/markdown"}, MediaType{"text/markdown", []Parameter{gfm, utf8}}, true},
		{"parameters match none", MediaType{"text/markdown", []Parameter{gfm}}, MediaType{MediaType: "text/markdown"}, false},
		{"more parameters", MediaType{"text/markdown", []Parameter{gfm}}, MediaType{"text/markdown", []Parameter{utf8, gfm}}, true},
		{"another value", MediaType{"text/markdown", []Parameter{gfm}}, MediaType{"text/markdown", []Parameter{{"variant", "gfm"}}}, false},
		{"name in another case", MediaType{"text/markdown", []Parameter{gfm}}, MediaType{"text/markdown", []Parameter{{"Variant", "GFM"}}}, true},
	} {
		if got := test.entry.Matches(&test.other); got != test.want {
			t.Errorf("%s: %s matches %s: %v", test.name, test.entry.String(), test.other.String(), got)
		}
	}
}

func TestAssetPolicyAllows(t *testing.T) {
	p := &AssetPolicy{
		AssetUploadLocation: LocalProvider,
		UploadDomains: []ProviderAssetUploadDomains{
			{Provider: "a.example", AssetUploadDestinations: []DomainName{"cdn.a.example"}},
			{Provider: "b.example", AssetUploadDestinations: []DomainName{"cdn.b.example"}},
		},
		ForbiddenMediaTypes: []MediaType{{MediaType: "image/gif"}},
		PermittedMediaTypes: Some([]MediaType{{MediaType: "image/png"}, {MediaType: "image/gif"}}),
	}
	hosts := func(location AssetUploadLocation, provider, host DomainName, want bool) {
		t.Helper()
		p.AssetUploadLocation = location
		if got := p.AllowsHost(provider, host); got != want {
			t.Errorf("%s: a client of %q may use %q: %v", location, provider, host, got)
		}
	}
	hosts(LocalProvider, "a.example", "CDN.a.example", true)
	hosts(LocalProvider, "A.example", "cdn.a.example", true)
	hosts(LocalProvider, "a.example", "cdn.b.example", false)
	hosts(LocalProvider, "a.example", "x.cdn.a.example", false)
	hosts(LocalProvider, "c.example", "cdn.a.example", false)
	hosts(Hub, "c.example", "cdn.b.example", true)
	hosts(Hub, "a.example", "evil.example", false)
	hosts(UnspecifiedLocation, "c.example", "evil.example", true)

	types := func(name string, want bool) {
		t.Helper()
		if got := p.AllowsMediaType(&MediaType{MediaType: name}); got != want {
			t.Errorf("%s is allowed: %v", name, got)
		}
	}
	types("image/png", true)
	types("image/gif", false) // forbidden beats permitted
	types("text/plain", false)
	p.PermittedMediaTypes = Optional[[]MediaType]{}
	types("text/plain", true)
	types("image/gif", false)
	p.PermittedMediaTypes = Some[[]MediaType](nil)
	types("text/plain", false)

	d := DownloadPrivacy{ForbiddenDownloadTypes: []DownloadPrivacyType{Direct}}
	if d.AllowsDownload(Direct) || !d.AllowsDownload(Ohttp) {
		t.Error("what is not forbidden is not allowed")
	}
	d = DownloadPrivacy{AllowedDownloadTypes: []DownloadPrivacyType{Direct, HubProxy}, ForbiddenDownloadTypes: []DownloadPrivacyType{Direct}}
	if d.AllowsDownload(Direct) || !d.AllowsDownload(HubProxy) || d.AllowsDownload(Ohttp) {
		t.Error("more than what is allowed and not forbidden is allowed")
	}
}

func TestNamesAreComparedWithoutCase(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{{"AZ", "az", true}, {"@[", "`{", false}, {"a", "aa", false}, {"\u212a", "k", false}} {
		if sameName(test.a, test.b) != test.want {
			t.Errorf("%q is %q: %v", test.a, test.b, !test.want)
		}
	}
}

func TestMediaTypeForms(t *testing.T) {
	for text, want := range map[string]bool{"text/plain": true, "text": false, "/plain": false, "text/": false, "": false, "/": false, "te xt/plain": false} {
		if got := (&MediaType{MediaType: text}).Valid(); got != want {
			t.Errorf("%q is valid: %v", text, got)
		}
	}
	twice := MediaType{"text/plain", []Parameter{{"charset", "a"}, {"Charset", "b"}}}
	if twice.Valid() {
		t.Errorf("%s is valid", twice.String())
	}
}

func TestEnumNames(t *testing.T) {
	for value, want := range map[Optionality]string{OptionalUse: "optional", Required: "required", Forbidden: "forbidden", 3: "3", 255: "255"} {
		if got := value.String(); got != want {
			t.Errorf("%d is %q, expected %q", uint8(value), got, want)
		}
	}
	if got := (enumNames[uint8]{1: "one"}).of(0); got != "0" {
		t.Errorf("a value between those with names is %q", got)
	}
}

func TestTheRoleOfTheBanned(t *testing.T) {
	roles := RoleData{Roles: []Role{{RoleIndex: 2, RoleName: BannedName}, {RoleIndex: BannedRole, RoleName: BannedName}}}
	if roles.Banned() != &roles.Roles[1] {
		t.Errorf("the role of the banned is %v", roles.Banned())
	}
	for _, other := range []RoleData{{}, {Roles: roles.Roles[:1]}, {Roles: []Role{{RoleIndex: BannedRole, RoleName: "Banned"}}}} {
		if other.Banned() != nil {
			t.Errorf("the role of the banned is %v", other.Banned())
		}
	}
}

func TestParticipantsAreFound(t *testing.T) {
	list := ParticipantListData{Participants: []UserRolePair{{"a", 2}, {"b", 3}, {"b", 4}}}
	if p := list.Participant("b"); p != &list.Participants[1] {
		t.Errorf("b is %v", p)
	}
	if p := list.Participant("c"); p != nil {
		t.Errorf("c is %v", p)
	}
}

func TestDomainNames(t *testing.T) {
	long := DomainName("a234567890123456789012345678901234567890123456789012345678901234")
	for domain, want := range map[DomainName]bool{
		"z0.Z9": true, DomainName(strings.Repeat("a.", 126) + "a"): true, DomainName(strings.Repeat("a.", 126) + "ab"): false,
		"a.example": true, "A-1.example": true, "a": true, long[:63]: true, long: false,
		"": false, ".": false, "a..b": false, "a.": false, "-a.b": false, "a-.b": false, "a_b": false, "é.example": false, "a b": false,
	} {
		if got := domain.Valid(); got != want {
			t.Errorf("%q is valid: %v", domain, got)
		}
	}
}
