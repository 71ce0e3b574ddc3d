package runtime_test

import (
	"io"
	"net/http/httptest"
	"testing"
)

// TestAwaitingStack is about errors that the platform makes while no script is running.
func TestAwaitingStack(t *testing.T) {
	w, _ := load(t, script(`
		async function waits() { await scheduler.wait(1e6, { signal: AbortSignal.timeout(1) }); }
		const site = line => line.trim().replace(/\(.*:(\d+):\d+\)/, "$1");
		return { default: { async fetch() {
			try { await waits(); } catch (e) { return new Response(e.stack.split("\n").map(site).join()); }
		} } }`), nil)
	res, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost/", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if want := "TimeoutError: The operation was aborted due to timeout,at async waits 3,at async Object.fetch 6"; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
