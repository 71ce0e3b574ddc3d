// Package all is the list of the kinds of bindings. It is the one package that may import every kind.
package all

import (
	"devserver/bindings"
	"devserver/bindings/assets"
	"devserver/bindings/blobs"
	"devserver/bindings/email"
	"devserver/bindings/mtls"
	"devserver/bindings/queues"
	"devserver/bindings/services"
	"devserver/bindings/sites"
	"devserver/bindings/versionmetadata"
)

// Kinds returns the kinds of bindings that devserver has.
func Kinds() []bindings.Kind {
	return append([]bindings.Kind{
		&mtls.Kind{},
		assets.Kind{},
		sites.Kind{},
		services.Kind{},
		versionmetadata.Kind{},
		queues.Kind{},
		email.Kind{},
	}, blobs.Kinds()...)
}
