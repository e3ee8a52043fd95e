/**
 * The peer of this exporter's exposition: prom-client with the same series, all set again at every scrape, as their
 * values change every second.
 */
import { createServer } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createLateness } from './event-loop';
import { answerWith, ready, settings } from './program';

/** `like`: URL of an exposition whose series it copies. */
const { port, like } = settings<{ port: number; like: string }>();
const register = new Registry();
collectDefaultMetrics({ register });
interface Sample {
  labels: Record<string, string>;
  value: number;
}

async function readSeries(): Promise<void> {
  const families = new Map<string, Sample[]>();
  const text = await (await fetch(like)).text();
  for (const [, name = '', labels = '', value] of text.matchAll(/^(component_\w+)\{(.*)\} (\S+)$/gm)) {
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
    const sample = { labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    const family = families.get(name);
    if (family) family.push(sample);
    else families.set(name, [sample]);
  }
  for (const [name, samples] of families) {
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const gauge: Gauge = new Gauge({
      name,
      help: name,
      labelNames,
      registers: [register],
      collect() {
        gauge.reset();
        for (const { labels, value } of samples) gauge.set({ ...labels }, value);
      },
    });
  }
}

const server = createServer((_request, response) => {
  void register.metrics().then((text) => response.setHeader('content-type', register.contentType).end(text));
});
const lateness = createLateness();
answerWith(() => ({ loopLateMs: lateness() }));
void readSeries().then(() => server.listen(port, '127.0.0.1', ready));
