/** A row of the matrix: how a probe is configured for a port, plain and over TLS, and which server stands behind it. */
import type { RunningServer } from '@onehertz/demo';
import type { SecureContext } from 'node:tls';
import type { ProbeName } from '../../src/probes';
import type { Terminator } from './certificates';
import type { Expectation } from './expectations';
import type { Behaviour } from './front';
import type { OwnServer } from './own-servers';
import { PASSWORD, type Account, type Servers } from './servers';

/** What servers speak, and what the matrix calls them; rows that bring a server of their own say it themselves. */
export const PROTOCOLS: Readonly<Record<string, string>> = {
  postgresql: 'PostgreSQL',
  redis: 'Redis',
  amqp: 'RabbitMQ',
  http: 'a web service',
  s3: 'S3',
};

export interface FaultRow {
  /** As in the table: `celery over AMQP`. */
  title: string;
  /** Part of a component's name. */
  slug: string;
  /** What it speaks: the servers of the others are foreign to it. */
  speaks: string;
  /** Starts its server, and says what the matrix calls it; absent for those that {@link Servers} has anyway. */
  own?: { called: string; start(): Promise<OwnServer> };
  /** Speaks TLS before its server, where clients do not begin with TLS: the protocol has a way of its own to ask for it. */
  terminate?(context: SecureContext, upstream: number): Promise<Terminator>;
  /** What people are told, where that is not what others say of this fault. */
  expects?: Readonly<Record<string, Expectation>>;
  /** Whether it speaks TLS also where nothing else is to be tested. */
  tls?: boolean;
  keepsConnection: boolean;
  hasAccounts: boolean;
  port(servers: Servers): number;
  /** Fields of the component. `account`: log in as this one, where the server has accounts. */
  plain(port: number, servers: Servers, account?: Account): Fields;
  /** Absent where the faults of TLS are not among its faults. */
  secure?(port: number, servers: Servers): Fields;
  /** Those of the faults that it has; default: all. */
  faults?: readonly string[];
  /** What the board says of it while it has none; default: `healthy`. */
  well?: 'healthy' | 'warning';
  /** Why its server is not frozen, if it is not; on the way to it there is silence all the same. */
  thawsSlowly?: string;
  /** A server that it needs besides, which is killed and frozen while its own lives; `called`: `the worker`. */
  behind?: { called: string; server(servers: Servers): RunningServer };
  /** Where the server itself cannot be told to refuse an account: what does so in its place, or on the way to it. */
  refusals?: Partial<Record<Account, Behaviour | ((servers: Servers) => number)>>;
}

export type Fields = { probe: ProbeName } & Record<string, unknown>;

/** `user:password@` for a URL. @param account to log in as, where the server has accounts */
export const authority = (account: Account | undefined, user: string, password: string = PASSWORD) =>
  `${account ?? user}:${account ? PASSWORD : password}@`;

export const KEPT = { keepsConnection: true, hasAccounts: true };

/** A probe that asks a web service for a page. */
export function overHttp(probe: ProbeName, slug: string, path: string): FaultRow {
  const at = (origin: string): Fields => ({ probe, url: `${origin}${path}`, interval: '1s', timeout: '800ms' });
  return {
    title: probe,
    slug,
    speaks: 'http',
    ...KEPT,
    port: ({ service }) => service.port,
    plain: (port) => at(`http://127.0.0.1:${port}`),
    secure: (port) => at(`https://localhost:${port}`),
    refusals: {
      login: ({ saying }) => saying[401],
      rights: ({ saying }) => saying[403],
      limit: ({ saying }) => saying[503],
    },
  };
}
