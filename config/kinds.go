package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
)

// BindingRef is a name in env that a binding takes.
type BindingRef struct {
	Key    string   // the kind: "mtls_certificates"
	Title  string   // the kind in words: "mTLS Certificate"
	Name   string   // the name in env
	Detail string   // what it stands for: an ID, a bucket, a service; may be ""
	Pos    Position // of the name
}

// namedNode is a BindingRef and where it is from: the value of the name, or in
// a mapping what the name stands for.
type namedNode struct {
	BindingRef
	node *Node
}

// layout says where in a section the names of its bindings stand.
type layout int

const (
	list    layout = iota // an array of entries, each with its name
	within                // an object, in which an array of entries stands under inner
	single                // an object that is the one entry
	mapping               // an object, whose keys are the names
)

// bindingKind is what can be said about a kind of binding without knowing what
// it does: enough to put it into env by its name.
type bindingKind struct {
	key    string
	title  string // as in wrangler's table of bindings
	scope  scope
	layout layout
	inner  string   // within: the key of the entries
	beside fields   // within: the other keys of the section
	name   string   // the key in an entry that has the name; optional in a single one unless entry requires it
	detail []string // the keys in an entry that have the detail: the first that is there
	entry  schema   // what an entry may be; of a mapping, what a value may be
}

// kinds is the table of all kinds of bindings that a wrangler file may have.
// What a kind says about its own entries beyond this is for the kind to check.
func kinds() []bindingKind {
	name := required{text}
	flag := boolean
	return []bindingKind{
		{key: "mtls_certificates", title: "mTLS Certificate", name: "binding", detail: []string{"certificate_id"},
			entry: fields{"binding": name, "certificate_id": required{text}, "remote": flag}},
		{key: "kv_namespaces", title: "KV Namespace", name: "binding", detail: []string{"id"},
			entry: fields{"binding": name, "id": where{text, notEmpty}, "preview_id": text, "remote": flag}},
		{key: "r2_buckets", title: "R2 Bucket", name: "binding", detail: []string{"bucket_name"},
			entry: fields{"binding": name, "bucket_name": where{text, checkBucket}, "preview_bucket_name": where{text, checkBucket}, "jurisdiction": text, "remote": flag, "local_dev": anything{}}},
		{key: "d1_databases", title: "D1 Database", name: "binding", detail: []string{"database_name", "database_id"},
			entry: fields{"binding": name, "database_name": text, "database_id": text, "jurisdiction": text, "preview_database_id": text, "migrations_table": text, "migrations_dir": text, "migrations_pattern": anything{}, "database_internal_env": text, "remote": flag}},
		{key: "durable_objects", title: "Durable Object", layout: within, inner: "bindings", name: "name", detail: []string{"class_name"},
			entry:  fields{"name": name, "class_name": required{text}, "script_name": text, "environment": text},
			beside: fields{"code_update_strategy": fields{"mode": required{oneOf{"immediate", "deferred"}}, "max_delay": number}}},
		{key: "queues", title: "Queue", layout: within, inner: "producers", name: "binding", detail: []string{"queue"},
			entry:  fields{"binding": name, "queue": where{text, notEmpty}, "delivery_delay": number, "remote": flag},
			beside: fields{"consumers": listOf{queueConsumer()}}},
		{key: "services", title: "Worker", name: "binding", detail: []string{"service"},
			entry: fields{"binding": name, "service": required{text}, "environment": text, "entrypoint": text, "props": mapOf{anything{}}, "remote": flag, "dev": anything{}}},
		{key: "hyperdrive", title: "Hyperdrive Config", name: "binding", detail: []string{"id"},
			entry: fields{"binding": name, "id": required{text}, "localConnectionString": text, "remote": flag}},
		{key: "workflows", title: "Workflow", name: "binding", detail: []string{"name"},
			entry: fields{"binding": name, "name": required{where{text, checkWorkflow}}, "class_name": required{text}, "script_name": text, "remote": flag, "limits": fields{"steps": number},
				"concurrency": fields{"limit": number}, "schedules": either{text, listOf{text}}, "default_retention": mapOf{anything{}}, "jurisdiction": text}},
		{key: "analytics_engine_datasets", title: "Analytics Engine Dataset", name: "binding", detail: []string{"dataset"},
			entry: fields{"binding": name, "dataset": where{text, notEmpty}}},
		{key: "ratelimits", title: "Rate Limit", name: "name", detail: []string{"namespace_id"},
			entry: fields{"name": name, "namespace_id": required{text}, "simple": required{fields{"limit": required{number}, "period": required{where{number, checkPeriod}}}}}},
		{key: "secrets_store_secrets", title: "Secrets Store Secret", name: "binding", detail: []string{"secret_name"},
			entry: fields{"binding": name, "store_id": required{text}, "secret_name": required{text}}},
		{key: "send_email", title: "Send Email", name: "name", detail: []string{"destination_address"},
			entry: fields{"name": name, "destination_address": text, "allowed_destination_addresses": listOf{text}, "allowed_sender_addresses": listOf{text}, "remote": flag}},
		{key: "vectorize", title: "Vectorize Index", name: "binding", detail: []string{"index_name"},
			entry: fields{"binding": name, "index_name": required{text}, "remote": flag}},
		{key: "dispatch_namespaces", title: "Dispatch Namespace", name: "binding", detail: []string{"namespace"},
			entry: fields{"binding": name, "namespace": required{text}, "outbound": fields{"service": required{text}, "environment": text, "parameters": listOf{text}}, "remote": flag}},
		{key: "pipelines", title: "Pipeline", name: "binding", detail: []string{"pipeline", "stream"},
			entry: fields{"binding": name, "pipeline": text, "stream": text, "remote": flag}},
		{key: "k2", title: "K2", name: "binding", detail: []string{"stream"},
			entry: fields{"binding": name, "stream": required{text}, "remote": flag}},
		{key: "agent_memory", title: "Agent Memory", name: "binding", detail: []string{"namespace"},
			entry: fields{"binding": name, "namespace": required{text}, "remote": flag}},
		{key: "worker_loaders", title: "Worker Loader", name: "binding", entry: fields{"binding": name}},
		{key: "vpc_services", title: "VPC Service", name: "binding", detail: []string{"service_id"},
			entry: fields{"binding": name, "service_id": required{text}, "remote": flag}},
		{key: "vpc_networks", title: "VPC Network", name: "binding", detail: []string{"tunnel_id", "network_id"},
			entry: fields{"binding": name, "tunnel_id": text, "network_id": text, "remote": flag}},
		{key: "ai_search_namespaces", title: "AI Search Namespace", name: "binding", detail: []string{"namespace"},
			entry: fields{"binding": name, "namespace": required{text}, "remote": flag}},
		{key: "ai_search", title: "AI Search Instance", name: "binding", detail: []string{"instance_name"},
			entry: fields{"binding": name, "instance_name": required{text}, "remote": flag}},
		{key: "artifacts", title: "Artifacts", name: "binding", detail: []string{"namespace"},
			entry: fields{"binding": name, "namespace": required{text}, "remote": flag}},
		{key: "flagship", title: "Flagship", name: "binding", detail: []string{"app_id"},
			entry: fields{"binding": name, "app_id": required{text}, "remote": flag}},
		{key: "unsafe_hello_world", title: "Hello World", name: "binding",
			entry: fields{"binding": name, "enable_timer": flag}},
		{key: "logfwdr", title: "logfwdr", scope: inherited, layout: within, inner: "bindings", name: "name", detail: []string{"destination"},
			entry: fields{"name": name, "destination": required{text}}},
		{key: "unsafe", title: "Unsafe Metadata", layout: within, inner: "bindings", name: "name", detail: []string{"type"},
			entry:  mapOf{anything{}},
			beside: fields{"metadata": mapOf{anything{}}, "capnp": anything{}}},

		{key: "ai", title: "AI", layout: single, name: "binding", entry: fields{"binding": name, "staging": flag, "remote": flag}},
		{key: "analytics", title: "Analytics", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "browser", title: "Browser Run", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "images", title: "Images", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "media", title: "Media", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "stream", title: "Stream", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "version_metadata", title: "Worker Version Metadata", layout: single, name: "binding", entry: fields{"binding": name}},
		{key: "assets", title: "Assets", scope: inherited, layout: single, name: "binding", detail: []string{"directory"},
			entry: fields{"directory": text, "binding": text, "base_path": text, "run_worker_first": either{boolean, listOf{text}},
				"html_handling":      oneOf{"auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"},
				"not_found_handling": oneOf{"single-page-application", "404-page", "none"}}},

		// Newer than the configuration's published schema, so nothing is checked.
		{key: "websearch", title: "Web Search", name: "binding", entry: anything{}},

		{key: "wasm_modules", title: "Wasm Module", scope: topOnly, layout: mapping, entry: text},
		{key: "text_blobs", title: "Text Blob", scope: topOnly, layout: mapping, entry: text},
		{key: "data_blobs", title: "Data Blob", scope: topOnly, layout: mapping, entry: text},
	}
}

// bucketName is what R2 takes as the name of a bucket.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

func checkBucket(n *Node, report func(...Diagnostic)) {
	if s, _ := n.AsString(); !bucketName.MatchString(s) {
		report(n.Diagnostic(Error, CodeValue, fmt.Sprintf("%q is not the name of a bucket, which has 3 to 63 lower-case letters, digits and -, and neither begins nor ends with -", s), ""))
	}
}

// workflowName is what the platform takes as the name of a Workflow.
var workflowName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$`)

func checkWorkflow(n *Node, report func(...Diagnostic)) {
	if s, _ := n.AsString(); !workflowName.MatchString(s) {
		report(n.Diagnostic(Error, CodeValue, fmt.Sprintf("%q is not the name of a Workflow, which has at most 64 letters, digits, - and _, and does not begin with -", s), ""))
	}
}

// checkPeriod wants one of the periods that there are.
func checkPeriod(n *Node, report func(...Diagnostic)) {
	if f, _ := n.AsNumber(); f != 10 && f != 60 {
		report(n.Diagnostic(Error, CodeValue, fmt.Sprintf("should be 10 or 60, in seconds, but is %s", n), ""))
	}
}

func notEmpty(n *Node, report func(...Diagnostic)) {
	if s, _ := n.AsString(); s == "" {
		report(n.Diagnostic(Error, CodeMissing, "is empty", ""))
	}
}

func queueConsumer() schema {
	return fields{
		"queue": required{text}, "type": text, "max_batch_size": number, "max_batch_timeout": number, "max_retries": number,
		"dead_letter_queue": text, "max_concurrency": number, "visibility_timeout_ms": number, "retry_delay": number,
	}
}

// schema is what the section as a whole may be.
func (k bindingKind) schema() schema {
	switch k.layout {
	case list:
		if _, unknown := k.entry.(anything); unknown {
			return k.entry
		}
		return listOf{k.entry}
	case within:
		all := fields{k.inner: listOf{k.entry}}
		maps.Copy(all, k.beside)
		return all
	case mapping:
		return mapOf{k.entry}
	default:
		return k.entry
	}
}

// refs are the bindings in a section, as far as they have names.
func (k bindingKind) refs(section *Node) []namedNode {
	var refs []namedNode
	for _, entry := range k.entries(section) {
		ref := namedNode{BindingRef: BindingRef{Key: k.key, Title: k.title}}
		if k.layout == mapping {
			ref.node, ref.Name, ref.Pos = entry, entry.Key(), entry.KeyPos()
			ref.Detail, _ = entry.AsString()
		} else {
			ref.node = entry.Get(k.name)
			ref.Name, _ = ref.node.AsString()
			ref.Pos = ref.node.Pos()
			for _, key := range k.detail {
				if ref.Detail, _ = entry.Get(key).AsString(); ref.Detail != "" {
					break
				}
			}
		}
		if ref.Name != "" {
			refs = append(refs, ref)
		}
	}
	return refs
}

func (k bindingKind) entries(section *Node) []*Node {
	switch k.layout {
	case within:
		section = section.Get(k.inner)
		fallthrough
	case list:
		if section.Kind() == Array {
			return section.Items()
		}
		fallthrough // an entry without its array
	case single:
		if section.Kind() == Object {
			return []*Node{section}
		}
	case mapping:
		if section.Kind() == Object {
			return section.Items()
		}
	}
	return nil
}

// bindings fills in the sections and the names.
func (l *loader) bindings(file wranglerFile, local *Node) {
	for _, k := range kinds() {
		node := file.get(k.key, k.scope)
		if k.key == "assets" {
			node = l.assets(file)
		}
		if !node.Empty() {
			l.config.Sections = append(l.config.Sections, Section{k.key, k.title, node, local.Get(k.key)})
			l.checkNames(k, node)
		}
	}
	if site := file.get("site", topOnly); site.Kind() == Object {
		l.config.Sections = append(l.config.Sections, Section{"site", "Workers Site", site, nil})
	}
	for _, ref := range l.uniqueNames(file) {
		l.config.Bindings = append(l.config.Bindings, ref.BindingRef)
	}
}

// uniqueNames returns the bindings, and reports names in env that are given
// twice: to bindings, to variables or to secrets that are required.
func (l *loader) uniqueNames(file wranglerFile) []namedNode {
	var all []namedNode
	for _, k := range kinds() {
		all = append(all, k.refs(file.get(k.key, k.scope))...)
	}
	first := make(map[string]namedNode)
	for _, ref := range all {
		taken, again := first[ref.Name]
		if !again {
			first[ref.Name] = ref
			continue
		}
		message := fmt.Sprintf("%q is the name of two %s bindings, here and on line %d", ref.Name, ref.Title, taken.Pos.Line)
		if taken.Key != ref.Key {
			message = fmt.Sprintf("%q is the name of this %s binding and of the %s binding on line %d", ref.Name, ref.Title, taken.Title, taken.Pos.Line)
		}
		l.report(Diagnostic{Severity: Error, Code: CodeDuplicate, Pos: ref.Pos, Path: ref.node.Path(), Message: message, Fix: renameOne})
	}
	duplicate := func(n *Node, message string) {
		l.report(Diagnostic{Severity: Error, Code: CodeDuplicate, Pos: n.KeyPos(), Path: n.Path(), Message: message, Fix: renameOne})
	}
	variables := file.get("vars", notInherited)
	for _, v := range variables.Items() {
		if taken, again := first[v.Key()]; again && v.Key() != "" {
			duplicate(v, sharedName(v.Key(), "variable", taken.BindingRef))
		}
	}
	secrets := make(map[string]bool)
	for _, s := range file.get("secrets", notInherited).Get("required").Items() {
		name, ok := s.AsString()
		if !ok {
			continue
		}
		if taken, again := first[name]; again {
			duplicate(s, sharedName(name, "secret", taken.BindingRef))
		} else if v := variables.Get(name); v != nil {
			duplicate(s, fmt.Sprintf("%q is the name of this secret and of the variable on line %d", name, v.KeyPos().Line))
		} else if secrets[name] {
			duplicate(s, fmt.Sprintf("%q is required twice", name))
		}
		secrets[name] = true
	}
	return all
}

const renameOne = "rename one of them: each is a property of env"

// sharedName says that a variable, or a secret, has the name of a binding.
func sharedName(name, what string, taken BindingRef) string {
	return fmt.Sprintf("%q is the name of this %s and of the %s binding on line %d of %s", name, what, taken.Title, taken.Pos.Line, filepath.Base(taken.Pos.File))
}

// checkNames reports names that are there and empty.
func (l *loader) checkNames(k bindingKind, section *Node) {
	for _, entry := range k.entries(section) {
		node := entry.Get(k.name)
		if s, ok := node.AsString(); ok && s == "" {
			l.report(node.Diagnostic(Warning, CodeMissing, "is empty, so the binding has no name in env", fmt.Sprintf(`for example %s = "MY_BINDING"`, k.name)))
		}
	}
}

// kindKeys are the keys of all kinds, in the order of the table.
func kindKeys() []string {
	all := kinds()
	names := make([]string, len(all))
	for i, k := range all {
		names[i] = k.key
	}
	return names
}
