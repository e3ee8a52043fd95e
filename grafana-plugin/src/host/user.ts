/** Who uses this Grafana. */
import { config } from '@grafana/runtime';

/** The login of the user, or else the name; empty for somebody who is not signed in. */
export function userName(): string {
  const { isSignedIn, login, name } = config.bootData?.user ?? {};
  return isSignedIn ? login || name || '' : '';
}
