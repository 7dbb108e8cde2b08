// What scripts call: `pipy()…` chains, `pipy.listen(…, $ => …)`, and the globals around them.
'use strict';

// A chain that adds filters to a layout; `to` gives the last one its sub-pipeline.
class Chain {
  constructor(layout, scope) {
    this.layout = layout;
    this.scope = scope;
    this.open = undefined;
  }
  add(make) {
    this.settle();
    this.layout.scope = this.scope;
    this.layout.filters.push(make);
    return this;
  }
  settle() {
    if (this.open) throw new Error('missing .to(...) for the last filter');
  }
  joint(make) {
    this.settle();
    this.layout.scope = this.scope;
    this.open = (target) => this.layout.filters.push(make(target));
    return this;
  }
  to(target) {
    if (!this.open) throw new Error('calling to() without a joint-filter');
    const open = this.open;
    this.open = undefined;
    open(this.sub(target));
    return this;
  }
  sub(target) {
    return typeof target === 'function' ? build(target, this.scope) : target;
  }
  onStart(handler) {
    this.layout.onStart = typeof handler === 'function' ? handler : () => handler;
    return this;
  }
  onEnd(handler) {
    this.layout.onEnd = handler;
    return this;
  }

  serveHTTP(handler) { return this.add(filters.serveHTTP(handler)); }
  demuxHTTP(options) { return this.joint((target) => filters.demuxHTTP(options, target)); }
  muxHTTP(selector) { return this.joint((target) => filters.muxHTTP(selector, target)); }
  connect(target) { return this.add(filters.connect(target)); }
  decodeHTTPRequest() { return this.add(filters.decodeHTTP(false)); }
  decodeHTTPResponse() { return this.add(filters.decodeHTTP(true)); }
  encodeHTTPRequest() { return this.add(filters.encodeHTTP(encodeRequest)); }
  encodeHTTPResponse() { return this.add(filters.encodeHTTP((m) => encodeResponse(m, {})[0])); }
  handleMessage(f) { return this.add(filters.message(f, false)); }
  handleMessageBody(f) { return this.add(filters.message(f, false, true)); }
  handleMessageStart(f) { return this.add(filters.map(MessageStart, f, false)); }
  handleMessageEnd(f) { return this.add(filters.map(MessageEnd, f, false)); }
  handleData(f) { return this.add(filters.map(Data, f, false)); }
  handleStreamStart(f) { return this.add(filters.streamStart(f, false)); }
  handleStreamEnd(f) { return this.add(filters.map(StreamEnd, f, false)); }
  replaceMessage(f) { return this.add(filters.message(f, true)); }
  replaceMessageBody(f) { return this.add(filters.message(f, true, true)); }
  replaceMessageStart(f) { return this.add(filters.map(MessageStart, f, true)); }
  replaceMessageEnd(f) { return this.add(filters.map(MessageEnd, f, true)); }
  replaceData(f) { return this.add(filters.map(Data, f, true)); }
  replaceStreamStart(f) { return this.add(filters.streamStart(f, true)); }
  replaceStreamEnd(f) { return this.add(filters.map(StreamEnd, f, true)); }
  print() { return this.add(filters.print()); }
  dump(tag) { return this.add(filters.dump(tag)); }
  delay(seconds) { return this.add(filters.delay(seconds)); }
  dummy() { return this.add(() => () => undefined); }

  // (name | function that gives one, [condition, name …]): the first whose condition holds.
  link(...args) {
    if (args.length < 2) {
      return this.add(filters.link((pipeline) => {
        const name = typeof args[0] === 'function' ? pipeline.run(args[0]) : args[0];
        return layoutOf(pipeline, name);
      }));
    }
    const pairs = [];
    for (let i = 0; i < args.length; i += 2) pairs.push([args[i + 1], args[i]]);
    return this.choice(pairs);
  }
  branch(...args) {
    const pairs = [];
    for (let i = 0; i + 1 < args.length; i += 2) pairs.push([args[i], args[i + 1]]);
    if (args.length % 2) pairs.push([undefined, args[args.length - 1]]);
    return this.choice(pairs);
  }
  choice(pairs) {
    const known = pairs.map(([condition, target]) => [condition, this.sub(target)]);
    return this.add(filters.link((pipeline, event) => {
      const holds = (c) => c === undefined || (typeof c === 'function' ? pipeline.run(c, event) : c);
      const found = known.find(([condition]) => holds(condition));
      return found && layoutOf(pipeline, found[1]);
    }));
  }
  pipe(target, choices = {}) {
    const known = Object.fromEntries(Object.entries(choices).map(([name, t]) => [name, this.sub(t)]));
    return this.add(filters.link((pipeline, event) => {
      const found = typeof target === 'function' ? pipeline.run(target, event) : target;
      if (found === undefined) return null;
      return typeof found === 'string' && found in known ? known[found] : layoutOf(pipeline, found);
    }));
  }
}

function build(configure, scope) {
  const layout = new Layout();
  layout.scope = scope;
  const chain = new Chain(layout, scope);
  configure(chain);
  chain.settle();
  return layout;
}

// The chain of `pipy({…})`: pipelines side by side.
class Configuration extends Chain {
  constructor(variables) {
    super(undefined, new Map());
    this.variables = variables || {};
    this.starts = [];
    declare(Object.keys(this.variables));
  }
  add(make) {
    if (!this.layout) throw new Error('missing listen() or pipeline() before the first filter');
    return super.add(make);
  }
  enter(layout) {
    this.settle();
    layout.scope = this.scope;
    this.layout = layout;
    return this;
  }
  listen(port, options) {
    const layout = new Layout();
    this.starts.push(() => host.listen(port, layout, options, this.variables));
    return this.enter(layout);
  }
  task(interval) {
    const layout = new Layout();
    this.starts.push(() => host.task(interval, layout, this.variables));
    return this.enter(layout);
  }
  pipeline(name) {
    const layout = new Layout(name);
    this.scope.set(name, layout);
    return this.enter(layout);
  }
  export() { return this; }
  import() { return this; }
  apply() {
    this.settle();
    this.starts.forEach((start) => start());
  }
}

function pipy(variables) {
  return new Configuration(variables);
}
pipy.listen = (port, ...rest) => {
  const configure = rest.pop();
  const layout = typeof configure === 'function' ? build(configure) : configure;
  host.listen(port, layout, rest.find((r) => r && typeof r === 'object'), {});
};
pipy.exit = (code = 0) => host.exit(code);
pipy.thread = { id: 0, concurrency: 1 };
pipy.load = (name) => os.readFile(name);
globalThis.pipy = pipy;
globalThis.pipeline = (configure) => build(configure);
Object.assign(globalThis, { Data, Message, MessageStart, MessageEnd, StreamEnd });
