package roompolicy

import (
	"fmt"
	"slices"
)

func (c *structure) checkAssets() {
	p := c.d.Assets
	if p == nil {
		return
	}
	const at = "asset_policy"
	if p.AssetUploadLocation != LocalProvider {
		c.breaks(ruleAssetLocation, p.AssetUploadLocation.String(), "localProvider", at+".asset_upload_location")
	}
	switch {
	case p.AssetUploadLocation == UnspecifiedLocation:
	case p.AssetUploadLocation == Hub && len(p.UploadDomains) != 1:
		c.breaks(ruleHubProvider, number(len(p.UploadDomains)), "1", at+".upload_domains")
	case !slices.ContainsFunc(p.UploadDomains, func(d ProviderAssetUploadDomains) bool { return len(d.AssetUploadDestinations) > 0 }):
		c.breaks(ruleAssetDestination, "none", "a destination", at+".upload_domains")
	}
	providers := set[string]{}
	for i := range p.UploadDomains {
		domains := &p.UploadDomains[i]
		at := fmt.Sprintf("%s.upload_domains[%d]", at, i)
		if providers.again(lowerASCII(string(domains.Provider))) {
			c.breaks(ruleProviderOnce, quoted(domains.Provider)+" again", "it once", "%s.provider", at)
		}
		if since03.Has(c.draft) {
			c.checkDomain(domains.Provider, at+".provider")
		}
		for k, destination := range domains.AssetUploadDestinations {
			c.checkDomain(destination, fmt.Sprintf("%s.asset_upload_destinations[%d]", at, k))
		}
	}
	c.checkDownloads(&p.DownloadPrivacy)
	c.checkMediaTypes(p.ForbiddenMediaTypes, at+".forbidden_media_types")
	c.checkMediaTypes(p.PermittedMediaTypes.Value, at+".permitted_media_types")
	if p.PermittedMediaTypes.Present && len(p.PermittedMediaTypes.Value) == 0 {
		c.breaks(rulePermittedEmpty, "an empty list", "a media type, or no list", at+".permitted_media_types")
	}
	for i := range p.PermittedMediaTypes.Value {
		if permitted := &p.PermittedMediaTypes.Value[i]; matchesAny(p.ForbiddenMediaTypes, permitted) {
			c.breaks(rulePermittedForbidden, permitted.String(), "one that is not forbidden", "%s.permitted_media_types[%d]", at, i)
		}
	}
}

func (c *structure) checkDomain(domain DomainName, path string) {
	if !domain.Valid() {
		c.breaks(ruleDomainName, quoted(domain), "a domain name", "%s", path)
	}
}

func (c *structure) checkDownloads(p *DownloadPrivacy) {
	const at = "asset_policy.download_privacy"
	for i, way := range p.AllowedDownloadTypes {
		if slices.Contains(p.ForbiddenDownloadTypes, way) {
			c.breaks(ruleDownloadTypes, way.String(), "one that is not forbidden", "%s.allowed_download_types[%d]", at, i)
		}
	}
	if slices.Contains(p.ForbiddenDownloadTypes, p.DefaultDownloadType) && !slices.Contains(p.AllowedDownloadTypes, p.DefaultDownloadType) ||
		len(p.AllowedDownloadTypes) > 0 && !slices.Contains(p.AllowedDownloadTypes, p.DefaultDownloadType) {
		c.breaks(ruleDefaultDownload, p.DefaultDownloadType.String(), "one that is allowed", at+".default_download_type")
	}
}

func (c *structure) checkMediaTypes(types []MediaType, path string) {
	for i := range types {
		if !types[i].Valid() {
			c.breaks(ruleMediaTypeForm, quoted(types[i].String()), "type/subtype", "%s[%d]", path, i)
		}
	}
}
