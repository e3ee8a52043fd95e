/** Why Alertmanager did not do what it was asked for, as a message for people. */

/** For `onehertz_alertmanager_polls_total{result}`. */
export const POLL_RESULTS = ['success', 'refused', 'failure', 'timeout'] as const;
export type PollResult = (typeof POLL_RESULTS)[number];

export class AlertmanagerError extends Error {
  override readonly name = 'AlertmanagerError';

  /**
   * @param message what was tried, what came back, what to do; without secrets
   * @param result `refused`: Alertmanager responded, and will reject it until its or our configuration changes
   * @param kind failures of one kind are logged once, e.g. `403`
   */
  constructor(
    message: string,
    readonly result: Exclude<PollResult, 'success'>,
    readonly kind: string
  ) {
    super(message);
  }
}
