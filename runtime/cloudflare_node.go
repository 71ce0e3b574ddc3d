package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/node"
)

// nodeServers is the compatibility flag of Node.js's servers, and of the module cloudflare:node, which leads to them.
const nodeServers = "enable_nodejs_http_server_modules"

// cloudflareNodeExports are what the module cloudflare:node exports.
var cloudflareNodeExports = []string{"connectHandler", "handleAsNodeConnection", "handleAsNodeRequest", "httpServerHandler"}

// cloudflareNode makes the module cloudflare:node: https://developers.cloudflare.com/workers/runtime-apis/nodejs/http/
func cloudflareNode(iso *isolate, exports *goja.Object) {
	whole := node.Require(iso.realm, "internal/cloudflare_node").(*goja.Object)
	for _, name := range cloudflareNodeExports {
		exports.Set(name, whole.Get(name))
	}
}
