// moment: parsing, arithmetic, locales and durations
// GET /
import moment from "moment";
import "moment/locale/de";
import "moment/locale/ar";
import { calls } from "./lib/calls.js";

moment.locale("en");
const m = moment.utc("2024-02-29T12:34:56.789Z");
export default calls({
  format: () => [m.format("LLLL Do wo DDDo Q X x"), m.toISOString(), m.isoWeek(), m.format("[at] h:mm A ZZ")],
  locales: () => [m.clone().locale("de").format("LLLL"), m.clone().locale("ar").format("LLLL"), moment.localeData("de").months()],
  parse: () => [moment.utc("12/25/1995", "MM-DD-YYYY").format(), moment.utc("2024-W10-3").format(), moment.utc("1. März 2020", "D. MMMM YYYY", "de").format(), moment("nope", "YYYY", true).isValid()],
  arithmetic: () => [m.clone().add(1, "year").toISOString(), m.clone().endOf("month").diff(m, "hours"), m.clone().startOf("isoWeek").format(), moment.max(m, moment.utc(0)).year()],
  durations: () => [moment.duration(123456789).humanize(), moment.duration("P1DT2H").toISOString(), moment.duration({ months: 3 }).locale("de").humanize(true), m.from(moment.utc("2024-01-01"))],
  calendar: () => m.calendar(moment.utc("2024-03-01")),
  invalid: () => [moment.utc("2024-13-45").toISOString(), moment.invalid().format(), moment.utc([2024, 1, 30]).invalidAt()],
  error: () => moment.duration(null, 5).abs(1).toISOString().split(5).join(null).nope(),
});
