package config

import (
	"fmt"
	"slices"
)

// scope says where a key may stand and what an environment makes of it.
type scope int

const (
	notInherited scope = iota // an environment has only its own
	inherited                 // an environment has the top level's, unless it has its own
	topOnly                   // not allowed in environments
)

// effect says what devserver does with a key that is not a binding's.
type effect int

const (
	used        effect = iota
	deployOnly         // wrangler does nothing with it locally either
	unsupported        // wrangler does something with it locally that devserver does not
)

// key is a key of the wrangler file that does not make bindings (those are in
// kinds.go).
type key struct {
	name   string
	scope  scope
	schema schema
	effect effect
	note   string // what it means that it is ignored, unless it is used
}

// wranglersDefaults are the values, as JSON, that wrangler gives keys that are not used here, where those are more than nothing. What is
// set to its default asks for nothing: tools that write the file a Worker was built with write all of them.
var wranglersDefaults = map[string]string{
	"python_modules":        `{"exclude":["**/*.pyc"]}`,
	"dev.enable_containers": "true",
}

func isWranglersDefault(n *Node, name string) bool {
	value, ok := wranglersDefaults[name]
	return ok && string(n.JSON()) == value
}

// keys is the table of all of them, in the order in which they are explained
// in https://developers.cloudflare.com/workers/wrangler/configuration/.
func keys() []key {
	const production = "matters only to a deployed Worker"
	return []key{
		{"$schema", topOnly, text, used, ""},
		{"env", topOnly, mapOf{lax{mapOf{anything{}}, Absent}}, used, ""},
		{"name", inherited, text, used, ""},
		{"main", inherited, text, used, ""},
		{"compatibility_date", inherited, text, used, ""},
		{"compatibility_flags", inherited, listOf{text}, used, ""},
		{"vars", notInherited, lax{mapOf{anything{}}, Array}, used, ""},
		{"secrets", notInherited, fields{"required": listOf{text}}, used, ""},
		{"dev", topOnly, lax{devKeys(), Absent}, used, ""},
		{"limits", inherited, lax{fields{"cpu_ms": number, "subrequests": number}, Absent}, used, ""},

		{"define", notInherited, mapOf{text}, used, ""},
		{"alias", topOnly, mapOf{text}, used, ""},
		{"rules", inherited, listOf{ruleKeys()}, used, ""},
		{"tsconfig", inherited, text, used, ""},
		{"jsx_factory", inherited, text, used, ""},
		{"jsx_fragment", inherited, text, used, ""},
		{"minify", inherited, boolean, used, ""},
		{"keep_names", inherited, boolean, used, ""},
		{"no_bundle", inherited, boolean, used, ""},
		{"build", inherited, fields{"command": text, "cwd": text, "watch_dir": either{text, listOf{text}}}, used, ""},
		{"find_additional_modules", inherited, boolean, used, ""},
		{"base_dir", inherited, text, used, ""},
		{"preserve_file_names", inherited, boolean, deployOnly, production},
		{"upload_source_maps", inherited, boolean, deployOnly, production},
		{"python_modules", inherited, fields{"exclude": listOf{text}}, unsupported, "Python Workers are not supported"},

		{"route", inherited, routeSchema(), used, ""},
		{"routes", inherited, listOf{routeSchema()}, used, ""},
		{"triggers", inherited, lax{fields{"crons": listOf{lax{text, Absent}}, "events": listOf{mapOf{anything{}}}}, Null}, used, ""},
		{"site", topOnly, fields{"bucket": required{text}, "include": listOf{text}, "exclude": listOf{text}, "entry-point": text}, used, ""},
		{"migrations", inherited, listOf{migrationKeys()}, unsupported, "Durable Objects are not supported by devserver yet"},
		{"exports", inherited, anything{}, unsupported, "Durable Objects are not supported by devserver yet"},
		{"tail_consumers", notInherited, listOf{fields{"service": required{text}, "environment": text}}, used, ""},
		{"streaming_tail_consumers", notInherited, listOf{fields{"service": required{text}}}, used, ""},
		{"containers", notInherited, anything{}, unsupported, "containers are not supported"},
		{"cloudchamber", notInherited, anything{}, unsupported, "containers are not supported"},
		{"connect", notInherited, where{listOf{where{fields{"protocol": required{oneOf{"tcp", "udp"}}, "port": required{number}, "address": text,
			"idle_timeout_ms": number, "max_pending_bytes": number}, checkDoor}}, checkDoors}, used, ""},
		{"access", inherited, anything{}, unsupported, "ctx.access is not supported by devserver yet"},

		{"account_id", inherited, text, deployOnly, production},
		{"workers_dev", inherited, boolean, deployOnly, production},
		{"preview_urls", inherited, boolean, deployOnly, production},
		{"placement", inherited, where{placementKeys(), checkPlacement}, deployOnly, production},
		{"observability", inherited, where{observabilityKeys(), checkObservability}, deployOnly, production},
		{"logpush", inherited, boolean, deployOnly, production},
		{"cache", inherited, fields{"enabled": required{boolean}, "cross_version_cache": boolean}, deployOnly, production},
		{"compliance_region", inherited, oneOf{"public", "fedramp_high"}, deployOnly, production},
		{"first_party_worker", inherited, boolean, deployOnly, production},
		{"previews", inherited, anything{}, deployOnly, production},
		{"send_metrics", topOnly, boolean, deployOnly, "devserver never sends metrics"},
		{"dependencies_instrumentation", topOnly, fields{"enabled": boolean, "exclude_packages": listOf{text}}, deployOnly, "devserver never sends metrics"},
		{"keep_vars", topOnly, boolean, deployOnly, production},
		{"addresses", topOnly, listOf{text}, deployOnly, production},
		{"pages_build_output_dir", topOnly, text, unsupported, "Pages projects are not run"},

		// Written into generated files by the tools that redirect to them.
		{"configPath", topOnly, text, used, ""},
		{"userConfigPath", topOnly, text, used, ""},
		{"topLevelName", topOnly, text, used, ""},
		{"definedEnvironments", topOnly, listOf{text}, used, ""},
		{"targetEnvironment", topOnly, text, used, ""},
	}
}

// removed are keys that wrangler no longer has, and what to do instead.
func removed() map[string]string {
	return map[string]string{
		"legacy_env":  "delete it: every environment is a Worker of its own now",
		"node_compat": `delete it, and write compatibility_flags = ["nodejs_compat"]`,
	}
}

func devKeys() fields {
	protocol := oneOf{"http", "https"}
	return fields{
		"ip": text, "port": number, "host": text, "upstream_protocol": protocol, "local_protocol": protocol,
		"inspector_ip": text, "inspector_port": number,
		"enable_containers": boolean, "container_engine": either{text, mapOf{anything{}}}, "generate_types": boolean,
	}
}

// ignoredDevKeys are the keys of "dev" that have no effect, and what that means.
func ignoredDevKeys() []key {
	return []key{
		{"inspector_ip", topOnly, nil, unsupported, "there is no inspector"},
		{"inspector_port", topOnly, nil, unsupported, "there is no inspector"},
		{"enable_containers", topOnly, nil, unsupported, "containers are not supported"},
		{"container_engine", topOnly, nil, unsupported, "containers are not supported"},
	}
}

func ruleKeys() fields {
	return fields{
		"type":        required{oneOf{"ESModule", "CommonJS", "CompiledWasm", "Text", "Data", "PythonModule", "PythonRequirement"}},
		"globs":       required{listOf{text}},
		"fallthrough": boolean,
	}
}

func routeSchema() schema {
	return either{text, where{fields{
		"pattern": required{text}, "zone_id": text, "zone_name": text, "custom_domain": boolean,
		"enabled": boolean, "previews_enabled": boolean,
	}, checkRoute}}
}

// checkRoute looks at what the keys of a route have to do with each other.
func checkRoute(n *Node, report func(...Diagnostic)) {
	zoneID, zoneName, custom := n.Get("zone_id"), n.Get("zone_name"), n.Get("custom_domain")
	for _, name := range []string{"enabled", "previews_enabled"} {
		if extra := n.Get(name); extra != nil && custom == nil {
			report(extra.Diagnostic(Error, CodeConflict, "is only for routes with custom_domain", "add custom_domain = true, or delete it"))
		}
	}
	switch {
	case zoneID != nil && zoneName != nil:
		report(zoneName.Diagnostic(Error, CodeConflict, "says the same as zone_id", "delete one of them"))
	case zoneID == nil && zoneName == nil && custom == nil && n.Get("pattern") != nil:
		report(n.Diagnostic(Error, CodeMissing, "has no zone", "add zone_name, zone_id or custom_domain = true, or write the pattern alone, as a string"))
	}
	for _, item := range n.Items() { // as strict as wrangler, to which every other key is an error
		if !slices.Contains([]string{"pattern", "zone_id", "zone_name", "custom_domain", "enabled", "previews_enabled"}, item.Key()) {
			report(item.Diagnostic(Error, CodeUnknownKey, "is not a key of a route", ""))
		}
	}
}

func placementKeys() fields {
	return fields{"mode": oneOf{"off", "smart", "targeted"}, "hint": text, "region": text, "host": text, "hostname": text}
}

// checkPlacement looks at what the keys have to do with each other: a place is
// a hint for mode smart, or the one target of mode targeted.
func checkPlacement(n *Node, report func(...Diagnostic)) {
	mode := n.Get("mode")
	named, _ := mode.AsString()
	var targets []*Node
	for _, name := range []string{"region", "host", "hostname"} {
		if target := n.Get(name); target != nil {
			targets = append(targets, target)
			if s, ok := target.AsString(); ok && s == "" {
				report(target.Diagnostic(Error, CodeMissing, "is empty", ""))
			}
		}
	}
	hint := n.Get("hint")
	switch {
	case hint != nil && len(targets) > 0:
		report(hint.Diagnostic(Error, CodeConflict, "is for smart placement, and "+targets[0].Key()+" for targeted placement", "delete one of them"))
	case len(targets) > 1:
		report(targets[1].Diagnostic(Error, CodeConflict, "is a second target beside "+targets[0].Key(), "delete one of them"))
	case len(targets) > 0 && mode != nil && named != "targeted":
		report(mode.Diagnostic(Error, CodeConflict, "should be \"targeted\" beside "+targets[0].Key(), ""))
	case len(targets) == 0 && mode == nil:
		report(n.Missing("mode", `"off" or "smart"`))
	case len(targets) == 0 && named == "targeted":
		report(n.Missing("region", "a string; or host or hostname"))
	case hint != nil && named != "smart":
		report(hint.Diagnostic(Error, CodeConflict, "is for mode smart only", "delete it"))
	}
}

// checkObservability wants something to be switched on or off, and rates to be
// parts of a whole.
func checkObservability(n *Node, report func(...Diagnostic)) {
	if rate := n.Get("head_sampling_rate"); rate.Kind() == Number {
		if f, _ := rate.AsNumber(); f < 0 || f > 1 {
			report(rate.Diagnostic(Error, CodeValue, fmt.Sprintf("should be from 0 to 1, but is %s", rate), ""))
		}
	}
	for _, switched := range []*Node{n.Get("enabled"), n.Get("logs").Get("enabled"), n.Get("traces").Get("enabled"), n.Get("issues").Get("enabled")} {
		if switched != nil {
			return
		}
	}
	report(n.Missing("enabled", "true or false; or that of logs, traces or issues"))
}

func migrationKeys() fields {
	return fields{
		"tag": required{text}, "new_classes": listOf{text}, "new_sqlite_classes": listOf{text}, "deleted_classes": listOf{text},
		"renamed_classes":     listOf{fields{"from": required{text}, "to": required{text}}},
		"transferred_classes": listOf{fields{"from": required{text}, "from_script": required{text}, "to": required{text}}},
	}
}

func observabilityKeys() fields {
	return fields{
		"enabled": boolean, "head_sampling_rate": number, "redact_query_string": boolean, "issues": fields{"enabled": boolean},
		"logs":   fields{"enabled": boolean, "head_sampling_rate": number, "invocation_logs": boolean, "persist": boolean, "destinations": listOf{text}},
		"traces": fields{"enabled": boolean, "head_sampling_rate": number, "persist": boolean, "destinations": listOf{text}},
	}
}
