package engine

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/unistring"
)

// The compiler does not keep a function's arguments for an arrow function in it that is the first to mention them: what the arrow
// function reads is something else, or the engine panics. A function that mentions them itself before keeps them.

// mayBorrowArguments reports whether an arrow function in a text may mention arguments.
func mayBorrowArguments(text string) bool {
	return strings.Contains(text, "arguments") && strings.Contains(text, "=>")
}

// keepArguments has each function mention its arguments before an arrow function in it does.
func keepArguments(tree *ast.Program) {
	b := borrowing{seen: map[any]bool{}}
	b.visit(reflect.ValueOf(tree.Body), nil)
}

type borrowing struct{ seen map[any]bool }

// lender is a function that is no arrow function, while its parts are visited.
type lender struct {
	arrows     int  // how many arrow functions around the part that is visited
	parameters bool // that part is in the parameters
	borrowed   bool // an arrow function in the body mentions arguments
	inArrow    bool // the latest arrow function in the parameters does
	own        bool // arguments is the name of something else
}

func (b *borrowing) visit(v reflect.Value, in *lender) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		arrow, ok := v.Interface().(*ast.ArrowFunctionLiteral)
		if !ok || in == nil || !in.parameters || in.arrows > 0 {
			b.visit(v.Elem(), in)
			return
		}
		in.inArrow = false
		b.visit(v.Elem(), in)
		if in.inArrow && v.CanSet() {
			v.Set(reflect.ValueOf(&ast.SequenceExpression{Sequence: []ast.Expression{mention(arrow.Start), arrow}}))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				b.visit(v.Index(i), in)
			}
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type().Elem().PkgPath() != astPackage || b.seen[v.Interface()] {
			return
		}
		b.seen[v.Interface()] = true
		switch node := v.Interface().(type) {
		case *ast.Identifier:
			in.mentions(node.Name)
		case *ast.PropertyShort:
			in.mentions(node.Name.Name)
			b.visit(v.Elem(), in)
		case *ast.Binding:
			if name, ok := node.Target.(*ast.Identifier); ok && in != nil && name.Name == "arguments" {
				in.own = true
			}
			b.visit(v.Elem(), in)
		case *ast.DotExpression:
			b.visit(reflect.ValueOf(&node.Left).Elem(), in)
		case *ast.ClassLiteral:
			if mayBorrowArguments(node.Source) {
				b.visit(v.Elem(), in)
			}
		case *ast.ArrowFunctionLiteral:
			if !strings.Contains(node.Source, "arguments") {
				return
			}
			if in != nil {
				in.arrows++
				defer func() { in.arrows-- }()
			}
			b.visit(v.Elem(), in)
		case *ast.FunctionLiteral:
			if !mayBorrowArguments(node.Source) {
				return
			}
			l := &lender{parameters: true}
			b.visit(reflect.ValueOf(node.ParameterList), l)
			l.parameters = false
			b.visit(reflect.ValueOf(node.Body), l)
			if l.borrowed && !l.own {
				node.Body.List = slices.Insert(node.Body.List, directives(node.Body.List), ast.Statement(&ast.ExpressionStatement{Expression: mention(node.Body.LeftBrace)}))
			}
		case *ast.ClassStaticBlock:
			b.visit(v.Elem(), nil)
		default:
			b.visit(v.Elem(), in)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				b.visit(v.Field(i), in)
			}
		}
	}
}

func (l *lender) mentions(name unistring.String) {
	switch {
	case l == nil || l.arrows == 0 || name != "arguments":
	case l.parameters:
		l.inArrow = true
	default:
		l.borrowed = true
	}
}

func mention(at file.Idx) *ast.Identifier { return &ast.Identifier{Name: "arguments", Idx: at} }

// directives is how many statements at the beginning are "use strict" and the like.
func directives(list []ast.Statement) (n int) {
	for _, statement := range list {
		expression, ok := statement.(*ast.ExpressionStatement)
		if !ok {
			break
		}
		if _, ok := expression.Expression.(*ast.StringLiteral); !ok {
			break
		}
		n++
	}
	return n
}
