/** The matrix: every probe with every applicable fault, each as a component with its own front. */
import { CERTIFICATES, createTerminator, type Certificate, type Certificates, type Terminator } from './certificates';
import { createFront, type Behaviour, type Front } from './front';
import { NETWORK_FAULTS, type NetworkFault } from './network-faults';
import { FAULT_ROWS } from './probes';
import { PROTOCOLS, type FaultRow, type Fields } from './rows';
import { ACCOUNTS, type Account, type Servers } from './servers';

/** How a fault is caused, besides the front's behaviour. */
export type Means = 'front' | 'refused' | 'black hole' | 'server';

/**
 * What is behind a front: the server itself, one of another row, or a TLS server with this certificate in front of it.
 */
type Backend = 'own' | FaultRow | Certificate;

/** A cell of the matrix, before anything runs. */
export interface Plan {
  row: FaultRow;
  fault: string;
  /** Of the component. */
  name: string;
  means: Means;
  behaviour: Behaviour;
  /** Of the component, for the front's port. */
  fields(port: number, servers: Servers): Fields;
  /** The backend before and after the fault. */
  backend: Backend;
  /** The backend during the fault; a function: a server that rejects everything. */
  instead?: Backend | ((servers: Servers) => number);
}

export interface Case extends Plan {
  component: Fields & { name: string };
  front: Front;
}

const FAULTS_OF_ACCOUNTS: Record<Account, string> = {
  login: 'wrong password',
  rights: 'permission denied',
  limit: 'connection limit reached',
};

/** S3 and web services are both HTTP, so they do not count as foreign protocols. */
const family = ({ speaks }: FaultRow) => (speaks === 's3' ? 'http' : speaks);

/** The expected server was replaced by another. */
const REPLACED: Behaviour = { breaks: true, breaksAtEnd: true };

export const PLANS: readonly Plan[] = FAULT_ROWS.flatMap(plansOf);

function plansOf(row: FaultRow): Plan[] {
  const plan = (fault: string, { means = 'front', behaviour = {}, ...rest }: Partial<Plan> = {}): Plan => {
    const name = `${row.slug}--${fault.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
    return { row, fault, name, means, behaviour, fields: row.plain, backend: row.tls ? 'good' : 'own', ...rest };
  };
  const plans = [
    plan('connection refused', { means: 'refused', behaviour: { breaks: true } }),
    plan('black hole', { means: 'black hole', behaviour: NETWORK_FAULTS['accept, then silence'] }),
  ];
  for (const fault of Object.keys(NETWORK_FAULTS) as NetworkFault[])
    // without a kept connection there is no flow to lose
    if (fault !== 'lost flow' || row.keepsConnection) plans.push(plan(fault, { behaviour: NETWORK_FAULTS[fault] }));
  const seen = new Set([family(row)]);
  for (const other of FAULT_ROWS) {
    if (seen.has(family(other))) continue;
    seen.add(family(other));
    plans.push(
      plan(`${other.own?.called ?? PROTOCOLS[other.speaks]} answers`, { instead: other, behaviour: REPLACED })
    );
  }
  if (!row.tls) plans.push(plan('TLS where none is expected', { instead: 'good', behaviour: REPLACED }));
  if (row.secure) {
    const secure: Partial<Plan> = { fields: row.secure, backend: 'good', behaviour: REPLACED };
    plans.push(plan('no TLS where it is expected', { ...secure, instead: 'own' }));
    for (const certificate of CERTIFICATES.filter((name) => name !== 'good'))
      plans.push(plan(`certificate: ${certificate}`, { ...secure, instead: certificate }));
  }
  if (row.hasAccounts) plans.push(...plansOfAccounts());
  return plans.filter(({ fault }) => row.faults?.includes(fault) ?? true);

  function plansOfAccounts(): Plan[] {
    return ACCOUNTS.map((account) => {
      const fields: Plan['fields'] = (port, servers) => row.plain(port, servers, account);
      const refusal = row.refusals?.[account];
      const means: Partial<Plan> =
        refusal === undefined
          ? { means: 'server', fields, behaviour: { breaks: true } }
          : typeof refusal === 'function'
            ? { instead: refusal, behaviour: REPLACED }
            : { behaviour: refusal };
      return plan(FAULTS_OF_ACCOUNTS[account], means);
    });
  }
}

export interface Matrix {
  cases: Case[];
  /** Port on which the row's server speaks TLS without faults. */
  securePort(row: FaultRow): Promise<number>;
  close(): Promise<void>;
}

/** Puts a front before the servers for each plan. */
export async function createMatrix(
  servers: Servers,
  certificates: Certificates,
  rows: readonly FaultRow[] = FAULT_ROWS
): Promise<Matrix> {
  const terminators = new Map<string, Terminator>();

  async function portOf(backend: Exclude<Plan['instead'], undefined>, row: FaultRow): Promise<number> {
    if (typeof backend === 'function') return backend(servers);
    if (backend === 'own') return row.port(servers);
    if (typeof backend === 'object') return backend.port(servers);
    const key = `${row.slug} ${backend}`;
    const context = certificates.context(backend);
    const create = row.terminate ?? ((...args) => createTerminator(...args, row.speaks === 'postgresql'));
    const terminator = terminators.get(key) ?? (await create(context, row.port(servers)));
    terminators.set(key, terminator);
    return terminator.port;
  }

  const cases: Case[] = [];
  for (const plan of PLANS.filter(({ row }) => rows.includes(row))) {
    const front = await createFront(await portOf(plan.backend, plan.row));
    const upstream = plan.instead === undefined ? undefined : await portOf(plan.instead, plan.row);
    const behaviour = { ...plan.behaviour, ...(upstream !== undefined && { upstream }) };
    const component = { name: plan.name, ...plan.fields(front.port, servers) };
    cases.push({ ...plan, behaviour, component, front });
  }
  return {
    cases,
    securePort: (row) => portOf('good', row),
    async close() {
      const parts = [...cases.map(({ front }) => front), ...terminators.values()];
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}
