// drizzle-orm: queries for SQLite, PostgreSQL and MySQL
// GET /
import { eq, and, or, gt, inArray, like, sql, desc, count, isNull, not, between, relations, getTableColumns, getTableName, exists } from "drizzle-orm";
import { sqliteTable, integer, text, index, primaryKey } from "drizzle-orm/sqlite-core";
import { pgTable, serial, varchar, jsonb, timestamp, pgEnum } from "drizzle-orm/pg-core";
import { drizzle as d1 } from "drizzle-orm/d1";
import { drizzle as pg } from "drizzle-orm/pg-proxy";
import { drizzle as proxy } from "drizzle-orm/sqlite-proxy";
import { calls } from "./lib/calls.js";

const users = sqliteTable("users", { id: integer("id").primaryKey({ autoIncrement: true }), name: text("name").notNull().default("x"), at: integer("at", { mode: "timestamp" }), tags: text("tags", { mode: "json" }) }, (t) => [index("n").on(t.name)]);
const posts = sqliteTable("posts", { id: integer("id").primaryKey(), userId: integer("user_id").references(() => users.id), title: text("title") });
const userRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
const postRelations = relations(posts, ({ one }) => ({ user: one(users, { fields: [posts.userId], references: [users.id] }) }));
const mood = pgEnum("mood", ["ok", "bad"]);
const people = pgTable("people", { id: serial("id").primaryKey(), name: varchar("name", { length: 50 }).unique(), data: jsonb("data"), mood: mood("mood"), at: timestamp("at").defaultNow() });
const asked = [];
const db = proxy(async (query, params, method) => { asked.push([method, query, params]); return { rows: method === "get" ? [1, "ann", 5, '{"a":1}'] : [[1, "ann", 5, '{"a":1}']] }; }, { schema: { users, posts, userRelations, postRelations } });
const pdb = pg(async () => ({ rows: [] }));
export default calls({
  select: () => db.select().from(users).where(and(eq(users.name, "a"), or(gt(users.id, 3), isNull(users.at)))).orderBy(desc(users.id)).limit(2).offset(1).toSQL(),
  join: () => db.select({ n: users.name, c: count(posts.id) }).from(users).leftJoin(posts, eq(posts.userId, users.id)).groupBy(users.name).having(({ c }) => gt(c, 1)).toSQL(),
  insert: () => db.insert(users).values([{ name: "b", tags: ["x"], at: new Date(5000) }, { name: "c" }]).onConflictDoUpdate({ target: users.id, set: { name: sql`excluded.name` } }).returning().toSQL(),
  update: () => [db.update(users).set({ name: sql`upper(${users.name})` }).where(inArray(users.id, [1, 2])).toSQL(), db.delete(posts).where(not(like(posts.title, "%x%"))).toSQL()],
  cte: () => { const cte = db.$with("c").as(db.select().from(users).where(between(users.id, 1, 5))); return db.with(cte).select({ id: cte.id }).from(cte).where(exists(db.select().from(posts))).toSQL(); },
  postgres: () => [pdb.select().from(people).where(eq(people.mood, "ok")).for("update").toSQL(), pdb.insert(people).values({ name: "x", data: { a: [1] } }).onConflictDoNothing().toSQL()],
  rows: async () => [await db.select().from(users).all(), await db.query.users.findFirst({ where: eq(users.id, 1) }), asked.length],
  relational: () => db.query.users.findMany({ with: { posts: { columns: { title: true }, limit: 2 } }, columns: { name: true } }).toSQL(),
  prepared: async () => { const p = db.select().from(users).where(eq(users.id, sql.placeholder("id"))).prepare(); await p.all({ id: 7 }); return asked.at(-1); },
  meta: () => [getTableName(users), Object.keys(getTableColumns(people)), mood.enumValues, users.id.getSQLType(), people.name.getSQLType()],
  d1: () => d1({}).select().from(posts).toSQL(),
  empty: () => db.insert(users).values([]),
  noSet: () => db.update(users).set({}),
});
