package framing

import "sync"

// The automata of the domains, each compiled when it is first needed.
var (
	octetsAutomaton       = automatonOf(func() *expr { return star(anyOctet) })
	utf8Automaton         = automatonOf(func() *expr { return star(utf8Character()) })
	rfc3986Automaton      = automatonOf(newURIGrammar().uri)
	mimiAutomaton         = automatonOf(newURIGrammar().mimi)
	strictSenderAutomaton = automatonOf(func() *expr { return newURIGrammar().strict("/u/") })
	strictRoomAutomaton   = automatonOf(func() *expr { return newURIGrammar().strict("/r/") })
)

func automatonOf(e func() *expr) func() *dfa {
	return sync.OnceValue(func() *dfa { return compile(e()) })
}

var anyOctet = between(0x00, 0xff)

// utf8Character matches one character: RFC 3629, section 4.
func utf8Character() *expr {
	tail := between(0x80, 0xbf)
	return alt(
		between(0x00, 0x7f),
		cat(between(0xc2, 0xdf), tail),
		cat(between(0xe0, 0xe0), between(0xa0, 0xbf), tail),
		cat(union(between(0xe1, 0xec), between(0xee, 0xef)), tail, tail),
		cat(between(0xed, 0xed), between(0x80, 0x9f), tail),
		cat(between(0xf0, 0xf0), between(0x90, 0xbf), tail, tail),
		cat(between(0xf1, 0xf3), tail, tail, tail),
		cat(between(0xf4, 0xf4), between(0x80, 0x8f), tail, tail),
	)
}

// uriGrammar holds the rules of RFC 3986, appendix A, that several others use.
type uriGrammar struct {
	alpha, digit, hex, unreserved, subDelims *expr // one octet each
	percent, pchar                           *expr
}

func newURIGrammar() uriGrammar {
	g := uriGrammar{
		alpha:     union(between('a', 'z'), between('A', 'Z')),
		digit:     between('0', '9'),
		subDelims: oneOf("!$&'()*+,;="),
	}
	// HEXDIG is case-insensitive, as all of ABNF: RFC 5234, section 2.3.
	g.hex = union(g.digit, between('a', 'f'), between('A', 'F'))
	g.unreserved = union(g.alpha, g.digit, oneOf("-._~"))
	g.percent = cat(text("%"), g.hex, g.hex)
	g.pchar = alt(union(g.unreserved, g.subDelims, oneOf(":@")), g.percent)
	return g
}

func (g uriGrammar) uri() *expr {
	scheme := cat(g.alpha, star(union(g.alpha, g.digit, oneOf("+-."))))
	segments := star(cat(text("/"), star(g.pchar)))
	rootless := cat(plus(g.pchar), segments)
	hierPart := alt(
		cat(text("//"), g.authority(g.host()), segments),
		cat(text("/"), opt(rootless)),
		opt(rootless),
	)
	return cat(scheme, text(":"), hierPart, g.queryAndFragment())
}

// mimi demands a host of at least one character: nobody can be reached at an
// empty one, which RFC 3986 allows.
func (g uriGrammar) mimi() *expr {
	scheme := cat(oneOf("mM"), oneOf("iI"), oneOf("mM"), oneOf("iI"))
	segments := star(cat(text("/"), star(g.pchar)))
	return cat(scheme, text("://"), g.authority(g.nonEmptyHost()), segments, g.queryAndFragment())
}

func (g uriGrammar) strict(path string) *expr {
	return cat(text("mimi://"), g.nonEmptyHost(), text(path), plus(g.unreserved))
}

func (g uriGrammar) queryAndFragment() *expr {
	rest := star(alt(g.pchar, oneOf("/?")))
	return cat(opt(cat(text("?"), rest)), opt(cat(text("#"), rest)))
}

func (g uriGrammar) authority(host *expr) *expr {
	userinfo := star(alt(union(g.unreserved, g.subDelims, oneOf(":")), g.percent))
	return cat(opt(cat(userinfo, text("@"))), host, opt(cat(text(":"), star(g.digit))))
}

func (g uriGrammar) host() *expr { return opt(g.nonEmptyHost()) }

// nonEmptyHost leaves IPv4address to reg-name, which has it as a special case.
func (g uriGrammar) nonEmptyHost() *expr {
	regName := plus(alt(union(g.unreserved, g.subDelims), g.percent))
	future := cat(oneOf("vV"), plus(g.hex), text("."), plus(union(g.unreserved, g.subDelims, oneOf(":"))))
	return alt(regName, cat(text("["), alt(g.ipv6(), future), text("]")))
}

func (g uriGrammar) ipv6() *expr {
	h16 := times(g.hex, 1, 4)
	group := cat(h16, text(":"))
	decOctet := alt(
		g.digit,
		cat(between('1', '9'), g.digit),
		cat(text("1"), g.digit, g.digit),
		cat(text("2"), between('0', '4'), g.digit),
		cat(text("25"), between('0', '5')),
	)
	dotted := cat(decOctet, text("."), decOctet, text("."), decOctet, text("."), decOctet)
	ls32 := alt(cat(group, h16), dotted)

	forms := []*expr{cat(times(group, 6, 6), ls32)}
	// Seven groups at most stand beside the "::", n of them after it.
	for before := range 8 {
		prefix := cat()
		if before > 0 {
			prefix = opt(cat(times(group, 0, before-1), h16))
		}
		var after *expr
		switch n := 7 - before; n {
		case 0:
			after = cat()
		case 1:
			after = h16
		default:
			after = cat(times(group, n-2, n-2), ls32)
		}
		forms = append(forms, cat(prefix, text("::"), after))
	}
	return alt(forms...)
}
