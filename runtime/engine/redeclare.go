package engine

import (
	"errors"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// The compiler takes a var for another declaration of what a parameter that is a pattern or the rest has declared, as in
// function f(...args) { var args = args.slice(1) }, and refuses the function. In the standard it is the parameter.

// redeclares reports whether a program was refused for something that was declared twice.
func redeclares(err error) bool {
	var refused *goja.CompilerSyntaxError
	return errors.As(err, &refused) && strings.Contains(refused.Message, "has already been declared")
}

// shareParameters makes assignments of the declarations that mean such a parameter, and reports whether there are any. A
// function in the parameters' own defaults sees what is assigned, which it should not.
func shareParameters(tree *ast.Program) bool {
	s := sharer{seen: map[any]bool{}}
	s.visit(reflect.ValueOf(tree.Body), nil)
	return s.found
}

type nameSet map[unistring.String]bool

type sharer struct {
	seen  map[any]bool
	found bool
}

// visit goes through a part of the tree, in a function with some parameters that it declares again.
func (s *sharer) visit(v reflect.Value, shared nameSet) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		s.visit(v.Elem(), shared)
		if len(shared) == 0 || !v.CanSet() {
			return
		}
		switch node := v.Interface().(type) {
		case *ast.VariableStatement:
			if means(node.List, shared) {
				if e := assignments(node.List); e != nil {
					v.Set(reflect.ValueOf(&ast.ExpressionStatement{Expression: e}))
				} else {
					v.Set(reflect.ValueOf(&ast.EmptyStatement{Semicolon: node.Var}))
				}
			}
		case *ast.ForLoopInitializerVarDeclList:
			if means(node.List, shared) {
				if e := assignments(node.List); e != nil {
					v.Set(reflect.ValueOf(&ast.ForLoopInitializerExpression{Expression: e}))
				} else {
					v.SetZero()
				}
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				s.visit(v.Index(i), shared)
			}
		}
	case reflect.Pointer:
		if v.IsNil() || v.Type().Elem().PkgPath() != astPackage || s.seen[v.Interface()] {
			return
		}
		s.seen[v.Interface()] = true
		switch node := v.Interface().(type) {
		case *ast.FunctionLiteral:
			shared = s.function(node.ParameterList, &node.DeclarationList)
		case *ast.ArrowFunctionLiteral:
			shared = s.function(node.ParameterList, &node.DeclarationList)
		case *ast.ClassStaticBlock:
			shared = nil
		}
		s.visit(v.Elem(), shared)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				s.visit(v.Field(i), shared)
			}
		}
	}
}

// function takes from a function's declarations those of its parameters, whose names it returns.
func (s *sharer) function(parameters *ast.ParameterList, declared *[]*ast.VariableDeclaration) nameSet {
	bound := nameSet{}
	for _, parameter := range parameters.List {
		if _, simple := parameter.Target.(*ast.Identifier); !simple {
			bound.add(parameter.Target)
		}
	}
	bound.add(parameters.Rest)
	shared := nameSet{}
	for i, declaration := range *declared {
		here := nameSet{}
		for _, binding := range declaration.List {
			here.add(binding.Target)
		}
		left := &ast.VariableDeclaration{Var: declaration.Var}
		for _, name := range slices.Sorted(maps.Keys(here)) {
			if bound[name] {
				shared[name] = true
			} else {
				left.List = append(left.List, &ast.Binding{Target: &ast.Identifier{Name: name, Idx: declaration.Var}})
			}
		}
		if len(left.List) < len(here) {
			(*declared)[i], s.found = left, true
		}
	}
	return shared
}

// means reports whether one of some declarations means a name.
func means(list []*ast.Binding, shared nameSet) bool {
	here := nameSet{}
	for _, binding := range list {
		here.add(binding.Target)
	}
	for name := range here {
		if shared[name] {
			return true
		}
	}
	return false
}

// add adds what a target declares.
func (n nameSet) add(target ast.Expression) {
	switch target := target.(type) {
	case *ast.Identifier:
		n[target.Name] = true
	case *ast.AssignExpression:
		n.add(target.Left)
	case *ast.ArrayPattern:
		for _, element := range target.Elements {
			n.add(element)
		}
		n.add(target.Rest)
	case *ast.ObjectPattern:
		for _, property := range target.Properties {
			switch property := property.(type) {
			case *ast.PropertyShort:
				n[property.Name.Name] = true
			case *ast.PropertyKeyed:
				n.add(property.Value)
			}
		}
		n.add(target.Rest)
	}
}

// assignments are those that declarations make; nil if they make none.
func assignments(list []*ast.Binding) ast.Expression {
	var sequence []ast.Expression
	for _, binding := range list {
		if binding.Initializer != nil {
			sequence = append(sequence, &ast.AssignExpression{Operator: token.ASSIGN, Left: binding.Target, Right: binding.Initializer})
		}
	}
	switch len(sequence) {
	case 0:
		return nil
	case 1:
		return sequence[0]
	}
	return &ast.SequenceExpression{Sequence: sequence}
}

// namedByKey finds where a computed key names a class that may have a name of its own.
var namedByKey = regexp.MustCompile(`\]\s*:\s*class\b`)

// keepClassNames has the compiler leave classes alone that are values of computed keys and have names: it would give them the
// keys for names.
func keepClassNames(tree *ast.Program) {
	k := keeper{seen: map[any]bool{}, want: func(node any) *ast.Expression {
		property, ok := node.(*ast.PropertyKeyed)
		if !ok || !property.Computed {
			return nil
		}
		if class, ok := property.Value.(*ast.ClassLiteral); ok && hasName(class) {
			return &property.Value
		}
		return nil
	}}
	k.visit(reflect.ValueOf(tree.Body))
	for _, at := range k.found {
		*at = &ast.SequenceExpression{Sequence: []ast.Expression{*at}}
	}
}

// hasName reports whether a class says what its name is.
func hasName(class *ast.ClassLiteral) bool {
	if class.Name != nil {
		return true
	}
	for _, element := range class.Body {
		var key ast.Expression
		switch element := element.(type) {
		case *ast.FieldDefinition:
			if element.Static && !element.Computed {
				key = element.Key
			}
		case *ast.MethodDefinition:
			if element.Static && !element.Computed {
				key = element.Key
			}
		}
		if name, ok := key.(*ast.StringLiteral); ok && name.Value == "name" {
			return true
		}
	}
	return false
}
