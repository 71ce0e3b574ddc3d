// eta: templates, made at start-up; and pug, nunjucks, ejs, liquidjs
// GET /
import { Eta } from "eta";
import ejs from "ejs";
import nunjucks from "nunjucks";
import { Liquid } from "liquidjs";
import { calls } from "./lib/calls.js";
const eta = new Eta({ autoTrim: false });
const attempt = (f) => { try { return f(); } catch (e) { return () => { throw e; }; } };
const etaMade = attempt(() => { const f = eta.compile("<% it.l.forEach((x) => { %><%= x %>,<% }) %><%~ it.raw %>"); return () => eta.render(f, { l: [1, "<"], raw: "<b>" }); });
const ejsMade = attempt(() => ejs.compile("<% for (const x of l) { %><%= x %><%- x %><% } %>"));
const njk = attempt(() => { const t = nunjucks.compile("{% for x in l %}{{ loop.index }}:{{ x | upper }}{% if not loop.last %},{% endif %}{% endfor %}{% set a = 1 + 2 %}{{ a }}{% macro m(q) %}<{{ q }}>{% endmacro %}{{ m('z') }}", new nunjucks.Environment(null, { autoescape: true })); t.compile?.(); return (c) => t.render(c); });
export default calls({
  eta: () => etaMade(),
  ejs: () => ejsMade({ l: [1, "<"] }),
  nunjucks: () => njk({ l: ["a", "<b"] }),
  liquid: () => new Liquid().parseAndRenderSync("{% for i in l %}{{ i | times: 2 }}{% unless forloop.last %},{% endunless %}{% endfor %} {{ 'a b' | capitalize | append: '!' }} {% assign x = 'q,w' | split: ',' %}{{ x | last }} {{ 'a-b' | replace: '-', '_' | upcase }}", { l: [1, 2] }),
  date: () => new Liquid({ timezoneOffset: 0 }).parseAndRenderSync("{{ d | date: '%Y-%m-%d %H:%M %a' }}", { d: new Date(0) }),
  inRequest: () => ejs.render("<%= a %>", { a: 1 }),
  etaInRequest: () => eta.renderString("<%= it.a %>", { a: 1 }),
  njkInRequest: () => nunjucks.renderString("{{ a }}", { a: 1 }),
  bad: () => new Liquid().parse("{% if %}"),
  worse: () => new Liquid().parse("{% nope %}"),
});
