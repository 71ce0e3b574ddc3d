// Package bindings is the contract between devserver and the kinds of bindings: what a [Kind] must do so that one new
// folder, and one line in bindings/all, add it. The smallest real one to copy is bindings/versionmetadata.
//
// Bindings belong to the session, not to a generation of the Worker: as long as the configuration of a binding decodes
// to the same value, the same instance lives on through reloads, with its connections and stores.
package bindings

import (
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/dop251/goja"

	"devserver/config"
	"devserver/origin"
	"devserver/runtime/compat"
	"devserver/runtime/email"
	"devserver/runtime/fetch"
	"devserver/runtime/queue"
	"devserver/runtime/rpc"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// Kind is one kind of binding, such as mtls_certificates.
type Kind interface {
	// Key is the wrangler key that the kind owns.
	Key() string
	// Decode turns the kind's section of the configuration into bindings, and says what is wrong with it. It does no
	// I/O. An entry at fault is left out.
	Decode(section *config.Section) ([]Binding, config.Diagnostics)
}

// Binding is one binding. Open, Value and Close are called in this order; Close also after an Open that failed.
type Binding interface {
	// Name is the property of env.
	Name() string
	// Config is the decoded configuration, a comparable value without pointers: bindings of one kind whose Configs are
	// equal are interchangeable.
	Config() any
	// Open does all that has side effects: reading files, opening stores, starting listeners. A binding that cannot
	// work as configured need not fail, unless it replaces one that does: it may say so in its [Row], and when it is used.
	Open(ctx context.Context, host Host) error
	// Value makes the property's value. It is called once per isolate, on its loop, and must be cheap.
	Value(r *webidl.Realm) goja.Value
	// Close releases what Open took. Isolates that still use the binding may finish what they began.
	Close() error
}

// Host is what the session gives its bindings.
type Host struct {
	// Dir is the project's directory, absolute.
	Dir string
	// Getenv reads the environment.
	Getenv func(string) string
	// Policies say how origins are reached; see [OriginUser] for how they change.
	Policies *origin.Policies
	// Roots are trusted for all origins, besides the system's.
	Roots []*x509.Certificate
	// HTTP2 asks clients of origins to offer HTTP/2.
	HTTP2 bool
	// ResponseTimeout is how long origins may take to answer, where their policy does not say. 0: for ever.
	ResponseTimeout time.Duration
	// Observe is told of calls that fail, of what is worth a notice and, with Calls, of calls that were answered.
	Observe func(origin.Event)
	Calls   bool
	// Target is a client as Workers meet it: what they get of a call that failed.
	Target func(*origin.Client) Target
	// Worker is the Worker of the session that has a name or, if it runs in the environment, that name for it. There need
	// be none: what it is, is looked up whenever it is called, so that the latest version answers.
	Worker func(name, environment string) Worker
	// Notice has a sentence shown to the user.
	Notice func(text string)
	// Problems has what is wrong with a file shown to the user.
	Problems func(config.Diagnostics)
	// Replaces says that a usable instance with the same configuration is open, and stays in use if Open fails.
	Replaces bool
	// Queue is a queue of the session. It does nothing before something is sent to it.
	Queue func(name string) queue.Target
	// Mail takes the email that Workers send.
	Mail email.Outbox
	// Demo returns the client identity of the embedded demo origin, which it starts on the first call.
	Demo func() (origin.Identity, error)
}

// Worker is a Worker as the others of the session meet it.
type Worker interface {
	rpc.Worker
	// Problem says what keeps an entrypoint of it from being called now, and what to do; empty if nothing does.
	Problem(entrypoint string) (problem, fix string)
}

// Target is what Workers send requests to, and open connections through.
type Target interface {
	fetch.Target
	fetch.Dialer
}

// A binding has more to it by implementing one of the interfaces below.
type (
	// Describer has a row of its own in the start-up table.
	Describer interface{ Row() Row }

	// FileUser depends on files. It is opened anew when one of them changes.
	FileUser interface{ Files() []string }

	// Partial may be open and yet not work.
	Partial interface{ Usable() bool }

	// OriginUser reaches origins, and is told when the policies for them change.
	OriginUser interface{ SetPolicies(*origin.Policies) }

	// Front stands before the Worker, and answers some requests in its place. The URL is the request's.
	Front interface {
		// Before answers a request, or returns nil: the Worker, which has some compatibility flags, is to answer.
		Before(req *http.Request, url *weburl.URL, flags compat.Set) *http.Response
		// Alone answers a request where there is no Worker.
		Alone(req *http.Request, url *weburl.URL) *http.Response
	}

	// Moduler has modules that the Worker can import: their names, and the strings that they export.
	Moduler interface{ Modules() map[string]string }

	// ScriptOnly is for Workers in the service-worker format: what to say of others, and what they do instead.
	ScriptOnly interface{ ScriptOnly() (message, fix string) }

	// Retirer is told when it has been replaced, while requests that began before may still use it until Close.
	Retirer interface{ Retire() }
)

// Row is a line of the start-up table.
type Row struct {
	// Resource is what stands behind the name: a certificate, a bucket.
	Resource string
	// Mode says in a word how it works here: "local", "demo", "not configured".
	Mode string
	// Problem says what keeps it from working, and Fix what to do; empty if nothing does.
	Problem, Fix string
}

// Flag is a flag of the command line that a kind of binding has.
type Flag struct {
	Name, Argument, Help string
	// Set takes one value of the flag, which may be given several times. An error says what is wrong with the value.
	Set func(value string) error
}

// FlagUser is a Kind that has flags. dir is what relative paths in them are relative to.
type FlagUser interface{ Flags(dir string) []Flag }
