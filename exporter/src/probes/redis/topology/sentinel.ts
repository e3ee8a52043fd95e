/** A Sentinel's view of its masters. https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ */

import { fieldsOf } from '../fields';

export interface WatchedMaster {
  name: string;
  address: string;
  /** `sdown`: it does not respond to this Sentinel; `odown`: a quorum of Sentinels agrees. */
  status: 'ok' | 'sdown' | 'odown';
  replicas: number;
  /** Including this one. */
  sentinels: number;
}

export interface SentinelState {
  masters: WatchedMaster[];
  /** Its clock or event loop is unreliable, so it makes no decisions. */
  tilt: boolean;
}

const MASTER = '\nmaster';
/** More than any Sentinel watches; a line has a name and an address. */
const MAX_MASTERS = 1000;
const MAX_LINE = 1000;
const MASTER_LINE = /^master\d+:name=(.*),status=(\w+),address=([^,]*),slaves=(\d+),sentinels=(\d+)/;

/** Reads the Sentinel's section of INFO; `undefined` if there is none. */
export function parseSentinel(info: string): SentinelState | undefined {
  const tilt = /^sentinel_tilt:(\d)/m.exec(info)?.[1];
  if (tilt === undefined) return undefined;
  const masters: WatchedMaster[] = [];
  for (let at = info.indexOf(MASTER); at >= 0 && masters.length < MAX_MASTERS; at = info.indexOf(MASTER, at + 1)) {
    const line = info.slice(at + 1, at + MAX_LINE).split('\n', 1)[0] ?? '';
    const [, name = '', status, address = '', replicas, sentinels] = MASTER_LINE.exec(line) ?? [];
    if (name === '') continue;
    masters.push({
      name,
      address,
      status: status === 'sdown' || status === 'odown' ? status : 'ok',
      replicas: Number(replicas),
      sentinels: Number(sentinels),
    });
  }
  return { masters, tilt: tilt === '1' };
}

/**
 * The same master by what the Sentinel itself heard of it. Without others to agree with, a quorum of one is one.
 * @param reply to SENTINEL MASTER; one that says nothing changes nothing
 */
export function seenBySentinel(master: WatchedMaster, reply: unknown): WatchedMaster {
  const field = fieldsOf(reply);
  const [allowed, sent, heard] = ['down-after-milliseconds', 'last-ping-sent', 'last-ok-ping-reply'].map((name) =>
    Number(field?.(name))
  ) as [number, number, number];
  // times since the ping that has no answer yet, and since the last answer
  if (master.status !== 'ok' || !(sent > allowed && heard > allowed)) return master;
  return { ...master, status: field?.('quorum') === '1' ? 'odown' : 'sdown' };
}

export interface Verdict {
  status: 'healthy' | 'degraded' | 'warning' | 'unhealthy';
  /** One short sentence. */
  text: string;
}

/** @param noQuorum by name of the master: why no failover could be decided */
export function judgeSentinel({ masters, tilt }: SentinelState, noQuorum: ReadonlyMap<string, string>): Verdict {
  if (masters.length === 0) return { status: 'warning', text: 'Sentinel that watches no master' };
  const dead = masters.filter(({ status }) => status === 'odown');
  if (dead.length === masters.length)
    return { status: 'unhealthy', text: `${named(dead)} down, as its Sentinels agree` };

  const impaired: string[] = [];
  const attention: string[] = [];
  if (dead.length > 0) impaired.push(`${named(dead)} down, as its Sentinels agree`);
  const silent = masters.filter(({ status }) => status === 'sdown');
  if (silent.length > 0) impaired.push(`${named(silent)} down according to this Sentinel, but too few others agree`);
  if (tilt) impaired.push('in TILT mode: it makes no decisions until its clock is stable');
  for (const [name, words] of noQuorum) impaired.push(`no failover of ${name} could be decided: ${words}`);
  const alone = masters.filter(({ replicas, status }) => replicas === 0 && status === 'ok');
  if (alone.length > 0) attention.push(`no replica that could take over from ${listed(alone)}`);
  const more = masters.length > MAX_NAMES ? `; and ${masters.length - MAX_NAMES} more` : '';
  const problems = [...impaired, ...attention];
  if (problems.length > 0) return { status: impaired.length > 0 ? 'degraded' : 'warning', text: problems.join('; ') };
  return { status: 'healthy', text: masters.slice(0, MAX_NAMES).map(described).join('; ') + more };
}

function named(masters: readonly WatchedMaster[]): string {
  return masters.length === 1 ? `its master ${listed(masters)} is` : `its masters ${listed(masters)} are`;
}

const MAX_NAMES = 5;

function listed(masters: readonly WatchedMaster[]): string {
  const names = masters.slice(0, MAX_NAMES).map(({ name, address }) => `${name} (${address})`);
  return `${names.join(', ')}${masters.length > MAX_NAMES ? ` and ${masters.length - MAX_NAMES} more` : ''}`;
}

function described({ name, address, replicas, sentinels }: WatchedMaster): string {
  return `${name} at ${address} is up, ${count(replicas, 'replica')}, ${count(sentinels, 'Sentinel')}`;
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
