/** Verifies passwords against bcrypt hashes. */
import { Worker } from 'node:worker_threads';

/** Inline, because a separate file would be TypeScript in tests and JavaScript in the image. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { compareSync } = require(workerData.library);
  parentPort.postMessage(compareSync(workerData.password, workerData.hash));
`;

/**
 * Whether `password` matches this bcrypt hash. Runs on a worker thread, because it takes 60 ms at cost 10, doubling
 * with each step, and would delay ticks on the event loop.
 */
export function passwordMatches(password: string, hash: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(SCRIPT, {
      eval: true,
      workerData: { library: require.resolve('bcryptjs'), password, hash },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
