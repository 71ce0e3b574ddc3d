// kysely: query building, execution on a driver of one's own
// GET /
import { Kysely, DummyDriver, SqliteAdapter, SqliteQueryCompiler, SqliteIntrospector, PostgresAdapter, PostgresQueryCompiler, PostgresIntrospector, sql, CamelCasePlugin } from "kysely";
import { calls } from "./lib/calls.js";

class Driver extends DummyDriver { async acquireConnection() { return { executeQuery: async (q) => ({ rows: [{ user_name: q.sql.length, n: q.parameters.length }] }), async *streamQuery() { yield { rows: [{ a: 1 }] }; yield { rows: [{ a: 2 }] }; } }; } }
const lite = new Kysely({ dialect: { createAdapter: () => new SqliteAdapter(), createDriver: () => new Driver(), createIntrospector: (db) => new SqliteIntrospector(db), createQueryCompiler: () => new SqliteQueryCompiler() } });
const pg = new Kysely({ dialect: { createAdapter: () => new PostgresAdapter(), createDriver: () => new DummyDriver(), createIntrospector: (db) => new PostgresIntrospector(db), createQueryCompiler: () => new PostgresQueryCompiler() } });
const out = (q) => { const { sql, parameters } = q.compile(); return [sql, parameters]; };
export default calls({
  select: () => out(lite.selectFrom("users").selectAll().where("id", "in", [1, 2]).where((e) => e.or([e("name", "=", "a"), e("age", ">", 3)])).orderBy("name", "desc").limit(3)),
  join: () => out(pg.selectFrom("a").innerJoin("b", (j) => j.onRef("a.id", "=", "b.a_id").on("b.x", "is", null)).select(["a.id", "b.y as z", (e) => e.fn.count("b.id").as("n")]).groupBy("a.id").having((e) => e.fn.count("b.id"), ">", 1)),
  insert: () => [out(pg.insertInto("t").values([{ a: 1, b: "x" }, { a: 2 }]).onConflict((c) => c.column("a").doUpdateSet({ b: (e) => e.ref("excluded.b") })).returningAll()), out(lite.insertInto("t").defaultValues())],
  update: () => [out(pg.updateTable("t").set((e) => ({ n: e("n", "+", 1) })).where("id", "=", 5)), out(pg.deleteFrom("t").using("u").whereRef("t.id", "=", "u.id"))],
  cte: () => out(pg.with("c", (db) => db.selectFrom("t").select("x")).selectFrom("c").select(({ eb, selectFrom }) => [eb.case().when("x", ">", 1).then("a").else("b").end().as("k"), selectFrom("t").select("y").limit(1).as("s")])),
  raw: () => out(lite.selectFrom(sql`json_each(${"[1]"})`.as("j")).select(sql`value + ${5}`.as("v"))),
  schema: () => [out(lite.schema.createTable("t").ifNotExists().addColumn("id", "integer", (c) => c.primaryKey().autoIncrement()).addColumn("s", "text", (c) => c.notNull().defaultTo("x")).addUniqueConstraint("u", ["s"])), out(pg.schema.alterTable("t").addColumn("c", "varchar(5)"))],
  execute: async () => [await lite.selectFrom("t").selectAll().execute(), await lite.withPlugin(new CamelCasePlugin()).selectFrom("tableName").select("userName").executeTakeFirst()],
  stream: async () => { const seen = []; for await (const row of lite.selectFrom("t").selectAll().stream()) seen.push(row); return seen; },
  transaction: () => lite.transaction().execute(async (t) => (await t.selectFrom("x").selectAll().execute()).length),
  rollback: () => lite.transaction().execute(async () => { throw new Error("rolled back"); }),
  noResult: () => pg.selectFrom("t").selectAll().executeTakeFirstOrThrow(),
  operator: () => lite.selectFrom("t").where("a", "nonsense", 1),
  column: () => lite.schema.createTable("t").addColumn("x", "nonsense"),
});
