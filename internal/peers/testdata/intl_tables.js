// This Worker tells what an engine knows of a locale: patterns, names and symbols, found out by formatting and taking
// apart what comes out. TestIntlTables asks workerd and writes the answers down as runtime/intl/data.
//
// A pattern is a list of parts, joined by "|". A part is a letter for its type and its text, or how the value is written.
// A date's patterns are kept by the widths asked for, in the order weekday, era, year, month, day, each "-" for none,
// "n" numeric or narrow, "2", "N" narrow, "S" short and "L" long, or in lower case where nothing is numeric. Patterns that
// follow from another one by derive are left out.

const CODES = { literal: "l", minusSign: "-", plusSign: "+", percentSign: "%", currency: "c", unit: "u", compact: "k",
	exponentSeparator: "x", exponentMinusSign: "-", exponentInteger: "X", approximatelySign: "~",
	era: "G", year: "y", month: "M", day: "d", weekday: "E", dayPeriod: "b", hour: "h", minute: "m", second: "s",
	fractionalSecond: "f", timeZoneName: "z" };
const NUMBER = new Set(["integer", "group", "decimal", "fraction", "nan", "infinity"]);
const LONG = { n: "narrow", s: "short", l: "long" };
const FIELD = { n: "numeric", 2: "2-digit", N: "narrow", S: "short", L: "long" };

// affixes is what a number has around its digits.
function affixes(parts) {
	const out = [];
	for (const p of parts) {
		if (NUMBER.has(p.type)) { if (out.at(-1) !== "0") out.push("0"); } else out.push((CODES[p.type] ?? "?" + p.type + ":") + p.value);
	}
	return out.join("|");
}
const digits = parts => parts.filter(p => p.type === "integer").map(p => p.value).join("");
const nf = (l, o) => new Intl.NumberFormat(l, o);
const latn = l => new Intl.Locale(l, { numberingSystem: "latn" }).toString();

function symbols(locale, nu) {
	const l = new Intl.Locale(locale, { numberingSystem: nu }).toString();
	const one = (type, parts) => parts.find(p => p.type === type)?.value ?? "";
	const f = nf(l, { minimumFractionDigits: 1, signDisplay: "always" });
	const plus = f.formatToParts(123456789.5), minus = f.formatToParts(-1);
	const range = nf(l).formatRangeToParts(1, 2), near = nf(l, { maximumFractionDigits: 0 }).formatRangeToParts(1, 1.1);
	return {
		decimal: one("decimal", plus), group: one("group", plus), plus: one("plusSign", plus), minus: one("minusSign", minus),
		percent: one("percentSign", nf(l, { style: "percent" }).formatToParts(1)), nan: one("nan", nf(l).formatToParts(NaN)), infinity: one("infinity", nf(l).formatToParts(Infinity)),
		exponent: one("exponentSeparator", nf(l, { notation: "scientific" }).formatToParts(1e5)),
		exponentMinus: one("exponentMinusSign", nf(l, { notation: "scientific" }).formatToParts(1e-5)),
		range: range.filter(p => p.source === "shared").map(p => p.value).join(""), near: affixes(near),
	};
}

const SHOWN = [[], [1, 2, 3, 4, 5, 6, 7, 8, 9, 1.5, 2.5], [10, 11, 12, 13, 15, 20, 21, 22, 25], [100, 101, 102, 103, 105, 111, 121, 122, 125], [1000, 1001, 1002, 1003, 1005, 1021, 1022]];

function numbers(locale) {
	const l = latn(locale), plural = new Intl.PluralRules(l);
	const cats = plural.resolvedOptions().pluralCategories;
	const reps = {}; // a number of each category
	for (const n of [1, 2, 3, 5, 6, 10, 11, 12, 20, 21, 25, 0, 100, 1000000, 1.5, 2.5, 0.5]) reps[plural.select(n)] ??= n;
	const byCat = (o, pick = affixes) => {
		const all = {};
		for (const c of cats) if (c in reps) all[c] = pick(nf(l, { maximumFractionDigits: 2, ...o }).formatToParts(reps[c]));
		return flat(all);
	};
	const def = nf(locale).resolvedOptions().numberingSystem;
	const out = { nu: def, symbols: { latn: symbols(locale, "latn") }, categories: cats };
	for (const nu of new Set([def, "arab", "arabext", "deva"])) if (nu !== "latn" && (nu === def || ["ar"].includes(new Intl.Locale(locale).language) && nu !== "deva")) out.symbols[nu] = symbols(locale, nu);
	// Grouping.
	const big = nf(l).formatToParts(123456789012).filter(p => p.type === "integer").map(p => p.value.length);
	out.grouping = [big.at(-1), big.at(-2), nf(l).formatToParts(1000).some(p => p.type === "group") ? 1 : 2, nf(l, { style: "currency", currency: "EUR" }).formatToParts(1000).some(p => p.type === "group") ? 1 : 2];
	// Signs.
	const signs = o => ["", "-", "+"].map(s => affixes(nf(l, { ...o, signDisplay: s === "+" ? "always" : "auto" }).formatToParts(s === "-" ? -1 : 1)));
	out.decimal = signs({});
	out.percent = signs({ style: "percent" });
	const cur = o => signs({ style: "currency", ...o }).map(t => t.replace(/c[^|]*/, "c"));
	out.currency = {};
	for (const sign of ["standard", "accounting"]) {
		out.currency[sign] = cur({ currency: "USD", currencyDisplay: "narrowSymbol", currencySign: sign });
		out.currency[sign + "Alpha"] = cur({ currency: "CHF", currencyDisplay: "code", currencySign: sign });
	}
	out.percentCompact = {}; // which is a unit's
	for (const c of cats) if (reps[c] < 1000) out.percentCompact[c] = affixes(nf(l, { style: "percent", notation: "compact", maximumFractionDigits: 2 }).formatToParts(reps[c] / 100)).replace(/k[^|]*\|?/, "");
	out.percentCompact = flat(out.percentCompact);
	out.currencyName = byCat({ style: "currency", currency: "USD", currencyDisplay: "name", minimumFractionDigits: 0 }, p => affixes(p).replace(/c[^|]*/, "c"));
	// Currencies: symbol, narrow symbol, names by category.
	out.currencies = {};
	for (const code of [...Intl.supportedValuesOf("currency"), "DEM", "FRF", "ITL", "ESP", "NLG", "ATS", "BEF", "FIM", "GRD", "IEP", "PTE", "XXX", "BTC"]) {
		const of = d => { try { return nf(l, { style: "currency", currency: code, currencyDisplay: d }).formatToParts(1).find(p => p.type === "currency")?.value; } catch { return undefined; } };
		if (of("symbol") === undefined) continue;
		const name = byCat({ style: "currency", currency: code, currencyDisplay: "name", minimumFractionDigits: 0 }, p => p.find(p => p.type === "currency")?.value);
		out.currencies[code] = [of("symbol"), of("narrowSymbol"), name];
	}
	// Units.
	out.units = {};
	const units = Intl.supportedValuesOf("unit"), generic = {};
	for (const unitDisplay of ["long", "short", "narrow"]) {
		const all = out.units[unitDisplay] = {};
		for (const unit of units) all[unit] = byCat({ style: "unit", unit, unitDisplay });
		const per = {}, of = c => (typeof all.liter === "string" ? all.liter : all.liter[c]);
		const textOf = t => t.split("|").map(p => p === "0" ? "{0}" : p.slice(1)).join("");
		for (const unit of units) {
			const compound = textOf(affixes(nf(l, { style: "unit", unit: "liter-per-" + unit, unitDisplay, maximumFractionDigits: 2 }).formatToParts(reps.other ?? reps.many)));
			const inner = textOf(of("other") ?? of("many")).replace("{0}", "").trim();
			per[unit] = compound.replace("{0}", "").trim().replace(inner, "{1}");
		}
		out.units[unitDisplay + "Per"] = per;
		for (const pair of ["kilometer-per-hour", "mile-per-hour", "meter-per-second", "mile-per-gallon", "liter-per-kilometer", "kilometer-per-liter", "kilobyte-per-second", "megabyte-per-second", "gigabyte-per-second", "byte-per-second", "bit-per-second", "kilobit-per-second", "megabit-per-second", "gram-per-liter", "meter-per-minute", "foot-per-second", "pound-per-foot"]) {
			all[pair] = byCat({ style: "unit", unit: pair, unitDisplay });
		}
	}
	// Compact notation: by the power of ten, what to divide by and the patterns by category.
	const compact = o => {
		const list = [];
		for (let m = 3; m <= 15; m++) {
			const f = nf(l, { notation: "compact", maximumFractionDigits: 1, useGrouping: false, ...o });
			const shown = digits(f.formatToParts(10 ** m)).length, shift = m - shown + 1, all = {};
			for (const s of SHOWN[shown] ?? []) {
				const parts = f.formatToParts(s * 10 ** shift);
				if (digits(parts).length === shown) all[plural.select(s)] ??= affixes(parts).replace(/c[^|]*/, "c");
			}
			list.push([shift, flat(all)]);
		}
		return list;
	};
	out.compactShort = compact({});
	out.compactLong = compact({ compactDisplay: "long" });
	out.compactCurrency = compact({ style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" });
	// Ranges of plural categories: the end's, but for some.
	out.pluralRanges = {};
	const samples = {};
	for (let n = 0; n < 120; n++) for (const x of [n, n + 0.5]) (samples[plural.select(x)] ??= []).push(x);
	for (const a of cats) for (const b of cats) {
		const x = samples[a]?.[0], y = samples[b]?.findLast(y => y > x);
		if (x === undefined || y === undefined) continue;
		const r = plural.selectRange(x, y);
		if (r !== b) out.pluralRanges[a + " " + b] = r;
	}
	return out;
}

// flat is a table all of whose values are the same, as that value.
function flat(all) {
	const values = Object.values(all);
	return values.length && values.every(v => v === values[0]) ? values[0] : all;
}

// banks are the lists of names that a field takes its text from.
class Banks {
	lists = { M: [], E: [], G: [], b: [] };
	of(type, list) {
		const key = JSON.stringify(list);
		let i = this.lists[type].findIndex(x => JSON.stringify(x) === key);
		if (i < 0) i = this.lists[type].push(list) - 1;
		return type === "M" ? String.fromCharCode(97 + i) : String(i); // M2 is a number of two digits
	}
}

const DAY = 86400000;
const BASE = Date.UTC(2013, 8, 4, 3, 7, 9, 12); // a Wednesday
const MONTHS = Array.from({ length: 12 }, (_, i) => Date.UTC(2013, i, 4, 3, 7, 9, 12));
const WEEK = Array.from({ length: 7 }, (_, i) => BASE + (i - 3) * DAY);
const ERAS = [Date.UTC(-100, 8, 4, 3, 7, 9, 12), BASE];
const PERIODS = Array.from({ length: 48 }, (_, i) => Date.UTC(2013, 8, 4, i >> 1, i & 1 ? 7 : 0, 0, 0));

const plain = list => list.every((v, i) => v === String(i + 1)), padded = list => list.every((v, i) => v === String(i + 1).padStart(2, "0"));

// pattern is that of a format.
function pattern(f, banks, range) {
	const parts = range ? f.formatRangeToParts(...range) : f.formatToParts(BASE);
	const when = p => new Date(range ? range[p.source === "endRange" ? 1 : 0] : BASE);
	// named is the bank of a name: the one that the format alone takes it from, unless a range has another.
	const named = (type, list, i, v) => !range || list[i] === v ? banks.of(type, list) : banks.of(type, banks.lists[type].find(l => l[i] === v) ?? list);
	const at = (times, type) => times.map(t => f.formatToParts(t).find(p => p.type === type)?.value ?? "");
	return parts.map(p => {
		const from = range ? { startRange: "<", endRange: ">", shared: "=" }[p.source] : "";
		const v = p.value, two = v.length > 1 && v[0] === "0" ? "2" : "n";
		switch (p.type) {
		case "literal": return from + "l" + v;
		case "year": return from + "y" + (v.length === 2 ? "2" : "n");
		case "day": case "hour": case "minute": case "second": return from + CODES[p.type] + two;
		case "month": {
			const list = at(MONTHS, "month");
			if (range && /^\d+$/.test(v)) return from + "M" + (p.source === "endRange" && v.length > 1 && v[0] !== "0" ? "?" : two);
			if (range) return from + "M" + named("M", list, when(p).getUTCMonth(), v);
			return from + "M" + (plain(list) ? "n" : padded(list) ? "2" : banks.of("M", list));
		}
		case "weekday": return from + "E" + named("E", at(WEEK, "weekday"), when(p).getUTCDay(), v);
		case "era": return from + "G" + banks.of("G", at(ERAS, "era"));
		case "dayPeriod": {
			const list = at(PERIODS, "dayPeriod");
			return from + "b" + banks.of("b", list.every((v, i) => v === list[i < 24 ? 0 : 24]) ? [list[0], list[24]] : list);
		}
		case "fractionalSecond": return from + "f" + v.length;
		case "timeZoneName": return from + "z";
		}
		return from + "?" + p.type;
	}).join("|");
}

const DATE_FIELDS = ["weekday", "era", "year", "month", "day"];
function dateOptions(key) {
	const o = {};
	[...key].forEach((c, i) => { if (c !== "-") o[DATE_FIELDS[i]] = i < 2 ? LONG[c] : FIELD[c]; });
	return o;
}
function timeOptions(key) { // dayPeriod hour minute second fraction zone cycle
	const o = {};
	["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits", "timeZoneName"].forEach((name, i) => {
		const c = key[i];
		if (c !== "-") o[name] = i === 0 || i === 5 ? LONG[c] : i === 4 ? +c : FIELD[c];
	});
	if (key[1] !== "-") o.hourCycle = key[6] === "h" ? "h12" : "h23";
	return o;
}
function* product(...lists) {
	if (!lists.length) return void (yield "");
	for (const a of lists[0]) for (const rest of product(...lists.slice(1))) yield a + rest;
}
const set = (key, i, c) => key.slice(0, i) + c + key.slice(i + 1);

// deriveDate is the pattern of a key from that of a simpler one, or undefined.
function deriveDate(key, get, widths) {
	if (key[4] === "2") return get(set(key, 4, "n"))?.replace("dn", "d2");
	if (key[2] === "2") return get(set(key, 2, "n"))?.replace("yn", "y2");
	if (key[3] === "2") return get(set(key, 3, "n"))?.replace("Mn", "M2");
	if (key[1] === "n" || key[1] === "l") return get(set(key, 1, "s"))?.replace(/G\d+/, "G" + widths.G[key[1]]);
	if (key[0] === "n" || key[0] === "l") return get(set(key, 0, "s"))?.replace(/E\d+/, "E" + widths.E[key[0]]);
}
function deriveTime(key, get, widths) {
	if (key[5] === "s") { const p = get(set(key, 5, "-")); return p && p + "|l |z"; }
	if (key[3] !== "-" && key[4] !== "-") return get(set(key, 4, "-"))?.replace(/s[n2]/, "$&|l" + widths.decimal + "|f" + key[4]);
	if (key[2] === "2") return get(set(key, 2, "n"));
	if (key[3] === "2") return get(set(key, 3, "n"));
	if (key[1] === "2") return get(set(key, 1, "n"))?.replace("hn", "h2");
	if (key[0] === "n" || key[0] === "l") return get(set(key, 0, "s"))?.replace(/b\d+/, "b" + widths.b[key[0]]);
}

function dates(locale) {
	const l = latn(locale), banks = new Banks();
	const df = o => new Intl.DateTimeFormat(l, { timeZone: "UTC", calendar: "gregory", ...o });
	const widths = { E: {}, G: {}, b: {} };
	widths.decimal = nf(l).formatToParts(1.5).find(p => p.type === "decimal").value;
	for (const c of "nsl") {
		const bank = (o, type) => pattern(df(o), banks).split("|").find(p => p[0] === type)?.slice(1) ?? "0";
		widths.E[c] = bank({ weekday: LONG[c] }, "E");
		widths.G[c] = bank({ era: LONG[c], year: "numeric" }, "G");
		widths.b[c] = bank({ dayPeriod: LONG[c], hour: "numeric", hourCycle: "h12" }, "b");
	}
	const table = (keys, options, derive) => {
		const all = {}, kept = {};
		for (const key of keys) if (/[^-]/.test(key.slice(0, 6).replace(/[hH]$/, ""))) all[key] = key.length === 5 && /^-[nsl]---$/.test(key) ? "G" + widths.G[key[1]] : pattern(df(options(key)), banks); // an era alone would come with the whole date
		for (const key in all) if (derive(key, k => all[k], widths) !== all[key]) kept[key] = all[key];
		return [all, kept];
	};
	const [date, keptDate] = table(product("-nsl", "-nsl", "-n2", "-n2NSL", "-n2"), dateOptions, deriveDate);
	// Hours and seconds without minutes, and the like, are told of English only: elsewhere the parts are put in a row.
	const odd = k => k[1] !== "-" && k[2] === "-" && (k[3] !== "-" || k[4] !== "-") || k[1] === "-" && k[0] !== "-" && /[^-]/.test(k.slice(2, 6)) || k[1] === "-" && k[2] === "-" && k[4] !== "-";
	const times = [...product("-nsl", "-n2", "-n2", "-n2", "-123", "-s", "hH")].filter(k => !(k[1] === "-" && k[6] === "H") && (/^en/.test(locale) || !odd(k)));
	const [time, keptTime] = table(times, timeOptions, deriveTime);
	const out = { widths, date: keptDate, time: keptTime };
	// Date and time together.
	const glue = (both, d, t) => {
		const i = both.indexOf(d);
		if (i < 0) return undefined;
		const rest = both.slice(0, i) + "0" + both.slice(i + d.length), j = rest.indexOf(t);
		if (j < 0) return undefined;
		return (rest.slice(0, j) + "1" + rest.slice(j + t.length)).replace(/^0(?!\|)/, "0|l").replace(/([^|])1$/, "$1|1"); // literals side by side are one
	};
	out.glue = {}; out.both = {};
	const hm = "-nn---" + (df({ hour: "numeric" }).resolvedOptions().hourCycle === "h12" ? "h" : "H");
	const glueOf = key => out.glue[key] ?? out.glue[set(set(set(key, 4, "-"), 2, "-"), 1, "-")] ?? out.glue[""];
	out.glue[""] = glue(pattern(df({ ...dateOptions("--nnn"), ...timeOptions(hm) }), banks), date["--nnn"], time[hm]);
	for (const key of product("-s", "-s", "-n", "-nNSL", "-n")) {
		if (key === "-----" || key === "s----") continue; // of the latter see below
		const both = pattern(df({ ...dateOptions(key), ...timeOptions(hm) }), banks), g = glue(both, date[key], time[hm]);
		if (g === undefined) out.both[key + " " + hm] = both; else if (g !== glueOf(key)) out.glue[key] = g;
	}
	for (const w of "s") for (const t of times) {
		if (t.slice(1, 4) === "---" || t.slice(4, 6) !== "--" || !(t in time) || /2/.test(t) || /[nl]/.test(t[0])) continue;
		const key = w + "----", both = pattern(df({ ...dateOptions(key), ...timeOptions(t) }), banks);
		const made = glueOf(key)?.split("|").map(p => p === "0" ? date[key] : p === "1" ? time[t] : p).join("|");
		if (made !== both) out.both[key + " " + t] = both;
	}
	// Styles.
	out.styles = { date: {}, time: {}, glue: {} };
	const STYLES = ["full", "long", "medium", "short"];
	for (const s of STYLES) {
		out.styles.date[s] = pattern(df({ dateStyle: s }), banks);
		out.styles.time[s] = [pattern(df({ timeStyle: s, hourCycle: "h12" }), banks), pattern(df({ timeStyle: s, hourCycle: "h23" }), banks)];
	}
	const cycle = df({ hour: "numeric" }).resolvedOptions().hourCycle, which = cycle === "h12" || cycle === "h11" ? 0 : 1;
	for (const d of STYLES) for (const t of STYLES) {
		out.styles.glue[d + " " + t] = glue(pattern(df({ dateStyle: d, timeStyle: t }), banks), out.styles.date[d], out.styles.time[t][which]) ?? pattern(df({ dateStyle: d, timeStyle: t }), banks);
	}
	out.hourCycles = [cycle, df({ hour: "numeric", hour12: true }).resolvedOptions().hourCycle, df({ hour: "numeric", hour12: false }).resolvedOptions().hourCycle];
	// Ranges, by the greatest field that differs.
	out.ranges = {};
	const ends = { y: Date.UTC(2014, 9, 9, 17, 8, 5), M: Date.UTC(2013, 9, 9, 17, 8, 5), d: Date.UTC(2013, 8, 9, 17, 8, 5), a: Date.UTC(2013, 8, 4, 17, 8, 5), h: Date.UTC(2013, 8, 4, 5, 8, 5), m: Date.UTC(2013, 8, 4, 3, 8, 5) };
	const strip = p => p.split("|").map(x => x.slice(1)).join("|");
	const sided = (p, side) => p.split("|").map(x => side + x).join("|");
	const whole = { ...dateOptions("--nnn"), hour: "numeric", minute: "numeric" };
	const sep = pattern(df({ ...whole, second: "numeric" }), banks, [BASE, ends.y]).split("|").find(p => p[0] === "=" && p[1] === "l").slice(2);
	out.rangeSeparator = sep;
	out.rangeGlue = pattern(df(whole), banks, [BASE, ends.a]).slice(sided(date["--nnn"], "=").length).split("|<")[0].replace(/^\|=l/, "");
	const range = (key, field, o, p) => {
		const parts = pattern(df(o), banks, [BASE, ends[field]]).split("|");
		const r = parts.map(x => (x[1] === "h" || x[1] === "M" && x[2] === "?") && parts.find(y => y[1] === x[1]) || x).map((x, i) => parts[i][0] + x.slice(1)).join("|"); // 17 and 10 do not tell their width
		if (r !== sided(p, "<") + "|=l" + sep + "|" + sided(p, ">") && !(strip(r) === p)) out.ranges[key + " " + field] = r;
	};
	for (const key of product("-s", "-s", "-n", "-nNSL", "-n")) {
		if (key === "-----") continue;
		for (const field of "yMd") range(key, field, dateOptions(key), date[key]);
	}
	for (const key of product("-s", "n", "-n", "-n", "-", "-s", "hH")) {
		if (!(key in time)) continue;
		range(key, "a", timeOptions(key), time[key]);
		range(key, "h", timeOptions(key), time[key]);
		if (key[2] !== "-") range(key, "m", timeOptions(key), time[key]);
	}
	out.banks = banks.lists;
	// Offsets.
	const zone = (timeZone, timeZoneName) => df({ timeZone, timeZoneName }).formatToParts(BASE).find(p => p.type === "timeZoneName")?.value;
	out.offsets = ["shortOffset", "longOffset"].map(n => [zone("UTC", n), zone("Asia/Kolkata", n), zone("Etc/GMT+5", n), zone("America/St_Johns", n)]);
	return out;
}

function relative(locale) {
	const l = latn(locale), out = {}, plural = new Intl.PluralRules(l);
	for (const style of ["long", "short", "narrow"]) for (const unit of ["second", "minute", "hour", "day", "week", "month", "quarter", "year"]) {
		const f = new Intl.RelativeTimeFormat(l, { style, numeric: "always" }), auto = new Intl.RelativeTimeFormat(l, { style, numeric: "auto" });
		const of = sign => {
			const all = {};
			for (const n of [1, 2, 3, 5, 6, 11, 20, 21, 0, 1000000, 1.5, 0.5]) all[plural.select(n)] ??= affixes(f.formatToParts(sign * n, unit));
			return flat(all);
		};
		const words = {};
		for (const n of [-2, -1, 0, 1, 2]) {
			const parts = auto.formatToParts(n, unit);
			if (parts.every(p => p.type === "literal")) words[n] = parts[0].value;
		}
		out[style + " " + unit] = [of(-1), of(1), words];
	}
	return out;
}

function lists(locale) {
	const out = {};
	for (const type of ["conjunction", "disjunction", "unit"]) for (const style of ["long", "short", "narrow"]) {
		const f = new Intl.ListFormat(locale, { type, style });
		const seps = list => f.formatToParts(list).filter(p => p.type === "literal").map(p => p.value);
		out[type + " " + style] = [seps(["A", "B"])[0], ...seps(["A", "B", "C", "D"])];
	}
	return out;
}

function displayNames(locale, codes) {
	const out = {};
	for (const [type, options] of [["language", {}], ["region", {}], ["script", {}]]) for (const style of ["long", "short"]) {
		const f = new Intl.DisplayNames(locale, { type, style, fallback: "none", ...options });
		const all = {}, long = out[type];
		for (const c of codes[type]) {
			const name = f.of(c);
			if (name !== undefined && (style === "long" || name !== long[c])) all[c] = name;
		}
		out[style === "long" ? type : type + "Short"] = all;
	}
	// Dialects that have a name, and how the others' are put together.
	const standard = new Intl.DisplayNames(locale, { type: "language", languageDisplay: "standard" }), dialect = new Intl.DisplayNames(locale, { type: "language" });
	for (const c of ["ar-001", "de-AT", "de-CH", "en-AU", "en-CA", "en-GB", "en-US", "es-419", "es-ES", "es-MX", "fa-AF", "fr-CA", "fr-CH", "nl-BE", "pt-BR", "pt-PT", "ro-MD", "sr-ME", "sw-CD", "zh-Hans", "zh-Hant", "hi-Latn"]) {
		if (dialect.of(c) !== standard.of(c)) out.language[c] = dialect.of(c);
	}
	out.composed = standard.of("ja-Cyrl-BR").replace(out.language.ja, "{0}").replace(out.script.Cyrl, "{1}").replace(out.region.BR, "{2}");
	out.currency = {};
	const money = new Intl.DisplayNames(locale, { type: "currency", fallback: "none" });
	for (const c of Intl.supportedValuesOf("currency")) out.currency[c] = money.of(c);
	out.calendar = {};
	for (const c of Intl.supportedValuesOf("calendar")) out.calendar[c] = new Intl.DisplayNames(locale, { type: "calendar" }).of(c);
	for (const style of ["long", "short", "narrow"]) {
		const f = new Intl.DisplayNames(locale, { type: "dateTimeField", style });
		out["field " + style] = {};
		for (const c of ["era", "year", "quarter", "month", "weekOfYear", "weekday", "day", "dayPeriod", "hour", "minute", "second", "timeZoneName"]) out["field " + style][c] = f.of(c);
	}
	return out;
}

// zones are the names of time zones in winter and summer, short and long, and all the year round. One that only tells the
// offset is "", and one that is the same as that of the standard time is "=".
const WINTER = Date.UTC(2024, 0, 15, 12), SUMMER = Date.UTC(2024, 6, 15, 12);
function zones(locale, list) {
	const l = latn(locale), out = {};
	for (const timeZone of list) {
		const name = (t, timeZoneName) => new Intl.DateTimeFormat(l, { timeZone, timeZoneName }).formatToParts(t).find(p => p.type === "timeZoneName").value;
		const at = (t, n) => { const v = name(t, n); return v === name(t, n.replace("Generic", "") + "Offset") ? "" : v; };
		const offset = t => name(t, "longOffset");
		const south = offset(WINTER) !== offset(SUMMER) && new Date(WINTER).toLocaleString("sv", { timeZone }).slice(11) > new Date(SUMMER).toLocaleString("sv", { timeZone }).slice(11);
		const [std, dst] = south ? [SUMMER, WINTER] : [WINTER, SUMMER];
		const one = ["short", "long"].map(n => [at(std, n), at(dst, n)]).flatMap(([a, b]) => [a, a === b ? "=" : b]);
		const generic = at(WINTER, "longGeneric"), short = at(WINTER, "shortGeneric");
		out[timeZone] = [...one, generic === one[2] ? "=" : generic, short === one[0] ? "=" : short.length < 6 ? short : ""];
	}
	return out;
}

const letters = [..."abcdefghijklmnopqrstuvwxyz"];
function root({ zoneNames, languages, regions, scripts }) {
	const out = { languageAlias: {}, regionAlias: {}, zoneAlias: {}, currencyDigits: {}, maximize: {} };
	const langs = [...product(letters, letters), ...product(letters, letters, letters)];
	for (const c of langs) {
		const r = Intl.getCanonicalLocales(c)[0];
		if (r !== c) out.languageAlias[c] = r;
		const m = new Intl.Locale(r).maximize().toString();
		if (r === c && m !== c && languages.includes(c)) out.maximize[c] = m;
	}
	for (const c of [...product(letters, letters).map(x => x.toUpperCase()), ...Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, "0"))]) {
		const r = Intl.getCanonicalLocales("und-" + c)[0].slice(4);
		if (r !== c) out.regionAlias[c] = r;
		const m = new Intl.Locale("und-" + r).maximize().toString();
		if (r === c && m !== "und-" + r && m !== "en-Latn-" + r) out.maximize["und-" + c] = m;
	}
	for (const c of scripts) {
		const m = new Intl.Locale("und-" + c).maximize().toString();
		if (m !== "und-" + c) out.maximize["und-" + c] = m;
		for (const lang of ["az", "zh", "sr", "uz", "pa", "ks", "ku", "kk", "ky", "mn", "tg", "tk", "ug", "ur", "ha", "bs", "sd", "ms", "yi", "ja", "ko", "en", "ru", "hi", "ar", "fa"]) {
			const m = new Intl.Locale(lang + "-" + c).maximize().toString(), simple = out.maximize[lang]?.split("-");
			if (m !== lang + "-" + c + "-" + simple?.[2]) out.maximize[lang + "-" + c] = m;
		}
	}
	for (const lang of ["az", "zh", "sr", "uz", "pa", "ks", "ku", "kk", "ky", "mn", "tg", "tk", "ug", "ur", "ha", "bs", "sd", "ms", "yi", "ja", "ko", "en", "ru", "hi", "ar", "fa", "ff", "vai", "shi", "iu", "hsb", "pt", "es", "fr", "de"]) for (const c of regions) {
		const m = new Intl.Locale(lang + "-" + c).maximize().toString(), simple = out.maximize[lang]?.split("-");
		if (m !== lang + "-" + simple?.[1] + "-" + c) out.maximize[lang + "-" + c] = m;
	}
	const supported = Intl.supportedValuesOf("timeZone");
	for (const z of zoneNames) {
		try {
			const r = new Intl.DateTimeFormat("en", { timeZone: z }).resolvedOptions().timeZone;
			if (r !== z || !supported.includes(z)) out.zoneAlias[z] = r;
		} catch { out.zoneAlias[z] = ""; }
	}
	for (const code of product(letters, letters, letters)) {
		const n = nf("en", { style: "currency", currency: code }).resolvedOptions().maximumFractionDigits;
		if (n !== 2) out.currencyDigits[code.toUpperCase()] = n;
	}
	for (const kind of ["calendar", "collation", "currency", "numberingSystem", "timeZone", "unit"]) out[kind] = Intl.supportedValuesOf(kind);
	out.digits = {};
	for (const nu of out.numberingSystem) out.digits[nu] = nf("en-u-nu-" + nu, { useGrouping: false }).format(1234567890).replace(/[^\p{Nd}〇一二三四五六七八九𐵀-𐵉]/gu, "");
	out.week = {}; out.hours = {}; out.calendars = {};
	for (const c of regions) {
		const l = new Intl.Locale("und-" + c), w = l.getWeekInfo(), text = [w.firstDay, ...w.weekend].join(" ");
		if (text !== "1 6 7") out.week[c] = text;
		const h = l.getHourCycles().join(" ");
		if (h !== "h23") out.hours[c] = h;
		const cal = l.getCalendars().join(" ");
		if (cal !== "gregory") out.calendars[c] = cal;
		const tz = l.getTimeZones();
		(out.regionZones ??= {})[c] = tz?.join(" ");
	}
	return out;
}

export default {
	async fetch(request) {
		const q = await request.json();
		if (q.task === "root") return Response.json(root(q));
		if (q.task === "codes") {
			const language = [], region = [], script = [];
			const of = type => new Intl.DisplayNames("en", { type, fallback: "none" });
			const ls = of("language"), rs = of("region"), ss = of("script");
			for (const c of [...product(letters, letters), ...product(letters, letters, letters)]) if (Intl.getCanonicalLocales(c)[0] === c && ls.of(c)) language.push(c);
			for (const c of [...product(letters, letters)].map(x => x.toUpperCase()).concat(Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, "0")))) if (rs.of(c)) region.push(c);
			for (const c of product(letters, letters, letters, letters)) { const s = c[0].toUpperCase() + c.slice(1); if (ss.of(s)) script.push(s); }
			return Response.json({ language, region, script });
		}
		if (q.task === "zones") return Response.json(zones(q.locale, q.zones));
		const l = q.locale;
		return Response.json({ number: numbers(l), date: dates(l), relative: relative(l), list: lists(l), names: displayNames(l, q.codes) });
	},
};
