package runtime

import "path"

// BundleFiles implements node.Bundle: the folder /bundle of node:fs has the script and the files that it imports.
func (iso *isolate) BundleFiles(visit func(name string, data func() []byte)) {
	script := &iso.worker.options.Script
	visit(path.Base(script.Name), func() []byte { return []byte(script.Code) })
	for _, f := range script.Files {
		visit(f.Name, func() []byte { return f.Bytes })
	}
}
