package corpus

import (
	"encoding/json"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/content"
	"github.com/mimifuzz/mimifuzz/models/franking"
	"github.com/mimifuzz/mimifuzz/models/spec"
)

// FrankingAnswer is a message with everything that franking makes of it, as
// another implementation worked it out.
type FrankingAnswer struct {
	Draft             spec.Draft           `json:"draft"`
	Suite             franking.CipherSuite `json:"suite,omitempty"` // from protocol-04 on
	HubKey            content.Octets       `json:"hubKey"`
	PrivateKey        content.Octets       `json:"privateKey,omitempty"` // franking_private_key, where it is known
	SenderURI         string               `json:"senderUri"`
	RoomURI           string               `json:"roomUri"`
	AcceptedTimestamp uint64               `json:"acceptedTimestamp"` // in milliseconds of the Unix epoch
	ApplicationData   content.Octets       `json:"applicationData"`
	FrankingTag       content.Octets       `json:"frankingTag"`
	AuthenticatedData content.Octets       `json:"authenticatedData"`
	Context           content.Octets       `json:"context"`
	ServerFrank       content.Octets       `json:"serverFrank"`
	IntegritySecret   content.Octets       `json:"integritySecret,omitempty"` // in protocol-03
	Frank             content.Octets       `json:"frank"`
	Agent             content.Octets       `json:"agent,omitempty"` // FrankingAgentData, from protocol-04 on
	AbuseReport       content.Octets       `json:"abuseReport"`
}

var frankingAnswers = sync.OnceValue(func() []FrankingAnswer {
	data, err := files.ReadFile("franking/known-answers.json")
	if err != nil {
		panic("the embedded known answers of franking are missing: " + err.Error())
	}
	var answers []FrankingAnswer
	if err := json.Unmarshal(data, &answers); err != nil {
		panic("the embedded known answers of franking are damaged: " + err.Error())
	}
	return answers
})

// FrankingAnswers returns the known answers of a draft.
func FrankingAnswers(d spec.Draft) []FrankingAnswer {
	var list []FrankingAnswer
	for _, a := range frankingAnswers() {
		if a.Draft == d {
			list = append(list, a)
		}
	}
	return list
}
