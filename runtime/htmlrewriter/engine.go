package htmlrewriter

import (
	"slices"
	"unicode/utf8"

	"devserver/runtime/textcodec"
)

// handler is what is to be called with a token. The engine does not know how: it says so in an event.
type handler any

// elementHandlers and documentHandlers are the handlers of one on() and one onDocument(). Those that are not there are
// nil.
type elementHandlers struct{ element, comments, text handler }

type documentHandlers struct{ doctype, comments, text, end handler }

// eventKind is what the engine cannot go on without.
type eventKind int

const (
	needInput  eventKind = iota // call feed, or finish
	needCall                    // call handler with token
	needStream                  // append what content.stream gives, by write
	documentDone
	failed // err says why
)

// event is what the engine has come to.
type event struct {
	kind    eventKind
	handler handler
	token   token
	content content
	err     error
}

// maxMemory is how many bytes of a document may have to be kept at a time, because a part that somebody wants has not
// come to its end. It is workerd's limit.
const maxMemory = 3 << 20

var errMemory = parserError("The memory limit has been exceeded.")

// engine rewrites a document. It never blocks and calls nobody: whoever drives it calls next, does what the event says,
// and calls next again. What the document has become so far is taken from out.
type engine struct {
	tokens  tokenizer
	builder builder
	match   *matcher // nil if there are no selectors
	cs      *charset
	esi     bool // the tags of Edge Side Includes are void
	out     []byte
	kept    []byte // of the input, what the tokenizer is not done with
	err     error

	element, comments, text, doctype, atEnd []*registration
	ends                                    []*endHandler // of open elements, in the order in which they were opened
	selectors                               []selected

	// copied is up to where in the tokenizer's buffer the document is in out, or is left out.
	copied int
	hiding int  // how many open elements have their content left out
	silent bool // nothing of the document goes to out

	lexeme   lexeme // being dealt with
	flushed  bool   // the text before it has been ended
	finished bool   // the last one has been dealt with
	current  token  // which handlers are being called with
	calls    []call
	pieces   []piece
	textual  textRun
}

// registration is a handler and how many open elements, at present, make it wanted.
type registration struct {
	handler handler
	wanted  int
}

// selected is what a match of a selector makes wanted.
type selected struct{ element, comments, text *registration }

// call is a handler to be called with the current token, after what an element has left for its end tag.
type call struct {
	handler handler
	end     *endHandler
}

// piece is something to be written.
type piece struct {
	content content
	self    token // instead of content
}

// textRun is the text that is being read.
type textRun struct {
	open    bool // it has begun
	decoder *textcodec.Decoder
	carry   []byte // of a character of UTF-8 that is cut short
}

func newEngine(cs *charset) *engine {
	e := &engine{cs: cs}
	e.tokens.needAttributes = e.needAttributes
	return e
}

// on adds handlers for elements that selectors select.
func (e *engine) on(list []complexSelector, h elementHandlers) {
	if e.match == nil {
		e.match = &matcher{}
	}
	e.match.add(list, len(e.selectors), e.cs)
	e.selectors = append(e.selectors, selected{
		register(&e.element, h.element, 0), register(&e.comments, h.comments, 0), register(&e.text, h.text, 0),
	})
}

// onDocument adds handlers for the whole document. They come after all that were added with on.
func (e *engine) onDocument(h documentHandlers) {
	register(&e.doctype, h.doctype, 1)
	register(&e.comments, h.comments, 1)
	register(&e.text, h.text, 1)
	register(&e.atEnd, h.end, 1)
	e.updateWants()
}

func register(list *[]*registration, h handler, wanted int) *registration {
	if h == nil {
		return nil
	}
	r := &registration{h, wanted}
	*list = append(*list, r)
	return r
}

func wanted(list []*registration) bool {
	return slices.ContainsFunc(list, func(r *registration) bool { return r.wanted > 0 })
}

// updateWants tells the tokenizer what to look for from here on.
func (e *engine) updateWants() {
	e.tokens.wantText = wanted(e.text)
	e.tokens.wantComments = wanted(e.comments)
	e.tokens.wantDoctypes = wanted(e.doctype)
}

// needAttributes is what the tokenizer asks at the end of a start tag's name.
func (e *engine) needAttributes(traits tagTraits, name string) bool {
	needed := e.builder.needsAttributes(traits)
	if e.match != nil {
		e.match.begin(name)
		needed = needed || len(e.match.found) > 0
	}
	return needed
}

// feed gives the engine more of the document. It keeps none of it once it asks for more.
func (e *engine) feed(input []byte) {
	if len(e.kept) == 0 {
		e.tokens.feed(input)
		return
	}
	if len(e.kept)+len(input) > maxMemory {
		e.err = errMemory
		return
	}
	e.kept = append(e.kept, input...)
	e.tokens.feed(e.kept)
}

// finish says that the document has ended.
func (e *engine) finish() {
	e.tokens.last = true
	e.tokens.feed(e.kept)
}

// next goes on until something is needed.
func (e *engine) next() event {
	for {
		switch {
		case e.err != nil:
			return event{kind: failed, err: e.err}
		case len(e.calls) > 0:
			c := e.calls[0]
			e.calls = e.calls[1:]
			if c.end != nil {
				c.end.apply(e.current.(*EndTag))
			}
			if c.handler != nil {
				return event{kind: needCall, handler: c.handler, token: e.current}
			}
		case e.current != nil:
			e.settle()
		case len(e.pieces) > 0:
			p := e.pieces[0]
			e.pieces = e.pieces[1:]
			switch {
			case p.self != nil:
				e.out = p.self.appendTo(e.out)
			case p.content.stream != nil:
				return event{kind: needStream, content: p.content}
			default:
				e.write(p.content.text, p.content.html)
			}
		case e.finished:
			return event{kind: documentDone}
		case e.lexeme != noLexeme:
			e.advance()
		default:
			if e.lexeme = e.tokens.next(); e.lexeme == noLexeme {
				e.save()
				return event{kind: needInput}
			}
			e.flushed = e.lexeme == textLexeme
			if e.lexeme == startTagLexeme {
				e.err = e.builder.guard(&e.tokens.tag)
			}
		}
	}
}

// write writes content.
func (e *engine) write(text string, html bool) {
	if !html {
		text = textEscaper.Replace(text)
	}
	e.out = e.cs.append(e.out, text)
}

// copyTo brings the document up to a position of the buffer to out, as it came.
func (e *engine) copyTo(pos int) {
	if !e.silent && pos > e.copied {
		e.out = append(e.out, e.tokens.buf[e.copied:pos]...)
	}
	e.copied = pos
}

// save is what has to be done before the input is gone.
func (e *engine) save() {
	rest := e.tokens.rest()
	e.copyTo(len(e.tokens.buf) - len(rest))
	e.copied = 0
	if len(rest) > 0 && len(rest) == len(e.kept) && &rest[0] == &e.kept[0] {
		return // a long lexeme comes in many pieces
	}
	e.kept = append(e.kept[:0], rest...)
}

// advance deals with a lexeme. Text that came before it ends first, as handlers that want it might no longer afterwards.
func (e *engine) advance() {
	if !e.flushed {
		e.flushed = true
		if e.textual.open {
			e.endText()
			return
		}
	}
	l := e.lexeme
	e.lexeme = noLexeme
	switch l {
	case startTagLexeme:
		e.startTag()
	case endTagLexeme:
		e.endTag()
	case textLexeme:
		e.addText()
	case commentLexeme:
		if e.tokens.wantComments {
			raw := e.raw()
			e.give(&Comment{text: e.tokens.comment.of(raw), raw: raw, cs: e.cs}, e.comments)
		}
	case doctypeLexeme:
		if e.tokens.wantDoctypes {
			e.give(e.newDoctype(), e.doctype)
		}
	case endLexeme:
		e.finished = true
		e.copyTo(len(e.tokens.buf))
		if len(e.atEnd) > 0 {
			e.silent = false
			e.take(&DocumentEnd{})
			for _, r := range slices.Backward(e.atEnd) {
				e.calls = append(e.calls, call{handler: r.handler})
			}
		}
	}
}

// raw is the lexeme as it came.
func (e *engine) raw() []byte { return e.tokens.buf[e.tokens.start:e.tokens.pos] }

// give has handlers called with a token.
func (e *engine) give(t token, list []*registration) {
	e.take(t)
	e.callAll(list)
}

func (e *engine) callAll(list []*registration) {
	for _, r := range list {
		if r.wanted > 0 {
			e.calls = append(e.calls, call{handler: r.handler})
		}
	}
}

// take makes the lexeme a token.
func (e *engine) take(t token) {
	e.copyTo(e.tokens.start)
	e.copied = e.tokens.pos
	e.current = t
	e.calls = e.calls[:0]
}

// settle writes the token that all its handlers have been called with.
func (e *engine) settle() {
	t := e.current
	e.current = nil
	if el, ok := t.(*Element); ok && el.content {
		open := &e.match.top().element
		open.hidden = el.hide
		if el.hide {
			e.hiding++
		}
		if open.end = el.endHandler(); open.end != nil {
			e.ends = append(e.ends, open.end)
		}
	}
	if !e.silent {
		e.put(t)
	}
	switch t.(type) {
	case *Element, *EndTag:
		e.silent = e.hiding > 0
	}
}

// put has a token written, with what was put around it.
func (e *engine) put(t token) {
	m := t.changes()
	e.pieces = e.pieces[:0]
	e.putContent(m.before)
	if m.removed {
		e.putContent(m.replacement)
	} else {
		e.pieces = append(e.pieces, piece{self: t})
	}
	e.putContent(m.after)
}

func (e *engine) putContent(list []content) {
	for _, c := range list {
		e.pieces = append(e.pieces, piece{content: c})
	}
}

func (e *engine) startTag() {
	t := &e.tokens.tag
	content, err := e.builder.startTag(t)
	if err != nil {
		e.err = err
		return
	}
	e.tokens.cdata = e.builder.ns != nsHTML
	if e.match != nil {
		hasContent := !t.selfClosing
		if t.ns == nsHTML {
			hasContent = t.traits&void == 0 && !(e.esi && (t.tagName == "esi:include" || t.tagName == "esi:comment"))
		}
		if !e.match.finish(t, hasContent) {
			e.err = errMemory
			return
		}
		if len(e.match.matched) > 0 {
			e.matched(t, hasContent)
		}
	}
	// What follows <script a=> is markup to lol-html if anything but tags is wanted at the time, and text if not.
	if !e.tokens.valueless || !e.tokens.wants() {
		e.tokens.enter(content)
	}
}

// matched makes wanted what the selectors that match a tag ask for.
func (e *engine) matched(t *tagLexeme, content bool) {
	for _, id := range e.match.matched {
		s := e.selectors[id]
		if content {
			s.comments.add(1)
			s.text.add(1)
		}
		s.element.add(1)
	}
	e.updateWants()
	if !wanted(e.element) {
		return
	}
	el := newElement(t, e.cs, content)
	el.removed = e.hiding > 0
	e.give(el, e.element)
	for _, r := range e.element {
		r.wanted = 0
	}
}

// add changes how much a handler is wanted, if there is one.
func (r *registration) add(n int) {
	if r != nil {
		r.wanted += n
	}
}

func (e *engine) endTag() {
	t := &e.tokens.tag
	e.builder.endTag(t)
	e.tokens.cdata = e.builder.ns != nsHTML
	if e.match == nil {
		return
	}
	ended := false
	e.match.end(t.tagName, func(open *openElement) {
		for _, id := range open.ids {
			e.selectors[id].comments.add(-1)
			e.selectors[id].text.add(-1)
		}
		if open.hidden {
			e.hiding--
		}
		if open.end != nil {
			open.end.ended, ended = true, true
		}
	})
	e.updateWants()
	if e.silent && e.hiding == 0 {
		e.copied = e.tokens.start
		e.silent = false
		if !ended {
			e.copyTo(e.tokens.pos)
		}
	}
	if ended {
		raw := e.raw()
		e.take(&EndTag{name: t.name.of(raw), raw: raw, cs: e.cs})
		e.closeEnds()
	}
}

// closeEnds calls what the elements have left that an end tag closes, the innermost first.
func (e *engine) closeEnds() {
	first := slices.IndexFunc(e.ends, func(h *endHandler) bool { return h.ended })
	for i := len(e.ends) - 1; i >= first; i-- {
		e.calls = append(e.calls, call{handler: e.ends[i].handler, end: e.ends[i]})
	}
	clear(e.ends[first:])
	e.ends = e.ends[:first]
}

// apply does to an end tag what was asked for at the start tag. What an element asks for takes the place of what those
// within it did that have no end tag of their own.
func (h *endHandler) apply(t *EndTag) {
	if h.name != nil {
		t.name, t.raw = h.name, nil
	}
	if h.mutations != nil {
		t.mutations = *h.mutations
	}
}

func (e *engine) newDoctype() *Doctype {
	raw := e.raw()
	part := func(s *span) *string {
		if s == nil {
			return nil
		}
		text := e.cs.decode(s.of(raw))
		return &text
	}
	parts := e.tokens.doctype
	d := &Doctype{Name: part(parts.name), PublicID: part(parts.publicID), SystemID: part(parts.systemID), raw: raw}
	if d.Name != nil {
		*d.Name = lowerASCII(*d.Name)
	}
	return d
}

// addText makes a token of a part of a text.
func (e *engine) addText() {
	raw := e.raw()
	run := &e.textual
	run.open = true
	t := &Text{cs: e.cs, raw: raw}
	if e.cs.encoder != nil {
		if run.decoder == nil {
			run.decoder = e.cs.decoder()
		}
		t.text, _ = run.decoder.Decode(raw, true) // which does not fail unless it is fatal
	} else {
		if len(run.carry) > 0 {
			raw = append(run.carry, raw...)
			run.carry = nil
		}
		whole := len(raw) - incomplete(raw)
		run.carry = append(run.carry, raw[whole:]...)
		t.raw = raw[:whole]
		t.text = textcodec.DecodeUTF8WithoutBOM(t.raw)
	}
	if t.text == "" {
		// Only a part of a character: its bytes go with the next token.
		e.copyTo(e.tokens.start)
		e.copied = e.tokens.pos
		return
	}
	e.give(t, e.text)
}

// endText makes the token that ends a text, which is empty unless the text ends within a character.
func (e *engine) endText() {
	run := &e.textual
	t := &Text{cs: e.cs, last: true, raw: run.carry}
	if run.decoder != nil {
		t.text, _ = run.decoder.Decode(nil, false)
	} else {
		t.text = textcodec.DecodeUTF8WithoutBOM(t.raw)
	}
	run.open, run.carry = false, nil
	e.copyTo(e.tokens.start)
	e.current = t
	e.calls = e.calls[:0]
	e.callAll(e.text)
}

// incomplete returns how many bytes at the end of text are those of a character that may be going on.
func incomplete(text []byte) int {
	for n := 1; n <= min(3, len(text)); n++ {
		tail := text[len(text)-n:]
		if utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
