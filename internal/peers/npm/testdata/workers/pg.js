// pg: databases' clients, whose servers are not there
// GET /
import pg from "pg";
import mysql from "mysql2/promise";
import mysqlcb from "mysql2";
import postgres from "postgres";
import { createClient } from "redis";
import { calls } from "./lib/calls.js";
const text = (e) => [e.name, e.code, e.message].join(" ").replace(/:\d{4,5}\b/g, ":PORT");
const attempt = (f) => async () => { try { return await f(); } catch (e) { return text(e); } };
export default calls({
  pgtypes: () => [pg.types.getTypeParser(1114)("2020-01-02 03:04:05").getTime?.() !== 0, pg.types.getTypeParser(1007)("{1,2,NULL}"), pg.types.getTypeParser(17)("\\x0102"), pg.types.getTypeParser(3802)('{"a":[1]}'), pg.types.getTypeParser(600)("(1,2)")],
  pgescape: () => [pg.escapeIdentifier('a"b'), pg.escapeLiteral("it's \\ x")],
  pgconn: () => { const c = new pg.Client("postgres://u:p%40@h:5433/d?sslmode=disable"); return [c.user, c.password, c.host, c.port, c.database, c.ssl]; },
  pgfail: attempt(async () => { const c = new pg.Client({ host: "127.0.0.1", port: 1, user: "u", connectionTimeoutMillis: 5000 }); c.on("error", () => {}); await c.connect(); }),
  pgpool: attempt(async () => { const p = new pg.Pool({ host: "127.0.0.1", port: 1, user: "u" }); p.on("error", () => {}); return (await p.query("select 1")).rows; }),
  mysqlformat: () => [mysql.format("select ?? from t where a = ? and b in (?) and c = ?", ["x.y", "it's", [1, null, true], new Date(Date.UTC(2020, 0, 2))]), mysql.escape({ a: 1, b: "é\n" }), mysql.escapeId("a`b"), mysqlcb.raw("now()").toSqlString()],
  mysqlfail: attempt(() => mysql.createConnection({ host: "127.0.0.1", port: 1, user: "u", disableEval: true })),
  postgresq: () => { const s = postgres("postgres://u:p@127.0.0.1:1/d", { max: 1, connect_timeout: 2 }); return [s.options.host, s.options.port, s.options.user, s.options.database, typeof s.json]; },
  postgresfail: attempt(async () => { const s = postgres("postgres://u:p@127.0.0.1:1/d", { max: 1, connect_timeout: 2, backoff: false, max_lifetime: 5 }); await s`select ${1}`; }),
  redisfail: attempt(async () => { const c = createClient({ url: "redis://127.0.0.1:1", socket: { reconnectStrategy: false } }); c.on("error", () => {}); await c.connect(); }),
  redisclosed: attempt(async () => createClient().get("x")),
});
