// The namespace `algo`: balancers, routers, caches.
'use strict';

function weights(targets) {
  if (Array.isArray(targets)) return targets.map((target) => [target, 1]);
  return Object.entries(targets || {});
}

function hash(value) {
  let state = 2166136261;
  for (const char of utf8.encode(value)) state = Math.imul(state ^ char.charCodeAt(0), 16777619) >>> 0;
  return state;
}

class Balancer {
  constructor(targets) {
    this.targets = new Map(weights(targets).map(([id, weight]) => [id, { id, weight, used: 0 }]));
    this.sticky = new Map();
  }
  add(id, weight = 1) {
    this.targets.set(id, { id, weight, used: 0 });
  }
  set(targets) {
    this.targets = new Map(weights(targets).map(([id, weight]) => [id, { id, weight, used: 0 }]));
  }
  next(key) {
    const known = key === undefined ? undefined : this.sticky.get(key);
    if (known && this.targets.has(known.id)) return known;
    const target = this.choose(key);
    if (!target) return undefined;
    target.used += 1;
    const resource = { id: target.id, target: target.id };
    if (key !== undefined) this.sticky.set(key, resource);
    return resource;
  }
  select(key) {
    return this.next(key)?.id;
  }
  deselect() {}
}

class LeastUsed extends Balancer {
  choose() {
    let best;
    for (const target of this.targets.values()) {
      if (target.weight > 0 && (!best || target.used / target.weight < best.used / best.weight)) best = target;
    }
    return best;
  }
}

class LeastWorkLoadBalancer extends LeastUsed {
  deselect(id) {
    const target = this.targets.get(id);
    if (target && target.used > 0) target.used -= 1;
  }
}

class HashingLoadBalancer extends Balancer {
  choose(key) {
    const all = [...this.targets.values()];
    return all.length ? all[hash(String(key ?? '')) % all.length] : undefined;
  }
}

class LoadBalancer {
  constructor(targets, options = {}) {
    this.options = options;
    this.provision(targets);
  }
  provision(targets) {
    const weight = this.options.weight || (() => 1);
    this.entries = (targets || []).map((target) => ({ target, weight: weight(target), used: 0, load: 0 }));
  }
  allocate() {
    const least = this.options.algorithm === 'least-load' ? 'load' : 'used';
    let best;
    for (const entry of this.entries) {
      if (entry.weight > 0 && (!best || entry[least] / entry.weight < best[least] / best.weight)) best = entry;
    }
    if (!best) return undefined;
    best.used += 1;
    best.load += 1;
    return { target: best.target, free: () => void (best.load -= 1) };
  }
}

class URLRouter {
  constructor(routes = {}) {
    this.routes = [];
    for (const [pattern, value] of Object.entries(routes)) this.add(pattern, value);
  }
  add(pattern, value) {
    const slash = pattern.indexOf('/');
    const host = slash < 0 ? pattern : pattern.slice(0, slash);
    const path = slash < 0 ? '/' : pattern.slice(slash);
    this.routes.push({ host, path: path.split('/').filter(Boolean), value, exact: !path.endsWith('/*') });
    const wild = (segment) => (segment === '*' ? 1 : 0);
    this.routes.sort(
      (a, b) =>
        !a.host - !b.host || b.exact - a.exact || b.path.length - a.path.length || wild(a.path[0]) - wild(b.path[0]),
    );
  }
  find(...parts) {
    const url = parts.join('').split('?')[0];
    const slash = url.indexOf('/');
    const host = (slash < 0 ? url : url.slice(0, slash)).split(':')[0];
    const path = (slash < 0 ? '' : url.slice(slash)).split('/').filter(Boolean);
    return this.routes.find((route) => this.#matches(route, host, path))?.value;
  }
  #matches(route, host, path) {
    const wanted = route.host.split(':')[0];
    if (wanted.startsWith('*.') ? !host.endsWith(wanted.slice(1)) : wanted && wanted !== host) return false;
    const fixed = route.exact ? route.path : route.path.slice(0, -1);
    if (route.exact ? path.length !== fixed.length : path.length < fixed.length) return false;
    return fixed.every((segment, index) => segment === '*' || segment === path[index]);
  }
}

class Cache {
  constructor(onAllocate, onFree) {
    this.onAllocate = onAllocate;
    this.onFree = onFree;
    this.values = new Map();
  }
  get(key) {
    if (!this.values.has(key) && this.onAllocate) this.values.set(key, this.onAllocate(key));
    return this.values.get(key);
  }
  set(key, value) {
    this.values.set(key, value);
  }
  find(key) {
    return this.values.get(key);
  }
  has(key) {
    return this.values.has(key);
  }
  remove(key) {
    const found = this.values.has(key);
    if (found && this.onFree) this.onFree(key, this.values.get(key));
    this.values.delete(key);
    return found;
  }
  clear() {
    [...this.values.keys()].forEach((key) => this.remove(key));
  }
}

const uuid = () =>
  'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(Math.random() * 16).toString(16));

globalThis.algo = {
  RoundRobinLoadBalancer: LeastUsed,
  LeastWorkLoadBalancer,
  HashingLoadBalancer,
  LoadBalancer,
  URLRouter,
  Cache,
  hash,
  uuid,
};
