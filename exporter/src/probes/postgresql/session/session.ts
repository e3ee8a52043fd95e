/** Opens a session like psql: hosts in turn, with and without TLS according to `sslmode`, until one succeeds. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { withDeadline } from '../../../runtime/deadline';
import { describeError, Rejection, toError, Unavailable } from '../../../text/errors';
import { reworded } from '../../../text/failure-reason';
import { abortable } from '../../kit/kept-connection';
import type { Slots } from '../../kit/slots';
import type { Figures } from '../figures/figures';
import { readTruth } from '../figures/read';
import { isSocket, placeName, type ConnectionSettings, type Place, type TlsSettings } from '../url/connection';
import type { SessionAttributes } from '../url/parameters';
import { isRefusedByRule, triesNextPlace } from './errors';
import { logIn, type LoginOptions, type Session } from './login';
import { TlsFailure, type Way } from './stream';

export interface SessionOptions extends Omit<LoginOptions, 'slot'> {
  take: Slots['take'];
  /** The TLS mode that a host accepted after rejecting another, by host name: rejections are logged by the server. */
  ways: Map<string, Way>;
}

/** @throws the server's error, or for several hosts the error of each */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { settings } = options;
  const places = await expanded(settings);
  const wanted = settings.sessionAttributes;
  if (wanted !== 'prefer-standby') return firstOf(places, wanted, options);
  try {
    return await firstOf(places, 'standby', options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return firstOf(places, 'any', options);
  }
}

async function firstOf(places: Place[], wanted: SessionAttributes, options: SessionOptions): Promise<Session> {
  const failures: { place: Place; error: Error }[] = [];
  for (const place of places) {
    try {
      return await atPlace(place, wanted, options);
    } catch (thrown) {
      const error = toError(thrown);
      failures.push({ place, error });
      if (options.signal.aborted || !(error instanceof WrongRole || triesNextPlace(error))) break;
    }
  }
  const [first] = failures;
  if (first === undefined) throw new Error('its name has no address');
  if (failures.length === 1 && places.length === 1) throw first.error;
  const all = failures.map(({ place, error }) => `${placeName(place)}: ${describeError(error)}`).join('; ');
  const is = (kind: typeof Rejection) => failures.some(({ error }) => error instanceof kind);
  const Kind = is(Rejection) ? Rejection : is(Unavailable) ? Unavailable : Error;
  throw reworded(new Kind(all), first.error);
}

async function atPlace(place: Place, wanted: SessionAttributes, options: SessionOptions): Promise<Session> {
  const { settings, ways, signal, take } = options;
  const name = placeName(place);
  const order = waysOf(settings.tls, place);
  // starts with the mode that was not rejected last time
  const last = ways.get(name);
  if (last !== undefined && order.length > 1 && (order[0] === 'plain') !== (last === 'plain')) order.reverse();
  for (let index = 0; ; index += 1) {
    const way = order[index] ?? 'plain';
    const slot = await take(signal);
    try {
      const session = await logIn({ place, way, tls: settings.tls }, { ...options, slot });
      if (index > 0) ways.set(name, session.route.way);
      if (wanted !== 'any') await checkRole(session, wanted, options);
      return session;
    } catch (error) {
      const mayHelp = isRefusedByRule(error) || (error instanceof TlsFailure && settings.tls.mode === 'prefer');
      if (index + 1 >= order.length || !mayHelp || signal.aborted) throw error;
    }
  }
}

function waysOf({ mode }: TlsSettings, place: Place): Way[] {
  if (isSocket(place) || mode === 'disable') return ['plain'];
  if (mode === 'allow') return ['plain', 'tls'];
  if (mode === 'prefer') return ['offered', 'plain'];
  return ['tls'];
}

/**
 * Each address counts as a host if a server with a certain role is wanted; otherwise the operating system's order is
 * used.
 */
async function expanded({ places, sessionAttributes, shuffled }: ConnectionSettings): Promise<Place[]> {
  const ordered = shuffled
    ? places
        .map((place) => ({ place, at: Math.random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ place }) => place)
    : places;
  if (sessionAttributes === 'any') return ordered;
  const found = await Promise.all(
    ordered.map(async (place) => {
      if (isSocket(place) || place.address !== undefined || isIP(place.host) > 0) return [place];
      const addresses = await lookup(place.host, { all: true }).catch(() => []);
      return addresses.length === 0 ? [place] : addresses.map(({ address }) => ({ ...place, address }));
    })
  );
  return found.flat();
}

/** The session was opened, but its server does not have the required role. */
export class WrongRole extends Rejection {}

const ROLE = `SELECT pg_catalog.pg_is_in_recovery() AS standby,
  pg_catalog.current_setting('transaction_read_only') = 'on' AS "readOnly"`;

async function checkRole(
  session: Session,
  wanted: SessionAttributes,
  { signal, loginMs }: SessionOptions
): Promise<void> {
  const leave = (error: Error): never => {
    session.leave();
    throw error;
  };
  const [standby, readOnly] = await withDeadline(signal, loginMs, async (limited) => {
    const { rows } = await abortable(session.client.query(ROLE), limited);
    const row: unknown = rows[0];
    return [readTruth(row, 'standby'), readTruth(row, 'readOnly')] as const;
  }).catch((error: unknown) => leave(toError(error)));
  const reason = mismatch(wanted, standby, readOnly);
  if (reason !== undefined) leave(new WrongRole(`${reason}, and target_session_attrs=${wanted}`));
}

/** Why a server does not satisfy `target_session_attrs`; `undefined` if it does. */
function mismatch(wanted: SessionAttributes, standby: boolean, readOnly: boolean): string | undefined {
  if (wanted === 'read-write' && readOnly) return standby ? 'it is a standby' : 'it is read-only';
  if (wanted === 'read-only' && !readOnly) return 'it can be written to';
  if (wanted === 'primary' && standby) return 'it is a standby';
  if (wanted === 'standby' && !standby) return 'it is a primary';
  return undefined;
}

/** The same for an open session whose server was promoted or demoted. */
export function changedRole(wanted: SessionAttributes, { standby }: Partial<Figures>): string | undefined {
  // whether a primary accepts writes is a setting that was already checked
  if (standby === undefined || wanted === 'any' || wanted === 'read-only' || wanted === 'prefer-standby')
    return undefined;
  const reason = mismatch(wanted, standby, standby);
  return reason && `${reason} by now, and target_session_attrs=${wanted}`;
}
