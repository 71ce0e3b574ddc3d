// minisearch: an index of texts
// GET /
import MiniSearch from "minisearch";
import { calls } from "./lib/calls.js";

const documents = [
  { id: 1, title: "Moby Dick", text: "Call me Ishmael. Some years ago…", category: "fiction" },
  { id: 2, title: "Zen and the Art of Motorcycle Maintenance", text: "I can see by my watch…", category: "fiction" },
  { id: 3, title: "Neuromancer", text: "The sky above the port was…", category: "fiction" },
  { id: 4, title: "Zen and the Art of Archery", text: "At first sight it must seem…", category: "non-fiction" },
];
const make = () => { const m = new MiniSearch({ fields: ["title", "text"], storeFields: ["title", "category"] }); m.addAll(documents); return m; };
export default calls({
  search: () => make().search("zen art motorcycle").map((r) => [r.id, r.score, r.terms, r.match]),
  fuzzy: () => make().search("ismael", { fuzzy: 0.2 }).map((r) => r.title),
  prefix: () => make().search("moto", { prefix: true, boost: { title: 2 }, filter: (r) => r.category === "fiction" }).map((r) => [r.title, r.score]),
  combined: () => make().search({ combineWith: "AND", queries: ["zen", { queries: ["archery", "sky"], combineWith: "OR" }] }).map((r) => r.id),
  suggest: () => [make().autoSuggest("zen ar"), make().autoSuggest("neromancer", { fuzzy: 0.2 })],
  remove: () => { const m = make(); m.discard(1); m.replace({ ...documents[1], title: "Café" }); return [m.documentCount, m.search("ishmael").length, m.search("café").length, m.has(1)]; },
  saved: () => { const json = JSON.stringify(make()); return [json.length, MiniSearch.loadJSON(json, { fields: ["title", "text"] }).search("sky").length]; },
  error: () => { const m = make(); m.add(documents[0]); },
  missing: () => new MiniSearch({ fields: ["a"] }).add({ a: 1 }),
});
