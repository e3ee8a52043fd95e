import { Client, S3Error } from 'minio';
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Dependency } from './dependency';

export interface Storage extends Dependency {
  makeBucket(bucket: string): Promise<void>;
  put(bucket: string, name: string, body: string): Promise<void>;
  /** `undefined` if there is no such object. */
  get(bucket: string, name: string): Promise<string | undefined>;
  remove(bucket: string, name: string): Promise<void>;
}

export interface StorageOptions {
  url: string;
  accessKey: string;
  secretKey: string;
  /** Bucket used by the check. */
  bucket: string;
  required: boolean;
}

const TIMEOUT_MS = 1000;
const REGION = 'us-east-1';

/** Kept connections to an S3 server; requests time out after a second of silence and are not retried. */
export function createStorage({ url, accessKey, secretKey, bucket, required }: StorageOptions): Storage {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const { hostname, port, protocol } = new URL(url);
  const client = new Client({
    endPoint: hostname,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    useSSL: false,
    accessKey,
    secretKey,
    region: REGION,
    pathStyle: true,
    transportAgent: agent,
    retryOptions: { disableRetry: true },
    // the client itself has no time-out
    transport: {
      request: ((options: RequestOptions, onResponse: (response: IncomingMessage) => void) => {
        const sent = request(options, onResponse);
        sent.setTimeout(TIMEOUT_MS, () => sent.destroy(new Error(`timed out after ${TIMEOUT_MS} ms`)));
        return sent;
      }) as typeof request,
    },
  });
  return {
    name: 'minio',
    required,
    check: () => client.bucketExists(bucket),
    async makeBucket(name) {
      if (!(await client.bucketExists(name))) await client.makeBucket(name, REGION);
    },
    async put(inBucket, name, body) {
      await client.putObject(inBucket, name, body, Buffer.byteLength(body), { 'Content-Type': 'application/json' });
    },
    async get(inBucket, name) {
      try {
        return await text(await client.getObject(inBucket, name));
      } catch (error) {
        if (error instanceof S3Error && error.code === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    remove: (inBucket, name) => client.removeObject(inBucket, name),
    close: () => agent.destroy(),
  };
}
