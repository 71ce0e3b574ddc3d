package language_test

import (
	"testing"

	"devserver/internal/jstest"
)

// TestCallSites is what depd does, and with it express.
func TestCallSites(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`function outer() { const o = {}, old = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites; Error.captureStackTrace(o); const [site] = o.stack; Error.prepareStackTrace = old;
			return [site.getFunctionName(), site.getLineNumber(), site.isEval(), site.getThis(), String(site).startsWith('outer (')] }
			return outer()`, "outer,1,false,,true"},
		{`const o = {}; Error.captureStackTrace(o); return typeof o.stack`, "string"},
	})
}
