/** What the main thread of a page does, from Chromium's own trace. */

interface TraceEvent {
  name: string;
  /** `X` is an event with a duration. */
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts: number;
  dur?: number;
  /** Of `dur`, what the thread spent on a core. */
  tdur?: number;
  id?: string;
  args?: {
    data?: {
      cpuProfile?: { nodes?: ProfileNode[]; samples?: number[] };
      timeDeltas?: number[];
    };
  };
}

interface ProfileNode {
  id: number;
  parent?: number;
  callFrame: { functionName: string; url?: string };
}

/** What DevTools counts as scripting. */
const SCRIPTING = new Set([
  ...['EvaluateScript', 'EventDispatch', 'FireAnimationFrame', 'FireIdleCallback', 'FunctionCall'],
  ...['MajorGC', 'MinorGC', 'RunMicrotasks', 'TimerFire', 'v8.run', 'v8.callFunction'],
]);
/** Pseudo-functions of the profiler in which no JavaScript runs. */
const NOT_SCRIPT = new Set(['(idle)', '(program)', '(root)']);

/**
 * Milliseconds of CPU time that the main thread spent on JavaScript and its garbage.
 * @param trace JSON of a trace with `devtools.timeline` and `v8`
 */
export function scriptingTime(trace: Buffer): number {
  const events = parse(trace);
  const threads = new Map<string, TraceEvent[]>();
  for (const event of events) {
    if (event.ph !== 'X' || !SCRIPTING.has(event.name)) continue;
    const thread = `${event.pid} ${event.tid}`;
    const known = threads.get(thread);
    if (known) known.push(event);
    else threads.set(thread, [event]);
  }
  // the page's main thread is the one with the most script
  const [total = 0] = [...threads.values()].map(cpuTime).sort((a, b) => b - a);
  return total;
}

/** Milliseconds of CPU time in the events that lie in no other one: what the thread waits for a core does not count. */
function cpuTime(events: readonly TraceEvent[]): number {
  let microseconds = 0;
  let end = -Infinity;
  for (const { ts, dur = 0, tdur = dur } of [...events].sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    if (ts < end) continue;
    microseconds += tdur;
    end = ts + dur;
  }
  return microseconds / 1000;
}

/**
 * The share of the script, from 0 to 1, in which code of the plugin was on the stack. The profiler slows everything down, so that only
 * the share can be used.
 * @param trace JSON of a trace with `disabled-by-default-v8.cpu_profiler`
 * @param pluginPath part of the URL of the plugin's scripts
 */
export function shareOf(pluginPath: string, trace: Buffer): number {
  const events = parse(trace);
  const nodes = new Map<string, ProfileNode>();
  const chunks = events.filter(({ name }) => name === 'ProfileChunk');
  for (const { pid, id, args } of chunks) {
    for (const node of args?.data?.cpuProfile?.nodes ?? []) nodes.set(`${pid} ${id} ${node.id}`, node);
  }
  let all = 0;
  let plugin = 0;
  for (const { pid, id, args } of chunks) {
    for (const sample of args?.data?.cpuProfile?.samples ?? []) {
      const node = nodes.get(`${pid} ${id} ${sample}`);
      if (!node || NOT_SCRIPT.has(node.callFrame.functionName)) continue;
      all++;
      let frame: ProfileNode | undefined = node;
      while (frame && !frame.callFrame.url?.includes(pluginPath)) {
        frame = frame.parent === undefined ? undefined : nodes.get(`${pid} ${id} ${frame.parent}`);
      }
      if (frame) plugin++;
    }
  }
  return all === 0 ? 0 : plugin / all;
}

function parse(trace: Buffer): TraceEvent[] {
  return (JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }).traceEvents;
}
