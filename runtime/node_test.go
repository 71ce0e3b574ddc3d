package runtime_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime"
	"devserver/runtime/webidl"
)

// textBinding is a variable.
type textBinding struct{ name, value string }

func (b textBinding) Name() string                     { return b.name }
func (b textBinding) Value(r *webidl.Realm) goja.Value { return r.String(b.value) }

// TestNodeFlags shows both sides of the flags of nodejs_compat.
func TestNodeFlags(t *testing.T) {
	for _, test := range []struct {
		date         string
		flags        []string
		script, want string
	}{
		{"2026-08-03", nil, `typeof Buffer + typeof process + typeof global + typeof setImmediate`, "undefinedundefinedundefinedundefined"},
		{"2026-08-03", []string{"nodejs_compat"}, `typeof Buffer + typeof process + typeof global + typeof setImmediate`, "functionobjectobjectfunction"},
		{"2026-08-04", nil, `typeof Buffer + typeof process + typeof global + typeof setImmediate`, "functionobjectobjectfunction"},
		{"2026-08-04", []string{"no_nodejs_compat_v2"}, `typeof Buffer`, "undefined"},
		{"2024-09-22", []string{"nodejs_compat"}, `typeof Buffer`, "undefined"},
		{"2024-09-22", []string{"nodejs_compat", "nodejs_compat_v2"}, `typeof Buffer`, "function"},

		// What the source of a module needs of the language is not put on top of what the script has been given.
		{"2026-08-04", nil, `((n) => { new Uint32Array(n); process.getBuiltinModule("node:util"); return Function.prototype.toString.call(Uint32Array).slice(0, 8) })(5)`, "function"},

		// createRequire gives the modules that are not Node.js's, too.
		{"2026-08-04", nil, `(() => { const require = process.getBuiltinModule("module").createRequire("/x"); return typeof require("cloudflare:workers").WorkerEntrypoint + typeof require("cloudflare:sockets").connect })()`, "functionfunction"},
		{"2026-08-04", nil, `(() => { try { process.getBuiltinModule("module").createRequire("/x")("cloudflare:nope") } catch (e) { return e.message } })()`, `No such module "cloudflare:nope".`},

		// for-in goes through what the platform's classes have.
		{"2026-08-04", nil, `(() => { const keys = []; for (const key in new Response("x", {status: 201})) keys.push(key); return ["status", "headers", "json", "bodyUsed"].every((k) => keys.includes(k)) })()`, "true"},

		{"2026-02-09", []string{"nodejs_compat"}, `typeof setTimeout(() => {}, 1)`, "number"},
		{"2026-02-10", []string{"nodejs_compat"}, `typeof setTimeout(() => {}, 1)`, "object"},
		{"2026-02-10", []string{"nodejs_compat", "no_nodejs_global_timers"}, `typeof setTimeout(() => {}, 1)`, "number"},
		{"2026-02-09", []string{"nodejs_compat", "enable_nodejs_global_timers"}, `typeof setTimeout(() => {}, 1)`, "object"},

		{"2025-03-31", []string{"nodejs_compat"}, `String(process.env.TEXT)`, "undefined"},
		{"2025-04-01", []string{"nodejs_compat"}, `String(process.env.TEXT)`, "v"},
		{"2025-04-01", []string{"nodejs_compat", "nodejs_compat_do_not_populate_process_env"}, `String(process.env.TEXT)`, "undefined"},
		{"2025-03-31", []string{"nodejs_compat", "nodejs_compat_populate_process_env"}, `String(process.env.TEXT)`, "v"},
	} {
		t.Run(test.date+strings.Join(test.flags, "+")+test.script, func(t *testing.T) {
			flags := compatibility(t, test.date, test.flags...)
			w, _ := load(t, fetchScript("return new Response("+test.script+")"), func(o *runtime.Options) {
				flags(o)
				o.Bindings = []runtime.Binding{textBinding{"TEXT", "v"}}
			})
			if _, got, err := get(t, w, "/"); err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// TestCertificateNotice shows what the author is told of options of certificates that Workers ignore, once however many
// requests there are.
func TestCertificateNotice(t *testing.T) {
	for _, test := range []struct{ call, want string }{
		{`https.request({ host: "a.example", cert: "c", key: "k" })`,
			`node:https and node:tls ignore the options cert and key, as they do at Cloudflare: a.example is shown no client certificate (at worker.js:1:1); ` +
				`an mTLS certificate binding presents one: env.MY_CERT.fetch(url), env.MY_CERT.connect(address)`},
		{`https.request("https://a.example", { agent: new https.Agent({ pfx: "p" }) })`, "the option pfx, as they do at Cloudflare: a.example is shown no client certificate"},
		{`tls.connect({ host: "a.example", port: 1, cert: "c" })`, "the option cert, as they do at Cloudflare: a.example is shown no client certificate"},
		{`tls.connect({ host: "1.2.3.4", servername: "b.example", port: 1, secureContext: tls.createSecureContext({ key: "k" }) })`, "the option key, as they do at Cloudflare: b.example is shown no client certificate"},
		{`https.request({ host: "a.example", ca: "c", rejectUnauthorized: false })`,
			`the options ca and rejectUnauthorized, as they do at Cloudflare: the certificate of a.example is checked as that of any other (at worker.js:1:1); ` +
				`to trust another CA locally, set ca = FILE for [origins."a.example"] in devserver.toml`},
		{`https.request({ host: "a.example", rejectUnauthorized: true, servername: "b" })`, ""},
		{`tls.connect({ host: "a.example", port: 1, rejectUnauthorized: true })`, ""},
		{`http.request({ host: "a.example", cert: "c" })`, ""},
	} {
		t.Run(test.call, func(t *testing.T) {
			log := &noticeLog{}
			script := fetchScript(`const [http, https, tls] = ["http", "https", "tls"].map(process.getBuiltinModule); ` + test.call + `.on("error", () => {}).destroy(); return new Response()`)
			w, _ := load(t, script, func(o *runtime.Options) {
				compatibility(t, "2026-11-01")(o)
				o.Log = log
			})
			for range 2 {
				if _, _, err := get(t, w, "/"); err != nil {
					t.Fatal(err)
				}
			}
			got := positions.ReplaceAllString(strings.Join(log.notices, "\n"), "worker.js:1:1")
			if !strings.Contains(got, test.want) || (test.want == "") != (got == "") || len(log.notices) > 1 {
				t.Errorf("got %q, want %q once", got, test.want)
			}
		})
	}
}

var positions = regexp.MustCompile(`test\.js:\d+:\d+`)

// noticeLog keeps the sentences about a Worker.
type noticeLog struct {
	recorder
	notices []string
}

// Notice implements runtime.Notices.
func (l *noticeLog) Notice(text string) { l.notices = append(l.notices, text) }

// TestAsyncContexts holds that what is stored goes along where the engine alone would lose it.
func TestAsyncContexts(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"thenables", `
			const then = (resolve) => { see(); als.run("then", resolve) };
			await als.run("a", async () => { await { then }; see(); return { then } });
			await als.run("b", () => new Promise((resolve) => resolve({ then })));
			await Promise.all(["c", "d"].map((x) => als.run(x, () => Promise.resolve({ then }))));`, "a,a,a,b,c,d"},
		{"thenables of many tasks", `
			for (const x of ["a", "b", "c"]) {
				await als.run(x, () => scheduler.wait(0)); await 0;
				await als.run(x, async () => { for (let i = 0; i < 3; i++) await { then(f) { see(); f() } } });
			}`, "a,a,a,b,b,b,c,c,c"},
		{"withEnv beside it", `
			await w.withEnv({ A: 1 }, () => als.run("a", async () => { await 0; seen.push(w.env.A); see(); setTimeout(() => { seen.push(w.env.A); see() }); await scheduler.wait(2) }));
			await als.run("b", () => w.withEnv({ A: 2 }, async () => { await 0; seen.push(w.env.A); see(); await w.withEnv({ A: 3 }, () => 0); await 0; see(); seen.push(w.env.A) }));
			seen.push(w.env.A);`, "1,a,1,a,2,b,b,2,"},
		{"rejections, in order", `
			addEventListener("unhandledrejection", (e) => { e.preventDefault(); seen.push(e.reason); see() });
			als.run("a", () => { for (let i = 0; i < 20; i++) als.run("x" + i, () => { Promise.reject(i) }) });
			await scheduler.wait(0);`, func() string {
			var want []string
			for i := range 20 {
				want = append(want, fmt.Sprintf("%d,x%d", i, i))
			}
			return strings.Join(want, ",")
		}()},
		{"handlers of HTMLRewriter", `
			const on = als.run("on", () => new HTMLRewriter().on("p", { element: see, async text() { see(); await 0; see() } }));
			await als.run("transform", () => on.transform(new Response("<p>x</p>")).text());`, "transform,transform,transform,transform,transform"},
		{"stores taken away", `als.run("a", () => { als.exit(see); see(); als.run(undefined, see) }); see();
			const d = new als.constructor({ defaultValue: "d" }); seen.push(d.getStore(), d.run(undefined, () => d.getStore()), d.exit(() => d.getStore()));`, ",a,,,d,,"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code := fetchScript(`
				const als = new (process.getBuiltinModule("async_hooks").AsyncLocalStorage)(), w = builtin("cloudflare:workers"), seen = [];
				const see = () => void seen.push(als.getStore());` + c.script + `
				return new Response(seen.join())`)
			code.Loads = true
			w, _ := load(t, code, nil)
			if _, got, err := get(t, w, "/"); err != nil || got != c.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

// TestAsyncLocalStorage follows what is stored through everything that goes on later.
func TestAsyncLocalStorage(t *testing.T) {
	w, _ := load(t, fetchScript(`
		const { AsyncLocalStorage } = process.getBuiltinModule("async_hooks");
		const als = new AsyncLocalStorage();
		const seen = [];
		const see = (what) => seen.push(what + ":" + als.getStore());
		await als.run("a", async () => {
			see("sync");
			await null; see("await");
			await new Promise((resolve) => setTimeout(resolve, 1)); see("timer");
			setTimeout(() => see("in timer"), 0);
			queueMicrotask(() => see("microtask"));
			process.nextTick(() => see("nextTick"));
			await als.run("b", () => scheduler.wait(2).then(() => see("inner")));
			see("after");
			await new Response("x").text(); see("body");
			ctx.waitUntil(Promise.resolve().then(() => see("waitUntil")));
			await null;
		});
		see("outside");
		return new Response(seen.join(" "));`), nil)
	want := "sync:a await:a timer:a microtask:a nextTick:a in timer:a inner:b after:a body:a waitUntil:a outside:undefined"
	if _, got, err := get(t, w, "/"); err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestProcessExit(t *testing.T) {
	w, _ := load(t, fetchScript(`try { process.exit(3); for (;;); } finally { await 1 } return new Response("never")`), nil)
	_, _, err := get(t, w, "/")
	e, ok := errors.AsType[*runtime.Error](err)
	if !ok || e.Message != "The Node.js process.exit(3) API was called. Canceling the request." {
		t.Errorf("got %v", err)
	}
}

// TestProcessIsAnEmitter: process is one, whether events was loaded before it or not.
func TestProcessIsAnEmitter(t *testing.T) {
	for _, script := range []string{
		`const p = process; const EventEmitter = p.getBuiltinModule("events"); return new Response([p instanceof EventEmitter, typeof p.on, String(p), p.nope].join())`,
		`const seen = []; process.on("x", (v) => seen.push(v)); process.emit("x", 1); process.browser = 2; delete process.title;
		return new Response([process.getBuiltinModule("events").prototype.isPrototypeOf(process), "function", Object.prototype.toString.call(process), process.title].join())`,
	} {
		w, _ := load(t, fetchScript(script), nil)
		if _, got, err := get(t, w, "/"); err != nil || got != "true,function,[object process]," {
			t.Errorf("%s: got %q, %v", script, got, err)
		}
	}
}

// TestUnhandledRejectionEvent: process tells of promises that nobody handles.
func TestUnhandledRejectionEvent(t *testing.T) {
	w, _ := load(t, fetchScript(`
		const seen = [];
		process.on("unhandledRejection", (reason) => seen.push(reason.message));
		Promise.reject(new Error("lost"));
		await scheduler.wait(1);
		return new Response(seen.join())`), nil)
	if _, got, err := get(t, w, "/"); err != nil || got != "lost" {
		t.Errorf("got %q, %v", got, err)
	}
}
