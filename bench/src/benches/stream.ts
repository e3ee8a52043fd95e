/** Cost of the WebSocket stream: bytes per tick and CPU per client, compared with plain ws with the same messages. */
import { STREAM_EVENT, STREAM_PATH } from '@onehertz/contract';
import type { Bench, BenchContext, ResultTable } from '../harness/bench';
import { compare, type Comparison, type Subject } from '../harness/compare';
import { startFedExporter } from '../harness/fed-exporter';
import { listOption, numberOption, roundsOption, secondsOption, warmUpOption } from '../harness/options';
import { startProgram, type Program } from '../harness/program';
import type { BareBroadcastSettings } from '../programs/bare-broadcast';
import type { StreamClientsCounters, StreamClientsSettings } from '../programs/stream-clients';

const PATH = `${STREAM_PATH}?events=${STREAM_EVENT.snapshot}`;
const NOBODY = 'onehertz, nobody listens';
const BARE = 'ws, not compressed';
const BARE_COMPRESSED = 'ws, compressed';

type Server = Program<{ ticks: number; loopLateMs: number }>;

export const stream: Bench = {
  name: 'stream',
  description: 'the WebSocket stream: bytes per tick, CPU per client with one that does not read, against ws alone',
  options: [
    listOption('--components <numbers>', 'each with a new result once a second', [15, 500, 5000]),
    numberOption('--clients <n>', 'that read, beside the one that does not', 99),
    ...[roundsOption(3), secondsOption(10), warmUpOption(3)],
  ],
  async run(context) {
    const tables: ResultTable[] = [];
    for (const count of context.list('components').map(Number)) {
      const found = await compare(context, `${count} components`, subjects(context, count));
      tables.push(table(`${count} components, ${context.number('clients')} clients and one that does not read`, found));
    }
    return { tables };
  },
};

function subjects(context: BenchContext, count: number): Subject[] {
  const clients = context.number('clients');
  const ours = (name: string, query: string, compression: boolean, readers = clients): Subject => ({
    name,
    async start(keep) {
      const server = await keep(startFedExporter(context, count));
      const url = `${server.url.replace(/^http/, 'ws')}${PATH}${query}`;
      return listened(
        server,
        await keep(connect({ url, clients: readers, neverReads: readers > 1, compression })),
        readers
      );
    },
  });
  const bare = (name: string, compression: boolean): Subject => ({
    name,
    async start(keep) {
      const model = await keep(startFedExporter(context, count));
      const settings: BareBroadcastSettings = { like: `${model.url.replace(/^http/, 'ws')}${PATH}`, compression };
      const server: Server = await keep(startProgram({ script: 'bare-broadcast', place: 'measured', settings }));
      await model.stop();
      const url = server.url.replace(/^http/, 'ws');
      return listened(server, await keep(connect({ url, clients, neverReads: true, compression })), clients);
    },
  });
  return [
    {
      name: NOBODY,
      start: async (keep) => listened(await keep(startFedExporter(context, count)), undefined, 0),
    },
    ours('onehertz, one client', '', true, 1),
    ours('onehertz, full, compressed', '', true),
    ours('onehertz, full, not compressed', '', false),
    ours('onehertz, delta, compressed', '&format=delta', true),
    ours('onehertz, delta, not compressed', '&format=delta', false),
    bare(BARE, false),
    bare(BARE_COMPRESSED, true),
  ];
}

function connect(settings: StreamClientsSettings): Promise<Program<StreamClientsCounters>> {
  return startProgram<StreamClientsCounters>({ script: 'stream-clients', place: 'others', settings });
}

function listened(process: Server, clients: Program<StreamClientsCounters> | undefined, readers: number) {
  const began = performance.now();
  let ticksBefore = 0;
  return {
    process,
    // counts seconds, that is ticks, instead of probes
    probes: () => Promise.resolve((performance.now() - began) / 1000),
    async figures() {
      const got = await clients?.ask();
      const { ticks, loopLateMs } = await process.ask();
      const each = (ticks - ticksBefore) * readers;
      ticksBefore = ticks;
      return {
        'messages per client and tick': got ? got.messages / each : NaN,
        'text kB': got ? got.textBytes / got.messages / 1000 : NaN,
        'wire kB': got ? got.wireBytes / got.messages / 1000 : NaN,
        'event loop late at most ms': loopLateMs,
      };
    },
  };
}

function table(title: string, found: ReadonlyMap<string, Comparison>): ResultTable {
  const base = found.get(NOBODY)?.cpuPer1000 ?? NaN;
  const cost = (subject: string) => {
    const cpu = found.get(subject)?.cpuPer1000 ?? NaN;
    return subject.startsWith('onehertz') ? cpu - base : cpu;
  };
  return {
    title,
    rows: [...found].map(([subject, { figures, residentMegabytes }]) => ({
      subject,
      ...figures,
      'CPU ms per tick': cost(subject),
      [`× ${BARE}`]: cost(subject) / cost(BARE),
      [`× ${BARE_COMPRESSED}`]: cost(subject) / cost(BARE_COMPRESSED),
      'resident MB': Math.round(residentMegabytes),
    })),
  };
}
