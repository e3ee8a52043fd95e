// jsdom has no MessageChannel, which @grafana/ui and React's scheduler need on load. That of Node's worker_threads
// would keep the process alive after the last test.
class MessagePort {
  onmessage = null;
  other = null;

  postMessage(data) {
    setTimeout(() => this.other.onmessage?.({ data }), 0);
  }
  start() {}
  close() {}
}

class MessageChannel {
  constructor() {
    this.port1 = new MessagePort();
    this.port2 = new MessagePort();
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

Object.assign(globalThis, { MessageChannel, MessagePort });

// Missing in jsdom too; it has no layout.
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}

Object.assign(globalThis, { IntersectionObserver: Observer, ResizeObserver: Observer });

// Missing in jsdom's URL.
globalThis.URL.canParse ??= (url, base) => {
  try {
    return Boolean(new URL(url, base));
  } catch {
    return false;
  }
};

// Missing in jsdom; what it aborts is not tested there.
globalThis.AbortSignal.timeout ??= () => new AbortController().signal;
