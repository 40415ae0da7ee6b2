package roompolicy

import "testing"

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

func TestDomainNames(t *testing.T) {
	long := DomainName("a234567890123456789012345678901234567890123456789012345678901234")
	for domain, want := range map[DomainName]bool{
		"a.example": true, "A-1.example": true, "a": true, long[:63]: true, long: false,
		"": false, ".": false, "a..b": false, "a.": false, "-a.b": false, "a-.b": false, "a_b": false, "é.example": false, "a b": false,
	} {
		if got := domain.Valid(); got != want {
			t.Errorf("%q is valid: %v", domain, got)
		}
	}
}
