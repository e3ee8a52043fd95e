/** What a Redis is asked at each run: as much as its user may ask, in one packet. None of it changes anything. */
import type Redis from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { keyInSlot, parseClusterInfo, parseClusterNodes, type ClusterNodes } from './cluster';
import { parseInfo, type RedisInfo } from './info';
import type { Answers } from './judge';
import { createQuestion, type Question, type Reply } from './question';
import { parseSentinel, type SentinelState } from './sentinel';

/** Ours; nobody ever writes it. A user who may use no other key may be given this one and those that begin with it. */
const KEY = 'onehertz';
const NODES_INTERVAL_MS = 10_000;
/** What comes behind an answer in the same packet is not waited for any longer than this, if that is late itself. */
const GRACE_MS = 100;
/** Share of the timeout after which a write that was taken, and not answered, counts as waiting. */
const PATIENCE = 0.7;
/** A server at which writes waited is asked to take one again after this time: each costs it a connection. */
const WAITING_MS = 5000;
const MAX_MASTERS = 10;

export interface Heard extends Answers {
  /** Whether the write waits since this run: what is sent on the same connection waits behind it. */
  isStuck: boolean;
  /** Until the answer to PING, or to what stood in for it. */
  responseTimeMs: number;
  version: string | undefined;
  sentinel: SentinelState | undefined;
  /** By name of the master: why a Sentinel could not decide on a failover. */
  noQuorum: Map<string, string>;
}

export interface Conversation {
  /** Rejects when the connection breaks. After an answer that is stuck, the connection must not be used again. */
  hold(client: Redis): Promise<Heard>;
  /** Asks again what the user was not allowed to ask. */
  retryNow(): void;
}

export function createConversation(timeoutMs: number): Conversation {
  const ping = createQuestion((client) => client.ping());
  const info = createQuestion((client) => client.info());
  // in place of INFO: every user may ask for it, since Redis 6
  const hello = createQuestion((client) => client.call('HELLO') as Promise<unknown[]>);
  // Writing nothing at the beginning of a key that is not there does not make it, but goes through all that stops a write.
  const write = createQuestion((client) => client.setrange(key, 0, ''));
  // unlike others, this look is not counted as one that found nothing
  const read = createQuestion((client) => client.call('MEMORY', 'USAGE', key));
  const clusterInfo = createQuestion((client) => client.call('CLUSTER', 'INFO') as Promise<string>);
  const clusterNodes = createQuestion((client) => client.call('CLUSTER', 'NODES') as Promise<string>);
  const quorums = new Map<string, Question<unknown>>();
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
    // if nothing would be sent: a denial is an answer, too
    const silent = ![ping, info, hello, serving === 'write' ? write : read].some(({ isDue }) => isDue);
    stream.cork();
    const pinged = ping.ask(client, silent);
    const informed = info.ask(client);
    // in the first run only when INFO said what it is
    let written = serving === 'write' ? askWrite(client) : undefined;
    let looked = serving === 'read' ? read.ask(client) : undefined;
    let clustered = mode === 'cluster' ? askCluster(client) : undefined;
    stream.uncork();
    // the first to fail says why the connection broke
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

    const sentinel = mode === 'sentinel' && text !== undefined ? parseSentinel(text) : undefined;
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

  /** Not while writes waited a moment ago: what is sent behind one waits, too. */
  function askWrite(client: Redis): Promise<Reply<unknown>> | 'waits' {
    return performance.now() < waitingUntil ? 'waits' : write.ask(client);
  }

  /** The answer to a write, or that there is none though those to what was sent before it have come. */
  async function inTime(
    writing: Promise<Reply<unknown>> | 'waits',
    started: number
  ): Promise<Reply<unknown> | 'waits'> {
    if (writing === 'waits') return writing;
    const ending = new AbortController();
    const patienceMs = Math.max(GRACE_MS, PATIENCE * timeoutMs - (performance.now() - started));
    const reply = await Promise.race([
      writing.finally(() => ending.abort()),
      // a process that stood still reads what came in the meantime before it judges
      delay(patienceMs, undefined, { signal: ending.signal })
        .then(() => delay(0))
        .then(() => delay(1))
        .then(
          () => 'waits' as const,
          () => writing
        ),
    ]);
    if (reply === 'waits') {
      writing.catch(() => undefined);
      waitingUntil = performance.now() + WAITING_MS;
    }
    return reply;
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
    // another node's slot would be answered with its address, whatever the state of this one
    if (nodes?.ownSlot !== undefined && nodes.ownSlot !== ownSlot) {
      ownSlot = nodes.ownSlot;
      key = keyInSlot(KEY, ownSlot);
    }
  }

  async function askQuorums(client: Redis, { masters }: SentinelState): Promise<Map<string, string>> {
    const missing = new Map<string, string>();
    await Promise.all(
      masters.slice(0, MAX_MASTERS).map(async ({ name }) => {
        let question = quorums.get(name);
        // names that are new each time must not fill the memory
        if (!question && quorums.size >= 10 * MAX_MASTERS) quorums.clear();
        if (!question) quorums.set(name, (question = createQuestion((on) => on.call('SENTINEL', 'CKQUORUM', name))));
        const reply = await question.ask(client);
        if (reply.is === 'refused') missing.set(name, reply.words);
      })
    );
    return missing;
  }

  return { hold, retryNow: () => [...all, ...quorums.values()].forEach((question) => question.retryNow()) };
}

/** With what a server shows that it serves. What it can only answer with an error is not asked: it counts those. */
type Serving = 'write' | 'read' | 'neither';

function servingOf(mode: RedisInfo['mode'], role: string | undefined): Serving {
  if (mode === 'sentinel') return 'neither';
  if (role !== 'replica' && role !== 'slave') return 'write';
  // a replica in a cluster sends everybody to its master
  return mode === 'cluster' ? 'neither' : 'read';
}

function valueOf<T>(reply: Reply<T>): T | undefined {
  return reply.is === 'answer' ? reply.value : undefined;
}

/** The answer to HELLO: names and values in turn. */
function greetingOf(fields: unknown[] | undefined) {
  if (!Array.isArray(fields)) return undefined;
  const field = (name: string) => {
    const at = fields.indexOf(name);
    const value = at < 0 ? undefined : fields[at + 1];
    return typeof value === 'string' ? value : undefined;
  };
  const mode = field('mode');
  return {
    version: field('version'),
    role: field('role'),
    mode: mode === 'standalone' || mode === 'cluster' || mode === 'sentinel' ? mode : undefined,
  } as const;
}
