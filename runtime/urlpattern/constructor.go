package urlpattern

import "devserver/runtime/weburl"

// constructorParser cuts the pattern string of a whole URL into components.
//
// https://urlpattern.spec.whatwg.org/#constructor-string-parsing
type constructorParser struct {
	input  string
	tokens []token
	result Init
	state  constructorState

	start    int // the token at which the component begins
	at       int // the current token
	step     int // how many tokens to go on by
	depth    int // of braces
	brackets int // of IPv6 addresses
	special  bool
}

// constructorState is what is being read. They are in the order of a URL.
type constructorState uint8

const (
	stateInit constructorState = iota
	stateProtocol
	stateAuthority
	stateUsername
	statePassword
	stateHostname
	statePort
	statePathname
	stateSearch
	stateHash
	stateDone
)

// field returns the component that a state reads, or false if it does not read one.
func (s constructorState) field() (Field, bool) {
	switch s {
	case stateInit, stateAuthority, stateDone:
		return 0, false
	case stateProtocol:
		return Protocol, true
	}
	return Field(s-stateUsername) + Username, true
}

// parseConstructorString is "parse a constructor string".
func parseConstructorString(input string) (Init, error) {
	tokens, _ := tokenize(input, true) // which is lenient, and so does not fail
	p := constructorParser{input: input, tokens: tokens}
	for ; p.state != stateDone; p.at += p.step {
		p.step = 1
		switch {
		case p.tokens[p.at].kind == tokenEnd:
			p.end()
		case p.tokens[p.at].kind == tokenOpen:
			p.depth++
		case p.depth > 0:
			if p.tokens[p.at].kind == tokenClose {
				p.depth--
			}
		default:
			if err := p.next(); err != nil {
				return Init{}, err
			}
		}
	}
	if p.result.Has(Hostname) && !p.result.Has(Port) {
		p.result.Set(Port, "")
	}
	return p.result, nil
}

// end is at the end of the input. What has no protocol is relative.
func (p *constructorParser) end() {
	switch p.state {
	case stateInit:
		p.rewind(stateInit)
		switch {
		case p.isHashPrefix():
			p.change(stateHash, 1)
		case p.isSearchPrefix():
			p.change(stateSearch, 1)
		default:
			p.change(statePathname, 0)
		}
	case stateAuthority:
		p.rewind(stateHostname)
	default:
		p.change(stateDone, 0)
	}
}

// next looks whether the current token ends the component.
func (p *constructorParser) next() error {
	switch p.state {
	case stateInit:
		if p.is(0, ":") {
			p.rewind(stateProtocol)
		}
	case stateProtocol:
		if p.is(0, ":") {
			return p.endProtocol()
		}
	case stateAuthority:
		switch {
		case p.is(0, "@"):
			p.rewind(stateUsername)
		case p.is(0, "/"), p.isSearchPrefix(), p.isHashPrefix():
			p.rewind(stateHostname)
		}
	case stateUsername:
		switch {
		case p.is(0, ":"):
			p.change(statePassword, 1)
		case p.is(0, "@"):
			p.change(stateHostname, 1)
		}
	case statePassword:
		if p.is(0, "@") {
			p.change(stateHostname, 1)
		}
	case stateHostname:
		switch {
		case p.is(0, "["):
			p.brackets++
		case p.is(0, "]"):
			p.brackets--
		case p.is(0, ":") && p.brackets == 0:
			p.change(statePort, 1)
		default:
			p.endBefore(statePathname)
		}
	case statePort:
		p.endBefore(statePathname)
	case statePathname:
		p.endBefore(stateSearch)
	case stateSearch:
		p.endBefore(stateHash)
	}
	return nil
}

// endBefore ends the component if the current token begins the one of the given state, or a later one.
func (p *constructorParser) endBefore(first constructorState) {
	switch {
	case first <= statePathname && p.is(0, "/"):
		p.change(statePathname, 0)
	case first <= stateSearch && p.isSearchPrefix():
		p.change(stateSearch, 1)
	case p.isHashPrefix():
		p.change(stateHash, 1)
	}
}

func (p *constructorParser) endProtocol() error {
	protocol, err := newComponent(Protocol, p.component(), encoders[Protocol], defaultOptions)
	if err != nil {
		return err
	}
	p.special = protocol.matchesSpecialScheme()
	switch {
	case p.is(1, "/") && p.is(2, "/"):
		p.change(stateAuthority, len("://"))
	case p.special:
		p.change(stateAuthority, 1)
	default:
		p.change(statePathname, 1)
	}
	return nil
}

// change ends the component, skips the tokens before the next one, and says what the components between them are: a
// component that is followed by another one and is not there is empty, not anything.
func (p *constructorParser) change(to constructorState, skip int) {
	if f, ok := p.state.field(); ok {
		p.result.Set(f, p.component())
	}
	if p.state != stateInit && to != stateDone {
		if p.state < stateHostname && to > stateHostname && !p.result.Has(Hostname) {
			p.result.Set(Hostname, "")
		}
		if p.state < statePathname && to > statePathname && !p.result.Has(Pathname) {
			path := ""
			if p.special {
				path = "/"
			}
			p.result.Set(Pathname, path)
		}
		if p.state < stateSearch && to > stateSearch && !p.result.Has(Search) {
			p.result.Set(Search, "")
		}
	}
	p.state = to
	p.at += skip
	p.start = p.at
	p.step = 0
}

// rewind goes back to where the component began.
func (p *constructorParser) rewind(to constructorState) {
	p.at, p.step, p.state = p.start, 0, to
}

// component is "make a component string": the input from the start of the component to the current token.
func (p *constructorParser) component() string {
	return p.input[p.tokens[p.start].start:p.tokens[p.at].start]
}

// is reports whether the token so far ahead is the character char, rather than syntax.
//
// https://urlpattern.spec.whatwg.org/#is-a-non-special-pattern-char
func (p *constructorParser) is(ahead int, char string) bool {
	t := p.tokens[min(p.at+ahead, len(p.tokens)-1)]
	return t.value == char && (t.kind == tokenChar || t.kind == tokenEscapedChar || t.kind == tokenInvalidChar)
}

// isSearchPrefix reports whether the current token is a question mark that does not make the group before it optional.
func (p *constructorParser) isSearchPrefix() bool {
	if p.is(0, "?") {
		return true
	}
	if p.tokens[p.at].value != "?" {
		return false
	}
	if p.at == 0 {
		return true
	}
	switch p.tokens[p.at-1].kind {
	case tokenName, tokenRegexp, tokenClose, tokenAsterisk:
		return false
	}
	return true
}

func (p *constructorParser) isHashPrefix() bool { return p.is(0, "#") }

// matchesSpecialScheme is "protocol component matches a special scheme".
func (c *component) matchesSpecialScheme() bool {
	for _, scheme := range weburl.SpecialSchemes {
		if c.test(scheme, nil) {
			return true
		}
	}
	return false
}
