/** Health pages in plain text: a word, a line with a reason, or one line per check. */
import { isWorse } from '@onehertz/contract';
import { safeText } from '../../../text/safe-text';
import { readDocument } from './document';
import type { Said } from './said';
import { tokensOf } from './words/tokens';
import { readPhrase, statusOfWord, type Statement } from './words/words';

const MOST_LINES = 200;
/** Words that denote a status within a sentence: a page that begins with "Red Hat" is not red. */
const CLEAR =
  /^(?:down|fail(?:ed|ing|ure)?|errors?|err|unhealthy|unavailable|offline|unreachable|disconnected|refused|timeout|fatal|exception|broken|unable|cannot|ko|nok|warn|warning|degraded|stopped|crashed)$/;

/** A line of Kubernetes' `?verbose`. */
const LINE = /^\[([+-])\]\s*([\w./:-]{1,60})\s*(\S.*)?$/;

export interface SaidText extends Said {
  /** The first line, if it may be shown. */
  line?: string;
}

/** HTML is ignored; for other text the first line, and lines like `redis: down` or `[-]etcd failed`. */
export function readText(text: string): SaidText {
  const nothing: SaidText = { isWeak: false, parts: new Map() };
  if (text === '' || /^\s*<|<\/\w/.test(text)) return nothing;
  const lines = text
    .split('\n', MOST_LINES)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [first = ''] = lines;
  const own = isCheck(first) ? undefined : readSentence(first);
  const said: SaidText = { ...nothing, own, ...(first.length <= 200 && { line: safeText(first, 200) }) };
  const pairs = Object.fromEntries(lines.slice(own ? 1 : 0).flatMap(pairOf));
  // most of the lines; otherwise it is prose with a colon
  if (Object.keys(pairs).length * 2 > lines.length) {
    const found = readDocument(pairs);
    said.parts = found.parts;
    if (found.own && (!own || isWorse(found.own.status, own.status))) said.own = found.own;
  }
  for (const line of lines) {
    const [, sign, name, rest = ''] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const reason = rest.replace(/^failed:?\s*/, '');
    said.parts.set(
      safeText(name, 40),
      sign === '+' ? { status: 'healthy' } : { status: 'unhealthy', reason: safeText(reason, 200) }
    );
  }
  return said;
}

function pairOf(line: string): [string, string][] {
  const [, key, value] = /^([\w][\w ./-]{0,39}?)\s*[:=]\s*(\S.*)$/.exec(line) ?? [];
  return key === undefined || value === undefined || /^(?:__proto__|constructor|prototype)$/.test(key)
    ? []
    : [[key, value]];
}

/** `db: ok`, `[+]ping ok`; not `ERROR: db`. */
function isCheck(line: string): boolean {
  const [[key] = []] = pairOf(line);
  return LINE.test(line) || (key !== undefined && readPhrase(key) === undefined);
}

/** A short text is interpreted as a status; a sentence only if it clearly reports a problem. */
function readSentence(line: string): Statement | undefined {
  if (line.length > 400) return readPhraseOfHead(line);
  const said = readPhrase(line);
  const tokens = tokensOf(line.replace(/\p{Extended_Pictographic}\uFE0F?/gu, ' '));
  if (said === undefined || tokens.length <= 2) return said;
  if (said.reason !== undefined && tokensOf(said.word ?? '').length <= 2) return said;
  if (said.status === 'healthy') return /^[1-5]\d\d\b/.test(line) ? said : undefined;
  const head = tokensOf(said.word ?? line);
  const ends = [head[0] ?? '', head.at(-1) ?? ''];
  const denied = /\b(?:not|isn'?t|cannot|can'?t|could ?n[o']?t|unable|no)\b/i.test(
    tokensOf(said.word ?? line).join(' ')
  );
  return denied || ends.some((token) => CLEAR.test(token)) || statusOfWord(line) ? said : undefined;
}

function readPhraseOfHead(line: string): Statement | undefined {
  const head = /^[\w ]{1,20}(?=:)/.exec(line)?.[0];
  const said = head === undefined ? undefined : readPhrase(head);
  return said && { ...said, reason: safeText(line.slice((head ?? '').length + 1), 200) };
}
