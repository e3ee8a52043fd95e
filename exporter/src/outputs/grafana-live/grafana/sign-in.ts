/** Whether Grafana accepts user and password, and has the user in the organization. */
import type { Logger } from 'pino';
import { z } from 'zod';
import { parseJson } from '../../../probes/kit/json-reader';
import { describeError } from '../../../text/errors';
import type { AdminApi } from './admin-api';
import type { GrafanaAnswer } from './grafana-http';
import { PushError } from './push-error';
import type { RefusedSignIn } from './refused-sign-in';

export interface Organization {
  id: number;
  name: string;
}

/** Nobody but a user with a password gets an answer of it: with anonymous access other paths take a wrong password for nobody's. */
const SIGN_IN = '/api/user';
const ORGANIZATION = '/api/org';
/** Grafana's id of the error that it looked at no password, where nobody comes in without one. */
const NOT_LOOKED_AT = 'auth.unauthorized';
/** Until somebody has changed Grafana's configuration. */
const UNTIL_CONFIGURED_MS = 60_000;

const signedIn = z.object({ login: z.string() });
const organization = z.object({ id: z.number(), name: z.string() });
const errorBody = z.object({ messageId: z.string() });

/** @param file beside which it is kept that a password was refused, for messages */
export function createSignIn(api: AdminApi, refusals: RefusedSignIn, file: string, log: Logger) {
  async function refuse(): Promise<number> {
    try {
      return await refusals.add();
    } catch (error) {
      log.warn(
        { file, reason: describeError(error) },
        'that Grafana rejected the password cannot be stored; the next start will try it again'
      );
      return refusals.pauseMs();
    }
  }

  function wrongPassword(said: string, pauseMs: number): PushError {
    const minutes = Math.ceil(pauseMs / 60_000);
    const text =
      `${api.where(SIGN_IN)} ${said}: the user "${api.username}" or its password is wrong, Grafana has locked the user out for some minutes, or ` +
      `its [auth.basic] is off; check grafana_live.username and password. Next try in ${minutes} minutes, with another password at once`;
    return new PushError(text, 'refused', 'sign-in 401', pauseMs);
  }

  function notLookedAt(): PushError {
    const text =
      `${api.where(SIGN_IN)} answered 401 without checking the password: [auth.basic] of Grafana is off, or a proxy in front of it removes the ` +
      'header Authorization; turn it on, or set grafana_live.token instead of username';
    return new PushError(text, 'refused', 'basic auth off', UNTIL_CONFIGURED_MS);
  }

  /** @returns the organization, in which the user is @throws PushError */
  return async function signIn(signal: AbortSignal): Promise<Organization> {
    const pauseMs = await refusals.pauseMs();
    if (pauseMs > 0) throw wrongPassword('rejected the sign-in before', pauseMs);
    const user = await api.askOfUser(SIGN_IN, signal);
    if (user.status === 401) {
      if (errorId(user) === NOT_LOOKED_AT) throw notLookedAt();
      throw wrongPassword(`answered 401${user.message && ` ("${user.message}")`}`, await refuse());
    }
    api.parsed(signedIn, user, SIGN_IN);
    await refusals.clear().catch(() => undefined);

    const answer = await api.ask('GET', ORGANIZATION, signal);
    const found = answer.status === 200 ? api.parsed(organization, answer, ORGANIZATION) : undefined;
    if (found?.id === api.orgId) return found;
    const text =
      `${api.where(ORGANIZATION)} answered ${answer.status}: the user "${api.username}" is not in the organization ${api.orgId}, or may not ` +
      'read it; add it there with the role Admin, or set grafana_live.org_id';
    throw new PushError(text, 'refused', 'organization', UNTIL_CONFIGURED_MS);
  };
}

function errorId({ text }: GrafanaAnswer): string | undefined {
  return errorBody.safeParse(parseJson(text)).data?.messageId;
}
