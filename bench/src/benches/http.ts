/** Cost of probing over HTTP and TCP: this exporter with all outputs in use, the blackbox exporter, and bare loops. */
import type { Bench, BenchContext, Results } from '../harness/bench';
import { compare, type Subject } from '../harness/compare';
import { costTable } from '../harness/cost-table';
import { startFarm, type Farm } from '../harness/farm';
import { listOption, roundsOption, secondsOption, warmUpOption } from '../harness/options';
import { BLACKBOX_GOOD, blackboxPath, startBlackboxExporter } from '../harness/peers';
import {
  bareLoop,
  EVERYTHING_ON,
  everythingOn,
  httpComponents,
  LAG_P99,
  probingOnly,
  scrapedPeer,
} from '../harness/subjects';

const OPTIONS = [roundsOption(3), secondsOption(15), warmUpOption(10)];
const PACKAGES = ['prometheus-blackbox-exporter'];
const BLACKBOX = 'blackbox exporter';
const BARE = 'bare undici loop, 1 Hz';

export const http: Bench = {
  name: 'http',
  description: 'CPU per HTTP probe, against the blackbox exporter and a bare undici loop',
  options: [listOption('--targets <numbers>', 'each probed once a second', [50, 500, 5000]), ...OPTIONS],
  async run(context) {
    const results: Results = { tables: [], goals: [], packages: PACKAGES };
    const costs: number[] = [];
    for (const targets of context.list('targets').map(Number)) {
      const found = await compare(context, `${targets} targets`, await httpSubjects(context, targets));
      results.tables.push(costTable(`${targets} HTTP targets, each probed once a second`, found, [BARE, BLACKBOX]));
      const ours = found.get(EVERYTHING_ON);
      const [bare, blackbox] = [found.get(BARE), found.get(BLACKBOX)];
      if (!ours || !bare || !blackbox) continue;
      costs.push(ours.cpuPer1000);
      if (targets === 500)
        results.goals?.push(
          {
            what: '500 targets: CPU per probe, × blackbox exporter',
            limit: 0.3,
            measured: ours.cpuPer1000 / blackbox.cpuPer1000,
          },
          { what: '500 targets: CPU per probe, × bare loop', limit: 1.5, measured: ours.cpuPer1000 / bare.cpuPer1000 }
        );
      if (targets === 5000)
        results.goals?.push(
          { what: '5,000 targets: ticks missed', limit: 0, measured: ours.figures['ticks missed'] ?? NaN },
          {
            what: '5,000 targets: lag p99 ms, of all groups of probes',
            limit: 50,
            measured: ours.figures[LAG_P99] ?? NaN,
          },
          { what: '5,000 targets: resident MB', limit: 400, measured: ours.residentMegabytes }
        );
    }
    if (costs.length > 1)
      results.goals?.push({
        what: 'CPU per probe, most targets × fewest targets',
        limit: 1,
        measured: costs.at(-1)! / costs[0]!,
      });
    return results;
  },
};

export const tcp: Bench = {
  name: 'tcp',
  description: 'CPU per TCP probe (a new connection each time), against the blackbox exporter and a bare loop',
  options: [listOption('--targets <numbers>', 'each probed once a second', [500]), ...OPTIONS],
  async run(context) {
    const tables = [];
    for (const targets of context.list('targets').map(Number)) {
      const found = await compare(context, `${targets} targets`, await tcpSubjects(context, targets));
      tables.push(costTable(`${targets} TCP targets, each probed once a second`, found, [BARE_TCP, BLACKBOX]));
    }
    return { tables, packages: PACKAGES };
  },
};
const BARE_TCP = 'bare net.connect loop, 1 Hz';

async function httpSubjects(context: BenchContext, targets: number): Promise<Subject[]> {
  const farm = await context.keep(startFarm());
  const count = async () => (await farm.ask()).requests;
  const components = httpComponents(farm, targets);
  const settings = { origins: targets, farm: farm.port };
  return [
    everythingOn(context, components, count),
    probingOnly(context, components, count),
    blackbox(context, 'http', (i) => `${farm.origin(i)}/health`, targets),
    bareLoop(BARE, 'bare-http', settings, count),
    bareLoop('bare undici loop, 50 at a time', 'bare-http', { ...settings, inFlight: 50 }, count),
  ];
}

async function tcpSubjects(context: BenchContext, targets: number): Promise<Subject[]> {
  const farm: Farm = await context.keep(startFarm());
  const count = async () => (await farm.ask()).connections;
  const components = numbers(targets).map((i) => ({ name: `service-${i}`, probe: 'tcp', address: farm.address(i) }));
  return [
    everythingOn(context, components, count),
    probingOnly(context, components, count),
    blackbox(context, 'tcp', farm.address, targets),
    bareLoop(BARE_TCP, 'bare-tcp', { origins: targets, farm: farm.port }, count),
  ];
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

function blackbox(
  { directory }: BenchContext,
  module: 'http' | 'tcp',
  target: (index: number) => string,
  targets: number
): Subject {
  const paths = numbers(targets).map((i) => blackboxPath(module, target(i)));
  return scrapedPeer(BLACKBOX, () => startBlackboxExporter(directory), { paths, good: BLACKBOX_GOOD });
}
