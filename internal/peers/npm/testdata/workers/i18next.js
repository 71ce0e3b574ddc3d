// i18next: translations
// GET /
import i18next from "i18next";
import { createIntl, createIntlCache } from "@formatjs/intl";
import { calls } from "./lib/calls.js";
const i = i18next.createInstance();
const ready = () => i.init({ lng: "en", fallbackLng: "de", resources: { en: { t: { a: "Hi {{n}}", c_one: "{{count}} item", c_other: "{{count}} items", o_ordinal_two: "{{count}}nd", o_ordinal_other: "{{count}}th", p: "{{v, number(minimumFractionDigits: 2)}} {{d, datetime}}", nest: "x $t(a)", ctx_male: "he" } }, de: { t: { z: "Nur" } }, ar: { t: { c_few: "f{{count}}", c_many: "m{{count}}" } } }, defaultNS: "t" });
const intl = createIntl({ locale: "en", timeZone: "UTC", messages: { a: "{n, plural, =0 {none} one {# x} other {# xs}} {d, date, ::yMMMd} <b>{w}</b> {s, select, a {A} other {O}} {k, number, ::currency/EUR}" } }, createIntlCache());
export default calls({
  basic: async () => { await ready(); return [i.t("a", { n: "<b>" }), i.t("c", { count: 1 }), i.t("c", { count: 5 }), i.t("o", { count: 2, ordinal: true }), i.t("p", { v: 1234.5, d: new Date(0), formatParams: { d: { timeZone: "UTC", dateStyle: "long" } } }), i.t("nest", { n: 1 }), i.t("ctx", { context: "male" }), i.t("z"), i.t("missing"), i.t("c", { count: 3, lng: "ar" }), i.dir("ar")]; },
  intl: () => intl.formatMessage({ id: "a" }, { n: 1234, d: new Date(0), b: (c) => `[${c}]`, w: "w", s: "q", k: 1.5 }),
  formats: () => [intl.formatNumber(1e6, { notation: "compact" }), intl.formatDate(0, { dateStyle: "full" }), intl.formatRelativeTime(-1, "day", { numeric: "auto" }), intl.formatList(["a", "b", "c"]), intl.formatDisplayName("de", { type: "language" }), intl.formatPlural(2, { type: "ordinal" })],
  missing: () => createIntl({ locale: "en", onError() {} }).formatMessage({ id: "x", defaultMessage: "D {a}" }, { a: 1 }),
  syntax: () => { const e = []; createIntl({ locale: "en", onError: (x) => e.push(x.code), messages: { a: "{" } }).formatMessage({ id: "a" }); return e; },
  change: async () => { await i.changeLanguage("de"); return [i.language, i.exists("z"), i.t("c", { count: 2 })]; },
});
