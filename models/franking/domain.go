package franking

import "bytes"

// hostOf returns the host of a mimi URI, if it is a domain name: letters,
// digits, dots and hyphens of ASCII. A port may follow it, user information
// may not come before it.
func hostOf(uri []byte) (host []byte, ok bool) {
	const prefix = "mimi://"
	if len(uri) < len(prefix) || !sameDomain(uri[:len(prefix)], []byte(prefix)) {
		return nil, false
	}
	host = uri[len(prefix):]
	if end := bytes.IndexAny(host, "/?#"); end >= 0 {
		host = host[:end]
	}
	host, port, _ := bytes.Cut(host, []byte(":"))
	for _, o := range port {
		if o < '0' || o > '9' {
			return nil, false
		}
	}
	for _, o := range host {
		if l := lower(o); (l < 'a' || l > 'z') && (o < '0' || o > '9') && o != '.' && o != '-' {
			return nil, false
		}
	}
	return host, len(host) > 0
}

// sameDomain compares two names but for the case of ASCII letters. (Unicode
// has more letters that fold to these.)
func sameDomain(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(o byte) byte {
	if 'A' <= o && o <= 'Z' {
		return o + 'a' - 'A'
	}
	return o
}

// isOf reports whether a URI is of a domain.
func isOf(uri []byte, domain string) bool {
	host, ok := hostOf(uri)
	return ok && sameDomain(host, []byte(domain))
}
