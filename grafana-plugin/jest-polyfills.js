// jsdom has no MessageChannel, and @grafana/ui and React's scheduler need one when they are loaded.
// The one of Node's worker_threads keeps the process alive after the last test.
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

// Nor has it these; nothing is ever laid out there.
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}

Object.assign(globalThis, { IntersectionObserver: Observer, ResizeObserver: Observer });

// What jsdom's URL lacks of every browser's.
globalThis.URL.canParse ??= (url, base) => {
  try {
    return Boolean(new URL(url, base));
  } catch {
    return false;
  }
};
