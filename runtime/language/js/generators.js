// Asynchronous generators and for await: https://tc39.es/ecma262/#sec-asyncgenerator-objects. The bundler makes a generator
// of each asynchronous one, which yields an Await for what it awaits, and tells of it here. What it yields first is start.
(function (asyncIterator, asyncIteratorPrototype, AsyncGeneratorFunction, show, isLowered) {
  const { create, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf } = Object;
  const { apply, ownKeys } = Reflect;
  const { iterator: iteratorSymbol, toStringTag } = Symbol;
  const Promise = globalThis.Promise;
  const generatorFunction = getPrototypeOf(function* () {});
  const { next: nativeNext, return: nativeReturn, throw: nativeThrow } = generatorFunction.prototype;

  const isObject = (v) => (typeof v === "object" && v !== null) || typeof v === "function";
  const method = (object, name) => {
    const fn = object[name];
    if (fn === undefined || fn === null) return undefined;
    if (typeof fn !== "function") throw new TypeError(`${typeof fn === "object" ? "" : typeof fn + " "}${show(fn)} is not a function`);
    return fn;
  };
  const result = (v) => {
    if (!isObject(v)) throw new TypeError(`Iterator result ${show(v)} is not an object`);
    return v;
  };
  const hidden = (object, key, value, writable) => defineProperty(object, key, { value, writable, enumerable: false, configurable: true });

  // What a generator yields besides values: what it awaits, what it has from an iterator that it delegates to, and that it is
  // to return.
  const start = {};
  class Instruction {
    #kind;
    #value;
    constructor(kind, value) {
      this.#kind = kind;
      this.#value = value;
    }
    static kind(v) {
      return isObject(v) && #kind in v ? v.#kind : undefined;
    }
    static value(v) {
      return v.#value;
    }
  }
  class Await extends Instruction {
    constructor(value) {
      super("await", value);
    }
  }

  // The state of a generator is kept by the generator itself.
  const given = function (object) {
    return object;
  };
  given.prototype = null;
  class State extends given {
    #state;
    constructor(object, state) {
      super(object);
      this.#state = state;
    }
    static of(object) {
      return isObject(object) && #state in object ? object.#state : undefined;
    }
  }
  const newState = (generator) => {
    const state = { generator, phase: "start", running: false, first: undefined, last: undefined };
    new State(generator, state);
    return state;
  };
  const stateOf = (name, generator) => {
    const state = State.of(generator);
    if (state !== undefined) return state;
    if (isObject(generator)) {
      let first;
      try {
        first = apply(nativeNext, generator, []);
      } catch {
        // It is none.
      }
      if (first !== undefined && first.value === start) return newState(generator);
    }
    throw new TypeError(`Method [AsyncGenerator].prototype.${name} called on incompatible receiver ${show(generator)}`);
  };

  // The requests of a generator are answered one after the other, as far as it comes without anything being awaited at once.
  const request = (name, generator, value) =>
    new Promise((resolve, reject) => {
      const state = stateOf(name, generator);
      const asked = { name, value, resolve, reject, after: undefined };
      if (state.first === undefined) state.first = asked;
      else state.last.after = asked;
      state.last = asked;
      if (!state.running) {
        state.running = true;
        answer(state);
      }
    });
  const answer = async (state) => {
    while (state.first !== undefined) {
      const asked = state.first;
      let { name, value } = asked, failed = false, done = true;
      if (state.phase === "start" && name !== "next") state.phase = "completed";
      if (state.phase === "completed") {
        if (name === "next") value = undefined;
        else if (name === "throw") failed = true;
        else {
          try {
            value = await value;
          } catch (error) {
            failed = true;
            value = error;
          }
        }
      } else {
        state.phase = "started";
        if (name === "return") {
          try {
            value = await value;
          } catch (error) {
            name = "throw";
            value = error;
          }
        }
        for (;;) {
          let step;
          try {
            step = apply(name === "next" ? nativeNext : name === "throw" ? nativeThrow : nativeReturn, state.generator, [value]);
          } catch (error) {
            state.phase = "completed";
            failed = true;
            value = error;
            break;
          }
          value = step.value;
          if (step.done) {
            state.phase = "completed";
            break;
          }
          const kind = Instruction.kind(value);
          if (kind !== undefined) value = Instruction.value(value);
          if (kind === "return") {
            name = "return";
            continue;
          }
          if (kind !== "pass") {
            try {
              value = await value;
              name = "next";
            } catch (error) {
              value = error;
              name = "throw";
            }
            if (kind === "await" || name === "throw") continue;
          }
          done = false;
          break;
        }
      }
      state.first = asked.after;
      if (failed) (0, asked.reject)(value);
      else (0, asked.resolve)({ value, done });
    }
    state.running = false;
  };

  const generatorPrototype = create(asyncIteratorPrototype);
  const functionPrototype = create(Function.prototype);
  const methods = {
    next(value) {
      return request("next", this, value);
    },
    return(value) {
      return request("return", this, value);
    },
    throw(exception) {
      return request("throw", this, exception);
    },
  };
  hidden(generatorPrototype, "constructor", functionPrototype, false);
  for (const name of ["next", "return", "throw"]) hidden(generatorPrototype, name, methods[name], true);
  hidden(generatorPrototype, toStringTag, "AsyncGenerator", false);
  hidden(functionPrototype, "constructor", AsyncGeneratorFunction, false);
  hidden(functionPrototype, "prototype", generatorPrototype, false);
  hidden(functionPrototype, toStringTag, "AsyncGeneratorFunction", false);
  setPrototypeOf(AsyncGeneratorFunction, Function);
  defineProperty(AsyncGeneratorFunction, "prototype", { value: functionPrototype, writable: false, enumerable: false, configurable: false });

  // An iterator record: https://tc39.es/ecma262/#sec-getiterator, async.
  const open = (iterable) => {
    if (iterable === undefined || iterable === null) {
      throw new TypeError(`Cannot read properties of ${iterable} (reading 'Symbol(Symbol.asyncIterator)')`);
    }
    let fn = method(iterable, asyncIterator), iterator;
    if (fn !== undefined) {
      iterator = apply(fn, iterable, []);
      if (!isObject(iterator)) throw new TypeError("Result of the Symbol.asyncIterator method is not an object");
    } else {
      fn = method(iterable, iteratorSymbol);
      if (fn === undefined) throw new TypeError(`${show(iterable)} is not async iterable`);
      iterator = apply(fn, iterable, []);
      if (!isObject(iterator)) throw new TypeError("Result of the Symbol.iterator method is not an object");
      iterator = fromSync(iterator);
    }
    return { iterator, next: iterator.next };
  };

  // https://tc39.es/ecma262/#sec-async-from-sync-iterator-objects
  const fromSync = (iterator) => {
    const { next } = iterator;
    const close = () => {
      const fn = method(iterator, "return");
      if (fn !== undefined) result(apply(fn, iterator, []));
    };
    const step = async (fn, args, closes) => {
      const step = result(apply(fn, iterator, args));
      const done = Boolean(step.done);
      let { value } = step;
      if (done || !closes) return { value: await value, done };
      try {
        value = await value;
      } catch (error) {
        try {
          const fn = method(iterator, "return");
          if (fn !== undefined) apply(fn, iterator, []);
        } catch {
          // The first error is the one to report.
        }
        throw error;
      }
      return { value, done };
    };
    // What throws here rejects.
    const attempt = async (fn) => fn();
    return {
      next: (...args) => step(next, args, true),
      return: (...args) => {
        let fn;
        try {
          fn = method(iterator, "return");
        } catch (error) {
          return attempt(() => { throw error; });
        }
        return fn === undefined ? attempt(() => ({ value: args[0], done: true })) : step(fn, args, false);
      },
      throw: (...args) => {
        let fn;
        try {
          fn = method(iterator, "throw");
          if (fn === undefined) {
            close();
            throw new TypeError("The iterator does not provide a 'throw' method.");
          }
        } catch (error) {
          return attempt(() => { throw error; });
        }
        return step(fn, args, true);
      },
    };
  };

  // What yield* of an asynchronous generator delegates to: https://tc39.es/ecma262/#sec-generator-function-definitions-runtime-semantics-evaluation.
  // Between an Await and what comes of it, waits says for what it is.
  class Delegate {
    #iterator;
    #next;
    #waits = "";
    constructor(iterable) {
      const { iterator, next } = open(iterable);
      this.#iterator = iterator;
      this.#next = next;
    }
    [iteratorSymbol]() {
      return this;
    }
    #await(waits, value) {
      this.#waits = waits;
      return { value: new Await(value), done: false };
    }
    #return(value) {
      this.#waits = "end";
      return { value: new Instruction("return", value), done: false };
    }
    next(v) {
      const waits = this.#waits;
      this.#waits = "";
      switch (waits) {
        case "":
          return this.#await("step", apply(this.#next, this.#iterator, [v]));
        case "value":
          return this.#return(v);
      }
      result(v);
      if (waits === "close") throw new TypeError("The iterator does not provide a 'throw' method.");
      if (!v.done) return { value: new Instruction("pass", v.value), done: false };
      return waits === "return" ? this.#return(v.value) : { value: v.value, done: true };
    }
    throw(error) {
      const waits = this.#waits;
      this.#waits = "";
      if (waits !== "") throw error;
      const fn = method(this.#iterator, "throw");
      if (fn !== undefined) return this.#await("step", apply(fn, this.#iterator, [error]));
      const close = method(this.#iterator, "return");
      if (close === undefined) throw new TypeError("The iterator does not provide a 'throw' method.");
      return this.#await("close", apply(close, this.#iterator, []));
    }
    return(v) {
      if (this.#waits === "end") return { value: v, done: true };
      const fn = method(this.#iterator, "return");
      return fn === undefined ? this.#await("value", v) : this.#await("return", apply(fn, this.#iterator, [v]));
    }
  }

  const declare = (fn, name) => {
    setPrototypeOf(fn, functionPrototype);
    setPrototypeOf(fn.prototype, generatorPrototype);
    if (name !== undefined && fn.name === "") hidden(fn, "name", name, false);
    return fn;
  };
  const declareMethod = (object, key) => {
    const fn = getOwnPropertyDescriptor(object, key)?.value;
    if (typeof fn === "function" && getPrototypeOf(fn) === generatorFunction) declare(fn);
  };
  return () => {
    declare.start = start;
    declare.Await = Await;
    declare.Delegate = Delegate;
    declare.result = result;
    declare.methods = (object, ...keys) => {
      for (let i = 0; i < keys.length; i++) declareMethod(object, keys[i]);
      return object;
    };
    declare.functions = (_, ...fns) => {
      for (let i = 0; i < fns.length; i++) if (getPrototypeOf(fns[i]) === generatorFunction) declare(fns[i]);
    };
    // Where a name is worked out, what has the first instruction of a generator's is one.
    declare.all = (object) => {
      const keys = ownKeys(object);
      for (let i = 0; i < keys.length; i++) {
        const fn = getOwnPropertyDescriptor(object, keys[i])?.value;
        if (typeof fn === "function" && getPrototypeOf(fn) === generatorFunction && isLowered(fn)) declare(fn);
      }
      return object;
    };
    declare.iterate = (iterable) => {
      const { iterator, next } = open(iterable);
      return {
        next: () => apply(next, iterator, []),
        get return() {
          const fn = method(iterator, "return");
          return fn && (() => apply(fn, iterator, []));
        },
      };
    };
    // What esbuild's helper does, where a generator could not be declared.
    declare.generator = (self, args, fn) => {
      const generator = apply(fn, self, args ?? []);
      setPrototypeOf(generator, generatorPrototype);
      newState(generator);
      return generator;
    };
    return declare;
  };
});
