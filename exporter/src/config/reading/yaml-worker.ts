/** The thread of yaml-thread.ts: parses one document and hands it over. */
import { parentPort, workerData } from 'node:worker_threads';
import { parseYaml, type ParseOptions } from './yaml-text';

const { text, file, options } = workerData as { text: string; file: string; options: ParseOptions };
parentPort?.postMessage(parseYaml(text, file, options));
