package urlpattern_test

import (
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/compat"
	"devserver/runtime/eventloop"
	"devserver/runtime/urlpattern"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

const failed = "thrown: TypeError: Failed to construct URLPattern"

// The expectations are what workerd does, but where a comment says otherwise.
func TestURLPattern(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return Object.keys(URLPattern.prototype)`, "protocol,username,password,hostname,port,pathname,search,hash,hasRegExpGroups,test,exec"},
		{`return [URLPattern.length, URLPattern.prototype.test.length, URLPattern.prototype.exec.length]`, "0,0,0"},
		{`return Object.prototype.toString.call(new URLPattern())`, "[object URLPattern]"},
		{`return [typeof URLPattern.compareComponent, typeof URLPattern.prototype.generate]`, "undefined,undefined"},
		{`return URLPattern()`, "thrown: TypeError: Failed to construct 'URLPattern': Please use the 'new' operator, this object constructor cannot be called as a function."},

		{all + `return parts(new URLPattern())`, "* * * * * * * *"},
		{all + `return parts(new URLPattern({}))`, "* * * * * * * *"},
		{all + `return parts(new URLPattern(null))`, "* * * * * * * *"},
		{all + `return parts(new URLPattern('https://example.com/:a(b)?/{c}*'))`, "https * * example.com  /:a(b)?/{c}* * *"},
		{all + `return parts(new URLPattern('/a?b', 'https://example.com:8080/x#y'))`, "https * * example.com 8080 /a b *"},
		{all + `return parts(new URLPattern({baseURL: 'https://example.com:8080/x/y?z#w', pathname: ':a'}))`, "https * * example.com 8080 /x/:a * *"},
		{all + `return parts(new URLPattern({baseURL: 'https://u:p@example.com/x(y)?a*b#w'}))`, `https * * example.com  /x\(y\) a\*b w`},
		{all + `return parts(new URLPattern({username: 'a b', protocol: 'HTTP:', hostname: 'É.com', port: '080', hash: '#é'}))`, "http a%20b * xn--9ca.com 80 * * %C3%A9"},
		{`return new URLPattern({hostname: 'a/b'}).hostname`, "a"},
		{`return new URLPattern({protocol: 'http{s}?', port: '443'}).port`, "443"},
		{`return new URLPattern({pathname: '/\ud800'}).pathname`, "/%EF%BF%BD"},
		{`return new URLPattern({protocol: 'data', pathname: 'a :b'}).pathname`, "a :b"}, // workerd loses the space

		{`return new URLPattern('(')`, failed},
		{`return new URLPattern('/foo')`, failed},
		{`return new URLPattern('/foo', 'nope')`, failed},
		{`return new URLPattern(5)`, failed},
		{`return new URLPattern({pathname: 'x'}, 'http://a')`, failed},
		{`return new URLPattern({pathname: '/:a/:a'})`, failed},
		{`return new URLPattern({pathname: '/(*)'})`, failed},
		{`return new URLPattern({pathname: '/((a))'})`, failed},
		{`return new URLPattern({pathname: '/{a'})`, failed},
		{`return new URLPattern({hostname: 'a b'})`, failed},
		{`return new URLPattern({port: '70000'})`, failed},
		{`return new URLPattern({protocol: 'é'})`, failed},
		{`return new URLPattern(new String('https://a/b'))`, failed}, // a dictionary with String.prototype.search
		{`return new URLPattern({pathname: Symbol()})`, "thrown: TypeError: Cannot convert a Symbol value to a string"},
		{`return new URLPattern('https://a', 'https://b', 5)`, "thrown: TypeError: Failed to construct 'URLPattern': constructor parameter 3 is not of type 'URLPatternOptions'."},
		// Ours: why.
		{`try { new URLPattern({pathname: '/a:'}) } catch (e) { return e.cause.message }`, "pathname: a colon without a name at 2"},
		{`try { new URLPattern({pathname: '/([a-z)'}) } catch (e) { return e.cause.message }`, `pathname: Invalid regular expression: /^(?:\/([a-z))$/v: Invalid character in character class`},
		{`try { new URLPattern('/a') } catch (e) { return e.cause.message }`, `the pattern "/a" is relative, and there is no base URL`},

		{`const seen = []; new URLPattern(new Proxy({}, {get(t, k) { seen.push(k) }}), new Proxy({}, {get(t, k) { seen.push(k) }})); return seen`,
			"protocol,username,password,hostname,port,pathname,search,hash,baseURL,ignoreCase"},

		{`return new URLPattern('https://a/b', {ignoreCase: true}).test('https://a/B')`, "true"},
		{`return new URLPattern('/b', 'https://a', {ignoreCase: true}).test('https://a/B')`, "true"},
		{`return new URLPattern('https://a/b', undefined, {ignoreCase: true}).test('https://a/B')`, "true"},
		{`return new URLPattern('https://a/b', null, {ignoreCase: true}).test('https://a/B')`, "false"},
		{`return new URLPattern({pathname: '/:x/b'}, {ignoreCase: true}).exec('https://a/Q/B').pathname.groups.x`, "Q"},
		{`return new URLPattern({pathname: '/b'}, {ignoreCase: false}).test('https://a/B')`, "false"},

		{`return [new URLPattern().test(), new URLPattern().test(null), new URLPattern({pathname: '/b'}).exec()].join()`, "true,true,"},
		{`const p = new URLPattern({pathname: '/b'}); return [p.test('/b', 'http://a/'), p.test('/b', 'nope'), p.test('/b', null), p.test('http://x/b', undefined), p.test('nope'), p.test(5)]`, "true,false,false,true,false,false"},
		{`const p = new URLPattern({pathname: '/b'}); return [p.test(new URL('http://a/b')), p.test(new URL('http://a/c')), p.test({pathname: '/a/../b'}), p.test({pathname: 'b', baseURL: 'http://a/c'}), p.test({port: 'x'})]`, "true,false,true,true,false"},
		{`return new URLPattern({}).test({pathname: '/b'}, 'http://a')`, "thrown: TypeError: Failed to test URLPattern"},
		{`return new URLPattern({}).exec({pathname: '/b'}, 'http://a')`, "thrown: TypeError: Failed to exec URLPattern"},
		{`const {test} = new URLPattern(); return test()`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},

		{`return JSON.stringify(new URLPattern({pathname: '/:x/*'}).exec('http://u:p@a:81/b/c?d#e'))`,
			`{"inputs":["http://u:p@a:81/b/c?d#e"],"protocol":{"input":"http","groups":{"0":"http"}},"username":{"input":"u","groups":{"0":"u"}},"password":{"input":"p","groups":{"0":"p"}},"hostname":{"input":"a","groups":{"0":"a"}},"port":{"input":"81","groups":{"0":"81"}},"pathname":{"input":"/b/c","groups":{"0":"c","x":"b"}},"search":{"input":"d","groups":{"0":"d"}},"hash":{"input":"e","groups":{"0":"e"}}}`},
		{`const i = {pathname: '/a', other: 1}; const r = new URLPattern({pathname: '/a'}).exec(i); return [r.inputs[0] === i, JSON.stringify(r.inputs)]`, `false,[{"pathname":"/a"}]`},
		{`const g = new URLPattern({pathname: '/:x/:y?'}).exec('http://a/b').pathname.groups; return ['y' in g, g.y, Object.getPrototypeOf(g) === Object.prototype]`, "true,,true"},
		{`return JSON.stringify(new URLPattern({pathname: '/(a(?<x>b))/*'}).exec('https://a/ab/c').pathname.groups)`, `{"0":"ab","1":"b"}`},
		{`return JSON.stringify(new URLPattern({pathname: '*{}**?'}).exec({pathname: 'ab'}).pathname.groups)`, `{"0":"ab"}`},
		{`return Object.keys(new URLPattern({pathname: '/:ü/:$_9'}).exec('http://a/b/c').pathname.groups)`, "ü,$_9"},
		{`return [new URLPattern({pathname: '/(.*)'}).hasRegExpGroups, new URLPattern({pathname: '/:a([^\\/]+?)'}).hasRegExpGroups, new URLPattern({hash: '(a)'}).hasRegExpGroups]`, "false,false,true"},
	}, weburl.Globals(), urlpattern.Globals(standard(t)))
}

const all = `const parts = p => ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'].map(k => p[k]).join(' ');`

// Workers from before the flag have another URLPattern.
func TestURLPatternStandardFlag(t *testing.T) {
	for _, c := range []struct{ script, original, standard string }{
		{`return 'hasRegExpGroups' in URLPattern.prototype`, "false", "true"},
		{all + `return parts(new URLPattern('https://example.com'))`, "https   example.com    ", "https * * example.com  * * *"},
		{all + `return parts(new URLPattern('https://example.com/:a'))`, "https   example.com  /:a  ", "https * * example.com  /:a * *"},
		{all + `return parts(new URLPattern('/b', 'https://u:p@h/x/y?q#f'))`, "https u p h  /b  ", "https * * h  /b * *"},
		{all + `return parts(new URLPattern('b', 'https://u:p@h/x/y?q#f'))`, "https u p h  /x/b  ", "https * * h  /x/b * *"},
		{all + `return parts(new URLPattern('?b', 'https://u:p@h/x/y?q#f'))`, "https u p h  /x/y b ", "https * * h  /x/y b *"},
		{all + `return parts(new URLPattern('https://a/b', 'https://u:p@h/x/y?q#f'))`, "https   a  /b  ", "https * * a  /b * *"},
		{all + `return parts(new URLPattern({hostname: 'b', baseURL: 'https://u:p@h:8080/x/y?q#f'}))`, "https u p b 8080 /x/y q f", "https * * b * * * *"},
		{all + `return parts(new URLPattern({pathname: 'b', baseURL: 'https://u:p@h:8080/x/y?q#f'}))`, "https u p h 8080 /x/b q f", "https * * h 8080 /x/b * *"},
		{all + `return parts(new URLPattern({pathname: 'b'}, 'https://u:p@h/x'))`, "* * * * * b * *", failed},
		{all + `return parts(new URLPattern({protocol: 'https', port: '443'}))`, "https * * * 443 * * *", "https * * *  * * *"},
		{`return new URLPattern('https://a.com/x').test('https://a.com/x?y')`, "false", "true"},
		{`return new URLPattern({pathname: '/x'}).test('https://u@a.com/x?q')`, "true", "true"},
		{`return new URLPattern({}).exec({search: 'b', baseURL: 'https://u:p@h/a/c?q#f'}).hash.input`, "f", ""},
		{`return new URLPattern({pathname: '/b'}, {ignoreCase: true}).test('https://a/B')`, "true", "true"},
	} {
		for date, want := range map[string]string{"2025-04-30": c.original, "2025-05-01": c.standard} {
			flags, _ := compat.Resolve(date, nil)
			if got := jstest.New(t, urlpattern.Globals(flags)).Run(t, c.script); got != want {
				t.Errorf("%s: %s: got %q, want %q", date, c.script, got, want)
			}
		}
	}
}

// standard are the flags of a Worker that names none.
func standard(t testing.TB) compat.Set {
	flags, problems := compat.Resolve("", nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return flags
}

// A pattern has no state: the one that two isolates share says the same to both.
func TestSharedPattern(t *testing.T) {
	globals := urlpattern.Globals(standard(t))
	for range 2 {
		const script = `return new URLPattern({pathname: '/((?!a).)/:x'}).exec({pathname: '/b/c'}).pathname.groups.x`
		if got := jstest.New(t, globals).Run(t, script); got != "c" {
			t.Errorf("got %s, want c", got)
		}
	}
}

// BenchmarkURLPattern is what a router does for each request.
func BenchmarkURLPattern(b *testing.B) {
	globals := webidl.NewGlobals(weburl.Globals(), urlpattern.Globals(standard(b)))
	for _, bench := range []struct{ name, script string }{
		{"untouched", `0`},
		{"test", `new URLPattern({ pathname: "/users/:id" }).test(url)`},
		{"exec", `new URLPattern({ pathname: "/users/:id" }).exec(url).pathname.groups.id`},
		{"exec with a regular expression", `new URLPattern({ pathname: "/users/:id(\\d+)" }).exec(url).pathname.groups.id`},
		{"router of 10", `for (let i = 0; i < 10; i++) if (new URLPattern({ pathname: i < 9 ? "/route" + i + "/:id" : "/users/:id" }).test(url)) break`},
	} {
		program := goja.MustCompile("", bench.script, true)
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				vm := goja.New()
				r := webidl.NewRealm(vm, eventloop.New(vm, nil))
				globals.Install(r, nil, false)
				vm.Set("url", "http://localhost:8787/users/42?x=1")
				if _, err := vm.RunProgram(program); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
