/** Every probe with every fault, against real servers; the results are in docs/reliability.md. */
import { PLANS } from './cases';
import { behindFrozen, behindKilled, expectationOf, FROZEN, JARGON, KILLED } from './expectations';
import { itLeavesNothingInMemory } from './memory-faults';
import type { Observation } from './observation';
import { itSurvivesItsOwnFaults } from './own-faults';
import { FAULT_ROWS } from './probes';
import { checkReport, type ReportRow } from './report';
import type { FaultRow } from './rows';
import { runScenario, type Outcome } from './scenario';
import { SECRETS } from './servers';
import { setStage } from './stage';

/** Interval and timeout are 1.8 s together; the rest is a margin for a busy machine. */
const AT_MOST_MS = 6000;
/** Extra probes per second of standstill: timeouts and repeated attempts. */
const PER_STALL = 3;
/** From this number of processes per core on, a response may take longer than the timeout. */
const CROWDED = 3;

/** What happens to the servers of a row, not on the way to them. */
const breaksOf = ({ behind, thawsSlowly }: FaultRow) => [
  KILLED,
  ...(thawsSlowly === undefined ? [FROZEN] : []),
  ...(behind ? [behindKilled(behind.called), behindFrozen(behind.called)] : []),
];

let stage: Awaited<ReturnType<typeof setStage>>;
beforeAll(async () => {
  stage = await setStage();
}, 120_000);
afterAll(() => stage?.clear());

describe('faults of components', () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await runScenario(stage);
  }, 400_000);

  function expectInTime(ms: number | undefined): void {
    const { totalMs, crowding } = outcome.stalls;
    expect(ms).toBeLessThan(AT_MOST_MS * crowding + PER_STALL * totalMs);
  }

  function expectForPeople(message: string): void {
    expect(message).toMatch(/^.{10,330}$/);
    expect(message).not.toMatch(JARGON);
    for (const secret of SECRETS) expect(message).not.toContain(secret);
  }

  describe.each(FAULT_ROWS)('$title', (row) => {
    const { title, slug } = row;
    it.each(PLANS.filter(({ row }) => row.slug === slug))('$fault', (plan) => {
      const seen = outcome.observations.get(plan.name) as Observation;
      const { status, text } = expectationOf(plan);
      expect(seen).toMatchObject({ status });
      const message = plan.fault === 'lost flow' ? seen.firstReason : seen.message;
      expect(message).toMatch(text);
      expectForPeople(message);
      expectInTime(seen.detectionMs);
      expectInTime(seen.recoveryMs ?? 0);
      // it does not flap
      if (plan.fault !== 'lost flow') expect(seen.returns).toEqual([]);
    });

    it.each(breaksOf(row))('%s', (fault) => {
      const { name, broken } = outcome.neighbours.find((one) => one.title === title) as Outcome['neighbours'][0];
      const seen = broken.get(fault) as Observation;
      const { status, text } = expectationOf({ fault, name, row });
      expect(seen).toMatchObject({ status, returns: [] });
      expect(seen.message).toMatch(text);
      expectForPeople(seen.message);
      expectInTime(seen.detectionMs);
      expectInTime(seen.recoveryMs);
    });

    it('is not affected by the faults of the others', () => {
      const { transitions, probes, successes, ticks } = outcome.neighbours.find(
        (neighbour) => neighbour.title === title
      ) as Outcome['neighbours'][0];
      // unless the machine itself has no time for the servers
      const { count, crowding } = outcome.stalls;
      const excused = count + (crowding > CROWDED ? Math.ceil(crowding) : 0);
      if (excused === 0) expect(transitions).toEqual([]);
      expect(transitions.length).toBeLessThanOrEqual(2 * excused);
      expect(probes - successes).toBeLessThanOrEqual(excused);
      // one per tick; the first and last may be on either side of reading the metrics
      expect(Math.abs(probes - ticks)).toBeLessThanOrEqual(1 + excused);
    });
  });

  it('leaves no descriptor and no timer behind', () => {
    const { descriptors, timers } = outcome;
    expect(descriptors.after).toBeLessThanOrEqual(descriptors.before);
    expect(timers.after).toBeLessThanOrEqual(timers.before);
  });

  it('logs no secret and no stack trace, and exits normally', () => {
    for (const secret of SECRETS) expect(outcome.log).not.toContain(secret);
    expect(outcome.log).not.toMatch(/^\s+at |level=(error|fatal)|Warning/m);
    expect(outcome.exitCode).toBe(0);
  });

  it('is what docs/reliability.md says', () => {
    checkReport('matrix', [...PLANS.map(rowOf), ...outcome.neighbours.flatMap(brokenRowsOf)].sort(byGroup));

    function rowOf(plan: (typeof PLANS)[number]): ReportRow {
      const seen = outcome.observations.get(plan.name) as Observation;
      const isBrief = plan.fault === 'lost flow';
      const status = isBrief ? 'unhealthy for one probe' : seen.status;
      const message = isBrief ? seen.firstReason : seen.message;
      const recoveryMs = isBrief ? undefined : seen.recoveryMs;
      return { group: plan.row.title, fault: plan.fault, status, message, detectionMs: seen.detectionMs, recoveryMs };
    }

    function brokenRowsOf({ title, broken }: Outcome['neighbours'][0]): ReportRow[] {
      return [...broken].map(([fault, { status, message, detectionMs, recoveryMs }]) => ({
        ...{ group: title, fault, status, message, detectionMs, recoveryMs },
      }));
    }

    function byGroup(a: ReportRow, b: ReportRow): number {
      const titles = FAULT_ROWS.map(({ title }) => title);
      return titles.indexOf(a.group) - titles.indexOf(b.group);
    }
  });
});

describe('memory after faults', () => itLeavesNothingInMemory(() => stage));

describe('faults of the exporter itself', () => itSurvivesItsOwnFaults(() => stage));
