/** What the tests must know of the probe tcp. */
import { canary } from '../../canaries/canary';
import { tcpParrot } from '../../canaries/parrots';
import type { FaultRow, Fields } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';

/** The end of the page: half an answer does not hold it. */
const tcpFields = (address: string): Fields => ({
  probe: 'tcp',
  address,
  send: 'GET /health HTTP/1.0\r\n\r\n',
  expect: '"redis":{"status":"healthy"}',
});

function tcp(title: string, slug: string, tls: boolean): FaultRow {
  const secure = (port: number): Fields => ({ ...tcpFields(`localhost:${port}`), tls: true });
  return {
    title,
    slug,
    speaks: 'http',
    tls,
    keepsConnection: false,
    hasAccounts: false,
    port: ({ service }) => service.port,
    plain: tls ? secure : (port) => tcpFields(`127.0.0.1:${port}`),
    secure,
  };
}

export const checks: ProbeChecks = {
  faults: [tcp('tcp', 'tcp', false), tcp('tcp with TLS', 'tcp-tls', true)],
  parrot: tcpParrot,
  canaries: ({ hosts }) =>
    hosts.flatMap((address) => [
      { address, send: `AUTH ${canary('send')}\r\n`, expect: 'never' },
      { address, send: `p000 PASS ${canary('send')}\n`, expect: 'never' },
    ]),
  lifecycle: { none: 'it keeps no connection; the matrix of faults refuses and restarts the port' },
  soak: { none: 'the demo has no component that is only a port' },
};
