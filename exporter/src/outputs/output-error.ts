/** Why a server to which an output talks did not do what it was asked for, as a message for people. */

/** The label `result` of the metrics that count such requests. */
export const OUTPUT_RESULTS = ['success', 'refused', 'failure', 'timeout'] as const;
export type OutputResult = (typeof OUTPUT_RESULTS)[number];

export abstract class OutputError extends Error {
  /**
   * @param message what was tried, what came back, what to do; without secrets
   * @param result `refused`: the server responded, and will reject every such request until its or our configuration changes
   * @param kind failures of one kind are logged once, e.g. `403`
   */
  constructor(
    message: string,
    readonly result: Exclude<OutputResult, 'success'>,
    readonly kind: string
  ) {
    super(message);
  }
}
