/** Words and phrases for statuses. */
import { isWorse, worstOf } from '@onehertz/contract';
import { safeText } from '../../../../text/safe-text';
import type { ProbeResult } from '../../../probe';
import { tokensOf, wordSet } from './tokens';

export type HealthStatus = ProbeResult['status'];

/** A reported status. */
export interface Statement {
  status: HealthStatus;
  /** The original word, if it was one. */
  word?: string;
  /** The text after the word: `could not connect`. */
  reason?: string;
}

const WORDS: Record<HealthStatus, string> = {
  healthy:
    'up ok okay pass passed passing passes healthy green running runs alive live ready active available online operational normal ' +
    'nominal good success successful succeeded serving connected started true yes pong fine working works idle reachable accessible ' +
    'responding responsive listening accepting established synced stable safe consistent quorate',
  degraded:
    'degraded degrade yellow amber orange partial partially partially_available partially_degraded partial_outage impaired limited slow ' +
    'starting launching booting restarting initializing initialising loading pending warming recovering connecting reconnecting throttled overloaded ' +
    'unstable flapping lagging behind draining degraded_performance issue issues problem problems incident',
  // health+json, Icinga and the reference system: it works, and somebody should look
  warning: 'warn warning warnings attention maintenance under_maintenance minor',
  unhealthy:
    'down fail failed fails failing failure failures critical unhealthy red error errors err dead offline unavailable ' +
    'service_unavailable out_of_service not_ready notready disconnected stopped stopping terminating terminated crashed crashing broken errored unready halting halted hung stuck stalled zombie faulted faulty timeout timeouts ' +
    'timed_out timedout not_serving inactive major major_outage outage downtime false no ko nok unreachable refused rejected denied fatal ' +
    'exception panic corrupt corrupted lost unresponsive aborted killed dying bad abnormal exhausted inaccessible shutdown severe nxdomain ' +
    'unloading unloaded',
};

const STATUS_OF = new Map(
  (Object.keys(WORDS) as HealthStatus[]).flatMap((status) =>
    WORDS[status].split(' ').map((word): [string, HealthStatus] => [word, status])
  )
);

/** Symbols before a word, or in place of one. */
const SIGNS: [RegExp, string][] = [
  [/[✅✔☑🟢👍💚]\uFE0F?/gu, ' ok '],
  [/[❌✖✗✘🔴⛔🚫💥👎]\uFE0F?/gu, ' fail '],
  [/[⚠🟡🟠]\uFE0F?/gu, ' warn '],
];

const NOT = wordSet('not never isnt arent wasnt no without zero 0 non');
/** Negated abilities need no further word: `could not connect`. */
const UNABLE = /\b(?:can ?not|can'?t|could ?n[o']?t|unable|does ?n[o']?t|did ?n[o']?t|failed to)\b/;
/** After `no`: something required is missing. Other words after `no` have no meaning here. */
const MISSED = wordSet(
  'connection connections connectivity route response answer reply leader master primary quorum such heartbeat space memory'
);
/** With these, an error is expected to pass. */
const PASSING = /^(?:recoverable|transient|temporary|temporarily|intermittent)$/;
/** A status that asks for somebody: `DB_MIGRATION_NEEDED`. */
const ASKING = /^(?:needed|required)$/;
/** Limit for a sentence, in which words such as `to` and `is` may occur. */
const MOST_TOKENS = 24;

/** The status for a word in any case; `undefined` for unknown words. */
export function statusOfWord(word: string): HealthStatus | undefined {
  return STATUS_OF.get(word) ?? STATUS_OF.get(tokensOf(word.slice(0, 60)).join('_'));
}

/** Whether it is something that must be there: a quorum, a leader. */
export function isNeeded(noun: string): boolean {
  return MISSED.has(noun);
}

/** The status for an HTTP status code; `undefined` for other numbers. */
export function statusOfCode(code: number): HealthStatus | undefined {
  if (code >= 200 && code < 400) return 'healthy';
  return code >= 400 && code < 600 ? 'unhealthy' : undefined;
}

/**
 * The meaning of a status value: a word or code, optionally followed by a reason (`unhealthy: could not connect`), or a
 * phrase of known words (`up and running`, `not connected`).
 */
export function readPhrase(text: string): Statement | undefined {
  const exact = STATUS_OF.get(text);
  if (exact) return { status: exact, word: text };
  let line: string = safeText(text.trim(), 400);
  for (const [sign, word] of SIGNS) line = line.replace(sign, word);
  const { head, rest } = split(line.trim());
  const status = statusOfHead(head);
  // `errors: 0`
  if (status !== undefined && NOTHING.test(rest)) return undefined;
  // `Up 3 hours (unhealthy)`
  const second = STATUS_OF.get(rest.toLowerCase());
  if (status !== undefined && second !== undefined && isWorse(second, status)) return { status: second, word: line };
  if (status !== undefined) return { status, word: head, ...(rest !== '' && { reason: rest }) };
  const whole = rest === '' ? undefined : statusOfTokens(tokensOf(line), line);
  return whole && { status: whole, word: line };
}

/** Words for "none of these". */
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

/** The worst status among the words of a phrase; a negated word has the opposite meaning. */
function statusOfTokens(tokens: readonly string[], phrase: string): HealthStatus | undefined {
  if (tokens.length > MOST_TOKENS) return undefined;
  const found = tokens.flatMap((token, index): HealthStatus[] => {
    const before = tokens[index - 1] ?? '';
    // part of a sentence, unless it stands alone
    if (token === 'no' || token === 'true' || token === 'false') return [];
    if (before === 'no' && MISSED.has(token)) return ['unhealthy'];
    const status = STATUS_OF.get(token);
    if (status === undefined) return [];
    const denied = NOT.has(before) || (tokens[index - 2] === 'not' && before.length <= 5);
    if (!denied) return [status];
    return [status === 'healthy' ? 'unhealthy' : 'healthy'];
  });
  if (UNABLE.test(phrase.toLowerCase())) found.push('unhealthy');
  if (tokens.length > 1 && ASKING.test(tokens.at(-1) ?? '') && !tokens.some((token) => NOT.has(token)))
    found.push('warning');
  const worst = worstOf(found);
  return worst === 'unhealthy' && tokens.some((token) => PASSING.test(token)) ? 'degraded' : worst;
}
