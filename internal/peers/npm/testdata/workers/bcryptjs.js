// bcryptjs: password hashes
// GET /
import bcrypt from "bcryptjs";
import { calls } from "./lib/calls.js";

const salt = "$2b$04$abcdefghijklmnopqrstuu";
export default calls({
  hashSync: () => bcrypt.hashSync("pässword", salt),
  hash: () => bcrypt.hash("password", salt),
  compare: async () => [await bcrypt.compare("password", bcrypt.hashSync("password", salt)), bcrypt.compareSync("x", bcrypt.hashSync("password", salt))],

  parts: () => [bcrypt.getRounds(bcrypt.hashSync("a", salt)), bcrypt.getSalt(bcrypt.hashSync("a", salt)), bcrypt.truncates("é".repeat(37))],
  base64: () => bcrypt.encodeBase64([1, 2, 3, 255], 4),

  badSalt: () => bcrypt.hashSync("x", "nonsense"),
  types: () => bcrypt.compare(1, "x"),
});
