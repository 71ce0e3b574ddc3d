// What wrangler makes of configurations: one JSON request a line on standard input, one JSON answer a line on standard
// output. The argument is wrangler's folder. Requests have an op:
//   read    {config, env}: the resolved configuration, or the error, of a file
//   vars    {config, env, envFiles, vars, secrets, environ}: the variables that wrangler dev gives a Worker
//   dotenv  {text, environ}: what the packages dotenv and dotenv-expand, which wrangler bundles, make of a text
//   types   {dir, args}: the file that wrangler types writes
//   flags   {}: the flags and the keys that wrangler has
import { createRequire } from "node:module";
import readline from "node:readline";

const require = createRequire(import.meta.url);
const wrangler = require(process.argv[2]);
process.env.WRANGLER_LOG = "none";
process.env.NO_COLOR = "1";
for (const name of ["log", "info", "warn", "error", "debug"]) console[name] = () => {};

const message = (e) => {
  const out = [String(e?.message ?? e)];
  for (const n of e?.notes ?? []) out.push(String(n.text));
  return out.join("\n");
};

const operations = {
  read({ config, env }) {
    try {
      return { config: wrangler.unstable_readConfig({ config, env }, { hideWarnings: true }) };
    } catch (e) {
      return { error: message(e) };
    }
  },
  vars({ config, env, envFiles, vars, secrets }) {
    try {
      const bindings = wrangler.unstable_getVarsForDev(config, envFiles, vars ?? {}, env, true, secrets);
      return { vars: Object.fromEntries(Object.entries(bindings).map(([k, v]) => [k, v?.value ?? v])) };
    } catch (e) {
      return { error: message(e) };
    }
  },
  flags() {
    const { registry, globalFlags } = wrangler.experimental_getWranglerCommands();
    const of = (name) => registry.subtree.get(name).definition.args;
    return { dev: of("dev"), types: of("types"), global: globalFlags, schema: require(process.argv[2] + "/config-schema.json") };
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await operations[request.op](request);
  } catch (e) {
    answer = { failed: String(e?.stack ?? e) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
