package config

import (
	"fmt"
	"maps"
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
			entry: fields{"binding": name, "certificate_id": anything{}, "remote": anything{}}},
		{key: "kv_namespaces", title: "KV Namespace", name: "binding", detail: []string{"id"},
			entry: fields{"binding": name, "id": text, "preview_id": text, "remote": flag}},
		{key: "r2_buckets", title: "R2 Bucket", name: "binding", detail: []string{"bucket_name"},
			entry: fields{"binding": name, "bucket_name": text, "preview_bucket_name": text, "jurisdiction": text, "remote": flag, "local_dev": anything{}}},
		{key: "d1_databases", title: "D1 Database", name: "binding", detail: []string{"database_name", "database_id"},
			entry: fields{"binding": name, "database_name": text, "database_id": text, "preview_database_id": text, "migrations_table": text, "migrations_dir": text, "migrations_pattern": anything{}, "database_internal_env": text, "remote": flag}},
		{key: "durable_objects", title: "Durable Object", layout: within, inner: "bindings", name: "name", detail: []string{"class_name"},
			entry: fields{"name": name, "class_name": required{text}, "script_name": text, "environment": text}},
		{key: "queues", title: "Queue", layout: within, inner: "producers", name: "binding", detail: []string{"queue"},
			entry:  fields{"binding": name, "queue": required{text}, "delivery_delay": number, "remote": flag},
			beside: fields{"consumers": listOf{queueConsumer()}}},
		{key: "services", title: "Worker", name: "binding", detail: []string{"service"},
			entry: fields{"binding": name, "service": required{text}, "environment": text, "entrypoint": text, "props": mapOf{anything{}}, "remote": flag, "dev": anything{}}},
		{key: "hyperdrive", title: "Hyperdrive Config", name: "binding", detail: []string{"id"},
			entry: fields{"binding": name, "id": text, "localConnectionString": text}},
		{key: "workflows", title: "Workflow", name: "binding", detail: []string{"name"},
			entry: fields{"binding": name, "name": required{text}, "class_name": required{text}, "script_name": text, "remote": flag, "limits": fields{"steps": number}, "schedules": anything{}}},
		{key: "analytics_engine_datasets", title: "Analytics Engine Dataset", name: "binding", detail: []string{"dataset"},
			entry: fields{"binding": name, "dataset": text}},
		{key: "ratelimits", title: "Rate Limit", name: "name", detail: []string{"namespace_id"},
			entry: fields{"name": name, "namespace_id": required{text}, "simple": required{fields{"limit": required{number}, "period": required{number}}}}},
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
		{key: "browser", title: "Browser Run", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "images", title: "Images", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "media", title: "Media", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "stream", title: "Stream", layout: single, name: "binding", entry: fields{"binding": name, "remote": flag}},
		{key: "version_metadata", title: "Worker Version Metadata", layout: single, name: "binding", entry: fields{"binding": name}},
		{key: "assets", title: "Assets", scope: inherited, layout: single, name: "binding", detail: []string{"directory"},
			entry: fields{"directory": text, "binding": text, "run_worker_first": either{boolean, listOf{text}},
				"html_handling":      oneOf{"auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"},
				"not_found_handling": oneOf{"single-page-application", "404-page", "none"}}},

		// Newer than the configuration's published schema, so nothing is checked.
		{key: "websearch", title: "Web Search", name: "binding", entry: anything{}},
		{key: "agent_memory", title: "Agent Memory", name: "binding", entry: anything{}},

		{key: "wasm_modules", title: "Wasm Module", scope: topOnly, layout: mapping, entry: text},
		{key: "text_blobs", title: "Text Blob", scope: topOnly, layout: mapping, entry: text},
		{key: "data_blobs", title: "Data Blob", scope: topOnly, layout: mapping, entry: text},
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

// bindings fills in the sections and the names, and sees to it that no name is
// taken twice.
func (l *loader) bindings(file wranglerFile, local *Node) {
	var all []namedNode
	for _, k := range kinds() {
		node := file.get(k.key, k.scope)
		if node.Empty() {
			continue
		}
		l.config.Sections = append(l.config.Sections, Section{k.key, k.title, node, local.Get(k.key)})
		all = append(all, k.refs(node)...)
		l.checkNames(k, node)
	}
	first := make(map[string]namedNode)
	for _, ref := range all {
		l.config.Bindings = append(l.config.Bindings, ref.BindingRef)
		taken, again := first[ref.Name]
		if !again {
			first[ref.Name] = ref
			continue
		}
		message := fmt.Sprintf("%q is the name of two %s bindings, here and on line %d", ref.Name, ref.Title, taken.Pos.Line)
		if taken.Key != ref.Key {
			message = fmt.Sprintf("%q is the name of this %s binding and of the %s binding on line %d", ref.Name, ref.Title, taken.Title, taken.Pos.Line)
		}
		l.report(Diagnostic{Severity: Error, Code: CodeDuplicate, Pos: ref.Pos, Path: ref.node.Path(), Message: message,
			Fix: "rename one of them: each is a property of env"})
	}
}

// checkNames reports names that are there and empty.
func (l *loader) checkNames(k bindingKind, section *Node) {
	for _, entry := range k.entries(section) {
		node := entry.Get(k.name)
		if s, ok := node.AsString(); ok && s == "" {
			l.report(node.Diagnostic(Error, CodeMissing, "is empty, so the binding has no name in env", fmt.Sprintf(`for example %s = "MY_BINDING"`, k.name)))
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
