package roompolicy

import "github.com/mimifuzz/mimifuzz/models/spec"

// AssetPolicy is the component asset_policy: where files go, how they are
// fetched, and which are allowed (room-policy-04 section 6.4). Sizes are in
// octets.
type AssetPolicy struct {
	AssetUploadLocation AssetUploadLocation
	UploadDomains       []ProviderAssetUploadDomains // one without provider in room-policy-02
	DownloadPrivacy     DownloadPrivacy
	MaxImage            uint64
	MaxAudio            uint64
	MaxVideo            uint64
	MaxAttachment       uint64
	ForbiddenMediaTypes []MediaType           // since room-policy-03
	PermittedMediaTypes Optional[[]MediaType] // since room-policy-03
}

// AssetUploadLocation says where clients upload assets.
type AssetUploadLocation uint8

// The values of AssetUploadLocation.
const (
	UnspecifiedLocation AssetUploadLocation = 0
	LocalProvider       AssetUploadLocation = 1
	Hub                 AssetUploadLocation = 2
)

var assetUploadLocationNames = enumNames[AssetUploadLocation]{
	UnspecifiedLocation: "unspecified", LocalProvider: "localProvider", Hub: "hub",
}

// String returns the name, such as "localProvider".
func (l AssetUploadLocation) String() string { return assetUploadLocationNames.of(l) }

// ProviderAssetUploadDomains lists the domains to which the clients of a
// provider upload.
type ProviderAssetUploadDomains struct {
	Provider                DomainName
	AssetUploadDestinations []DomainName
}

// DownloadPrivacy lists the ways to download assets.
type DownloadPrivacy struct {
	AllowedDownloadTypes   []DownloadPrivacyType
	ForbiddenDownloadTypes []DownloadPrivacyType
	DefaultDownloadType    DownloadPrivacyType
}

// DownloadPrivacyType is one way to download assets.
type DownloadPrivacyType uint8

// The values of DownloadPrivacyType.
const (
	Direct   DownloadPrivacyType = 0
	HubProxy DownloadPrivacyType = 1
	Ohttp    DownloadPrivacyType = 2
)

var downloadPrivacyTypeNames = enumNames[DownloadPrivacyType]{Direct: "direct", HubProxy: "hubProxy", Ohttp: "ohttp"}

// String returns the name, such as "hubProxy".
func (t DownloadPrivacyType) String() string { return downloadPrivacyTypeNames.of(t) }

func (p *AssetPolicy) describe() (string, spec.Drafts) { return "AssetPolicy", since02 }

func (p *AssetPolicy) fields(f fields) {
	f.need("asset_upload_location")
	f.enum("asset_upload_location", (*uint8)(&p.AssetUploadLocation), assetUploadLocationNames)
	if c := f.codec(); c != nil && before03.Has(c.draft) {
		p.uploadDomain(f)
	} else {
		list(f, "upload_domains", &p.UploadDomains, func(f fields, d *ProviderAssetUploadDomains) {
			f.need("provider", "asset_upload_destinations")
			f.opaque("provider", (*string)(&d.Provider))
			values(f, "asset_upload_destinations", &d.AssetUploadDestinations, func(f fields, d *DomainName) { f.opaque("", (*string)(d)) })
		})
	}
	f.structure("download_privacy", func() {
		types := func(f fields, t *DownloadPrivacyType) { f.enum("", (*uint8)(t), downloadPrivacyTypeNames) }
		values(f, "allowed_download_types", &p.DownloadPrivacy.AllowedDownloadTypes, types)
		values(f, "forbidden_download_types", &p.DownloadPrivacy.ForbiddenDownloadTypes, types)
		f.enum("default_download_type", (*uint8)(&p.DownloadPrivacy.DefaultDownloadType), downloadPrivacyTypeNames)
	})
	f.uint64("max_image", &p.MaxImage)
	f.uint64("max_audio", &p.MaxAudio)
	f.uint64("max_video", &p.MaxVideo)
	f.uint64("max_attachment", &p.MaxAttachment)
	f.only(since03, func() {
		list(f, "forbidden_media_types", &p.ForbiddenMediaTypes, mediaType)
		if c := f.codec(); c != nil && c.syntax.listOfOptionals {
			p.optionalMediaTypes(f)
			return
		}
		optional(f, "permitted_media_types", &p.PermittedMediaTypes, func(f fields, name string, types *[]MediaType) {
			list(f, name, types, mediaType)
		})
	})
}

// uploadDomain visits the single domain of room-policy-02, which names no
// provider. An empty one is none.
func (p *AssetPolicy) uploadDomain(f fields) {
	var domain string
	if !f.reading() && len(p.UploadDomains) > 0 {
		first := &p.UploadDomains[0]
		if len(p.UploadDomains) > 1 || first.Provider != "" || len(first.AssetUploadDestinations) != 1 || first.AssetUploadDestinations[0] == "" {
			f.refuse("upload_domain", "more than one domain, or one with a provider")
			return
		}
		domain = string(first.AssetUploadDestinations[0])
	}
	f.opaque("upload_domain", &domain)
	if f.reading() && domain != "" {
		p.UploadDomains = []ProviderAssetUploadDomains{{AssetUploadDestinations: []DomainName{DomainName(domain)}}}
	}
}

// optionalMediaTypes visits the permitted media types as a vector of optional
// values. Without an element the list is absent; an element that is absent says
// nothing, and is refused.
func (p *AssetPolicy) optionalMediaTypes(f fields) {
	const name = "permitted_media_types"
	if !f.reading() && p.PermittedMediaTypes.Present && len(p.PermittedMediaTypes.Value) == 0 {
		f.refuse(name, "a list that is there but empty")
		return
	}
	list(f, name, &p.PermittedMediaTypes.Value, func(f fields, t *MediaType) {
		present := true
		f.optional("", &present, func() { mediaType(f, t) })
		if !present {
			f.refuse("", "no media type")
		}
	})
	if f.reading() {
		p.PermittedMediaTypes.Present = len(p.PermittedMediaTypes.Value) > 0
	}
}
