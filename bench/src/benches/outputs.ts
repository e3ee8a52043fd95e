/** Cost of each output: the same HTTP targets with no output in use, with each output alone, and with all of them. */
import type { Bench } from '../harness/bench';
import { compare } from '../harness/compare';
import { costTable } from '../harness/cost-table';
import { startFarm } from '../harness/farm';
import { listOption, roundsOption, secondsOption, warmUpOption } from '../harness/options';
import { bareLoop, everythingOn, httpComponents, probingOnly, withOutputs } from '../harness/subjects';

const BARE = 'bare undici loop, 1 Hz';

export const outputs: Bench = {
  name: 'outputs',
  description: 'CPU per HTTP probe of /metrics, the stream and Grafana Live, each alone',
  options: [
    listOption('--targets <numbers>', 'each probed once a second', [500]),
    roundsOption(3),
    secondsOption(30),
    warmUpOption(10),
  ],
  async run(context) {
    const tables = [];
    for (const targets of context.list('targets').map(Number)) {
      const farm = await context.keep(startFarm());
      const count = async () => (await farm.ask()).requests;
      const components = httpComponents(farm, targets);
      const found = await compare(context, `${targets} targets`, [
        bareLoop(BARE, 'bare-http', { origins: targets, farm: farm.port }, count),
        probingOnly(context, components, count),
        withOutputs(context, 'onehertz, scraped once a second', ['metrics'], components, count),
        withOutputs(context, 'onehertz, one client of the stream', ['stream'], components, count),
        withOutputs(context, 'onehertz, pushes to Grafana Live', ['live'], components, count),
        everythingOn(context, components, count),
      ]);
      tables.push(costTable(`${targets} HTTP targets, each probed once a second`, found, [BARE]));
    }
    return { tables };
  },
};
