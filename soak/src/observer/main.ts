/** The independent observer: checks every server repeatedly, by other means than the exporter, and reports changes. */
import { checkOf, isConnected, processTrouble } from './checks';
import type { CheckOrder, ToObserver, Verdict } from './messages';

const pids = new Map<string, number | undefined>();

const LOOK_MS = 20;
/** After a longer standstill of this process, missing responses are not counted as failures. */
const STALL_MS = 150;

/** Counts the standstills of this process on a busy machine. */
function watchForStalls(): () => number {
  let stalls = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - last > STALL_MS) stalls++;
    last = now;
  }, LOOK_MS);
  return () => stalls;
}
const stalls = watchForStalls();

/** The true state of one component: its processes run, and the last request since they were started was answered. */
function observe(order: CheckOrder, everyMs: number): void {
  const check = checkOf(order);
  let said: boolean | undefined;
  /** Result of the last request; `undefined` if none was answered since its processes started. */
  let answered: { wrong: string | undefined } | undefined;
  let asking = false;
  let generation = 0;

  function say(up: boolean, why: string): void {
    if (said === up) return;
    said = up;
    process.send?.({ component: order.component, at: Date.now(), up, why } satisfies Verdict);
  }

  async function ask(): Promise<void> {
    asking = true;
    const mine = generation;
    const stallsBefore = stalls();
    const wrong = await check();
    // a response that seems late may have arrived in time; the request is repeated
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const sawAll = wrong === undefined || stalls() === stallsBefore;
    asking = false;
    if (mine === generation && sawAll) answered = { wrong };
    judge();
  }

  function judge(): void {
    const trouble = troubleOf(order);
    if (trouble !== undefined) {
      generation++;
      answered = undefined;
      say(false, trouble);
    } else if (answered) say(answered.wrong === undefined, answered.wrong ?? 'answers');
  }

  setInterval(() => {
    judge();
    if (!asking) void ask();
  }, everyMs);
}

function troubleOf({ servers, oneOf, port }: CheckOrder): string | undefined {
  const trouble = servers.map((server) => processTrouble(pids.get(server))).find(Boolean);
  if (trouble !== undefined || oneOf === undefined) return trouble;
  const works = oneOf.some((server) => {
    const pid = pids.get(server);
    return pid !== undefined && processTrouble(pid) === undefined && isConnected(pid, port);
  });
  return works ? undefined : 'no worker runs and is connected to the broker';
}

process.on('message', (message: ToObserver) => {
  if (message.kind === 'process') pids.set(message.server, message.pid);
  else
    message.checks.forEach((order, i) =>
      setTimeout(observe, (i * message.everyMs) / message.checks.length, order, message.everyMs)
    );
});
process.on('disconnect', () => process.exit(0));
