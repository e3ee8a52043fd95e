/** Why a push failed, as a message for the operator, and how it affects the next push. */
import { OutputError, type OutputResult } from '../../output-error';

export class PushError extends OutputError {
  override readonly name = 'PushError';

  /** @param pauseMs minimum pause before the next attempt, whatever the backoff; for the others see {@link OutputError} */
  constructor(
    message: string,
    result: Exclude<OutputResult, 'success'>,
    kind: string,
    readonly pauseMs = 0
  ) {
    super(message, result, kind);
  }
}

/** The meaning of a response of Grafana (or a proxy) to a push. @param where the address without credentials */
export function refusal(status: number, where: string, detail: string): PushError {
  const said = detail === '' ? '' : ` ("${detail}")`;
  const explain = (text: string) => `${where} answered ${status}${said}: ${text}`;
  if (status >= 500 && status !== 500)
    return new PushError(explain('Grafana or the proxy in front of it is not ready'), 'failure', String(status));
  const text = MEANINGS[status] ?? (status >= 300 && status < 400 ? REDIRECT : 'Grafana does not accept the push');
  return new PushError(explain(text), status === 500 || status === 429 ? 'failure' : 'refused', String(status));
}

const REDIRECT = 'the push was redirected; set grafana_live.url to the address that Grafana itself has';

const MEANINGS: Record<number, string> = {
  400: 'Grafana does not accept the stream; check grafana_live.stream_id',
  401:
    'the token is not valid: it was revoked, has expired or is of another Grafana; set grafana_live.token (or token_file) ' +
    'to a token of a service account with the role Editor',
  403:
    'the token lacks the permission live:push; give its service account the role Editor, or a role with live:push ' +
    '(grafana_live.token). Over a WebSocket some versions ask for the role Admin: use transport: http',
  404: 'nothing accepts Live pushes there; grafana_live.url must be the address of Grafana, with its sub-path if it has one',
  413: 'the push is too large for the proxy in front of Grafana; raise its limit (nginx: client_max_body_size)',
  429: 'too many requests',
  500: 'Grafana could not process the push; its log says why (logger=live.push_http), with [log] filters = live.push_http:debug',
};
