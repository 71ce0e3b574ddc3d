package htmlrewriter

import (
	"bytes"
	"slices"
)

// Element is an element at its start tag. What is to become of its content and of its end tag is remembered until they
// come.
type Element struct {
	mutations
	cs  *charset
	tag *tagLexeme
	// name and attrs are what the tag has by now. The tag itself is written as it came until one of them is changed.
	name    []byte
	attrs   []elementAttribute
	copied  bool // the attributes are in attrs
	changed bool
	// closes says that the tag ends with "/>", if it has to be written anew.
	closes bool

	// content says that the element has content and an end tag, which is not so of a void element.
	content bool
	hide    bool // leave the content out
	endTag  *mutations
	endName []byte
	onEnd   handler
}

// elementAttribute is an attribute of an element. One without source was changed.
type elementAttribute struct{ name, value, source []byte }

// endHandler is what happens at the end tag of an element.
type endHandler struct {
	*mutations // or nil
	name       []byte
	handler    handler
	ended      bool // the end tag has come
}

func newElement(t *tagLexeme, cs *charset, content bool) *Element {
	return &Element{tag: t, cs: cs, name: t.name.of(t.raw), closes: t.selfClosing, content: content}
}

func (e *Element) attributes() []elementAttribute {
	if !e.copied {
		e.copied = true
		for i, a := range e.tag.attrs {
			e.attrs = append(e.attrs, elementAttribute{e.tag.attrName(i), e.tag.value(i), a.source.of(e.tag.raw)})
		}
	}
	return e.attrs
}

// TagName returns the name in lower case.
func (e *Element) TagName() string { return lowerASCII(e.cs.decode(e.name)) }

// SetTagName changes the name, of both tags.
func (e *Element) SetTagName(name string) error {
	switch {
	case name == "":
		return parserError("Tag name can't be empty.")
	case !letter(name[0]):
		return parserError("The first character of the tag name should be an ASCII alphabetical character.")
	}
	if err := forbidden(name, " \n\r\t\f/>", "tag name"); err != nil {
		return err
	}
	b, ok := e.cs.encodeExactly(name)
	if !ok {
		return parserError("The tag name contains a character that can't be represented in the document's character encoding.")
	}
	e.name, e.changed = b, true
	if e.content {
		e.endName = b
	}
	return nil
}

// NamespaceURI returns the namespace that the parser takes the element to be in.
func (e *Element) NamespaceURI() string { return e.tag.ns.uri() }

// Attribute returns the name, in lower case, and the value of the attribute at an index, or false past the last. Values
// are as they are written: no character reference is resolved.
func (e *Element) Attribute(i int) (name, value string, ok bool) {
	attrs := e.attributes()
	if i >= len(attrs) {
		return "", "", false
	}
	return lowerASCII(e.cs.decode(attrs[i].name)), e.cs.decode(attrs[i].value), true
}

// attributeNamed returns the index of an attribute, or -1.
func (e *Element) attributeNamed(name string) int {
	b, err := e.attributeName(name)
	if err != nil {
		return -1
	}
	return slices.IndexFunc(e.attributes(), func(a elementAttribute) bool { return equalFoldBytes(a.name, b) })
}

// attributeName converts the name of an attribute to lower case and to the encoding of the document.
func (e *Element) attributeName(name string) ([]byte, error) {
	if name == "" {
		return nil, parserError("Attribute name can't be empty.")
	}
	if err := forbidden(name, " \n\r\t\f/>=", "attribute name"); err != nil {
		return nil, err
	}
	b, ok := e.cs.encodeExactly(lowerASCII(name))
	if !ok {
		return nil, parserError("The attribute name contains a character that can't be represented in the document's character encoding.")
	}
	return b, nil
}

// GetAttribute returns the value of an attribute as it is written, or false if there is none.
func (e *Element) GetAttribute(name string) (string, bool) {
	i := e.attributeNamed(name)
	if i < 0 {
		return "", false
	}
	return e.cs.decode(e.attrs[i].value), true
}

// HasAttribute reports whether there is an attribute.
func (e *Element) HasAttribute(name string) bool { return e.attributeNamed(name) >= 0 }

// SetAttribute changes an attribute, or adds it. The value is markup, of which only quotes are escaped.
func (e *Element) SetAttribute(name, value string) error {
	b, err := e.attributeName(name)
	if err != nil {
		return err
	}
	v := e.cs.append(nil, value)
	e.changed = true
	if i := e.attributeNamed(name); i >= 0 {
		e.attrs[i].value, e.attrs[i].source = v, nil
	} else {
		e.attrs = append(e.attrs, elementAttribute{name: b, value: v})
	}
	return nil
}

// RemoveAttribute removes all attributes of a name.
func (e *Element) RemoveAttribute(name string) {
	for {
		i := e.attributeNamed(name)
		if i < 0 {
			return
		}
		e.attrs = slices.Delete(e.attrs, i, i+1)
		e.changed = true
	}
}

func (e *Element) end() *mutations {
	if e.endTag == nil {
		e.endTag = &mutations{}
	}
	return e.endTag
}

// Before puts content in front of the element.
func (e *Element) Before(c content) { e.addBefore(c) }

// After puts content behind the element.
func (e *Element) After(c content) {
	if e.content {
		e.end().addAfter(c)
	} else {
		e.addAfter(c)
	}
}

// Prepend puts content in front of the element's own, if it can have any.
func (e *Element) Prepend(c content) {
	if e.content {
		e.closes = false
		e.addAfter(c)
	}
}

// Append puts content behind the element's own, if it can have any.
func (e *Element) Append(c content) {
	if e.content {
		e.closes = false
		e.end().addBefore(c)
	}
}

// SetInnerContent replaces what is in the element, if it can have content.
func (e *Element) SetInnerContent(c content) {
	if e.content {
		e.closes = false
		e.removeContent()
		e.addAfter(c)
	}
}

// Replace replaces the element and what is in it.
func (e *Element) Replace(c content) {
	e.replace(c)
	if e.content {
		e.removeContent()
		e.end().removed = true
	}
}

// Remove removes the element and what is in it.
func (e *Element) Remove() {
	e.removed = true
	if e.content {
		e.removeContent()
		e.end().removed = true
	}
}

// RemoveAndKeepContent removes the two tags.
func (e *Element) RemoveAndKeepContent() {
	e.removed = true
	if e.content {
		e.end().removed = true
	}
}

func (e *Element) removeContent() {
	e.after = nil
	if e.endTag != nil {
		e.endTag.before = nil
	}
	e.hide = true
}

// OnEndTag has h called with the end tag, instead of any other handler. An element without content has none.
func (e *Element) OnEndTag(h handler) error {
	if !e.content {
		return parserError("No end tag.")
	}
	e.onEnd = h
	return nil
}

// endHandler returns what is to happen at the end tag, or nil for nothing.
func (e *Element) endHandler() *endHandler {
	if e.endTag == nil && e.endName == nil && e.onEnd == nil {
		return nil
	}
	// The bytes of the name are the handler's own, not the document's.
	return &endHandler{mutations: e.endTag, name: e.endName, handler: e.onEnd}
}

func (e *Element) appendTo(dst []byte) []byte {
	if !e.changed {
		return append(dst, e.tag.raw...)
	}
	dst = append(dst, '<')
	dst = append(dst, e.name...)
	attrs := e.attributes()
	for _, a := range attrs {
		dst = append(dst, ' ')
		if a.source != nil {
			dst = append(dst, a.source...)
			continue
		}
		dst = append(dst, a.name...)
		dst = append(dst, `="`...)
		dst = append(dst, bytes.ReplaceAll(a.value, []byte{'"'}, []byte("&quot;"))...)
		dst = append(dst, '"')
	}
	if !e.closes {
		return append(dst, '>')
	}
	if len(attrs) > 0 {
		dst = append(dst, ' ') // else the slash would belong to a value without quotes
	}
	return append(dst, "/>"...)
}
