// Package versionmetadata is the version_metadata binding: which version of the Worker runs. Locally every start of
// devserver is a version. It is the smallest binding there is, and the one to copy for a new kind.
package versionmetadata

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/webidl"
)

// Kind is the kind version_metadata.
type Kind struct{}

// Key implements bindings.Kind.
func (Kind) Key() string { return "version_metadata" }

// Decode implements bindings.Kind.
func (Kind) Decode(section *config.Section) ([]bindings.Binding, config.Diagnostics) {
	name, ok := section.Node.Get("binding").AsString()
	if !ok {
		return nil, nil // the table of kinds in config has reported it
	}
	return []bindings.Binding{&binding{name: name}}, nil
}

type binding struct {
	name, id, timestamp string
}

func (b *binding) Name() string { return b.name }
func (b *binding) Config() any  { return b.name }

func (b *binding) Open(context.Context, bindings.Host) error {
	var id [16]byte
	rand.Read(id[:])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a version 4 UUID, RFC 9562
	b.id = fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	b.timestamp = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	return nil
}

func (b *binding) Value(r *webidl.Realm) goja.Value {
	v := r.VM.NewObject()
	v.Set("id", b.id)
	v.Set("tag", "")
	v.Set("timestamp", b.timestamp)
	return v
}

func (b *binding) Close() error { return nil }

func (b *binding) Row() bindings.Row {
	return bindings.Row{Resource: "this start of devserver", Mode: "local"}
}
