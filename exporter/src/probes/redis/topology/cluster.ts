/** A node's view of its cluster. https://redis.io/docs/latest/commands/cluster-nodes/ */
import slotOf from 'cluster-key-slot';

const SLOTS = 16_384;

export interface ClusterState {
  /** Whether the node considers the cluster as working. */
  ok: boolean;
  /** Number of served slots, out of 16,384, as known to this node. */
  slotsServed: number;
  nodes: number;
}

/** Parses the reply to CLUSTER INFO; `undefined` if it is invalid. */
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
  /** Addresses of nodes that do not respond to this one. */
  failing: string[];
  /** One of the slots served by this node; `undefined` if it serves none. */
  ownSlot: number | undefined;
}

/** Parses the reply to CLUSTER NODES: `<id> <address> <flags> <master> <ping> <pong> <epoch> <link> <slot> …`. */
export function parseClusterNodes(text: string): ClusterNodes {
  const failing: string[] = [];
  let ownSlot: number | undefined;
  for (const line of text.split('\n')) {
    const [, address = '', flagList = '', , , , , , ...slots] = line.trim().split(' ');
    const flags = flagList.split(',');
    if (flags.includes('fail') || flags.includes('fail?')) failing.push(address.replace(/[@,].*/, ''));
    // a migrating slot is in brackets
    const range = slots.find((slot) => /^\d/.test(slot));
    if (flags.includes('myself') && range !== undefined) ownSlot = parseInt(range, 10);
  }
  return { failing, ownSlot };
}

/** A key with this prefix in the given slot: the part in braces decides. */
export function keyInSlot(prefix: string, slot: number): string {
  for (let i = 0; ; i += 1) {
    const key = `${prefix}:{${i}}`;
    if (slotOf(key) === slot) return key;
  }
}

/** Problems of a cluster whose node works. */
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
