package roompolicy

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/models/wire"
)

// everyStruct makes a zero value of each struct.
var everyStruct = []func() Struct{
	func() Struct { return new(AppDataDictionary) },
	func() Struct { return new(AppDataUpdate) },
	func() Struct { return new(AssetPolicy) },
	func() Struct { return new(BaseRoomPolicy) },
	func() Struct { return new(BotPolicy) },
	func() Struct { return new(Claim) },
	func() Struct { return new(HistoryPolicy) },
	func() Struct { return new(JoinLinkPolicy) },
	func() Struct { return new(JoinLinksData) },
	func() Struct { return new(JoinLinksUpdate) },
	func() Struct { return new(LinkPreviewPolicy) },
	func() Struct { return new(LoggingPolicy) },
	func() Struct { return new(MessageExpiration) },
	func() Struct { return new(OperationalParameters) },
	func() Struct { return new(ParticipantListData) },
	func() Struct { return new(ParticipantListUpdate) },
	func() Struct { return new(Policy) },
	func() Struct { return new(PreAuthData) },
	func() Struct { return new(Role) },
	func() Struct { return new(RoleData) },
	func() Struct { return new(RoomMetaData) },
	func() Struct { return new(StatusNotificationPolicy) },
}

var sameEmpty = cmpopts.EquateEmpty()

// mustCodec returns a codec with readings given as "id=reading".
func mustCodec(t testing.TB, draft spec.Draft, readings ...string) *Codec {
	t.Helper()
	chosen := map[string]string{}
	for _, r := range readings {
		id, reading, _ := strings.Cut(r, "=")
		chosen[id] = reading
	}
	c, err := NewCodec(draft, chosen)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everyCodec returns the codec of each draft, with the defaults and with each
// other reading alone.
func everyCodec(t testing.TB) map[string]*Codec {
	codecs := map[string]*Codec{}
	for _, draft := range allDrafts.List() {
		codecs[draft.String()] = mustCodec(t, draft)
		for _, a := range SyntaxAmbiguities() {
			if a.Drafts.Has(draft) {
				reading := a.ID + "=" + a.Readings[1].Name
				codecs[draft.String()+" "+reading] = mustCodec(t, draft, reading)
			}
		}
	}
	return codecs
}

// random fills a value. What is absent is zero.
func random(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		if present := v.FieldByName("Present"); present.IsValid() {
			if r.IntN(2) == 0 {
				return
			}
			present.SetBool(true)
			random(r, v.FieldByName("Value"), depth+1)
			return
		}
		for i := range v.NumField() {
			random(r, v.Field(i), depth+1)
		}
		if reference, ok := v.Addr().Interface().(*RoleReference); ok && reference.Role != nil {
			reference.RoleIndex = reference.Role.RoleIndex
		}
	case reflect.Pointer:
		if r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			random(r, v.Elem(), depth+1)
		}
	case reflect.Slice:
		n := r.IntN(3)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			random(r, v.Index(i), depth+1)
		}
	case reflect.String:
		octets := make([]byte, r.IntN(4))
		for i := range octets {
			octets[i] = "abcé \"\x00<"[r.IntN(9)]
		}
		v.SetString(string(octets))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Uint8:
		v.SetUint(r.Uint64N(4))
	case reflect.Uint16:
		v.SetUint(r.Uint64N(80))
		if r.IntN(4) == 0 {
			v.SetUint(r.Uint64N(1 << 16))
		}
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(r.Uint64() >> (64 - v.Type().Bits()) >> r.IntN(v.Type().Bits()))
	default:
		panic(v.Type().String())
	}
}

func randomStruct(r *rand.Rand, of func() Struct) Struct {
	s := of()
	random(r, reflect.ValueOf(s).Elem(), 0)
	if d, ok := s.(*AppDataDictionary); ok {
		d.Others = nil
		if r.IntN(2) == 0 {
			d.Others = []ComponentData{{ComponentID: 3, Data: "x"}, {ComponentID: 0xffff}}
		}
	}
	return s
}

func newLike(s Struct) Struct { return reflect.New(reflect.TypeOf(s).Elem()).Interface().(Struct) }

// shaped makes what is random fit a codec: whole roles or indexes only, and
// zero where a field has no place.
func shaped(c *Codec, s Struct) {
	whole := c.syntax.wholeRoles
	fit := func(r *RoleReference) {
		if !whole {
			r.Role = nil
		} else if r.Role == nil {
			r.Role = &Role{RoleIndex: r.RoleIndex}
		}
	}
	switch s := s.(type) {
	case *PreAuthData:
		for i := range s.PreauthorizedEntries {
			fit(&s.PreauthorizedEntries[i].TargetRole)
		}
	case *HistoryPolicy:
		if s.HistorySharing == Forbidden && !before03.Has(c.draft) {
			*s = HistoryPolicy{HistorySharing: Forbidden}
		}
		for i := range s.RolesThatCanShare {
			fit(&s.RolesThatCanShare[i])
		}
	case *BotPolicy:
		for i := range s.AllowedBots {
			b := &s.AllowedBots[i]
			fit(&b.BotRole)
			if before03.Has(c.draft) {
				b.LocalClientBot = false
			} else {
				b.CanRead, b.CanWrite = false, false
			}
		}
	case *LoggingPolicy:
		if !before03.Has(c.draft) {
			s.Enabled = false
			if s.Logging == Forbidden {
				*s = LoggingPolicy{Logging: Forbidden}
			}
		}
		if c.syntax.bySections {
			s.Enabled = false
		}
	case *LinkPreviewPolicy:
		if s.LinkPreviewProxyUse == Forbidden {
			s.LinkPreviewProxy = nil
		}
	case *JoinLinkPolicy:
		if !before03.Has(c.draft) {
			s.LinkRequests = ""
		}
	case *MessageExpiration:
		if s.ExpiringMessages == Forbidden {
			*s = MessageExpiration{ExpiringMessages: Forbidden}
		}
	case *OperationalParameters:
		p := &s.PendingProposalPolicy
		if before03.Has(c.draft) || p.PendingProposalStrategy <= RandomDelay {
			p.IdOfStrategyParams = 0
		}
		if !before03.Has(c.draft) && p.PendingProposalStrategy != RandomDelay {
			p.MinimumDelayMs, p.MaximumDelayMs = 0, 0
		}
	case *AppDataUpdate:
		if s.Op == RemoveComponent {
			s.Update = ""
		}
	case *AssetPolicy:
		if before03.Has(c.draft) {
			s.UploadDomains = nil
			s.ForbiddenMediaTypes, s.PermittedMediaTypes = nil, Optional[[]MediaType]{}
		}
	case *Policy:
		d := AppDataDictionary{Policy: *s}
		for _, part := range []ComponentID{BaseRoomPolicyID, StatusNotificationPolicyID, JoinLinkPolicyID, LoggingPolicyID, ChatHistoryPolicyID, BotPolicyID} {
			if slot, _ := slotByID(part); slot.get(&d) == nil {
				slot.make(&d)
			}
		}
		*s = d.Policy
		for _, slot := range policySlots {
			if component := slot.get(&d); component != nil {
				shaped(c, component)
			}
		}
		s.Roles, s.PreAuth, s.JoinLinks, s.LinkPreview, s.Expiration = nil, nil, nil, nil, nil
		s.Assets, s.Operational = nil, nil
		if s.Base != nil {
			s.Base.PolicyComponentIds, s.Base.MaxClients, s.Base.MaxUsers = nil, Optional[uint32]{}, Optional[uint32]{}
		}
		if c.draft == spec.RoomPolicy02 {
			if c.syntax.bySections {
				s.Assets = new(AssetPolicy)
			} else {
				s.Operational = new(OperationalParameters)
			}
		}
	case *AppDataDictionary:
		s.Extensions = nil
		for _, slot := range slots {
			if component := slot.get(s); component != nil {
				shaped(c, component)
			}
		}
	}
}

// An absent list of permitted media types can be written as a list of optionals, an
// empty one cannot.
func TestPermittedMediaTypesAsOptionals(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04, "room-policy/permitted-media-types=list-of-optionals")
	for name, test := range map[string]struct {
		types Optional[[]MediaType]
		want  bool
	}{
		"absent": {Optional[[]MediaType]{}, true},
		"empty":  {Some([]MediaType{}), false},
		"one":    {Some([]MediaType{{MediaType: "image/png"}}), true},
	} {
		octets, err := c.Encode(&AssetPolicy{PermittedMediaTypes: test.types})
		var refused *EncodeError
		if (err == nil) != test.want || err != nil && !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		if back, err := Decode[AssetPolicy](c, octets); err != nil || back.PermittedMediaTypes.Present != test.types.Present || len(back.PermittedMediaTypes.Value) != len(test.types.Value) {
			t.Errorf("%s: %+v, %v", name, back, err)
		}
	}
}

// What cannot be written is told with its way.
func TestEncodeErrorsNameTheField(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	for want, s := range map[string]Struct{
		"pending_proposal_policy.id_of_strategy_params":     &OperationalParameters{PendingProposalPolicy: PendingProposalPolicy{IdOfStrategyParams: 9}},
		"message_expiration_policy.min_expiration_duration": &AppDataDictionary{Policy: Policy{Expiration: &MessageExpiration{ExpiringMessages: Forbidden, MinExpirationDuration: 1}}},
	} {
		var refused *EncodeError
		if _, err := c.Encode(s); !errors.As(err, &refused) || !strings.HasSuffix(refused.Field, want) {
			t.Errorf("%v, expected %s", err, want)
		}
	}
}

// Other components of a dictionary come once and in order, and are not modelled.
func TestOtherComponents(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	logging := Policy{Logging: &LoggingPolicy{}}
	for name, test := range map[string]struct {
		others []ComponentData
		want   bool
	}{
		"before and after": {[]ComponentData{{ComponentID: 1, Data: "a"}, {ComponentID: 0xff00, Data: "b"}, {ComponentID: 0xffff}}, true},
		"twice":            {[]ComponentData{{ComponentID: 1}, {ComponentID: 1}}, false},
		"twice at the end": {[]ComponentData{{ComponentID: 0xffff}, {ComponentID: 0xffff}}, false},
		"out of order":     {[]ComponentData{{ComponentID: 0xff00}, {ComponentID: 1}}, false},
		"modelled":         {[]ComponentData{{ComponentID: BotPolicyID}}, false},
		"there already":    {[]ComponentData{{ComponentID: LoggingPolicyID}}, false},
	} {
		d := &AppDataDictionary{Policy: logging, Others: test.others}
		octets, err := c.Encode(d)
		var refused *EncodeError
		if (err == nil) != test.want || err != nil && !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		back, err := Decode[AppDataDictionary](c, octets)
		if err != nil || !slices.Equal(back.Others, test.others) || back.Logging == nil {
			t.Errorf("%s: %x is read as %+v, %v", name, octets, back, err)
		}
	}
	for text, want := range map[string]wire.Problem{"06 0001 00 0001 00": wire.ElementRepeated, "06 0002 00 0001 00": wire.ElementOutOfOrder} {
		var wrong *wire.Error
		if _, err := Decode[AppDataDictionary](c, octetsOf(t, text)); !errors.As(err, &wrong) || wrong.Problem != want || wrong.Offset != 4 {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestDraftErrorNamesTheStruct(t *testing.T) {
	for want, e := range map[string]DraftError{
		"protocol-06 has no room policy: expected one of room-policy-01":  {Draft: spec.Protocol06, Drafts: spec.DraftsOf(spec.RoomPolicy01)},
		"room-policy-01 has no BotPolicy: expected one of room-policy-04": {Struct: "BotPolicy", Draft: spec.RoomPolicy01, Drafts: spec.DraftsOf(spec.RoomPolicy04)},
	} {
		if e.Error() != want {
			t.Errorf("%q, expected %q", e.Error(), want)
		}
	}
}

func TestTLSRoundTrip(t *testing.T) {
	drawn := 60
	if testing.Short() {
		drawn = 8
	}
	for name, c := range everyCodec(t) {
		for _, of := range everyStruct {
			r := rand.New(rand.NewPCG(1, 2))
			structName, drafts := of().describe()
			if !drafts.Has(c.draft) {
				var wrong *DraftError
				if _, err := c.Encode(of()); !errors.As(err, &wrong) || wrong.Struct != structName {
					t.Errorf("%s: %s gives %v", name, structName, err)
				}
				continue
			}
			written := 0
			for range drawn {
				s := randomStruct(r, of)
				shaped(c, s)
				octets, err := c.Encode(s)
				if err != nil {
					var encode *EncodeError
					if !errors.As(err, &encode) {
						t.Fatalf("%s: %s: %v", name, structName, err)
					}
					continue
				}
				written++
				back := newLike(s)
				if err := c.decode(back, octets); err != nil {
					t.Fatalf("%s: %s %x: %v", name, structName, octets, err)
				}
				if diff := cmp.Diff(s, back, sameEmpty); diff != "" {
					t.Fatalf("%s: %s %x differs:\n%s", name, structName, octets, diff)
				}
				again, err := c.Append([]byte("before"), back)
				if err != nil || !bytes.Equal(again, append([]byte("before"), octets...)) {
					t.Fatalf("%s: %s written again: %v", name, structName, err)
				}
			}
			if written == 0 {
				t.Errorf("%s: %s: none of %d was written", name, structName, drawn)
			}
		}
	}
}

// TestCutOctetsAreRefused cuts and lengthens encodings of every struct.
func TestCutOctetsAreRefused(t *testing.T) {
	for _, draft := range []spec.Draft{spec.RoomPolicy02, spec.RoomPolicy04} {
		c := mustCodec(t, draft)
		for _, of := range everyStruct {
			r := rand.New(rand.NewPCG(3, 4))
			name, drafts := of().describe()
			for tried := 0; tried < 20 && drafts.Has(draft); {
				s := randomStruct(r, of)
				shaped(c, s)
				octets, err := c.Encode(s)
				if err != nil {
					continue
				}
				tried++
				for n := range octets {
					var wrong *wire.Error
					if err := c.decode(newLike(s), octets[:n]); !errors.As(err, &wrong) {
						t.Fatalf("%s %x cut to %d octets gives %v", name, octets, n, err)
					}
				}
				var wrong *wire.Error
				if err := c.decode(newLike(s), append(octets, 0)); !errors.As(err, &wrong) || wrong.Problem != wire.TrailingOctets {
					t.Fatalf("%s %x with an octet more gives %v", name, octets, err)
				}
			}
		}
	}
}

// vectors are encodings made by hand.
var vectors = []struct {
	name     string
	draft    spec.Draft
	readings []string
	value    Struct
	octets   string
}{
	{"role", spec.RoomPolicy04, nil,
		&RoleData{Roles: []Role{{
			RoleIndex: 2, RoleName: "user", RoleCapabilities: []Capability{CanBan, 0xf001},
			MaximumParticipantsConstraint: Some[uint32](3), MinimumActiveParticipantsConstraint: 1,
			AuthorizedRoleChanges: []SingleSourceRoleChangeTargets{{FromRoleIndex: 0, TargetRoleIndexes: []uint32{2, 7}}},
		}}},
		"2b 00000002 0475736572 00 04000af001 00000000 0100000003 00000001 00 0d 00000000 0800000002 00000007"},
	{"preauthorized by index", spec.RoomPolicy04, nil,
		&PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{
			Claimset:   []Claim{{ClaimId: ClaimId{CredentialType: 1, Id: "a"}, ClaimValue: "\xff"}},
			TargetRole: RoleReference{RoleIndex: 5},
		}}},
		"0b 06 0001 0161 01ff 00000005"},
	{"preauthorized by role", spec.RoomPolicy04, []string{"room-policy/role-by-value=whole-role"},
		&PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{
			TargetRole: RoleReference{RoleIndex: 5, Role: &Role{RoleIndex: 5}},
		}}},
		"13 00 00000005 00 00 00 00000000 00 00000000 00 00"},
	{"base", spec.RoomPolicy03, nil,
		&BaseRoomPolicy{
			ParentDependent: true, ParentRoom: []Uri{"m:p"}, MaxUsers: Some[uint32](256), Discoverable: true,
			PolicyComponentIds: []ComponentID{RolesListID, 0x0102},
		},
		"00 01 04036d3a70 00 00 0100000100 00 00 01 0400250102"},
	{"base with one URI", spec.RoomPolicy03, []string{"room-policy/parent-room=uri"},
		&BaseRoomPolicy{ParentRoom: []Uri{"m:p"}},
		"00 00 036d3a70 00 00 00 00 00 00 00"},
	{"status", spec.RoomPolicy04, nil, &StatusNotificationPolicy{DeliveryNotifications: Required, ReadReceipts: Forbidden}, "01 02"},
	{"join link policy", spec.RoomPolicy04, nil, &JoinLinkPolicy{OnRequest: true, JoinLink: "x", Expiration: 258}, "01 0178 00 00000102"},
	{"link policy", spec.RoomPolicy01, nil, &JoinLinkPolicy{Multiuser: true, Expiration: 1, LinkRequests: "y"}, "00 00 01 00000001 0179"},
	{"join links", spec.RoomPolicy04, nil, &JoinLinksData{JoinLinks: []JoinLink{{"a"}, {"bc"}}}, "05 0161 026263"},
	{"join links bare", spec.RoomPolicy04, []string{"room-policy/join-links-data=bare"}, &JoinLinksData{JoinLinks: []JoinLink{{"a"}, {"bc"}}}, "0161 026263"},
	{"join links of an octet", spec.RoomPolicy03, []string{"room-policy/join-link-length=one-octet"}, &JoinLinksData{JoinLinks: []JoinLink{{"a"}, {"b"}}}, "02 61 62"},
	{"join links update", spec.RoomPolicy04, nil, &JoinLinksUpdate{RemovedIndices: []uint32{1}, AddedLinks: []JoinLink{{"a"}}}, "0400000001 02 0161"},
	{"link preview", spec.RoomPolicy04, nil, &LinkPreviewPolicy{SendLinkPreviews: Forbidden, LinkPreviewProxyUse: Required, LinkPreviewProxy: []Uri{"u"}}, "00 02 00 01 020175"},
	{"link preview without", spec.RoomPolicy04, nil, &LinkPreviewPolicy{LinkPreviewProxyUse: Forbidden}, "00 00 00 02"},
	{"link preview with one URI", spec.RoomPolicy04, []string{"room-policy/link-preview-proxy=uri"}, &LinkPreviewPolicy{LinkPreviewProxyUse: Required, LinkPreviewProxy: []Uri{"u"}}, "00 00 00 01 0175"},
	{"assets", spec.RoomPolicy04, nil,
		&AssetPolicy{
			AssetUploadLocation: Hub,
			UploadDomains:       []ProviderAssetUploadDomains{{Provider: "p", AssetUploadDestinations: []DomainName{"d"}}},
			DownloadPrivacy:     DownloadPrivacy{AllowedDownloadTypes: []DownloadPrivacyType{Direct, Ohttp}, DefaultDownloadType: Ohttp},
			MaxImage:            1, MaxAudio: 2, MaxVideo: 3, MaxAttachment: 1 << 40,
			PermittedMediaTypes: Some([]MediaType{{MediaType: "a/b", Parameters: []Parameter{{"n", "v"}}}}),
		},
		"02 05 0170 020164 020002 00 02 0000000000000001 0000000000000002 0000000000000003 0000010000000000 00 01 09 03612f62 04016e0176"},
	{"assets with optional elements", spec.RoomPolicy04, []string{"room-policy/permitted-media-types=list-of-optionals"},
		&AssetPolicy{PermittedMediaTypes: Some([]MediaType{{MediaType: "a/b"}})},
		"00 00 00 00 00 0000000000000000 0000000000000000 0000000000000000 0000000000000000 00 06 01 03612f62 00"},
	{"assets before", spec.RoomPolicy02, nil,
		&AssetPolicy{UploadDomains: []ProviderAssetUploadDomains{{AssetUploadDestinations: []DomainName{"d"}}}},
		"00 0164 00 00 00 0000000000000000 0000000000000000 0000000000000000 0000000000000000"},
	{"logging", spec.RoomPolicy04, nil, &LoggingPolicy{Logging: Required, LoggingClients: []Uri{"l"}, HumanReadablePolicy: "h"}, "01 02016c 00 0168"},
	{"no logging", spec.RoomPolicy04, nil, &LoggingPolicy{Logging: Forbidden}, "02"},
	{"logging before", spec.RoomPolicy01, nil, &LoggingPolicy{Logging: Forbidden, Enabled: true}, "02 01 00 00 00"},
	{"logging by sections", spec.RoomPolicy01, []string{"room-policy/room-policy-struct=sections"}, &LoggingPolicy{Logging: Forbidden}, "02 00 00 00"},
	{"history", spec.RoomPolicy04, nil, &HistoryPolicy{RolesThatCanShare: []RoleReference{{RoleIndex: 3}}, AutomaticallyShare: true, MaxTimePeriod: 60}, "00 0400000003 01 0000003c"},
	{"bots", spec.RoomPolicy04, nil, &BotPolicy{AllowedBots: []Bot{{Name: "n", Homepage: "h", BotRole: RoleReference{RoleIndex: 4}, PerUserContent: true}}}, "0c 016e 00 0168 00 00000004 00 01"},
	{"expiration", spec.RoomPolicy04, nil, &MessageExpiration{ExpiringMessages: Required, MinExpirationDuration: 1, MaxExpirationDuration: 2, DefaultExpirationDuration: Some[uint32](1)}, "01 00000001 00000002 01 00000001"},
	{"no expiration", spec.RoomPolicy04, nil, &MessageExpiration{ExpiringMessages: Forbidden}, "02"},
	{"operational", spec.RoomPolicy04, nil,
		&OperationalParameters{
			MandatoryCapabilities: ExtendedCapabilities{Versions: []uint16{1}, ContentTypes: []uint8{3}},
			HandshakeFormats:      []uint16{1}, ExternalCommitAllowed: true,
			PendingProposalPolicy: PendingProposalPolicy{PendingProposalStrategy: RandomDelay, MinimumDelayMs: 1, MaximumDelayMs: 2},
			AppMessagePolicy:      AppMessagePolicy{EpochTolerance: 1, PadToSize: 2, MaxGenerationsSkipahead: 3},
			MaxKpLifetime:         9, MaxKeypairs: 4, MaxBufferedMessages: 5,
		},
		"020001 00 00 00 00 00 00 00 00 0103 00*10 00*10 020001 00 01 02 0000000000000001 0000000000000002 00*24 01 0002 00000003 0000000000000009 00*16 00*24 00000004 00*24 00000005"},
	{"a strategy of an extension", spec.RoomPolicy04, []string{"room-policy/strategy-extension=others"},
		&OperationalParameters{PendingProposalPolicy: PendingProposalPolicy{PendingProposalStrategy: 9, IdOfStrategyParams: 0x0102}},
		"00*30 00 00 00 09 0102 00*24 00*7 00*24 00*24 00*4 00*24 00*4"},
	{"participants", spec.RoomPolicy04, nil, &ParticipantListData{Participants: []UserRolePair{{"a", 1}, {"", 2}}}, "0b 0161 00000001 00 00000002"},
	{"participants update", spec.RoomPolicy04, nil,
		&ParticipantListUpdate{ChangedRoleParticipants: []UserindexRolePair{{1, 2}}, RemovedIndices: []uint32{0}, AddedParticipants: []UserRolePair{{"b", 3}}},
		"0800000001 00000002 0400000000 06 0162 00000003"},
	{"metadata", spec.RoomPolicy04, nil,
		&RoomMetaData{RoomUri: "u", RoomName: "n", RoomDescriptions: []RichDescription{{LanguageTag: "en", DescriptionContent: "d"}}, RoomMood: "m"},
		"0175 016e 06 00 02656e 0164 00 00 016d"},
	{"update", spec.RoomPolicy04, nil, &AppDataUpdate{ComponentID: StatusNotificationPolicyID, Op: UpdateComponent, Update: "\x00\x01"}, "0028 01 020001"},
	{"removal", spec.RoomPolicy04, nil, &AppDataUpdate{ComponentID: 7, Op: RemoveComponent}, "0007 02"},
	{"dictionary", spec.RoomPolicy04, nil,
		&AppDataDictionary{
			Policy:          Policy{StatusNotifications: &StatusNotificationPolicy{ReadReceipts: Required}},
			ParticipantList: &ParticipantListData{},
			Others:          []ComponentData{{ComponentID: 1, Data: "x"}, {ComponentID: 0x31}},
		},
		"10 0001 0178 0022 0100 0028 020001 0031 00"},
	{"dictionary with bare join links", spec.RoomPolicy04, []string{"room-policy/join-links-data=bare"},
		&AppDataDictionary{Policy: Policy{JoinLinks: &JoinLinksData{JoinLinks: []JoinLink{{"a"}}}}},
		"05 002a 02 0161"},
	{"room policy", spec.RoomPolicy01, nil, roomPolicy("p"),
		"03 01 0170 00 01 02 01 00 00 00 00 00000000 00 00 01 00 00 00 00 00 00 00000000 0c 0162 00 00 00000004 01 00 00 00 05 016e 00 0178"},
}

// roomPolicy is a policy that has all parts of the struct of room-policy-01.
func roomPolicy(parent Uri) *Policy {
	return &Policy{
		Base:                &BaseRoomPolicy{ParentDependent: true, MultiDevice: true, ParentRoom: []Uri{parent}, PseudonymsAllowed: true},
		StatusNotifications: &StatusNotificationPolicy{DeliveryNotifications: Required, ReadReceipts: Forbidden},
		JoinLinkPolicy:      &JoinLinkPolicy{},
		Logging:             &LoggingPolicy{Enabled: true},
		History:             &HistoryPolicy{},
		Bots:                &BotPolicy{AllowedBots: []Bot{{Name: "b", BotRole: RoleReference{RoleIndex: 4}, CanRead: true}}},
		Extensions:          []PolicyExtension{{Name: "n", Value: "x"}},
	}
}

// octetsOf reads hexadecimal with blanks, where AA*N stands for N times AA.
func octetsOf(t testing.TB, text string) []byte {
	t.Helper()
	var octets []byte
	for _, token := range strings.Fields(text) {
		digits, times, repeated := strings.Cut(token, "*")
		count := 1
		if repeated {
			if _, err := fmt.Sscan(times, &count); err != nil {
				t.Fatal(err)
			}
		}
		some, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		octets = append(octets, bytes.Repeat(some, count)...)
	}
	return octets
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		c := mustCodec(t, v.draft, v.readings...)
		want := octetsOf(t, v.octets)
		got, err := c.Encode(v.value)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: wrote %x, %v, expected\n%x", v.name, got, err, want)
			continue
		}
		back := newLike(v.value)
		if err := c.decode(back, want); err != nil {
			t.Errorf("%s: %v", v.name, err)
		} else if diff := cmp.Diff(v.value, back, sameEmpty); diff != "" {
			t.Errorf("%s differs:\n%s", v.name, diff)
		}
	}
}

// TestWrongOctetsAreRefused breaks encodings by hand, one flaw each.
func TestWrongOctetsAreRefused(t *testing.T) {
	for _, test := range []struct {
		name     string
		readings []string
		into     Struct
		octets   string
		path     string
		offset   int
		problem  wire.Problem
		found    uint64
	}{
		{"capability cut", nil, new(RoleData), "15 00000002 00 00 03000a00 00000000 00 00000000 00 00", "RoleData.roles[0].role_capabilities[1]", 10, wire.ElementCut, 2},
		{"presence octet", nil, new(RoleData), "12 00000002 00 00 00 00000000 02 00000000 00 00", "RoleData.roles[0].maximum_participants_constraint", 12, wire.PresenceOctet, 2},
		{"length not minimal", nil, new(RoleData), "4000", "RoleData.roles", 0, wire.LengthNotMinimal, 0},
		{"reserved length", nil, new(PreAuthData), "c0", "PreAuthData.preauthorized_entries", 0, wire.LengthPrefix, 0xc0},
		{"length beyond the end", nil, new(JoinLinksData), "0501", "JoinLinksData.join_links", 0, wire.LengthBeyondEnd, 5},
		{"boolean", nil, new(BaseRoomPolicy), "00 02", "BaseRoomPolicy.parent_dependent", 1, wire.UnknownValue, 2},
		{"optionality", nil, new(StatusNotificationPolicy), "00 03", "StatusNotificationPolicy.read_receipts", 1, wire.UnknownValue, 3},
		{"location", nil, new(AssetPolicy), "03", "AssetPolicy.asset_upload_location", 0, wire.UnknownValue, 3},
		{"download type", nil, new(AssetPolicy), "00 00 020003", "AssetPolicy.download_privacy.allowed_download_types[1]", 4, wire.UnknownValue, 3},
		{"strategy", nil, new(OperationalParameters), "00*33 03", "OperationalParameters.pending_proposal_policy.pending_proposal_strategy", 33, wire.UnknownValue, 3},
		{"operation", nil, new(AppDataUpdate), "0025 00", "AppDataUpdate.op", 2, wire.UnknownValue, 0},
		{"forbidden with an arm", nil, new(LoggingPolicy), "02 00", "LoggingPolicy", 1, wire.TrailingOctets, 1},
		{"component twice", nil, new(AppDataDictionary), "0a 0028 020000 0028 020000", "AppDataDictionary.component_data[1].component_id", 6, wire.ElementRepeated, 0x28},
		{"components out of order", nil, new(AppDataDictionary), "08 0028 020000 0001 00", "AppDataDictionary.component_data[1].component_id", 6, wire.ElementOutOfOrder, 1},
		{"wrong in a component", nil, new(AppDataDictionary), "05 0028 020003", "AppDataDictionary.component_data[0].status_notification_policy.read_receipts", 5, wire.UnknownValue, 3},
		{"trailing in a component", nil, new(AppDataDictionary), "06 0028 03000000", "AppDataDictionary.component_data[0].status_notification_policy", 6, wire.TrailingOctets, 1},
		{"an absent media type", []string{"room-policy/permitted-media-types=list-of-optionals"}, new(AssetPolicy), "00 00 00 00 00 00*32 00 01 00", "AssetPolicy.permitted_media_types[0]", 40, wire.ValueNotAllowed, 0},
		{"bare join links", []string{"room-policy/join-links-data=bare"}, new(JoinLinksData), "0161 0262", "JoinLinksData.join_links[1].join_link", 2, wire.LengthBeyondEnd, 2},
	} {
		err := mustCodec(t, spec.RoomPolicy04, test.readings...).decode(test.into, octetsOf(t, test.octets))
		var wrong *wire.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%s gives %v", test.name, err)
			continue
		}
		if wrong.Path() != test.path || wrong.Offset != test.offset || wrong.Problem != test.problem || wrong.Found != test.found {
			t.Errorf("%s: %v (%s, found %d), expected %s at octet %d in %s, found %d",
				test.name, wrong, wrong.Problem, wrong.Found, test.problem, test.offset, test.path, test.found)
		}
	}
}

// TestValuesWithoutAPlaceAreRefused holds that nothing is left out silently.
func TestValuesWithoutAPlaceAreRefused(t *testing.T) {
	noHistory := roomPolicy("p")
	noHistory.History = nil
	withLinks := roomPolicy("p")
	withLinks.JoinLinks = new(JoinLinksData)
	withLimit := roomPolicy("p")
	withLimit.Base.MaxUsers = Some[uint32](3)
	for _, test := range []struct {
		name, readings string
		draft          spec.Draft
		value          Struct
		field          string
	}{
		{"fields of a forbidden arm", "", spec.RoomPolicy04, &LoggingPolicy{Logging: Forbidden, LoggingClients: []Uri{"x"}}, "logging_clients"},
		{"a duration of a forbidden arm", "", spec.RoomPolicy04, &MessageExpiration{ExpiringMessages: Forbidden, DefaultExpirationDuration: Some[uint32](0)}, "default_expiration_duration"},
		{"an unknown enum", "", spec.RoomPolicy04, &StatusNotificationPolicy{ReadReceipts: 3}, "read_receipts"},
		{"a field of an older draft", "", spec.RoomPolicy04, &BotPolicy{AllowedBots: []Bot{{}, {CanRead: true}}}, "allowed_bots[1].can_read"},
		{"a field of a newer draft", "", spec.RoomPolicy01, withLimit, "max_users"},
		{"a value that is not present", "", spec.RoomPolicy04, &Role{MaximumParticipantsConstraint: Optional[uint32]{Value: 1}}, "maximum_participants_constraint"},
		{"a whole role", "", spec.RoomPolicy04, &HistoryPolicy{RolesThatCanShare: []RoleReference{{Role: new(Role)}}}, "roles_that_can_share[0]"},
		{"an index", "room-policy/role-by-value=whole-role", spec.RoomPolicy04, &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{}}}, "preauthorized_entries[0].target_role"},
		{"another index", "room-policy/role-by-value=whole-role", spec.RoomPolicy04, &PreAuthData{PreauthorizedEntries: []PreAuthRoleEntry{{TargetRole: RoleReference{RoleIndex: 1, Role: new(Role)}}}}, "preauthorized_entries[0].target_role"},
		{"two parents", "room-policy/parent-room=uri", spec.RoomPolicy04, &BaseRoomPolicy{ParentRoom: []Uri{"a", "b"}}, "parent_room"},
		{"an empty parent", "room-policy/parent-room=uri", spec.RoomPolicy04, &BaseRoomPolicy{ParentRoom: []Uri{""}}, "parent_room"},
		{"two octets", "room-policy/join-link-length=one-octet", spec.RoomPolicy03, &JoinLinksData{JoinLinks: []JoinLink{{"ab"}}}, "join_links[0].join_link"},
		{"an empty list", "room-policy/permitted-media-types=list-of-optionals", spec.RoomPolicy04, &AssetPolicy{PermittedMediaTypes: Some[[]MediaType](nil)}, "permitted_media_types"},
		{"a provider", "", spec.RoomPolicy02, &AssetPolicy{UploadDomains: []ProviderAssetUploadDomains{{Provider: "p", AssetUploadDestinations: []DomainName{"d"}}}}, "upload_domain"},
		{"both styles", "", spec.RoomPolicy02, both(), "membership_style"},
		{"a part missing", "", spec.RoomPolicy01, noHistory, "chat_history_policy"},
		{"a part too many", "", spec.RoomPolicy01, withLinks, "join_links"},
		{"others out of order", "", spec.RoomPolicy04, &AppDataDictionary{Others: []ComponentData{{ComponentID: 2}, {ComponentID: 1}}}, "others"},
		{"others modelled", "", spec.RoomPolicy04, &AppDataDictionary{Others: []ComponentData{{ComponentID: RolesListID}}}, "others"},
		{"extensions", "", spec.RoomPolicy04, &AppDataDictionary{Policy: Policy{Extensions: []PolicyExtension{{}}}}, "policy_extensions"},
	} {
		var readings []string
		if test.readings != "" {
			readings = []string{test.readings}
		}
		got, err := mustCodec(t, test.draft, readings...).Append([]byte("before"), test.value)
		var wrong *EncodeError
		if !errors.As(err, &wrong) || wrong.Field != test.field || wrong.Draft != test.draft || string(got) != "before" {
			t.Errorf("%s gives %q, %v, expected an error in %s", test.name, got, err, test.field)
		}
	}
}

// both is a policy that room-policy-02 has no style for.
func both() *Policy {
	p := roomPolicy("p")
	p.Operational = new(OperationalParameters)
	p.Base.FixedMembership = true
	return p
}

func TestCodecRefusals(t *testing.T) {
	var wrongDraft *DraftError
	if _, err := NewCodec(spec.Content09, nil); !errors.As(err, &wrongDraft) || wrongDraft.Draft != spec.Content09 {
		t.Errorf("content-09 gives %v", err)
	}
	for _, readings := range []map[string]string{{"room-policy/parent-room": "tree"}, {"room-policy/parent": "uri"}} {
		var unknown *UnknownSyntaxError
		if _, err := NewCodec(spec.RoomPolicy04, readings); !errors.As(err, &unknown) {
			t.Errorf("%v gives %v", readings, err)
		}
	}
	c := mustCodec(t, spec.RoomPolicy04)
	var unknown *UnknownComponentError
	if _, err := c.DecodeComponent(7, nil); !errors.As(err, &unknown) || unknown.ComponentID != 7 {
		t.Errorf("component 7 gives %v", err)
	}
	if _, err := Decode[Policy](c, nil); !errors.As(err, &wrongDraft) || wrongDraft.Struct != "RoomPolicy" {
		t.Errorf("RoomPolicy gives %v", err)
	}
	if got, err := Decode[RoleData](c, []byte{1}); got != nil || err == nil {
		t.Errorf("a cut RoleData gives %v, %v", got, err)
	}
}

func TestComponentsAndUpdates(t *testing.T) {
	c := mustCodec(t, spec.RoomPolicy04)
	for _, s := range slots {
		zero, err := c.Encode(dataOf(s.id))
		if err != nil {
			t.Fatalf("%s: %v", s.id, err)
		}
		got, err := c.DecodeComponent(s.id, zero)
		if err != nil || reflect.TypeOf(got) != reflect.TypeOf(dataOf(s.id)) {
			t.Errorf("%s: %T, %v", s.id, got, err)
		}
		if s.id == ParticipantListID || s.id == JoinLinksID {
			continue
		}
		if got, err := c.DecodeUpdate(s.id, zero); err != nil || reflect.TypeOf(got) != reflect.TypeOf(dataOf(s.id)) {
			t.Errorf("update of %s: %T, %v", s.id, got, err)
		}
	}
	update, err := c.DecodeUpdate(ParticipantListID, []byte{0, 4, 0, 0, 0, 7, 0})
	if got, ok := update.(*ParticipantListUpdate); err != nil || !ok || got.RemovedIndices[0] != 7 {
		t.Errorf("update of the participant list: %T, %v", update, err)
	}
	d := &AppDataDictionary{Policy: Policy{Roles: new(RoleData)}}
	if d.Component(RolesListID) != Struct(d.Roles) || d.Component(PreauthListID) != nil || d.Component(7) != nil {
		t.Error("components are not found by their number")
	}
}

func TestWalkListsFields(t *testing.T) {
	fields, err := mustCodec(t, spec.RoomPolicy04).Walk(new(StatusNotificationPolicy), []byte{1, 2})
	if err != nil || len(fields) != 2 || fields[1].Path != "StatusNotificationPolicy.read_receipts" || fields[1].Number != 2 {
		t.Errorf("%v, %v", fields, err)
	}
}
