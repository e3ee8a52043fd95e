/** Celery's broker setting, which may list several brokers; Celery uses the first available one. */

/** Splits `pyamqp://a;pyamqp://b`, with schemes normalized. A semicolon within a URL is not followed by a scheme. */
export function brokersOf(text: string): string[] {
  return text
    .split(/;\s*(?=$|[a-z][a-z0-9+.-]*:\/\/)/i)
    .map((url) => url.trim().replace(/^(pyamqp|librabbitmq):/, 'amqp:'))
    .filter((url) => url !== '');
}
