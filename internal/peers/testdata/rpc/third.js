// A Worker of the plain kind.
export default {
  fetch(request, env, ctx) { return new Response("third " + new URL(request.url).pathname); },
  greet(name, env, ctx) { return `third greets ${name} ${typeof env} ${typeof ctx}`; },
  nobody() { return "nobody " + arguments.length; },
  value: 5,
};
