/** The parts of Prometheus' HTTP API that the preview uses. */

export type Sample = [seconds: number, value: string];

export interface PrometheusSeries {
  metric: Record<string, string>;
  /** Of an instant vector. */
  value?: Sample;
  /** Of a matrix. */
  values?: Sample[];
}

export type PrometheusData =
  | { resultType: 'vector'; result: PrometheusSeries[] }
  | { resultType: 'matrix'; result: PrometheusSeries[] }
  | { resultType: 'scalar'; result: Sample }
  | { resultType: 'string'; result: Sample };

interface PrometheusAnswer<T> {
  status: 'success' | 'error';
  data?: T;
  errorType?: string;
  error?: string;
}

/**
 * @param path e.g. `query_range`
 * @throws Error with Prometheus' own message, or with the reason of the failed request
 */
export async function askPrometheus<T>(
  path: string,
  parameters: Record<string, string>,
  signal?: AbortSignal
): Promise<T> {
  const response = await fetch(`/prometheus/api/v1/${path}?${new URLSearchParams(parameters)}`, { signal });
  const text = await response.text();
  let answer: PrometheusAnswer<T>;
  try {
    answer = JSON.parse(text) as PrometheusAnswer<T>;
  } catch {
    throw new Error(`Prometheus answered ${response.status} and no JSON: ${text.slice(0, 200)}`);
  }
  if (answer.status !== 'success' || answer.data === undefined) throw new Error(`${answer.errorType}: ${answer.error}`);
  return answer.data;
}
