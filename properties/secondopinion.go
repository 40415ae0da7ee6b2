package properties

import (
	"bytes"
	"errors"
	"fmt"
	"runtime/metrics"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/mimifuzz/mimifuzz/models/spec"
	"github.com/mimifuzz/mimifuzz/properties/gen"
)

// lenient reads whatever is well-formed; what it calls malformed is so for a
// reason and not for a limit, but for its limit on nesting.
var lenient = mode(cbor.DecOptions{
	MaxNestedLevels: 65535, MaxArrayElements: 1<<31 - 1, MaxMapPairs: 1<<31 - 1, TimeTag: cbor.DecTagIgnored,
}.DecMode())

// strict reads what has definite lengths, valid text and no key twice.
var strict = mode(cbor.DecOptions{
	MaxNestedLevels: 65535, MaxArrayElements: 1<<31 - 1, MaxMapPairs: 1<<31 - 1, TimeTag: cbor.DecTagIgnored,
	DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, UTF8: cbor.UTF8RejectInvalid,
	BignumTag: cbor.BignumTagAllowed,
}.DecMode())

var deterministic = mode(cbor.CoreDetEncOptions().EncMode())

func mode[T any](m T, err error) T {
	if err != nil {
		panic(err)
	}
	return m
}

func trySecondOpinion(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	_, err := impl.DecodeContent(d, c.Octets)
	malformed := lenient.Wellformed(c.Octets)
	var deep *cbor.MaxNestedLevelError
	if errors.As(malformed, &deep) {
		return Skipped, nil // a limit of the library
	}
	if err != nil {
		ids, _ := BrokenRules(err)
		trailing := slices.Contains(ids, "content/enc-trailing")
		if claimed := slices.Contains(ids, "content/enc-wellformed"); claimed && malformed == nil {
			return Refuted, &Refutation{Class: "well-formed-after-all", Detail: fmt.Sprintf("%x is well-formed", shortened(c.Octets))}
		} else if len(ids) > 0 && !claimed && !trailing && malformed != nil {
			return Refuted, &Refutation{Class: "not-seen-as-malformed", Detail: fmt.Sprintf("%x is refused for %q, the library says %v", shortened(c.Octets), ids, malformed)}
		}
		return Holds, nil
	}
	if malformed != nil {
		return Refuted, &Refutation{Class: "malformed-accepted", Detail: fmt.Sprintf("%x is accepted, the library says %v", shortened(c.Octets), malformed)}
	}
	var item any
	if err := strict.Unmarshal(c.Octets, &item); err != nil {
		if !judgesEncoding(err) {
			return Holds, nil
		}
		if bytes.IndexByte(c.Octets, 0xc2) >= 0 || bytes.IndexByte(c.Octets, 0xc3) >= 0 {
			return Skipped, nil // two keys may be equal as integers of Go, where one is a bignum
		}
		return Refuted, &Refutation{Class: "invalid-accepted", Detail: fmt.Sprintf("%x is accepted, the library says %v", shortened(c.Octets), err)}
	}
	if otherwise(c.Octets) {
		return Holds, nil
	}
	if again, err := deterministic.Marshal(item); err == nil && !bytes.Equal(again, c.Octets) {
		return Refuted, &Refutation{Class: "not-deterministic", Detail: fmt.Sprintf("%x is accepted, the library encodes %x", shortened(c.Octets), shortened(again))}
	}
	return Holds, nil
}

// judgesEncoding reports whether an error of the strict mode is about what the
// model judges as well. The library has opinions of its own: on what may stand
// in the tags that it knows, such as a number in tag 1 (RFC 8949, section 3.4),
// which content-08 leaves open in extensions, and on which keys a Go map can
// hold.
func judgesEncoding(err error) bool {
	var (
		duplicate  *cbor.DupMapKeyError
		indefinite *cbor.IndefiniteLengthError
		text       *cbor.SemanticError
		syntax     *cbor.SyntaxError
		trailing   *cbor.ExtraneousDataError
	)
	return errors.As(err, &duplicate) || errors.As(err, &indefinite) || errors.As(err, &text) ||
		errors.As(err, &syntax) || errors.As(err, &trailing)
}

// otherwise reports whether octets may hold what the library does not write as
// it read it: undefined becomes null, NaN loses its payload, and the content of
// some tags becomes a Go value. Some octets of strings look the same.
func otherwise(octets []byte) bool {
	for _, o := range octets {
		if o>>5 == 6 || o == 0xf7 || o >= 0xf9 && o <= 0xfb {
			return true
		}
	}
	return false
}

// What decoding may allocate. The bound is wider than that of the model, since
// other work of the process is counted with it.
const (
	memoryOctets   = 1 << 20
	memoryPerOctet = 64
	memoryTries    = 12
)

func tryMemory(impl ContentDecoder, d spec.Draft, c *gen.Content) (Outcome, *Refutation) {
	limit := uint64(memoryOctets + memoryPerOctet*len(c.Octets))
	least := uint64(1<<64 - 1)
	for range memoryTries {
		before := allocated()
		_, _ = impl.DecodeContent(d, c.Octets)
		if least = min(least, allocated()-before); least <= limit {
			return Holds, nil
		}
	}
	return Refuted, &Refutation{Class: "memory", Detail: fmt.Sprintf("%d octets, from %x on, take more than %d octets of memory", len(c.Octets), shortened(c.Octets), limit)}
}

// allocated returns how many octets the process has allocated so far.
func allocated() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}
