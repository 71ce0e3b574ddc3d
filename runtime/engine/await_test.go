package engine_test

import (
	"testing"

	"github.com/dop251/goja"
)

// TestAwait: what inherits from Promise.prototype and is no promise is awaited as any other object, by its then.
func TestAwait(t *testing.T) {
	vm := goja.New()
	got := runMended(t, vm, `
		globalThis.seen = [];
		function Chunk(value) { this.value = value; }
		Chunk.prototype = Object.create(Promise.prototype);
		Chunk.prototype.then = function (resolve) { resolve(this.value); };
		class Sub extends Promise {}
		(async () => {
			seen.push(await new Chunk("chunk"), await { then: (f) => f("thenable") }, await Promise.resolve("promise"), await Sub.resolve("sub"), (await { x: "object" }).x);
			try { await Object.create(Promise.prototype); } catch (e) { seen.push(e.name); }
			try { await Promise.prototype; } catch (e) { seen.push(e.name); }
			try { await { get then() { throw "thrown"; } }; } catch (e) { seen.push(e); }
		})();
		const order = [];
		(async () => { await { then: (f) => f() }; order.push("then"); })();
		(async () => { await Promise.resolve(); order.push("promise"); })();
		(async () => { await 1; order.push("value"); seen.push(order.join()); })();
		return ""`)
	if got != "" {
		t.Fatal(got)
	}
	if got := vm.Get("seen").String(); got != "promise,value,chunk,thenable,promise,sub,object,TypeError,TypeError,thrown" {
		t.Errorf("got %s", got)
	}
}
