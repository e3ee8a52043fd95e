import fc from 'fast-check';
import { planFaults } from '../src/plan';

const servers = ['redis', 'postgresql', 'rabbitmq', 'backend'];

test('the same seed gives the same plan, another seed another one', () => {
  const plan = (seed: number) => planFaults({ seed, servers, durationMs: 600_000 });
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test('for any seed: faults in order, within the run, one at a time for each server, of both kinds and all servers', () => {
  const durationMs = 900_000;
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const plan = planFaults({ seed, servers, durationMs });
      expect(plan.length).toBeGreaterThan(50);
      expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).sort((a, b) => a - b));
      expect(new Set(plan.map(({ kind }) => kind)).size).toBe(2);
      for (const name of servers) {
        const own = plan.filter(({ server }) => server === name);
        expect(own.length).toBeGreaterThan(0);
        own.forEach(({ atMs, lastsMs }, i) => {
          expect(atMs + lastsMs).toBeLessThanOrEqual(own[i + 1]?.atMs ?? durationMs);
        });
      }
    }),
    { numRuns: 100 }
  );
});
