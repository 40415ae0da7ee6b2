package content

import "fmt"

// externalField is one element of an external part after its cardinality.
type externalField struct {
	field field
	major uint8
	limit uint64 // of an integer
	rule  rule
}

// externalLayout holds the elements of an external part; the last is missing
// in content-04.
var externalLayout = []externalField{
	{fieldContentType, majorText, 0, externalContentType},
	{fieldURL, majorText, 0, externalURL},
	{fieldExpires, majorUint, maxTime, externalExpires},
	{fieldSize, majorUint, 1<<64 - 1, externalSize},
	{fieldEncAlg, majorUint, 1<<16 - 1, externalEncAlg},
	{fieldKey, majorBytes, 0, externalKey},
	{fieldNonce, majorBytes, 0, externalNonce},
	{fieldAAD, majorBytes, 0, externalAAD},
	{fieldHashAlg, majorUint, 1<<8 - 1, externalHashAlg},
	{fieldContentHash, majorBytes, 0, externalContentHash},
	{fieldDescription, majorText, 0, externalDescription},
	{fieldFilename, majorText, 0, externalFilename},
}

const tagURI = 32

// aead is an algorithm of the registry of RFC 5116 whose lengths are fixed.
type aead struct{ key, nonce int }

var aeads = map[uint64]aead{
	1: {16, 12}, 2: {32, 12}, // AES-128-GCM, AES-256-GCM
	3: {16, 12}, 4: {32, 12}, // AES-128-CCM, AES-256-CCM
	29: {32, 12}, // ChaCha20-Poly1305
}

// hashLengths holds the output lengths of the Named Information registry; 0 is
// used for none.
var hashLengths = [...]int{0, 32, 16, 15, 12, 8, 4, 48, 64, 28, 32, 48, 64}

// knownHash reports whether an octet is an algorithm that can make message
// IDs, of which 31 octets are a hash.
func (c *Checker) knownHash(algorithm byte) bool {
	if c.onlySHA256 {
		return algorithm == 1
	}
	return int(algorithm) < len(hashLengths) && hashLengths[algorithm] >= messageIDLength-1
}

// protection is how the content of an external part is encrypted and hashed;
// lengths are -1 if they are not known.
type protection struct {
	encAlg, hashAlg              uint64
	encrypted, hashed            bool // whether the algorithm is known
	key, nonce, aad, hash        int
	keyAt, nonceAt, aadAt, hash0 int
}

// external walks what follows the cardinality of an external part.
func (w *walker) external(h head) (ok, complete bool) {
	p := protection{key: -1, nonce: -1, aad: -1, hash: -1}
	for i := range w.c.externalFields {
		f := &w.c.externalFields[i]
		w.step(int(f.field))
		if w.missing(h) {
			return true, false
		}
		if f.field == fieldContentType {
			if _, ok := w.contentType(f.rule); !ok {
				return false, false
			}
			continue
		}
		if !w.externalField(f, &p) {
			return false, false
		}
	}
	w.judgeProtection(&p)
	return true, true
}

func (w *walker) externalField(f *externalField, p *protection) bool {
	h, ok := w.head()
	if !ok {
		return false
	}
	if f.field == fieldURL && w.c.urlTagged != (h.major == majorTag) {
		return w.wrongURL(h)
	}
	if f.field == fieldURL && h.major == majorTag {
		if h.arg != tagURI {
			w.report(externalURL, h.at)
			return w.item(0)
		}
		if h, ok = w.head(); !ok {
			return false
		}
	}
	if h.major != f.major || h.major == majorUint && h.arg > f.limit {
		w.report(f.rule, h.at)
		return w.value(h, 0)
	}
	switch h.major {
	case majorText:
		text, ok := w.text(h)
		if ok && !h.indefinite() {
			w.checkUTF8(text, h.at)
		}
		return ok
	case majorUint:
		switch f.field {
		case fieldEncAlg:
			p.encAlg, p.encrypted = h.arg, true
		case fieldHashAlg:
			p.hashAlg, p.hashed = h.arg, true
		}
		return true
	}
	n, ok := w.bytes(h)
	switch f.field {
	case fieldKey:
		p.key, p.keyAt = n, h.at
	case fieldNonce:
		p.nonce, p.nonceAt = n, h.at
	case fieldAAD:
		p.aad, p.aadAt = n, h.at
	case fieldContentHash:
		p.hash, p.hash0 = n, h.at
	}
	return ok
}

// wrongURL walks a URL that is tagged and should not be, or the reverse.
func (w *walker) wrongURL(h head) bool {
	r := externalURL
	if h.major == majorTag && h.arg == tagURI && w.c.force[externalURLTagged] {
		r = externalURLTagged
	}
	w.report(r, h.at)
	return w.value(h, 0)
}

// judgeProtection judges key, nonce, additional data and hash against their
// algorithms.
func (w *walker) judgeProtection(p *protection) {
	if p.encrypted {
		w.judgeEncryption(p)
	}
	if p.hashed && p.hash >= 0 && p.hashAlg < uint64(len(hashLengths)) && p.hash != hashLengths[p.hashAlg] {
		w.step(int(fieldContentHash))
		w.reportf(externalHashLength, p.hash0, "%d octets for algorithm %d", uint64(p.hash), p.hashAlg)
	}
}

func (w *walker) judgeEncryption(p *protection) {
	if p.encAlg == 0 {
		// One violation, whichever of the three are set.
		for _, f := range [...]struct {
			field  field
			length int
			at     int
		}{{fieldKey, p.key, p.keyAt}, {fieldNonce, p.nonce, p.nonceAt}, {fieldAAD, p.aad, p.aadAt}} {
			if f.length > 0 {
				w.step(int(f.field))
				w.report(externalNoEncEmpty, f.at)
				return
			}
		}
		return
	}
	if sizes, ok := aeads[p.encAlg]; ok {
		if p.key >= 0 && p.key != sizes.key {
			w.step(int(fieldKey))
			w.reportf(externalAEADSizes, p.keyAt, "a key of %d octets for algorithm %d", uint64(p.key), p.encAlg)
		} else if p.nonce >= 0 && p.nonce != sizes.nonce {
			w.step(int(fieldNonce))
			w.reportf(externalAEADSizes, p.nonceAt, "a nonce of %d octets for algorithm %d", uint64(p.nonce), p.encAlg)
		}
	}
	if w.c.aadEmpty && p.aad > 0 {
		w.step(int(fieldAAD))
		w.report(externalAADDefault, p.aadAt)
	}
}

// reportf is reportFound with two numbers, which are only printed if need be.
func (w *walker) reportf(r rule, at int, format string, a, b uint64) {
	if w.wanted(r) {
		w.add(r, at, fmt.Sprintf(format, a, b))
	}
}
