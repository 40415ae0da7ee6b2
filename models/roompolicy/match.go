package roompolicy

import (
	"mime"
	"slices"
	"strings"
)

// sameName compares ASCII without regard to case, octet by octet otherwise.
func sameName[T ~string](a, b T) bool {
	return len(a) == len(b) && lowerASCII(string(a)) == lowerASCII(string(b))
}

func lowerASCII(text string) string {
	lower := []byte(text)
	for i, o := range lower {
		if o >= 'A' && o <= 'Z' {
			lower[i] = o + 'a' - 'A'
		}
	}
	return string(lower)
}

// authority returns the authority of a URI, such as "a.example" for
// "mimi://a.example/r/x", or "" where it has none.
func (u Uri) authority() DomainName {
	_, rest, found := strings.Cut(string(u), "://")
	if !found {
		return ""
	}
	authority, _, _ := strings.Cut(rest, "/")
	return DomainName(authority)
}

// Equal reports whether two domain names are the same, without regard to case.
func (d DomainName) Equal(other DomainName) bool { return sameName(d, other) }

// Valid reports whether d consists of labels of letters, digits and hyphens, 63
// octets each at most and 253 together.
func (d DomainName) Valid() bool {
	if len(d) > 253 {
		return false
	}
	for label := range strings.SplitSeq(string(d), ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, o := range []byte(label) {
			if (o < 'a' || o > 'z') && (o < 'A' || o > 'Z') && (o < '0' || o > '9') && o != '-' {
				return false
			}
		}
	}
	return true
}

// Destinations returns the domains to which the clients of a provider may upload
// assets: those of its own entry where assets go to the local provider, and of
// every entry where they go to the hub (section 6.4). Where the location is
// unspecified any domain will do, and bound is false.
func (p *AssetPolicy) Destinations(provider DomainName) (domains []DomainName, bound bool) {
	for i := range p.UploadDomains {
		entry := &p.UploadDomains[i]
		if p.AssetUploadLocation != LocalProvider || entry.Provider.Equal(provider) {
			domains = append(domains, entry.AssetUploadDestinations...)
		}
	}
	if p.AssetUploadLocation == UnspecifiedLocation {
		return nil, false
	}
	return domains, true
}

// AllowsHost reports whether a client of a provider may send an asset that lies
// on a host (section 6.4). Names are compared without regard to case.
func (p *AssetPolicy) AllowsHost(provider, host DomainName) bool {
	domains, bound := p.Destinations(provider)
	return !bound || slices.ContainsFunc(domains, host.Equal)
}

// AllowsDownload reports whether assets may be downloaded in a way: none that
// is forbidden, and one that is allowed if any are named.
func (p *DownloadPrivacy) AllowsDownload(way DownloadPrivacyType) bool {
	return !slices.Contains(p.ForbiddenDownloadTypes, way) &&
		(len(p.AllowedDownloadTypes) == 0 || slices.Contains(p.AllowedDownloadTypes, way))
}

// AllowsMediaType reports whether a media type is none of those forbidden and,
// where there is a list of those permitted, one of them (section 6.4).
func (p *AssetPolicy) AllowsMediaType(m *MediaType) bool {
	return !matchesAny(p.ForbiddenMediaTypes, m) &&
		(!p.PermittedMediaTypes.Present || matchesAny(p.PermittedMediaTypes.Value, m))
}

func matchesAny(entries []MediaType, m *MediaType) bool {
	return slices.ContainsFunc(entries, func(entry MediaType) bool { return entry.Matches(m) })
}

// Matches reports whether an entry of a list matches a media type: type and
// subtype are the same without regard to case, and the media type has every
// parameter of the entry. One without parameters so matches all of its type
// (section 6.4). Parameter values are compared octet by octet.
func (m *MediaType) Matches(other *MediaType) bool {
	if !sameName(m.MediaType, other.MediaType) {
		return false
	}
	return !slices.ContainsFunc(m.Parameters, func(p Parameter) bool {
		return !slices.ContainsFunc(other.Parameters, func(q Parameter) bool {
			return sameName(p.ParameterName, q.ParameterName) && p.ParameterValue == q.ParameterValue
		})
	})
}

// Valid reports whether the media type is a type, a slash and a subtype, and its
// parameters have different names that are tokens.
func (m *MediaType) Valid() bool {
	parameters := map[string]string{}
	for _, p := range m.Parameters {
		parameters[lowerASCII(p.ParameterName)] = p.ParameterValue
	}
	return strings.Contains(m.MediaType, "/") && len(parameters) == len(m.Parameters) &&
		mime.FormatMediaType(m.MediaType, parameters) != "" // which wants tokens around the slash
}

// String returns the media type as in a header field, such as
// text/markdown;variant=GFM.
func (m *MediaType) String() string {
	var b strings.Builder
	b.WriteString(m.MediaType)
	for _, p := range m.Parameters {
		b.WriteString(";" + p.ParameterName + "=" + p.ParameterValue)
	}
	return b.String()
}
