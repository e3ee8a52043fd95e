/** What a node says of its cluster. https://redis.io/docs/latest/commands/cluster-nodes/ */
import slotOf from 'cluster-key-slot';

const SLOTS = 16_384;

export interface ClusterState {
  /** Whether the node takes the cluster for working. */
  ok: boolean;
  /** Of 16,384: those that are served, as far as this node knows. */
  slotsServed: number;
  nodes: number;
}

/** Reads the answer to CLUSTER INFO; `undefined` if it is none. */
export function parseClusterInfo(text: string): ClusterState | undefined {
  const field = (name: string) => new RegExp(`^cluster_${name}:(\\w+)`, 'm').exec(text)?.[1];
  const state = field('state');
  if (state === undefined) return undefined;
  return {
    ok: state === 'ok',
    slotsServed: Number(field('slots_ok')) || 0,
    nodes: Number(field('known_nodes')) || 0,
  };
}

export interface ClusterNodes {
  /** Addresses of those that do not answer this node. */
  failing: string[];
  /** One of the slots that this node serves; `undefined` if it serves none. */
  ownSlot: number | undefined;
}

/** Reads the answer to CLUSTER NODES: `<id> <address> <flags> <master> <ping> <pong> <epoch> <link> <slot> …`. */
export function parseClusterNodes(text: string): ClusterNodes {
  const failing: string[] = [];
  let ownSlot: number | undefined;
  for (const line of text.split('\n')) {
    const [, address = '', flagList = '', , , , , , ...slots] = line.trim().split(' ');
    const flags = flagList.split(',');
    if (flags.includes('fail') || flags.includes('fail?')) failing.push(address.replace(/[@,].*/, ''));
    // one that is moving stands in brackets
    const range = slots.find((slot) => /^\d/.test(slot));
    if (flags.includes('myself') && range !== undefined) ownSlot = parseInt(range, 10);
  }
  return { failing, ownSlot };
}

/** A name of ours that lies in a slot: the part in braces decides. */
export function keyInSlot(prefix: string, slot: number): string {
  for (let i = 0; ; i += 1) {
    const key = `${prefix}:{${i}}`;
    if (slotOf(key) === slot) return key;
  }
}

/** What impairs a cluster whose node serves. */
export function judgeCluster(state: ClusterState | undefined, nodes: ClusterNodes | undefined) {
  const impaired: string[] = [];
  const attention: string[] = [];
  if (state && state.slotsServed < SLOTS) impaired.push(`only ${slotsOf(state)}`);
  const [first, ...more] = nodes?.failing ?? [];
  if (first !== undefined)
    attention.push(
      more.length === 0
        ? `the node ${first} does not answer it`
        : `${more.length + 1} nodes of the cluster do not answer it, among them ${first}`
    );
  return { impaired, attention };
}

/** `10923 of 16384 slots are served` */
export function slotsOf({ slotsServed }: ClusterState): string {
  return `${slotsServed} of ${SLOTS} slots are served`;
}
