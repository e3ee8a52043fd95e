/** Where a component is, for people. */
import { withoutQuery } from '../text/names';
import { redact } from '../text/redact';
import { definitionOf, type Target } from '.';
import { secretsOfTarget } from './definition';

/**
 * The address of a target as configured, without user, password, query and any other secret: `redis://127.0.0.1:6379`; several of them are
 * separated by commas. Never throws.
 */
export function addressOf(target: Target): string {
  const { address, url } = target as { address?: string; url?: string };
  const secrets = secretsOfTarget(definitionOf(target.probe), target);
  return (address ?? url ?? '')
    .split(/[;\s]+/)
    .filter((one) => one !== '')
    .map((one) => withoutQuery(redact(one, secrets).replace('***@', '')))
    .join(', ');
}
