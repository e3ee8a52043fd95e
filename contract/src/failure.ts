/**
 * Why a component is unhealthy, as one word. It is a label of {@link COMPONENT_METRIC.failureReason}, so the set is
 * small and fixed.
 */

/** Each reason with its meaning, as used in a sentence about a component. */
export const FAILURE_REASONS = {
  refused: 'the connection is refused',
  timeout: 'it timed out',
  dns: 'its name does not resolve',
  unreachable: 'no route to its host',
  closed: 'the connection was closed or reset',
  tls: 'TLS fails, or its certificate is not trusted',
  auth: 'it does not accept our credentials',
  permission: 'our account lacks a right',
  rejected: 'it rejects us for another reason',
  http_4xx: 'an HTTP status code from 400 to 499',
  http_5xx: 'an HTTP status code from 500 to 599',
  protocol: 'the server speaks another protocol',
  reported: 'it answers, and says itself that it does not work',
  exporter: 'the exporter itself lacks something, e.g. file descriptors',
  other: 'none of these; its error says more',
} as const;

export type FailureReason = keyof typeof FAILURE_REASONS;
