package bundle

import (
	"bytes"
	"os"
)

// listensForFetch reports whether the code calls the global addEventListener.
func (m *moduleText) listensForFetch() bool {
	for i := range m.list {
		if m.is(i, "addEventListener") && m.is(i+1, "(") && (!m.is(i-1, ".") || m.is(i-2, "self") || m.is(i-2, "globalThis")) {
			return true
		}
	}
	return false
}

// serviceWorkerFormat is the message about an entry that only listens.
func (b *Bundler) serviceWorkerFormat() Message {
	message := Message{
		Text: "The Worker is in service-worker format, which devserver does not support yet",
		Hint: "Export a handler instead: export default { async fetch(request, env, ctx) { … } }",
	}
	source, err := os.ReadFile(b.options.Entry)
	if err == nil {
		message.at(b.relative(b.options.Entry), string(source), max(0, bytes.Index(source, []byte("addEventListener"))), len("addEventListener"))
	}
	return message
}
