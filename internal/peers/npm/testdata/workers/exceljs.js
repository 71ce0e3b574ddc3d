// exceljs: workbooks
// GET /
import ExcelJS from "exceljs";
import { calls } from "./lib/calls.js";
const make = () => { const w = new ExcelJS.Workbook(); w.created = w.modified = new Date(0); const s = w.addWorksheet("S"); s.columns = [{ header: "A", key: "a", width: 10 }, { header: "B", key: "b" }]; s.addRow({ a: 1, b: "é" }); s.addRow({ a: new Date(0), b: { formula: "A1+1", result: 2 } }); s.getCell("A1").font = { bold: true }; s.mergeCells("C1:D2"); return w; };
export default calls({
  round: async () => { const b = await make().xlsx.writeBuffer(); const w = new ExcelJS.Workbook(); await w.xlsx.load(b); const o = []; w.worksheets[0].eachRow((r, n) => o.push([n, r.values])); return [o, w.worksheets[0].getCell("A1").font]; },
  csv: async () => String(await make().csv.writeBuffer()),
  model: () => make().worksheets[0].dimensions.toString(),
  sheet: () => make().getWorksheet("none"),
  error: async () => new ExcelJS.Workbook().xlsx.load(new Uint8Array([1, 2])),
  name: () => new ExcelJS.Workbook().addWorksheet("a*b"),
});
