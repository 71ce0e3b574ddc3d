package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shownBy is the test that shows both sides of each compatibility flag that changes what devserver does. A flag that
// the code asks for and that is not here fails the test; so does one that nothing asks for any more.
var shownBy = map[string]struct{ file, test string }{
	"global_navigator":                             {"runtime/flags_test.go", "TestFlags"},
	"enable_navigator_language":                    {"runtime/flags_test.go", "TestFlags"},
	"expose_global_message_channel":                {"runtime/flags_test.go", "TestFlags"},
	"enable_global_performance_classes":            {"runtime/flags_test.go", "TestFlags"},
	"upper_case_all_http_methods":                  {"runtime/flags_test.go", "TestFlags"},
	"cache_option_enabled":                         {"runtime/flags_test.go", "TestFlags"},
	"cache_no_cache_enabled":                       {"runtime/flags_test.go", "TestFlags"},
	"strip_authorization_on_cross_origin_redirect": {"runtime/flags_test.go", "TestFlags"},
	"urlsearchparams_delete_has_value_arg":         {"runtime/flags_test.go", "TestFlags"},
	"enable_ctx_exports":                           {"runtime/flags_test.go", "TestFlags"},
	"enable_request_signal":                        {"runtime/flags_test.go", "TestRequestSignalFlag"},
	"allow_eval_during_startup":                    {"runtime/flags_test.go", "TestFlags"},
	"html_rewriter_treats_esi_include_as_void_tag": {"runtime/flags_test.go", "TestFlags"},
	"web_socket_compression":                       {"runtime/flags_test.go", "TestFlags"},
	"brotli_content_encoding":                      {"runtime/fetch/coding_test.go", "TestCodingOf"},
	"strict_compression_checks":                    {"runtime/compression/compression_test.go", "TestStrictChecks"},
	"urlpattern_standard":                          {"runtime/urlpattern/class_test.go", "TestURLPatternStandardFlag"},
	"crypto_preserve_public_exponent":              {"runtime/webcrypto/inspect_test.go", "TestOldCompatibilityDate"},
	"strict_crypto_checks":                         {"runtime/webcrypto/inspect_test.go", "TestOldCompatibilityDate"},
	"increase_websocket_message_size":              {"runtime/websocket/maxsize_test.go", "TestMaxSize"},
	"websocket_standard_binary_type":               {"runtime/websocket/websocket_test.go", "TestFlags"},
	"web_socket_auto_reply_to_close":               {"runtime/websocket/websocket_test.go", "TestFlags"},
	"websocket_close_reason_byte_limit":            {"runtime/websocket/websocket_test.go", "TestFlags"},
	"queues_json_messages":                         {"runtime/queue_event_test.go", "TestQueueProducerOfOldWorkers"},
	"queue_expose_error_codes":                     {"runtime/queue_event_test.go", "TestQueueProducerOfOldWorkers"},
	"queue_consumer_no_wait_for_wait_until":        {"runtime/queue_event_test.go", "TestQueueWithoutWaitUntil"},
	"nodejs_als":                                   {"runtime/node/flags_test.go", "TestFlags"},
	"nodejs_compat":                                {"runtime/node_test.go", "TestNodeFlags"},
	"nodejs_compat_v2":                             {"runtime/node_test.go", "TestNodeFlags"},
	"nodejs_compat_populate_process_env":           {"runtime/node_test.go", "TestNodeFlags"},
	"enable_nodejs_global_timers":                  {"runtime/node_test.go", "TestNodeFlags"},
	"throw_on_not_implemented_tls_options":         {"runtime/node/io_test.go", "TestOldTLSOptions"},
	"rpc":                                          {"runtime/service_test.go", "TestRPCFlags"},
	"rpc_params_dup_stubs":                         {"runtime/service_test.go", "TestRPCFlags"},
	"enable_nodejs_http_server_modules":            {"runtime/cloudflare_node_test.go", "TestNodeServerFlag"},
}

// TestFlags holds that every flag with an effect has a test that shows it.
func TestFlags(t *testing.T) {
	folders := source(t)
	known := constants(folders["../runtime/compat"])
	asked := flagsAsked(folders, known)
	for flag, where := range asked {
		shown, ok := shownBy[flag]
		if !ok {
			t.Errorf("%s asks for %s: name the test that shows both sides in internal/flags_test.go", where, flag)
			continue
		}
		text := function(t, shown.file, shown.test)
		if text == "" {
			t.Errorf("%s: there is no %s in %s", flag, shown.test, shown.file)
		} else if !mentions(text, flag, known) {
			t.Errorf("%s: %s in %s does not mention it", flag, shown.test, shown.file)
		}
	}
	for flag := range shownBy {
		if _, ok := asked[flag]; !ok {
			t.Errorf("nothing asks for %s any more", flag)
		}
	}
}

// mentions reports whether a text names a flag, or its constant.
func mentions(text, flag string, constants map[string]string) bool {
	for name, value := range constants {
		if value == flag && strings.Contains(text, name) {
			return true
		}
	}
	return strings.Contains(text, flag)
}

// source are the packages of runtime, parsed: their files by folder.
func source(t *testing.T) map[string]map[string]*ast.File {
	t.Helper()
	folders := map[string]map[string]*ast.File{}
	err := filepath.WalkDir("../runtime", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		if folders[dir] == nil {
			folders[dir] = map[string]*ast.File{}
		}
		folders[dir][path] = file
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// constants are the string constants of a package's files.
func constants(files map[string]*ast.File) map[string]string {
	values := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != len(spec.Values) {
				return true
			}
			for i, name := range spec.Names {
				if s, ok := literal(spec.Values[i]); ok {
					values[name.Name] = s
				}
			}
			return true
		})
	}
	return values
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// flagsAsked are the flags that the code asks whether they are on, and where it does.
func flagsAsked(folders map[string]map[string]*ast.File, known map[string]string) map[string]string {
	asked := map[string]string{}
	for dir, files := range folders {
		own := constants(files)
		for path, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 || dir == "../runtime/compat" {
					return true
				}
				if method, ok := call.Fun.(*ast.SelectorExpr); !ok || method.Sel.Name != "Enabled" {
					return true
				}
				flag := ""
				switch arg := call.Args[0].(type) {
				case *ast.SelectorExpr:
					flag = known[arg.Sel.Name]
				case *ast.Ident:
					flag = own[arg.Name]
				case *ast.BasicLit:
					flag, _ = literal(arg)
				}
				if flag != "" {
					asked[flag] = strings.TrimPrefix(path, "../")
				}
				return true
			})
		}
	}
	return asked
}

// function is the text of a function with its comment, or "" if there is none of that name.
func function(t *testing.T, file, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		return ""
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range parsed.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Name.Name == name {
			return f.Doc.Text() + string(text[set.Position(f.Pos()).Offset:set.Position(f.End()).Offset])
		}
	}
	return ""
}
