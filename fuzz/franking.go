package fuzz

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/mimifuzz/mimifuzz/corpus"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// tryFrankingStructs reads octets as every struct of franking: what is read is
// written again as the same octets, and its fields can be listed.
func tryFrankingStructs(octets []byte) error {
	const target = "FrankingStructs"
	for _, d := range franking.Drafts.List() {
		for _, name := range gen.FrankingStructs(d) {
			err := guard(target, d, func() error {
				wrong := func(class, format string, values ...any) error {
					return &Wrong{Property: targetPrefix + target, Class: name + "-" + class, Draft: d, Detail: fmt.Sprintf(format, values...)}
				}
				again, err := properties.Reference{}.RecodeFranking(d, name, octets)
				if err == nil && !bytes.Equal(again, octets) {
					return wrong("comes-back-changed", "%x comes back as %x", octets, again)
				}
				fields, fieldsErr := frankingScheme(d, franking.Default).Fields(name, octets)
				if (err == nil) != (fieldsErr == nil) {
					return wrong("fields-differ", "%x is read with %v, its fields with %v", octets, err, fieldsErr)
				}
				for i := 1; i < len(fields); i++ {
					if fields[i].Offset < fields[i-1].Offset {
						return wrong("fields-out-of-order", "%x: %s comes before %s", octets, fields[i].Path, fields[i-1].Path)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// frankingScheme returns a scheme; the draft must be one of franking.
func frankingScheme(d spec.Draft, mode franking.Mode) *franking.Scheme {
	s, err := franking.NewScheme(franking.Options{Draft: d, Mode: mode})
	if err != nil {
		panic(err)
	}
	return s
}

// parts takes octets apart: each part but the last has its length before it, in
// two octets, of which too great a one counts as what is left.
func parts(octets []byte, n int) [][]byte {
	var list [][]byte
	for range n - 1 {
		var part []byte
		if len(octets) >= 2 {
			size := min(int(binary.BigEndian.Uint16(octets)), len(octets)-2)
			part, octets = octets[2:2+size], octets[2+size:]
		}
		list = append(list, part)
	}
	return append(list, octets)
}

// joined is the inverse of parts, for seeds.
func joined(list ...[]byte) (octets []byte) {
	for i, part := range list {
		if i < len(list)-1 {
			octets = binary.BigEndian.AppendUint16(octets, uint16(len(part)))
		}
		octets = append(octets, part...)
	}
	return octets
}

// tryFrankVerification makes a delivery of octets in the group of the known
// answer: what the default mode verifies, the literal one verifies as well, and
// it can be reported.
func tryFrankVerification(octets []byte) error {
	const target = "FrankVerification"
	part := parts(octets, 4)
	for _, d := range franking.Drafts.List() {
		err := guard(target, d, func() error {
			if !verifyParts(d, franking.Default, part).OK() {
				return nil
			}
			wrong := func(class, format string, values ...any) error {
				return &Wrong{Property: targetPrefix + target, Class: class, Draft: d, Detail: fmt.Sprintf(format, values...)}
			}
			if literal := verifyParts(d, franking.Literal, part); !literal.OK() {
				return wrong("literal-is-stricter", "%x: literally %v", octets, literal)
			}
			if _, err := franking.ReadFrank(part[0], d); err != nil {
				return wrong("not-reportable", "%x is verified, and cannot be reported: %v", octets, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verifyParts verifies a Frank, authenticated_data, franking_agent and
// application_data in the group of the known answer, or in one like it of the
// suite that the key in franking_agent is for.
func verifyParts(d spec.Draft, mode franking.Mode, part [][]byte) *franking.Verdict {
	a := corpus.FrankingAnswers(d)[0]
	suite := a.Suite
	if agent, err := franking.ReadFrankingAgentData(part[2]); err == nil && suite.CheckPublicKey(agent.SignatureKey) != nil {
		for _, other := range franking.CipherSuites() {
			if other.CheckPublicKey(agent.SignatureKey) == nil {
				suite = other
				break
			}
		}
	}
	verdict := frankingScheme(d, mode).Verify(&franking.Delivery{
		Frank: part[0], AuthenticatedData: part[1], Agent: part[2], ApplicationData: part[3], Timestamp: a.AcceptedTimestamp,
		Suite: suite, IntegritySecret: a.IntegritySecret, SenderURI: []byte(a.SenderURI), RoomURI: []byte(a.RoomURI),
	})
	return &verdict
}

// privateOctets are the lengths of private keys of the algorithms besides
// Ed25519, each by a suite that has it.
var privateOctets = map[franking.CipherSuite]int{
	franking.P256AES128P256: 32, franking.X448AES256Ed448: 57, franking.P384AES256P384: 48, franking.P521AES256P521: 66,
}

// frankVerificationSeeds returns the known answers, one for each draft, and
// then that of the newest as a hub with each other algorithm franks it.
func frankVerificationSeeds() (seeds [][]byte) {
	for _, d := range franking.Drafts.List() {
		for _, a := range corpus.FrankingAnswers(d) {
			seeds = append(seeds, joined(a.Frank, a.AuthenticatedData, a.Agent, a.ApplicationData))
		}
	}
	a := corpus.FrankingAnswers(spec.Protocol06)[0]
	for _, suite := range slices.Sorted(maps.Keys(privateOctets)) {
		privateKey := append(make([]byte, privateOctets[suite]-1), 7)
		publicKey, err := suite.PublicKey(privateKey)
		if err != nil {
			panic(err) // a test tries every target
		}
		data := franking.FrankingAgentData{SignatureKey: publicKey, Credential: franking.Credential{Type: franking.Basic, Identity: []byte("mimi://hub.example")}}
		agent, err := data.Append(nil)
		if err != nil {
			panic(err)
		}
		hub := franking.Hub{
			RoomURI: []byte(a.RoomURI), Participants: [][]byte{[]byte(a.SenderURI)}, HubKeys: []franking.HubKey{{Key: a.HubKey, NotAfter: ^uint64(0)}},
			Suite: suite, Agent: agent, PrivateKey: privateKey,
		}
		accepted, verdict := frankingScheme(spec.Protocol06, franking.Default).Accept(&hub, &franking.Submission{
			AuthenticatedData: a.AuthenticatedData, SendingURI: []byte(a.SenderURI), Source: "b.example",
		}, a.AcceptedTimestamp)
		if !verdict.OK() {
			panic(verdict)
		}
		seeds = append(seeds, joined(accepted.Frank, a.AuthenticatedData, agent, a.ApplicationData))
	}
	return seeds
}

// tryReportValidation validates octets as a report to the hub of the known
// answer: what the default mode accepts, the literal one accepts as well.
func tryReportValidation(octets []byte) error {
	const target = "ReportValidation"
	for _, d := range franking.Drafts.List() {
		for _, a := range corpus.FrankingAnswers(d) {
			err := guard(target, d, func() error {
				sender := []byte(a.SenderURI)
				hub := franking.Hub{
					RoomURI: []byte(a.RoomURI), Participants: [][]byte{sender}, Reporters: [][]byte{sender}, HubKeys: []franking.HubKey{{Key: a.HubKey, NotAfter: ^uint64(0)}},
					Suite: a.Suite, IntegritySecret: a.IntegritySecret,
				}
				if agent, err := franking.ReadFrankingAgentData(a.Agent); err == nil {
					hub.PublicKeys = []franking.PublicKey{{Suite: a.Suite, Key: agent.SignatureKey}}
				}
				reporting := franking.Reporting{Report: octets, Source: "b.example"}
				verdict, literal := frankingScheme(d, franking.Default).ValidateReport(&hub, &reporting), frankingScheme(d, franking.Literal).ValidateReport(&hub, &reporting)
				if verdict.OK() && !literal.OK() {
					return &Wrong{Property: targetPrefix + target, Class: "literal-is-stricter", Draft: d, Detail: fmt.Sprintf("%x: literally %v", octets, literal)}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func reportSeeds() (seeds [][]byte) {
	for _, d := range franking.Drafts.List() {
		for _, a := range corpus.FrankingAnswers(d) {
			seeds = append(seeds, a.AbuseReport)
		}
	}
	return seeds
}

func frankingStructSeeds() (seeds [][]byte) {
	for _, d := range franking.Drafts.List() {
		for _, a := range corpus.FrankingAnswers(d) {
			for _, octets := range [][]byte{a.Frank, a.AuthenticatedData, a.Agent, a.AbuseReport} {
				if octets != nil {
					seeds = append(seeds, octets)
				}
			}
		}
	}
	return seeds
}
