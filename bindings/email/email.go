// Package email is the send_email key: https://developers.cloudflare.com/email-routing/email-workers/send-email-workers/
//
// Nothing is sent anywhere: messages are written to files.
package email

import (
	"context"
	"strings"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/email"
	"devserver/runtime/webidl"
)

// Kind is the kind send_email.
type Kind struct{}

// Key implements bindings.Kind.
func (Kind) Key() string { return "send_email" }

// Decode implements bindings.Kind.
func (Kind) Decode(section *config.Section) (list []bindings.Binding, problems config.Diagnostics) {
	for _, n := range section.Node.Items() {
		b := &binding{}
		b.name, _ = n.Get("name").AsString()
		if b.name == "" {
			continue // the table of kinds in config has reported it
		}
		b.rules.Destination, _ = n.Get("destination_address").AsString()
		b.rules.Destinations, _ = n.Get("allowed_destination_addresses").AsStrings()
		b.rules.Senders, _ = n.Get("allowed_sender_addresses").AsStrings()
		if b.rules.Destination != "" && b.rules.Destinations != nil {
			problems = append(problems, n.Get("allowed_destination_addresses").Diagnostic(config.Error, config.CodeValue,
				"cannot stand beside destination_address", "delete one of them"))
			continue
		}
		if remote, _ := n.Get("remote").AsBool(); remote {
			problems = append(problems, n.Get("remote").Diagnostic(config.Warning, config.CodeUnsupported, "has no effect: nothing is sent, messages are written to files", ""))
		}
		b.text = string(n.JSON())
		list = append(list, b)
	}
	return list, problems
}

type binding struct {
	name   string
	rules  email.Rules
	text   string
	outbox email.Outbox
}

func (b *binding) Name() string { return b.name }
func (b *binding) Config() any  { return b.text }

func (b *binding) Open(_ context.Context, host bindings.Host) error {
	b.outbox = host.Mail
	return nil
}

func (b *binding) Value(r *webidl.Realm) goja.Value { return email.NewSender(r, b.rules, b.outbox) }

func (b *binding) Close() error { return nil }

// Row implements bindings.Describer.
func (b *binding) Row() bindings.Row {
	row := bindings.Row{Resource: "Send Email", Mode: "local, to files"}
	if b.rules.Destination != "" {
		row.Resource += " to " + b.rules.Destination
	} else if b.rules.Destinations != nil {
		row.Resource += " to " + strings.Join(b.rules.Destinations, ", ")
	}
	return row
}
