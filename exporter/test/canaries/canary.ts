/** Secrets that are recognizable in any encoding. */

export const MARK = 'CanarySecret';

/** A secret with all characters that are special in URLs, JSON, base64 and HTML. @param name distinguishes canaries */
export const canary = (name: string) => `${MARK}-${name}/"@:+<&'x`;
/** The same, encoded for a URL. */
export const inUrl = (name: string) => encodeURIComponent(canary(name));

/** Base64 of the mark at each offset, without characters that also encode adjacent bytes. */
const BASE64 = [0, 1, 2].map((offset) => {
  const text = Buffer.from('\0'.repeat(offset) + MARK)
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(offset === 0 ? 0 : offset + 1, (MARK.length + offset) % 3 === 0 ? undefined : -1);
});

const FORMS = [MARK, ...BASE64, Buffer.from(MARK).toString('hex'), [...MARK].reverse().join('')];

/** The canaries in a text, with their context. */
export function leaksIn(text: string): string[] {
  const leaks: string[] = [];
  for (const form of FORMS) {
    const pattern = form === MARK ? new RegExp(form, 'gi') : new RegExp(form.replace(/[+/]/g, '\\$&'), 'g');
    for (const { index } of text.matchAll(pattern)) leaks.push(text.slice(Math.max(0, index - 150), index + 60));
  }
  return leaks;
}
