// handlebars: templates compiled beforehand and at start-up, helpers, errors
// GET /
import Handlebars from "handlebars";
import { calls } from "./lib/calls.js";

const compile = Handlebars.create();
compile.registerHelper("up", (s) => s.toUpperCase());
compile.registerHelper("wrap", function (options) { return `[${options.fn(this)}|${options.inverse(this)}|${options.hash.x}]`; });
compile.registerPartial("row", "<li>{{this}}{{@root.t}}</li>");
// Templates become code when they are first used: here, at start-up.
const made = (source, context, options) => { try { return compile.compile(source, options)(context); } catch (e) { return `${e.name}: ${e.message}`; } };
const results = {
  each: made("{{#each l}}<{{this}}>{{@index}}{{#if @last}}.{{/if}}{{else}}none{{/each}}", { l: [1, "<"] }),
  nested: made("{{#with a}}{{b.c}} {{../d}} {{{../d}}}{{/with}}", { a: { b: { c: "x" } }, d: "<&>" }),
  helpers: made("{{up name}} {{#wrap x=5}}in{{else}}out{{/wrap}} {{#unless z}}no{{/unless}}", { name: "ann" }),
  partial: made("{{#each l}}{{> row}}{{/each}}", { l: ["a", "b"], t: "!" }),
  lookup: made("{{lookup m k}}{{#each m}}{{@key}}={{this}};{{/each}}", { m: { a: 1, b: 2 }, k: "b" }),
  whitespace: made("a  {{~x~}}  b {{!-- comment --}}{{!c}}", { x: 1 }),
  missing: made("{{nope 1}}", {}),
  syntax: made("{{#if x}}\nunclosed", {}),
  strict: made("{{a.b}}", {}, { strict: true }),
};
export default calls({
  ...Object.fromEntries(Object.entries(results).map(([name, result]) => [name, () => result])),
  precompile: () => Handlebars.precompile("{{a}}").length > 100,
  ast: () => Handlebars.parse("a {{b c=1}}").body.map((n) => n.type),
  escape: () => [Handlebars.escapeExpression("<&>\"'`="), String(new Handlebars.SafeString("<")), Handlebars.Utils.isEmpty([])],
  inRequest: () => Handlebars.compile("{{a}}")({ a: 1 }),
});
