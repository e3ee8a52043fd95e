/** What the tests must know of a probe, beside what it says of itself: `test/probes/<probe>/checks.ts`, found by name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROBE_NAMES, type ProbeName } from '../../../src/probes';
import type { Parrot } from '../../canaries/parrots';
import type { FaultRow } from '../../faults/rows';

export type Fields = Record<string, unknown>;

export interface CanaryPlaces {
  /** Where nobody listens, where the probe's own parrot says back what it hears, and where something else listens. */
  hosts: readonly string[];
  /** An HTTP parrot: `/good` is healthy, `/plain` has what it heard in its text, anything else fails with it. */
  http: string;
  /** Writes a file that `X_file` can name, relative to the configuration. */
  write(name: string, content: string): void;
}

export interface ProbeChecks {
  /** Its rows in the matrix of faults. */
  faults: readonly FaultRow[];
  /** A server that speaks its protocol and says back every secret that it is told. */
  parrot(): Promise<Parrot>;
  /** Components with a canary in each of its secrets, in every way in which one can be written. */
  canaries(places: CanaryPlaces): Fields[];
  /**
   * The test beside this file in which its server is killed, frozen and restarted (`itSurvives`), or why there is none.
   */
  lifecycle: { test: string } | { none: string };
  /** The component of the demo that the soak watches, or why there is none. */
  soak: { component: string } | { none: string };
}

/** The folder of a probe, in `src/probes` and in `test/probes`. */
export const folderOf = (probe: string) => probe.replaceAll('_', '-');

/** The checks of one probe. @throws Error that names the file to write */
export function checksOf(probe: ProbeName): ProbeChecks {
  const file = join(__dirname, '..', folderOf(probe), 'checks.ts');
  if (!existsSync(file))
    throw new Error(
      `write exporter/test/probes/${folderOf(probe)}/checks.ts: fault rows, parrot, canaries, lifecycle and soak of the probe ${probe}, ` +
        'as exporter/test/probes/kit/checks.ts describes them'
    );
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require(file) as { checks: ProbeChecks }).checks;
}

export const ALL_CHECKS: readonly (readonly [ProbeName, ProbeChecks])[] = PROBE_NAMES.map((name) => [
  name,
  checksOf(name),
]);
