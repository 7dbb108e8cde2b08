// Bytes, messages and events. Bytes are held as strings of characters 0 to 255.
'use strict';

const utf8 = {
  encode(text) {
    return unescape(encodeURIComponent(String(text)));
  },
  decode(bytes) {
    try {
      return decodeURIComponent(escape(bytes));
    } catch {
      return bytes;
    }
  },
};

const hex = {
  encode: (bytes) => Array.from(bytes, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
  decode: (text) => (text.match(/../g) || []).map((h) => String.fromCharCode(parseInt(h, 16))).join(''),
};

class Data {
  constructor(content = '', encoding = 'utf8') {
    if (content instanceof Data) this.bytes = content.bytes;
    else if (Array.isArray(content)) this.bytes = String.fromCharCode(...content);
    else if (encoding === 'hex') this.bytes = hex.decode(content);
    else this.bytes = utf8.encode(content);
  }
  static raw(bytes) {
    const data = new Data();
    data.bytes = bytes;
    return data;
  }
  static from(content, encoding) {
    return new Data(content, encoding);
  }
  get size() {
    return this.bytes.length;
  }
  push(more) {
    this.bytes += (more instanceof Data ? more : new Data(more)).bytes;
    return this;
  }
  shift(count) {
    const head = Data.raw(this.bytes.slice(0, count));
    this.bytes = this.bytes.slice(count);
    return head;
  }
  toArray() {
    return Array.from(this.bytes, (c) => c.charCodeAt(0));
  }
  toString(encoding = 'utf8') {
    return encoding === 'hex' ? hex.encode(this.bytes) : utf8.decode(this.bytes);
  }
}

class MessageStart {
  constructor(head) {
    this.head = head;
  }
}

class MessageEnd {
  constructor(tail, payload) {
    this.tail = tail;
    this.payload = payload;
  }
}

class StreamEnd {
  constructor(error) {
    this.error = error;
  }
}

class Message {
  constructor(...args) {
    const hasHead = args.length > 1 || (args[0] !== null && typeof args[0] === 'object' && !(args[0] instanceof Data));
    const [head, body, tail] = hasHead ? args : [undefined, args[0]];
    this.head = head;
    this.body = body === undefined || body === null ? undefined : body instanceof Data ? body : new Data(body);
    this.tail = tail;
  }
}

// A message, an event or a list of them, as the single events that they stand for.
function events(value) {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(events);
  if (value instanceof Message) {
    const body = value.body ? [value.body] : [];
    return [new MessageStart(value.head), ...body, new MessageEnd(value.tail)];
  }
  const known = value instanceof Data || value instanceof MessageStart || value instanceof MessageEnd;
  if (!known && !(value instanceof StreamEnd)) throw new TypeError('not an event or a message');
  return [value];
}

JSON.encode = (value, replacer, space) => new Data(JSON.stringify(value, replacer, space));
JSON.decode = (data, reviver) => JSON.parse(data.toString(), reviver);
