/** Rows of the matrix for set-ups of others: with the faults that a set-up can change. */
import { FOREIGN_SETUPS, type ForeignSetup } from '@onehertz/demo';
import type { FaultRow } from './rows';
import { PASSWORD } from './servers';

const FAULTS = ['connection refused', 'accept, then close', 'accept, then silence', 'lost flow'];

/** By name; what is said otherwise than where the probe's own row has this fault. */
const EXPECTS: Readonly<Record<string, FaultRow['expects']>> = {};

/** What speaks at each probe's address; that of Celery is its broker. */
const SPEAKS = { postgresql: 'postgresql', redis: 'redis', rabbitmq: 'amqp' } as const;

function speaks({ probe, at }: ForeignSetup): string {
  if (probe !== 'celery') return SPEAKS[probe];
  return at === 'rabbitmq' ? SPEAKS.rabbitmq : SPEAKS.redis;
}

/** Those of one probe. */
export const foreignRows = (probe: ForeignSetup['probe']): FaultRow[] =>
  FOREIGN_SETUPS.filter((setup) => setup.probe === probe).map((setup) => {
    const { name, title, at, behind, well, thawsSlowly, fields } = setup;
    return {
      title,
      slug: name,
      speaks: speaks(setup),
      keepsConnection: true,
      hasAccounts: false,
      faults: FAULTS,
      well,
      thawsSlowly,
      expects: EXPECTS[name],
      port: ({ foreign }) => foreign[at].port,
      plain: (port) => ({ probe, ...fields(port, PASSWORD) }),
      ...(behind && { behind: { called: behind.called, server: ({ foreign }) => foreign[behind.server] } }),
    };
  });
