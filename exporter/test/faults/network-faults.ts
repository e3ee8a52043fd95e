/** What can go wrong between a client and a server, whatever they speak. */
import type { Behaviour, Link } from './front';

const SLOW_MS = 100;
const HUGE_BYTES = 1_500_000;

/** The same bytes in every run: `x` from 0 to 255 by a linear congruential generator (Numerical Recipes). */
function pseudoRandom(bytes: number, seed = 1): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    buffer[i] = state >>> 24;
  }
  return buffer;
}

const hold = (data: Buffer, link: Link) => void link.held.push(data);

function half(data: Buffer, link: Link): Buffer {
  link.answered = true;
  return data.subarray(0, Math.ceil(data.length / 2));
}

/** Answers every connection, and the first question on one that stands, with `noise`. */
function talking(noise: Buffer): Behaviour {
  return {
    accept(client) {
      client.write(noise);
      client.on('data', () => client.writableLength === 0 && client.write(noise.subarray(0, 256)));
    },
    answer(_data, link) {
      if (!link.answered) link.client.write(noise);
      link.answered = true;
    },
    breaksAtEnd: true,
  };
}

/** Behaviours of a {@link Front}, by the name of the fault. */
export const NETWORK_FAULTS = {
  'accept, then close': { accept: (client) => void client.destroy(), breaks: true },
  // a frozen server: the kernel takes connections, and all is answered late
  'accept, then silence': { answer: hold },
  // a firewall or a NAT that has forgotten a connection: new ones work
  'lost flow': { answer: (data, link) => (link.old ? undefined : link.client.write(data)), breaksAtEnd: true },
  'slow bytes': {
    answer(data, link) {
      link.held.push(data);
      link.timer ??= setInterval(() => {
        const bytes = Buffer.concat(link.held);
        link.held = bytes.length > 1 ? [bytes.subarray(1)] : [];
        if (bytes.length > 0) link.client.write(bytes.subarray(0, 1));
      }, SLOW_MS);
    },
  },
  'half an answer, then close': {
    answer(data, link) {
      if (!link.answered) link.client.end(half(data, link), () => link.destroy());
    },
  },
  'half an answer, then silence': {
    answer(data, link) {
      if (link.answered) return hold(data, link);
      const sent = half(data, link);
      link.client.write(sent);
      hold(data.subarray(sent.length), link);
    },
  },
  'random bytes': talking(pseudoRandom(1024)),
  'a huge line': talking(Buffer.alloc(HUGE_BYTES, 'x')),
} as const satisfies Record<string, Behaviour>;

export type NetworkFault = keyof typeof NETWORK_FAULTS;
