package urlpattern_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/internal/suites"
	"devserver/runtime/urlpattern"
	"devserver/runtime/weburl"
)

// TestSuite runs the web-platform-tests' data.
func TestSuite(t *testing.T) {
	list := suites.Read[[]json.RawMessage](t, "urlpattern/urlpatterntestdata.json")
	iso := jstest.New(t, weburl.Globals(), urlpattern.Globals(standard(t)))
	failures := 0
	for i, raw := range list {
		if got := iso.Run(t, strings.Replace(suiteCase, "CASE", string(raw), 1)); got != "" {
			failures++
			t.Errorf("case %d, %s: %s", i, oneLine(raw), got)
		}
	}
	t.Logf("%d of %d cases pass", len(list)-failures, len(list))
}

func oneLine(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	return fmt.Sprint(v)
}

// suiteCase returns what is wrong with a case. What a case leaves out is what its pattern says, an earlier component
// makes anything, the base URL has, or anything, in this order; of a match it is the empty string.
const suiteCase = `
	const entry = CASE;
	if (typeof entry === 'string') return '';
	const components = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
	const earlier = {
		port: ['protocol', 'hostname'], hostname: ['protocol'], pathname: ['protocol', 'hostname', 'port'],
		search: ['protocol', 'hostname', 'port', 'pathname'], hash: ['protocol', 'hostname', 'port', 'pathname', 'search'],
	};
	const isEmpty = name => entry.exactly_empty_components?.includes(name);
	const throwsTypeError = f => { try { f() } catch (e) { return e instanceof TypeError } return false };
	if (entry.expected_obj === 'error') return throwsTypeError(() => new URLPattern(...entry.pattern)) ? '' : 'no TypeError';
	const pattern = new URLPattern(...entry.pattern);
	const [init, second] = entry.pattern;
	const from = typeof init === 'object' && init.baseURL || typeof second === 'string' && second;
	const base = from && new URL(from);
	const wrong = [];
	const same = (name, got, want) => { if (got !== want) wrong.push(name + ' is ' + JSON.stringify(got) + ', want ' + JSON.stringify(want)) };
	const inherited = name => name === 'protocol' ? base.protocol.slice(0, -1) : name === 'search' || name === 'hash' ? base[name].slice(1) : base[name];
	for (const name of components) {
		let want = entry.expected_obj?.[name];
		if (want === undefined) {
			if (isEmpty(name)) want = '';
			else if (typeof init === 'object' && init[name]) want = init[name];
			else if (typeof init === 'object' && earlier[name]?.some(n => n in init)) want = '*';
			else if (base && name !== 'username' && name !== 'password') want = inherited(name);
			else want = '*';
		}
		same(name, pattern[name], want);
	}
	if (entry.expected_match === 'error') {
		if (!throwsTypeError(() => pattern.test(...entry.inputs)) || !throwsTypeError(() => pattern.exec(...entry.inputs))) wrong.push('no TypeError');
		return wrong.join('; ');
	}
	const want = entry.expected_match ?? null;
	same('test', pattern.test(...entry.inputs), want !== null);
	const got = pattern.exec(...entry.inputs);
	if (want === null || got === null) { same('exec', got, want); return wrong.join('; ') }
	same('inputs', JSON.stringify(got.inputs), JSON.stringify(want.inputs ?? entry.inputs));
	for (const name of components) {
		const groups = isEmpty(name) ? {} : {0: ''};
		const component = want[name] ?? {input: '', groups};
		same(name + ' input', got[name].input, component.input);
		const sorted = groups => JSON.stringify(Object.keys(groups).sort().map(k => [k, groups[k] ?? null]));
		same(name + ' groups', sorted(got[name].groups), sorted(component.groups));
	}
	return wrong.join('; ');
`
