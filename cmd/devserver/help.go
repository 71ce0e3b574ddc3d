package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"devserver/bindings"
	"devserver/bindings/all"
	"devserver/bindings/mtls"
	"devserver/config"
	"devserver/origin/inspect"
)

// help is `devserver help [command]`.
func help(_ context.Context, p *process, args []string) error {
	if len(args) == 0 || isFlag(args[0]) {
		return printHelp(p, "")
	}
	return printHelp(p, args[0])
}

func asksForHelp(args []string) bool {
	return len(args) > 0 && (args[0] == "--help" || args[0] == "-h")
}

// printHelp writes what there is to know about a command, or about the program. Help that was asked for is a result, so
// it goes to standard output.
func printHelp(p *process, command string) error {
	var text string
	switch command {
	case "":
		text = overview
	case "dev":
		var d devFlags
		text = strings.Replace(devHelp, "{flags}", flagHelp(d.flags(all.Kinds())), 1)
		text = strings.Replace(text, "{date}", config.DefaultCompatibilityDate, 1)
	case "init":
		text = strings.Replace(initHelp, "{flags}", flagHelp(new(initFlags).flags()), 1)
	case "types":
		text = strings.Replace(typesHelp, "{flags}", flagHelp(new(typesFlags).flags()), 1)
	case "completion":
		text = completionHelp
	case "configuration":
		text = strings.Replace(configurationHelp, "{keys}", configurationKeys(), 1)
	case "__complete":
		text = "devserver __complete -- WORD... is what the scripts of devserver completion ask.\n"
	case "config":
		text = strings.Replace(configHelp, "{flags}", flagHelp(configFlags(new(devFlags), new(bool), nil)[:1]), 1)
	case "mtls-certificate", "cert":
		text = strings.Replace(certificateHelp, "{upload}", flagHelp(uploadFlags(&mtls.UploadArgs{})), 1)
		text = strings.Replace(text, "{delete}", flagHelp(deleteFlags(&mtls.DeleteArgs{})), 1)
		text = strings.Replace(text, "{test}", flagHelp(new(inspectFlags).flags()), 1)
		text = strings.Replace(text, "{exits}", exitHelp(), 1)
		text = strings.Replace(text, "{check}", flagHelp(new(checkFlags).flags()), 1)
	case "version":
		text = "devserver version prints the version, the commit and the Go version that devserver was built with.\n"
	case "help":
		text = "devserver help [command] explains devserver, or one of its commands.\n"
	default:
		names := commandNames()
		if slices.Contains(names, command) {
			panic("no help for " + command)
		}
		return unknownWord(command)
	}
	_, err := io.WriteString(p.stdout, reflowed(text, columns(p, math.MaxInt)))
	return err
}

// reflowed fits a help text into a narrow terminal: what stands behind a flag or a command goes on below itself, and the lines
// of a paragraph are filled anew.
func reflowed(text string, columns int) string {
	widest := 0
	for line := range strings.Lines(text) {
		widest = max(widest, widthOf(strings.TrimSuffix(line, "\n")))
	}
	if widest <= columns || columns < 2*narrowest {
		return text
	}
	var b strings.Builder
	var paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			b.WriteString(filled(paragraph, " ", columns) + "\n")
		}
		paragraph = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && line[0] != ' ' {
			paragraph = append(paragraph, strings.Fields(line)...)
			continue
		}
		end()
		rest := strings.TrimLeft(line, " ")
		if column := strings.LastIndex(rest, "  ") + 2; column > 1 {
			rest = rest[column:]
		}
		indentation := len(line) - len(rest)
		if widthOf(line) > columns && columns-indentation >= narrowest {
			rest = strings.ReplaceAll(filled(strings.Fields(rest), " ", columns-indentation), "\n", "\n"+strings.Repeat(" ", indentation))
		}
		b.WriteString(line[:indentation] + rest + "\n")
	}
	end()
	return b.String()
}

// flagHelp is a line for each flag, or two for one that is long.
func flagHelp(flags []flag) string {
	const column = 34
	var b strings.Builder
	for _, f := range flags {
		if f.help == "" {
			continue
		}
		var names []string
		for _, name := range slices.Backward(f.names) {
			names = append(names, shown(name))
		}
		left := "  " + strings.Join(names, ", ")
		if f.argument != "" {
			left += " " + f.argument
		}
		if len(left) >= column {
			left += "\n" + strings.Repeat(" ", column)
		}
		fmt.Fprintf(&b, "%-*s%s\n", column, left, f.help)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// exitHelp is a line for each exit code of test.
func exitHelp() string {
	codes := append(inspect.ExitCodes(),
		inspect.ExitCode{Exit: exitFailed, What: "the certificate, or something else that was named, cannot be read"},
		inspect.ExitCode{Exit: exitUsage, What: "the command line cannot be understood"})
	slices.SortFunc(codes, func(a, b inspect.ExitCode) int { return cmp.Compare(a.Exit, b.Exit) })
	var b strings.Builder
	for _, e := range codes {
		fmt.Fprintf(&b, "  %-5d%s\n", e.Exit, e.What)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

const overview = `devserver runs a Cloudflare Worker on this machine, with its mTLS bindings: env.MY_CERT.fetch(url) presents the
client certificate in a real TLS handshake.

Usage
  devserver [dev] [script] [flags]           serve the Worker, and reload it on every save
  devserver init [dir]                       write a Worker to begin with
  devserver types                            write the TypeScript types of env, as wrangler types does
  devserver config                           show the configuration it would run with, and where each value is from
  devserver mtls-certificate upload          store a client certificate on this machine
  devserver mtls-certificate list            show those that are stored
  devserver mtls-certificate delete          delete one
  devserver mtls-certificate test            call an origin with one, and see all of the handshake
  devserver mtls-certificate check           look at certificate files before an origin does
  devserver cert ...                         the same, in wrangler's newer words
  devserver completion SHELL                 completion for bash, zsh, fish or powershell
  devserver version
  devserver help configuration               every key of the configuration, and what is done with it
  devserver help [command]                   also: devserver COMMAND --help

The first word is the command if it names one; otherwise it is the script. A script called dev is ./dev.

Start
  devserver                                  the project in this folder: its wrangler.toml, .json or .jsonc
  devserver src/index.ts                     a script, with or without a configuration
  devserver -c examples/wrangler.toml        the documented mTLS example, with an origin that is built in

A certificate for the binding MY_CERT, in one of three ways
  devserver mtls-certificate upload --cert cert.pem --key key.pem --id ID
                                             stored once, under the certificate_id that wrangler.toml has
  [mtls_certificates.MY_CERT]                in devserver.toml, beside wrangler.toml
  cert = "cert.pem"
  key = "key.pem"
  devserver --mtls MY_CERT=cert.pem,key.pem  for this once

Exit codes
  0    it did what it was asked for; a server that was stopped by Ctrl-C or SIGTERM has
  1    it failed, and has said why
  2    the command line cannot be understood
  130  a command was interrupted before it was done
  A second Ctrl-C ends it at once.
`

const devHelp = `devserver [dev] [script] [flags] serves a Worker on http://localhost:8787, and reloads it on every save of a file that
it was made of.

The script comes instead of main in the configuration, which is looked for from the script's folder, or this one, upwards:
wrangler.json, wrangler.jsonc, wrangler.toml. Without a configuration a script is enough; without a compatibility date it
is {date}. Beside the configuration may be devserver.toml, with settings for this machine only, and
devserver.local.toml, which comes before it; and .dev.vars or .env with secrets.

Flags
{flags}

A flag's value follows it, or an equals sign: --port 9000, --port=9000. Flags and the script stand in any order. A flag for a
list is repeated: --var A:1 --var B:2. A switch is turned off by --no-x. Of wrangler's other flags, those that would change
what the Worker does are refused, and the rest have no effect, which is said.

The port is that of --port, or dev.port in the configuration, or 8787. If neither names one and 8787 is taken, it is the next
one that is free, which is said. It listens on the loopback interface, for this machine only.

https, with --local-protocol https, uses a certificate that devserver makes once and keeps in DEVSERVER_HOME (local-https.pem):
browsers ask about it once. WRANGLER_HTTPS_CERT_PATH and WRANGLER_HTTPS_KEY_PATH are as --https-cert-path and --https-key-path.

At a terminal: b opens a browser, r loads everything again, c clears the screen, h shows the keys, and x, q, Ctrl-C and Ctrl-D end devserver. A program
that starts devserver learns when it serves from --ready-file, or, if it is Node.js and there is a channel (stdio: "ipc"), from
the message that wrangler sends: {"event":"DEV_SERVER_READY","ip","port"}; devserver ends when that channel does.

--live-reload adds a script to the HTML pages that a browser navigates to. It reloads them when a Worker was loaded again, and error
pages when the mistake is mended. A page's Content-Security-Policy is left as it is: 'self' or a nonce lets the script run.

Log levels
  debug                           everything, which files are watched, and each call to an origin
  log, info                       what was loaded, requests, and what the Worker prints (the default)
  warn                            warnings and errors, from the Worker's console too, and no requests
  error                           errors
  none                            nothing but why devserver ends, if it fails

Environment
  CLOUDFLARE_ENV                  as --env
  NODE_EXTRA_CA_CERTS, SSL_CERT_FILE
                                  as --cacert, for one more file each
  DEVSERVER_HOME                  where certificates are stored; otherwise devserver in the user's configuration folder
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY
                                  for the global fetch; a client certificate is never shown to a proxy
  NO_COLOR, FORCE_COLOR           no colours, or colours even if the output is not a terminal
  GOGC, GOMEMLIMIT                the garbage collector's settings: 400 and 1GiB unless they are set

Examples
  devserver
  devserver src/index.ts --port 9000
  devserver -c wrangler.jsonc -e staging --var API_KEY:secret
  devserver --mtls MY_CERT=client.pem,client.key,origin-ca.pem
  devserver --connect-to a-secured-origin.com:443:127.0.0.1:9443 --cacert origin-ca.pem
`

const initHelp = `devserver init [dir] [flags] writes a Worker to begin with into a folder: wrangler.toml, src/index, .gitignore and, for
TypeScript, tsconfig.json. It runs at once, with devserver; nothing has to be installed. It overwrites nothing.

Flags
{flags}

Examples
  devserver init my-worker
  devserver init --lang js --template hello
`

const typesHelp = `devserver types [file] [flags] writes the TypeScript types of env, from the configuration, into worker-configuration.d.ts:
the interface Env, one for each environment, and those of modules that are not code. It does what wrangler types does, but
for the types of the runtime, which are in the npm package @cloudflare/workers-types; those that wrangler has written into
the file stay there.

Flags
{flags}

Examples
  devserver types
  devserver types --check                    in CI
  devserver types -c wrangler.toml -c ../api/wrangler.toml
`

const completionHelp = `devserver completion bash|zsh|fish|powershell prints a script that completes devserver's commands, flags and their values.

  bash          in ~/.bashrc: source <(devserver completion bash)
  zsh           in ~/.zshrc, after compinit: source <(devserver completion zsh)
  fish          devserver completion fish > ~/.config/fish/completions/devserver.fish
  powershell    in $PROFILE: devserver completion powershell | Out-String | Invoke-Expression
`

// configurationKeys is a line for each key of the configuration.
func configurationKeys() string {
	kinds := all.Kinds()
	var b strings.Builder
	for _, k := range config.Reference() {
		status := "supported"
		switch k.Status {
		case config.KeyBinding:
			status = k.Note + ": supported"
			if !slices.ContainsFunc(kinds, func(kind bindings.Kind) bool { return kind.Key() == k.Name }) {
				status = k.Note + ": listed at the start; using it throws"
			}
		case config.KeyDeployOnly, config.KeyUnsupported:
			status = "no effect: " + k.Note
		case config.KeyRefused:
			status = "refused, unless the command line names a script: " + k.Note
		case config.KeyRemoved:
			status = "refused: " + k.Note
		}
		fmt.Fprintf(&b, "  %-28s %-15s %s\n", k.Name, k.Where, status)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

const configurationHelp = `Keys of wrangler.toml, .json and .jsonc, where they may stand, and what devserver does with them. What is set and has no
effect is said at the start. Of variables, later sources win: vars; .dev.vars.ENV, or else .dev.vars, or else .env,
.env.local, .env.ENV and .env.ENV.local, or else the files of --env-file; --var.

{keys}
`

const configHelp = `devserver config [script] [flags] prints the configuration that devserver would run with, as TOML, and behind each value
where it is from: a file with line and column, a flag, the environment or a default. Secrets are not shown. It takes all
flags of devserver dev, so that "config" can be put before what is typed otherwise.

Flags
{flags}

Problems of the configuration are printed to standard error. It exits with 1 if one of them keeps the Worker from running.

Examples
  devserver config
  devserver config -e staging --var API_KEY:secret
  devserver config --json | jq -r '.workers[0].settings[] | select(.from == "file") | .path | join(".")'
`

const certificateHelp = `devserver mtls-certificate keeps client certificates and their private keys on this machine, for mTLS bindings: in the
folder devserver of the user's configuration folder, or in DEVSERVER_HOME, readable for this user alone.

Usage
  devserver mtls-certificate upload --cert FILE [--key FILE] [--name NAME] [--id ID]
  devserver mtls-certificate list
  devserver mtls-certificate delete --id ID | --name NAME
  devserver mtls-certificate test ID|NAME|BINDING URL [flags]
  devserver mtls-certificate check FILE... [flags]

In wrangler's newer words
  devserver cert upload mtls-certificate --cert FILE [--key FILE] [--name NAME] [--id ID]
  devserver cert list
  devserver cert delete --id ID | --name NAME

Flags of upload
{upload}

Flags of delete, which asks before it deletes if there is somebody to ask
{delete}

test makes one GET request the way an mTLS binding does, and shows what happened: addresses, TLS, who the origin is and why
it is trusted, what it asked for, what was presented, its answer, what production would answer, and what to do. For a
binding it goes by the project's configuration, devserver.toml included; for a certificate of the store only if -c names
one.

Flags of test
{test}

Exit codes of test; from 6 to 60 they are curl's
{exits}

check reads certificate and key files, in any order, and says what an origin would have against them. It exits with 1 if
they cannot be used.

Flags of check
{check}

Examples
  devserver mtls-certificate upload --cert cert.pem --key key.pem --name my-client-cert
  Put the ID that is printed into the configuration:
    mtls_certificates = [{ binding = "MY_CERT", certificate_id = "ID" }]

  devserver mtls-certificate upload --cert cert.pem --key key.pem --id efwu2n6s-...
  If the configuration has an ID from production already: it stays as it is.

  devserver mtls-certificate check cert.pem key.pem --ca origin-ca.pem
  devserver mtls-certificate test MY_CERT https://origin.example/ --cacert origin-ca.pem

  devserver mtls-certificate upload --cert client.p12 --passphrase-file passphrase.txt
  The private key stays encrypted in the store. A binding is given its passphrase in devserver.toml:
    [mtls_certificates.MY_CERT]
    passphrase_file = "passphrase.txt"       or passphrase_env = "NAME", a variable of the environment
`
