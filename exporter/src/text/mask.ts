/** Removes known secrets from a text, in any encoding. */

const MARK = '***';
/** Masking shorter secrets would make messages unreadable. */
const MIN_LENGTH = 3;
/** Shorter base64 sequences occur by chance. */
const MIN_BASE64 = 8;
/** The beginning, or the end, of a longer secret is a secret, too: a server may have cut it. */
const MIN_HEAD = 8;

/**
 * A function that replaces each of `secrets` by `***`: as it is, percent-encoded (also twice), escaped as in JSON, in hexadecimal, or inside
 * of base64, as in the header of basic authentication; and what begins or ends as it does. The work of finding its forms is done once.
 * @param secrets those shorter than `minLength` characters (at least 3) are left alone
 */
export function createMask(secrets: readonly string[], minLength = MIN_LENGTH): (text: string) => string {
  const wanted = [...new Set(secrets)].filter((secret) => secret.length >= Math.max(minLength, MIN_LENGTH));
  if (wanted.length === 0) return (text) => text;
  // longest first: one secret may contain another
  const forms = [...new Set(wanted.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const heads = forms
    .filter((form) => form.length > MIN_HEAD)
    .map((form) => {
      const length = Math.max(MIN_HEAD, Math.ceil(form.length / 2));
      return { form, head: form.slice(0, length), tail: form.slice(-length) };
    });
  const cores = [...new Set(wanted.flatMap(base64Cores))];
  return (text) => {
    let result = text;
    for (const form of forms) if (result.includes(form)) result = result.replaceAll(form, MARK);
    for (const { form, head, tail } of heads) {
      if (result.includes(head)) result = replaceHeads(result, form, head);
      if (result.includes(tail)) result = replaceTails(result, form, tail);
    }
    for (const core of cores) if (result.includes(core)) result = replaceWords(result, core);
    return result;
  };
}

function formsOf(secret: string): string[] {
  const encoded = safeEncode(secret);
  const lower = encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  const hex = Buffer.from(secret).toString('hex');
  return [secret, encoded, lower, safeEncode(encoded), JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase()];
}

function safeEncode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text; // half of a surrogate pair
  }
}

/**
 * The part that is common to the base64 of every text that contains the secret, for each of the three possible offsets.
 */
function base64Cores(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
    // without characters that also encode adjacent bytes
    const [start, end] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    const found = (['base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding).slice(start, end));
    return found.filter((core) => core.length >= MIN_BASE64);
  });
}

/** Replaces text that begins like `form`, as far as it matches. */
function replaceHeads(text: string, form: string, head: string): string {
  let result = '';
  let from = 0;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    let length = head.length;
    while (length < form.length && text[at + length] === form[length]) length++;
    result += text.slice(from, at) + MARK;
    from = at + length;
  }
  return result + text.slice(from);
}

/** Replaces what ends as `form` does, with as much as stands before it of it. */
function replaceTails(text: string, form: string, tail: string): string {
  let result = '';
  let from = 0;
  for (let at = text.indexOf(tail); at >= 0; at = text.indexOf(tail, from)) {
    let before = 0;
    const most = Math.min(form.length - tail.length, at - from);
    while (before < most && text[at - before - 1] === form[form.length - tail.length - before - 1]) before++;
    result += text.slice(from, at - before) + MARK;
    from = at + tail.length;
  }
  return result + text.slice(from);
}

/** Replaces whole words of base64 that hold `core`. */
function replaceWords(text: string, core: string): string {
  let result = '';
  let from = 0;
  for (let at = text.indexOf(core); at >= 0; at = text.indexOf(core, from)) {
    let [start, end] = [at, at + core.length];
    while (start > from && isBase64(text[start - 1])) start--;
    while (isBase64(text[end])) end++;
    result += text.slice(from, start) + MARK;
    from = end;
  }
  return result + text.slice(from);
}

const isBase64 = (character: string | undefined) => character !== undefined && /[A-Za-z0-9+/=_-]/.test(character);
