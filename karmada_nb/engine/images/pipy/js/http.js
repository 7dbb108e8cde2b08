// HTTP/1.1 on the bytes of a stream: whole messages out of it, and back into it.
'use strict';

const REASONS = {
  100: 'Continue', 101: 'Switching Protocols', 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content',
  206: 'Partial Content', 301: 'Moved Permanently', 302: 'Found', 303: 'See Other', 304: 'Not Modified',
  307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden',
  404: 'Not Found', 405: 'Method Not Allowed', 408: 'Request Timeout', 409: 'Conflict', 413: 'Payload Too Large',
  429: 'Too Many Requests', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway',
  503: 'Service Unavailable', 504: 'Gateway Timeout',
};

class HttpDecoder {
  // `onMessage(message)` for each; `isResponse` decides how the first line reads.
  constructor(isResponse, onMessage) {
    this.isResponse = isResponse;
    this.onMessage = onMessage;
    this.buffer = '';
    this.head = null;
    this.methods = [];
  }

  feed(bytes) {
    this.buffer += bytes;
    while (this.step());
  }

  end() {
    if (this.head && this.untilEnd) this.finish(this.buffer);
  }

  step() {
    if (!this.head) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end < 0) return false;
      const lines = this.buffer.slice(0, end).split('\r\n');
      this.buffer = this.buffer.slice(end + 4);
      this.start(lines);
    }
    if (this.untilEnd) return false;
    if (this.chunked) return this.chunk();
    if (this.buffer.length < this.length) return false;
    const body = this.buffer.slice(0, this.length);
    this.buffer = this.buffer.slice(this.length);
    this.finish(body);
    return this.buffer.length > 0;
  }

  start([first, ...lines]) {
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trim().toLowerCase();
      const value = line.slice(colon + 1).trim();
      headers[name] = name in headers ? [].concat(headers[name], value) : value;
    }
    const words = first.split(' ');
    this.head = this.isResponse
      ? { protocol: words[0], status: Number(words[1]), statusText: words.slice(2).join(' '), headers }
      : { protocol: words[2], method: words[0], path: words[1], scheme: 'http', authority: headers.host, headers };
    const bodyless =
      this.isResponse && (this.methods.shift() === 'HEAD' || [204, 304].includes(this.head.status));
    this.chunked = !bodyless && /chunked/i.test(headers['transfer-encoding'] || '');
    this.length = bodyless ? 0 : Number(headers['content-length'] || 0);
    this.untilEnd = this.isResponse && !bodyless && !this.chunked && !('content-length' in headers);
    this.body = '';
  }

  chunk() {
    const end = this.buffer.indexOf('\r\n');
    if (end < 0) return false;
    const size = parseInt(this.buffer.slice(0, end), 16);
    if (this.buffer.length < end + 2 + size + 2) return false;
    this.body += this.buffer.substr(end + 2, size);
    this.buffer = this.buffer.slice(end + 2 + size + 2);
    if (size === 0) this.finish(this.body);
    return true;
  }

  finish(body) {
    const message = new Message(this.head, body ? Data.raw(body) : undefined);
    this.head = null;
    this.untilEnd = false;
    this.onMessage(message);
  }
}

function headerLines(headers, body, always) {
  const rest = Object.entries(headers || {}).filter(
    ([name]) => !['content-length', 'transfer-encoding', 'connection', 'keep-alive'].includes(name.toLowerCase()),
  );
  const lines = rest.flatMap(([name, value]) => [].concat(value).map((v) => `${name}: ${utf8.encode(v)}\r\n`));
  if (always || body.length) lines.push(`content-length: ${body.length}\r\n`);
  return lines.join('');
}

function encodeRequest(message) {
  const head = message.head || {};
  const body = message.body ? message.body.bytes : '';
  const headers = { ...head.headers };
  if (!('host' in headers)) headers.host = head.authority || '';
  return `${head.method || 'GET'} ${head.path || '/'} HTTP/1.1\r\n${headerLines(headers, body, false)}\r\n${body}`;
}

// `request` is the head that this answers; the second result tells whether the connection goes on.
function encodeResponse(message, request) {
  const head = message.head || {};
  const status = head.status || 200;
  const body = message.body ? message.body.bytes : '';
  const wish = String((request.headers && request.headers.connection) || '').toLowerCase();
  const keep = request.protocol === 'HTTP/1.0' ? wish === 'keep-alive' : wish !== 'close';
  const text = head.statusText || REASONS[status] || 'Unknown';
  const lines = headerLines(head.headers, body, ![204, 304].includes(status));
  const connection = `connection: ${keep ? 'keep-alive' : 'close'}\r\n`;
  const shown = request.method === 'HEAD' ? '' : body;
  return [`HTTP/1.1 ${status} ${text}\r\n${lines}${connection}\r\n${shown}`, keep];
}
