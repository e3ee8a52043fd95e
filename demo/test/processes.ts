import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes whose command line, environment or working directory contains `folder`. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const of = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'latin1');
        return (of('cmdline') + of('environ') + readlinkSync(`/proc/${pid}/cwd`)).includes(folder);
      } catch {
        return false;
      }
    });
}
