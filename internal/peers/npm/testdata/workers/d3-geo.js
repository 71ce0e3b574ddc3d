// d3-geo: projections; and d3-array, d3-scale, d3-shape, d3-format, d3-hierarchy, d3-time-format
// GET /
import { geoMercator, geoPath, geoArea, geoDistance, geoAlbersUsa } from "d3-geo";
import { max, extent, rollup, bin, ticks, group, quantile, shuffle, cross } from "d3-array";
import { scaleLinear, scaleBand, scaleTime, scaleLog, scaleOrdinal } from "d3-scale";
import { line, arc, pie, curveBasis, stack, symbol, symbolStar } from "d3-shape";
import { format, formatLocale } from "d3-format";
import { hierarchy, tree, treemap, pack } from "d3-hierarchy";
import { utcFormat, utcParse } from "d3-time-format";
import { calls } from "./lib/calls.js";
export default calls({
  geo: () => [geoMercator()([10, 50]).map((n) => n.toFixed(6)), geoPath(geoAlbersUsa())({ type: "LineString", coordinates: [[-100, 40], [-90, 35]] }), geoDistance([0, 0], [90, 0])],
  array: () => [max([1, 3]), extent([2, 1]), [...rollup([1, 2, 3], (v) => v.length, (n) => n % 2)], bin()([1, 2, 3, 9]).map((b) => b.length), ticks(0, 1, 4), quantile([1, 2, 3], 0.3), cross([1, 2], "ab")],
  scale: () => [scaleLinear([0, 10], ["red", "blue"])(3), scaleBand(["a", "b"], [0, 100]).padding(0.1)("b"), scaleTime([new Date(0), new Date(864e5)], [0, 1]).ticks(4), scaleLog([1, 1000], [0, 3])(100), scaleLinear([0, 1]).tickFormat(5, "%")(0.2)],
  shape: () => [line().curve(curveBasis)([[0, 0], [1, 2], [3, 1]]), arc()({ innerRadius: 5, outerRadius: 10, startAngle: 0, endAngle: 1 }), pie()([1, 2]).map((a) => a.endAngle.toFixed(5)), symbol(symbolStar)()],
  format: () => [format(",.2f")(12345.678), format(".3s")(0.00012), format("#x")(255), format("+$,.1%")(0.5), formatLocale({ decimal: ",", thousands: ".", grouping: [3], currency: ["", " €"] }).format("$,.2f")(1234.5)],
  hierarchy: () => { const h = tree().size([10, 10])(hierarchy({ c: [{ v: 1 }, { v: 2, c: [{ v: 3 }] }] }, (d) => d.c).sum((d) => d.v ?? 0)); return h.descendants().map((d) => [d.depth, d.x, d.y, d.value]); },
  time: () => [utcFormat("%A %d %B %Y %H:%M:%S.%L %j %U %p")(new Date(0)), utcParse("%Y-%m-%d")("2026-01-02")],
  bad: () => format("nope!"),
  worse: () => hierarchy(null),
});
