/** What the main thread of a page does, from Chromium's own trace: its CPU samples, by whose code was running. */

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
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

export interface Scripting {
  /** Milliseconds in JavaScript and its garbage collection. */
  total: number;
  /** Of these: with the plugin's own code on the stack. */
  plugin: number;
  /** Of these: collecting garbage. */
  garbage: number;
}

/** Pseudo-functions of the profiler in which no JavaScript runs. */
const NOT_SCRIPT = new Set(['(idle)', '(program)', '(root)']);

/**
 * @param trace JSON of a trace with the category `disabled-by-default-v8.cpu_profiler`
 * @param pluginPath part of the URL of the plugin's scripts
 */
export function readScripting(trace: Buffer, pluginPath: string): Scripting {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const chunks = traceEvents.filter(({ name }) => name === 'ProfileChunk');
  const profiles = new Map<string, Scripting>();
  for (const key of new Set(chunks.map(profileKey))) {
    profiles.set(
      key,
      readProfile(
        chunks.filter((chunk) => profileKey(chunk) === key),
        pluginPath
      )
    );
  }
  // workers have profiles of their own: the page's is the one with the most script
  const [main] = [...profiles.values()].sort((a, b) => b.total - a.total);
  if (!main) throw new Error('the trace has no CPU profile');
  return main;
}

function profileKey({ pid, id }: TraceEvent): string {
  return `${pid} ${id}`;
}

function readProfile(chunks: readonly TraceEvent[], pluginPath: string): Scripting {
  const nodes = new Map<number, ProfileNode>();
  const inPlugin = new Map<number, boolean>();
  const isInPlugin = (id: number | undefined): boolean => {
    const node = id === undefined ? undefined : nodes.get(id);
    if (!node) return false;
    let answer = inPlugin.get(node.id);
    if (answer === undefined) {
      answer = (node.callFrame.url ?? '').includes(pluginPath) || isInPlugin(node.parent);
      inPlugin.set(node.id, answer);
    }
    return answer;
  };
  const scripting: Scripting = { total: 0, plugin: 0, garbage: 0 };
  for (const { args } of chunks) {
    for (const node of args?.data?.cpuProfile?.nodes ?? []) nodes.set(node.id, node);
    const samples = args?.data?.cpuProfile?.samples ?? [];
    samples.forEach((id, index) => {
      const name = nodes.get(id)?.callFrame.functionName ?? '(program)';
      if (NOT_SCRIPT.has(name)) return;
      const milliseconds = (args?.data?.timeDeltas?.[index] ?? 0) / 1000;
      scripting.total += milliseconds;
      if (name === '(garbage collector)') scripting.garbage += milliseconds;
      else if (isInPlugin(id)) scripting.plugin += milliseconds;
    });
  }
  return scripting;
}
