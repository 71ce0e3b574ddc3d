// Package language adds what ECMAScript has and the engine lacks.
//
// New classes and namespaces are globals like the platform's, made when they are touched: see [Globals]. What belongs on
// the engine's own objects, such as Promise.withResolvers, cannot wait for that; it is put there for scripts whose text
// mentions it: see [For]. A script that mentions nothing pays nothing. A text that hides a name (["with" + "Resolvers"])
// goes without.
package language

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// Additions are what one script needs on the engine's own objects. The zero value is nothing.
type Additions struct {
	list []*addition
	// WrittenText says how a function was written whose text the engine gives, if it knows: the very string that the engine has,
	// whose bytes are where those of the program's text are. It may be nil.
	WrittenText func(text string) (written string, ok bool)
}

// addition is put on an engine's object for scripts that mention a word.
type addition struct {
	word string
	// and further narrows it down; nil does not.
	and     condition
	install func(r *webidl.Realm)
}

// all are the additions there are, in the order in which they are made.
var all = [][]addition{
	symbolAdditions,
	promiseAdditions,
	regexpAdditions,
	stringAdditions,
	mathAdditions,
	groupAdditions,
	iteratorAdditions,
	errorAdditions,
	bufferAdditions,
	arrayAdditions,
	sortAdditions,
	findAdditions,
	entryAdditions,
	exactAdditions,
	typedAdditions,
	longAdditions,
	allocationAdditions,
	legacyAdditions,
	weakKeyAdditions,
	bigIntAdditions,
	functionAdditions,
}

// byWord is the same, by word.
var byWord = func() map[string][]*addition {
	words := make(map[string][]*addition)
	for _, list := range all {
		for i := range list {
			words[list[i].word] = append(words[list[i].word], &list[i])
		}
	}
	return words
}()

// For reads from the text of a script what it needs. The text may be large: each piece is read once.
func For(text sourcetext.Text) Additions {
	mentioned := make(map[*addition]bool)
	for _, piece := range text {
		for word := range sourcetext.Known(piece, words{}, func() map[string]bool { return knownWords(piece.Text) }) {
			for _, a := range byWord[word] {
				mentioned[a] = true
			}
		}
	}
	var needed Additions
	for _, list := range all {
		for i := range list {
			if a := &list[i]; mentioned[a] && (a.and == nil || a.and(text)) {
				needed.list = append(needed.list, a)
			}
		}
	}
	return needed
}

type words struct{}

// knownWords are the words in a text that additions have.
func knownWords(text string) map[string]bool {
	found := make(map[string]bool)
	for word := range sourcetext.Words(text) {
		if byWord[word] != nil {
			found[word] = true
		}
	}
	return found
}

// Install makes the additions that have not been made in the realm yet: a script's before it runs, and later those of the
// modules that it loads.
func (a Additions) Install(r *webidl.Realm) {
	if len(a.list) == 0 {
		return
	}
	made := webidl.State[installed](r)
	if a.WrittenText != nil {
		made.writtenText = a.WrittenText
	}
	for _, one := range a.list {
		if !made.has(one) {
			one.install(r)
		}
	}
	made.lists = append(made.lists, a.list)
}

// installed is what a realm has been given.
type installed struct {
	lists [][]*addition

	writtenText  func(text string) (written string, ok bool)
	functionText bool
}

func (i *installed) has(a *addition) bool {
	return slices.ContainsFunc(i.lists, func(list []*addition) bool { return slices.Contains(list, a) })
}

// condition reports whether a text can need an addition whose word it mentions.
type condition func(text sourcetext.Text) bool

// mentions is a condition: the text has another word, too.
func mentions(word string) condition {
	return func(text sourcetext.Text) bool { return text.Mentions(word) }
}

// shows is a condition: something that is found by looking at the text.
func shows(in func(piece string) bool) condition {
	sign := sourcetext.NewSign(in)
	return func(text sourcetext.Text) bool { return text.Shows(sign) }
}

// static makes an addition of a function on one of the engine's constructors or namespaces.
func static(object, name string, length int, fn func(c webidl.Call) goja.Value) addition {
	return addition{word: name, install: func(r *webidl.Realm) { define(r.Intrinsic(object), name, r.Builtin(name, length, fn)) }}
}

// method makes an addition of a method of one of the engine's classes.
func method(class, name string, length int, fn func(c webidl.Call) goja.Value) addition {
	return addition{word: name, install: func(r *webidl.Realm) {
		define(r.IntrinsicPrototype(class), name, r.Builtin(name, length, fn))
	}}
}

// define makes a property as those of built-ins are: writable, configurable, not enumerable.
func define(object *goja.Object, name string, value goja.Value) {
	object.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// getter makes an accessor property without a setter.
func getter(r *webidl.Realm, object *goja.Object, name string, get func(c webidl.Call) goja.Value) {
	object.DefineAccessorProperty(name, r.Builtin("get "+name, 0, get), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// complete gives a constructor the properties that those of ECMAScript have.
func complete(r *webidl.Realm, constructor *goja.Object, name string, length int, proto *goja.Object) {
	constructor.DefineDataProperty("name", r.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	constructor.DefineDataProperty("length", r.Int(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	constructor.DefineDataProperty("prototype", proto, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
}

// species gives a constructor the accessor that returns what it is called on.
func species(r *webidl.Realm, constructor *goja.Object) {
	get := r.Builtin("get [Symbol.species]", 0, func(c webidl.Call) goja.Value { return c.This })
	constructor.DefineAccessorPropertySymbol(goja.SymSpecies, get, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
