import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load';
import { ALONE, forShard, shardFor, shardSizes, streamIdFor } from '../../src/config/shard';

const KINDS = ['service', 'db', 'cache', 'websdr'];
const names = (count: number) => Array.from({ length: count }, (_, i) => `${KINDS[i % 4]}-${Math.floor(i / 4)}`);

describe('shards', () => {
  it.each([2, 3, 10, 20])(
    '%i get about the same number of components, even if names differ only in a digit',
    (total) => {
      const fair = 20_000 / total;
      for (const size of shardSizes(names(20_000), total))
        expect(Math.abs(size - fair)).toBeLessThan(4.5 * Math.sqrt(fair));
    }
  );

  it.each([1, 2, 3, 10, 20])(
    'one more than %i takes components evenly from all others, and moves none between them',
    (total) => {
      const moved = names(20_000).filter((name) => shardFor(name, total) !== shardFor(name, total + 1));
      expect(moved.length / 20_000).toBeCloseTo(1 / (total + 1), 1);
      expect(new Set(moved.map((name) => shardFor(name, total + 1)))).toEqual(new Set([total]));
      expect(new Set(moved.map((name) => shardFor(name, total))).size).toBe(total);
    }
  );

  it('are the same in every process and version: a change would move components', () => {
    expect(['postgresql', 'redis', 'rabbitmq', 'backend', 'kiwi-1'].map((name) => shardFor(name, 5))).toEqual([
      3, 1, 4, 1, 1,
    ]);
  });

  it('contain every component once, and keep dependencies on other shards', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'onehertz-shard-'));
    try {
      const file = join(directory, 'onehertz.yml');
      const components = names(40).map((name, i) => ({
        name,
        probe: 'tcp',
        address: '127.0.0.1:1',
        depends_on: i > 0 ? [names(40)[i - 1]] : [],
      }));
      writeFileSync(file, JSON.stringify({ components }));
      const loaded = await loadConfig(file, {});
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
      const parts = [0, 1, 2].map((index) => forShard(loaded.config, { index, total: 3 }).components);
      expect(parts.flatMap((part) => part.map(({ name }) => name)).sort()).toEqual([...names(40)].sort());
      const far = parts.flatMap((part) =>
        part.flatMap(({ depends_on }) => depends_on.filter((other) => !part.some(({ name }) => name === other)))
      );
      expect(far).not.toEqual([]);
      expect(parts.flat().reduce((sum, { depends_on }) => sum + depends_on.length, 0)).toBe(39);
      expect(forShard(loaded.config, ALONE.shard)).toBe(loaded.config);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('push to separate channels', () => {
    const shard = { index: 2, total: 3 };
    expect(streamIdFor('onehertz', ALONE)).toBe('onehertz');
    expect(streamIdFor('onehertz', { shard })).toBe('onehertz-2');
    expect(streamIdFor('onehertz', { shard, vantage: 'eu' })).toBe('onehertz-eu-2');
    expect(streamIdFor('onehertz', { ...ALONE, vantage: 'eu' })).toBe('onehertz-eu');
  });
});
