import { answer } from "./handler.js";

// wrangler dev gives an object here; deployed, as in devserver, it is a text.
const text = typeof __STATIC_CONTENT_MANIFEST === "string" ? __STATIC_CONTENT_MANIFEST : JSON.stringify(__STATIC_CONTENT_MANIFEST);
const site = { namespace: __STATIC_CONTENT, manifest: JSON.parse(text), text, defaults: {} };

addEventListener("fetch", (event) => event.respondWith(answer(event, site)));
