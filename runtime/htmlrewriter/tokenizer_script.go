package htmlrewriter

import "bytes"

// textBehind is the text that a state has left for what may be an end tag.
func (s state) textBehind() state {
	switch s {
	case rawEndTagOpenState, rawEndTagNameState:
		return rawState
	case scriptEndTagOpenState, scriptEndTagNameState:
		return scriptState
	}
	return escapedState
}

// nameBehind is the state for the name of an end tag that a state has come upon.
func (s state) nameBehind() state {
	switch s {
	case rawEndTagOpenState:
		return rawEndTagNameState
	case scriptEndTagOpenState:
		return scriptEndTagNameState
	}
	return escapedEndTagNameState
}

// scriptStep is step for the states of scripts that look like comments:
// https://html.spec.whatwg.org/#script-data-escape-start-state and those after it.
func (t *tokenizer) scriptStep(c byte) (l lexeme, more bool) {
	switch t.state {
	case scriptLessThanState:
		switch c {
		case '/':
			t.pos++
			t.state = scriptEndTagOpenState
		case '!':
			t.pos++
			t.textual(scriptEscapeStartState)
		default:
			return t.notATag(scriptState)
		}
	case scriptEscapeStartState:
		return t.word("--", escapedDashDashState, scriptState)

	case escapedState, doubleState:
		i := bytes.IndexAny(t.buf[t.pos:], "-<")
		if i < 0 {
			t.pos = len(t.buf)
			return noLexeme, false
		}
		t.pos += i
		if t.buf[t.pos] == '<' {
			return t.escapedLessThan()
		}
		if t.state == escapedState {
			return t.word("--", escapedDashDashState, escapedState)
		}
		return t.word("--", doubleDashDashState, doubleState)
	case escapedDashDashState, doubleDashDashState:
		escaped := t.state == escapedDashDashState
		switch {
		case c == '-':
			t.pos++
		case c == '<':
			return t.escapedLessThan()
		case c == '>':
			t.state = scriptState
		case escaped:
			t.pos++
			t.state = escapedState
		default:
			t.pos++
			t.state = doubleState
		}

	case escapedLessThanState:
		if c == '/' {
			t.pos++
			t.state = escapedEndTagOpenState
			break
		}
		ok, more := t.lookahead("script")
		switch {
		case more:
			return noLexeme, true
		case ok:
			t.pos += len("script")
			t.textual(doubleStartState)
		default:
			return t.notATag(escapedState)
		}
	case doubleStartState:
		if isSpace(c) || c == '/' || c == '>' {
			t.pos++
			t.state = doubleState
		} else {
			t.state = escapedState
		}
	case doubleLessThanState:
		if c == '/' {
			t.pos++
			t.state = doubleEndNameState
		} else {
			t.state = doubleState
		}
	case doubleEndNameState:
		return t.word("script", doubleEndState, doubleState)
	case doubleEndState:
		if isSpace(c) || c == '/' || c == '>' {
			t.pos++
			t.state = escapedState
		} else {
			t.state = doubleState
		}
	}
	return noLexeme, false
}

// escapedLessThan takes a "<" in a script that looks like a comment. Only where a script is not nested can it be that of
// an end tag.
func (t *tokenizer) escapedLessThan() (l lexeme, more bool) {
	if t.flush() {
		return textLexeme, false
	}
	if t.state == escapedState || t.state == escapedDashDashState {
		t.hold()
		t.state = escapedLessThanState
	} else {
		t.state = doubleLessThanState
	}
	t.pos++
	return noLexeme, false
}

// word goes on in one state behind a word and in another if something else is there. Being there at all it may be taken
// for text: of what is not the word the first byte is, unless the state is another one.
func (t *tokenizer) word(word string, then, otherwise state) (l lexeme, more bool) {
	ok, more := t.lookahead(word)
	switch {
	case more:
		return noLexeme, true
	case ok:
		t.pos += len(word)
		t.state = then
	case t.state == otherwise:
		t.pos++
	default:
		t.state = otherwise
	}
	return noLexeme, false
}
