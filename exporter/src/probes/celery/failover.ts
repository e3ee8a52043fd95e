/** Several brokers for the same workers: the working one is used, the others only if it fails. */
import { isUp } from '@onehertz/contract';
import type { Probe, ProbeResult } from '../probe';

/** @param makers create one probe each, in the order in which workers try the brokers */
export function createFailover(makers: readonly (() => Probe)[]): Probe {
  const listeners = new Set<() => void>();
  const probes = new Map<number, Probe>();
  const endings = new Set<Promise<void>>();
  let current = 0;

  function probeOf(index: number): Probe {
    let probe = probes.get(index);
    if (!probe) {
      probe = (makers[index] as () => Probe)();
      probe.onConnectionChange?.(() => {
        if (index === current) listeners.forEach((listener) => listener());
      });
      probes.set(index, probe);
    }
    return probe;
  }

  /** Closes the connections to brokers that are not needed. */
  function closeOthers(): void {
    for (const [index, probe] of probes) {
      if (index === current) continue;
      probes.delete(index);
      const ending = probe.close().finally(() => endings.delete(ending));
      endings.add(ending);
    }
  }

  return {
    async run(signal) {
      const first = await probeOf(current).run(signal);
      if (isUp(first.status)) {
        closeOthers();
        return withPlace(first, current);
      }
      const order = makers.map((_maker, index) => index);
      const results = await Promise.all(
        order.map((index) => (index === current ? Promise.resolve(first) : probeOf(index).run(signal)))
      );
      const found = results.findIndex(({ status }) => isUp(status));
      if (found < 0) return { ...first, error: errorsOf(first, results) };
      current = found;
      return withPlace(results[found] as ProbeResult, current);
    },
    onConnectionChange: (listener) => void listeners.add(listener),
    retryNow: () => probes.forEach((probe) => probe.retryNow?.()),
    async close() {
      listeners.clear();
      await Promise.all([...[...probes.values()].map((probe) => probe.close()), ...endings]);
    },
  };
}

/** Names the broker, if it is not the first. */
function withPlace(result: ProbeResult, index: number): ProbeResult {
  if (index === 0) return result;
  return { ...result, message: [result.message, `via broker ${index + 1} of the list`].filter(Boolean).join('; ') };
}

/** The errors, starting with that of the broker in use. */
function errorsOf(first: ProbeResult, results: readonly ProbeResult[]): string {
  return [first, ...results.filter((result) => result !== first)].map(({ error = '' }) => error).join('; ');
}
