/** The name under which a probe gets its answers. */
import { hostname } from 'node:os';
import { hash } from '../../runtime/hash';

const taken = new Set<string>();

/**
 * A name that no other probe of this process has, and that the next process of the same component has again: what a process that was
 * killed has left at the broker is found and taken away.
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
