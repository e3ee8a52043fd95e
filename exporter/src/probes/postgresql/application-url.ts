/** The URL of an application, whose driver is another one than libpq. */
import { withoutDriver } from '../kit/environment';
import { isParameter } from './parameters';

/**
 * What such a URL means to libpq: the driver of SQLAlchemy and other names of the scheme are taken out, and parameters that only other drivers
 * know; what looks like one of TLS stays, as it must not be overlooked. The application cannot be told to do without them.
 */
export function ofApplication(url: string | undefined): string | undefined {
  const plain = withoutDriver(url);
  const [, start = '', query] = /^(postgres(?:ql)?:\/\/[^?]*)\?(.*)$/s.exec(plain ?? '') ?? [];
  // an "@" behind the "?" is the end of a password
  if (query === undefined || query.includes('@')) return plain;
  const kept = query.split('&').filter((part) => isParameter(part.replace(/=.*/s, '')) || /^ssl/i.test(part));
  return kept.length === 0 ? start : `${start}?${kept.join('&')}`;
}
