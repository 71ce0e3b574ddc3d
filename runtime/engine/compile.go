package engine

import (
	"cmp"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/dop251/goja/token"

	"devserver/runtime/exactmath"
)

// Compile compiles a program so that what it does can be stopped: see [Mend].
func Compile(tree *ast.Program, strict bool) (*goja.Program, error) {
	text := tree.File.Source()
	if writesBigInts(text) || foldsPowers(text) {
		KeepConstants(tree)
	}
	if namedByKey.MatchString(text) {
		keepClassNames(tree)
	}
	if mayBorrowArguments(text) {
		keepArguments(tree)
	}
	program, err := goja.CompileAST(tree, strict)
	if err != nil && redeclares(err) && shareParameters(tree) {
		program, err = goja.CompileAST(tree, strict)
	}
	if err == nil {
		Mend(program)
	}
	return program, err
}

// MustCompile compiles a source of devserver's own. It panics if that is none.
func MustCompile(name, source string, strict bool) *goja.Program {
	tree, err := goja.Parse(name, source, parser.WithDisableSourceMaps)
	if err != nil {
		panic(err)
	}
	program, err := Compile(tree, strict)
	if err != nil {
		panic(err)
	}
	return program
}

// writesBigInts reports whether there are literals of BigInts in a text.
func writesBigInts(text string) bool {
	for i := 0; ; i++ {
		n := strings.IndexByte(text[i:], 'n')
		if n < 0 {
			return false
		}
		i += n
		if i > 0 && isHex(text[i-1]) && (i+1 == len(text) || !isWord(text[i+1])) {
			// Back to where the word begins, which is a digit if it is a number.
			start := i - 1
			for start > 0 && isWord(text[start-1]) {
				start--
			}
			if '0' <= text[start] && text[start] <= '9' {
				return true
			}
		}
	}
}

// foldsPowers reports whether there is a power of two literals in a text that the compiler would round otherwise than the
// operator does.
func foldsPowers(text string) bool {
	for rest := text; ; {
		before, after, ok := strings.Cut(rest, "**")
		if !ok {
			return false
		}
		rest = after
		before, after = strings.TrimRight(before, " ()"), strings.TrimLeft(after, " (")
		start := len(before)
		for start > 0 && (isWord(before[start-1]) || before[start-1] == '.') {
			start--
		}
		sign := 1.0
		if after, ok = strings.CutPrefix(after, "-"); ok {
			sign = -1
		}
		end := 0
		for end < len(after) && (isWord(after[end]) || after[end] == '.') {
			end++
		}
		x, err := strconv.ParseFloat(before[start:], 64)
		y, err2 := strconv.ParseFloat(after[:end], 64)
		if err == nil && err2 == nil && math.Pow(x, sign*y) != exactmath.Pow(x, sign*y) {
			return true
		}
	}
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '$' || c >= 0x80
}

// KeepConstants has the compiler leave operations on literals of BigInts, and powers, to the program: it would do them itself, and
// 3n ** 9999999999n would keep it busy where nothing can stop it.
func KeepConstants(tree *ast.Program) {
	for _, at := range constants(tree) {
		*at = &ast.SequenceExpression{Sequence: []ast.Expression{*at}} // which the compiler does not look into
	}
}

// UnfoldedText is the text of a program in which the compiler finds no such operations, for what only it compiles.
func UnfoldedText(tree *ast.Program) string {
	text := tree.File.Source()
	if !writesBigInts(text) && !foldsPowers(text) {
		return text
	}
	found := constants(tree)
	slices.SortFunc(found, func(a, b *ast.Expression) int { return cmp.Compare((*b).Idx0(), (*a).Idx0()) })
	for _, at := range found {
		start, end := int((*at).Idx0())-tree.File.Base(), int((*at).Idx1())-tree.File.Base()
		text = text[:start] + "(0," + text[start:end] + ")" + text[end:]
	}
	return text
}

// IsStrict reports whether a program begins with "use strict".
func IsStrict(tree *ast.Program) bool {
	for _, statement := range tree.Body {
		expression, ok := statement.(*ast.ExpressionStatement)
		if !ok {
			return false
		}
		literal, ok := expression.Expression.(*ast.StringLiteral)
		if !ok {
			return false
		}
		if literal.Literal == `"use strict"` || literal.Literal == `'use strict'` {
			return true
		}
	}
	return false
}

// constants are the literals that the compiler would compute with.
func constants(tree *ast.Program) []*ast.Expression {
	k := keeper{seen: map[any]bool{}}
	k.visit(reflect.ValueOf(tree.Body))
	return k.found
}

type keeper struct {
	seen  map[any]bool
	want  func(node any) *ast.Expression // what of a node, instead of constants; may be nil
	found []*ast.Expression
}

func (k *keeper) visit(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		k.visit(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				k.visit(v.Index(i))
			}
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type().Elem().PkgPath() != astPackage || k.seen[v.Interface()] {
			return
		}
		k.seen[v.Interface()] = true
		if k.want != nil {
			if at := k.want(v.Interface()); at != nil {
				k.found = append(k.found, at)
			}
			k.visit(v.Elem())
			return
		}
		switch node := v.Interface().(type) {
		case *ast.BinaryExpression:
			if _, ok := node.Left.(*ast.NumberLiteral); ok && node.Operator == token.EXPONENT || isBigInt(node.Left) {
				k.found = append(k.found, &node.Left)
			}
			if isBigInt(node.Right) {
				k.found = append(k.found, &node.Right)
			}
		case *ast.UnaryExpression:
			if isBigInt(node.Operand) {
				k.found = append(k.found, &node.Operand)
			}
		}
		k.visit(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				k.visit(v.Field(i))
			}
		}
	}
}

var astPackage = reflect.TypeFor[ast.Program]().PkgPath()

// isBigInt reports whether an expression is the literal of a BigInt.
func isBigInt(e ast.Expression) bool {
	literal, ok := e.(*ast.NumberLiteral)
	if !ok {
		return false
	}
	_, ok = literal.Value.(*big.Int)
	return ok
}
