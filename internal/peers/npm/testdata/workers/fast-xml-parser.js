// fast-xml-parser: parsing, building, validation
// GET /
import { XMLParser, XMLBuilder, XMLValidator } from "fast-xml-parser";
import { calls } from "./lib/calls.js";

const xml = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY who "me">]><r a="1" ns:b="x&amp;y"><i>1</i><i n="2">two</i><e/><c><![CDATA[<&>]]></c><!-- c --><t> &lt;ü&gt; &who; </t><n>007</n><f>1.50</f></r>';
export default calls({
  parse: () => new XMLParser().parse(xml),
  attributes: () => new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", parseAttributeValue: true, removeNSPrefix: true }).parse(xml),
  ordered: () => new XMLParser({ preserveOrder: true, commentPropName: "#comment", cdataPropName: "#cdata", trimValues: false }).parse("<a>x<b/>y<!--z--><![CDATA[q]]></a>"),
  arrays: () => new XMLParser({ isArray: (name, path) => path === "r.e" || name === "c", numberParseOptions: { leadingZeros: false } }).parse(xml),
  html: () => new XMLParser({ stopNodes: ["*.pre"], unpairedTags: ["br"], htmlEntities: true }).parse("<d>a<br>b<pre><x>raw</pre>&copy;&#169;</d>"),
  tagValue: () => new XMLParser({ tagValueProcessor: (name, v) => (name === "i" ? `[${v}]` : v) }).parse(xml).r.i,
  build: () => new XMLBuilder({ ignoreAttributes: false, format: true, attributeNamePrefix: "@", suppressEmptyNode: true }).build({ r: { "@a": 1, i: [1, { "#text": "x & <y>", "@n": "\"q\"" }], e: "", n: null, d: { deep: true } } }),
  validate: () => [XMLValidator.validate(xml), XMLValidator.validate("<a><b></a>"), XMLValidator.validate("<a b=1/>"), XMLValidator.validate("<a/><b/>", { allowBooleanAttributes: true })],
  bytes: () => new XMLParser().parse(new TextEncoder().encode("<a>é</a>")),
  unclosed: () => new XMLParser().parse("<a><![CDATA[x"),
  entity: () => new XMLParser().parse("<!DOCTYPE a [<!ENTITY x SYSTEM 'file'>]><a>&x;</a>"),
  checked: () => new XMLParser().parse("<a", true),
  type: () => new XMLParser().parse(5),
});
