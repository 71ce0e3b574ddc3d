// uuid: versions 1 to 7 of given bytes, parsing
// GET /
import { v1, v3, v4, v5, v6, v7, v1ToV6, v6ToV1, parse, stringify, validate, version, NIL, MAX } from "uuid";
import { calls } from "./lib/calls.js";

const random = Uint8Array.of(0x10, 0x91, 0x56, 0xbe, 0xc4, 0xfb, 0xc1, 0xea, 0x71, 0xb4, 0xef, 0xe1, 0x67, 0x1c, 0x58, 0x36);
export default calls({
  v3: () => v3("hello", v3.DNS),
  v5: () => [v5("https://x.example/ü", v5.URL), v5("a", "1b671a64-40d5-491e-99b0-da01ff1f3341")],
  v4: () => [v4({ random: random.slice() }), validate(v4()), version(v4())],
  v1: () => v1({ node: Uint8Array.of(1, 2, 3, 4, 5, 6), clockseq: 0x1234, msecs: 1700000000000, nsecs: 5678 }),
  v6: () => [v6({ node: Uint8Array.of(1, 2, 3, 4, 5, 6), clockseq: 0x1234, msecs: 1700000000000, nsecs: 5678 }), v1ToV6("92f62d9e-22c4-11ef-97e9-325096b39f47"), v6ToV1("1ef22c49-2f62-6d9e-97e9-325096b39f47")],
  v7: () => v7({ msecs: 1700000000000, seq: 0x7f, random: random.slice() }),
  bytes: () => [parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), stringify(random), v5("a", v5.DNS, new Uint8Array(18), 1)],
  validate: () => [NIL, MAX, "x", "6ba7b810-9dad-f1d1-80b4-00c04fd430c8", 5].map((u) => validate(u)),
  badParse: () => parse("nonsense"),
  badVersion: () => version("x"),
  badNamespace: () => v5("a", "short"),
});
