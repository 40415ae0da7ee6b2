package gomls

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"

	"github.com/cisco/go-mls"
	syntax "github.com/cisco/go-tls-syntax"
)

// A Target hands octets to a parser or a verifier of go-mls.
type Target struct {
	Name string // of the fuzz target, without "Fuzz"
	// try returns what is wrong: a [*Panic] when go-mls panicked, another error
	// when go-mls did not keep what it read. Octets that go-mls refuses are no
	// error.
	try   func(octets []byte) error
	seeds func() ([][]byte, error)
}

// Try hands octets to the target. It returns a [*Panic] when go-mls panics, and
// another error when what go-mls accepted is not what it writes.
func (t *Target) Try(octets []byte) error { return Guard(func() error { return t.try(octets) }) }

// Seeds returns inputs to start from.
func (t *Target) Seeds() ([][]byte, error) { return t.seeds() }

// Targets lists all targets.
func Targets() []*Target {
	return []*Target{
		{"Structs", tryStructs, fromGroup(seedStruct)},
		{"Credential", tryCredential, fromGroup(seedOf[mls.Credential])},
		{"KeyPackage", tryKeyPackage, fromGroup(seedOf[mls.KeyPackage])},
		{"Handshake", tryHandshake, fromGroup(seedOf[mls.MLSPlaintext])},
		{"Insider", tryInsider, fromGroup(seedInsider)},
		{"Ciphertext", tryCiphertext, fromGroup(seedOf[mls.MLSCiphertext])},
		{"Plaintext", tryPlaintext, fromGroup(seedPlaintext)},
		{"Welcome", tryWelcome, fromGroup(seedOf[mls.Welcome])},
		{"GroupInfo", tryGroupInfo, fromGroup(seedOf[mls.GroupInfo])},
		{"Verify", tryVerify, seedVerify},
		{"Sign", trySign, seedSign},
	}
}

// structs are the types that the first octet of an input of target Structs
// chooses from.
var structs = []reflect.Type{
	reflect.TypeFor[mls.Commit](),
	reflect.TypeFor[mls.DirectPath](),
	reflect.TypeFor[mls.ExtensionList](),
	reflect.TypeFor[mls.GroupContext](),
	reflect.TypeFor[mls.GroupInfo](),
	reflect.TypeFor[mls.GroupSecrets](),
	reflect.TypeFor[mls.HPKECiphertext](),
	reflect.TypeFor[mls.MLSPlaintext](),
	reflect.TypeFor[mls.OptionalNode](),
	reflect.TypeFor[mls.ParentNode](),
	reflect.TypeFor[mls.Proposal](),
	reflect.TypeFor[mls.TreeKEMPublicKey](),
}

// tryStructs decodes the octets after the first as a value of some type.
func tryStructs(octets []byte) error {
	if len(octets) == 0 {
		return nil
	}
	value := reflect.New(structs[int(octets[0])%len(structs)])
	_, err := decode(octets[1:], value.Interface())
	return err
}

func seedStruct(value any) ([]byte, error) {
	i := slices.Index(structs, reflect.TypeOf(value))
	if i < 0 {
		return nil, nil
	}
	octets, err := encode(value)
	return append([]byte{byte(i)}, octets...), err
}

// seedOf encodes a value if it is of a type.
func seedOf[T any](value any) ([]byte, error) {
	if _, ok := value.(T); !ok {
		return nil, nil
	}
	return encode(value)
}

// fromGroup returns the seeds that seed makes of what the members of a group
// send. Where it makes nil, there is none.
func fromGroup(seed func(value any) ([]byte, error)) func() ([][]byte, error) {
	return func() ([][]byte, error) {
		values, err := exchanged()
		if err != nil {
			return nil, err
		}
		var seeds [][]byte
		for _, value := range values {
			octets, err := seed(value)
			if err != nil {
				return nil, err
			}
			if octets != nil {
				seeds = append(seeds, octets)
			}
		}
		return seeds, nil
	}
}

// decode reports whether go-mls decodes octets into the value that is pointed
// to. It returns an error when go-mls does not write again what it read.
func decode(octets []byte, value any) (bool, error) {
	read, err := syntax.Unmarshal(octets, value)
	if err != nil {
		return false, nil
	}
	again, err := syntax.Marshal(reflect.ValueOf(value).Elem().Interface())
	if err != nil {
		return true, fmt.Errorf("%T of %x is not written: %w", value, octets, err)
	}
	if !bytes.Equal(again, octets[:read]) {
		return true, fmt.Errorf("%T of %x is written as %x", value, octets[:read], again)
	}
	return true, nil
}

// tryCredential decodes a credential and asks it everything.
func tryCredential(octets []byte) error {
	var c mls.Credential
	if ok, err := decode(octets, &c); !ok || err != nil {
		return err
	}
	_, _, _ = c.Identity(), c.Scheme(), c.PublicKey()
	if !c.Equals(c) {
		return fmt.Errorf("credential %x does not equal itself", octets)
	}
	return nil
}

// tryKeyPackage decodes a key package and verifies it.
func tryKeyPackage(octets []byte) error {
	var k mls.KeyPackage
	if ok, err := decode(octets, &k); !ok || err != nil {
		return err
	}
	k.Verify()
	return nil
}
