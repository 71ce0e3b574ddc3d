// What scripts that Emscripten makes for browsers look at when they begin.
globalThis.location = { href: "http://worker.localhost/" };
