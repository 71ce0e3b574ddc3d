// graphql-yoga: queries over HTTP, batching, errors
// POST /graphql {"query":"{ hello(name: \"x\") }"}
//   content-type: application/json
// GET /graphql?query={hello}
//   accept: application/json
// POST /graphql {"query":"query ($n: Int!) { twice(n: $n) }","variables":{"n":21}}
//   content-type: application/json
//   accept: application/graphql-response+json
// POST /graphql {"query":"{ nope }"}
//   content-type: application/json
// POST /graphql {"query":"{ throws }"}
//   content-type: application/json
// POST /graphql {"query":"{ masked }"}
//   content-type: application/json
// POST /graphql {"query":"subscription { count }"}
//   content-type: application/json
//   accept: text/event-stream
// POST /graphql {
//   content-type: application/json
// GET /graphql
//   accept: application/json
// GET /elsewhere
import { createSchema, createYoga, createGraphQLError } from "graphql-yoga";

const yoga = createYoga({
  logging: false,
  landingPage: false,
  graphiql: false,
  schema: createSchema({
    typeDefs: `type Query { hello(name: String = "you"): String! twice(n: Int!): Int throws: String masked: String } type Subscription { count: Int }`,
    resolvers: {
      Query: {
        hello: (_, { name }, { request }) => `hello ${name} by ${request.method}`,
        twice: async (_, { n }) => n * 2,
        throws: () => { throw createGraphQLError("told", { extensions: { code: "TOLD" } }); },
        masked: () => { throw new Error("secret"); },
      },
      Subscription: { count: { subscribe: async function* () { for (const count of [1, 2]) yield { count }; } } },
    },
  }),
  maskedErrors: { isDev: false },
});
export default { fetch: (request, env, ctx) => yoga.fetch(request, env, ctx) };
