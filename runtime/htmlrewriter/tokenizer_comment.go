package htmlrewriter

import "bytes"

// markup finds out what "<!" begins: https://html.spec.whatwg.org/#markup-declaration-open-state
func (t *tokenizer) markup() (l lexeme, more bool) {
	for _, word := range [...]string{"--", "doctype", "[CDATA["} {
		ok, more := t.lookahead(word)
		switch {
		case more:
			return noLexeme, true
		case !ok:
			continue
		case word == "[CDATA[" && !t.cdata:
			continue
		}
		t.pos += len(word)
		switch word {
		case "--":
			t.startComment(t.offset())
			t.state = commentStartState
		case "doctype":
			t.doctype = doctypeLexemeParts{}
			t.held = t.wantDoctypes || t.wantText
			t.state = doctypeState
		default:
			t.state = cdataState
			if t.wantText {
				return markerLexeme, false
			}
			t.held = false
		}
		return noLexeme, false
	}
	t.startComment(t.offset())
	t.state = bogusCommentState
	return noLexeme, false
}

// startComment begins a comment whose text begins at an offset.
func (t *tokenizer) startComment(from int) {
	t.comment = span{from, from}
	t.held = t.wantComments || t.wantText
}

// commentStep is step for comments: https://html.spec.whatwg.org/#bogus-comment-state, and #comment-start-state and those
// after it.
func (t *tokenizer) commentStep(c byte) lexeme {
	switch t.state {
	case bogusCommentState:
		if !t.seek('>') {
			return noLexeme
		}
		t.comment.to = t.offset()
		return t.endComment()
	case commentStartState:
		switch c {
		case '-':
			t.comment.to = t.offset()
			t.pos++
			t.state = commentStartDashState
		case '>':
			t.comment.to = t.offset()
			return t.endComment()
		default:
			t.state = commentState
		}
	case commentStartDashState:
		switch c {
		case '-':
			t.pos++
			t.state = commentEndState
		case '>':
			return t.endComment()
		default:
			t.state = commentState
		}
	case commentState:
		if t.seek('-') {
			t.comment.to = t.offset()
			t.pos++
			t.state = commentEndDashState
		}
	case commentEndDashState:
		if c == '-' {
			t.pos++
			t.state = commentEndState
		} else {
			t.state = commentState
		}
	case commentEndState:
		switch c {
		case '>':
			return t.endComment()
		case '!':
			t.pos++
			t.state = commentBangState
		case '-':
			t.pos++
			t.comment.to++
		default:
			t.state = commentState
		}
	case commentBangState:
		switch c {
		case '>':
			return t.endComment()
		case '-':
			t.comment.to = t.offset()
			t.pos++
			t.state = commentEndDashState
		default:
			t.state = commentState
		}
	}
	return noLexeme
}

// endComment is the end of a comment, at its ">". Text on both sides of a comment is two texts, whether or not anybody
// wants the comment.
func (t *tokenizer) endComment() lexeme {
	t.pos++
	t.state = dataState
	if t.wantComments || t.wantText {
		return commentLexeme
	}
	t.held = false
	return noLexeme
}

// seek moves to the next c, or to the end of what there is, and reports whether c is there.
func (t *tokenizer) seek(c byte) bool {
	i := bytes.IndexByte(t.buf[t.pos:], c)
	if i < 0 {
		t.pos = len(t.buf)
		return false
	}
	t.pos += i
	return true
}

// doctypeStep is step for document types: https://html.spec.whatwg.org/#doctype-state and those after it.
func (t *tokenizer) doctypeStep(c byte) (l lexeme, more bool) {
	if c == '>' {
		t.endDoctypePart(t.state)
		t.pos++
		t.state = dataState
		if t.wantDoctypes || t.wantText {
			return doctypeLexeme, false
		}
		t.held = false
		return noLexeme, false
	}
	space := isSpace(c)
	switch t.state {
	case doctypeState:
		if !space {
			t.from = t.offset()
			t.state = doctypeNameState
		}
	case doctypeNameState:
		if space {
			t.endDoctypePart(t.state)
			t.state = afterDoctypeNameState
		}
	case afterDoctypeNameState:
		if space {
			break
		}
		public, more := t.lookahead("public")
		if more {
			return noLexeme, true
		}
		system, more := t.lookahead("system")
		if more {
			return noLexeme, true
		}
		switch {
		case public:
			t.pos += len("public")
			t.state = afterPublicState
			return noLexeme, false
		case system:
			t.pos += len("system")
			t.state = afterSystemState
			return noLexeme, false
		}
		t.state = bogusDoctypeState
	case afterPublicState, afterSystemState, afterPublicIDState:
		switch {
		case space:
		case c == '"' || c == '\'':
			t.quote = c
			t.from = t.offset() + 1
			if t.state == afterPublicState {
				t.state = publicIDState
			} else {
				t.state = systemIDState
			}
		default:
			t.state = bogusDoctypeState
		}
	case publicIDState, systemIDState:
		if c == t.quote {
			t.endDoctypePart(t.state)
			if t.state == publicIDState {
				t.state = afterPublicIDState
			} else {
				t.state = bogusDoctypeState
			}
		}
	}
	t.pos++
	return noLexeme, false
}

// endDoctypePart ends the part of a document type that is being read, if any is.
func (t *tokenizer) endDoctypePart(s state) {
	part := &span{t.from, t.offset()}
	switch s {
	case doctypeNameState:
		t.doctype.name = part
	case publicIDState:
		t.doctype.publicID = part
	case systemIDState:
		t.doctype.systemID = part
	}
}
