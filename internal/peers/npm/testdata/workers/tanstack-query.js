// @tanstack/query-core: queries and mutations
// GET /
import { QueryClient, QueryObserver, dehydrate, hashKey, MutationObserver } from "@tanstack/query-core";
import { calls } from "./lib/calls.js";
const client = () => new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: Infinity } } });
export default calls({
  fetch: async () => { const c = client(); let n = 0; const f = () => c.fetchQuery({ queryKey: ["a", { b: 1 }], queryFn: async () => ++n, staleTime: 1e9 }); return [await f(), await f(), c.getQueryData(["a", { b: 1 }])]; },
  hash: () => hashKey([{ b: 1, a: [2] }]),
  dehydrate: async () => { const c = client(); await c.prefetchQuery({ queryKey: ["x"], queryFn: () => 5 }); return dehydrate(c).queries.map((q) => [q.queryKey, q.state.data, q.state.status]); },
  observer: async () => { const c = client(); const o = new QueryObserver(c, { queryKey: ["o"], queryFn: async () => "d" }); return new Promise((ok) => { const stop = o.subscribe((r) => { if (r.data) { stop(); ok([r.status, r.data]); } }); }); },
  mutation: async () => { const c = client(); return new MutationObserver(c, { mutationFn: async (v) => v + 1 }).mutate(1); },
  bad: () => client().fetchQuery({ queryKey: ["b"], queryFn: async () => { throw new Error("no"); } }),
  nothing: () => client().fetchQuery({ queryKey: ["u"], queryFn: () => undefined }),
});
