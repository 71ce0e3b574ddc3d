package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

// TestComplete is a table of command lines, of which the last word is completed.
func TestComplete(t *testing.T) {
	leaf := testpki.New("Root").Client("client", testpki.Key(testpki.Ed25519))
	p := newProject(t, map[string]string{"wrangler.toml": "[env.staging]\n[env.production]\n[[mtls_certificates]]\nbinding = \"MY_CERT\"\ncertificate_id = \"x\"\n", "b.toml": "[env.other]\n", "cert.pem": string(append(leaf.ChainPEM(), leaf.KeyPEM(testpki.PKCS8)...))})
	if code, _, stderr := p.run("mtls-certificate", "upload", "--cert", "cert.pem", "--name", "demo", "--id", "some-id"); code != exitOK {
		t.Fatal(stderr)
	}
	for _, test := range []struct {
		words string // separated by spaces; a last space is an empty word
		want  []string
		not   string
	}{
		{"", []string{"dev", "init", "config", "types", "mtls-certificate", "completion", ":files"}, "__complete"},
		{"co", []string{"config", "completion", ":files"}, "dev"},
		{"--po", []string{"--port", ":none"}, "--ip"},
		{"-", []string{"-c", "-e", "--config", "--mtls"}, "--remote"},
		{"--no-bun", []string{"--no-bundle"}, "--no-port"},
		{"dev --log-level ", []string{"debug", "none", ":none"}, ":files"},
		{"--log-level=w", []string{"--log-level=warn"}, "--log-level=debug"},
		{"--log-level = w", []string{"warn"}, "--log-level=warn"},
		{"--log-level =", []string{"warn", "debug"}, "--log-level=warn"},
		{"--mtls-errors ", []string{"edge", "throw"}, ""},
		{"--config ", []string{":files"}, ":none"},
		{"-e ", []string{"staging", "production"}, "other"},
		{"-c b.toml -e ", []string{"other"}, "staging"},
		{"config --js", []string{"--json"}, ""},
		{"types --str", []string{"--strict-vars"}, ""},
		{"init --lang ", []string{"ts", "js"}, ""},
		{"init ", []string{":dirs"}, ""},
		{"mtls-certificate ", []string{"upload", "list", "delete", "test", "check"}, ":files"},
		{"mtls-certificate upload --c", []string{"--cert"}, "--cacert"},
		{"mtls-certificate upload --cert ", []string{":files"}, ""},
		{"cert test --ca", []string{"--cacert"}, ""},
		{"completion ", []string{"bash", "zsh", "fish", "powershell"}, ":files"},
		{"help ty", []string{"types"}, "dev"},
		{"version ", []string{":none"}, ":files"},
		{"src/index.ts --por", []string{"--port"}, ""},
		{"--mtls ", []string{"MY_CERT=", ":none"}, ":files"},
		{"--mtls=M", []string{"--mtls=MY_CERT="}, ""},
		{"--mtls = M", []string{"MY_CERT="}, ""},
		{"--mtls MY_CERT=a/b", []string{":files\ta/b"}, ""},
		{"--mtls MY_CERT = a/b", []string{":files\ta/b"}, ""},
		{"--mtls=MY_CERT=a.pem,a/b", []string{":files\ta/b"}, ""},
		{"-c=a/b", []string{":files\ta/b"}, ""},
		{"--assets a/b", []string{":dirs\ta/b"}, ""},
		{"--compatibility-flag nodejs_c", []string{"nodejs_compat"}, "rpc"},
		{"mtls-certificate test ", []string{"MY_CERT", "demo", ":none"}, ":files"},
		{"mtls-certificate test MY_CERT ", []string{":none"}, ":files"},
		{"cert delete --name d", []string{"demo"}, ""},
		{"cert delete --id ", []string{"some-id"}, ""},
		{"-- --por", []string{":files"}, "--port"},
	} {
		code, stdout, stderr := p.run(append([]string{"__complete", "--"}, strings.Split(test.words, " ")...)...)
		var got []string
		for line := range strings.Lines(stdout) {
			line = strings.TrimSuffix(line, "\n")
			text, _, _ := strings.Cut(line, "\t")
			got = append(got, text, line)
		}
		if code != exitOK {
			t.Errorf("%q: exit %d %s", test.words, code, stderr)
		}
		for _, want := range test.want {
			if !slices.Contains(got, want) {
				t.Errorf("%q: %q is not among %q", test.words, want, got)
			}
		}
		if test.not != "" && slices.Contains(got, test.not) {
			t.Errorf("%q: %q is among %q", test.words, test.not, got)
		}
	}
	if _, stdout, _ := p.run("__complete", "--next", "--", "completion"); !strings.HasPrefix(stdout, "bash\t") {
		t.Errorf("--next: %q", stdout)
	}
}

// TestCompletionKnowsAllCommands has a summary and a table of flags for each.
func TestCompletionKnowsAllCommands(t *testing.T) {
	p := newProject(t, nil)
	proc := p.process(nil, nil, nil)
	for _, name := range shownCommands() {
		if commandSummaries()[name] == "" {
			t.Errorf("%s has no summary", name)
		}
		for _, f := range flagsOf(&proc, []string{name}) {
			if len(f.names) == 0 {
				t.Errorf("%s has a flag without a name", name)
			}
		}
	}
	if code, _, stderr := p.run("completion", "tcsh"); code != exitUsage || !strings.Contains(stderr, "is not one of bash, zsh, fish, powershell") {
		t.Errorf("exit %d %s", code, stderr)
	}
}

// TestShells has each shell that is here complete with the script that it is given.
func TestShells(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, map[string]string{"wrangler.toml": "mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"x\" }]\n[env.staging]\n", "a file.toml": "", "certs/c.pem": ""})
	// A program devserver, which is this test's, run as devserver.
	p.write("bin/devserver", "#!/bin/sh\nDEVSERVER_TEST_COMMAND=1 exec '"+self+"' \"$@\"\n")
	os.Chmod(filepath.Join(p.dir, "bin", "devserver"), 0o700)
	for _, shell := range shells() {
		_, script, _ := p.run("completion", shell)
		p.write("completion."+shell, script)
	}
	for shell, program := range map[string]string{
		"bash": `source ./completion.bash
ask() { COMP_WORDS=(devserver "$@"); COMP_CWORD=$#; COMPREPLY=(); _devserver; printf '%s|' "${COMPREPLY[@]}"; echo; }
ask --po; ask types --chec; ask -e ""; ask -c "a f"; ask --log-level = w; ask completion z; ask --mtls MY_C; ask --mtls A = certs/a.pem,certs/c; ask --assets ce`,
		"zsh": `autoload -U compinit; compinit -u -D; source ./completion.zsh
_describe() { print -rn -- "${(P)4[@]%%:*}" }; _files() { print -rn -- "files${PREFIX}" }
compset() { PREFIX="${PREFIX[$2+1,-1]}" }
_describe() { local -a list; list=("${(@P)4}"); [[ $1 == -V ]] && list=("${(@P)3}"); for l in $list; do print -rn -- "${l%%:*}|"; done }
ask() { words=(devserver "$@"); CURRENT=$#words; PREFIX="${words[-1]}"; _devserver; print }
ask --po; ask types --chec; ask -e ""; ask -c "a f"; ask --log-level=w; ask completion z; ask --mtls MY_C; ask --mtls A=certs/a.pem,certs/c; ask --assets=ce`,
		"fish": `source ./completion.fish
for line in "devserver --po" "devserver types --chec" "devserver -e " "devserver -c a" "devserver --log-level=w" "devserver completion z" "devserver --mtls MY_C" "devserver --mtls A=certs/a.pem,certs/c" "devserver --assets=ce"
  for c in (complete -C $line)
    echo -n (string split \t -- $c)[1]"|"
  end
  echo
end`,
	} {
		t.Run(shell, func(t *testing.T) {
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skip("there is no " + shell)
			}
			args := map[string][]string{"bash": {"--norc", "-c"}, "zsh": {"-f", "-c"}, "fish": {"--no-config", "-c"}}[shell]
			cmd := exec.Command(path, append(args, program)...)
			cmd.Dir = p.dir
			cmd.Env = append(os.Environ(), "PATH="+filepath.Join(p.dir, "bin")+":"+os.Getenv("PATH"), "HOME="+p.dir, "DEVSERVER_HOME="+p.dir)
			out, err := cmd.CombinedOutput()
			lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
			if err != nil || len(lines) != 9 {
				t.Fatalf("%v\n%s", err, out)
			}
			for i, want := range []string{"--port|", "--check|", "staging|", "a file.toml|", "warn|", "zsh|", "MY_CERT=|", "certs/a.pem,certs/c.pem|", "certs|"} {
				got := strings.ReplaceAll(strings.TrimSpace(lines[i]), `\ `, " ")
				for _, begun := range []string{"--log-level=", "--assets=", "A="} { // bash has it before what it asks for, the others have not
					got = strings.TrimPrefix(got, begun)
				}
				got = strings.Replace(got, "certs/|", "certs|", 1)
				if shell == "zsh" {
					switch i {
					case 3:
						want = "filesa f"
					case 7:
						want = "filescerts/c"
					case 8:
						want = "filesce"
					}
				}
				if !strings.HasSuffix(got, want) || i != 3 && got != want {
					t.Errorf("line %d is %q, want %q", i, got, want)
				}
			}
		})
	}
}
