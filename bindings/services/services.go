// Package services is the services binding: another Worker, or the Worker itself, to send requests to and whose methods
// to call. Both run here, in one program, and nothing between them goes through a network.
package services

import (
	"cmp"
	"context"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/rpc"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// Kind is the kind services.
type Kind struct{}

// Key implements bindings.Kind.
func (Kind) Key() string { return "services" }

// Decode implements bindings.Kind.
func (Kind) Decode(section *config.Section) ([]bindings.Binding, config.Diagnostics) {
	var list []bindings.Binding
	var problems config.Diagnostics
	for _, entry := range section.Node.Items() {
		text := func(key string) string {
			s, _ := entry.Get(key).AsString() // the table of kinds in config has reported what is none
			return s
		}
		s := settings{binding: text("binding"), service: text("service"), environment: text("environment"), entrypoint: text("entrypoint")}
		if s.binding == "" || s.service == "" {
			continue
		}
		if props := entry.Get("props"); !props.Empty() {
			s.props = string(props.JSON())
		}
		if remote := entry.Get("remote"); !remote.Empty() {
			if on, ok := remote.AsBool(); ok && on {
				problems = append(problems, remote.Diagnostic(config.Warning, config.CodeDefault,
					"devserver calls the Worker that runs here, never the deployed one: remote has no effect", ""))
			}
		}
		list = append(list, &binding{settings: s})
	}
	return list, problems
}

// settings is the decoded configuration of one binding.
type settings struct {
	binding, service string
	environment      string // "" if none is named
	entrypoint       string // "" means the default export
	props            string // as JSON; "" if there are none
}

type binding struct {
	settings
	worker bindings.Worker
	props  *structuredclone.Data
}

func (b *binding) Name() string { return b.binding }
func (b *binding) Config() any  { return b.settings }

func (b *binding) Open(_ context.Context, host bindings.Host) error {
	b.worker = host.Worker(b.service, b.environment)
	if b.settings.props != "" {
		var err error
		b.props, err = structuredclone.FromJSON([]byte(b.settings.props))
		return err
	}
	return nil
}

func (b *binding) Value(r *webidl.Realm) goja.Value {
	return rpc.NewFetcher(r, b.worker, rpc.Entrypoint{Name: cmp.Or(b.entrypoint, "default"), Props: b.props})
}

func (b *binding) Close() error { return nil }

func (b *binding) Row() bindings.Row {
	row := bindings.Row{Resource: "Worker " + b.service, Mode: "local"}
	if b.environment != "" {
		row.Resource += " (" + b.environment + ")"
	}
	if b.entrypoint != "" {
		row.Resource += "#" + b.entrypoint
	}
	if row.Problem, row.Fix = b.worker.Problem(cmp.Or(b.entrypoint, "default")); row.Problem != "" {
		row.Mode = "not running"
	}
	return row
}
