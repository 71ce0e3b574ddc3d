// graphql: schemas, execution, validation and printing
// GET /
import { graphql, buildSchema, parse, print, validate, visit, printSchema, GraphQLObjectType, GraphQLSchema, GraphQLString, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLEnumType, GraphQLError, getIntrospectionQuery, subscribe } from "graphql";
import { calls } from "./lib/calls.js";

const sdl = buildSchema(`
  "A user"
  type User { id: ID!, name: String, friends(first: Int = 2): [User!]! }
  interface Node { id: ID! }
  enum Color { RED GREEN }
  input Filter { color: Color = RED, tags: [String!] }
  union Thing = User
  type Query { user(id: ID!): User, search(filter: Filter!): String, fails: String! }
  type Mutation { add(n: Int!): Int }
`);
const user = (id) => ({ id, name: `user ${id}`, friends: ({ first }) => Array.from({ length: first }, (_, i) => user(`${id}${i}`)) });
const rootValue = { user: ({ id }) => user(id), search: ({ filter }) => JSON.stringify(filter), add: ({ n }) => n + 1, fails: () => { throw new Error("resolver failed"); } };
const run = (source, variableValues) => graphql({ schema: sdl, source, rootValue, variableValues });
const coded = new GraphQLSchema({
  query: new GraphQLObjectType({ name: "Query", fields: { list: { type: new GraphQLList(GraphQLInt), resolve: async () => [1, null, 3] }, color: { type: new GraphQLEnumType({ name: "C", values: { A: { value: 1 } } }), args: { n: { type: new GraphQLNonNull(GraphQLString) } }, resolve: () => 1 } } }),
  subscription: new GraphQLObjectType({ name: "Subscription", fields: { tick: { type: GraphQLInt, subscribe: async function* () { yield { tick: 1 }; yield { tick: 2 }; } } } }),
});
export default calls({
  query: () => run("query Q($id: ID!) { user(id: $id) { ...F friends(first: 1) { name } } } fragment F on User { id name }", { id: "7" }),
  alias: () => run('{ a: user(id: "1") { id } b: user(id: "2") { id @skip(if: true) name } }'),
  input: () => run("query ($f: Filter!) { search(filter: $f) }", { f: { tags: ["x"], color: "GREEN" } }),
  mutation: () => run("mutation { add(n: 41) }"),
  coded: () => graphql({ schema: coded, source: '{ list color(n: "x") __typename }' }),
  introspection: async () => JSON.stringify(await run(getIntrospectionQuery())).length,
  print: () => [print(parse("query   ( $a :Int=3 ){ x(a:$a){y}}")), printSchema(sdl)],
  visit: () => { const names = []; visit(parse("{ a { b c } d }"), { Field: (node) => void names.push(node.name.value) }); return names; },
  subscription: async () => { const seen = []; for await (const r of await subscribe({ schema: coded, document: parse("subscription { tick }") })) seen.push(r.data.tick); return seen; },
  validation: () => validate(sdl, parse("{ user { nope } unknown }")).map((e) => e.message),
  resolver: async () => (await run("{ fails }")).errors.map((e) => e.toJSON()),
  variables: async () => (await run("query ($f: Filter!) { search(filter: $f) }", { f: { color: "BLUE", x: 1 } })).errors.map((e) => e.message),
  syntax: () => parse("{ a(b: ) }"),
});
