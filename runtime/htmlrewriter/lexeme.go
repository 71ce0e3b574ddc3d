package htmlrewriter

// lexeme is what the tokenizer has come to.
type lexeme int

const (
	noLexeme lexeme = iota // more input is needed
	textLexeme
	startTagLexeme
	endTagLexeme
	commentLexeme
	doctypeLexeme
	// markerLexeme is markup that stands for nothing by itself: the two ends of a CDATA section, "</>", and a tag that
	// the end of the document cuts short.
	markerLexeme
	endLexeme // of the document
)

// span is a part of a lexeme, by offsets from its start.
type span struct{ from, to int }

func (s span) of(raw []byte) []byte { return raw[s.from:s.to] }

// tagLexeme is the tag that the tokenizer has come to.
type tagLexeme struct {
	raw         []byte
	name        span
	tagName     string // in lower case
	traits      tagTraits
	attrs       []attribute // of a start tag, if anybody needs them
	selfClosing bool
	ns          namespace
}

// attribute is where an attribute is in its tag. The source has the name, the value and what is around them.
type attribute struct{ name, value, source span }

func (t *tagLexeme) attrName(i int) []byte { return t.attrs[i].name.of(t.raw) }
func (t *tagLexeme) value(i int) []byte    { return t.attrs[i].value.of(t.raw) }

// find returns the index of the attribute with a name in lower case, or -1.
func (t *tagLexeme) find(name string) int {
	for i := range t.attrs {
		if equalFold(t.attrName(i), name) {
			return i
		}
	}
	return -1
}

func (t *tagLexeme) has(name string) bool { return t.find(name) >= 0 }

// doctypeLexemeParts is where the parts of a document type are; those that are not there are nil.
type doctypeLexemeParts struct{ name, publicID, systemID *span }
