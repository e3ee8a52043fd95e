/** The time in which all cells of the matrix have their fault. */
import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { createBlackHole } from './black-hole';
import type { Case } from './cases';
import { expectationOf } from './expectations';
import type { ComponentView, ExporterProcess } from './exporter-process';
import { allAre } from './looks';
import type { Phase } from './observation';
import type { Servers } from './servers';

export interface FaultPhase {
  phaseOf(item: Case): Phase;
  /** Just before the end of the faults. */
  during: Record<string, ComponentView>;
}

/** Minimum duration of the faults: connections are retried and back off. */
const FAULT_MS = 4000;
const BETWEEN_ENDS_MS = 15;
/** Interval and timeout are 1.8 s together. */
const LOST_AGAIN_MS = 4000;

/** Begins all faults, waits until each is detected, and ends them one after the other. */
export async function withFaults(exporter: ExporterProcess, cases: Case[], servers: Servers): Promise<FaultPhase> {
  const hole = createBlackHole();
  const phases = new Map<string, Phase>();
  const inFronts = cases.filter(({ means }) => means !== 'server');
  const closed = inFronts.filter(({ means }) => means !== 'front');
  const holes = cases.filter(({ means }) => means === 'black hole').map(({ front }) => front.port);
  const on = (server: string) => cases.filter(({ means, row }) => means === 'server' && row.speaks === server);
  const expected = new Map(cases.map((item) => [item.name, expectationOf(item).status]));
  try {
    const refusal = servers.refuseAccounts((server) => {
      phases.set(server, { begin: Date.now(), end: 0 });
      for (const { front, behaviour } of on(server)) front.begin(behaviour);
    });
    const phase = { begin: Date.now() };
    for (const { front, behaviour } of inFronts) front.begin(behaviour);
    await Promise.all(closed.map(({ front }) => front.stopListening()));
    await hole.open(holes);
    await refusal;
    await delay(FAULT_MS);
    const lostAt = await loseFlows(exporter, cases, phase.begin);
    await allAre(exporter, (name) => expected.get(name), cases);
    const during = await exporter.components();

    const repair = Date.now();
    const acceptance = servers.acceptAccounts((server) => {
      Object.assign(phases.get(server) as Phase, { repair, end: Date.now() });
      for (const { front } of on(server)) front.end();
    });
    await hole.close();
    const ends = new Map<string, number>();
    for (const { name, front, means } of interleaved(inFronts)) {
      if (means !== 'front') await front.listenAgain();
      ends.set(name, Date.now());
      front.end();
      await delay(BETWEEN_ENDS_MS);
    }
    await acceptance;
    // rejected probes retry after 5 to 30 s, or immediately after a reload
    exporter.reload();
    return {
      during,
      phaseOf: ({ name, means, row }) =>
        means === 'server'
          ? (phases.get(row.speaks) as Phase)
          : { begin: lostAt.get(name) ?? phase.begin, end: ends.get(name) ?? phase.begin },
    };
  } finally {
    await hole.close();
  }
}

/**
 * A connection that was opened just when the fault began (after a time-out on a busy machine), or of which a process
 * that stood still could not tell whether it was answered, does not count as lost and is lost again. Returns when the
 * flow of each component was lost and all have detected it.
 */
async function loseFlows(
  exporter: ExporterProcess,
  cases: readonly Case[],
  begin: number
): Promise<Map<string, number>> {
  const lost = cases.filter(({ fault }) => fault === 'lost flow');
  const lostAt = new Map(lost.map(({ name }) => [name, begin]));
  const unnoticed = async () => {
    const events = await exporter.events();
    const isNoticed = ({ name }: Case) =>
      events.some(({ component, to, at }) => component === name && to === 'unhealthy' && at >= (lostAt.get(name) ?? 0));
    return lost.filter((item) => !isNoticed(item));
  };
  await waitFor(
    async () => {
      const left = await unnoticed();
      const due = Date.now() - LOST_AGAIN_MS;
      for (const { name, front, behaviour } of left) {
        if ((lostAt.get(name) ?? 0) > due) continue;
        lostAt.set(name, Date.now());
        front.begin(behaviour);
      }
      if (left.length > 0) throw new Error(`not yet: ${left.map(({ name }) => name).join(', ')}`);
      return true;
    },
    { timeoutMs: 20_000, everyMs: 200, what: 'lost flows to be noticed' }
  );
  return lostAt;
}

/** Alternates between probes: twenty clients reconnecting to one server at once would be a fault of its own. */
function interleaved(cases: readonly Case[]): Case[] {
  const turns = new Map<string, number>();
  const turnOf = new Map(
    cases.map((item) => {
      const turn = turns.get(item.row.slug) ?? 0;
      turns.set(item.row.slug, turn + 1);
      return [item.name, turn];
    })
  );
  return [...cases].sort((a, b) => (turnOf.get(a.name) ?? 0) - (turnOf.get(b.name) ?? 0));
}
