/** The routing key for a probe's answers. */
import { hostname } from 'node:os';
import { hash } from '../../../runtime/hash';

const taken = new Set<string>();

/**
 * A name that is unique among the probes of this process and the same in the component's next process, so that
 * leftovers of a killed process on the broker are found and deleted.
 */
export function takeReplyKey(url: string, component: string): { key: string; free(): void } {
  // two exporters on one host have different ports, so different arguments
  const thisProcess = hash([hostname(), process.cwd(), ...process.argv].join('\0')).toString(16);
  const base = `onehertz-${component}-${thisProcess}`;
  let key = base;
  for (let number = 2; taken.has(`${url} ${key}`); number++) key = `${base}-${number}`;
  const entry = `${url} ${key}`;
  taken.add(entry);
  return { key, free: () => void taken.delete(entry) };
}
