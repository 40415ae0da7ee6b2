package properties

import (
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/mimifuzz/mimifuzz/models/franking"
)

// derived returns octets that are the same in every run.
func derived(octets int, label string, numbers ...int) []byte {
	var list []byte
	for block := 0; len(list) < octets; block++ {
		h := sha256.New()
		fmt.Fprint(h, label, block, numbers)
		list = h.Sum(list)
	}
	return list[:octets]
}

// privateOctets are the lengths of private keys.
var privateOctets = map[string]int{"Ed25519": 32, "Ed448": 57, "ECDSA P-256": 32, "ECDSA P-384": 48, "ECDSA P-521": 66}

func privateKey(suite franking.CipherSuite, owner string, generation int) []byte {
	key := derived(privateOctets[suite.Algorithm()], owner+suite.Algorithm(), generation)
	if len(key) == 66 {
		key[0] = 0 // the order of P-521 has 521 bits
	}
	return key
}

type publicKeyOf struct {
	suite      franking.CipherSuite
	owner      string
	generation int
}

var publicKeys sync.Map // publicKeyOf to []byte

func publicKey(suite franking.CipherSuite, owner string, generation int) []byte {
	id := publicKeyOf{suite, owner, generation}
	if key, ok := publicKeys.Load(id); ok {
		return key.([]byte)
	}
	key, err := suite.PublicKey(privateKey(suite, owner, generation))
	if err != nil {
		return nil // an unknown suite
	}
	publicKeys.Store(id, key)
	return key
}

// The owners of keys.
const (
	theHub      = "hub"
	theAttacker = "attacker"
)

func agentData(key []byte, identity string) []byte {
	agent := franking.FrankingAgentData{SignatureKey: key, Credential: franking.Credential{Type: franking.Basic, Identity: []byte(identity)}}
	octets, err := agent.Append(nil)
	if err != nil {
		panic(err) // keys and names are short
	}
	return octets
}
