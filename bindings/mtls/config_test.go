package mtls

import (
	"strings"
	"testing"

	"devserver/bindings"
	"devserver/config"
)

// decode decodes the section mtls_certificates of a wrangler file, with the local settings of a devserver.toml.
func decode(t *testing.T, kind *Kind, wrangler, local string) ([]bindings.Binding, config.Diagnostics) {
	t.Helper()
	parse := func(text string) *config.Node {
		node, problems := config.ParseTOML("/project/file.toml", []byte(text))
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		return node.Get("mtls_certificates")
	}
	section := &config.Section{Key: "mtls_certificates", Node: parse(wrangler)}
	if local != "" {
		section.Local = parse(local)
	}
	return kind.Decode(section)
}

const oneBinding = `mtls_certificates = [{ binding = "MY_CERT", certificate_id = "abc" }]`

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		name, wrangler, local string
		want                  settings
		problem               string // part of the one that is expected; "" for none
		severity              config.Severity
	}{
		{"plain", oneBinding, "", settings{binding: "MY_CERT", id: "abc"}, "", 0},
		{"files", oneBinding, "[mtls_certificates.MY_CERT]\ncert = \"c.pem\"\nkey = \"k.pem\"\nca = \"/ca.pem\"",
			settings{binding: "MY_CERT", id: "abc", local: source{cert: "/project/c.pem", key: "/project/k.pem", ca: "/ca.pem"}}, "", 0},
		{"environment", oneBinding, "[mtls_certificates.MY_CERT]\ncert_env = \"C\"\nkey_env = \"K\"",
			settings{binding: "MY_CERT", id: "abc", local: source{certEnv: "C", keyEnv: "K"}}, "", 0},
		{"passphrase beside a key", oneBinding, "[mtls_certificates.MY_CERT]\ncert = \"c.p12\"\npassphrase_file = \"p.txt\"",
			settings{binding: "MY_CERT", id: "abc", local: source{cert: "/project/c.p12", passphraseFile: "/project/p.txt"}}, "", 0},
		{"passphrase for the store", oneBinding, "[mtls_certificates.MY_CERT]\npassphrase_env = \"P\"",
			settings{binding: "MY_CERT", id: "abc", local: source{passphraseEnv: "P"}}, "", 0},
		{"passphrase twice", oneBinding, "[mtls_certificates.MY_CERT]\npassphrase_file = \"p.txt\"\npassphrase_env = \"P\"",
			settings{binding: "MY_CERT", id: "abc", local: source{passphraseFile: "/project/p.txt", passphraseEnv: "P"}}, "exclude", config.Error},
		{"passphrase of the demo", oneBinding, "[mtls_certificates.MY_CERT]\ndemo = true\npassphrase_env = \"P\"",
			settings{binding: "MY_CERT", id: "abc", local: source{demo: true, passphraseEnv: "P"}}, "exclude", config.Error},
		{"passphrase itself", oneBinding, "[mtls_certificates.MY_CERT]\npassphrase = \"x\"", settings{binding: "MY_CERT", id: "abc"}, "passphrase", config.Warning},
		{"demo", oneBinding, "[mtls_certificates.MY_CERT]\ndemo = true", settings{binding: "MY_CERT", id: "abc", local: source{demo: true}}, "", 0},
		{"ca only", oneBinding, "[mtls_certificates.MY_CERT]\nca = \"ca.pem\"", settings{binding: "MY_CERT", id: "abc", local: source{ca: "/project/ca.pem"}}, "", 0},
		{"remote false", `mtls_certificates = [{ binding = "A", certificate_id = "abc", remote = false }]`, "", settings{binding: "A", id: "abc"}, "", 0},

		{"remote true", `mtls_certificates = [{ binding = "A", certificate_id = "abc", remote = true }]`, "", settings{binding: "A", id: "abc"}, "remote has no effect", config.Info},
		{"remote of a wrong type", `mtls_certificates = [{ binding = "A", certificate_id = "abc", remote = "yes" }]`, "", settings{binding: "A", id: "abc"}, "boolean", config.Error},
		{"no id", `mtls_certificates = [{ binding = "A" }]`, "", settings{binding: "A"}, "certificate_id", config.Error},
		{"empty id", `mtls_certificates = [{ binding = "A", certificate_id = "" }]`, "", settings{binding: "A"}, "certificate_id", config.Error},
		{"id of a wrong type", `mtls_certificates = [{ binding = "A", certificate_id = 5 }]`, "", settings{binding: "A"}, "certificate_id", config.Error},
		{"unknown key", `mtls_certificates = [{ binding = "A", certificate_id = "abc", cert_path = "x" }]`, "", settings{binding: "A", id: "abc"}, "cert_path", config.Warning},
		{"key without cert", oneBinding, "[mtls_certificates.MY_CERT]\nkey = \"k.pem\"",
			settings{binding: "MY_CERT", id: "abc", local: source{key: "/project/k.pem"}}, "cert", config.Error},
		{"demo and cert", oneBinding, "[mtls_certificates.MY_CERT]\ndemo = true\ncert = \"c.pem\"",
			settings{binding: "MY_CERT", id: "abc", local: source{demo: true, cert: "/project/c.pem"}}, "exclude", config.Error},
		{"cert twice", oneBinding, "[mtls_certificates.MY_CERT]\ncert = \"c.pem\"\ncert_env = \"C\"",
			settings{binding: "MY_CERT", id: "abc", local: source{cert: "/project/c.pem", certEnv: "C"}}, "exclude", config.Error},
		{"unknown local key", oneBinding, "[mtls_certificates.MY_CERT]\ncerts = \"c.pem\"", settings{binding: "MY_CERT", id: "abc"}, "certs", config.Warning},
		{"cert of a wrong type", oneBinding, "[mtls_certificates.MY_CERT]\ncert = 5", settings{binding: "MY_CERT", id: "abc"}, "cert", config.Error},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, problems := decode(t, &Kind{}, test.wrangler, test.local)
			if len(list) != 1 || list[0].Config() != test.want {
				t.Errorf("decoded %+v, want %+v", list, test.want)
			}
			switch {
			case test.problem == "":
				if len(problems) > 0 {
					t.Errorf("problems: %v", problems)
				}
			case len(problems) != 1 || !strings.Contains(problems[0].String(), test.problem) || problems[0].Severity != test.severity:
				t.Errorf("problems: %v, want one %v about %q", problems, test.severity, test.problem)
			}
		})
	}
}

func TestFlagsComeFirst(t *testing.T) {
	kind := &Kind{}
	flag := kind.Flags("/cwd")[0]
	for value, ok := range map[string]bool{
		"MY_CERT=c.pem,k.pem,ca.pem": true,
		"MY_CERT":                    false,
		"=c.pem":                     false,
		"MY_CERT=":                   false,
		"MY_CERT=a,b,c,d":            false,
	} {
		if err := flag.Set(value); (err == nil) != ok {
			t.Errorf("--mtls %s: %v", value, err)
		}
	}
	files := source{cert: "/cwd/c.pem", key: "/cwd/k.pem", ca: "/cwd/ca.pem"}
	unlocked := files
	unlocked.passphraseEnv = "P" // goes with the flag, which has no place for it
	for local, want := range map[string]source{"demo = true": files, `passphrase_env = "P"`: unlocked} {
		list, problems := decode(t, kind, oneBinding, "[mtls_certificates.MY_CERT]\n"+local)
		if want := (settings{binding: "MY_CERT", id: "abc", local: want}); len(problems) > 0 || len(list) != 1 || list[0].Config() != want {
			t.Errorf("decoded %+v, %v", list, problems)
		}
	}
}
