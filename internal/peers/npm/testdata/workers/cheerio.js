// cheerio: parsing, selecting and changing HTML and XML
// GET /
import * as cheerio from "cheerio";
import { calls } from "./lib/calls.js";

const page = '<!DOCTYPE html><ul id="u"><li class="a b" data-n="3">1<li class=b>2 &amp; <b>3</b></ul><table><tr><td>x</table><form><input name=q value="a b"><select name=s><option value=1 selected>o</select></form>';
export default calls({
  select: () => { const $ = cheerio.load(page); return [$("li").length, $("li.b:not(.a) > b").text(), $("ul li:nth-child(2)").html(), $("[data-n=3]").data("n"), $("li:contains(2)").index(), $("td").closest("table").length]; },
  change: () => { const $ = cheerio.load(page); $("li").first().text("<x>").attr("id", "q").addClass("c").removeClass("a"); $("ul").append("<li>new").prepend($("<li>").text("first")); $("table").remove(); $("b").wrap("<i></i>").after("after"); return $.html(); },
  traverse: () => { const $ = cheerio.load(page); return $("li").map((i, e) => `${i}${$(e).text()}`).get().concat($("b").parents().toArray().map((e) => e.name), $("li").eq(1).prev().attr("class")); },
  form: () => cheerio.load(page)("form").serializeArray(),
  fragment: () => [cheerio.load("<p>a", null, false).html(), cheerio.load("<a><b>c</a>")("body").html()],
  xml: () => { const $ = cheerio.load('<?xml version="1.0"?><r><i x="1"/><I><![CDATA[<&>]]></I></r>', { xml: true }); return [$("I").text(), $.xml(), $("i").attr("x")]; },
  extract: () => cheerio.load(page).extract({ items: ["li"], n: { selector: "li", value: "data-n" } }),
  css: () => { const $ = cheerio.load("<p style='color: red; top: 1px'>"); $("p").css("color", "blue").css({ left: "2px" }); return [$("p").attr("style"), $("p").css("top")]; },
  unicode: () => cheerio.load("<p>ü € 你好 &eacute; &#x1F389; &nbsp;</p>")("p").text(),
  badSelector: () => cheerio.load(page)("li[").length,
  pseudo: () => cheerio.load(page)("li:nonsense(1)").length,
});
