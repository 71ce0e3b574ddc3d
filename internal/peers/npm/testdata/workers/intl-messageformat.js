// intl-messageformat: messages of ICU
// GET /
import { IntlMessageFormat } from "intl-messageformat";
import { calls } from "./lib/calls.js";

const format = (text, values, locale = "en") => new IntlMessageFormat(text, locale, undefined, { timeZone: "UTC" }).format(values);
export default calls({
  plural: () => [0, 1, 1234].map((n) => format("{n, plural, =0 {none} one {# item} other {# items}}", { n })),
  ordinal: () => [1, 2, 3, 11, 22].map((n) => format("{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", { n })),
  offset: () => [1, 2, 3].map((n) => format("{n, plural, offset:1 =1 {you} one {you and # other} other {you and # others}}", { n })),
  select: () => format("{g, select, female {She} male {He} other {They}} said ''{x}'' '{'", { g: "male", x: "é" }),
  numbers: () => [format("{n, number, percent} {n, number, ::currency/EUR} {n, number, ::.00}", { n: 0.256 }), format("{n, number, ::compact-short}", { n: 12345 }, "de")],
  dates: () => [format("{d, date, long} {d, time, short} {d, date, ::yyyyMMMdEEEE}", { d: 0 }), format("{d, date, full}", { d: 0 }, "fr")],
  languages: () => [1, 3, 5].map((n) => format("{n, plural, one {яблоко} few {яблока} many {яблок} other {x}}", { n }, "ru")),
  rich: () => format("a <b>{x}</b> c", { x: "y", b: (parts) => `*${parts.join("")}*` }),
  parts: () => new IntlMessageFormat("a {x} b", "en").formatToParts({ x: 5 }),
  options: () => new IntlMessageFormat("x", ["nope", "de-AT"]).resolvedOptions(),
  missing: () => format("{a}", {}),
  syntax: () => format("{n, plural, one {x}}", { n: 1 }),
  unclosed: () => format("{a", {}),
});
