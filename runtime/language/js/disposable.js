// DisposableStack, AsyncDisposableStack and SuppressedError: https://tc39.es/proposal-explicit-resource-management/
(function (dispose, asyncDispose) {
  const hidden = (target, key, value) =>
    Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });

  class SuppressedError extends Error {
    constructor(error, suppressed, message) {
      super(...(message === undefined ? [] : [message]));
      hidden(this, "error", error);
      hidden(this, "suppressed", suppressed);
    }
  }
  hidden(SuppressedError.prototype, "name", "SuppressedError");
  hidden(SuppressedError.prototype, "message", "");

  const callable = (fn) => {
    if (typeof fn !== "function") throw new TypeError(`${String(fn)} is not a function`);
    return fn;
  };
  const methodOf = (value, ...keys) => {
    if (Object(value) !== value) throw new TypeError(`${String(value)} is not an object`);
    for (const key of keys) {
      const fn = value[key];
      if (fn !== undefined && fn !== null) return callable(fn);
    }
    throw new TypeError(`${String(keys[0])} is not a function`);
  };
  const disposed = () => {
    throw new ReferenceError("Cannot add values to a disposed stack!");
  };

  class DisposableStack {
    #stack = [];
    get disposed() {
      return this.#stack === undefined;
    }
    #push(task) {
      (this.#stack ?? disposed()).push(task);
    }
    use(value) {
      this.#stack ?? disposed();
      if (value !== null && value !== undefined) {
        const fn = methodOf(value, dispose);
        this.#push(() => void Reflect.apply(fn, value, []));
      }
      return value;
    }
    adopt(value, onDispose) {
      this.#stack ?? disposed();
      callable(onDispose);
      this.#push(() => void Reflect.apply(onDispose, undefined, [value]));
      return value;
    }
    defer(onDispose) {
      this.#stack ?? disposed();
      callable(onDispose);
      this.#push(() => void Reflect.apply(onDispose, undefined, []));
    }
    move() {
      const moved = new DisposableStack();
      moved.#stack = this.#stack ?? disposed();
      this.#stack = undefined;
      return moved;
    }
    dispose() {
      const stack = this.#stack;
      this.#stack = undefined;
      let failed = false, error;
      for (const task of (stack ?? []).reverse()) {
        try {
          task();
        } catch (e) {
          error = failed ? new SuppressedError(e, error) : e;
          failed = true;
        }
      }
      if (failed) throw error;
    }
  }

  class AsyncDisposableStack {
    #stack = [];
    get disposed() {
      return this.#stack === undefined;
    }
    #push(task) {
      (this.#stack ?? disposed()).push(task);
    }
    use(value) {
      this.#stack ?? disposed();
      if (value === null || value === undefined) {
        this.#push(() => undefined);
      } else {
        const fn = methodOf(value, asyncDispose, dispose);
        this.#push(() => Reflect.apply(fn, value, []));
      }
      return value;
    }
    adopt(value, onDispose) {
      this.#stack ?? disposed();
      callable(onDispose);
      this.#push(() => Reflect.apply(onDispose, undefined, [value]));
      return value;
    }
    defer(onDispose) {
      this.#stack ?? disposed();
      callable(onDispose);
      this.#push(() => Reflect.apply(onDispose, undefined, []));
    }
    move() {
      const moved = new AsyncDisposableStack();
      moved.#stack = this.#stack ?? disposed();
      this.#stack = undefined;
      return moved;
    }
    async disposeAsync() {
      if (!(#stack in this)) throw new TypeError("Receiver is not an AsyncDisposableStack");
      const stack = this.#stack;
      this.#stack = undefined;
      let failed = false, error;
      for (const task of (stack ?? []).reverse()) {
        try {
          await task();
        } catch (e) {
          error = failed ? new SuppressedError(e, error) : e;
          failed = true;
        }
      }
      if (failed) throw error;
    }
  }

  for (const [type, name, key] of [[DisposableStack, "dispose", dispose], [AsyncDisposableStack, "disposeAsync", asyncDispose]]) {
    hidden(type.prototype, key, type.prototype[name]);
    Object.defineProperty(type.prototype, Symbol.toStringTag, { value: type.name, configurable: true });
  }
  return () => ({ SuppressedError, DisposableStack, AsyncDisposableStack });
});
