// run does what a case says, with an engine's own Intl, and tells what comes out: { k: class, l: locale, o: options, m: method, a: arguments }.
function run({ k, l, o, m, a }) {
	try {
		switch (k) {
		case "Number": return Number(a[0])[m](l, o);
		case "BigInt": return BigInt(a[0])[m](l, o);
		case "Date": return new Date(a[0])[m](l, o);
		case "String": return a[0][m](...a.slice(1), ...(m === "localeCompare" ? [l, o] : [l]));
		case "Array": return a[m](l, o);
		case "Intl": return JSON.stringify(Intl[m](...a));
		case "Locale": {
			const x = new Intl.Locale(l, o);
			return m === "all" ? JSON.stringify([x.toString(), x.language, x.script, x.region, x.baseName, x.calendar, x.numeric, x.hourCycle, x.caseFirst, x.maximize().toString(), x.minimize().toString(), x.getWeekInfo?.(), x.getTextInfo?.(), x.getHourCycles?.()]) : JSON.stringify(x[m]());
		}
		case "Collator": {
			const f = new Intl.Collator(l, o);
			return m === "sort" ? a.slice().sort(f.compare).join(" ") : f.compare(...a);
		}
		case "Segmenter": return JSON.stringify([...new Intl.Segmenter(l, o).segment(a[0])].map(s => o?.granularity === "word" ? [s.segment, s.isWordLike] : s.segment));
		}
		const r = new Intl[k](l, o)[m](...a);
		return typeof r === "object" ? JSON.stringify(r) : r;
	} catch (e) {
		return e.name;
	}
}
