package htmlrewriter

import (
	"bytes"
)

// tokenizer splits a document into lexemes, by the states of https://html.spec.whatwg.org/#tokenization, with what
// lol-html makes of them. It can be interrupted after any byte. What nobody asks for it does not hold on to: text
// passes through, and so do comments, document types and all of a tag but its name.
type tokenizer struct {
	buf   []byte
	pos   int // of the next byte
	start int // of the lexeme
	last  bool
	state state
	// held says that the lexeme is needed as a whole, or may be.
	held bool
	// given says that the last lexeme has been returned.
	given bool

	// What is wanted, which may change after a tag.
	wantText, wantComments, wantDoctypes bool
	// cdata says that CDATA sections are what they look like.
	cdata bool
	// needAttributes is asked at the end of each start tag's name.
	needAttributes func(traits tagTraits, name string) bool

	content   tagTraits // the kind of text that the current element has for content, if any
	lastStart string    // the name of the last start tag

	tag     tagLexeme
	isEnd   bool // it is an end tag
	collect bool // the attributes
	// valueless says that the tag ends where the value of an attribute should be.
	valueless bool
	attr      attribute
	lowered   []byte
	comment   span
	doctype   doctypeLexemeParts
	quote     byte
	from      int // offset of the part that is being read
}

type state uint8

const (
	dataState state = iota
	rawState        // RCDATA or RAWTEXT
	scriptState
	plaintextState
	cdataState

	tagOpenState
	endTagOpenState
	tagNameState
	selfClosingState
	beforeAttributeState
	attributeNameState
	afterAttributeNameState
	beforeValueState
	quotedValueState
	unquotedValueState

	rawLessThanState
	rawEndTagOpenState
	rawEndTagNameState

	scriptLessThanState
	scriptEndTagOpenState
	scriptEndTagNameState
	scriptEscapeStartState
	escapedDashDashState
	escapedState
	escapedLessThanState
	escapedEndTagOpenState
	escapedEndTagNameState
	doubleStartState
	doubleState
	doubleDashDashState
	doubleLessThanState
	doubleEndNameState
	doubleEndState

	markupState
	bogusCommentState
	commentStartState
	commentStartDashState
	commentState
	commentEndDashState
	commentEndState
	commentBangState

	doctypeState
	doctypeNameState
	afterDoctypeNameState
	afterPublicState
	afterSystemState
	publicIDState
	systemIDState
	afterPublicIDState
	bogusDoctypeState

	cdataBracketState
	endState
)

// feed gives the tokenizer more input, which begins with what rest returned. It is the tokenizer's until it asks for more.
func (t *tokenizer) feed(input []byte) {
	t.buf, t.pos, t.start = input, t.pos-t.start, 0
}

// rest is what the next input has to begin with, once next has returned noLexeme.
func (t *tokenizer) rest() []byte {
	if !t.held {
		t.start = t.pos
	}
	return t.buf[t.start:]
}

// wants reports whether anything but tags is wanted.
func (t *tokenizer) wants() bool { return t.wantText || t.wantComments || t.wantDoctypes }

// offset is that of the next byte within the lexeme.
func (t *tokenizer) offset() int { return t.pos - t.start }

func (t *tokenizer) give(l lexeme) lexeme {
	t.given = true
	return l
}

// markup reports whether a state is one of markup, whose bytes are not text, whatever comes.
func (s state) markup() bool {
	return s >= tagNameState && s <= unquotedValueState || s >= markupState && s <= bogusDoctypeState
}

// flush gives the text so far, if there is any and it is wanted.
func (t *tokenizer) flush() bool {
	if t.wantText && t.pos > t.start && !t.state.markup() {
		t.given = true
		return true
	}
	return false
}

// hold begins a lexeme at the next byte that may be needed as a whole.
func (t *tokenizer) hold() {
	t.start, t.held = t.pos, true
}

// textual says that the lexeme is text after all, which need not be held.
func (t *tokenizer) textual(s state) {
	t.state, t.held = s, false
}

// lookahead reports whether the next bytes are those of word, in any case if it is in lower case; more says that this
// cannot be told yet.
func (t *tokenizer) lookahead(word string) (ok, more bool) {
	rest := t.buf[t.pos:]
	for i := range len(word) {
		if i == len(rest) {
			return false, !t.last
		}
		if rest[i] != word[i] && lower(rest[i]) != word[i] {
			return false, false
		}
	}
	return true, false
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// next returns the next lexeme, which stays what it is until next is called again.
func (t *tokenizer) next() lexeme {
	if t.given {
		t.given, t.held = false, false
		t.start = t.pos
	}
	for t.pos < len(t.buf) {
		l, more := t.step()
		if l != noLexeme {
			return t.give(l)
		}
		if more {
			break
		}
	}
	if !t.held && t.flush() {
		return textLexeme
	}
	if !t.last {
		return noLexeme
	}
	return t.finish()
}

// finish returns what is left at the end of the document.
func (t *tokenizer) finish() lexeme {
	state := t.state
	switch {
	case state == endState:
		return endLexeme
	case state >= tagNameState && state <= unquotedValueState:
		t.state = endState
		return t.give(markerLexeme)
	case state >= markupState && state <= commentBangState:
		if state == markupState {
			t.startComment(t.offset())
		}
		if state == bogusCommentState || state == commentState || state == markupState || state == commentStartState {
			t.comment.to = t.offset()
		}
		t.state = endState
		return t.give(commentLexeme)
	case state >= doctypeState && state <= bogusDoctypeState:
		t.endDoctypePart(state)
		t.state = endState
		return t.give(doctypeLexeme)
	}
	t.state = endState
	if t.flush() {
		return textLexeme
	}
	return endLexeme
}

// step takes at least one byte, or returns a lexeme, or says that it needs more input.
func (t *tokenizer) step() (l lexeme, more bool) {
	c := t.buf[t.pos]
	switch t.state {
	case dataState, rawState, scriptState, plaintextState, cdataState:
		return t.text()

	case tagOpenState:
		switch {
		case letter(c):
			t.beginTag(false)
			t.state = tagNameState
		case c == '!':
			t.pos++
			t.state = markupState
		case c == '/':
			t.pos++
			t.state = endTagOpenState
		case c == '?':
			t.startComment(t.offset())
			t.state = bogusCommentState
		default:
			return t.notATag(dataState)
		}
	case endTagOpenState:
		switch {
		case letter(c):
			t.beginTag(true)
			t.state = tagNameState
		case c == '>':
			t.pos++
			t.state = dataState
			if t.wantText {
				return markerLexeme, false
			}
			t.held = false
		default:
			t.startComment(t.offset())
			t.state = bogusCommentState
		}
	case tagNameState:
		for t.pos < len(t.buf) {
			c := t.buf[t.pos]
			if isSpace(c) || c == '>' || c == '/' {
				t.endTagName()
				t.state = beforeAttributeState
				return noLexeme, false
			}
			t.lowered = append(t.lowered, lower(c))
			t.pos++
		}
	case selfClosingState:
		if c == '>' {
			t.tag.selfClosing = true
			return t.endTag(), false
		}
		t.state = beforeAttributeState
	case beforeAttributeState, attributeNameState, afterAttributeNameState, beforeValueState, quotedValueState, unquotedValueState:
		return t.attribute(), false

	case rawLessThanState:
		if c != '/' {
			return t.notATag(rawState)
		}
		t.pos++
		t.state = rawEndTagOpenState
	case rawEndTagOpenState, scriptEndTagOpenState, escapedEndTagOpenState:
		if !letter(c) {
			return t.notATag(t.state.textBehind())
		}
		t.lowered = t.lowered[:0]
		t.from = t.offset()
		t.state = t.state.nameBehind()
	case rawEndTagNameState, scriptEndTagNameState, escapedEndTagNameState:
		switch {
		case letter(c):
			t.lowered = append(t.lowered, lower(c))
			t.pos++
		case (isSpace(c) || c == '/' || c == '>') && string(t.lowered) == t.lastStart:
			t.beginTag(true)
			t.endTagName()
			t.state = beforeAttributeState
		default:
			return t.notATag(t.state.textBehind())
		}

	case markupState:
		return t.markup()
	case bogusCommentState, commentStartState, commentStartDashState, commentState, commentEndDashState, commentEndState, commentBangState:
		return t.commentStep(c), false
	case cdataBracketState:
		ok, more := t.lookahead("]]>")
		switch {
		case more:
			return noLexeme, true
		case ok:
			t.pos += 3
			t.state = dataState
			if t.wantText {
				return markerLexeme, false
			}
			t.held = false
		default:
			t.pos++
			t.textual(cdataState)
		}
	default:
		if t.state >= doctypeState && t.state <= bogusDoctypeState {
			return t.doctypeStep(c)
		}
		return t.scriptStep(c)
	}
	return noLexeme, false
}

// text passes over text up to where markup may begin.
func (t *tokenizer) text() (l lexeme, more bool) {
	mark, next := byte('<'), tagOpenState
	switch t.state {
	case plaintextState:
		t.pos = len(t.buf)
		return noLexeme, false
	case cdataState:
		mark, next = ']', cdataBracketState
	case rawState:
		next = rawLessThanState
	case scriptState:
		next = scriptLessThanState
	}
	i := bytes.IndexByte(t.buf[t.pos:], mark)
	if i < 0 {
		t.pos = len(t.buf)
		return noLexeme, false
	}
	t.pos += i
	if t.flush() {
		return textLexeme, false
	}
	t.hold()
	if mark == '<' {
		t.pos++
	}
	t.state = next
	return noLexeme, false
}

// notATag goes on with what looked like markup as text.
func (t *tokenizer) notATag(s state) (l lexeme, more bool) {
	t.textual(s)
	if t.flush() {
		return textLexeme, false
	}
	return noLexeme, false
}

// beginTag begins a tag whose name begins here, unless it has been read already, as that of an end tag in raw text.
func (t *tokenizer) beginTag(end bool) {
	t.tag.attrs, t.tag.selfClosing = t.tag.attrs[:0], false
	t.isEnd, t.valueless = end, false
	if t.state == tagOpenState || t.state == endTagOpenState {
		t.lowered = t.lowered[:0]
		t.from = t.offset()
	}
}

// endTagName finds out how much of the tag is needed.
func (t *tokenizer) endTagName() {
	t.tag.name = span{t.from, t.offset()}
	t.tag.traits, t.tag.tagName = traitsOf(t.lowered)
	t.collect = false
	if !t.isEnd {
		t.lastStart = t.tag.tagName
		t.collect = t.needAttributes(t.tag.traits, t.tag.tagName)
		t.held = t.collect || t.wantText
	}
}

// endTag is the end of a tag, at its ">".
func (t *tokenizer) endTag() lexeme {
	t.pos++
	t.tag.raw = t.buf[t.start:t.pos]
	t.state = dataState
	if t.isEnd {
		t.content = 0
		return endTagLexeme
	}
	return startTagLexeme
}

// enter says what the content of the element is that has just been started.
func (t *tokenizer) enter(content tagTraits) {
	switch {
	case content&(rcdata|rawText) != 0:
		t.state = rawState
	case content&script != 0:
		t.state = scriptState
	case content&plaintext != 0:
		t.state = plaintextState
	}
}

// attribute takes bytes of a tag beyond its name.
func (t *tokenizer) attribute() lexeme {
	for t.pos < len(t.buf) {
		c := t.buf[t.pos]
		switch t.state {
		case beforeAttributeState:
			switch {
			case isSpace(c):
				t.pos++
			case c == '/':
				t.pos++
				t.state = selfClosingState
				return noLexeme
			case c == '>':
				return t.endTag()
			default:
				t.attr = attribute{}
				t.from = t.offset()
				t.pos++ // a "=" here is part of the name
				t.state = attributeNameState
			}
		case attributeNameState:
			for t.pos < len(t.buf) {
				c = t.buf[t.pos]
				if isSpace(c) || c == '=' || c == '/' || c == '>' {
					t.attr.name = span{t.from, t.offset()}
					t.attr.value = span{t.offset(), t.offset()}
					t.attr.source = t.attr.name
					t.state = afterAttributeNameState
					break
				}
				t.pos++
			}
		case afterAttributeNameState:
			switch {
			case isSpace(c):
				t.pos++
			case c == '=':
				t.pos++
				t.state = beforeValueState
			default:
				t.addAttribute()
			}
		case beforeValueState:
			switch {
			case isSpace(c):
				t.pos++
			case c == '"' || c == '\'':
				t.pos++
				t.quote = c
				t.from = t.offset()
				t.state = quotedValueState
			case c == '>':
				t.valueless = true
				t.addAttribute()
			default:
				t.from = t.offset()
				t.state = unquotedValueState
			}
		case quotedValueState:
			i := bytes.IndexByte(t.buf[t.pos:], t.quote)
			if i < 0 {
				t.pos = len(t.buf)
				return noLexeme
			}
			t.pos += i
			t.attr.value = span{t.from, t.offset()}
			t.pos++
			t.attr.source.to = t.offset()
			t.addAttribute()
		case unquotedValueState:
			for t.pos < len(t.buf) {
				c = t.buf[t.pos]
				if isSpace(c) || c == '>' {
					t.attr.value = span{t.from, t.offset()}
					t.attr.source.to = t.offset()
					t.addAttribute()
					break
				}
				t.pos++
			}
		}
	}
	return noLexeme
}

func (t *tokenizer) addAttribute() {
	if t.collect {
		t.tag.attrs = append(t.tag.attrs, t.attr)
	}
	t.state = beforeAttributeState
}
