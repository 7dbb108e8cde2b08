// Layouts (lists of filters as configured) and pipelines (layouts at work for one stream).
'use strict';

// The variables that a script declared per stream; callbacks see those of the pipeline they run in.
let current = { __inbound: undefined };

function declare(names) {
  for (const name of names) {
    if (Object.getOwnPropertyDescriptor(globalThis, name)?.get) continue;
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => current[name],
      set: (value) => void (current[name] = value),
    });
  }
}
declare(['__inbound']);

function within(context, callback, ...args) {
  const before = current;
  current = context;
  try {
    return callback(...args);
  } finally {
    current = before;
  }
}

class Layout {
  constructor(name) {
    this.name = name;
    this.filters = [];
    this.onStart = undefined;
    this.onEnd = undefined;
  }
  // A pipeline of this layout; what comes out of its end goes to `output(event)`.
  spawn(context, output, ...args) {
    return new Pipeline(this, context, output, args);
  }
}

class Pipeline {
  constructor(layout, context, output, args) {
    this.layout = layout;
    this.context = context;
    this.ended = false;
    let next = (event) => {
      if (event instanceof StreamEnd) this.finish();
      output(event);
    };
    for (const make of [...layout.filters].reverse()) next = make(this, next);
    this.first = next;
    if (layout.onStart) {
      const result = this.run(layout.onStart, ...args);
      this.input(...events(result && typeof result === 'object' && !result.then ? result : undefined));
    }
  }
  run(callback, ...args) {
    return within(this.context, callback, ...args);
  }
  input(...list) {
    for (const event of list) this.first(event);
  }
  finish() {
    if (this.ended) return;
    this.ended = true;
    if (this.layout.onEnd) this.run(this.layout.onEnd);
  }
}

// Whole messages of a sequence of events; anything between messages goes to `other`.
function collector(onMessage, other) {
  let start = null;
  let body = '';
  return (event) => {
    if (event instanceof MessageStart) {
      start = event;
      body = '';
    } else if (event instanceof Data && start) {
      body += event.bytes;
    } else if (event instanceof MessageEnd && start) {
      const message = new Message(start.head ?? {}, body ? Data.raw(body) : undefined, event.tail);
      start = null;
      onMessage(message);
    } else {
      other(event);
    }
  };
}

// `then(value)` now, or once the promise that it is has been kept.
function settled(value, then, failed) {
  if (value && typeof value.then === 'function') value.then(then, failed);
  else then(value);
}
