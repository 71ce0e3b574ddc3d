import text from "__STATIC_CONTENT_MANIFEST";
import { answer } from "./handler.js";

const manifest = JSON.parse(text);

export default {
  fetch(request, env, ctx) {
    const event = { request, waitUntil: (promise) => ctx.waitUntil(promise) };
    const site = { namespace: env.__STATIC_CONTENT, manifest, text };
    return answer(event, { ...site, defaults: { ASSET_NAMESPACE: site.namespace, ASSET_MANIFEST: manifest } });
  },
};
