// nanoid: custom alphabets and random sources
// GET /
import { nanoid, customAlphabet, customRandom, urlAlphabet } from "nanoid";
import { nanoid as plain, customAlphabet as plainAlphabet } from "nanoid/non-secure";
import { calls } from "./lib/calls.js";

const seeded = () => { let n = 1; return (size) => Uint8Array.from({ length: size }, () => (n = (n * 75 + 74) % 65537) & 255); };
export default calls({
  length: () => [nanoid().length, nanoid(5).length, /^[\w-]{21}$/.test(nanoid())],
  alphabet: () => [urlAlphabet, customAlphabet("a", 5)(), customAlphabet("ab", 10)().length, /^[01]{8}$/.test(customAlphabet("01")(8))],
  random: () => [customRandom("abcdef", 12, seeded())(), customRandom(urlAlphabet, 21, seeded())()],
  plain: () => [plain(7).length, plainAlphabet("x", 3)()],
  unique: () => new Set(Array.from({ length: 200 }, () => nanoid())).size,
  zero: () => [nanoid(0), customAlphabet("abc", 4)(0)],
  throws: () => customRandom("abc", 4, () => { throw new Error("no entropy"); })(),
});
