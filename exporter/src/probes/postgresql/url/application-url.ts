/** The URL of an application that uses another driver than libpq. */
import { withoutDriver } from '../../kit/environment';
import { isParameter } from './parameters';

/**
 * Converts such a URL for libpq: removes SQLAlchemy's driver, other scheme names, and parameters known only to other
 * drivers, as the application needs them. TLS parameters are kept, because they must not be ignored.
 */
export function ofApplication(url: string | undefined): string | undefined {
  const plain = withoutDriver(url);
  const [, start = '', query] = /^(postgres(?:ql)?:\/\/[^?]*)\?(.*)$/s.exec(plain ?? '') ?? [];
  // an "@" after the "?" is the end of a password
  if (query === undefined || query.includes('@')) return plain;
  const kept = query.split('&').filter((part) => isParameter(part.replace(/=.*/s, '')) || /^ssl/i.test(part));
  return kept.length === 0 ? start : `${start}?${kept.join('&')}`;
}
