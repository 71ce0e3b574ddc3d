// sql.js: SQLite as WebAssembly
// GET /
import "./lib/location.js";
import initSqlJs from "sql.js/dist/sql-wasm-browser.js";
import wasm from "sql.js/dist/sql-wasm-browser.wasm";
import { calls } from "./lib/calls.js";

let db;
export default calls({
  open: async () => { const SQL = await initSqlJs({ instantiateWasm: (imports, done) => { const instance = new WebAssembly.Instance(wasm, imports); done(instance, wasm); return instance.exports; } }); db = new SQL.Database(); return db.exec("select sqlite_version() <> ''")[0].values; },
  create: () => { db.run("create table t (id integer primary key, name text, n real, b blob); insert into t values (1, 'é', 1.5, x'0102'), (2, null, -3, null)"); return db.getRowsModified(); },
  select: () => db.exec("select *, n * 2 as twice from t order by id desc"),
  prepared: () => { const s = db.prepare("select name from t where id = $id"); const row = s.getAsObject({ $id: 1 }); s.free(); return row; },
  each: () => { const rows = []; db.each("select id from t", (row) => rows.push(row), () => {}); return rows; },
  functions: () => { db.create_function("twice", (x) => x * 2); return db.exec("select twice(21), upper('x'), json_extract('{\"a\":[1,2]}', '$.a[1]'), printf('%05.1f', 3.14159)")[0].values; },
  aggregate: () => db.exec("with recursive c(x) as (select 1 union all select x + 1 from c where x < 100) select sum(x), group_concat(x % 3, '') from c where x < 10")[0].values,
  transaction: () => { db.run("begin; delete from t; rollback"); return db.exec("select count(*) from t")[0].values; },
  export: () => { const bytes = db.export(); return [bytes.length, new TextDecoder().decode(bytes.subarray(0, 15))]; },
  syntax: () => db.exec("selec 1"),
  constraint: () => db.run("insert into t (id) values (1)"),
});
