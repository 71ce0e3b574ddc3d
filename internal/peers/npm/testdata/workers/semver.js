// semver: versions and ranges
// GET /
import semver from "semver";
import { calls } from "./lib/calls.js";

export default calls({
  valid: () => ["1.2.3", "v1.2.3-beta.1+b", "1.2", "=1.0.0", "a"].map((v) => semver.valid(v)),
  compare: () => [semver.sort(["1.0.0", "1.0.0-rc.1", "0.9.9", "1.0.0-alpha"]), semver.gt("1.2.3", "1.2.3-x"), semver.diff("1.2.3", "2.0.0-1"), semver.compareBuild("1.0.0+2", "1.0.0+1")],
  satisfies: () => ["^1.2.3", "~1.2", ">=1.2 <2 || 3.x", "1.2.3 - 1.4", "*", "^0.0.1"].map((r) => [semver.satisfies("1.2.9", r), semver.validRange(r)]),
  inc: () => ["major", "minor", "patch", "prerelease"].map((r) => semver.inc("1.2.3-beta.0", r, "beta")),
  range: () => [semver.maxSatisfying(["1.2.3", "1.3.0", "2.0.0"], "^1"), semver.minVersion(">1.0.0").version, semver.intersects("^1", ">=1.5 <3"), semver.subset("~1.2.3", "^1"), semver.outside("3.0.0", "^1", ">"), semver.simplifyRange(["1.0.0", "1.1.0", "2.0.0"], "1.0.0 || 1.1.0")],
  parts: () => { const v = new semver.SemVer("1.2.3-a.4+b"); return [v.major, v.prerelease, v.build, v.raw, String(v)]; },
  coerce: () => [semver.coerce("v3.4 replaced")?.version, semver.coerce("x"), semver.clean(" =v1.2.3 "), semver.parse("1.2.3", true)?.version],
  bad: () => new semver.SemVer("nonsense"),
  badRange: () => new semver.Range("not a range !!"),
  long: () => new semver.SemVer("1".repeat(300)),
});
