/** Compares passwords with bcrypt hashes. */
import { Worker } from 'node:worker_threads';

/** Text, as a file of its own would be TypeScript under the tests and JavaScript in the image. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { compareSync } = require(workerData.library);
  parentPort.postMessage(compareSync(workerData.password, workerData.hash));
`;

/**
 * Whether `password` has this bcrypt hash. The work (60 ms at cost 10, twice that for each step more) is done on a thread of its own:
 * on the event loop it would hold up the ticks.
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
