/** Adds the expiry of the server's TLS certificate to a result. */
import type { ProbeResult } from '../probe';

const EXPIRY = 'component_http_certificate_expiry_timestamp_seconds';
const DAY_MS = 86_400_000;

/** @param expiry in milliseconds since the epoch; `undefined` without TLS */
export function withCertificate(
  result: ProbeResult,
  expiry: number | undefined,
  { tls_expiry_warning }: { tls_expiry_warning: number }
): ProbeResult {
  if (expiry === undefined) return result;
  const left = expiry - Date.now();
  const days = Math.floor(left / DAY_MS);
  const found: ProbeResult = {
    ...result,
    details: {
      ...result.details,
      certificate_expiry: new Date(expiry).toISOString().slice(0, 10),
      certificate_days: days,
    },
    gauges: [...(result.gauges ?? []), { name: EXPIRY, value: expiry / 1000 }],
  };
  if (result.status !== 'healthy' || left >= tls_expiry_warning) return found;
  const when = days < 0 ? 'has expired' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`;
  return { ...found, status: 'warning', message: `its TLS certificate ${when}` };
}
