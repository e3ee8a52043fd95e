/** The work of log-ins: one after the other, the least first, and rest after what takes much. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { createKeyWork } from '../../../src/probes/postgresql/session/key-work';

interface Asked {
  _handleAuthSASLContinue(message: { data: string }): Promise<void>;
}

const never = new AbortController().signal;

function setUp(tookMs = 20) {
  const limit = createKeyWork();
  const done: string[] = [];
  let under = 0;
  let most = 0;
  const client = (name: string, signal = never): Asked => {
    const made: Asked = {
      async _handleAuthSASLContinue() {
        most = Math.max(most, ++under);
        await delay(tookMs);
        under -= 1;
        done.push(name);
      },
    };
    limit(made as unknown as Client, signal);
    return made;
  };
  const ask = (name: string, rounds: number, signal?: AbortSignal) =>
    client(name, signal)._handleAuthSASLContinue({ data: `r=abc,s=salt,i=${rounds}` });
  return { ask, done, most: () => most };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5);
}

test('one after the other, those first that take the least', async () => {
  const { ask, done, most } = setUp();
  await Promise.all([ask('first', 1_000_000), ask('much', 900_000), ask('usual', 4096), ask('more', 15_000)]);
  await until(() => done.length === 4);
  expect(done).toEqual(['first', 'usual', 'more', 'much']);
  expect(most()).toBe(1);
});

test('what takes much is rested from, and what takes little goes on meanwhile', async () => {
  const { ask, done } = setUp(50);
  const began = performance.now();
  await ask('first', 1_000_000);
  await ask('second', 1_000_000);
  await until(() => done.length === 1);
  await ask('usual', 4096);
  await until(() => done.includes('usual'));
  expect(done).toEqual(['first', 'usual']);
  await until(() => done.length === 3);
  expect(performance.now() - began).toBeGreaterThan(50 + 4 * 50);
});

test('who has given up is left out', async () => {
  const { ask, done } = setUp();
  const controller = new AbortController();
  await ask('first', 4096);
  await ask('gone', 4096, controller.signal);
  await ask('last', 4096);
  controller.abort();
  await until(() => done.length === 2);
  expect(done).toEqual(['first', 'last']);
});
