package properties

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

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
		return secondOpinionOnRefusal(c.Octets, ids, malformed)
	}
	if malformed != nil {
		return Refuted, &Refutation{Class: "malformed-accepted", Detail: fmt.Sprintf("%x is accepted, the library says %v", shortened(c.Octets), malformed)}
	}
	again, err := reencoded(c.Octets)
	switch {
	case judgesEncoding(err):
		return Refuted, &Refutation{Class: "invalid-accepted", Detail: fmt.Sprintf("%x is accepted, the library says %v", shortened(c.Octets), err)}
	case err != nil:
		return Refuted, &Refutation{Class: "not-understood", Detail: fmt.Sprintf("%x is accepted, and the library cannot say why not: %v", shortened(c.Octets), err)}
	case again != nil:
		return Refuted, &Refutation{Class: "not-deterministic", Detail: fmt.Sprintf("%x is accepted, the library encodes %x", shortened(c.Octets), shortened(again))}
	}
	return Holds, nil
}

// secondOpinionOnRefusal asks about octets that are refused for some rules: the
// library has to agree with those on well-formedness and on the encoding.
func secondOpinionOnRefusal(octets []byte, ids []string, malformed error) (Outcome, *Refutation) {
	claimed := slices.Contains(ids, "content/enc-wellformed")
	switch {
	case claimed && malformed == nil:
		return Refuted, &Refutation{Class: "well-formed-after-all", Detail: fmt.Sprintf("%x is well-formed", shortened(octets))}
	case malformed != nil:
		if len(ids) > 0 && !claimed && !slices.Contains(ids, "content/enc-trailing") {
			return Refuted, &Refutation{Class: "not-seen-as-malformed", Detail: fmt.Sprintf("%x is refused for %q, the library says %v", shortened(octets), ids, malformed)}
		}
		return Holds, nil
	case !slices.ContainsFunc(ids, ofDeterminism):
		return Holds, nil
	}
	if again, err := reencoded(octets); err == nil && again == nil {
		return Refuted, &Refutation{Class: "deterministic-after-all", Detail: fmt.Sprintf("%x is refused for %q, the library encodes the same", shortened(octets), ids)}
	}
	return Holds, nil
}

// ofDeterminism reports whether a rule is one on deterministic encoding (RFC
// 8949, section 4.2.1).
func ofDeterminism(id string) bool {
	for _, prefix := range [...]string{"shortest", "indefinite", "map-order", "bignum"} {
		if strings.HasPrefix(id, "content/enc-"+prefix) {
			return true
		}
	}
	return false
}

// reencoded has the library decode well-formed octets and encode them again. It
// returns nil if they are the same, and fails if the library cannot decode them.
// What it has a reading of its own of is taken out before: see [differences].
func reencoded(octets []byte) ([]byte, error) {
	octets = withoutDifferences(octets)
	var item any
	if err := strict.Unmarshal(octets, &item); err != nil {
		return nil, err
	}
	again, err := deterministic.Marshal(item)
	if err != nil || bytes.Equal(again, octets) {
		return nil, err
	}
	return again, nil
}

// judgesEncoding reports whether an error of the strict mode is about what the
// model judges as well: lengths, text, and keys that come twice.
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
