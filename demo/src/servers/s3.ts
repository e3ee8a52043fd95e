import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './child';
import { freePort } from './free-port';
import { findProgram } from './programs';
import { placeFor, startServer, withProperties, type RunningServer, type ServerOptions } from './running-server';

export interface S3Server extends RunningServer {
  /** `s3rver` is the fallback if MinIO is not installed: it checks signatures, but has no `/minio/health/*` routes. */
  readonly software: 'minio' | 'silo' | 's3rver';
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The only account of s3rver. */
const S3RVER_KEY = 'S3RVER';

// A separate program, so that it can be killed and frozen like any other server.
const S3RVER_SCRIPT = `
const S3rver = require(process.argv[1]);
const [, , directory, port] = process.argv;
new S3rver({ directory, port: Number(port), address: '127.0.0.1', silent: true, vhostBuckets: false }).run();
`;

/** Starts an S3 server: `silo` (the maintained fork of MinIO) or `minio` if one is in the PATH, else s3rver. */
export async function startS3(options: ServerOptions = {}): Promise<S3Server> {
  const software = (['silo', 'minio'] as const).find((program) => findProgram(program) !== undefined) ?? 's3rver';
  const place = await placeFor('s3', options);
  const { port, directory } = place;
  const url = `http://127.0.0.1:${port}`;
  const data = join(directory, 'data');
  mkdirSync(data, { recursive: true });
  const [accessKey, secretKey] = software === 's3rver' ? [S3RVER_KEY, S3RVER_KEY] : ['onehertz', 'onehertz-secret'];

  const command: Command =
    software === 's3rver'
      ? {
          program: process.execPath,
          args: ['-e', S3RVER_SCRIPT, require.resolve('@20minutes/s3rver'), data, `${port}`],
          cwd: directory,
        }
      : {
          program: findProgram(software) as string,
          args: [
            'server',
            data,
            '--address',
            `127.0.0.1:${port}`,
            '--console-address',
            `127.0.0.1:${await freePort()}`,
          ],
          env: { HOME: directory, MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey },
          cwd: directory,
        };
  const server = await startServer(
    { name: 'minio', commands: [command], url, ready: () => answersS3(url) },
    place,
    options.onLine
  );
  return withProperties(server, { software, accessKey, secretKey });
}

/** Any response except a server error; s3rver redirects anonymous requests to a page on the Internet. */
async function answersS3(url: string): Promise<boolean> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(1000) });
  await response.body?.cancel();
  return response.status < 500;
}
