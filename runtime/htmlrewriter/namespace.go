package htmlrewriter

import (
	"bytes"
	"fmt"
)

type namespace int

const (
	nsHTML namespace = iota
	nsSVG
	nsMathML
)

// uri implements https://infra.spec.whatwg.org/#namespaces
func (ns namespace) uri() string {
	switch ns {
	case nsSVG:
		return "http://www.w3.org/2000/svg"
	case nsMathML:
		return "http://www.w3.org/1998/Math/MathML"
	}
	return "http://www.w3.org/1999/xhtml"
}

// builder stands in for the tree construction stage, of which there is none: from the tags alone it says in which
// namespace elements are, and which have text for content. As in lol-html, a document for which the tags alone do not
// tell is refused.
type builder struct {
	ns    namespace
	outer []surroundings
	// open are the elements that are open in the HTML that is within foreign content, the outermost being the foreign
	// one that it is in. Only when that is the last of them does its end tag end it.
	open  []string
	place place
	depth int // of templates, while inTemplateInSelect
}

// surroundings are a namespace that has been left for one within it.
type surroundings struct {
	ns   namespace
	open []string
}

// place is where tags that have text for content might be ignored by a real parser.
type place int

const (
	elsewhere place = iota
	inSelect
	inTemplateInSelect
	inOrAfterFrameset
)

// ambiguityError says that a tag has text for content, or else is to be ignored.
type ambiguityError struct{ tag string }

func (e ambiguityError) Error() string {
	return fmt.Sprintf("The parser has encountered a text content tag (`<%s>`) in the context where it is "+
		"ambiguous whether this tag should be ignored or not. And, thus, it is unclear whether "+
		"consequent content should be parsed as raw text or HTML markup.\n\n"+
		"This error occurs due to the limited capabilities of the streaming parsing. However, "+
		"almost all of the cases of this error are caused by a non-conforming markup (e.g. a "+
		"`<script>` element in `<select>` element).", e.tag)
}

// needsAttributes reports whether startTag has to know the attributes of a tag.
func (b *builder) needsAttributes(traits tagTraits) bool {
	return b.ns != nsHTML && traits&(font|annotationXML) != 0
}

// startTag follows a start tag that guard has accepted, and finds its namespace. It returns the kind of text that the
// content is, if it is text.
func (b *builder) startTag(t *tagLexeme) (content tagTraits, err error) {
	t.ns = b.ns
	switch {
	case t.traits&(svgTag|mathTag) != 0:
		t.ns = nsSVG
		if t.traits&mathTag != 0 {
			t.ns = nsMathML
		}
		if !t.selfClosing {
			b.enter(t.ns, nil)
		}
		return 0, nil
	case b.ns == nsHTML:
		content = t.traits & textual
	case t.traits&breakout != 0, t.traits&font != 0 && (t.has("color") || t.has("size") || t.has("face")):
		b.leaveForeign()
		t.ns = b.ns
	case t.selfClosing:
	case b.ns == nsSVG && t.traits&svgIntegration != 0, b.ns == nsMathML && (t.traits&mathIntegration != 0 || isHTML(t)):
		b.enter(nsHTML, []string{t.tagName})
		return 0, nil
	}
	if t.ns == nsHTML && len(b.open) > 0 && t.traits&void == 0 {
		if len(b.open) > maxDepth {
			return 0, errMemory
		}
		b.open = append(b.open, t.tagName)
	}
	return content, nil
}

// isHTML reports whether a tag is that of an annotation that is HTML.
func isHTML(t *tagLexeme) bool {
	if t.traits&annotationXML == 0 {
		return false
	}
	i := t.find("encoding")
	return i >= 0 && (equalFold(t.value(i), "text/html") || equalFold(t.value(i), "application/xhtml+xml"))
}

// endTag follows an end tag.
func (b *builder) endTag(t *tagLexeme) {
	switch {
	case b.place == inSelect && t.traits&selectTag != 0:
		b.place = elsewhere
	case b.place == inTemplateInSelect && t.traits&template != 0:
		if b.depth--; b.depth == 0 {
			b.place = inSelect
		}
	}
	switch {
	case b.ns != nsHTML && t.traits&paragraphOrBreak != 0:
		b.leaveForeign()
	case b.ns == nsSVG && t.traits&svgTag != 0, b.ns == nsMathML && t.traits&mathTag != 0:
		b.leave()
	case len(b.open) == 1 && b.open[0] == t.tagName:
		b.leave()
	default:
		for i := len(b.open) - 1; i > 0; i-- {
			if b.open[i] == t.tagName {
				b.open = b.open[:i]
				break
			}
		}
	}
}

func (b *builder) enter(ns namespace, open []string) {
	b.outer = append(b.outer, surroundings{b.ns, b.open})
	b.ns, b.open = ns, open
}

// leaveForeign leaves foreign content for the HTML that it is in.
func (b *builder) leaveForeign() {
	for b.ns != nsHTML {
		b.leave()
	}
}

func (b *builder) leave() {
	last := len(b.outer) - 1
	b.ns, b.open = b.outer[last].ns, b.outer[last].open
	b.outer = b.outer[:last]
}

// guard refuses a start tag that has text for content where a real parser might ignore it.
func (b *builder) guard(t *tagLexeme) error {
	refused := t.traits & textual
	switch b.place {
	case elsewhere:
		switch {
		case t.traits&selectTag != 0:
			b.place = inSelect
		case t.traits&frameset != 0:
			b.place = inOrAfterFrameset
		}
		return nil
	case inSelect:
		switch {
		case t.traits&leavesSelect != 0:
			b.place = elsewhere
			return nil
		case t.traits&template != 0:
			b.place, b.depth = inTemplateInSelect, 1
			return nil
		}
		refused &^= script
	case inTemplateInSelect:
		if t.traits&template != 0 {
			b.depth++
		}
	case inOrAfterFrameset:
		if t.traits&noframes != 0 {
			return nil
		}
	}
	if refused != 0 {
		return ambiguityError{t.tagName}
	}
	return nil
}

// equalFold compares without regard to the case of ASCII letters; b is in lower case.
func equalFold(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if lower(a[i]) != b[i] {
			return false
		}
	}
	return true
}

// equalFoldBytes is equalFold for bytes of which neither is in lower case.
func equalFoldBytes(a, b []byte) bool {
	if len(a) != len(b) {
		return false
	}
	if bytes.Equal(a, b) {
		return true
	}
	for i := range a {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}
