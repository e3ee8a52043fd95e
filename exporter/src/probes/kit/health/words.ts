/** The words and phrases in which services say how they are, and the statuses they mean. */
import { worstOf } from '@onehertz/contract';
import type { ProbeResult } from '../../probe';
import { clean } from '../json-reader';
import { tokensOf } from './tokens';

export type HealthStatus = ProbeResult['status'];

/** What somebody said of something. */
export interface Statement {
  status: HealthStatus;
  /** The word it was said with, if it was one. */
  word?: string;
  /** What stands behind the word: `could not connect`. */
  reason?: string;
}

const WORDS: Record<HealthStatus, string> = {
  healthy:
    'up ok okay pass passed passing passes healthy green running runs alive live ready active available online operational normal ' +
    'nominal good success successful succeeded serving connected started true yes pong fine working works idle reachable accessible ' +
    'responding responsive listening accepting established synced stable',
  degraded:
    'degraded degrade yellow amber orange partial partially partially_available partially_degraded partial_outage impaired limited slow ' +
    'starting restarting initializing initialising loading pending warming recovering connecting reconnecting throttled overloaded ' +
    'unstable flapping lagging behind draining degraded_performance issue issues problem problems incident',
  // health+json, Icinga and the reference system: it works, and somebody should look
  warning: 'warn warning warnings attention maintenance under_maintenance minor',
  unhealthy:
    'down fail failed fails failing failure failures critical unhealthy red error errors err dead offline unavailable ' +
    'service_unavailable out_of_service not_ready notready disconnected stopped stopping terminating terminated crashed crashing broken errored unready halted hung stuck zombie timeout timeouts ' +
    'timed_out timedout not_serving inactive major major_outage outage false no ko nok unreachable refused rejected denied fatal ' +
    'exception panic corrupt corrupted lost unresponsive aborted killed dying bad abnormal exhausted inaccessible shutdown severe nxdomain ' +
    'unloading unloaded',
};

const STATUS_OF = new Map(
  (Object.keys(WORDS) as HealthStatus[]).flatMap((status) =>
    WORDS[status].split(' ').map((word): [string, HealthStatus] => [word, status])
  )
);

/** Signs that people put before a word, or in its place. */
const SIGNS: [RegExp, string][] = [
  [/[✅✔☑🟢👍💚]\uFE0F?/gu, ' ok '],
  [/[❌✖✗✘🔴⛔🚫💥👎]\uFE0F?/gu, ' fail '],
  [/[⚠🟡🟠]\uFE0F?/gu, ' warn '],
];

const NOT = new Set('not never isnt arent wasnt no without zero 0 non'.split(' '));
/** What cannot be done needs no word of its own: `could not connect`. */
const UNABLE = /\b(?:can ?not|can'?t|could ?n[o']?t|unable|does ?n[o']?t|did ?n[o']?t|failed to)\b/;
/** After `no`: what is missed. Of all else that there is none of, nothing follows. */
const MISSED = new Set(
  'connection connections connectivity route response answer reply leader master primary quorum such heartbeat space memory'.split(
    ' '
  )
);
/** Words of people, not of machines, when they stand in a sentence: `to`, `is` and the like may come between. */
const MOST_TOKENS = 24;

/** The status that a word means, whatever its case; `undefined` for words that are not known. */
export function statusOfWord(word: string): HealthStatus | undefined {
  return STATUS_OF.get(word) ?? STATUS_OF.get(tokensOf(word.slice(0, 60)).join('_'));
}

/** The status of an HTTP code; `undefined` for any other number. */
export function statusOfCode(code: number): HealthStatus | undefined {
  if (code >= 200 && code < 400) return 'healthy';
  return code >= 400 && code < 600 ? 'unhealthy' : undefined;
}

/**
 * What a value means that tells a status in words: a word, a code, either with a reason behind it (`unhealthy: could not connect`), or a
 * phrase with words that are known (`up and running`, `not connected`).
 */
export function readPhrase(text: string): Statement | undefined {
  const exact = STATUS_OF.get(text);
  if (exact) return { status: exact, word: text };
  let line: string = clean(text.trim(), 400);
  for (const [sign, word] of SIGNS) line = line.replace(sign, word);
  const { head, rest } = split(line.trim());
  const status = statusOfHead(head);
  // `errors: 0`
  if (status !== undefined && NOTHING.test(rest)) return undefined;
  if (status !== undefined) return { status, word: head, ...(rest !== '' && { reason: rest }) };
  const whole = rest === '' ? undefined : statusOfTokens(tokensOf(line), line);
  return whole && { status: whole, word: line };
}

/** Nothing of the kind that was named. */
export const NOTHING = /^(?:0|none|no|null|nil|n\/?a|-|false|\[\]|\{\}|no errors?)$/i;

/** `unhealthy` and `could not connect`. */
function split(line: string): { head: string; rest: string } {
  const found = /(?<!\s)\s*(?:[;,|([–—]|:(?!\/\/)|\s-{1,2}\s)\s*/.exec(line);
  if (!found || found.index === 0) return { head: line, rest: '' };
  const rest = line.slice(found.index + found[0].length).trim();
  return { head: line.slice(0, found.index), rest: rest.replace(/[)\]]$/, '') };
}

function statusOfHead(head: string): HealthStatus | undefined {
  const code = /^(?:HTTP\S*\s+)?([1-5]\d\d)(?:\s|$)/i.exec(head)?.[1];
  if (code !== undefined) return statusOfCode(Number(code));
  const tokens = tokensOf(head);
  return STATUS_OF.get(tokens.join('_')) ?? statusOfTokens(tokens, head);
}

/** The worst of what the words of a phrase say; a word that is denied says the contrary. */
function statusOfTokens(tokens: readonly string[], phrase: string): HealthStatus | undefined {
  if (tokens.length > MOST_TOKENS) return undefined;
  const found = tokens.flatMap((token, index): HealthStatus[] => {
    const before = tokens[index - 1] ?? '';
    // parts of a sentence, unless they stand alone
    if (token === 'no' || token === 'true' || token === 'false') return [];
    if (before === 'no' && MISSED.has(token)) return ['unhealthy'];
    const status = STATUS_OF.get(token);
    if (status === undefined) return [];
    const denied = NOT.has(before) || (tokens[index - 2] === 'not' && before.length <= 5);
    if (!denied) return [status];
    return [status === 'healthy' ? 'unhealthy' : 'healthy'];
  });
  if (UNABLE.test(phrase.toLowerCase())) found.push('unhealthy');
  return worstOf(found);
}
