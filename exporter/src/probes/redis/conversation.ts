/** The commands of each run: as many as the user may send, in one packet. None of them changes anything. */
import type Redis from 'ioredis';
import { fieldsOf } from './fields';
import { parseInfo, type RedisInfo } from './info';
import type { Answers } from './judge';
import { createQuestion, type Question, type Reply } from './question';
import { keyInSlot, parseClusterInfo, parseClusterNodes, type ClusterNodes } from './topology/cluster';
import { parseSentinel, seenBySentinel, type SentinelState } from './topology/sentinel';

/** Never written. A user restricted to certain keys may be given this one and those with this prefix. */
const KEY = 'onehertz';
const NODES_INTERVAL_MS = 10_000;
/** How long to wait for further replies in the same packet after a late first reply. */
const GRACE_MS = 100;
/** Fraction of the timeout after which an unanswered write counts as waiting. */
const SHARE_OF_TIMEOUT = 0.7;
/** How often a write is retried on a server where writes were waiting: each attempt costs a connection. */
const WAITING_MS = 5000;
const MAX_MASTERS = 10;

export interface Heard extends Answers {
  /** Whether a write is waiting since this run, which blocks later commands on the same connection. */
  isStuck: boolean;
  /** Until the reply to PING or its substitute. */
  responseTimeMs: number;
  version: string | undefined;
  sentinel: SentinelState | undefined;
  /** By name of the master: why a Sentinel could not decide on a failover. */
  noQuorum: Map<string, string>;
}

export interface Conversation {
  /** Rejects if the connection breaks. If `isStuck`, the connection must not be used again. */
  hold(client: Redis): Promise<Heard>;
  /** Retries commands that were denied. */
  retryNow(): void;
}

export function createConversation(timeoutMs: number): Conversation {
  const ping = createQuestion((client) => client.ping());
  const info = createQuestion((client) => client.info());
  // instead of INFO, because every user may send it (Redis 6 and later)
  const hello = createQuestion((client) => client.call('HELLO') as Promise<unknown[]>);
  // SETRANGE with an empty value does not create a missing key, but passes all checks for writes
  const write = createQuestion((client) => client.setrange(key, 0, ''));
  // unlike other reads, this does not count as a miss in the statistics
  const read = createQuestion((client) => client.call('MEMORY', 'USAGE', key));
  const clusterInfo = createQuestion((client) => client.call('CLUSTER', 'INFO') as Promise<string>);
  const clusterNodes = createQuestion((client) => client.call('CLUSTER', 'NODES') as Promise<string>);
  const quorums = createQuestions('CKQUORUM');
  const views = createQuestions('MASTER');
  const all = [ping, info, hello, write, read, clusterInfo, clusterNodes];
  let key = KEY;
  let mode: RedisInfo['mode'];
  let serving: Serving | undefined;
  let waitingUntil = -Infinity;
  let nodes: ClusterNodes | undefined;
  let ownSlot: number | undefined;
  let nodesAskedAt = -Infinity;

  async function hold(client: Redis): Promise<Heard> {
    const started = performance.now();
    const { stream } = client;
    // if nothing else is sent: a denial is a reply too
    const silent = ![ping, info, hello, serving === 'write' ? write : read].some(({ isDue }) => isDue);
    stream.cork();
    const pinged = ping.ask(client, silent);
    const informed = info.ask(client);
    // in the first run only after INFO has told the role
    let written = serving === 'write' ? askWrite(client) : undefined;
    let looked = serving === 'read' ? read.ask(client) : undefined;
    let clustered = mode === 'cluster' ? askCluster(client) : undefined;
    stream.uncork();
    // the first to fail has the reason why the connection broke
    Promise.all([informed, written, looked, clustered]).catch(() => undefined);
    const pingReply = await pinged;
    let responseTimeMs = performance.now() - started;
    const infoReply = await informed;
    if (pingReply.is === 'denied') responseTimeMs = performance.now() - started;

    const text = valueOf(infoReply);
    const parsed = text === undefined ? undefined : parseInfo(text);
    const greeting = text === undefined ? greetingOf(valueOf(await hello.ask(client))) : undefined;
    const first = serving === undefined;
    mode = parsed?.mode ?? greeting?.mode ?? mode;
    serving = servingOf(mode, parsed?.role ?? greeting?.role);
    if (first && serving === 'write') written = askWrite(client);
    if (first && serving === 'read') looked = read.ask(client);
    if (mode === 'cluster') clustered ??= askCluster(client);

    const told = mode === 'sentinel' && text !== undefined ? parseSentinel(text) : undefined;
    const sentinel = told?.tilt ? await lookItself(client, told) : told;
    const cluster = await clustered;
    const writeReply = written && (await inTime(written, started));
    const refused = typeof writeReply === 'object' && writeReply.is !== 'answer';
    if (refused || (cluster?.ok === false && !written)) looked ??= read.ask(client);
    return {
      ping: pingReply,
      write: writeReply,
      isStuck: writeReply === 'waits' && written !== 'waits',
      read: await looked,
      info: parsed,
      noInfo: infoReply.is === 'answer' ? undefined : infoReply.words,
      mode,
      cluster,
      nodes: mode === 'cluster' ? nodes : undefined,
      responseTimeMs,
      version: parsed?.version ?? greeting?.version,
      sentinel,
      noQuorum: sentinel ? await askQuorums(client, sentinel) : new Map<string, string>(),
    };
  }

  /** Not while writes were recently waiting, because commands behind one wait too. */
  function askWrite(client: Redis): Promise<Reply<unknown>> | 'waits' {
    return performance.now() < waitingUntil ? 'waits' : write.ask(client);
  }

  /** The reply to a write, or that it is missing although earlier commands were answered. */
  function inTime(writing: Promise<Reply<unknown>> | 'waits', started: number): Promise<Reply<unknown> | 'waits'> {
    if (writing === 'waits') return Promise.resolve(writing);
    const waitMs = Math.max(GRACE_MS, SHARE_OF_TIMEOUT * timeoutMs - (performance.now() - started));
    // a plain timer: one that is aborted makes an error, with its stack, in every run
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const giveUp = () => {
        waitingUntil = performance.now() + WAITING_MS;
        resolve('waits');
      };
      // a process that stood still reads what has arrived before it decides
      const after = (ms: number, then: () => void) => void (timer = setTimeout(then, ms));
      after(waitMs, () => after(0, () => after(1, giveUp)));
      void writing.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  async function askCluster(client: Redis) {
    if (performance.now() - nodesAskedAt >= NODES_INTERVAL_MS - 500) {
      nodesAskedAt = performance.now();
      void learnNodes(client).catch(() => (nodes = undefined));
    }
    const text = valueOf(await clusterInfo.ask(client));
    return text === undefined ? undefined : parseClusterInfo(text);
  }

  async function learnNodes(client: Redis): Promise<void> {
    const text = valueOf(await clusterNodes.ask(client));
    nodes = text === undefined ? undefined : parseClusterNodes(text);
    // a key of another node's slot would be redirected, whatever the state of this node
    if (nodes?.ownSlot !== undefined && nodes.ownSlot !== ownSlot) {
      ownSlot = nodes.ownSlot;
      key = keyInSlot(KEY, ownSlot);
    }
  }

  async function askQuorums(client: Redis, { masters }: SentinelState): Promise<Map<string, string>> {
    const missing = new Map<string, string>();
    for (const [name, reply] of await quorums.ask(client, masters))
      if (reply.is === 'refused') missing.set(name, reply.words);
    return missing;
  }

  /** In TILT mode it calls no master down, though it goes on asking them: what it heard tells. */
  async function lookItself(client: Redis, told: SentinelState): Promise<SentinelState> {
    const replies = await views.ask(client, told.masters);
    const masters = told.masters.map((master) => {
      const reply = replies.get(master.name);
      return reply ? seenBySentinel(master, valueOf(reply)) : master;
    });
    return { ...told, masters };
  }

  return { hold, retryNow: () => [...all, quorums, views].forEach((question) => question.retryNow()) };
}

/** A question to a Sentinel about each of its masters. */
function createQuestions(subcommand: 'CKQUORUM' | 'MASTER') {
  const questions = new Map<string, Question<unknown>>();

  function questionOf(name: string): Question<unknown> {
    const known = questions.get(name);
    if (known) return known;
    // names that are new each time must not fill the memory
    if (questions.size >= 10 * MAX_MASTERS) questions.clear();
    const question = createQuestion<unknown>((on) => on.call('SENTINEL', subcommand, name));
    questions.set(name, question);
    return question;
  }

  return {
    /** By name of the master. */
    async ask(client: Redis, masters: readonly { name: string }[]): Promise<Map<string, Reply<unknown>>> {
      const asked = masters.slice(0, MAX_MASTERS);
      return new Map(
        await Promise.all(asked.map(async ({ name }) => [name, await questionOf(name).ask(client)] as const))
      );
    },
    retryNow: () => questions.forEach((question) => question.retryNow()),
  };
}

/** How a server shows that it works. Commands that it can only reject are not sent, as it counts errors. */
type Serving = 'write' | 'read' | 'neither';

function servingOf(mode: RedisInfo['mode'], role: string | undefined): Serving {
  if (mode === 'sentinel') return 'neither';
  if (role !== 'replica' && role !== 'slave') return 'write';
  // a cluster replica redirects every command to its master
  return mode === 'cluster' ? 'neither' : 'read';
}

function valueOf<T>(reply: Reply<T>): T | undefined {
  return reply.is === 'answer' ? reply.value : undefined;
}

/** From the reply to HELLO. */
function greetingOf(fields: unknown[] | undefined) {
  const field = fieldsOf(fields);
  if (!field) return undefined;
  const mode = field('mode');
  return {
    version: field('version'),
    role: field('role'),
    mode: mode === 'standalone' || mode === 'cluster' || mode === 'sentinel' ? mode : undefined,
  } as const;
}
