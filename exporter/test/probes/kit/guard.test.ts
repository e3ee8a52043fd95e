/** What a probe is called from is not on the stacks of its errors: they would keep it for as long as the probe keeps them. */
import { guarded } from '../../../src/probes/kit/guard';
import type { Probe, SafeProbe } from '../../../src/probes/probe';
import { silentContext } from './helpers';

const errors: Error[] = [];
const remember = () => void errors.push(new Error('kept'));
const forgetful: Probe = {
  run() {
    remember();
    return Promise.resolve({ status: 'healthy' as const });
  },
  retryNow: remember,
  close() {
    remember();
    return Promise.resolve();
  },
};

async function replaceAllComponents(probe: SafeProbe): Promise<void> {
  probe.retryNow?.();
  await Promise.all([probe].map((each) => each.run(new AbortController().signal)));
  await Promise.all([probe].map((each) => each.close()));
}

test('errors of a probe do not keep the change of the configuration in which they were made', async () => {
  await replaceAllComponents(guarded(() => forgetful, { ...silentContext(), secrets: [] }));
  expect(errors).toHaveLength(3);
  for (const { stack } of errors) {
    expect(stack).toContain('remember');
    expect(stack).not.toContain('replaceAllComponents');
  }
});

test('what is thrown before there is a promise is a rejection', async () => {
  const throwing: Probe = {
    run() {
      throw new Error('not today');
    },
    close() {
      throw new Error('nor now');
    },
  };
  const probe = guarded(() => throwing, { ...silentContext(), secrets: [] });
  await expect(probe.run(new AbortController().signal)).rejects.toThrow('not today');
  await expect(probe.close()).rejects.toThrow('nor now');
});
