/** Cost of probing Redis and PostgreSQL over kept connections: this exporter, their own exporters, and bare loops. */
import { startPostgresql, startRedis, type RunningServer } from '@onehertz/demo';
import type { Bench, BenchContext, Goal, Results } from '../harness/bench';
import { compare, type Comparison, type Subject } from '../harness/compare';
import { costTable } from '../harness/cost-table';
import { numberOption, roundsOption, secondsOption, warmUpOption } from '../harness/options';
import {
  POSTGRES_GOOD,
  REDIS_GOOD,
  redisExporterPath,
  startPostgresExporter,
  startRedisExporter,
} from '../harness/peers';
import { bareLoop, EVERYTHING_ON, everythingOn, probingOnly, scrapedPeer } from '../harness/subjects';

const OPTIONS = [roundsOption(3), secondsOption(15), warmUpOption(10)];
const REDIS_EXPORTER = 'redis exporter';
const POSTGRES_EXPORTER = 'postgres exporter';
/** Number of Redis processes that the targets are distributed over. */
const REDIS_SERVERS = 4;
/** The probe's default for `new_connection_interval`. */
const NEW_CONNECTION_MS = 5000;

export const redis: Bench = {
  name: 'redis',
  description: 'CPU per Redis probe on a kept connection, against the redis exporter and a bare ioredis loop',
  options: [numberOption('--targets <number>', 'connections, each probed once a second', 500), ...OPTIONS],
  async run(context) {
    const servers: RunningServer[] = [];
    for (let i = 0; i < REDIS_SERVERS; i++) servers.push(await context.keep(startRedis()));
    const urls = Array.from(
      { length: context.number('targets') },
      (_, i) => `${servers[i % REDIS_SERVERS]!.url.replace(/\/\d*$/, '')}/${i % 16}`
    );
    const peer = scrapedPeer(REDIS_EXPORTER, startRedisExporter, {
      paths: urls.map(redisExporterPath),
      good: REDIS_GOOD,
    });
    return measure(context, {
      ...{ probe: 'redis', urls, peer, script: 'bare-redis' },
      same: { name: 'bare ioredis loop, PING and INFO', settings: { info: true } },
      least: { name: 'bare ioredis loop, PING', settings: { info: false } },
    });
  },
};

export const postgresql: Bench = {
  name: 'postgresql',
  description: 'CPU per PostgreSQL probe on a kept connection, against the postgres exporter and a bare pg loop',
  options: [numberOption('--targets <number>', 'connections, each probed once a second', 50), ...OPTIONS],
  async run(context) {
    const targets = context.number('targets');
    const server = await context.keep(startPostgresql({ maxConnections: 2 * targets + 50 }));
    const urls = Array.from({ length: targets }, () => server.url);
    // one exporter process per target, because the server is set at its start
    const peer = scrapedPeer(POSTGRES_EXPORTER, () => startPostgresExporter(server.url), {
      paths: urls.map((_, i) => `/metrics?${i}`),
      good: POSTGRES_GOOD,
    });
    return measure(context, {
      ...{ probe: 'postgresql', urls, peer, script: 'bare-postgresql' },
      same: { name: 'bare pg loop, with new connections', settings: { newConnectionMs: NEW_CONNECTION_MS } },
      least: { name: 'bare pg loop, SELECT 1', settings: {} },
    });
  },
};

interface Setting {
  probe: string;
  urls: readonly string[];
  peer: Subject;
  /** Program of the bare loops: one with all queries of the probe, and one with the minimal query. */
  script: string;
  same: Floor;
  least: Floor;
}

interface Floor {
  name: string;
  settings: Record<string, unknown>;
}

async function measure(context: BenchContext, setting: Setting): Promise<Results> {
  const { probe, urls, peer, script, same, least } = setting;
  const components = urls.map((url, i) => ({ name: `${probe}-${i}`, probe, url }));
  const subjects = [
    everythingOn(context, components),
    probingOnly(context, components),
    peer,
    ...[same, least].map(({ name, settings }) => bareLoop(name, script, { urls, ...settings })),
  ];
  const found = await compare(context, `${urls.length} targets`, subjects);
  const title = `${urls.length} connections to ${probe}, each probed once a second`;
  return {
    tables: [costTable(title, found, [same.name, least.name, peer.name])],
    goals: [goal(found, same.name, 1.3), goal(found, peer.name, 0.1)],
    packages: [`prometheus-${peer.name.replace(' ', '-')}`],
  };
}

function goal(found: ReadonlyMap<string, Comparison>, reference: string, limit: number): Goal {
  const of = (name: string) => found.get(name)?.cpuPer1000 ?? NaN;
  return { what: `CPU per probe, × ${reference}`, limit, measured: of(EVERYTHING_ON) / of(reference) };
}
