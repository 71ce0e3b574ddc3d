package bundle

import "slices"

// listens reports whether the code calls the global addEventListener.
func (m *fileText) listens() bool {
	for i := range m.list {
		if m.is(i, "addEventListener") && m.is(i+1, "(") && (!m.is(i-1, ".") || m.is(i-2, "self") || m.is(i-2, "globalThis")) {
			return true
		}
	}
	return false
}

// isServiceWorker reports whether the Worker is in the service worker format: it has no default export, and listens to
// events or exports nothing at all. A CommonJS module that listens is taken for one, too.
func (m *shapedModule) isServiceWorker() bool {
	listens := slices.ContainsFunc(m.files, func(f *shapedFile) bool { return f.found.listens })
	switch {
	case !m.hasExports:
		return true
	case m.commonJS != "":
		return listens
	}
	return !m.hasDefault && len(m.spread) == 0 && listens
}
