// The border to the world outside: what happens there comes in by `__event`, what is wanted goes out as effects.
'use strict';

let effects = [];
let nextId = 1;
let touched = false;
const listeners = new Map();
const sockets = new Map();
const timers = new Map();

const shown = (value) => {
  if (typeof value === 'string') return value;
  if (value instanceof Data) return value.toString();
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const host = {
  listen(port, layout, options, variables) {
    const text = String(port);
    const number = Number(text.slice(text.lastIndexOf(':') + 1));
    if (!Number.isInteger(number) || number < 1 || number > 65535) throw new Error(`invalid port: ${port}`);
    listeners.set(number, { layout, variables });
    effects.push(['listen', number]);
  },
  task(interval, layout, variables) {
    const match = /^(\d+\.?\d*)(ms|s|m|h)?$/.exec(String(interval ?? '0'));
    const seconds = match ? Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] || 's'] : 0;
    const turn = () => {
      layout.spawn({ ...variables }, () => undefined).input(new MessageStart(), new MessageEnd());
      if (seconds > 0) host.after(seconds, turn);
    };
    host.after(0, turn);
  },
  connect(address, next) {
    const id = nextId++;
    const colon = address.lastIndexOf(':');
    sockets.set(id, next);
    effects.push(['connect', id, address.slice(0, colon), Number(address.slice(colon + 1))]);
    return host.socket(id);
  },
  socket: (id) => ({
    write: (bytes) => effects.push(['write', id, bytes]),
    close: () => effects.push(['close', id]),
  }),
  after(seconds, callback) {
    const id = nextId++;
    const context = current;
    timers.set(id, () => within(context, callback));
    effects.push(['timer', id, seconds]);
  },
  log: (level, text) => effects.push(['log', level, text]),
  print: (text) => effects.push(['print', text]),
  error(error) {
    host.log('ERR', `[pjs] Error: ${error?.message ?? error}`);
    host.log('ERR', '[pjs] Backtrace:');
    String(error?.stack ?? '').trim().split('\n').filter(Boolean).forEach((l) => host.log('ERR', `    In ${l.trim().replace(/^at /, '')}`));
  },
  exit: (code) => effects.push(['exit', code]),
};

globalThis.console = {
  log: (...values) => host.log('INF', values.map(shown).join(' ')),
  info: (...values) => host.log('INF', values.map(shown).join(' ')),
  debug: () => undefined,
  warn: (...values) => host.log('WRN', values.map(shown).join(' ')),
  error: (...values) => host.log('ERR', values.map(shown).join(' ')),
};
globalThis.print = (...values) => host.print(utf8.encode(values.map(shown).join(' ')));
globalThis.println = (...values) => host.print(utf8.encode(values.map(shown).join(' ') + '\n'));
globalThis.Timeout = class {
  constructor(seconds) {
    this.seconds = seconds;
  }
  wait() {
    return new Promise((resolve) => host.after(this.seconds, resolve));
  }
};

const incoming = {
  accept(id, port, inbound) {
    const { layout, variables } = listeners.get(port);
    const socket = host.socket(id);
    const context = { ...variables, __inbound: inbound };
    const pipeline = layout.spawn(context, (event) => {
      if (event instanceof Data) socket.write(event.bytes);
      else if (event instanceof StreamEnd) socket.close();
    }, inbound);
    sockets.set(id, (event) => pipeline.input(event));
  },
  data: (id, bytes) => sockets.get(id)?.(Data.raw(bytes)),
  end(id, error) {
    const next = sockets.get(id);
    sockets.delete(id);
    next?.(new StreamEnd(error));
  },
  timer(id) {
    const callback = timers.get(id);
    timers.delete(id);
    callback?.();
  },
  idle: () => undefined,
};

function drain() {
  const out = JSON.stringify(effects);
  effects = [];
  return out;
}

globalThis.__event = (text) => {
  const [name, ...args] = JSON.parse(text);
  try {
    incoming[name](...args);
  } catch (error) {
    host.error(error);
    if (name === 'accept' || name === 'data') effects.push(['close', args[0]]);
  }
  return drain();
};

globalThis.__begin = (environment, files, variables) => {
  declare(variables);
  globalThis.os = {
    get env() {
      touched = true;
      return environment;
    },
    platform: 'linux',
    readFile(name) {
      touched = true;
      const path = name.startsWith('/') ? name : `/${name}`;
      if (!(path in files)) throw new Error(`cannot open file: ${name}`);
      return Data.raw(files[path]);
    },
  };
};

// Whether the script has looked at anything that differs between pods.
globalThis.__touched = () => touched;

globalThis.__finish = (result) => {
  if (result instanceof Configuration) result.apply();
  return drain();
};
