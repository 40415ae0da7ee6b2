package roompolicy

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
