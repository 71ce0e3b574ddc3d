package htmlrewriter

// tagTraits is what the parser has to know of a tag by its name.
type tagTraits uint32

const (
	void tagTraits = 1 << iota // it has no content and no end tag
	// Its content is text, of one kind or another.
	rcdata
	rawText
	script
	plaintext

	svgTag
	mathTag
	// breakout tags end foreign content: https://html.spec.whatwg.org/#parsing-main-inforeign
	breakout
	// Within these is HTML, although they are foreign.
	svgIntegration
	mathIntegration
	annotationXML
	font

	// Those that the guard against ambiguity looks at.
	selectTag
	leavesSelect
	template
	frameset
	noframes

	paragraphOrBreak // whose end tags end foreign content
)

const textual = rcdata | rawText | script | plaintext

// traitsOf returns what there is to know of a tag name in lower case, and the name as a string.
func traitsOf(name []byte) (tagTraits, string) {
	// Each case has the name as a constant, so that the common names need no memory.
	switch string(name) {
	case "a":
		return 0, "a"
	case "area":
		return void, "area"
	case "article":
		return 0, "article"
	case "b":
		return breakout, "b"
	case "base":
		return void, "base"
	case "basefont":
		return void, "basefont"
	case "bgsound":
		return void, "bgsound"
	case "big":
		return breakout, "big"
	case "blockquote":
		return breakout, "blockquote"
	case "body":
		return breakout, "body"
	case "br":
		return void | breakout | paragraphOrBreak, "br"
	case "button":
		return 0, "button"
	case "center":
		return breakout, "center"
	case "code":
		return breakout, "code"
	case "col":
		return void, "col"
	case "dd":
		return breakout, "dd"
	case "desc":
		return svgIntegration, "desc"
	case "div":
		return breakout, "div"
	case "dl":
		return breakout, "dl"
	case "dt":
		return breakout, "dt"
	case "em":
		return breakout, "em"
	case "embed":
		return void | breakout, "embed"
	case "font":
		return font, "font"
	case "footer":
		return 0, "footer"
	case "foreignobject":
		return svgIntegration, "foreignobject"
	case "form":
		return 0, "form"
	case "frameset":
		return frameset, "frameset"
	case "g":
		return 0, "g"
	case "h1":
		return breakout, "h1"
	case "h2":
		return breakout, "h2"
	case "h3":
		return breakout, "h3"
	case "h4":
		return breakout, "h4"
	case "h5":
		return breakout, "h5"
	case "h6":
		return breakout, "h6"
	case "head":
		return breakout, "head"
	case "header":
		return 0, "header"
	case "hr":
		return void | breakout, "hr"
	case "html":
		return 0, "html"
	case "i":
		return breakout, "i"
	case "iframe":
		return rawText, "iframe"
	case "img":
		return void | breakout, "img"
	case "input":
		return void | leavesSelect, "input"
	case "keygen":
		return void | leavesSelect, "keygen"
	case "label":
		return 0, "label"
	case "li":
		return breakout, "li"
	case "link":
		return void, "link"
	case "listing":
		return breakout, "listing"
	case "main":
		return 0, "main"
	case "math":
		return mathTag, "math"
	case "menu":
		return breakout, "menu"
	case "meta":
		return void | breakout, "meta"
	case "mi":
		return mathIntegration, "mi"
	case "mn":
		return mathIntegration, "mn"
	case "mo":
		return mathIntegration, "mo"
	case "ms":
		return mathIntegration, "ms"
	case "mtext":
		return mathIntegration, "mtext"
	case "nav":
		return 0, "nav"
	case "nobr":
		return breakout, "nobr"
	case "noembed":
		return rawText, "noembed"
	case "noframes":
		return rawText | noframes, "noframes"
	case "noscript":
		return rawText, "noscript"
	case "ol":
		return breakout, "ol"
	case "option":
		return 0, "option"
	case "p":
		return breakout | paragraphOrBreak, "p"
	case "param":
		return void, "param"
	case "path":
		return 0, "path"
	case "plaintext":
		return plaintext, "plaintext"
	case "pre":
		return breakout, "pre"
	case "ruby":
		return breakout, "ruby"
	case "s":
		return breakout, "s"
	case "script":
		return script, "script"
	case "section":
		return 0, "section"
	case "select":
		return selectTag | leavesSelect, "select"
	case "small":
		return breakout, "small"
	case "source":
		return void, "source"
	case "span":
		return breakout, "span"
	case "strike":
		return breakout, "strike"
	case "strong":
		return breakout, "strong"
	case "style":
		return rawText, "style"
	case "sub":
		return breakout, "sub"
	case "sup":
		return breakout, "sup"
	case "svg":
		return svgTag, "svg"
	case "table":
		return breakout, "table"
	case "tbody":
		return 0, "tbody"
	case "td":
		return 0, "td"
	case "template":
		return template, "template"
	case "textarea":
		return rcdata | leavesSelect, "textarea"
	case "th":
		return 0, "th"
	case "thead":
		return 0, "thead"
	case "title":
		return rcdata | svgIntegration, "title"
	case "tr":
		return 0, "tr"
	case "track":
		return void, "track"
	case "tt":
		return breakout, "tt"
	case "u":
		return breakout, "u"
	case "ul":
		return breakout, "ul"
	case "var":
		return breakout, "var"
	case "wbr":
		return void, "wbr"
	case "xmp":
		return rawText, "xmp"
	case "annotation-xml":
		return annotationXML, "annotation-xml"
	}
	return 0, string(name)
}
