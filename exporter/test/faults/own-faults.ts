/**
 * Faults of the exporter itself: standstill, clock jumps, no descriptors, names. All in parallel, in separate
 * processes.
 */
import { setClock, type ClockOutcome, type JumpOutcome } from './clock-fault';
import { exhaustDescriptors, type DescriptorOutcome } from './descriptor-fault';
import { canIsolate, canServeNames } from './isolation';
import { countProbes } from './looks';
import { DNS_IS_SILENT, NAMES_GROUP, runNameFaults, type NameOutcome } from './name-faults';
import { checkReport, type ReportRow } from './report';
import type { Stage } from './stage';
import { stopAndContinue, STOPPED_MS, type StoppedOutcome } from './stopped-fault';

interface Outcomes {
  stopped: StoppedOutcome;
  clock: ClockOutcome;
  exhausted: DescriptorOutcome;
  names: NameOutcome | undefined;
}

const SUSPENDED = 'machine suspended for two hours';

/** What takes a mount namespace, and port 53. */
const NOT_RUN = [...(canIsolate ? [] : [SUSPENDED, NAMES_GROUP]), ...(canServeNames ? [] : [DNS_IS_SILENT])];

export function itSurvivesItsOwnFaults(getStage: () => Stage): void {
  let outcomes: Outcomes;
  beforeAll(async () => {
    const stage = getStage();
    const running = [
      stopAndContinue(stage),
      setClock(stage),
      exhaustDescriptors(stage),
      canIsolate ? runNameFaults(stage) : Promise.resolve(undefined),
    ] as const;
    // waits for each, so that each cleans up
    await Promise.allSettled(running);
    const [stopped, clock, exhausted, names] = await Promise.all(running);
    outcomes = { stopped, clock, exhausted, names };
  }, 240_000);

  it('counts the ticks missed while it was stopped, and reports no component as down', () => {
    const { span, missed, components } = outcomes.stopped;
    expect(span.transitions.filter(({ to }) => to === 'unhealthy')).toEqual([]);
    expect(missed).toBeGreaterThanOrEqual(STOPPED_MS / 1000 - 2);
    for (const { name } of components) {
      const { probes, ticks } = countProbes(name, span.start, span.end);
      // no burst: one per tick, one for a connection closed meanwhile, one for its return
      expect([name, probes <= ticks + 3]).toEqual([name, true]);
    }
  });

  it.each(['forwards', 'backwards'] as const)('is not affected when its clock jumps %s', (direction) => {
    const { ticks, missed, transitions } = outcomes.clock[direction];
    expect(transitions).toEqual([]);
    expectEveryTick(ticks);
    expect(missed).toBe(0);
  });

  if (canIsolate)
    it('discards results from before the machine was suspended, and uses all later ones', () => {
      const { ticks, transitions } = outcomes.clock.suspended as JumpOutcome;
      const of = (name: string) => transitions.filter(({ component }) => component === name).map(({ to }) => to);
      expect(of('minutely')[0]).toBe('unknown');
      expect(transitions.filter(({ to }) => to !== 'healthy' && to !== 'unknown')).toEqual([]);
      expectEveryTick(ticks);
    });

  function expectEveryTick(ticks: number): void {
    expect(ticks).toBeGreaterThanOrEqual(3);
    expect(ticks).toBeLessThanOrEqual(6);
  }

  it('reports that it has no descriptors left, serves existing clients, rejects others immediately, and recovers', () => {
    const { span, board, kept, refused, accepted, streamsAgain } = outcomes.exhausted;
    expect(board.tcp?.error).toMatch(/onehertz itself has no file descriptors left/);
    // more than once where a connection that closed left a descriptor until the limit was lowered
    expect([...new Set(span.transitions.map(({ component }) => component))]).toEqual(['tcp']);
    expect(kept.metrics).toMatch(/^component_up\{component="tcp".* 0$/m);
    expect(kept.ticks).toBeGreaterThanOrEqual(2);
    expect(kept.messages).toBeGreaterThanOrEqual(kept.ticks - 1);
    expect({ refused, accepted, streamsAgain }).toEqual({
      refused: 'closed',
      accepted: 'HTTP/1.1 200 OK',
      streamsAgain: true,
    });
  });

  if (canIsolate)
    it('reports what is wrong with a name, and does not affect others', () => {
      const { rows, disturbed } = outcomes.names as NameOutcome;
      for (const { fault, message } of rows) {
        if (/does not exist/.test(fault)) expect(message).toMatch(/host name not found; check the name and the DNS$/);
        if (/DNS is silent/.test(fault)) expect(message).toBe('its last address is kept');
      }
      expect(disturbed).toEqual([]);
    });

  it('is what docs/reliability.md says', () => {
    expect(rows(outcomes).length).toBeGreaterThan(0);
    checkReport('own', rows(outcomes), NOT_RUN);
  });
}

function rows({ stopped, clock, exhausted, names }: Outcomes): ReportRow[] {
  const group = 'the exporter itself';
  const steady = { group, status: 'healthy', detectionMs: undefined, recoveryMs: undefined };
  const { begin, end, events } = exhausted;
  const first = events.find(({ component, at }) => component === 'tcp' && at >= begin);
  const back = events.find(({ component, to, at }) => component === 'tcp' && to === 'healthy' && at >= end);
  return [
    {
      ...steady,
      fault: 'stopped for 5 s',
      message: `${stopped.missed} ticks missed, which onehertz_ticks_missed_total counts`,
    },
    { ...steady, fault: 'clock set forwards by an hour', message: `${clock.forwards.ticks} ticks in 4 s` },
    { ...steady, fault: 'clock set back by two hours', message: `${clock.backwards.ticks} ticks in 4 s` },
    ...(clock.suspended
      ? [
          {
            ...steady,
            fault: SUSPENDED,
            status: 'unknown until the next probe',
            message: `${clock.suspended.ticks} ticks in 4 s`,
          },
        ]
      : []),
    {
      group,
      fault: 'no file descriptors left',
      status: 'unhealthy where a new connection is needed',
      message: exhausted.board.tcp?.error ?? '',
      detectionMs: first && first.at - begin,
      recoveryMs: back && back.at - end,
    },
    ...(names?.rows ?? []),
  ];
}
