/** Names of fields with a yes or no: `healthy`, `db_connected`, `mem_alarm`, `has_quorum`. */
import { wordSet } from './tokens';
import { type HealthStatus, isNeeded, statusOfWord } from './words';

/** `means` is the status for yes, of the map itself or of `name`; `mayList`: or a list of those of which it is true. */
export interface Flag {
  kind: 'flag';
  means: HealthStatus;
  name?: string;
  isSoft: boolean;
  mayCount: boolean;
  mayList: boolean;
}

/** Before `status`, these refer to the whole: `overall_status`. */
export const WHOLE = wordSet(
  'health overall service app application system server current global aggregate aggregated general site node my the api'
);
export const FLAGS = wordSet(
  'healthy ok okay up alive ready available online operational reachable connected running success successful succeeded passed pass ' +
    'passing serving working responding responsive accessible live active started unhealthy down failed failing dead offline unavailable ' +
    'unreachable disconnected broken degraded crashed timedout error maintenance inaccessible quorate'
);
/** Of these a flag says something only with what it is about: `cluster_safe`. */
const FLAGS_OF = wordSet('safe synced stable consistent');
/** What goes wrong, as a flag: `mem_alarm`, `MemoryPressure`, `ReplicaFailure`. */
const TROUBLES = wordSet('alarm pressure deadlock starvation congestion failure fault problem');
const CHECK = /^checks?$/;
const GAINED = wordSet('reached present established achieved met held');
/** For these a number may be a count: 0 listeners are connected. */
const COUNTS = wordSet(
  'ready available online running connected success successful succeeded passed pass passing live active started serving working failed ' +
    'failing dead down offline unavailable unreachable disconnected broken degraded crashed error'
);
/** A list of what is in such a state: `unreachable: ["n2"]`. */
const LISTED = wordSet('unhealthy down dead offline unavailable unreachable disconnected broken inaccessible');
/** Often unrelated to health: a test mode that is not live. */
const SOFT = wordSet('live active started running');
/** With these, a flag is a setting or history: `fail_on_error`, `update_available`, `last_failed`. */
export const SETTINGS = wordSet(
  'on if when notify alert retry ignore allow allowed log skip max min last prev previous first count num number total rate update upgrade ' +
    'version feature features auto debug test trial demo show hide use uses enable enabled disable disabled send'
);
/** What follows `up` in verbs: to catch up, to back up. */
const VERBS_UP =
  /^(?:catch|back|start|set|sign|look|follow|clean|warm|ramp|spin|scal|wind|speed|top)(?:ing|ed|e|ting|ping|ning)?$/;
/** States that pass, as a yes or no: `starting`, `overloaded`. */
const PARTICIPLE = /(?:ing|ed)$/;
/** Of another time, or of no consequence. */
export const MEMORIES = wordSet(
  'last prev previous recent past old known handled ignored expected suppressed resolved max total count'
);

/** @returns `setting` if it is the name of a setting or of something past: `fail_on_error` */
export function findFlag(tokens: readonly string[]): Flag | 'setting' | undefined {
  const has = tokens[0] === 'has' || tokens[0] === 'have';
  const named = tokens[0] === 'is' || has || tokens[0] === 'are' ? tokens.slice(1) : tokens;
  if (isOfNeeded(named, has)) return { kind: 'flag', means: 'healthy', isSoft: false, mayCount: false, mayList: false };
  const words = named.at(-2) === 'maintenance' && named.at(-1) === 'mode' ? named.slice(0, -1) : named;
  const [before, last] = [words.at(-2) ?? '', words.at(-1) ?? ''];
  const [word, length] = FLAGS.has(before + last) ? [before + last, 2] : [last, 1];
  const means = meaningOf(words, word);
  if (means === undefined) return undefined;
  if (word === 'up' && VERBS_UP.test(before)) return 'setting';
  const denied = words.at(-length - 1) === 'not';
  const name = nameIn(words, word, denied ? length + 1 : length);
  if (words.some((token) => SETTINGS.has(token) || MEMORIES.has(token))) return 'setting';
  return {
    kind: 'flag',
    means: denied ? (means === 'healthy' ? 'unhealthy' : 'healthy') : means,
    ...(words.length > 1 && name.length > 0 && !name.every((token) => WHOLE.has(token)) && { name: name.join('_') }),
    isSoft: SOFT.has(word),
    mayCount: COUNTS.has(word) || TROUBLES.has(word),
    mayList: LISTED.has(word),
  };
}

/** What a flag is about: `db_connected`; none for `failed_health_check`. */
function nameIn(words: readonly string[], word: string, length: number): readonly string[] {
  if (TROUBLES.has(word)) return words;
  return CHECK.test(word) ? [] : words.slice(0, -length);
}

/** What a yes means; `undefined` if the words are no flag. */
function meaningOf(words: readonly string[], word: string): HealthStatus | undefined {
  if (TROUBLES.has(word)) return 'degraded';
  const isState = words.length === 1 && PARTICIPLE.test(word) && statusOfWord(word) !== 'healthy';
  if (FLAGS.has(word) || isState || (FLAGS_OF.has(word) && words.length > 1)) return statusOfWord(word);
  // `failed_active_health_check`
  const [first = ''] = words;
  return CHECK.test(word) && FLAGS.has(first) && statusOfWord(first) === 'unhealthy' ? 'unhealthy' : undefined;
}

/** `quorum`, `quorum_reached`, `has_leader`: a no says that what is needed is not there. */
function isOfNeeded(words: readonly string[], has: boolean): boolean {
  const [word = '', gained] = words;
  if (has) return words.length === 1 && isNeeded(word);
  return word === 'quorum' && (words.length === 1 || (words.length === 2 && GAINED.has(gained ?? '')));
}
