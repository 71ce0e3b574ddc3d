// A Worker that makes calls, in their order, and answers with a line for each: what it returned, or threw.
export function calls(list) {
  return {
    async fetch(request, env) {
      let lines = "";
      for (const [name, call] of Object.entries(list)) {
        try {
          lines += `${name}: ${show(await call(env, request))}\n`;
        } catch (e) {
          lines += `${name}! ${e instanceof Error ? `${e.name}: ${e.message}` : show(e)}\n`;
        }
      }
      return new Response(lines);
    },
  };
}

// show writes a value down, more of it than JSON does.
export function show(value, depth = 0) {
  if (depth > 12) return "…";
  const inner = (v) => show(v, depth + 1);
  switch (typeof value) {
    case "string": return JSON.stringify(value);
    case "bigint": return value + "n";
    case "number": return Object.is(value, -0) ? "-0" : String(value);
    case "function": return `[function ${value.name}]`;
    case "object": break;
    default: return String(value);
  }
  if (value === null) return "null";
  if (value instanceof Date) return isNaN(value) ? "Invalid Date" : value.toISOString();
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${hex(new Uint8Array(value))}`;
  if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
  if (value instanceof Map) return `Map{${[...value].map(([k, v]) => `${inner(k)}=>${inner(v)}`).join(",")}}`;
  if (value instanceof Set) return `Set{${[...value].map(inner).join(",")}}`;
  return `{${Object.keys(value).map((k) => `${JSON.stringify(k)}:${inner(value[k])}`).join(",")}}`;
}

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
