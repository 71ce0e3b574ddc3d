// dayjs: formats, plugins, zones, locales
// GET /
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc";
import timezone from "dayjs/plugin/timezone";
import duration from "dayjs/plugin/duration";
import relativeTime from "dayjs/plugin/relativeTime";
import customParseFormat from "dayjs/plugin/customParseFormat";
import isoWeek from "dayjs/plugin/isoWeek";
import advancedFormat from "dayjs/plugin/advancedFormat";
import localizedFormat from "dayjs/plugin/localizedFormat";
import "dayjs/locale/de";
import { calls } from "./lib/calls.js";

for (const plugin of [utc, timezone, duration, relativeTime, customParseFormat, isoWeek, advancedFormat, localizedFormat]) dayjs.extend(plugin);
const at = dayjs.utc("2026-01-31T12:34:56.789Z");
export default calls({
  format: () => [at.format(), at.format("dddd D MMMM YY hh:mm:ss A Z"), at.format("Qo [quarter] Do X x k"), at.format("LLLL"), at.toISOString()],
  zone: () => [at.tz("Europe/Berlin").format(), at.tz("America/New_York").format("z ZZ"), dayjs.tz("2026-07-01 10:00", "Asia/Tokyo").toISOString()],
  locale: () => [at.locale("de").format("dddd D. MMMM LL"), at.locale("de").from(at.add(3, "day"))],
  arithmetic: () => [at.add(1, "month").format(), at.subtract(2, "week").startOf("week").format(), at.endOf("month").valueOf(), at.diff("2025-01-01", "month", true), at.isoWeek(), at.set("year", 2024).daysInMonth()],
  parse: () => [dayjs.utc("31.12.2025 5:07", "DD.MM.YYYY H:mm").format(), dayjs.utc("x", "YYYY", true).isValid(), dayjs.unix(5).utc().format()],
  duration: () => [dayjs.duration({ hours: 25, minutes: 5 }).format("D HH:mm"), dayjs.duration("P1DT2H").asHours(), dayjs.duration(100, "minutes").humanize(), dayjs.duration(1e9).toISOString()],
  compare: () => [at.isBefore("2027-01-01"), at.isSame(at.clone(), "day"), dayjs.isDayjs(at), at.toJSON()],
  invalid: () => [dayjs("nonsense").format(), dayjs(null).isValid(), dayjs.utc("2026-13-45").format()],
  zoneName: () => at.tz("Nowhere/None").format(),
});
