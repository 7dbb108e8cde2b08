// The filters. Each is a function of its arguments that makes (pipeline, next) => (event) => void.
'use strict';

function layoutOf(pipeline, target) {
  if (target instanceof Layout) return target;
  if (target === undefined || target === null) return undefined;
  const found = pipeline.layout.scope?.get(target);
  if (!found) throw new Error(`pipeline not found: ${target}`);
  return found;
}

// Requests in, responses out in the same order; `answer(request, reply)` replies once.
function httpServer(pipeline, next, answer) {
  const waiting = [];
  let closing = false;
  const flush = () => {
    while (waiting.length && waiting[0].response !== undefined) {
      const { request, response } = waiting.shift();
      const [bytes, keep] = encodeResponse(response, request.head);
      next(Data.raw(bytes));
      if (!keep) return next(new StreamEnd());
    }
    if (closing && !waiting.length) next(new StreamEnd());
    return undefined;
  };
  const decoder = new HttpDecoder(false, (request) => {
    const entry = { request, response: undefined };
    waiting.push(entry);
    answer(request, (response) => {
      entry.response ??= response;
      flush();
    });
  });
  return (event) => {
    if (event instanceof Data) decoder.feed(event.bytes);
    else if (event instanceof StreamEnd) {
      closing = true;
      flush();
    }
  };
}

function fail(error) {
  host.error(error);
  return new Message({ status: 500 }, undefined);
}

const filters = {
  serveHTTP(handler) {
    return (pipeline, next) =>
      httpServer(pipeline, next, (request, reply) => {
        const take = (value) => reply(value instanceof Message ? value : new Message({ status: 500 }, undefined));
        try {
          const result = typeof handler === 'function' ? pipeline.run(handler, request) : handler;
          settled(result, take, (error) => reply(fail(error)));
        } catch (error) {
          reply(fail(error));
        }
      });
  },
  demuxHTTP(options, target) {
    return (pipeline, next) =>
      httpServer(pipeline, next, (request, reply) => {
        const gateway = () => reply(new Message({ status: 502 }, undefined));
        const collect = collector(reply, (event) => event instanceof StreamEnd && gateway());
        layoutOf(pipeline, target).spawn({ ...pipeline.context }, collect).input(...events(request));
      });
  },
  muxHTTP(selector, target) {
    const sessions = new Map();
    return (pipeline, next) => {
      const send = (message) => {
        const key = typeof selector === 'function' ? pipeline.run(selector) : pipeline.context.__inbound;
        const place = key && typeof key === 'object' && 'id' in key ? key.id : key;
        let session = sessions.get(place);
        if (!session) {
          session = httpClient(layoutOf(pipeline, target), pipeline.context, () => sessions.delete(place));
          sessions.set(place, session);
        }
        session(message, (response) => next && events(response).forEach(next));
      };
      return collector(send, next);
    };
  },
  connect(target) {
    return (pipeline, next) => {
      let socket;
      return (event) => {
        if (!socket) {
          const address = typeof target === 'function' ? pipeline.run(target) : target;
          socket = host.connect(String(address), next);
        }
        if (event instanceof Data) socket.write(event.bytes);
        else if (event instanceof StreamEnd) socket.close();
      };
    };
  },
  link(choose) {
    return (pipeline, next) => {
      let inner;
      const pending = [];
      return (event) => {
        if (!inner) {
          const layout = choose(pipeline, event);
          if (layout === null) return void pending.push(event);
          inner = layout ? layout.spawn(pipeline.context, next) : { input: (...list) => list.forEach(next) };
          inner.input(...pending.splice(0));
        }
        return inner.input(event);
      };
    };
  },
  map(type, handler, replaces) {
    return (pipeline, next) => (event) => {
      if (!(event instanceof type)) return next(event);
      const result = typeof handler === 'function' ? pipeline.run(handler, event) : handler;
      if (!replaces) return settled(result, () => next(event), host.error);
      return settled(result, (value) => events(value).forEach(next), host.error);
    };
  },
  message(handler, replaces, bodyOnly) {
    return (pipeline, next) =>
      collector((message) => {
        const given = bodyOnly ? message.body || new Data() : message;
        const result = typeof handler === 'function' ? pipeline.run(handler, given) : handler;
        settled(
          result,
          (value) => {
            if (!replaces) return events(message).forEach(next);
            const out = bodyOnly ? new Message(message.head, value, message.tail) : value;
            return events(out).forEach(next);
          },
          host.error,
        );
      }, next);
  },
  streamStart(handler, replaces) {
    return (pipeline, next) => {
      let begun = false;
      return (event) => {
        if (begun) return next(event);
        begun = true;
        const result = typeof handler === 'function' ? pipeline.run(handler, event) : handler;
        if (replaces) return events(result).forEach(next);
        return next(event);
      };
    };
  },
  decodeHTTP(isResponse) {
    return (pipeline, next) => {
      const decoder = new HttpDecoder(isResponse, (message) => events(message).forEach(next));
      return (event) => {
        if (event instanceof Data) decoder.feed(event.bytes);
        else {
          decoder.end();
          next(event);
        }
      };
    };
  },
  encodeHTTP(encode) {
    return (pipeline, next) => collector((message) => next(Data.raw(encode(message))), next);
  },
  print() {
    return (pipeline, next) => (event) => {
      if (event instanceof Data) host.print(event.bytes);
      next(event);
    };
  },
  dump(tag) {
    return (pipeline, next) => (event) => {
      host.log('INF', `[dump] ${tag ?? ''} ${event.constructor.name} ${event.bytes?.length ?? ''}`);
      next(event);
    };
  },
  delay(seconds) {
    return (pipeline, next) => (event) => {
      const time = typeof seconds === 'function' ? pipeline.run(seconds) : seconds;
      host.after(Number(time), () => next(event));
    };
  },
};

// One connection to a server: requests go one at a time, answers come back to who asked.
function httpClient(layout, context, onEnd) {
  const queue = [];
  let busy = false;
  let dead = false;
  const decoder = new HttpDecoder(true, (response) => {
    busy = false;
    queue.shift().reply(response);
    advance();
  });
  const lost = () => {
    if (dead) return;
    decoder.end();
    dead = true;
    onEnd();
    queue.splice(0).forEach(({ reply }) => reply(new Message({ status: 502 }, undefined)));
  };
  const pipeline = layout.spawn(context, (event) => {
    if (event instanceof Data) decoder.feed(event.bytes);
    else if (event instanceof StreamEnd) lost();
  });
  const advance = () => {
    if (busy || dead || !queue.length) return;
    busy = true;
    decoder.methods.push(queue[0].message.head?.method);
    pipeline.input(Data.raw(encodeRequest(queue[0].message)));
  };
  return (message, reply) => {
    queue.push({ message, reply });
    advance();
  };
}
