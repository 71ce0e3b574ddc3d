package node_test

import (
	"slices"
	"strings"
	"testing"

	"devserver/runtime/compat"
	"devserver/runtime/node"
)

func TestFlags(t *testing.T) {
	for _, test := range []struct {
		date, flags, specifier string
		has                    bool
		missing                string
	}{
		{"2026-08-04", "", "node:buffer", true, ""},
		{"2026-08-04", "", "buffer", true, ""},
		{"2026-08-03", "", "node:buffer", false, `Add "nodejs_compat"`},
		{"2026-08-04", "no_nodejs_compat", "node:buffer", false, `Add "nodejs_compat"`},
		{"2026-08-03", "nodejs_compat", "buffer", true, ""},
		{"2024-09-22", "nodejs_compat", "node:buffer", true, ""},
		{"2024-09-22", "nodejs_compat", "buffer", false, ""},
		{"2024-09-22", "nodejs_compat", "node:os", false, `Add "enable_nodejs_os_module"`},
		{"2024-09-22", "nodejs_compat,enable_nodejs_os_module", "node:os", true, ""},
		{"2024-09-22", "nodejs_als", "node:async_hooks", true, ""},
		{"2024-09-22", "nodejs_als", "node:events", false, `Add "nodejs_compat"`},
		{"2024-09-23", "nodejs_compat", "node:os", true, ""}, // wrangler bundles a polyfill
		{"2024-09-23", "nodejs_compat", "os", true, ""},
		{"2024-09-23", "", "node:os", false, `Add "nodejs_compat"`},
		{"2026-08-04", "disable_nodejs_vm_module", "node:vm", true, ""},
		{"2026-08-04", "disable_nodejs_vm_module,no_nodejs_compat_v2", "node:vm", false, `Add "enable_nodejs_vm_module"`},
		{"2026-08-04", "", "node:nope", false, ""},
		{"2026-08-04", "", "node:internal/errors", false, ""},
		{"2026-08-04", "", "internal/errors", false, ""},
	} {
		var asked []string
		if test.flags != "" {
			asked = strings.Split(test.flags, ",")
		}
		flags, problems := compat.Resolve(test.date, asked)
		if problems != nil {
			t.Errorf("%v: %v", test, problems)
		}
		if got := node.Has(flags, test.specifier); got != test.has {
			t.Errorf("%s with %s %s: Has is %v", test.specifier, test.date, test.flags, got)
		}
		if got := node.Missing(flags, test.specifier); !strings.Contains(got, test.missing) || test.missing == "" && got != "" {
			t.Errorf("%s with %s %s: Missing is %q", test.specifier, test.date, test.flags, got)
		}
	}
}

// TestFlagsOfModules: each flag that a module needs is one that there is.
func TestFlagsOfModules(t *testing.T) {
	none, _ := compat.Resolve("2024-09-22", []string{"nodejs_compat"})
	all, _ := compat.Resolve("", nil)
	for _, name := range node.Names(all) {
		if node.Has(none, "node:"+name) {
			continue
		}
		_, flag, _ := strings.Cut(node.Missing(none, "node:"+name), `"`)
		flag, _, _ = strings.Cut(flag, `"`)
		if _, problems := compat.Resolve("", []string{flag}); problems != nil {
			t.Errorf("%s: %v", name, problems)
		}
	}
	if names := node.Names(all); !slices.IsSorted(names) || len(names) < 40 {
		t.Errorf("got %v", names)
	}
}
