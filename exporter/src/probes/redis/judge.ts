/** Determines the status of a responding Redis: first from what it serves, then from what it reports. */
import { bytesText } from '@onehertz/contract';
import type { RedisInfo } from './info';
import type { Reply } from './question';
import { judgeCluster, slotsOf, type ClusterNodes, type ClusterState } from './topology/cluster';
import type { Verdict } from './topology/sentinel';
import { explainOutage, explainRefusedWrites, isOfWritesOnly } from './words';

export interface Answers {
  ping: Reply<unknown>;
  /** A write without effect; `waits`: accepted but not answered. */
  write: Reply<unknown> | 'waits' | undefined;
  /** A read; only sent if the write was not served. */
  read: Reply<unknown> | undefined;
  info: RedisInfo | undefined;
  /** Why there is no `info`. */
  noInfo: string | undefined;
  mode: RedisInfo['mode'];
  /** Only on a cluster node, like the next one. */
  cluster: ClusterState | undefined;
  nodes: ClusterNodes | undefined;
}

export type Role = 'master' | 'replica';

/** @param expected the required role, if any */
export function judge(answers: Answers, expected: Role | undefined): Verdict {
  const { ping, write, read, info, mode, cluster } = answers;
  const outage = outageOf(answers);
  if (outage !== undefined) {
    const slots = cluster && !cluster.ok ? ` (${slotsOf(cluster)})` : '';
    return { status: 'unhealthy', text: `${explainOutage(outage, info)}${slots}` };
  }
  const impaired: string[] = [];
  const attention: string[] = [];
  if (info?.masterLinkUp === false) impaired.push('replica without its master, serves stale data');
  if (info?.maxClients !== undefined && info.clients !== undefined && info.clients >= info.maxClients)
    impaired.push(`accepts no new clients: ${info.clients} of ${info.maxClients} connected`);
  if (mode === 'cluster') {
    const found = judgeCluster(cluster, answers.nodes);
    impaired.push(...found.impaired);
    attention.push(...found.attention);
  }
  const writes = refusedWrites(answers, expected);
  if (writes !== undefined) attention.push(writes);
  else attention.push(...(info?.persistenceErrors ?? []).map((error) => `${error}; see its log and the disk`));
  if (expected === 'replica' && info?.role === 'master') attention.push('it is a master, and should be a replica');
  const unknown = whatIsUnknown(ping, write, read, answers);
  if (unknown?.status === 'warning') attention.push(unknown.text);
  const problems = [...impaired, ...attention];
  if (problems.length > 0) return { status: impaired.length > 0 ? 'degraded' : 'warning', text: problems.join('; ') };
  return { status: 'healthy', text: unknown?.text ?? describeHealth(info) };
}

/** Its error if it serves neither reads nor writes. */
function outageOf({ ping, write, read, cluster }: Answers): string | undefined {
  if (write !== 'waits' && write?.is === 'answer') return undefined;
  if (read?.is === 'answer') return undefined;
  const pinged = ping.is === 'refused' ? ping.words : undefined;
  if (read?.is === 'refused') return pinged ?? read.words;
  // if reads are not allowed, the other replies decide
  const written = write !== 'waits' && write?.is === 'refused' ? write.words : undefined;
  const words = pinged ?? written;
  if (words !== undefined && !isOfWritesOnly(words)) return words;
  return cluster?.ok === false ? 'the cluster is down' : undefined;
}

/** Why it rejects writes although it should not. */
function refusedWrites({ ping, write, info }: Answers, expected: Role | undefined): string | undefined {
  const replica = info?.role === 'replica';
  if (expected === 'master' && replica) return 'rejects writes: it is a replica, and should be a master';
  if (write === 'waits') return 'blocks writes: paused (CLIENT PAUSE), or a failover is in progress';
  if (write?.is === 'answer') return undefined;
  if (write?.is === 'refused')
    return write.words.startsWith('READONLY') && expected !== 'master'
      ? undefined
      : explainRefusedWrites(write.words, info);
  // not sent or not allowed: other signs decide
  if (ping.is === 'refused') return explainRefusedWrites(ping.words, info);
  if (replica || !info) return undefined;
  if (info.goodReplicas === 0) return explainRefusedWrites('NOREPLICAS', info);
  const { memoryBytes = 0, maxMemoryBytes = 0, evicts } = info;
  return maxMemoryBytes > 0 && memoryBytes >= maxMemoryBytes && !evicts ? explainRefusedWrites('OOM', info) : undefined;
}

const RIGHTS = 'allow it with ACL SETUSER … +ping +info';

/** What cannot be checked because of the user's permissions or a proxy. A warning if a PING alone is not sufficient. */
function whatIsUnknown(
  ping: Answers['ping'],
  write: Answers['write'],
  read: Answers['read'],
  { info, noInfo = '', mode, cluster }: Answers
): { status: 'healthy' | 'warning'; text: string } | undefined {
  if (info) return undefined;
  if (ping.is === 'denied' && ping.words.startsWith('NOPERM'))
    return { status: 'warning', text: `answers, but its user may not PING; ${RIGHTS}` };
  const served = (write !== 'waits' && write?.is === 'answer') || read?.is === 'answer';
  const mayNot = noInfo.startsWith('NOPERM') ? 'its user may not ask for INFO' : 'it does not support INFO';
  if (mode === 'sentinel')
    return {
      status: 'warning',
      text: `Sentinel whose masters are unknown: ${mayNot}; allow it with ACL SETUSER … +info`,
    };
  if (mode === 'cluster' && !served && !cluster)
    return {
      status: 'warning',
      text: `cluster node, unknown whether it serves: ${mayNot}; allow it with ACL SETUSER … +info +cluster|info`,
    };
  if (ping.is === 'denied' && !served)
    return {
      status: 'warning',
      text: 'answers, but supports neither PING nor INFO, so it is unknown whether it serves',
    };
  return { status: 'healthy', text: `${served ? 'serves' : 'answers PING'}; ${mayNot}` };
}

function describeHealth(info: RedisInfo | undefined): string {
  const { memoryBytes, maxMemoryBytes = 0, clients } = info ?? {};
  const limit = maxMemoryBytes > 0 ? ` of ${bytesText(maxMemoryBytes)}` : '';
  const parts = [
    ...(memoryBytes === undefined ? [] : [`${bytesText(memoryBytes)}${limit} used`]),
    ...(clients === undefined ? [] : [`${clients} ${clients === 1 ? 'client' : 'clients'}`]),
  ];
  return parts.length > 0 ? parts.join(', ') : 'answers PING';
}
