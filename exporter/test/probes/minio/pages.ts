/** What a MinIO answers, as RELEASE.2026-02-12 does. */

/** Status, body, headers. */
export type Page = [status: number, body?: string, headers?: Record<string, string>];

export const XML = { 'content-type': 'application/xml', server: 'MinIO' };
export const error = (code: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>…</Message></Error>`;
const DENIED: Page = [403, error('AccessDenied'), XML];
export const NO_BUCKETS: Page = [200, '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>', XML];
/** The pages of a MinIO that works, as RELEASE.2026-02-12 answers to somebody without keys. */
export const WORKING: Record<string, Page> = {
  '/': DENIED,
  '/minio/health/live': [200],
  '/minio/health/cluster': [200],
  '/minio/health/cluster/read': [200],
  '/minio/v2/metrics/cluster': [403, '{"Code":"AccessDenied"}'],
};
