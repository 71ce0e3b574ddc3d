// Package vars puts plain values into env: vars, and the secrets of .dev.vars.
package vars

import (
	"encoding/json"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/webidl"
)

// Var is one variable of env.
type Var struct{ config.Var }

// Name is the property of env.
func (v Var) Name() string { return v.Var.Name }

// Value makes the property's value: a string, or a fresh copy of anything else that JSON can say.
func (v Var) Value(r *webidl.Realm) goja.Value {
	if s, ok := v.Var.Value.(string); ok {
		return r.String(s)
	}
	return r.ParseJSON(string(v.Var.Value.(json.RawMessage)))
}

// Row implements bindings.Describer. A secret is never shown.
func (v Var) Row() bindings.Row {
	row := bindings.Row{Mode: "local"}
	switch {
	case v.Secret:
		row.Resource = `"(hidden)"`
	default:
		text, _ := json.Marshal(v.Var.Value)
		row.Resource = string(text)
	}
	return row
}
