// date-fns: formats, arithmetic, parsing, locales
// GET /
import * as d from "date-fns";
import { de, fr, ja } from "date-fns/locale";
import { calls } from "./lib/calls.js";

const at = new Date(Date.UTC(2026, 0, 31, 12, 34, 56, 789));
export default calls({
  format: () => [d.format(at, "yyyy-MM-dd'T'HH:mm:ss.SSSxxx EEEE do MMM"), d.format(at, "PPPPpppp"), d.format(at, "I RR qqqq DDD t h b B", { useAdditionalDayOfYearTokens: true }), d.formatISO(at), d.formatRFC7231(at)],
  locales: () => [de, fr, ja].map((locale) => [d.format(at, "PPPP EEEE LLLL", { locale }), d.formatDistance(at, d.addDays(at, 40), { locale, addSuffix: true }), d.formatRelative(at, d.addDays(at, 1), { locale })]),
  add: () => [d.addMonths(at, 1), d.add(at, { years: 1, weeks: 2, hours: 3 }), d.subDays(at, 31), d.addBusinessDays(at, 5), d.setISOWeek(at, 10)],
  parse: () => [d.parse("31/12/2025 23:59", "dd/MM/yyyy HH:mm", new Date(0)), d.parseISO("2026-02-03T04:05:06+02:00"), d.parse("5. Januar 2026", "d. MMMM yyyy", new Date(0), { locale: de })],
  difference: () => [d.differenceInBusinessDays(d.addDays(at, 30), at), d.differenceInCalendarMonths(at, new Date(0)), d.intervalToDuration({ start: new Date(0), end: at }), d.formatDuration({ hours: 2, minutes: 1 }), d.formatDistanceStrict(at, new Date(0))],
  ranges: () => [d.eachDayOfInterval({ start: at, end: d.addDays(at, 2) }), d.eachWeekOfInterval({ start: at, end: d.addDays(at, 14) }, { weekStartsOn: 1 }), d.isWithinInterval(at, { start: new Date(0), end: at }), d.areIntervalsOverlapping({ start: 0, end: 5 }, { start: 4, end: 6 })],
  weeks: () => [d.getISOWeek(at), d.getWeek(at, { locale: de }), d.startOfWeek(at, { weekStartsOn: 1 }), d.lastDayOfMonth(at), d.getDaysInMonth(at), d.isLeapYear(at)],
  fp: () => [d.closestTo(at, [new Date(0), d.addDays(at, 3)]), d.max([at, new Date(0)]), d.compareAsc(at, new Date(0))],
  invalid: () => [d.isValid(d.parse("x", "yyyy", at)), d.isValid(new Date(NaN))],
  range: () => d.format(new Date(NaN), "yyyy"),
  token: () => d.format(at, "YYYY-MM-DD"),
  letters: () => d.format(at, "yyyy n"),
});
