// luxon: times, zones, formats, durations
// GET /
import { DateTime, Duration, Interval, Info, Settings } from "luxon";
import { calls } from "./lib/calls.js";

const berlin = (s) => DateTime.fromISO(s, { zone: "Europe/Berlin" });
const at = berlin("2026-03-29T01:30:00");
export default calls({
  iso: () => [at.toISO(), at.plus({ hours: 1 }).toISO(), at.setZone("America/New_York").toISO(), at.toUTC().toISO(), at.toISODate(), at.toISOWeekDate()],
  formats: () => [at.toFormat("cccc, LLLL d yyyy HH:mm:ss.SSS ZZZZ z"), at.toFormat("EEE dd.MM.yy h:mm a ooo kkkk-'W'WW G"), at.toRFC2822(), at.toHTTP(), at.toSQL()],
  locales: () => ["en-US", "de", "fr", "ja", "es"].map((l) => [at.setLocale(l).toLocaleString(DateTime.DATE_FULL), at.setLocale(l).toLocaleString(DateTime.DATETIME_MED), at.setLocale(l).toFormat("cccc LLLL")]),
  parse: () => [DateTime.fromFormat("29 March 2026 3:05 pm", "d MMMM yyyy h:mm a", { zone: "utc" }).toISO(), DateTime.fromRFC2822("Sun, 29 Mar 2026 01:30:00 +0100", { zone: "utc" }).toISO(), DateTime.fromSQL("2026-01-02 03:04:05", { zone: "utc" }).toMillis(), DateTime.fromFormat("lundi 5 janvier 2026", "cccc d LLLL yyyy", { locale: "fr", zone: "utc" }).toISO()],
  arithmetic: () => [at.plus({ months: 11, days: 2 }).toISO(), at.minus({ weeks: 1 }).endOf("month").toISO(), at.startOf("week").toISO(), at.diff(berlin("2026-01-31"), ["months", "days", "hours"]).toObject(), at.daysInMonth, at.ordinal, at.weekNumber, at.isInDST, at.offset],
  duration: () => [Duration.fromISO("P1Y2M3DT4H5M6.7S").toObject(), Duration.fromMillis(123456789).shiftTo("days", "hours", "minutes", "seconds").toISO(), Duration.fromObject({ hours: 25, minutes: 90 }).normalize().toHuman(), Duration.fromObject({ days: 1.5 }).as("hours"), Duration.fromMillis(3723000).toFormat("h:mm:ss")],
  interval: () => { const i = Interval.fromDateTimes(berlin("2026-01-01"), berlin("2026-01-04T12:00")); return [i.toISO(), i.length("days"), i.splitBy({ days: 1 }).length, i.contains(berlin("2026-01-02")), i.overlaps(Interval.after(berlin("2026-01-04"), { days: 1 }))]; },
  info: () => [Info.months("short", { locale: "de" }), Info.weekdays("narrow"), Info.meridiems(), Info.eras("long"), Info.features(), Info.hasDST("Europe/Berlin"), Info.isValidIANAZone("Mars/Olympus")],
  relative: () => [at.toRelative({ base: at.plus({ days: 3 }) }), at.toRelative({ base: at.minus({ hours: 5 }), locale: "fr" }), at.toRelativeCalendar({ base: at.plus({ days: 1 }) })],
  invalid: () => { const d = DateTime.fromISO("2026-02-30"); return [d.isValid, d.invalidReason, d.invalidExplanation, String(d)]; },
  zone: () => DateTime.fromISO("2026-01-01", { zone: "Nowhere/None" }).invalidReason,
  throws: () => { Settings.throwOnInvalid = true; try { return DateTime.fromISO("nonsense"); } finally { Settings.throwOnInvalid = false; } },
  unit: () => at.plus({ nonsense: 1 }),
});
