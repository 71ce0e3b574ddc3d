// pdf-lib: documents
// GET /
import { PDFDocument, StandardFonts, rgb, degrees, PDFName } from "pdf-lib";
import { calls } from "./lib/calls.js";
const make = async () => { const d = await PDFDocument.create({ updateMetadata: false }); d.setTitle("é"); d.setCreationDate(new Date(0)); d.setModificationDate(new Date(0)); const p = d.addPage([200, 300]); const f = await d.embedFont(StandardFonts.Helvetica); p.drawText("Hello wörld", { x: 5, y: 250, font: f, size: 20, color: rgb(1, 0, 0.5), rotate: degrees(5) }); p.drawRectangle({ x: 1, y: 2, width: 3, height: 4 }); p.drawSvgPath("M0 0L10 10C1 2 3 4 5 6Z"); return d; };
const png = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="), (c) => c.charCodeAt(0));
export default calls({
  save: async () => Buffer.from(await (await make()).save({ useObjectStreams: false })).toString("latin1"),
  load: async () => { const d = await PDFDocument.load(await (await make()).save(), { updateMetadata: false }); return [d.getPageCount(), d.getTitle(), d.getPage(0).getSize(), d.getCreationDate()]; },
  image: async () => { const d = await make(); const i = await d.embedPng(png); d.getPage(0).drawImage(i, { x: 1, y: 1, width: 10, height: 10 }); return [i.width, i.height, (await d.save()).length]; },
  width: async () => { const f = await (await make()).embedFont(StandardFonts.TimesRoman); return [f.widthOfTextAtSize("Wörld", 12), f.heightAtSize(12)]; },
  error: async () => PDFDocument.load(new Uint8Array([1, 2, 3])),
});
