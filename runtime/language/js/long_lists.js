// What the methods of Array do with long lists, after the standard's algorithms: https://tc39.es/ecma262/#sec-array-constructor.
// An interruption reaches these, and does not reach the engine's own.
(function (isConstructor) {
  const { defineProperty } = Object;
  const { apply, deleteProperty } = Reflect;
  const { isArray } = Array;
  const { join: nativeJoin, sort: nativeSort, slice: nativeSlice } = Array.prototype;
  const join = (list, between) => apply(nativeJoin, list, [between]);
  const { species, isConcatSpreadable } = Symbol;
  const maxLength = Number.MAX_SAFE_INTEGER;

  const toInteger = (v) => Math.trunc(Number(v)) || 0;
  const lengthOf = (o) => Math.min(Math.max(toInteger(o.length), 0), maxLength);
  const relative = (v, length, otherwise) => {
    if (v === undefined) return otherwise;
    const i = toInteger(v);
    return i < 0 ? Math.max(length + i, 0) : Math.min(i, length);
  };
  const put = (o, i, value) => defineProperty(o, i, { value, writable: true, enumerable: true, configurable: true });
  const move = (o, from, to) => {
    if (from in o) o[to] = o[from];
    else if (!deleteProperty(o, to)) throw new TypeError(`Cannot delete property '${to}' of ${Object.prototype.toString.call(o)}`);
  };
  const create = (o, length) => {
    if (!isArray(o)) return plain(length);
    let make = o.constructor;
    if (typeof make === "object" || typeof make === "function") make = make === null ? undefined : make[species] ?? undefined;
    if (make === undefined || make === Array) return plain(length);
    if (!isConstructor(make)) throw new TypeError("object.constructor[Symbol.species] is not a constructor");
    return new make(length);
  };
  const plain = (length) => {
    if (length > 2 ** 32 - 1) throw new RangeError("Invalid array length");
    return []; // an array that is long before there is anything in it is slow to fill
  };
  const spreads = (v) => {
    if ((typeof v !== "object" && typeof v !== "function") || v === null) return false;
    const spreadable = v[isConcatSpreadable];
    return spreadable === undefined ? isArray(v) : Boolean(spreadable);
  };
  const callable = (fn, thisArg) => {
    if (typeof fn !== "function") throw new TypeError(`${typeof fn === "object" && fn !== null ? "#<Object>" : String(fn)} is not a function`);
    return (...args) => apply(fn, thisArg, args);
  };
  const compare = (a, b) => {
    const x = String(a), y = String(b);
    return x < y ? -1 : x > y ? 1 : 0;
  };
  // The engine sorts short parts, which are merged.
  const part = 2 ** 14;
  const sorted = (list, given) => {
    let from = [], to = [];
    for (let start = 0; start < list.length; start += part) {
      const short = apply(nativeSort, apply(nativeSlice, list, [start, start + part]), [given]);
      for (let i = 0; i < short.length; i++) from[start + i] = short[i];
    }
    const order = inOrder(given);
    for (let width = part; width < list.length; width *= 2) {
      for (let start = 0; start < list.length; start += 2 * width) {
        const middle = Math.min(start + width, list.length), end = Math.min(start + 2 * width, list.length);
        for (let i = start, j = middle, k = start; k < end; k++) {
          to[k] = i < middle && (j >= end || order(from[i], from[j]) <= 0) ? from[i++] : from[j++];
        }
      }
      [from, to] = [to, from];
    }
    return from;
  };
  const inOrder = (given) => {
    if (given !== undefined) return (a, b) => (a === undefined ? (b === undefined ? 0 : 1) : b === undefined ? -1 : Number(given(a, b)) || 0);
    return (a, b) => (a === undefined ? (b === undefined ? 0 : 1) : b === undefined ? -1 : compare(a, b));
  };

  return {
    fill(value, start, end) {
      const o = Object(this), length = lengthOf(o), from = relative(start, length, 0), to = relative(end, length, length);
      for (let i = from; i < to; i++) o[i] = value;
      return o;
    },
    indexOf(value, start) {
      const o = Object(this), length = lengthOf(o);
      for (let i = relative(start, length, 0); i < length; i++) if (i in o && o[i] === value) return i;
      return -1;
    },
    lastIndexOf(value, start) {
      const o = Object(this), length = lengthOf(o), n = arguments.length > 1 ? toInteger(start) : length - 1;
      for (let i = n < 0 ? length + n : Math.min(n, length - 1); i >= 0; i--) if (i in o && o[i] === value) return i;
      return -1;
    },
    includes(value, start) {
      const o = Object(this), length = lengthOf(o);
      for (let i = relative(start, length, 0); i < length; i++) {
        const item = o[i];
        if (item === value || (item !== item && value !== value)) return true;
      }
      return false;
    },
    join(separator) {
      const o = Object(this), length = lengthOf(o), between = separator === undefined ? "," : String(separator);
      if (between.length * (length - 1) > 2 ** 29 - 24) throw new RangeError("Invalid string length");
      const parts = [];
      for (let i = 0, size = 0; i < length; ) {
        const part = [];
        for (const stop = Math.min(i + 10000, length); i < stop; i++) {
          const item = o[i], text = item === undefined || item === null ? "" : String(item);
          if ((size += text.length + between.length) > 2 ** 29) throw new RangeError("Invalid string length");
          part[part.length] = text;
        }
        parts[parts.length] = join(part, between);
      }
      return join(parts, between);
    },
    reverse() {
      const o = Object(this), length = lengthOf(o);
      for (let low = 0, high = length - 1; low < high; low++, high--) {
        const hasLow = low in o, a = hasLow ? o[low] : undefined, hasHigh = high in o, b = hasHigh ? o[high] : undefined;
        if (hasHigh) o[low] = b;
        else if (hasLow) delete o[low];
        if (hasLow) o[high] = a;
        else if (hasHigh) delete o[high];
      }
      return o;
    },
    slice(start, end) {
      const o = Object(this), length = lengthOf(o), from = relative(start, length, 0), to = relative(end, length, length);
      const result = create(o, Math.max(to - from, 0));
      let n = 0;
      for (let i = from; i < to; i++, n++) if (i in o) put(result, n, o[i]);
      result.length = n;
      return result;
    },
    splice(start, count, ...items) {
      const o = Object(this), length = lengthOf(o), from = relative(start, length, 0);
      const removed = arguments.length === 0 ? 0 : arguments.length === 1 ? length - from : Math.min(Math.max(toInteger(count), 0), length - from);
      const grown = items.length - removed;
      if (length + grown > maxLength) throw new TypeError("Invalid array length");
      const result = create(o, removed);
      for (let i = 0; i < removed; i++) if (from + i in o) put(result, i, o[from + i]);
      result.length = removed;
      if (grown < 0) {
        for (let i = from; i < length - removed; i++) move(o, i + removed, i + items.length);
        for (let i = length; i > length + grown; i--) delete o[i - 1];
      } else if (grown > 0) {
        for (let i = length - removed; i > from; i--) move(o, i + removed - 1, i + items.length - 1);
      }
      for (let i = 0; i < items.length; i++) o[from + i] = items[i];
      o.length = length + grown;
      return result;
    },
    unshift(...items) {
      const o = Object(this), length = lengthOf(o);
      if (items.length > 0) {
        if (length + items.length > maxLength) throw new TypeError("Invalid array length");
        for (let i = length; i > 0; i--) move(o, i - 1, i + items.length - 1);
        for (let i = 0; i < items.length; i++) o[i] = items[i];
      }
      return (o.length = length + items.length);
    },
    shift() {
      const o = Object(this), length = lengthOf(o);
      if (length === 0) return void (o.length = 0);
      const first = o[0];
      for (let i = 1; i < length; i++) move(o, i, i - 1);
      delete o[length - 1];
      o.length = length - 1;
      return first;
    },
    copyWithin(target, start, end) {
      const o = Object(this), length = lengthOf(o), to = relative(target, length, 0), from = relative(start, length, 0);
      const count = Math.min(relative(end, length, length) - from, length - to);
      if (from < to && to < from + count) for (let i = count - 1; i >= 0; i--) move(o, from + i, to + i);
      else for (let i = 0; i < count; i++) move(o, from + i, to + i);
      return o;
    },
    concat(...items) {
      const o = Object(this), result = create(o, 0);
      let n = 0;
      for (let k = -1; k < items.length; k++) {
        const item = k < 0 ? o : items[k];
        if (spreads(item)) {
          const length = lengthOf(item);
          if (n + length > maxLength) throw new TypeError("Invalid array length");
          for (let i = 0; i < length; i++, n++) if (i in item) put(result, n, item[i]);
        } else put(result, n++, item);
      }
      result.length = n;
      return result;
    },
    sort(order) {
      const o = Object(this), length = lengthOf(o), list = [];
      for (let i = 0; i < length; i++) if (i in o) list[list.length] = o[i];
      const result = sorted(list, order);
      for (let i = 0; i < result.length; i++) o[i] = result[i];
      for (let i = result.length; i < length; i++) delete o[i];
      return o;
    },
    toSorted(order) {
      const o = Object(this), length = lengthOf(o), list = plain(length);
      for (let i = 0; i < length; i++) list[i] = o[i];
      return sorted(list, order);
    },
    toReversed() {
      const o = Object(this), length = lengthOf(o), list = plain(length);
      for (let i = 0; i < length; i++) list[i] = o[length - 1 - i];
      return list;
    },
    with(index, value) {
      const o = Object(this), length = lengthOf(o), n = toInteger(index), at = n < 0 ? length + n : n;
      if (at < 0 || at >= length) throw new RangeError("Invalid index : " + n);
      const list = plain(length);
      for (let i = 0; i < length; i++) list[i] = i === at ? value : o[i];
      return list;
    },
    toSpliced(start, count, ...items) {
      const o = Object(this), length = lengthOf(o), from = relative(start, length, 0);
      const skipped = arguments.length === 0 ? 0 : arguments.length === 1 ? length - from : Math.min(Math.max(toInteger(count), 0), length - from);
      if (length + items.length - skipped > maxLength) throw new TypeError("Invalid array length");
      const list = plain(length + items.length - skipped);
      let n = 0;
      for (let i = 0; i < from; i++) list[n++] = o[i];
      for (let i = 0; i < items.length; i++) list[n++] = items[i];
      for (let i = from + skipped; i < length; i++) list[n++] = o[i];
      return list;
    },
    every(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = 0; i < length; i++) if (i in o && !call(o[i], i, o)) return false;
      return true;
    },
    some(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = 0; i < length; i++) if (i in o && call(o[i], i, o)) return true;
      return false;
    },
    forEach(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = 0; i < length; i++) if (i in o) call(o[i], i, o);
    },
    map(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg), result = create(o, length);
      for (let i = 0; i < length; i++) if (i in o) put(result, i, call(o[i], i, o));
      if (isArray(result) && result.length < length) result.length = length;
      return result;
    },
    filter(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg), result = create(o, 0);
      for (let i = 0, n = 0; i < length; i++) {
        if (!(i in o)) continue;
        const item = o[i];
        if (call(item, i, o)) put(result, n++, item);
      }
      return result;
    },
    find(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = 0; i < length; i++) {
        const item = o[i];
        if (call(item, i, o)) return item;
      }
    },
    findIndex(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = 0; i < length; i++) if (call(o[i], i, o)) return i;
      return -1;
    },
    findLast(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = length - 1; i >= 0; i--) {
        const item = o[i];
        if (call(item, i, o)) return item;
      }
    },
    findLastIndex(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg);
      for (let i = length - 1; i >= 0; i--) if (call(o[i], i, o)) return i;
      return -1;
    },
    reduce(fn, initial) {
      const o = Object(this), length = lengthOf(o), call = callable(fn);
      let i = 0, result = initial;
      if (arguments.length < 2) {
        while (i < length && !(i in o)) i++;
        if (i >= length) throw new TypeError("Reduce of empty array with no initial value");
        result = o[i++];
      }
      for (; i < length; i++) if (i in o) result = call(result, o[i], i, o);
      return result;
    },
    reduceRight(fn, initial) {
      const o = Object(this), length = lengthOf(o), call = callable(fn);
      let i = length - 1, result = initial;
      if (arguments.length < 2) {
        while (i >= 0 && !(i in o)) i--;
        if (i < 0) throw new TypeError("Reduce of empty array with no initial value");
        result = o[i--];
      }
      for (; i >= 0; i--) if (i in o) result = call(result, o[i], i, o);
      return result;
    },
    flat(depth) {
      const o = Object(this), length = lengthOf(o), levels = depth === undefined ? 1 : toInteger(depth), result = create(o, 0);
      let n = 0;
      const flatten = (list, length, levels) => {
        for (let i = 0; i < length; i++) {
          if (!(i in list)) continue;
          const item = list[i];
          if (levels > 0 && isArray(item)) flatten(item, lengthOf(item), levels - 1);
          else put(result, n++, item);
        }
      };
      flatten(o, length, levels);
      return result;
    },
    flatMap(fn, thisArg) {
      const o = Object(this), length = lengthOf(o), call = callable(fn, thisArg), result = create(o, 0);
      let n = 0;
      for (let i = 0; i < length; i++) {
        if (!(i in o)) continue;
        const items = call(o[i], i, o);
        if (!isArray(items)) {
          put(result, n++, items);
          continue;
        }
        const count = lengthOf(items);
        for (let k = 0; k < count; k++) if (k in items) put(result, n++, items[k]);
      }
      return result;
    },
    // Array.from of what is no iterable.
    from(items, mapper, thisArg) {
      const source = Object(items), length = lengthOf(source);
      const result = isConstructor(this) ? new this(length) : plain(length);
      for (let i = 0; i < length; i++) put(result, i, mapper === undefined ? source[i] : apply(mapper, thisArg, [source[i], i]));
      result.length = length;
      return result;
    },
  };
});
