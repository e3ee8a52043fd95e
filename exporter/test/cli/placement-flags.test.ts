import { Command, CommanderError } from 'commander';
import { placementOf, placementOptions, type PlacementFlags } from '../../src/cli/placement-flags';

const VARIABLES = ['ONEHERTZ_SHARD_INDEX', 'ONEHERTZ_SHARD_TOTAL', 'ONEHERTZ_VANTAGE'] as const;

/** The placement for these arguments, or the error message. */
function placement(...args: string[]) {
  let said = '';
  const command = new Command().exitOverride().configureOutput({ writeErr: (text) => (said += text) });
  placementOptions().forEach((option) => command.addOption(option));
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return said;
  }
  return placementOf(command.opts<PlacementFlags>());
}

describe('placement', () => {
  afterEach(() => VARIABLES.forEach((name) => delete process.env[name]));

  it('is that of a single exporter by default', () => {
    expect(placement()).toEqual({ shard: { index: 0, total: 1 } });
    expect(placement('--shard.total=1')).toEqual({ shard: { index: 0, total: 1 } });
  });

  it.each([
    ['2', 2],
    ['onehertz-2', 2],
    ['my.exporter-0', 0],
    ['onehertz-eu-10', 10],
  ])('takes the index from %s', (text, index) => {
    expect(placement(`--shard.index=${text}`, '--shard.total=20')).toEqual({ shard: { index, total: 20 } });
  });

  it('comes from environment variables, as in Kubernetes; flags take precedence', () => {
    Object.assign(process.env, {
      ONEHERTZ_SHARD_INDEX: 'onehertz-2',
      ONEHERTZ_SHARD_TOTAL: '3',
      ONEHERTZ_VANTAGE: 'eu',
    });
    expect(placement()).toEqual({ shard: { index: 2, total: 3 }, vantage: 'eu' });
    expect(placement('--shard.index=1', '--vantage=us')).toEqual({ shard: { index: 1, total: 3 }, vantage: 'us' });
    process.env.ONEHERTZ_SHARD_INDEX = 'onehertz';
    expect(placement()).toMatch(/from env 'ONEHERTZ_SHARD_INDEX' is invalid. Expected a number, starting at 0/);
  });

  it.each([
    [['--shard.index=first', '--shard.total=3'], /number, starting at 0, or a pod name/],
    [['--shard.index=-1', '--shard.total=3'], /number, starting at 0/],
    [['--shard.index=3', '--shard.total=3'], /must be below --shard.total \(3\), but is 3/],
    [['--shard.index=0'], /needs --shard.total/],
    [['--shard.total=3'], /needs --shard.index/],
    [['--shard.index=0', '--shard.total=0'], /the number of shards, from 1 to 1000/],
    [['--shard.index=0', '--shard.total=1001'], /from 1 to 1000/],
    [['--vantage=EU West'], /name of a-z, 0-9/],
    [[`--vantage=${'a'.repeat(31)}`], /at most 30/],
  ])('rejects %j, with what it expected', (args, message) => {
    expect(placement(...args)).toMatch(message);
  });
});
