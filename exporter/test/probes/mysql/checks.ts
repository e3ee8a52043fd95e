/** What the tests must know of the probe mysql. */
import { canary, inUrl } from '../../canaries/canary';
import { authority, KEPT, type FaultRow } from '../../faults/rows';
import type { ProbeChecks } from '../kit/checks';
import { startServer } from './matrix';
import { mysqlParrot, PARROT_KEY } from './parrot';
import { terminate } from './terminator';

const mysql: FaultRow = {
  title: 'mysql',
  slug: 'mysql',
  speaks: 'mysql',
  own: { called: 'MySQL', start: startServer },
  terminate,
  ...KEPT,
  port: ({ own }) => own.mysql!.port,
  plain: (port, _servers, account) => ({
    probe: 'mysql',
    url: `mysql://${authority(account, 'onehertz')}127.0.0.1:${port}${account === 'rights' ? '/guarded' : ''}`,
  }),
  secure: (port) => ({ probe: 'mysql', url: `mysql://${authority(undefined, 'onehertz')}localhost:${port}`, tls: {} }),
  expects: {
    'TLS where none is expected': { status: 'unhealthy', text: /insecure transport are prohibited; set tls$/ },
  },
};

export const checks: ProbeChecks = {
  faults: [mysql],
  parrot: mysqlParrot,
  canaries({ hosts, write }) {
    write('mysql-password', canary('file'));
    write('mysql-url', `mysql://watcher:${inUrl('password')}@${hosts[1]}/db`);
    const found = hosts.flatMap((host) => [
      { url: `mysql://watcher:${inUrl('password')}@${host}/db`, server_public_key: PARROT_KEY },
      { url: `mariadb://watcher:${inUrl('password')}@${host}`, tls: { insecure: true } },
      { url: `mysql://watcher@${host}/db`, password: canary('field'), server_public_key: PARROT_KEY },
      { url: `mysql://watcher@${host}`, password_file: 'mysql-password' },
    ]);
    return [...found, { url_file: 'mysql-url' }];
  },
  lifecycle: { test: 'mysql.test.ts' },
  soak: {
    none: 'the demo runs no MySQL, and its services use none; what a soak would find, lifecycle and the matrix of faults look for',
  },
};
