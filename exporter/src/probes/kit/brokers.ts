/** The brokers of Celery, which takes several in one text, and works with the first that can be had. */

/** The URLs of `pyamqp://a;pyamqp://b`, by the schemes of their protocols. A semicolon inside of one stands before no scheme. */
export function brokersOf(text: string): string[] {
  return text
    .split(/;\s*(?=$|[a-z][a-z0-9+.-]*:\/\/)/i)
    .map((url) => url.trim().replace(/^(pyamqp|librabbitmq):/, 'amqp:'))
    .filter((url) => url !== '');
}
