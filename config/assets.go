package config

import "slices"

// hasAssets reports whether the Worker has static assets, so that it needs no script.
func (l *loader) hasAssets(file wranglerFile) bool {
	return l.options.Assets != "" || !file.get("assets", inherited).Empty()
}

// assets is the section of static assets, with the directory of --assets if that is given. It reports what keeps
// assets from going together with the rest; the section itself is for its kind to check.
func (l *loader) assets(file wranglerFile) *Node {
	node := file.get("assets", inherited)
	if l.options.Assets != "" {
		node = node.with("directory", &Node{kind: String, text: l.abs(l.options.Assets)})
	}
	if node.Kind() != Object {
		return node
	}
	if site := file.get("site", topOnly); !site.Empty() {
		l.report(site.Diagnostic(Error, CodeConflict, "a Worker has static assets or is a Workers Site, but not both", "remove site, or assets"))
	}
	if l.config.Main != "" || l.options.Script != "" || !file.get("main", inherited).Empty() {
		if first, ok := node.Get("run_worker_first").AsBool(); ok && first && node.Get("binding").Empty() {
			l.report(node.Get("run_worker_first").Diagnostic(Warning, CodeConflict,
				"every request goes to the Worker, which has no binding to fetch the assets with", `add binding = "ASSETS" to assets`))
		}
		return node
	}
	if binding := node.Get("binding"); !binding.Empty() {
		l.report(binding.Diagnostic(Error, CodeConflict, "there is no Worker whose env it could be in", "remove it, or set main"))
	}
	if first := node.Get("run_worker_first"); !first.Empty() {
		if on, ok := first.AsBool(); !ok || on {
			l.report(first.Diagnostic(Error, CodeConflict, "there is no Worker that could be first", "remove it, or set main"))
		}
	}
	return node
}

// with is a copy of an Object in which a key has another value. The copy of an absent Node has that key alone.
func (n *Node) with(key string, value *Node) *Node {
	c := &Node{kind: Object}
	if n.Kind() == Object {
		*c = *n
		c.items, c.keys, c.index = slices.Clone(n.items), slices.Clone(n.keys), nil
		for i, k := range c.keys {
			if c.index == nil {
				c.index = make(map[string]int)
			}
			c.index[k] = i
		}
	}
	c.set(key, value)
	return c
}
