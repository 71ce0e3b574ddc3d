// Array.fromAsync: https://tc39.es/proposal-array-from-async/
(function (asyncIterator, isConstructor) {
  const { defineProperty } = Object;
  const { apply } = Reflect;
  const put = (list, i, value) =>
    defineProperty(list, i, { value, writable: true, enumerable: true, configurable: true });

  const method = (items, key) => {
    const fn = items[key];
    if (fn === undefined || fn === null) return undefined;
    if (typeof fn !== "function") throw new TypeError(`${String(key)} is not a function`);
    return fn;
  };

  return async function (items, mapper, thisArg) {
    if (mapper !== undefined && typeof mapper !== "function") throw new TypeError(`${String(mapper)} is not a function`);
    if (items === undefined || items === null) throw new TypeError(`${items} is not iterable`);
    const map = (value, i) => apply(mapper, thisArg, [value, i]);
    const make = (...args) => (isConstructor(this) ? new this(...args) : new Array(...args));

    const async = method(items, asyncIterator);
    const open = async ?? method(items, Symbol.iterator);
    if (open === undefined) {
      const source = Object(items);
      const length = Math.min(Math.max(Math.trunc(Number(source.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
      const list = make(length);
      for (let i = 0; i < length; i++) {
        let value = await source[i];
        if (mapper) value = await map(value, i);
        put(list, i, value);
      }
      list.length = length;
      return list;
    }

    const list = make();
    const iterator = apply(open, items, []);
    if (Object(iterator) !== iterator) throw new TypeError("Result of the iterator method is not an object");
    const { next } = iterator;
    for (let i = 0; ; i++) {
      let result = apply(next, iterator, []);
      if (async) result = await result;
      if (Object(result) !== result) throw new TypeError(`Iterator result ${String(result)} is not an object`);
      if (result.done) {
        list.length = i;
        return list;
      }
      try {
        let { value } = result;
        if (!async) value = await value;
        if (mapper) value = await map(value, i);
        put(list, i, value);
      } catch (error) {
        try {
          const close = iterator.return;
          if (close !== undefined && close !== null) await apply(close, iterator, []);
        } catch {
          // The first error is the one to report.
        }
        throw error;
      }
    }
  };
});
