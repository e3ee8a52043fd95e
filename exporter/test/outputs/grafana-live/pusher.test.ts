import { createEventQueue } from '../../../src/outputs/grafana-live/event-queue';
import { PushError } from '../../../src/outputs/grafana-live/grafana/push-error';
import type { LiveLines } from '../../../src/outputs/grafana-live/lines/live-lines';
import { createPusher, type Pusher } from '../../../src/outputs/grafana-live/pusher';

/** Only the clock is fake. */
beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

function start(outcome: () => PushError | undefined) {
  const attempts: { second: number; lines: LiveLines }[] = [];
  const events = createEventQueue(10, () => undefined);
  const log: string[] = [];
  const pusher = createPusher({
    push(lines) {
      attempts.push({ second: Math.round(performance.now() / 1000), lines });
      const error = outcome();
      return error ? Promise.reject(error) : Promise.resolve(1);
    },
    events,
    failures: { failed: ({ kind }) => log.push(kind), succeeded: () => log.push('ok') },
    metrics: { pushed: () => undefined, superseded: () => undefined, eventDropped: () => undefined },
  });
  return { pusher, attempts, events, log };
}

async function seconds(pusher: Pusher, count: number, built: () => void = () => undefined): Promise<void> {
  for (let i = 0; i < count; i++) {
    pusher.tick(() => {
      built();
      return new Map([['components', [`tick`]]]);
    });
    await jest.advanceTimersByTimeAsync(1000);
  }
}

it('retries at every tick while Grafana cannot be reached', async () => {
  const { pusher, attempts } = start(() => new PushError('down', 'failure', 'ECONNREFUSED'));
  await seconds(pusher, 30);
  expect(attempts).toHaveLength(30);
});

it('pauses increasingly after rejections, up to five seconds, and builds no lines meanwhile', async () => {
  let built = 0;
  const { pusher, attempts } = start(() => new PushError('no', 'refused', '403'));
  await seconds(pusher, 30, () => built++);
  expect(attempts.map(({ second }) => second)).toEqual([0, 1, 3, 7, 12, 17, 22, 27]);
  expect(built).toBe(attempts.length);
});

it('resets the pause after a success', async () => {
  let refuse = true;
  const { pusher, attempts } = start(() => (refuse ? new PushError('no', 'refused', '403') : undefined));
  await seconds(pusher, 8);
  refuse = false;
  await seconds(pusher, 10);
  refuse = true;
  attempts.length = 0;
  await seconds(pusher, 4);
  expect(attempts.map(({ second }) => second)).toEqual([18, 19, 21]);
});

it('observes a pause requested by the failure', async () => {
  const { pusher, attempts } = start(() => new PushError('locked', 'refused', 'sign-in 401', 120_000));
  await seconds(pusher, 125);
  expect(attempts.map(({ second }) => second)).toEqual([0, 120]);
});

it('delays events to the next tick only while pushing fails', async () => {
  let fail = false;
  const { pusher, attempts, events } = start(() => (fail ? new PushError('down', 'failure', 'x') : undefined));
  const event = async () => {
    events.add('event');
    pusher.event();
    await jest.advanceTimersByTimeAsync(50);
  };
  await event();
  expect(attempts).toHaveLength(1);
  fail = true;
  await event();
  await event();
  await event();
  expect(attempts).toHaveLength(2);
  fail = false;
  await seconds(pusher, 1);
  expect(attempts.at(-1)?.lines.get('events')).toHaveLength(3);
  await event();
  expect(attempts).toHaveLength(4);
});

it('survives a push that throws another error', async () => {
  const { pusher, attempts, log } = start(() => 'not an error' as never);
  await seconds(pusher, 2);
  expect(attempts).toHaveLength(2);
  expect(log).toEqual(['unexpected', 'unexpected']);
});

describe('changes', () => {
  const change = (line: string): LiveLines => new Map([['components', [line]]]);

  it('are sent immediately, and together if close to each other', async () => {
    const { pusher, attempts, events } = start(() => undefined);
    for (const line of ['a', 'b', 'c']) {
      events.add(line);
      pusher.event(change(line));
    }
    expect(attempts.map(({ lines }) => lines.get('components'))).toEqual([['a']]);
    await jest.advanceTimersByTimeAsync(50);
    expect(attempts.map(({ lines }) => lines.get('components'))).toEqual([['a'], ['b', 'c']]);
    expect(attempts.map(({ lines }) => lines.get('events'))).toEqual([['a'], ['b', 'c']]);
  });

  it('are left to an earlier tick, whose lines are built when sent', async () => {
    let answer = () => {};
    const sent: LiveLines[] = [];
    const events = createEventQueue(10, () => undefined);
    const pusher = createPusher({
      push(lines) {
        sent.push(lines);
        return new Promise((resolve) => (answer = () => resolve(1)));
      },
      events,
      failures: { failed: () => undefined, succeeded: () => undefined },
      metrics: { pushed: () => undefined, superseded: () => undefined, eventDropped: () => undefined },
    });
    let now = 'tick';
    pusher.tick(() => change('first tick'));
    pusher.event(change('before the tick'));
    pusher.tick(() => change(now));
    now = 'tick, later';
    pusher.event(change('after the tick'));
    answer();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent.map((lines) => lines.get('components'))).toEqual([['first tick'], ['tick, later']]);
  });

  it('leave no timer behind', async () => {
    const { pusher, events } = start(() => undefined);
    for (const line of ['a', 'b']) {
      events.add(line);
      pusher.event(change(line));
      await jest.advanceTimersByTimeAsync(0);
    }
    await pusher.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
